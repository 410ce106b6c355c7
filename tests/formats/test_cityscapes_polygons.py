from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from outline_files import FILES
from segreview.errors import LossError
from segreview.formats.classes import CITYSCAPES
from segreview.formats.pairing import pair
from segreview.formats.registry import read, write
from segreview.model.labels import Kind, LabelImage


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return FILES["cityscapes polygons"](tmp_path)


def objects(path: Path) -> list[dict]:
    return json.loads(path.read_text())["objects"]


def drawn(path: Path) -> np.ndarray:
    """Instance ids as json2instanceImg of cityscapesScripts draws them."""
    scene = json.loads(path.read_text())
    picture = Image.new("I", (scene["imgWidth"], scene["imgHeight"]), 0)
    ids = {category.name: category for category in CITYSCAPES}
    counts: dict[str, int] = {}
    for entry in scene["objects"]:
        label, group = entry["label"], False
        if entry.get("deleted"):
            continue
        if label not in ids and label.endswith("group"):
            label, group = label[: -len("group")], True
        id_ = ids[label].id
        if ids[label].isthing and not group:
            id_ = id_ * 1000 + counts.setdefault(label, 0)
            counts[label] += 1
        if id_ >= 0:
            ImageDraw.Draw(picture).polygon([tuple(p) for p in entry["polygon"]], fill=id_)
    return np.array(picture)


def test_ids_are_those_of_the_tool(path: Path) -> None:
    labels = read(path)
    assert np.array_equal(labels.data, drawn(path))
    assert labels.kind is Kind.PANOPTIC
    assert {26000, 26001, 26002, 26, 24, 18, 3} <= set(np.unique(labels.data).tolist())
    assert labels.segments[26].iscrowd
    assert labels.segments[24].iscrowd
    assert not labels.segments[18].iscrowd
    assert 3 in labels.void
    classes = read(path, kind="semantic")
    assert set(np.unique(classes.data).tolist()) == {3, 7, 11, 18, 23, 24, 26}
    with pytest.raises(LossError, match="not of classes alone"):
        write(classes, path)


def test_what_lies_below_later_polygons_stays_part_of_one(path: Path) -> None:
    labels = read(path)
    before = objects(path)
    plane = labels.data.copy()
    plane[(plane == 26001) & (np.arange(53) < 8)] = 7
    write(replace(labels, planes=(plane,)), path)
    assert np.array_equal(read(path).data, plane)
    after = objects(path)
    changed = [number for number, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    assert [after[number]["label"] for number in changed] == ["road", "car"] or len(changed) <= 2
    car = next(after[n] for n in changed if after[n]["label"] == "car")
    # the next car covers it from column 28 on, and still does
    assert max(x for x, _ in car["polygon"]) == 30


def test_a_polygon_that_would_show_through_is_drawn_anew(path: Path) -> None:
    labels = read(path)
    plane = labels.data.copy()
    plane[plane == 26002] = 7  # a car on the building is road now
    write(replace(labels, planes=(plane,)), path)
    assert [entry["label"] for entry in objects(path)].count("car") == 3  # with the deleted one
    back = read(path).data
    assert np.array_equal(np.where(back >= 26000, 26, back), np.where(plane >= 26000, 26, plane))


def test_a_new_object_lies_on_top(path: Path) -> None:
    labels = read(path)
    plane = labels.data.copy()
    plane[5:9, 42:47] = 24007
    plane[6, 44] = 23
    write(replace(labels, planes=(plane,)), path)
    last = objects(path)[-1]
    assert last["label"] == "person"
    assert np.array_equal(drawn(path) == 24000, plane == 24007)


def test_an_object_in_two_parts_is_refused(path: Path) -> None:
    labels = read(path)
    plane = labels.data.copy()
    plane[34:36, 48:51] = 26000
    with pytest.raises(LossError, match="Object 26000 would be in 2 parts") as refusal:
        write(replace(labels, planes=(plane,)), path)
    assert refusal.value.hint
    plane[34:36, 48:51] = 26  # of a group there may be any number
    write(replace(labels, planes=(plane,)), path)
    assert np.array_equal(read(path).data, plane)


@pytest.mark.parametrize("seed", range(8))
def test_any_scene_is_drawn_again(path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    labels = read(path)
    plane = labels.data.copy()
    ids = [one for one in np.unique(plane).tolist() if one < 1000] + [0, 8, 19, 33]
    for _ in range(12):
        top, left = rng.integers(0, 30), rng.integers(0, 45)
        plane[top : top + rng.integers(1, 9), left : left + rng.integers(1, 9)] = rng.choice(ids)
    write(replace(labels, planes=(plane,)), path)
    assert np.array_equal(drawn(path), read(path).data)
    back, wanted = (np.where(ids >= 1000, ids // 1000, ids) for ids in (read(path).data, plane))
    assert np.array_equal(back, wanted)


def test_what_would_tear_an_object_is_drawn_over_it(path: Path) -> None:
    labels = read(path)
    car = next(entry for entry in objects(path) if entry["label"] == "car" and not entry.get("deleted"))
    plane = labels.data.copy()
    plane[:, 8][plane[:, 8] == 26000] = 17
    plane[:, 6][plane[:, 6] == 26000] = 0
    write(replace(labels, planes=(plane,)), path)
    assert np.array_equal(read(path).data, plane)
    assert [entry["label"] for entry in objects(path)[-2:]] == ["unlabeled", "pole"]
    assert car in objects(path)


def test_a_new_file_holds_objects_groups_and_classes(tmp_path: Path) -> None:
    data = np.zeros((20, 30), np.uint16)
    data[10:] = 7
    data[2:8, 2:9], data[4, 4], data[12:15, 20:28], data[1:3, 20:24] = 26005, 7, 24000, 26
    path = tmp_path / "a_polygons.json"
    labels = LabelImage((data,), kind=Kind.PANOPTIC, background=None, ontology=CITYSCAPES)
    assert write(labels, path) == (path,)
    assert [entry["label"] for entry in objects(path)] == ["road", "road", "cargroup", "person", "car"]
    assert np.array_equal(drawn(path), np.where(data == 26005, 26000, data))
    data[0, 0] = 99
    with pytest.raises(LossError, match="Id 99 is no class of Cityscapes"):
        write(replace(labels, planes=(data,)), path)


def test_polygons_beside_their_images_of_ids_follow_from_them(path: Path) -> None:
    found = pair(path.parent)
    assert [entry.gt.name for entry in found.entries] == [path.name]
    for end in ("labelIds", "instanceIds"):
        Image.new("I;16", (53, 37)).save(path.with_name(f"labels_gtFine_{end}.png"))
    (path.parent / "other.json").write_text("{}")
    found = pair(path.parent)
    assert [entry.gt.name for entry in found.entries] == ["labels_gtFine_instanceIds.png"]
