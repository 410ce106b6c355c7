"""Which of the label formats that are JSON a file is, by the names at its beginning."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from segreview.errors import ReadError
from segreview.formats.guard import first_bytes

_LOOKED_AT = 2**16
"""Bytes in which the names are looked for."""

_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|[\[\]{}:,]')
_BLANK = " \t\r\n\ufeff"


class JsonSort(StrEnum):
    """Sorts of label files."""

    LABELME = "labelme"
    POLYGONS = "polygons"
    GEOJSON = "geojson"
    COCO = "coco"


_MARKS = {
    JsonSort.LABELME: {"shapes", "imagePath", "imageData"},
    JsonSort.POLYGONS: {"imgHeight", "imgWidth"},
    JsonSort.GEOJSON: {"features", "geometry"},
    JsonSort.COCO: {"annotations", "images", "image_id"},
}
"""Names by which a file is known, in the order in which they decide."""


def json_sort(path: Path, head: bytes) -> JsonSort | None:
    """Sort of a file that begins with these bytes; None when it is none of them.

    The members of its root decide, or those of the first item of a list; a list without items is one of
    COCO's results.
    """
    if not head.decode(errors="replace").lstrip(_BLANK).startswith(("{", "[")):
        return None
    try:
        text = first_bytes(path, _LOOKED_AT).decode(errors="replace").lstrip(_BLANK)
    except ReadError:
        return None
    names = _names(text)
    if text.startswith("["):
        names = {name: names[name] for name in names.keys() & {"image_id", "geometry", "type"}}
        if text[1:].lstrip(_BLANK).startswith("]"):
            return JsonSort.COCO
    kinds = [sort for sort, marks in _MARKS.items() if marks & names.keys()]
    if not kinds and names.get("type") in ("FeatureCollection", "Feature"):
        kinds = [JsonSort.GEOJSON]
    return kinds[0] if kinds else None


def _names(text: str) -> Mapping[str, str]:
    """Names of the members of an object, or of the first item of a list, each with its text or a bracket."""
    names: dict[str, str] = {}
    deep, level = 0, 2 if text.startswith("[") else 1
    last, name = "", None
    for token in _TOKEN.finditer(text):
        mark = token.group()
        if mark == ":" and deep == level:
            name = last
        elif name is not None:
            names.setdefault(name, token.group(1) or mark)
            name = None
        deep += (mark in "[{") - (mark in "]}")
        last = token.group(1) or ""
        if deep < level and mark in "]}":
            break  # the end of the object
    return names
