"""``segreview convert``: every format from every other, lost only what may be, nothing written over."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image as Picture

from segreview.cli import DONE, IN_PART, WRONG_INPUT, main
from segreview.formats.converting import Placing
from segreview.formats.entry import Entry
from segreview.formats.registry import FORMATS, format_named, members_of, read

NAMES = [form.name for form in FORMATS if form.name not in ("cityscapes", "cityscapes_polygons", "voc")]
"""Formats that hold objects of any class."""


@pytest.fixture
def folder(tmp_path):
    """Two images of objects."""
    for name, count in (("a", 3), ("b", 5)):
        data = np.zeros((20, 60), np.uint16)
        for number in range(count):
            data[3:13, 2 + 11 * number : 10 + 11 * number] = number + 1
        (tmp_path / "gt").mkdir(exist_ok=True)
        tifffile.imwrite(tmp_path / "gt" / f"{name}.tif", data)
    return tmp_path / "gt"


def areas(labels) -> list[int]:
    """Areas of the objects of labels, sorted: ids may be others in another format."""
    ids = {int(i) for plane in labels.planes for i in np.unique(plane)} - labels.outside
    return sorted(sum(int((plane == i).sum()) for plane in labels.planes) for i in ids)


def addresses(out: Path, name: str) -> list[Path]:
    """Where the images of a converted data set are."""
    form = format_named(name)
    if form.of_folders and not form.suffixes:
        return [folder / name for folder in out.iterdir()]
    files = [file for file in out.iterdir() if file.name.endswith(form.suffixes)]
    return [one for file in files for one in members_of(file, form) or {file: ""}]


def coco(path: Path, *images: tuple[int, str]) -> Path:
    """COCO file with an object in each image but the first; that of the image n is n pixels wide."""
    rows = [{"id": id_, "file_name": name, "height": 20, "width": 60} for id_, name in images]
    objects = [
        {"id": n, "image_id": n, "category_id": 1, "iscrowd": 0, "segmentation": [[0, 0, n, 0, n, 4, 0, 4]]}
        for n, _ in images[1:]
    ]
    told = {"images": rows, "annotations": objects, "categories": [{"id": 1, "name": "cell"}]}
    path.write_text(json.dumps(told))
    return path


@pytest.mark.parametrize("name", ["tiff", "coco", "coco_panoptic"])
def test_pictures_of_one_name_in_two_folders_stay_two(tmp_path, name):
    source = coco(tmp_path / "i.json", (8, "train/a.png"), (9, "val/a.png"), (5, "test/a.png"))
    out = tmp_path / "out"
    assert main(["convert", str(source), str(out), "--to", name, "--allow-loss"]) in (DONE, IN_PART)
    found = [areas(read(address, format=name)) for address in addresses(out, name)]
    assert sorted(one for one in found if one) == [[20], [36]]


def test_results_refer_to_the_images_of_their_source(tmp_path):
    source = coco(tmp_path / "i.json", (8, "x.png"), (9, "y.png"), (5, "z.png"))
    assert main(["convert", str(source), str(tmp_path / "r.json"), "--to", "coco_results"]) == DONE
    rows = json.loads((tmp_path / "r.json").read_text())
    assert {row["image_id"]: row["area"] for row in rows} == {9: 36, 5: 20}


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_becomes_each_format_and_comes_back(folder, tmp_path, name, capsys):
    out = tmp_path / "out"
    assert main(["convert", str(folder), str(out), "--to", name, "--kind", "instance"]) == DONE
    assert "2 of 2 images written" in capsys.readouterr().out
    back = [areas(read(one, name, shape=(20, 60))) for one in addresses(out, name)]
    assert sorted(back) == sorted(areas(read(folder / f"{stem}.tif")) for stem in "ab")


def test_what_would_be_lost_is_refused_unless_allowed(tmp_path, capsys):
    square = [2, 2, 8, 2, 8, 8, 2, 8]
    entries = [
        {"id": n, "image_id": 1, "category_id": n, "iscrowd": 0, "segmentation": [[x + n for x in square]]}
        for n in (1, 2)
    ]
    classes = [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}]
    images = [{"id": 1, "file_name": "one.jpg", "height": 20, "width": 20}]
    source = tmp_path / "instances.json"
    source.write_text(json.dumps({"images": images, "annotations": entries, "categories": classes}))
    assert main(["convert", str(source), str(tmp_path / "a.tif"), "--to", "tiff"]) == WRONG_INPUT
    said = capsys.readouterr()
    assert "objects that overlap, in 2 planes; classes of 2 objects" in said.err
    assert "--allow-loss" in said.err
    assert not (tmp_path / "a.tif").exists()
    assert main(["convert", str(source), str(tmp_path / "a.tif"), "--to", "tiff", "--allow-loss"]) == DONE
    assert "lost in 1 image: classes of 2 objects" in capsys.readouterr().out
    assert np.unique(read(tmp_path / "a.tif").data).tolist() == [0, 1, 2]


def test_nothing_is_written_over(folder, tmp_path, capsys):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "b.png").write_bytes(b"mine")
    assert main(["convert", str(folder), str(tmp_path / "out"), "--to", "png"]) == WRONG_INPUT
    assert "b.png exists already" in capsys.readouterr().err
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["b.png"]


def test_an_image_that_fails_stops_no_other(folder, tmp_path, capsys):
    (folder / "c.tif").write_bytes(b"II*\0 damaged")
    assert main(["convert", str(folder), str(tmp_path / "out"), "--to", "png"]) == IN_PART
    said = capsys.readouterr()
    assert "c: " in said.err
    assert "2 of 3 images written" in said.out


def test_a_wrong_format_is_told_with_those_that_are_known(folder, tmp_path, capsys):
    assert main(["convert", str(folder), str(tmp_path / "out"), "--to", "jpeg"]) == WRONG_INPUT
    assert "Known: tiff, png" in capsys.readouterr().err


def test_a_picture_beside_masks_gives_the_image_its_name(tmp_path):
    root = tmp_path / "set" / "cell1"
    (root / "masks").mkdir(parents=True)
    (root / "images").mkdir()
    mask = np.zeros((9, 9), np.uint8)
    mask[2:5, 2:5] = 255
    Picture.fromarray(mask).save(root / "masks" / "x.png")
    Picture.fromarray(mask).save(root / "images" / "cell1.png")
    assert main(["convert", str(tmp_path / "set"), str(tmp_path / "all.json"), "--to", "coco"]) == DONE
    (image,) = json.loads((tmp_path / "all.json").read_text())["images"]
    assert image == {"id": 1, "file_name": "cell1.png", "height": 9, "width": 9}


@pytest.mark.parametrize("name", ["coco", "coco_panoptic"])
def test_pictures_keep_the_names_that_the_source_tells(tmp_path, name):
    source = coco(tmp_path / "i.json", (8, "val/x.jpg"), (9, "y.png"), (5, "z"))
    assert main(["convert", str(source), str(tmp_path / "1.json"), "--to", name]) == DONE
    assert main(["convert", str(tmp_path / "1.json"), str(tmp_path / "2.json"), "--to", name]) == DONE
    for file in ("1.json", "2.json"):
        images = json.loads((tmp_path / file).read_text())["images"]
        assert [image["file_name"] for image in images] == ["x.jpg", "y.png", "z"]


def test_figures_are_those_of_the_format_that_was_converted(folder, tmp_path, capsys):
    """Labels equal to themselves, whichever way each side is kept."""
    for form in ("labelme", "coco", "masks"):
        main(["convert", str(folder), str(tmp_path / form), "--to", form])
    sides = [folder, tmp_path / "labelme", tmp_path / "coco" / "gt.json", tmp_path / "masks"]
    for one, other in zip(sides, sides[1:] + sides[:1], strict=True):
        capsys.readouterr()
        assert main(["evaluate", str(one), str(other), "--convention", "stardist", "--json", "-"]) == DONE
        figures = json.loads(capsys.readouterr().out)["figures"]
        assert (figures["tp"], figures["fp"], figures["fn"]) == (8, 0, 0)


@pytest.mark.parametrize(
    ("form", "names"),
    [
        ("npy", ("a.png", "a.tif")),
        ("tiff", ("C.png", "c.png")),
        ("coco", ("a.png", "a.tif", "a_1.png", "a_a.npy")),
        ("coco", ("1.tif", "01.tif", "0001.tif")),
    ],
)
def test_no_two_images_go_to_one_place(form, names):
    entries = [Entry(Path(name).stem, Path("gt") / name) for name in names]
    placing = Placing(format_named(form), entries)
    places = [placing.address(entry, "all", Path("out"), Path("out")) for entry in entries]
    told = {str(int(p.name)) if p.name.isdecimal() else p.as_posix().casefold() for p in places}
    assert len(told) == len(names)
    assert placing.address(entries[-1], "all", Path("out"), Path("out")) == places[-1]
