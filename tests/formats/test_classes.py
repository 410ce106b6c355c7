"""Class tables: the built-in ones, and every shape of JSON, CSV and YAML that people write."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from segreview.errors import ReadError
from segreview.formats.classes import CITYSCAPES, load_classes
from segreview.formats.tables import CAMVID, CAMVID11, COCO, COCO_PANOPTIC, VOC

CELL = {"id": 1, "name": "cell", "color": [255, 0, 0], "isthing": True, "ignore": True}


def test_cityscapes_has_its_official_classes() -> None:
    assert len(CITYSCAPES.categories) == 35
    # Not formatted: a line for each name or number would say no more.
    scored = [category for category in CITYSCAPES if not category.ignore]
    assert len(scored) == 19
    assert [category.name for category in scored if category.isthing] == [
        "person", "rider", "car", "truck", "bus", "train", "motorcycle", "bicycle",
    ]  # fmt: skip
    assert CITYSCAPES.get(7).color == (128, 64, 128)
    assert load_classes("Cityscapes") is CITYSCAPES
    assert load_classes(None) is None
    assert load_classes(CITYSCAPES) is CITYSCAPES


def test_voc_camvid_and_coco_have_theirs() -> None:
    # Not formatted, as above.
    assert [len(table.categories) for table in (VOC, CAMVID, CAMVID11, COCO, COCO_PANOPTIC)] == [
        22, 32, 12, 80, 133,
    ]  # fmt: skip
    assert (VOC.get(15).name, VOC.get(15).color, VOC.get(255).color) == (
        "person",
        (192, 128, 128),
        (224, 224, 192),
    )
    assert [table.void_ids for table in (VOC, CAMVID, CAMVID11, COCO)] == [{255}, {30}, {11}, set()]
    assert (CAMVID.get(17).name, CAMVID11.get(3).name) == ("Road", "Road")
    assert (COCO.get(90).name, COCO.get(12)) == ("toothbrush", None)
    assert sum(category.isthing for category in COCO_PANOPTIC) == 80
    for table in (VOC, CAMVID, CAMVID11, COCO_PANOPTIC):
        assert load_classes(table.name.upper()) is table
        assert len({category.color for category in table}) == len(table.categories)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("t.csv", "id,name,color,isthing,ignore\n0,sky,,0,no\n1,cell,#ff0000,1,yes\n"),
        ("t.csv", "name,r,g,b,thing,void\nsky,0,0,9,,\ncell,255,0,0,true,1\n"),
        ("t.tsv", "id\tname\tcolour\tisthing\tignore\n0\tsky\n1\tcell\t255, 0, 0\tTRUE\t1\n"),
        ("t.CSV", "id; name; rgb; thing; ignored\n0; sky\n1; cell; (255 0 0); y; y\n"),
        (
            "t.yaml",
            "- {id: 0, name: sky}\n- {id: 1, name: cell, color: [255, 0, 0], isthing: yes, ignore: on}\n",
        ),
        ("t.yml", "void: [1]\nclasses:\n  0: sky\n  1: {name: cell, color: '#ff0000', thing: 1}\n"),
    ],
)
def test_csv_and_yaml_are_understood(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8-sig")
    ontology = load_classes(tmp_path / name)
    cell = ontology.get(1)
    assert ontology.get(0).name == "sky"
    assert (cell.name, cell.color, cell.isthing, cell.ignore) == ("cell", (255, 0, 0), True, True)
    assert not ontology.get(0).isthing
    assert not ontology.get(0).ignore


@pytest.mark.parametrize(
    "text",
    [
        "a" * 2**19,
        "[" * 2**17,
        "- " * 2**16,
        "{a: " * 2**15,
        "a: &a [x, x]\nb: [*a, *a]\n",
        "!!python/object/apply:os.system ['true']",
        "[",
        "- {id: 1, name: *b}",
    ],
)
def test_yaml_that_would_do_more_than_tell_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(text)
    with pytest.raises(ReadError, match=r"t\.yaml is no YAML file"):
        load_classes(tmp_path / "t.yaml")


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
