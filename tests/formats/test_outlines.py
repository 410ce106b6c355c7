"""Formats that draw objects one by one: what is kept to the letter, and what is refused."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from outline_files import FILES, SHAPE, image_of
from segreview.errors import LossError, ReadError, SegreviewError
from segreview.formats.drawn.objects import drawn_of, number_of
from segreview.formats.entry import Entry, open_entry
from segreview.formats.pairing import pair
from segreview.formats.registry import find_format, read, write
from segreview.model.labels import Kind, LabelImage, Segment
from segreview.model.ontology import Category, Ontology

OBJECTS = [name for name in FILES if not name.startswith("cityscapes")]


@pytest.fixture(autouse=True)
def _no_flush(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("segreview.formats.replacing.os.fsync", lambda _: None)


@pytest.fixture(params=OBJECTS)
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return FILES[request.param](tmp_path)


def masks(labels: LabelImage) -> dict[int, object]:
    return {number: one.part.key for number, one in drawn_of(labels).items()}


def without(labels: LabelImage, number: int) -> LabelImage:
    return replace(labels, planes=tuple(np.where(plane == number, 0, plane) for plane in labels.planes))


def entries(path: Path) -> tuple[bytes, ...]:
    found = find_format(path).entries
    assert found is not None
    return found(path.read_bytes())[0]


# -------------------------------------------------------------------- objects come, go and change
def test_objects_are_numbered_in_the_order_of_the_file(path: Path) -> None:
    labels = read(path)
    numbers = sorted(masks(labels))
    assert numbers[0] == 1
    assert numbers[-1] <= len(entries(path))
    assert labels.kind is Kind.INSTANCE
    assert labels.reading.startswith("read as instance labels:")


def test_a_deleted_object_goes_and_the_others_stay_to_the_letter(path: Path) -> None:
    if path.suffix == ".roi":
        return  # it has one object
    labels = read(path)
    before, last = entries(path), max(masks(labels))
    write(without(labels, last), path)
    after = entries(path)
    assert [one for one in before if one in after] == list(after)
    assert 1 <= len(before) - len(after) <= 2
    left = masks(labels)
    del left[last]
    assert list(masks(read(path)).values()) == list(left.values())


def test_all_objects_may_go(path: Path) -> None:
    labels = read(path)
    empty = replace(labels, planes=(np.zeros_like(labels.planes[0]),))
    if path.suffix == ".roi":
        with pytest.raises(LossError, match="holds one object, not 0") as refusal:
            write(empty, path)
        assert refusal.value.hint
        return
    before = entries(path)
    write(empty, path)
    assert set(entries(path)) < set(before)
    assert not masks(read(path))
    assert find_format(path).name == labels.origin.format


def test_a_new_object_follows_the_others_with_its_holes_and_parts(path: Path) -> None:
    if path.suffix == ".roi":
        return
    labels = read(path)
    plane = labels.planes[0].copy()
    plane[11:14, 3:12] = 99
    plane[12, 5] = 0
    plane[12, 8:10] = 0
    plane[12, 52] = 99
    known = next((one.category for one in labels.segments.values()), None)
    segments = dict(labels.segments) | ({99: Segment(known)} if known is not None else {})
    before = entries(path)
    after = replace(labels, planes=(plane, *labels.planes[1:]), segments=segments)
    write(after, path)
    back = read(path)
    assert entries(path)[: len(before)] == before or path.suffix == ".zip"
    assert set(before) <= set(entries(path))
    assert list(masks(back).values())[-1] == masks(after)[99]
    assert back.category_of(max(masks(back))) == known


def test_a_class_that_changes_is_written_and_the_outline_stays(path: Path) -> None:
    labels = read(path)
    if labels.ontology is None or len(labels.ontology.categories) < 2:
        return  # nothing to change it to
    number = next(iter(labels.segments))
    other = next(c for c in labels.ontology if c.id != labels.segments[number].category)
    segments = dict(labels.segments) | {number: replace(labels.segments[number], category=other.id)}
    write(replace(labels, segments=segments), path)
    back = read(path)
    assert back.category(number).name == other.name
    assert masks(back) == masks(labels)
    assert all(map(np.array_equal, back.planes, labels.planes))


def test_classes_have_one_number_in_every_file() -> None:
    assert number_of("Zelle") == number_of("Zelle") != number_of("cell")
    assert 0 < number_of("") <= 2**31


def test_a_class_table_gives_its_own_numbers(tmp_path: Path) -> None:
    path = FILES["labelme polygons"](tmp_path)
    table = Ontology("mine", (Category(3, "cell"), Category(5, "Zelle", ignore=True)))
    labels = read(path, classes=table)
    assert {one.category for one in labels.segments.values()} == {3, 5}
    assert labels.void == {number for number, one in labels.segments.items() if one.category == 5}
    assert all(category.isthing for category in labels.ontology)
    assert write(labels, path) == ()


def test_classes_of_pixels_are_refused(path: Path, tmp_path: Path) -> None:
    for kind in ("semantic", "binary"):
        with pytest.raises(ReadError, match="draws objects") as refusal:
            read(path, kind=kind)
        assert refusal.value.hint
    with pytest.raises(LossError, match="classes of pixels"):
        write(LabelImage.of_array(np.ones((4, 4), np.uint8), Kind.SEMANTIC), tmp_path / "a.geojson")


# -------------------------------------------------------------------- the image
@pytest.mark.parametrize("name", ["yolo with names", "geojson bare list", "roi set", "labelme image beside"])
def test_the_shape_comes_from_the_image(name: str, tmp_path: Path) -> None:
    path = FILES[name](tmp_path)
    whole = read(path)
    (tmp_path / "labels.jpg").rename(tmp_path / "other.jpg")
    with pytest.raises(ReadError, match="does not tell the size") as refusal:
        read(path)
    assert "--image" in refusal.value.hint
    assert np.array_equal(read(path, shape=SHAPE).planes[0], whole.planes[0])
    with pytest.raises(ReadError, match="two dimensions"):
        read(path, shape=(3, *SHAPE))
    sample = open_entry(Entry("a", path, tmp_path / "other.jpg"))
    assert np.array_equal(sample.reference.planes[0], whole.planes[0])
    np.save(tmp_path / "pred.npy", np.ones(SHAPE, np.uint8))
    sample = open_entry(Entry("a", path, None, tmp_path / "pred.npy"))
    assert sample.reference.shape == SHAPE
    sample = open_entry(Entry("a", tmp_path / "pred.npy", None, path))
    assert sample.prediction.shape == SHAPE


def test_images_lie_in_a_folder_of_their_own(tmp_path: Path) -> None:
    labels, images = tmp_path / "labels" / "train", tmp_path / "images" / "train"
    labels.mkdir(parents=True)
    images.mkdir(parents=True)
    path = FILES["yolo with names"](labels)
    shutil.move(labels / "labels.jpg", images / "labels.jpg")
    shutil.move(labels / "data.yaml", tmp_path / "data.yaml")
    found = read(path)
    assert found.shape == SHAPE
    assert {category.name for category in found.ontology} == {"cell", "dead cell"}


def test_drawn_labels_and_their_images_share_a_folder(tmp_path: Path) -> None:
    path = FILES["labelme image beside"](tmp_path)
    (tmp_path / "classes.txt").write_text("cell\n")
    (tmp_path / "settings.json").write_text("{}")
    for other in ({}, {"image": tmp_path}):
        found = pair(tmp_path, **other)
        assert [entry.gt for entry in found.entries] == [path]
        assert "3 hidden files" in found.notes[0] or "image" in other
    assert found.entries[0].image == tmp_path / "labels.jpg"


# -------------------------------------------------------------------- hostile files
def _labelme(points, **facts) -> bytes:
    shape = {"label": "a", "points": points, "shape_type": "polygon"} | facts
    return json.dumps({"shapes": [shape], "imageHeight": 20, "imageWidth": 20}).encode()


def _geojson(coordinates, sort: str = "Polygon") -> bytes:
    feature = {"type": "Feature", "geometry": {"type": sort, "coordinates": coordinates}, "properties": {}}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()


def _cityscapes(polygon, **facts) -> bytes:
    scene = {"imgHeight": 20, "imgWidth": 20, "objects": [{"label": "car", "polygon": polygon} | facts]}
    return json.dumps(scene).encode()


def _yolo(numbers: list[object], class_id: object = 0) -> bytes:
    return " ".join(map(str, [class_id, *numbers])).encode()


_ZIGZAG = [[0, 0], [1, 20_000]] * 4_000
_HOSTILE = {
    "labelme nan": ("a.json", _labelme([[0, 0], [float("nan"), 4], [4, 4]])),
    "labelme far": ("a.json", _labelme([[0, 0], [1e308, 4], [4, 4]])),
    "labelme huge": ("a.json", _labelme([[0, 0], [10**400, 4], [4, 4]])),
    "labelme words": ("a.json", _labelme([["a", 0], ["b", 4], [4, 4]])),
    "labelme ragged": ("a.json", _labelme([[0, 0], [4], [4, 4]])),
    "labelme no points": ("a.json", _labelme(None)),
    "labelme object": ("a.json", _labelme({"x": 1})),
    "labelme no label": ("a.json", _labelme([[0, 0], [4, 0], [4, 4]], label=None)),
    "labelme circle": ("a.json", _labelme([[0, 0], [1e308, 1e308]], shape_type="circle")),
    "labelme circle of three": ("a.json", _labelme([[0, 0], [1, 1], [2, 2]], shape_type="circle")),
    "labelme no mask": ("a.json", _labelme([[0, 0], [1, 1]], shape_type="mask")),
    "labelme other mask": ("a.json", _labelme([[0, 0], [1, 1]], shape_type="mask", mask="AAAA")),
    "labelme shapes": ("a.json", b'{"shapes": {}}'),
    "labelme shape": ("a.json", b'{"shapes": [7], "imageHeight": 9, "imageWidth": 9}'),
    "labelme deep": ("a.json", b'{"shapes": ' + b"[" * 100_000),
    "labelme large": ("a.json", b'{"shapes": [], "imageHeight": 1000000, "imageWidth": 1000000}'),
    "geojson nan": ("a.geojson", _geojson([[[0, 0], [float("inf"), 4], [4, 4]]])),
    "geojson deep": ("a.geojson", _geojson([[[[[0, 0]]]]])),
    "geojson flat": ("a.geojson", _geojson([0, 1, 2])),
    "geojson words": ("a.geojson", _geojson("words")),
    "geojson nothing": ("a.geojson", b'{"type": "FeatureCollection"}'),
    "geojson feature": ("a.geojson", b'{"type": "FeatureCollection", "features": [5]}'),
    "geojson alone": ("a.geojson", b'{"type": "Feature", "geometry": {}}'),
    "yolo nan": ("a.txt", _yolo([0.1, 0.2, "nan", 0.2, 0.3, 0.3])),
    "yolo far": ("a.txt", _yolo([0.1, 0.2, "1e308", 0.2, 0.3, 0.3])),
    "yolo score": ("a.txt", _yolo([0.1, 0.2, 0.2, 0.2, 0.3, 0.3, "nan"])),
    "yolo words": ("a.txt", _yolo([0.1, 0.2, 0.2, 0.2, 0.3, 0.3]) + b"\n0 a b c d e f"),
    "yolo short": ("a.txt", _yolo([0.1, 0.2, 0.2, 0.2, 0.3, 0.3]) + b"\n0 0.5"),
    "yolo digits": ("a.txt", _yolo([0.1, 0.2, 0.2, 0.2, 0.3, 0.3], "9" * 5000)),
    "cityscapes nan": ("a_polygons.json", _cityscapes([[0, 0], [float("nan"), 4], [4, 4]])),
    "cityscapes far": ("a_polygons.json", _cityscapes([[0, 0], [1e308, 4], [4, 4]])),
    "cityscapes words": ("a_polygons.json", _cityscapes("words")),
    "cityscapes label": ("a_polygons.json", _cityscapes([[0, 0], [4, 4], [0, 4]], label="unicorn")),
    "cityscapes no label": ("a_polygons.json", _cityscapes([[0, 0], [4, 4], [0, 4]], label=5)),
    "cityscapes shape": ("a_polygons.json", b'{"imgHeight": 0, "imgWidth": 9, "objects": []}'),
    "cityscapes objects": ("a_polygons.json", b'{"imgHeight": 9, "imgWidth": 9, "objects": 7}'),
    "cityscapes large": ("a_polygons.json", b'{"imgHeight": 10000000, "imgWidth": 10000000, "objects": []}'),
    "roi cut": ("a.roi", b"Iout" + bytes(30)),
    "roi long": ("a.roi", b"Iout" + b"\0\xe4\7\0" + bytes(8) + b"\xff\xff" + bytes(60)),
    "zip cut": ("a.zip", b"PK\x03\x04" + bytes(60)),
}


@pytest.mark.parametrize("name", _HOSTILE)
def test_hostile_files_are_refused_with_their_name(name: str, tmp_path: Path) -> None:
    image_of(tmp_path, "a")
    file, content = _HOSTILE[name]
    path = tmp_path / file
    path.write_bytes(content)
    start = time.monotonic()
    with pytest.raises(ReadError, match=file) as refusal:
        read(path)
    assert refusal.value.hint
    assert time.monotonic() - start < 5


def test_outlines_without_end_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    facts = {"shapes": [{"label": "a", "points": _ZIGZAG}], "imageHeight": 20_000, "imageWidth": 20}
    path.write_text(json.dumps(facts))
    with pytest.raises(ReadError, match=r"a\.json, shape 1: .*too often"):
        read(path)


def test_a_million_corners_are_filled_in_time(tmp_path: Path) -> None:
    turn = np.linspace(0, 2 * np.pi, 1_000_000)
    points = np.stack([50 + 40 * np.cos(turn), 50 + 40 * np.sin(turn)], axis=1).round(4).tolist()
    (tmp_path / "a.json").write_bytes(
        json.dumps(
            {"shapes": [{"label": "a", "points": points}], "imageHeight": 99, "imageWidth": 99}
        ).encode()
    )
    start = time.monotonic()
    assert abs(int((read(tmp_path / "a.json").data > 0).sum()) - 5026) < 20
    assert time.monotonic() - start < 10


def test_planes_without_end_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("segreview.formats.guard.MOST_BYTES", 2**26)
    whole = {"label": "a", "points": [[0, 0], [2000, 2000]], "shape_type": "rectangle"}
    facts = {"shapes": [whole] * 100, "imageHeight": 2000, "imageWidth": 2000}
    (tmp_path / "a.json").write_text(json.dumps(facts))
    with pytest.raises(SegreviewError, match=r"a\.json needs \d+ planes"):
        read(tmp_path / "a.json")
