from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from outline_files import FILES
from segreview.formats.registry import find_format, read, write
from segreview.model.labels import LabelImage, Segment
from segreview.model.ontology import Category, Ontology


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return FILES["geojson bare list"](tmp_path)


def features(path: Path) -> list[dict]:
    root = json.loads(path.read_text("utf-8"))
    return root if isinstance(root, list) else root["features"]


def test_holes_parts_classes_and_scores_are_read(path: Path) -> None:
    labels = read(path)
    first, second = labels.planes
    assert int((first == 1).sum()) == 90 - 9
    assert 2 in first
    assert 3 in second
    assert labels.category(1).name == "Tumor"
    assert labels.category(1).color == (200, 0, 50)
    assert labels.category(3).name == "Immune: CD3"
    assert labels.category(4) is None
    assert labels.segments[4].score == 0.75
    assert "2 of its entries are no areas" in labels.reading


def test_only_the_geometry_of_an_edited_feature_is_typed_anew(path: Path) -> None:
    before = features(path)
    labels = read(path)
    plane = labels.planes[0].copy()
    plane[2, 2:12] = 0
    write(replace(labels, planes=(plane, labels.planes[1])), path)
    after = features(path)
    assert after[1:] == before[1:]
    assert {name: after[0][name] for name in ("type", "id", "properties")} == {
        name: before[0][name] for name in ("type", "id", "properties")
    }
    outer, hole = after[0]["geometry"]["coordinates"]
    assert outer == [[2, 3], [12, 3], [12, 11], [2, 11], [2, 3]]
    assert hole == [[4, 7], [7, 7], [7, 4], [4, 4], [4, 7]]


def test_a_hole_and_a_part_are_written_as_such(tmp_path: Path) -> None:
    data = np.zeros((9, 12), np.uint8)
    data[1:8, 1:8] = 1
    data[3:5, 3:5] = 0
    data[2:4, 10:12] = 1
    table = Ontology("t", (Category(5, "Stroma", (1, 2, 3)),))
    labels = LabelImage((data,), segments={1: Segment(5, 0.5)}, ontology=table)
    path = tmp_path / "a.geojson"
    write(labels, path)
    (feature,) = features(path)
    assert feature["geometry"]["type"] == "MultiPolygon"
    assert [len(polygon) for polygon in feature["geometry"]["coordinates"]] == [2, 1]
    assert feature["properties"] == {
        "objectType": "annotation",
        "classification": {"name": "Stroma", "color": [1, 2, 3]},
        "measurements": {"Detection probability": 0.5},
    }
    assert len(feature["id"]) == 36
    back = read(path, shape=data.shape)
    assert np.array_equal(back.data, data)
    assert back.category(1).color == (1, 2, 3)


def test_a_score_that_changes_leaves_the_other_measurements(path: Path) -> None:
    path = FILES["geojson collection"](path.parent)
    labels = read(path)
    segments = dict(labels.segments) | {1: replace(labels.segments[1], score=0.25)}
    write(replace(labels, segments=segments), path)
    assert features(path)[0]["properties"]["measurements"] == {
        "Area µm^2": 1500.0,
        "Detection probability": 0.25,
    }
    assert read(path).segments[1].score == 0.25


def test_a_json_file_is_known_by_its_content(path: Path) -> None:
    other = path.with_suffix(".json")
    path.rename(other)
    assert find_format(other).name == "geojson"
