"""Class tables: the built-in one, and every shape of JSON that people write."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from segreview.errors import ReadError
from segreview.formats.classes import CITYSCAPES, load_classes

CELL = {"id": 1, "name": "cell", "color": [255, 0, 0], "isthing": True, "ignore": True}


def test_cityscapes_has_its_official_classes() -> None:
    assert len(CITYSCAPES.categories) == 35
    scored = [category for category in CITYSCAPES if not category.ignore]
    assert len(scored) == 19
    assert [category.name for category in scored if category.isthing] == [
        "person", "rider", "car", "truck", "bus", "train", "motorcycle", "bicycle",
    ]  # fmt: skip
    assert CITYSCAPES.get(7).color == (128, 64, 128)
    assert load_classes("Cityscapes") is CITYSCAPES
    assert load_classes(None) is None
    assert load_classes(CITYSCAPES) is CITYSCAPES


@pytest.mark.parametrize(
    "table",
    [
        [{"id": 0, "name": "sky"}, CELL],
        {"categories": [{"id": "0", "name": "sky"}, CELL]},
        {"classes": [{"value": 0, "label": "sky"}, {"value": 1} | CELL | {"colour": "#ff0000", "void": 1}]},
        {"0": "sky", "1": {"name": "cell", "color": [1.0, 0.0, 0.0], "hasInstances": True, "void": True}},
        {"sky": 0, "cell": {"id": 1, "rgb": [255, 0, 0, 255], "thing": True, "ignoreInEval": True}},
    ],
)
def test_many_shapes_are_understood(table: object, tmp_path: Path) -> None:
    path = tmp_path / "classes.json"
    path.write_text(json.dumps(table))
    ontology = load_classes(path)
    cell = ontology.get(1)
    assert ontology.get(0).name == "sky"
    assert (cell.name, cell.color, cell.isthing, cell.ignore) == ("cell", (255, 0, 0), True, True)
    assert ontology.void_ids == {1}


def test_parallel_lists_and_plain_names_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "classes.json"
    path.write_text(json.dumps({"names": ["sky", "cell"], "colours": [[1, 2, 3], [4, 5, 6]], "void": 1}))
    ontology = load_classes(path)
    assert [(c.id, c.name, c.color, c.ignore) for c in ontology] == [
        (0, "sky", (1, 2, 3), False),
        (1, "cell", (4, 5, 6), True),
    ]
    path.write_text('["sky", "cell"]')
    assert [(c.id, c.name) for c in load_classes(path)] == [(0, "sky"), (1, "cell")]
    assert len({c.color for c in load_classes(path)}) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "no JSON"),
        ("[]", "no class table"),
        ("3", "no class table"),
        ("[5]", "not a name"),
        ('[{"id": 1.5}]', "not a whole number"),
        ('[{"id": 1}, {"id": 1}]', "id 1 twice"),
        ('[{"id": 1, "color": "red"}]', "color 'red'"),
        ('[{"id": 1, "color": "#12345x"}]', "color"),
    ],
)
def test_what_is_not_understood_is_told(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "classes.json"
    path.write_text(text)
    with pytest.raises(ReadError, match=words) as refusal:
        load_classes(path)
    assert refusal.value.hint


def test_an_unknown_name_is_told() -> None:
    with pytest.raises(ReadError, match="no class table named mars"):
        load_classes("mars")
    with pytest.raises(ReadError, match="does not exist"):
        load_classes("mars.json")
