"""Cityscapes: the polygons of an image, in the order in which they are drawn over one another."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from segreview.errors import LossError, ReadError, SegreviewError
from segreview.formats.cityscapes.ids import classed_labels, refuse_other_classes
from segreview.formats.cityscapes.overdrawn import Corners, Redrawing, painted
from segreview.formats.classes import CITYSCAPES
from segreview.formats.drawn.objects import corners_of
from segreview.formats.format import Format, Keeps, ReadOptions
from segreview.formats.guard import file_bytes, is_size, refuse_absurd, stamp_of
from segreview.formats.json.entries import Entries, entries_of
from segreview.formats.json.sort import JsonSort, json_sort
from segreview.formats.json.spans import altered, document, parsing
from segreview.formats.naming import POLYGONS
from segreview.formats.raster import Raster, digest, original_bytes, same_file
from segreview.formats.replacing import Draft
from segreview.model.box import Box
from segreview.model.labels import Kind, LabelImage, Origin
from segreview.shape.centres import outlines_through_centres
from segreview.shape.inside import inside

KEEPS = Keeps(("uint16",), (2,), categories=True, crowds=True, ids=False, void=True)

_GROUP = "group"
"""End of the label of several objects of a class that were not told apart."""

_MOST_WORK = 2**30
"""Rows of the image times corners of a polygon, up to which it is drawn."""

_BY_NAME = {category.name: category for category in CITYSCAPES}
_HINT = "Look at the file with the label tool of cityscapesScripts."


@dataclass(frozen=True)
class Scene:
    """Polygons of an image in the order in which they are drawn.

    Parameters
    ----------
    shape
        Height and width of the image.
    polygons, ids, places
        Corners of each, its id as in instanceIds, and its place in the file.
    """

    shape: tuple[int, int]
    polygons: tuple[Corners, ...]
    ids: tuple[int, ...]
    places: tuple[int, ...]

    def numbers(self, ids: Sequence[int]) -> np.ndarray:
        """Id that is seen in each pixel, when the polygons have these."""
        found: np.ndarray = np.array([0, *ids], np.int64)[painted(self.polygons, self.shape)]
        return found


# -------------------------------------------------------------------- reading
def scene_of(content: bytes, path: Path) -> Scene:
    """Polygons of a file's bytes; deleted ones, and classes with an id below 0, are not drawn.

    Raises
    ------
    ReadError
        When it cannot be understood.
    """
    with parsing(path):
        _, root = document(content)
    head = root.value if isinstance(root.value, dict) else {}
    height, width, objects = head.get("imgHeight"), head.get("imgWidth"), head.get("objects")
    if not is_size(height) or not is_size(width):
        raise ReadError(f"{path} tells no height and width of its image.", _HINT)
    if not isinstance(objects, list):
        raise ReadError(f"{path} has no list of objects.", _HINT)
    refuse_absurd(path, 8 * height * width)
    counts: dict[int, int] = {}
    found: list[tuple[Corners, int, int]] = []
    for place, entry in enumerate(objects):
        try:
            one = None if isinstance(entry, dict) and entry.get("deleted") else _id_of(entry, counts)
            if one is not None and one >= 0:
                found.append((_corners(entry, height), one, place))
        except SegreviewError as error:
            raise ReadError(f"{path}, object {place + 1}: {error.message}", error.hint) from error
    polygons, ids, places = zip(*found, strict=True) if found else ((), (), ())
    return Scene((height, width), polygons, ids, places)


def _id_of(entry: Any, counts: dict[int, int]) -> int:
    """Id of an object: its class, or a number for each object of a class that has such."""
    name = entry.get("label") if isinstance(entry, dict) else None
    if not isinstance(name, str):
        raise SegreviewError("it has no label.", _HINT)
    category = _BY_NAME.get(name) or _BY_NAME.get(name.removesuffix(_GROUP))
    if category is None:
        raise SegreviewError(f"its label {name!r} is no class of Cityscapes.", "Correct the label.")
    if not category.isthing or name not in _BY_NAME:
        return category.id
    number = counts.get(category.id, 0)
    counts[category.id] = number + 1
    if number >= CITYSCAPES.factor:
        raise SegreviewError(f"it is the {number + 1}th of its class, and ids have a place for 1000.", _HINT)
    return category.id * CITYSCAPES.factor + number


def _corners(entry: Any, height: int) -> Corners:
    corners = corners_of(entry.get("polygon"))
    inside([corners], (1, 1))  # refuses what is no place
    if len(corners) * height > _MOST_WORK:
        raise SegreviewError(f"its polygon has {len(corners):,} corners: too many to be drawn.", _HINT)
    return [(x, y) for x, y in corners.tolist()]


def read(path: Path, options: ReadOptions) -> LabelImage:
    """Labels as cityscapesScripts would draw them: panoptic, with the ids of instanceIds.

    Raises
    ------
    ReadError
        When the file is missing or damaged.
    """
    if options.kind is Kind.BINARY:
        raise ReadError(f"{path} is no two-valued mask.", "Leave out --kind.")
    stamp = stamp_of(path)
    content = file_bytes(path)
    scene = scene_of(content, path)
    origin = Origin("cityscapes_polygons", (path,), (digest(content),), stamps=(stamp,), order=scene.ids)
    kind = Kind.SEMANTIC if options.kind is Kind.SEMANTIC else Kind.PANOPTIC
    options = replace(options, ontology=options.ontology or CITYSCAPES, background=None)
    return classed_labels(Raster(scene.numbers(scene.ids).astype(np.uint16), "YX"), kind, options, origin)


def shape_of(path: Path) -> tuple[int, int]:
    """Height and width of the image, as a file tells them."""
    return scene_of(file_bytes(path), path).shape


# -------------------------------------------------------------------- writing
def write(labels: LabelImage, path: Path) -> tuple[Draft, ...]:
    """File as it is going to be; no draft when nothing changed and the target is the origin.

    Raises
    ------
    LossError
        When labels are classes alone, or an object cannot be drawn as one polygon.
    WriteError
        When the original is gone or was changed by another program.
    """
    if labels.kind is Kind.SEMANTIC:
        raise LossError(
            f"Polygons of Cityscapes are of objects, not of classes alone: nothing was written to {path}.",
            "Save in a format of pixels, for example PNG.",
        )
    target = labels.data.astype(np.int64)
    origin = labels.origin if labels.origin and labels.origin.format == "cityscapes_polygons" else None
    if origin is None:
        refuse_other_classes(labels, path)
    content = _empty(target) if origin is None else original_bytes(origin, 0)
    scene = scene_of(content, path)
    redrawing = Redrawing(scene.polygons, () if origin is None else origin.order, target, _is_one)
    redrawing.find()
    ids = redrawing.ids
    if redrawing.masks:
        content, ids = _redrawn(content, scene, redrawing, path)
    elif origin is not None and same_file(path, origin.path):
        return ()
    return (Draft(path, content, partial(_draws, path, ids, target), order=tuple(ids)),)


def _is_one(one: int) -> bool:
    """Whether an id is that of one object."""
    return one >= CITYSCAPES.factor


def _empty(target: np.ndarray) -> bytes:
    head = {"imgHeight": target.shape[0], "imgWidth": target.shape[1], "objects": []}
    return json.dumps(head, indent=4).encode()


def _redrawn(content: bytes, scene: Scene, redrawing: Redrawing, path: Path) -> tuple[bytes, Sequence[int]]:
    """File with some polygons drawn anew, and the ids of all of its polygons in labels."""
    objects = Entries.of(content, "objects", path)
    new: dict[int, list[str]] = {}
    added: list[dict[str, Any]] = []
    ids: list[int] = []
    for number, one in enumerate([*redrawing.ids, *redrawing.fresh], start=1):
        if number not in redrawing.masks:
            ids.append(one)
            continue
        rings = _rings(one, redrawing.masks[number], path)
        ids += [one] * len(rings)
        if number > len(scene.places):
            added += [{"label": _label(one, path), "polygon": ring} for ring in rings]
            continue
        place = scene.places[number - 1]
        entry = objects.members(place)
        new[place] = [altered(objects.text, entry, {"polygon": ring}) for ring in rings]
    return objects.revised(new, added), ids


def _rings(one: int, mask: np.ndarray, path: Path) -> list[list[list[int]]]:
    """Corners of the polygons of an id: of an object a single one."""
    box = Box.of_mask(mask)
    found = outlines_through_centres(mask[box.slices], (box.start[0], box.start[1]))
    if len(found) > 1 and _is_one(one):
        raise LossError(
            f"Object {one} would be in {len(found)} parts, and a polygon of Cityscapes is in one: "
            f"nothing was written to {path}.",
            "Join the parts, erase all but one, or give them ids of their own.",
        )
    return [[list(corner) for corner in ring] for ring in found]


def _label(one: int, path: Path) -> str:
    """Label of an id; a class of objects without a number stands for a group of them."""
    category = CITYSCAPES.get(CITYSCAPES.category_of(one))
    if category is None:
        raise LossError(
            f"Id {one} is no class of Cityscapes: nothing was written to {path}.",
            "Cityscapes keeps a class id, or a class id times 1000 plus a number.",
        )
    return category.name + (_GROUP if category.isthing and one == category.id else "")


def _draws(path: Path, ids: Sequence[int], target: np.ndarray, content: bytes) -> bool:
    """Whether a file draws what was to be written, when its polygons have these ids."""
    scene = scene_of(content, path)
    classes = [CITYSCAPES.category_of(one) for one in scene.ids] == [CITYSCAPES.category_of(i) for i in ids]
    return classes and np.array_equal(scene.numbers(ids), target)


FORMAT = Format(
    "cityscapes_polygons",
    "Cityscapes (polygons)",
    (POLYGONS,),
    lambda path, head: json_sort(path, head) is JsonSort.POLYGONS,
    read,
    write,
    KEEPS,
    shape=shape_of,
    entries=partial(entries_of, name="objects"),
)
