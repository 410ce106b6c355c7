"""Class tables: the built-in ones, and JSON, CSV and YAML files of (id, name, color, isthing, ignore)."""

from __future__ import annotations

import csv
import json
import reprlib
from collections.abc import Iterable, Mapping
from math import isfinite
from pathlib import Path
from typing import Any

from segreview.errors import ReadError
from segreview.formats.guard import file_bytes
from segreview.formats.tables import CAMVID, CAMVID11, COCO, COCO_PANOPTIC, VOC
from segreview.model.ontology import Category, Ontology

_CITYSCAPES_ROWS: tuple[tuple[int, str, tuple[int, int, int], str], ...] = (
    (0, "unlabeled", (0, 0, 0), "ignored"),
    (1, "ego vehicle", (0, 0, 0), "ignored"),
    (2, "rectification border", (0, 0, 0), "ignored"),
    (3, "out of roi", (0, 0, 0), "ignored"),
    (4, "static", (0, 0, 0), "ignored"),
    (5, "dynamic", (111, 74, 0), "ignored"),
    (6, "ground", (81, 0, 81), "ignored"),
    (7, "road", (128, 64, 128), ""),
    (8, "sidewalk", (244, 35, 232), ""),
    (9, "parking", (250, 170, 160), "ignored"),
    (10, "rail track", (230, 150, 140), "ignored"),
    (11, "building", (70, 70, 70), ""),
    (12, "wall", (102, 102, 156), ""),
    (13, "fence", (190, 153, 153), ""),
    (14, "guard rail", (180, 165, 180), "ignored"),
    (15, "bridge", (150, 100, 100), "ignored"),
    (16, "tunnel", (150, 120, 90), "ignored"),
    (17, "pole", (153, 153, 153), ""),
    (18, "polegroup", (153, 153, 153), "ignored"),
    (19, "traffic light", (250, 170, 30), ""),
    (20, "traffic sign", (220, 220, 0), ""),
    (21, "vegetation", (107, 142, 35), ""),
    (22, "terrain", (152, 251, 152), ""),
    (23, "sky", (70, 130, 180), ""),
    (24, "person", (220, 20, 60), "thing"),
    (25, "rider", (255, 0, 0), "thing"),
    (26, "car", (0, 0, 142), "thing"),
    (27, "truck", (0, 0, 70), "thing"),
    (28, "bus", (0, 60, 100), "thing"),
    (29, "caravan", (0, 0, 90), "thing ignored"),
    (30, "trailer", (0, 0, 110), "thing ignored"),
    (31, "train", (0, 80, 100), "thing"),
    (32, "motorcycle", (0, 0, 230), "thing"),
    (33, "bicycle", (119, 11, 32), "thing"),
    (-1, "license plate", (0, 0, 142), "ignored"),
)

CITYSCAPES = Ontology(
    "cityscapes",
    tuple(
        Category(id_, name, color, "thing" in flags, "ignored" in flags)
        for id_, name, color, flags in _CITYSCAPES_ROWS
    ),
    factor=1000,
)
"""The 35 classes of Cityscapes (cityscapesScripts, ``helpers/labels.py``): ``hasInstances`` are
things, ``ignoreInEval`` is ignored; a thing's id is its class times 1000 plus a number."""

BUILT_IN: Mapping[str, Ontology] = {
    table.name: table for table in (CITYSCAPES, VOC, CAMVID, CAMVID11, COCO, COCO_PANOPTIC)
}

_ID_KEYS = ("id", "value", "index", "label_id", "class_id", "category_id")
_NAME_KEYS = ("name", "label", "class", "title")
_COLOR_KEYS = ("color", "colour", "rgb")
_THING_KEYS = ("isthing", "is_thing", "thing", "hasInstances", "instances")
_IGNORE_KEYS = ("ignore", "ignored", "ignoreInEval", "void")
_CHANNEL_KEYS = (("r", "g", "b"), ("red", "green", "blue"))

_NO = ("", "0", "false", "no", "n")
"""What a text says that means no; everything else means yes."""

_MOST_YAML, _DEEPEST_YAML = 2**18, 20
"""Largest YAML text in characters, and deepest nesting: its parser takes seconds, and forever beyond."""

_SHAPE_HINT = (
    'Write a JSON list like [{"id": 1, "name": "cell", "color": [255, 0, 0], "isthing": true}], '
    "the same in YAML, or a CSV file with the columns id, name, color, isthing, ignore."
)


def load_classes(source: str | Path | Ontology | None) -> Ontology | None:
    """Class table by name or out of a file; None and tables pass through.

    Parameters
    ----------
    source
        Name of a built-in table, or a path. A file holds a list of classes, or a dictionary with
        the list under ``categories``, ``classes`` or ``labels``, or with parallel lists ``names``
        and ``colors`` and the ``void`` ids, or of id to name. It is JSON unless its name ends in
        ``.yaml``, ``.yml``, ``.csv`` or ``.tsv``; columns are named in the first line, and colours
        may have three of them (r, g, b).

    Raises
    ------
    ReadError
        When there is no such table or file, or it cannot be understood.
    """
    if source is None or isinstance(source, Ontology):
        return source
    path = Path(source)
    built_in = BUILT_IN.get(str(source).lower())
    if built_in is not None and not path.is_file():
        return built_in
    if not path.exists() and path.suffix == "":
        raise ReadError(
            f"There is no class table named {source}.",
            f"Built in: {', '.join(BUILT_IN)}. Else name a JSON, CSV or YAML file.",
        )
    return ontology_of(_table(path), path)


def _table(path: Path) -> Any:
    """What a file holds, by the end of its name."""
    content = file_bytes(path)
    parse, what = {
        ".csv": (_csv_rows, "CSV"),
        ".tsv": (_csv_rows, "CSV"),
        ".yaml": (_yaml, "YAML"),
        ".yml": (_yaml, "YAML"),
    }.get(path.suffix.lower(), (json.loads, "JSON"))
    try:
        return parse(content.decode("utf-8-sig"))
    except (ValueError, RecursionError, csv.Error) as error:
        raise ReadError(f"{path} is no {what} file: {error}.", _SHAPE_HINT) from error


def _csv_rows(text: str) -> list[dict[str, Any]]:
    """Rows under the names of the first line, split at tabs, semicolons or commas."""
    lines = [line for line in text.splitlines() if line.strip()]
    split = next((mark for mark in "\t;" if lines and mark in lines[0]), ",")
    rows = csv.DictReader(lines, delimiter=split, skipinitialspace=True, restval="", strict=True)
    return [{key.strip(): value.strip() for key, value in row.items() if key and value} for row in rows]


def _yaml(text: str) -> Any:
    """What YAML text holds; references in it are refused, since few of them can stand for terabytes."""
    import yaml

    if len(text) > _MOST_YAML:
        raise ValueError("it is larger than any class table")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    depth = 0
    try:
        for event in yaml.parse(text, loader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST_YAML or isinstance(event, yaml.AliasEvent):
                raise ValueError("references (*name) and deep nesting are not followed")
        return yaml.load(text, loader)  # noqa: S506 (it is one of the safe loaders)
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from error


def ontology_of(table: Any, path: Path) -> Ontology:
    """Class table out of what a file holds; see `load_classes`.

    Raises
    ------
    ReadError
        When it cannot be understood.
    """
    head = table if isinstance(table, dict) else {}
    rows = _rows(table)
    if not rows:
        raise ReadError(f"{path} holds no class table.", _SHAPE_HINT)
    void = head.get("void", head.get("ignore", ()))
    ignored = {one for one in (void if isinstance(void, list) else [void]) if isinstance(one, int | float)}
    categories = tuple(_category(row, number, ignored, path) for number, row in enumerate(rows))
    ids = [category.id for category in categories]
    doubled = sorted({i for i in ids if ids.count(i) > 1})
    if doubled:
        raise ReadError(f"{path} names the class id {doubled[0]} twice.", "Give each class an id of its own.")
    factor = head.get("factor", head.get("label_divisor", 0))
    return Ontology(str(head.get("name", path.stem)), categories, factor if isinstance(factor, int) else 0)


def _rows(table: Any) -> list[Any]:
    """One entry per class, in whichever of the known shapes the file is."""
    if isinstance(table, list):
        return table
    if not isinstance(table, dict):
        return []
    for key in ("categories", "classes", "labels"):
        if isinstance(table.get(key), list | dict):
            return _rows(table[key])
    names, colors = table.get("names"), table.get("colors", table.get("colours"))
    if isinstance(names, list):
        given = colors if isinstance(colors, list) else []
        return [
            {"id": i, "name": name} | ({"color": given[i]} if i < len(given) else {})
            for i, name in enumerate(names)
        ]
    if isinstance(names, dict):
        return _rows(names)
    return [
        _keyed(str(key), value)
        for key, value in table.items()
        if _is_number(str(key)) or isinstance(value, dict | int)
    ]


def _keyed(key: str, value: Any) -> Any:
    """Entry of a dictionary of classes: id to name, id to facts, name to facts, or name to id."""
    if _is_number(key):
        return {"id": int(key)} | (value if isinstance(value, dict) else {"name": value})
    return {"name": key} | (value if isinstance(value, dict) else {"id": value})


def _is_number(text: str) -> bool:
    """Whether a key of a dictionary is a class id."""
    return text.isascii() and text.removeprefix("-").isdecimal() and len(text) < 20


def _category(row: Any, number: int, ignored: set[Any], path: Path) -> Category:
    """One class; a plain name counts from zero."""
    if isinstance(row, str):
        row = {"id": number, "name": row}
    if not isinstance(row, dict):
        raise ReadError(
            f"{path}: class {number} is {reprlib.repr(row)}, not a name or a dictionary.", _SHAPE_HINT
        )
    id_ = _first(row, _ID_KEYS, number)
    if isinstance(id_, str) and _is_number(id_):
        id_ = int(id_)
    if isinstance(id_, bool) or not isinstance(id_, int) or abs(id_) >= 2**63:
        raise ReadError(
            f"{path}: class {number} has the id {reprlib.repr(id_)}, not a whole number.", _SHAPE_HINT
        )
    return Category(
        id=id_,
        name=str(_first(row, _NAME_KEYS, f"class {id_}")),
        color=_color(_given_color(row), id_, path),
        isthing=_yes(_first(row, _THING_KEYS, False)),
        ignore=_yes(_first(row, _IGNORE_KEYS, False)) or id_ in ignored,
    )


def _yes(value: Any) -> bool:
    """Whether a flag is set; tables of text write it as a word."""
    return value.lower() not in _NO if isinstance(value, str) else bool(value)


def _given_color(row: Mapping[str, Any]) -> Any:
    """Colour of a class as it is written, in one entry or in three."""
    for keys in _CHANNEL_KEYS:
        if all(key in row for key in keys):
            return " ".join(str(row[key]) for key in keys)
    return _first(row, _COLOR_KEYS, None)


def _first(row: Mapping[str, Any], keys: Iterable[str], default: Any) -> Any:
    """Value of the first key that is there."""
    return next((row[key] for key in keys if key in row), default)


def _color(value: Any, id_: int, path: Path) -> tuple[int, int, int]:
    """Red, green, blue of a list, of text or of ``#rrggbb``; a colour of its own for a class without one."""
    if value is None:
        return spread_color(id_)
    if isinstance(value, str) and not value.startswith("#"):
        parts = value.strip("()[]").replace(",", " ").split()
        value = [int(part) for part in parts] if all(map(_is_number, parts)) else value
    if isinstance(value, str) and len(value) == 7 and value.startswith("#"):
        try:
            return int(value[1:3], 16), int(value[3:5], 16), int(value[5:7], 16)
        except ValueError:
            pass  # told below
    if isinstance(value, list) and len(value) in (3, 4) and all(map(_is_channel, value)):
        unit = any(isinstance(v, float) for v in value) and max(value) <= 1
        red, green, blue = (round(max(0, min(255, 255 * v if unit else v))) for v in value[:3])
        return red, green, blue
    raise ReadError(
        f"{path}: class {id_} has the color {reprlib.repr(value)}.", "Write [red, green, blue] or #rrggbb."
    )


def _is_channel(value: Any) -> bool:
    """Whether a value can be a part of a colour."""
    return isinstance(value, int) or (isinstance(value, float) and isfinite(value))


def spread_color(id_: int) -> tuple[int, int, int]:
    """Colour by which neighbouring ids differ: hues a golden ratio apart."""
    import colorsys

    red, green, blue = colorsys.hsv_to_rgb(id_ * 0.618034 % 1, 0.65, 0.9)
    return round(255 * red), round(255 * green), round(255 * blue)
