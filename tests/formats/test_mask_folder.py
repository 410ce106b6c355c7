"""Folders of masks: one PNG for each object, which may overlap; an edit touches the files of its objects."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Picture

from segreview.errors import LossError, ReadError, WriteError
from segreview.formats.pairing import pair
from segreview.formats.planes import flattened
from segreview.formats.registry import find_format, read, write
from segreview.model.labels import Kind, LabelImage, Segment

SHAPE = (40, 50)
BOXES = {"a1": (2, 2, 12, 12), "a2": (8, 8, 20, 20), "a10": (25, 30, 30, 45)}
"""Objects by name: a1 and a2 overlap in 4 x 4 pixels, of which a1, the smaller one, is seen."""


def mask_of(box: tuple[int, int, int, int]) -> np.ndarray:
    mask = np.zeros(SHAPE, np.uint8)
    mask[box[0] : box[2], box[1] : box[3]] = 255
    return mask


def put_sample(root: Path, name: str = "cell") -> Path:
    """One image of a data set as the Bowl has it; the path is that of its masks."""
    folder = root / name / "masks"
    folder.mkdir(parents=True)
    (root / name / "images").mkdir()
    Picture.fromarray(mask_of(BOXES["a2"])).save(root / name / "images" / f"{name}.png")
    for stem, box in BOXES.items():
        Picture.fromarray(mask_of(box)).save(folder / f"{stem}.png", optimize=True)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return put_sample(tmp_path)


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def without(labels: LabelImage, *ids: int) -> LabelImage:
    planes = tuple(np.where(np.isin(plane, ids), 0, plane) for plane in labels.planes)
    return replace(labels, planes=planes)


# -------------------------------------------------------------------- reading
def test_objects_are_numbered_in_the_order_of_the_files_and_none_loses_a_pixel(folder):
    labels = read(folder)
    assert find_format(folder).name == "masks"
    assert len(labels.planes) == 2
    for id_, box in enumerate(BOXES.values(), 1):
        assert np.array_equal(sum(plane == id_ for plane in labels.planes), mask_of(box) > 0)
    assert "3 objects" in labels.reading
    assert "2 planes" in labels.reading


def test_from_above_the_smaller_object_is_seen(folder):
    seen = flattened(read(folder))
    assert seen.data[9, 9] == 1
    assert seen.data[15, 15] == 2
    assert "of 16 pixels the smaller object is shown" in seen.reading


def test_masks_of_other_shapes_and_files_that_are_no_masks_are_named(folder):
    Picture.fromarray(np.zeros((4, 4), np.uint8)).save(folder / "b.png")
    with pytest.raises(ReadError, match=r"b\.png is 4 x 4 pixels"):
        read(folder)
    Picture.fromarray(np.arange(2000, dtype=np.uint8).reshape(SHAPE)).save(folder / "b.png")
    with pytest.raises(ReadError, match=r"b\.png is no mask of one object"):
        read(folder)
    (folder / "b.png").write_bytes(b"text")
    with pytest.raises(ReadError, match=r"b\.png is no PNG"):
        read(folder)


def test_an_empty_folder_is_named(tmp_path):
    with pytest.raises(ReadError, match="holds no PNG"):
        read(tmp_path, format="masks")


# -------------------------------------------------------------------- writing
def test_without_an_edit_nothing_is_written(folder):
    before = contents(folder)
    assert write(read(folder), folder) == ()
    assert write(flattened(read(folder)), folder) == ()
    assert contents(folder) == before


def test_an_edit_changes_the_file_of_its_object_alone(folder):
    before, labels = contents(folder), flattened(read(folder)).copy()
    labels.data[28:30, 30:45] = 0
    write(labels, folder)
    after = contents(folder)
    assert {name for name in after if after[name] != before.get(name)} == {"a10.png"}
    assert np.array_equal(np.array(Picture.open(folder / "a10.png")), mask_of((25, 30, 28, 45)))


def test_what_lies_under_another_object_stays(folder):
    labels = flattened(read(folder)).copy()
    labels.data[18:20, 8:20] = 0
    write(labels, folder)
    assert np.array_equal(np.array(Picture.open(folder / "a2.png")), mask_of((8, 8, 18, 20)))
    assert np.array_equal(np.array(Picture.open(folder / "a1.png")), mask_of(BOXES["a1"]))


def test_new_objects_get_a_file_and_deleted_ones_lose_theirs(folder):
    labels = without(read(folder), 1).copy()
    labels.planes[0][35:38, 2:9] = 4
    write(labels, folder)
    assert "a1.png" not in contents(folder)
    (fresh,) = contents(folder).keys() - {f"{stem}.png" for stem in BOXES}
    assert np.array_equal(np.array(Picture.open(folder / fresh)), mask_of((35, 2, 38, 9)))
    assert [int(i) for i in np.unique(read(folder).planes[0])] in ([0, 1, 2, 3], [0, 1, 3])


def test_a_copy_elsewhere_holds_the_same_bytes(folder, tmp_path):
    (tmp_path / "copy" / "masks").mkdir(parents=True)
    write(read(folder), tmp_path / "copy" / "masks", format="masks")
    assert contents(tmp_path / "copy" / "masks") == contents(folder)


def test_masks_are_not_put_among_others(folder, tmp_path):
    other = put_sample(tmp_path, "other")
    (other / "a3.png").write_bytes((other / "a2.png").read_bytes())
    before = contents(other)
    with pytest.raises(WriteError, match=r"holds a3\.png, which would be read as one more object") as refusal:
        write(read(folder), other, format="masks")
    assert refusal.value.hint
    assert contents(other) == before


def test_labels_of_another_format_become_a_folder(tmp_path):
    data = np.zeros(SHAPE, np.uint16)
    data[2:5, 2:5], data[10:20, 10:20] = 7, 300
    (tmp_path / "masks").mkdir()
    write(LabelImage.of_array(data), tmp_path / "masks", format="masks")
    back = read(tmp_path / "masks", format="masks")
    assert sorted(np.unique(back.data, return_counts=True)[1].tolist()) == [9, 100, data.size - 109]


def test_scores_and_classes_are_refused(folder, tmp_path):
    labels = replace(read(folder), segments={1: Segment(category=2, score=0.5)})
    with pytest.raises(LossError, match="scores of 1 objects; classes of 1 objects"):
        write(labels, tmp_path / "new", format="masks")


def test_classes_alone_are_refused(tmp_path):
    labels = LabelImage((np.ones(SHAPE, np.uint8),), kind=Kind.SEMANTIC, background=None)
    with pytest.raises(LossError, match="classes of pixels"):
        write(labels, tmp_path / "new", format="masks")


def test_a_folder_that_another_program_changed_is_not_overwritten(folder):
    labels = without(read(folder), 3)
    (folder / "a2.png").unlink()
    before = contents(folder)
    with pytest.raises(WriteError, match="changed by another program"):
        write(labels, folder)
    assert contents(folder) == before


# -------------------------------------------------------------------- reviewing
def test_folders_of_masks_in_a_folder_are_samples(tmp_path):
    for name in ("one", "two"):
        put_sample(tmp_path / "set", name)
    masks = [tmp_path / "set" / name / "masks" for name in ("one", "two")]
    assert [pair(path).entries[0].gt for path in masks] == masks
