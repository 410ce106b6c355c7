"""COCO's files as labels: images in one file, entries that stay as they were typed, proof by pycocotools."""

from __future__ import annotations

import gc
import json
from dataclasses import replace
from pathlib import Path
from weakref import ref

import numpy as np
import pytest
from PIL import Image as Picture

from segreview.errors import LossError, ReadError, WriteError
from segreview.formats.coco.kept import coco_text
from segreview.formats.coco.text import CocoText
from segreview.formats.converting import write_converted
from segreview.formats.entry import check_shapes, open_entry
from segreview.formats.pairing import pair
from segreview.formats.planes import flattened, parts_of
from segreview.formats.registry import find_format, format_named, members_of, read, write
from segreview.model.labels import LabelImage, Segment
from segreview.model.ontology import Category, Ontology

TEXT = """{"info": {"year": 2018},
 "images": [{"id": 7, "file_name": "val/seven.jpg", "height": 20, "width": 30, "flickr": "x"},
            {"id": 8, "file_name": "eight.jpg", "height": 10, "width": 12}],
 "annotations": [
  {"id": 11, "image_id": 7, "category_id": 1, "segmentation": [[2.0, 2.0, 10.0, 2.0, 10.0, 9.50, 2.0, 9.50]],
   "area": 60.0, "bbox": [2.0, 2.0, 8.0, 7.5], "iscrowd": 0, "attributes": {"sure": true}},
  {"id": 12, "image_id": 8, "category_id": 2, "segmentation": [[1, 1, 5, 1, 5, 5, 1, 5]], "iscrowd": 0},
  {"id": 13, "image_id": 7, "category_id": 2, "segmentation": [[6, 6, 16, 6, 16, 16, 6, 16]],
   "area": 100, "bbox": [6, 6, 10, 10], "iscrowd": 0},
  {"id": 900100000007, "image_id": 8, "category_id": 1, "iscrowd": 1,
   "segmentation": {"counts": [100, 20], "size": [10, 12]}, "area": 20, "bbox": [10, 0, 2, 10]}],
 "categories": [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}]
}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "instances.json"
    path.write_text(TEXT)
    return path


def entries(path: Path) -> list[dict]:
    return json.loads(path.read_text())["annotations"]


def painted(labels: LabelImage, *strokes: tuple[slice, slice, int]) -> LabelImage:
    """Labels from above with some pixels painted."""
    seen = flattened(labels).copy()
    for rows, columns, value in strokes:
        seen.data[rows, columns] = value
    return seen


# -------------------------------------------------------------------- reading
def test_an_image_is_named_behind_the_file_by_id_or_name(file):
    assert members_of(file) == {file / "7": "val/seven.jpg", file / "8": "eight.jpg"}
    for name in ("7", "seven", "seven.jpg", "val/seven.jpg"):
        assert read(file / name).origin.place == file / "7"
    with pytest.raises(ReadError, match="holds 2 images"):
        read(file)
    with pytest.raises(ReadError, match=r"has no image 9.* for example, 7, 8"):
        read(file / "9")


def test_a_list_of_no_results_has_no_images(tmp_path):
    (tmp_path / "none.json").write_text("[]")
    with pytest.raises(ReadError, match=r"none.json has no images\."):
        read(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("good", "bad", "why"),
    [
        ('"image_id": 8', '"image_id": "8"', r"entry \d has no image_id that is a whole number"),
        ('"id": 2, "name"', '"id": 1, "name"', "1"),
        ("dog", "d\xf6g", "no JSON file"),
    ],
)
def test_a_damaged_file_says_where(file, good, bad, why):
    file.write_bytes(TEXT.replace(good, bad).encode("latin1"))
    for address in (file, file / "7"):
        with pytest.raises(ReadError, match=why) as refused:
            find_format(address)
        assert "begin like it" not in refused.value.message


def test_annotations_are_objects_with_their_ids_classes_and_overlaps(file):
    labels = read(file / "7")
    assert find_format(file).name == "coco"
    assert (len(labels.planes), labels.origin.order) == (2, (11, 13))
    assert labels.segments[13] == Segment(category=2)
    assert [category.name for category in labels.ontology] == ["cat", "dog"]
    assert sum(int((plane == 13).sum()) for plane in labels.planes) == 100


def test_crowds_are_void_and_ids_that_fit_no_array_are_numbered(file):
    labels = read(file / "8")
    assert labels.origin.order == (1, 2)
    assert labels.void == {2}
    assert "1 object, 1 region of a crowd" in labels.reading


# -------------------------------------------------------------------- writing
def test_without_an_edit_nothing_is_written(file):
    for image in members_of(file):
        assert write(read(image), image) == ()
        assert write(flattened(read(image)), image) == ()
    assert file.read_text() == TEXT


def test_an_edit_exchanges_mask_area_and_box_of_its_entry_alone(file):
    write(painted(read(file / "7"), (slice(12, 16), slice(0, 30), 0)), file / "7")
    before = '[[6, 6, 16, 6, 16, 16, 6, 16]],\n   "area": 100, "bbox": [6, 6, 10, 10]'
    after = '[[6, 6, 16, 6, 16, 12, 6, 12]],\n   "area": 60, "bbox": [6, 6, 10, 6]'
    assert file.read_text() == TEXT.replace(before, after)


def test_what_another_object_hides_stays(file):
    """Of the overlap the smaller object, 11, is seen: 13 keeps its pixels below it."""
    write(painted(read(file / "7"), (slice(2, 3), slice(2, 10), 0)), file / "7")
    assert entries(file)[2]["area"] == 100
    assert np.count_nonzero(sum(plane == 13 for plane in read(file / "7").planes)) == 100
    assert entries(file)[0]["area"] == 56.0
    assert '"area": 56.0' in file.read_text()


def test_holes_become_run_lengths_and_pieces_polygons(file):
    write(painted(read(file / "7"), (slice(13, 14), slice(13, 14), 0)), file / "7")
    assert entries(file)[2]["segmentation"]["size"] == [20, 30]
    write(painted(read(file / "7"), (slice(6, 16), slice(12, 14), 0)), file / "7")
    assert len(read(file / "7").planes) == 2


def test_what_is_hidden_goes_into_other_formats_too(file, tmp_path):
    seen = painted(read(file / "7"), (slice(2, 3), slice(2, 10), 0))
    target = tmp_path / "new.json"
    write_converted("7", seen, target, format_named("labelme"), allow_loss=False)
    assert sorted(part.area for part in parts_of(read(target)).values()) == [56, 100]
    with pytest.raises(LossError, match="objects that overlap"):
        write_converted("7", seen, tmp_path / "new.tif", format_named("tiff"), allow_loss=False)


def test_new_and_deleted_objects(file):
    labels = painted(read(file / "7"), (slice(0, 20), slice(0, 30), 0), (slice(17, 19), slice(3, 9), 40))
    with pytest.raises(LossError, match="object 40 has no class"):
        write(labels, file / "7")
    write(replace(labels, segments={40: Segment(category=2)}), file / "7")
    found = entries(file)
    assert [entry["id"] for entry in found] == [12, 900100000007, 14]
    assert found[2] == {
        "id": 14,
        "image_id": 7,
        "category_id": 2,
        "segmentation": [[3, 17, 9, 17, 9, 19, 3, 19]],
        "area": 12,
        "bbox": [3, 17, 6, 2],
        "iscrowd": 0,
    }


def test_another_class_exchanges_one_number(file):
    labels = read(file / "7")
    write(replace(labels, segments={**labels.segments, 11: Segment(category=2)}), file / "7")
    assert file.read_text() == TEXT.replace(
        '"image_id": 7, "category_id": 1', '"image_id": 7, "category_id": 2'
    )


def test_edits_of_two_images_go_into_one_copy(file, tmp_path):
    there = tmp_path / "out" / "instances.json"
    there.parent.mkdir()
    first, second = read(file / "7"), read(file / "8")
    write(painted(first, (slice(12, 16), slice(0, 30), 0)), there / "7")
    write(painted(second, (slice(3, 5), slice(0, 6), 0)), there / "8")
    assert file.read_text() == TEXT
    assert {entry["id"]: entry.get("area") for entry in entries(there)} == {
        11: 60.0,
        12: None,
        13: 60,
        900100000007: 20,
    }


def test_another_picture_with_the_same_id_keeps_its_objects(file, tmp_path):
    other = tmp_path / "other.json"
    other.write_text(TEXT.replace("val/seven.jpg", "q.jpg"))
    before = file.read_bytes()
    with pytest.raises(LossError, match=r"is of val/seven.jpg, and the labels of q.jpg"):
        write(read(other / "7"), file / "7")
    assert file.read_bytes() == before


def test_what_another_program_said_of_this_image_is_not_lost_and_of_others_stays(file):
    labels = painted(read(file / "7"), (slice(12, 16), slice(0, 30), 0))
    file.write_text(TEXT.replace('"image_id": 8, "category_id": 2', '"image_id": 8, "category_id": 1'))
    write(labels, file / "7")
    assert entries(file)[1]["category_id"] == 1
    labels = painted(read(file / "7"), (slice(0, 4), slice(0, 30), 0))
    file.write_text(TEXT.replace('{"sure": true}', "{}"))
    with pytest.raises(WriteError, match="image 7 was changed by another program"):
        write(labels, file / "7")


@pytest.fixture
def parses(monkeypatch) -> list[Path]:
    """Files whose text is parsed from here on, once for each time."""
    found: list[Path] = []
    of = CocoText.of
    monkeypatch.setattr(CocoText, "of", lambda content, path: found.append(path) or of(content, path))
    return found


def test_saves_parse_each_text_of_the_file_once(file, tmp_path, parses):
    panoptic, _ = put_panoptic(tmp_path)
    for path, image in ((file, "7"), (panoptic, "1")):
        for row in range(9, 12):
            write(painted(read(path / image), (slice(row, row + 1), slice(0, 8), 0)), path / image)
        read(path / image)
        assert parses == [path] * 4  # as it was found, and as each save left it
        parses.clear()


def test_what_a_file_said_before_is_let_go(file):
    before = ref(coco_text(file))
    write(painted(read(file / "7"), (slice(9, 10), slice(0, 8), 0)), file / "7")
    read(file / "8")
    gc.collect()
    assert before() is None


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # pycocotools, at numpy 2
def test_labels_of_a_data_set_become_one_file(tmp_path, file):
    from pycocotools.coco import COCO

    out = tmp_path / "new.json"
    originals = {name: replace(read(image), origin=None) for image, name in members_of(file).items()}
    for name, labels in originals.items():
        write(labels, out / Path(name).name, "coco")
    coco = COCO(str(out))
    assert [image["file_name"] for image in coco.imgs.values()] == ["seven.jpg", "eight.jpg"]
    for image, labels in zip(coco.imgs, originals.values(), strict=True):
        masks = [coco.annToMask(one) for one in coco.imgToAnns[image]]
        ids = sorted(labels.segments)
        assert all(
            (sum(plane == i for plane in labels.planes) == m).all() for i, m in zip(ids, masks, strict=True)
        )


def test_scores_go_into_a_new_file_and_crowds_into_panoptic_segments(tmp_path):
    data = np.zeros((20, 30), np.int32)
    data[2:8, 2:8], data[10:15, 10:20] = 1, 2
    known = {1: Segment(1, score=0.5), 2: Segment(1, iscrowd=True)}
    table = Ontology("table", (Category(1, "cat"),))
    labels = LabelImage((data,), void=frozenset({2}), segments=known, ontology=table)
    write(labels, tmp_path / "new.json" / "a.png", "coco")
    assert [read(tmp_path / "new.json").segments[n].score for n in (1, 2)] == [0.5, None]
    write(labels, tmp_path / "panoptic.json" / "a.png", "coco_panoptic")
    back = read(tmp_path / "panoptic.json")
    assert np.array_equal(back.data, data)
    assert dict(back.segments) == known


# -------------------------------------------------------------------- results
def test_results_are_read_beside_their_ground_truth_and_keep_scores(file, tmp_path):
    results = tmp_path / "results.json"
    rows = [{"image_id": 7, "category_id": 2, "bbox": [6, 6, 10, 10], "score": 0.75}]
    results.write_text(json.dumps(rows))
    entries = pair(file, pred=results).entries
    for entry in entries:
        check_shapes(entry)  # polygons alone tell none
    assert [entry.name for entry in entries] == ["eight", "seven"]
    sample = open_entry(entries[1])
    assert sample.prediction.segments == {1: Segment(category=2, score=0.75)}
    assert not open_entry(entries[0]).prediction.data.any()  # nothing was found in it
    write(painted(sample.prediction, (slice(0, 20), slice(0, 10), 0)), results / "7")
    (after,) = json.loads(results.read_text())
    assert after["bbox"] == [10, 6, 6, 10]
    assert after["score"] == 0.75


# -------------------------------------------------------------------- panoptic
def put_panoptic(folder: Path) -> tuple[Path, np.ndarray]:
    ids = np.full((12, 16), 70_001, np.int32)
    ids[2:6, 2:8], ids[8:, 10:] = 300, 0
    (folder / "panoptic_gt").mkdir()
    colours = np.stack([ids % 256, ids // 256 % 256, ids // 65536], -1).astype(np.uint8)
    for name in ("a", "b"):
        Picture.fromarray(colours).save(folder / "panoptic_gt" / f"{name}.png", dpi=(70, 70))
    rows = [
        {"id": 70_001, "category_id": 2, "area": 999, "bbox": [0, 0, 16, 12], "iscrowd": 0},
        {"id": 300, "category_id": 1, "area": 24.0, "bbox": [2, 2, 6, 4], "iscrowd": 0, "sure": "no"},
    ]
    said = [{"image_id": n, "file_name": f"{s}.png", "segments_info": rows} for n, s in ((1, "a"), (2, "b"))]
    classes = [{"id": 1, "name": "cat", "isthing": 1}, {"id": 2, "name": "sky", "isthing": 0}]
    path = folder / "panoptic_gt.json"
    path.write_text(json.dumps({"annotations": said, "categories": classes}, indent=1))
    return path, ids


def test_panoptic_edits_touch_one_png_and_the_rows_of_changed_segments(tmp_path):
    path, ids = put_panoptic(tmp_path)
    labels = read(path / "1")
    assert np.array_equal(labels.data, ids)
    assert write(labels, path / "1") == ()
    other, before = (tmp_path / "panoptic_gt" / "b.png").read_bytes(), json.loads(path.read_text())
    after = labels.copy()
    after.data[2:3, 2:8] = 0  # of 300 a row becomes void; 70001 is as it was, its stale area included
    write(after, path / "1")
    assert np.array_equal(read(path / "1").data, after.data)
    assert (tmp_path / "panoptic_gt" / "b.png").read_bytes() == other
    before["annotations"][0]["segments_info"][1] |= {"area": 18.0, "bbox": [2, 3, 6, 3]}
    assert path.read_text() == json.dumps(before, indent=1).replace(
        "[\n      2,\n      3,\n      6,\n      3\n     ]", "[2, 3, 6, 3]"
    )
    with Picture.open(tmp_path / "panoptic_gt" / "a.png") as picture:
        assert round(picture.info["dpi"][0]) == 70


def test_new_panoptic_segments_need_a_class_and_get_a_row(tmp_path):
    path, _ = put_panoptic(tmp_path)
    labels = read(path / "2").copy()
    labels.data[9:11, 1:3] = 5
    with pytest.raises(LossError, match="object 5 has no class"):
        write(labels, path / "2")
    write(replace(labels, segments={**labels.segments, 5: Segment(category=1)}), path / "2")
    rows = entries(path)[1]["segments_info"]
    assert rows[-1] == {"id": 5, "category_id": 1, "iscrowd": 0, "area": 4, "bbox": [1, 9, 2, 2]}
    assert rows[0]["area"] == 12 * 16 - 24 - 24 - 4


def test_new_panoptic_segments_are_of_the_only_class_there_is(tmp_path):
    path, _ = put_panoptic(tmp_path)
    content = json.loads(path.read_text())
    path.write_text(json.dumps({**content, "categories": [{"id": 2, "name": "cell", "isthing": 1}]}))
    labels = read(path / "2").copy()
    labels.data[9:11, 1:3] = 5
    write(labels, path / "2")
    assert entries(path)[1]["segments_info"][-1]["category_id"] == 2


def test_panoptic_labels_of_another_format_become_files(tmp_path):
    path, ids = put_panoptic(tmp_path)
    labels = replace(read(path / "1"), origin=None)
    for name in ("one.png", "two.png"):
        write(labels, tmp_path / "new.json" / name, "coco_panoptic")
    back = read(tmp_path / "new.json" / "two")
    assert np.array_equal(back.data, ids)
    assert back.segments == labels.segments
    assert [category.name for category in back.ontology] == ["cat", "sky"]
