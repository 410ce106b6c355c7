from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from roifile import ROI_OPTIONS, ROI_TYPE, ImagejRoi

from outline_files import FILES, image_of
from segreview.errors import LossError, ReadError
from segreview.formats.drawn.objects import drawn_of
from segreview.formats.registry import find_format, read, write
from segreview.model.labels import LabelImage, Segment


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return FILES["roi set"](tmp_path)


def rois(path: Path) -> dict[str, ImagejRoi]:
    with zipfile.ZipFile(path) as archive:
        return {
            name: ImagejRoi.frombytes(archive.read(name))
            for name in archive.namelist()
            if name.endswith(".roi")
        }


def test_every_sort_of_area_is_filled_as_imagej_does_it(path: Path) -> None:
    labels = read(path)
    areas = {number: one.part.area for number, one in drawn_of(labels).items()}
    assert (areas[1], areas[3]) == (60, 81)  # a traced L, and a rectangle
    assert areas[4] == 80  # the oval: centres in a circle of radius 5
    assert areas[5] >= 100 - 16  # a square with a hole, and a leaf of two curves
    assert len(areas) == 6
    assert "2 of its entries are no areas" in labels.reading


def test_an_edited_roi_keeps_its_name_colour_and_properties(path: Path) -> None:
    labels = read(path)
    before = rois(path)
    planes = list(labels.planes)
    at = next(number for number, plane in enumerate(planes) if 1 in plane)
    planes[at] = np.where((planes[at] == 1) & (np.arange(53) < 4), 0, planes[at])
    write(replace(labels, planes=tuple(planes)), path)
    after = rois(path)
    assert list(after) == list(before)
    one = after["traced.roi"]
    assert (one.name, one.group, one.props) == ("traced", 3, "Area: 12\n")
    assert one.stroke_color == before["traced.roi"].stroke_color
    assert one.roitype == ROI_TYPE.TRACED
    assert one.left == 4
    assert all(after[name] == before[name] for name in before if name != "traced.roi")
    with zipfile.ZipFile(path) as archive:
        assert archive.comment == b"from the ROI Manager"
        assert archive.read("notes.txt") == b"kept"
        assert {head.date_time for head in archive.infolist()[:7]} == {(2021, 2, 3, 4, 5, 6)}


def test_holes_and_parts_become_a_composite(tmp_path: Path) -> None:
    data = np.zeros((9, 12), np.uint8)
    data[1:8, 1:8], data[3:5, 3:5], data[2:4, 10:12] = 1, 0, 1
    data[6, 10] = 2
    path = tmp_path / "a.zip"
    write(LabelImage.of_array(data), path)
    found = rois(path)
    assert list(found) == ["0004-0006.roi", "0006-0010.roi"]
    assert found["0004-0006.roi"].composite
    assert np.array_equal(read(path, shape=data.shape).data, data)


def test_one_roi_is_one_object(tmp_path: Path) -> None:
    path = FILES["roi alone"](tmp_path)
    labels = read(path)
    plane = labels.data.copy()
    plane[30:33, 30:33] = 2
    with pytest.raises(LossError, match="holds one object, not 2") as refusal:
        write(replace(labels, planes=(plane,)), path)
    assert ".zip" in refusal.value.hint


def test_classes_are_refused(path: Path) -> None:
    labels = read(path)
    with pytest.raises(LossError, match="classes of 1 objects"):
        write(replace(labels, segments={1: Segment(3)}), path)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"options": ROI_OPTIONS.SPLINE_FIT}, "curves between its corners"),
        ({"roitype": ROI_TYPE.RECT, "rounded_rect_arc_size": 5}, "curves between its corners"),
        (
            {"roitype": ROI_TYPE.RECT, "multi_coordinates": np.array([9.0, 1, 2], np.float32)},
            "path is damaged",
        ),
        (
            {"roitype": ROI_TYPE.RECT, "multi_coordinates": np.array([1.0, 1, 2], np.float32)},
            "path is damaged",
        ),
        ({"roitype": ROI_TYPE.RECT, "multi_coordinates": np.array([0.0, 1], np.float32)}, "path is damaged"),
    ],
)
def test_what_is_drawn_otherwise_than_its_corners_say_is_refused(
    facts: dict, words: str, tmp_path: Path
) -> None:
    image_of(tmp_path, "a")
    roi = ImagejRoi.frompoints([(1, 1), (9, 1), (5, 9)], name="mine")
    for name, value in facts.items():
        setattr(roi, name, value)
    if roi.multi_coordinates is not None:
        roi.roitype, roi.shape_roi_size = ROI_TYPE.RECT, len(roi.multi_coordinates)
    (tmp_path / "a.roi").write_bytes(roi.tobytes())
    with pytest.raises(ReadError, match=words) as refusal:
        read(tmp_path / "a.roi")
    assert refusal.value.hint


def test_rois_of_several_slices_are_refused(tmp_path: Path) -> None:
    image_of(tmp_path, "a")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for position in (1, 2):
            roi = ImagejRoi.frompoints([(1, 1), (9, 1), (5, 9)], position=position)
            archive.writestr(f"{position}.roi", roi.tobytes())
    with pytest.raises(ReadError, match="slices or times") as refusal:
        read(tmp_path / "a.zip")
    assert refusal.value.hint


def test_other_archives_are_none_of_imagej(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(ReadError, match="named like"):
        find_format(tmp_path / "a.zip")


def test_coordinates_beyond_16_bits_are_refused(tmp_path: Path) -> None:
    data = np.zeros((2, 60_010), np.uint8)
    data[:, -2:] = 1
    with pytest.raises(LossError, match="reaches to 60,010 pixels") as refusal:
        write(LabelImage.of_array(data), tmp_path / "a.zip")
    assert refusal.value.hint
