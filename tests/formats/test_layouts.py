"""Layouts of whole data sets: what a root is recognised as, and which files of it belong together."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image as Picture

from segreview.formats.entry import open_entry
from segreview.formats.layouts import recognised
from segreview.formats.pairing import pair
from segreview.formats.recognising import roles_of, told_of
from segreview.formats.roles import Roles

SHAPE = (8, 10)


def put(path: Path, dtype: str = "uint8", value: int = 255) -> Path:
    """Small picture with one object."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = np.zeros(SHAPE, dtype)
    data[2:6, 2:7] = value
    if path.suffix == ".tif":
        tifffile.imwrite(path, data)
    else:
        Picture.fromarray(data).save(path)
    return path


def cityscapes(root: Path) -> None:
    for city, number in (("aachen", 0), ("bochum", 1)):
        stem = f"{city}_00000{number}_000019"
        put(root / "gtFine" / "val" / city / f"{stem}_gtFine_labelIds.png", value=26)
        put(root / "gtFine" / "val" / city / f"{stem}_gtFine_instanceIds.png", "uint16", 26_001)
        put(root / "gtFine" / "val" / city / f"{stem}_gtFine_color.png")
        put(root / "leftImg8bit" / "val" / city / f"{stem}_leftImg8bit.png")


def coco(root: Path) -> None:
    corners = [2, 2, 7, 2, 7, 6, 2, 6]
    outline = {"id": 1, "image_id": 7, "category_id": 1, "iscrowd": 0, "segmentation": [corners]}
    content = {
        "images": [{"id": 7, "file_name": "seven.png", "height": 8, "width": 10}],
        "annotations": [outline],
        "categories": [{"id": 1, "name": "cell"}],
    }
    (root / "annotations").mkdir(parents=True)
    for split in ("train2017", "val2017"):
        (root / "annotations" / f"instances_{split}.json").write_text(json.dumps(content))
        put(root / split / "seven.png")
    (root / "annotations" / "captions_val2017.json").write_text("{}")


def voc(root: Path) -> None:
    put(root / "SegmentationObject" / "2007_000032.png", value=1)
    put(root / "SegmentationClass" / "2007_000032.png", value=15)
    put(root / "JPEGImages" / "2007_000032.jpg")


def bowl(root: Path) -> None:
    for name in ("00ae65", "1a7d30"):
        put(root / name / "masks" / "first.png")
        put(root / name / "images" / f"{name}.png")


def tracking(root: Path) -> None:
    for sequence in ("01", "02"):
        put(root / f"{sequence}_GT" / "SEG" / "man_seg003.tif", "uint16", 5)
        put(root / f"{sequence}_RES" / "mask003.tif", "uint16", 9)
        for number in (2, 3):
            put(root / sequence / f"t{number:03}.tif", "uint16", 500)


def yolo(root: Path) -> None:
    for split in ("train", "val"):
        put(root / "images" / split / "a.jpg")
        (root / "labels" / split).mkdir(parents=True)
        (root / "labels" / split / "a.txt").write_text("1 0.2 0.25 0.7 0.25 0.7 0.75 0.2 0.75")
    (root / "data.yaml").write_text("names: [dirt, cell]")


def polygons(root: Path) -> None:
    stem = "aachen_000000_000019"
    scene = {"label": "car", "polygon": [[2, 2], [6, 2], [6, 5], [2, 5]]}
    put(root / "leftImg8bit" / "val" / "aachen" / f"{stem}_leftImg8bit.png")
    file = root / "gtFine" / "val" / "aachen" / f"{stem}_gtFine_polygons.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"imgHeight": 8, "imgWidth": 10, "objects": [scene]}))


@pytest.mark.parametrize(
    ("make", "title", "names", "has_pred"),
    [
        (cityscapes, "Cityscapes", ["aachen_000000_000019", "bochum_000001_000019"], False),
        (coco, "COCO", ["seven"], False),
        (voc, "PASCAL VOC", ["2007_000032"], False),
        (bowl, "Data Science Bowl 2018", ["00ae65", "1a7d30"], False),
        (polygons, "Cityscapes", ["aachen_000000_000019"], False),
        (yolo, "YOLO", ["train_a", "val_a"], False),
        (tracking, "Cell Tracking Challenge", ["01_t003", "02_t003"], True),
    ],
)
def test_a_root_is_recognised_and_opened_by_its_path_alone(tmp_path, make, title, names, has_pred):
    make(tmp_path / "set")
    pairing = pair(tmp_path / "set")
    assert [entry.name for entry in pairing.entries] == names
    assert title in pairing.notes[0]
    for entry in pairing.entries:
        sample = open_entry(entry)
        assert int((sample.reference.data > 0).sum()) == 20
        assert sample.images
        assert (sample.prediction is not None) == has_pred


def test_what_is_named_goes_before_what_is_found(tmp_path):
    tracking(tmp_path / "set")
    other = put(tmp_path / "mine" / "01_t003.tif", "uint16", 1).parent
    (entry,) = pair(tmp_path / "set", pred=other).entries
    assert entry.pred == other / "01_t003.tif"


def test_a_prediction_laid_out_as_the_data_set_is_paired_with_it(tmp_path):
    bowl(tmp_path / "gt")
    bowl(tmp_path / "pred")
    entries = pair(tmp_path / "gt", pred=tmp_path / "pred").entries
    assert [entry.pred for entry in entries] == [tmp_path / "pred" / e.name / "masks" for e in entries]


def test_one_split_and_one_file_can_be_named(tmp_path):
    cityscapes(tmp_path)
    assert len(pair(tmp_path / "gtFine" / "val").entries) == 2
    assert len(pair(tmp_path / "gtFine" / "val" / "aachen").entries) == 1
    coco(tmp_path)
    (entry,) = pair(tmp_path / "annotations" / "instances_train2017.json", tmp_path / "train2017").entries
    assert entry.image == tmp_path / "train2017" / "seven.png"


def test_folders_of_files_are_no_data_set(tmp_path):
    put(tmp_path / "gt" / "a.png")
    assert recognised(tmp_path / "gt") is None
    assert recognised(tmp_path / "nowhere") is None


# -------------------------------------------------------------------- what is dropped
@pytest.mark.parametrize(
    ("make", "words", "found"),
    [
        (cityscapes, "Cityscapes: 2 annotated images, 2 images", {"reference": 2, "image": 2}),
        (coco, "COCO: 1 annotated images, 1 images", {"reference": 1, "image": 1}),
        (voc, "PASCAL VOC: 1 annotated images, 1 images", {"reference": 1, "image": 1}),
        (bowl, "Data Science Bowl 2018: 2 annotated images, 2 images", {"reference": 2, "image": 2}),
        (tracking, "", {"reference": 2, "image": 4, "prediction": 2}),
    ],
)
def test_a_root_is_the_gt_and_brings_its_images(tmp_path, make, words, found):
    make(tmp_path)
    assert roles_of([tmp_path]) == Roles(gt=tmp_path)
    told = told_of(tmp_path)
    assert told.words.startswith(words or "Cell Tracking Challenge: 2 annotated images")
    assert told.found == found


def test_a_file_of_many_images_is_the_gt_whatever_its_name(tmp_path):
    coco(tmp_path)
    file = tmp_path / "annotations" / "instances_val2017.json"
    assert told_of(file).words == "COCO instances: 1 image"
    assert roles_of([file]) == Roles(gt=file, image=tmp_path / "val2017")
    odd = file.rename(tmp_path / "everything.json")
    assert roles_of([odd]).gt == odd
    other = tmp_path / "train2017"
    assert roles_of([odd, other]).filled() == Roles(gt=odd, image=other)
    (model := tmp_path / "model.json").write_text(
        json.dumps([{"image_id": 7, "category_id": 1, "score": 1, "segmentation": [[2, 2, 7, 2, 7, 6]]}])
    )
    assert roles_of([model, odd]) == Roles(gt=odd, image=other, pred=model)


def test_what_cannot_be_looked_into_is_told_by_its_name(tmp_path):
    broken = tmp_path / "annotations" / "instances_val2017.json"
    broken.parent.mkdir()
    broken.write_text("{")
    assert roles_of([tmp_path]) == roles_of([tmp_path / "annotations"])
    assert roles_of([tmp_path / "gone"]) == Roles(unclear=(tmp_path / "gone",))
