"""LabelMe: a JSON file for each image, with a list of shapes."""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import count
from math import hypot
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from segreview.errors import ReadError, SegreviewError
from segreview.formats.drawn.beside import image_beside
from segreview.formats.drawn.objects import (
    BYTES_PER_PIXEL,
    Drawn,
    Sheet,
    corners_of,
    joined,
    score_of,
)
from segreview.formats.drawn.outlines import Outlines, Revision, ShapeOf
from segreview.formats.format import Format
from segreview.formats.guard import is_size, refuse_absurd
from segreview.formats.json.entries import Entries, entries_of
from segreview.formats.json.sort import JsonSort, json_sort
from segreview.formats.json.spans import Found, altered, document, parsing
from segreview.formats.planes import Part
from segreview.formats.png import png
from segreview.formats.raster import Raster
from segreview.model.box import Box
from segreview.shape.inside import inside, inside_ellipse

_POLYGONS = ("polygon", "rotation", "quadrilateral", "rectangle")
_AREAS = (*_POLYGONS, "circle", "mask")
_HINT = "Look at the file with LabelMe, or beside one that it has saved."


# -------------------------------------------------------------------- reading
def decode(content: bytes, path: Path, shape_of: ShapeOf) -> Sheet:
    """Objects of a file; shapes of one group and one label are one object.

    Polygons are filled by the rule of `inside`, circles by the centres of pixels.

    Raises
    ------
    ReadError
        When it cannot be understood.
    """
    head = _head(content, path)
    shapes = head["shapes"]
    shape = _shape(head) or shape_of()
    refuse_absurd(path, BYTES_PER_PIXEL * shape[0] * shape[1])
    objects: dict[object, list[Drawn]] = {}
    for place, entry in enumerate(shapes):
        try:
            if (drawn := _drawn(entry, place, shape, path)) is not None:
                objects.setdefault(_group(entry, place), []).append(drawn)
        except (SegreviewError, TypeError, OverflowError) as error:
            said = error if isinstance(error, SegreviewError) else SegreviewError(f"{error}.", _HINT)
            raise ReadError(f"{path}, shape {place + 1}: {said.message}", said.hint) from error
    others = len(shapes) - sum(map(len, objects.values()))
    return Sheet(shape, tuple(map(joined, objects.values())), others=others)


def _head(content: bytes, path: Path) -> Mapping[str, Any]:
    """Members of a file, with a list of shapes among them."""
    with parsing(path):
        _, root = document(content)
    head: Mapping[str, Any] = root.value if isinstance(root.value, dict) else {}
    if not isinstance(head.get("shapes"), list):
        raise ReadError(f"{path} has no list of shapes.", _HINT)
    return head


def told(content: bytes, path: Path) -> tuple[int, int] | None:
    """Height and width of the image, where the file tells them."""
    return _shape(_head(content, path))


def _shape(head: Mapping[str, Any]) -> tuple[int, int] | None:
    height, width = head.get("imageHeight"), head.get("imageWidth")
    return (height, width) if is_size(height) and is_size(width) else None


def _group(entry: Mapping[str, Any], place: int) -> object:
    """What the shapes of one object share."""
    group = entry.get("group_id")
    return ("alone", place) if group is None else (str(group), entry["label"])


def _drawn(entry: Any, place: int, shape: tuple[int, int], path: Path) -> Drawn | None:
    """Object of one shape, or None when that is no area."""
    if not isinstance(entry, dict) or not isinstance(entry.get("label"), str):
        raise SegreviewError("it is no object with a label.", _HINT)
    sort = entry.get("shape_type") or "polygon"
    if sort not in _AREAS:
        return None
    part = _pixels(entry, sort, shape, path)
    return Drawn(part, entry["label"], score_of(entry.get("score")), (place,))


def _pixels(entry: Mapping[str, Any], sort: str, shape: tuple[int, int], path: Path) -> Part:
    points = corners_of(entry.get("points"))
    if sort in _POLYGONS and len(points) != 2:
        return Part(*inside([points], shape))
    if len(points) != 2:
        raise SegreviewError(f"a {sort} has two points, and this one {len(points)}.", _HINT)
    (x, y), (x_end, y_end) = points.tolist()
    if sort == "rectangle":
        return Part(*inside([np.array([(x, y), (x_end, y), (x_end, y_end), (x, y_end)])], shape))
    if sort == "circle":
        radius = hypot(x_end - x, y_end - y)
        return Part(*inside_ellipse((x, y), (radius, radius), shape))
    if sort == "mask":
        return _stored(entry.get("mask"), points, shape, path)
    return Part(*inside([points], shape))


def _stored(text: Any, points: np.ndarray, shape: tuple[int, int], path: Path) -> Part:
    """Pixels of a mask, a PNG in base64 whose upper left pixel is the first point."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise SegreviewError(f"its mask is no base64: {error}.", _HINT) from error
    mask = png.decode(content, path).numbers != 0
    inside([points], (1, 1))  # refuses what is no place
    left, top = (round(n) for n in points[0].tolist())
    return Part(Box.of_shape(mask.shape).shifted((top, left)), mask).clipped(shape)


# -------------------------------------------------------------------- writing
_FIELDS: Mapping[str, Any] = MappingProxyType(
    {
        "label": "",
        "points": [],
        "group_id": None,
        "description": "",
        "shape_type": "polygon",
        "flags": {},
        "mask": None,
    }
)
"""What LabelMe writes of a shape."""


def revise(content: bytes, sheet: Sheet, revision: Revision, path: Path) -> bytes:
    """Same file with other shapes; what it says of them beside their outlines and classes is kept."""
    shapes = Entries.of(content, "shapes", path)
    groups = _free_groups(shapes.values)
    new: dict[int, list[str]] = {}
    for number, after in revision.changed.items():
        before = sheet.objects[number]
        entries = [shapes.members(place) for place in before.places]
        texts = (
            [[]] * len(entries) if after is None else _altered(shapes.text, entries, before, after, groups)
        )
        new.update(zip(before.places, texts, strict=True))
    usual = shapes.values[-1].keys() if shapes.values else _FIELDS.keys()
    return shapes.revised(new, [entry for one in revision.added for entry in _entries(one, groups, usual)])


def encode(sheet: Sheet, path: Path) -> bytes:
    """New file; it names the image beside it, or that of its own name."""
    groups = count(1)
    image = image_beside(path)
    root: dict[str, Any] = {
        "version": "5.5.0",
        "flags": {},
        "shapes": [entry for one in sheet.objects for entry in _entries(one, groups, _FIELDS)],
        "imagePath": f"{path.stem}.png"
        if image is None
        else Path(os.path.relpath(image, path.parent)).as_posix(),
        "imageData": None,
        "imageHeight": sheet.shape[0],
        "imageWidth": sheet.shape[1],
    }
    return f"{json.dumps(root, indent=2)}\n".encode()


def _free_groups(entries: Iterable[Mapping[str, Any]]) -> Iterator[int]:
    """Numbers that no group has."""
    used = [entry.get("group_id") for entry in entries]
    return count(max((number for number in used if isinstance(number, int)), default=0) + 1)


def _altered(
    text: str, entries: Sequence[Found], before: Drawn, after: Drawn, groups: Iterator[int]
) -> list[list[str]]:
    """Texts of the entries of an object that is another one now."""
    known = {"label": after.label} | ({} if after.score == before.score else {"score": after.score})
    if after.part.equals(before.part):
        return [[altered(text, entry, known)] for entry in entries]
    first = entries[0]
    group = first.value["group_id"].value if "group_id" in first.value else None
    wanted = [
        {name: value for name, value in one.items() if name in first.value or value is not None}
        for one in _outlined(after, groups, group)
    ]
    return [[altered(text, first, known | one) for one in wanted], *([] for _ in entries[1:])]


def _entries(one: Drawn, groups: Iterator[int], usual: Collection[str]) -> list[dict[str, Any]]:
    """Shapes of a new object, with the members that are usual."""
    known = {"label": one.label} | ({} if one.score is None else {"score": one.score})
    found = []
    for outlined in _outlined(one, groups):
        facts = known | {name: value for name, value in outlined.items() if value is not None}
        kept = {name: value for name, value in _FIELDS.items() if name in usual or name in facts}
        found.append(kept | facts)
    return found


def _outlined(one: Drawn, groups: Iterator[int], group: Any = None) -> list[dict[str, Any]]:
    """Pixels of an object: polygons of one group, or a mask where it has holes, which polygons have not."""
    parts = one.outlines()
    if any(part.holes for part in parts):
        tight = one.part.tight()
        (top, left), (bottom, right) = tight.box.start, tight.box.stop
        content = png.encode(Raster(tight.mask * np.uint8(255), "YX"), None, Path("mask"))
        return [
            {
                "points": [[float(left), float(top)], [right - 1.0, bottom - 1.0]],
                "group_id": group,
                "shape_type": "mask",
                "mask": base64.b64encode(content).decode(),
            }
        ]
    if len(parts) > 1 and group is None:
        group = next(groups)
    return [
        {
            "points": part.outer.astype(float).tolist(),
            "group_id": group,
            "shape_type": "polygon",
            "mask": None,
        }
        for part in parts
    ]


CODEC = Outlines("labelme", "LabelMe", decode, revise, encode, told, nameless="object")

FORMAT = Format(
    "labelme",
    "LabelMe (JSON)",
    (".json",),
    lambda path, head: json_sort(path, head) is JsonSort.LABELME,
    CODEC.read,
    CODEC.write,
    CODEC.keeps,
    shape=CODEC.shape,
    entries=partial(entries_of, name="shapes"),
)
