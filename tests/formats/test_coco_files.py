"""COCO's JSON files: what they hold, and refusals in words of what does not hold together."""

import json

import numpy as np
import pytest
from PIL import Image as Picture

from segreview.errors import ReadError
from segreview.formats.coco.file import Sort, is_json, read_coco
from segreview.formats.coco.instances import image_shape, segments_of
from segreview.formats.coco.panoptic import png_folder, read_panoptic
from segreview.model.labels import Kind

SQUARE = [1, 1, 3, 1, 3, 3, 1, 3]
RUNS = {"size": [4, 5], "counts": [5, 2, 13]}


@pytest.fixture
def saved(tmp_path):
    """Function that saves a JSON file and reads it."""

    def save(root, name="file.json"):
        path = tmp_path / name
        path.write_text(root if isinstance(root, str) else json.dumps(root), encoding="utf-8")
        return read_coco(path)

    return save


def annotated(**facts):
    return {"id": 7, "image_id": 3, "category_id": 1, "segmentation": [SQUARE], **facts}


def instances(*annotations):
    return {
        "images": [{"id": 3, "file_name": "a.jpg", "height": 4, "width": 5}],
        "annotations": list(annotations),
        "categories": [{"id": 1, "name": "cell", "supercategory": "x"}],
    }


def segments(file):
    return segments_of(file, file.by_image()[3], (4, 5))


# -------------------------------------------------------------------- instances and results
def test_annotations_are_polygons_runs_or_text(saved):
    file = saved(
        instances(
            annotated(area=4.5),
            annotated(id=8, segmentation=RUNS, iscrowd=1),
            annotated(id=0, segmentation={"size": [4, 5], "counts": "52="}),
        )
    )
    assert file.sort is Sort.INSTANCES
    assert [category.isthing for category in file.ontology] == [True]
    assert image_shape(file, 3) == (4, 5)
    first, second, third = segments(file)
    assert np.argwhere(first.rle.decode()).tolist() == [[1, 1], [1, 2], [2, 1], [2, 2]]
    assert (first.area, first.iscrowd, first.id, first.score) == (4.5, False, 7, None)
    assert np.argwhere(second.rle.decode()).tolist() == [[1, 1], [2, 1]]
    assert second.iscrowd
    assert np.array_equal(third.rle.decode(), second.rle.decode())
    assert third.id == 0


def test_results_have_scores_and_are_numbered(saved):
    box = {"image_id": 3, "category_id": 2, "bbox": [1, 1, 2, 2], "score": 0.5}
    file = saved([{**box, "segmentation": RUNS, "score": 1}, box])
    assert file.sort is Sort.RESULTS
    first, second = segments(file)
    assert (first.score, second.score, first.id, second.id) == (1.0, 0.5, 1, 2)
    assert np.argwhere(second.rle.decode()).tolist() == [[1, 1], [1, 2], [2, 1], [2, 2]]


def test_no_results_are_results(saved):
    assert saved([]).sort is Sort.RESULTS
    assert saved(instances()).sort is Sort.INSTANCES


@pytest.mark.parametrize(
    ("root", "message"),
    [
        ("{", "is no JSON file"),
        ({"a": 1}, "holds no annotations and no results"),
        ([1], "holds no annotations and no results"),
        ([{"category_id": 1}], "no segmentation, bbox or segments_info"),
        ([{"bbox": [1, 1, 2, 2]}], "entry 1 has no image_id"),
        ({"annotations": [], "images": [{"name": 1}]}, "entry 1 has no id"),
    ],
)
def test_what_is_not_of_coco_is_refused(saved, root, message):
    with pytest.raises(ReadError, match=message) as refusal:
        saved(root)
    assert "file.json" in refusal.value.message
    assert refusal.value.hint


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"category_id": None}, "entry 1: it has no category_id"),
        ({"segmentation": [[1, 2]]}, "entry 1: A polygon has 2 coordinates"),
        ({"segmentation": {"size": [5, 4], "counts": [20]}}, r"its size is \[5, 4\]"),
        ({"segmentation": {"size": [4, 5], "counts": [3]}}, "add up to 3 pixels"),
        ({"segmentation": []}, "no segmentation and no bbox"),
        ({"score": "high"}, "entry 1: could not convert"),
    ],
)
def test_entries_that_cannot_be_understood_are_named(saved, facts, message):
    with pytest.raises(ReadError, match=message) as refusal:
        segments(saved(instances(annotated(**facts))))
    assert refusal.value.hint


def test_an_image_without_a_size_is_refused(saved):
    with pytest.raises(ReadError, match="no height and width of the image 4"):
        image_shape(saved(instances()), 4)


def test_json_is_known_by_name(tmp_path):
    assert is_json(tmp_path / "missing.JSON")
    assert not is_json(tmp_path / "labels.png")
    (tmp_path / "folder.json").mkdir()
    assert not is_json(tmp_path / "folder.json")


# -------------------------------------------------------------------- panoptic
def panoptic(*rows, file_name="a.png"):
    return {
        "annotations": [{"image_id": 3, "file_name": file_name, "segments_info": list(rows)}],
        "categories": [{"id": 1, "name": "cell", "isthing": 1}, {"id": 2, "name": "ground", "isthing": 0}],
    }


CELL = {"id": 1 + 256 * 2 + 65536 * 3, "category_id": 1, "iscrowd": 1, "area": 999, "score": 0.5}
COLOURS = np.array([[[1, 2, 3], [0, 0, 0]]], np.uint8)


def painted(folder, colours=COLOURS):
    folder.mkdir(exist_ok=True)
    Picture.fromarray(colours).save(folder / "a.png")


def labels_of(file):
    return read_panoptic(file, file.annotations[0], png_folder(file), None)


@pytest.mark.parametrize("folder", ["panoptic_gt", "gt", "."])
def test_colours_are_ids(saved, tmp_path, folder):
    painted(tmp_path / folder)
    labels = labels_of(saved(panoptic(CELL), "panoptic_gt.json"))
    assert labels.data.tolist() == [[197121, 0]]
    assert (labels.kind, labels.background, labels.void) == (Kind.PANOPTIC, None, {0})
    assert labels.segments[197121].category == 1
    assert labels.segments[197121].iscrowd
    assert labels.segments[197121].score == 0.5
    assert [category.isthing for category in labels.ontology] == [True, False]


@pytest.mark.parametrize(
    ("root", "message"),
    [
        (panoptic(), "has pixels of the segment 197121, which file.json does not know"),
        (panoptic({"id": 1}), "a segment without id or category_id"),
        (panoptic(CELL, file_name="b.png"), "are not beside it: no b.png"),
        (panoptic(CELL, file_name="../a.png"), "no file_name, or one with folders"),
    ],
)
def test_panoptic_files_that_do_not_hold_together_are_refused(saved, tmp_path, root, message):
    painted(tmp_path)
    with pytest.raises(ReadError, match=message) as refusal:
        labels_of(saved(root))
    assert refusal.value.hint


def test_an_image_that_is_no_colour_png_is_refused(saved, tmp_path):
    painted(tmp_path, np.zeros((2, 2), np.uint8))
    file = saved(panoptic(CELL))
    with pytest.raises(ReadError, match="three colours of 8 bits"):
        labels_of(file)
    (tmp_path / "a.png").write_bytes(b"GIF89a")
    with pytest.raises(ReadError, match="is no PNG file"):
        labels_of(file)
