"""Objects that end along a grid of tiles: annotation tile by tile cuts what lies across the border.

The rule. An object is cut when it ends at a line of the grid, and the straight side there is at least
`LEAST_SIDE` px long and `LEAST_PART` of the object's extent along the line (in a stack: of the area of
its shadow on that plane, squared); when its opposite side is not just as straight, as that of a pole or
a window, or when one other object meets most of the straight side from beyond the line. The border of
the image is no line of the grid. Where the tiles are not known, the grid is all multiples of 100
and of 128 px: tiles of 256, 512, 1024 or of 200, 500, 1000 px have their borders among these. No disc
of 4 px radius or more has such a side by chance.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from segreview.model.box import Box
from segreview.model.labels import LabelImage
from segreview.shape.silhouette import Silhouette

Tiles = Sequence[int | None] | None
"""Side of the tiles along each axis (None: not cut along it); None when they are not known."""

USUAL = (100, 128)
"""Distances between the lines of the grid where the tiles are not known."""

LEAST_SIDE = 8
LEAST_PART = 0.6


class Cut(NamedTuple):
    """Straight side at a border of tiles: its pixels, their box, and the whole in words."""

    pixels: int
    box: Box
    text: str


class _Side(NamedTuple):
    """A face of an object's box that lies on a line of the grid."""

    axis: int
    first: bool  # whether it is the face at the start of the box
    line: int  # index of the first pixel behind the line


def find_cut(labels: LabelImage, plane: np.ndarray, shape: Silhouette, tiles: Tiles = None) -> Cut | None:
    """Where an object is cut, at the longest of its straight sides; None when it is not.

    Parameters
    ----------
    labels
        The labels.
    plane
        The plane of the object.
    shape
        The object's silhouette.
    tiles
        Sides of the image's own tiles.
    """
    found = (_cut_at(labels, plane, shape, side) for side in _sides(labels, shape.box, tiles))
    return max((cut for cut in found if cut is not None), key=lambda cut: cut.pixels, default=None)


def _sides(labels: LabelImage, box: Box, tiles: Tiles) -> Iterator[_Side]:
    """Faces of a box on lines of the grid, none at the border of the image."""
    for axis, letter in enumerate(labels.axes):
        if letter != "T":
            for first, at in ((True, box.start[axis]), (False, box.stop[axis])):
                if 0 < at < labels.shape[axis] and _on_grid(at, axis, tiles):
                    yield _Side(axis, first, at)


def _on_grid(at: int, axis: int, tiles: Tiles) -> bool:
    if tiles is None:
        return any(at % distance == 0 for distance in USUAL)
    distance = tiles[axis]
    return distance is not None and at % distance == 0


def _cut_at(labels: LabelImage, plane: np.ndarray, shape: Silhouette, side: _Side) -> Cut | None:
    mask = shape.mask
    face, opposite = (mask.take(0 if first else -1, side.axis) for first in (side.first, not side.first))
    pixels, shadow = int(np.count_nonzero(face)), int(np.count_nonzero(mask.any(axis=side.axis)))
    power = len(shape.spacing) - 1
    if pixels < max(LEAST_SIDE**power, LEAST_PART**power * shadow):
        return None
    other = _beyond(labels, plane, shape.box, side, face)
    if other is None and np.count_nonzero(opposite) >= LEAST_PART**power * shadow:
        return None
    where = f"{labels.axes[side.axis].lower()} = {side.line}"
    beyond = "" if other is None else f", where object {other} begins"
    text = f"cut: a straight side of {pixels} px at {where}{beyond}"
    return Cut(pixels, _face_box(shape.box, side), text)


def _beyond(labels: LabelImage, plane: np.ndarray, box: Box, side: _Side, face: np.ndarray) -> int | None:
    """Object that most of a straight side's pixels touch across the line."""
    at = [slice(a, b) for a, b in zip(box.start, box.stop, strict=True)]
    at[side.axis] = slice(side.line - 1, side.line) if side.first else slice(side.line, side.line + 1)
    ids, counts = np.unique(plane[tuple(at)].take(0, side.axis)[face], return_counts=True)
    most = int(counts.argmax())
    other = int(ids[most])
    return other if labels.is_instance(other) and counts[most] >= LEAST_PART * face.sum() else None


def _face_box(box: Box, side: _Side) -> Box:
    """Pixels of a box that lie at one of its faces."""
    start, stop = list(box.start), list(box.stop)
    if side.first:
        stop[side.axis] = side.line + 1
    else:
        start[side.axis] = side.line - 1
    return Box(tuple(start), tuple(stop))
