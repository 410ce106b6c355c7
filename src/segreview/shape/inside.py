"""Pixels inside of outlines, by the even-odd rule at their centres."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from segreview.errors import SegreviewError
from segreview.model.box import Box

_FARTHEST = 1 << 18
"""Pixels from the corner of the image up to which corners may lie."""

_MOST_CROSSINGS = 1 << 25
"""Crossings of edges with rows up to which an object is filled: more than any outline of an image has."""

_AT_ONCE = 1 << 21

_RIGHT_OF_TIES = 1e-8
"""Pixels by which edges are moved to the right, so that rounding never decides what lies on one."""


def inside(rings: Sequence[np.ndarray], shape: Sequence[int]) -> tuple[Box, np.ndarray]:
    """Pixels of which a way to the outside crosses some outlines an odd number of times.

    Corners of pixels lie at whole numbers, centres half a pixel on. A centre that lies on an edge is inside
    where the object lies to its left or below it: outlines that share an edge share no pixel, and leave none
    out. This is the rule of ImageJ (``ij.process.PolygonFiller``).

    Parameters
    ----------
    rings
        Of each outline the corners ``(n, 2)`` as x and y; the last is joined to the first.
    shape
        Height and width of the image; what lies outside of it is cut off.

    Returns
    -------
    Box, ndarray of bool
        A box of the image, perhaps empty, and the pixels inside in it.

    Raises
    ------
    SegreviewError
        When a corner is no number, or far away, or the edges cross too many rows.
    """
    height, width = (int(n) for n in shape)
    edges = np.concatenate([_edges(ring) for ring in rings]) if rings else np.zeros((0, 4))
    first, last = (np.clip(np.ceil(edges[:, i] - 0.5), 0, height).astype(np.int64) for i in (1, 3))
    some = first < last
    edges, first, last = edges[some], first[some], last[some]
    if not len(edges):
        return Box((0, 0), (0, 0)), np.zeros((0, 0), bool)
    _refuse_endless(int((last - first).sum()))
    top, bottom = int(first.min()), int(last.max())
    left, right = (
        int(np.clip(f, 0, width)) for f in (np.floor(edges[:, ::2].min()), edges[:, ::2].max() + 2)
    )
    turns = np.zeros((bottom - top, right - left + 1), np.uint8)
    for part in _parts(last - first):
        rows, columns = _crossings(edges[part], first[part], last[part])
        np.add.at(turns, (rows - top, np.clip(columns, left, right) - left), np.uint8(1))
    mask: np.ndarray = np.bitwise_xor.accumulate(turns[:, :-1] & 1, axis=1).astype(bool)
    return Box((top, left), (bottom, right)), mask


def _edges(ring: np.ndarray) -> np.ndarray:
    """Edges of an outline, ``(n, 4)``: x and y of the upper end, and of the lower one."""
    if not len(ring):
        return np.zeros((0, 4))
    if not np.isfinite(ring).all() or float(np.abs(ring).max()) > _FARTHEST:
        raise SegreviewError(
            "an outline has a corner that is no number, or is no place in or near an image.",
            f"Coordinates are pixels from the upper left corner of the image, up to {_FARTHEST:,}.",
        )
    ends = np.concatenate([ring, np.roll(ring, -1, axis=0)], axis=1).astype(float)
    upward = ends[:, 1] > ends[:, 3]
    ends[upward] = ends[upward][:, [2, 3, 0, 1]]
    return ends


def _refuse_endless(crossings: int) -> None:
    if crossings > _MOST_CROSSINGS:
        raise SegreviewError(
            f"the edges of an outline cross rows of pixels {crossings:,} times: too often to be filled.",
            "No object of an image is drawn so. Look at the outline, or draw it anew.",
        )


def _parts(counts: np.ndarray) -> Iterator[slice]:
    """Stretches of edges that cross about `_AT_ONCE` rows."""
    numbers = np.cumsum(counts) // _AT_ONCE
    cuts = [0, *(np.flatnonzero(np.diff(numbers)) + 1).tolist(), len(counts)]
    yield from map(slice, cuts[:-1], cuts[1:])


def _crossings(edges: np.ndarray, first: np.ndarray, last: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows that edges cross, and in each the first column whose centre lies to the right of the edge."""
    counts = last - first
    edge = np.repeat(np.arange(len(edges)), counts)
    rows = np.arange(edge.size) - np.repeat(np.cumsum(counts) - counts, counts) + first[edge]
    x, y, x_end, y_end = edges.T
    slope = (x_end - x) / (y_end - y)
    places = x[edge] + (rows + 0.5 - y[edge]) * slope[edge]
    return rows, np.floor(places + 0.5 + _RIGHT_OF_TIES).astype(np.int64)


def inside_ellipse(
    centre: tuple[float, float], radii: tuple[float, float], shape: Sequence[int]
) -> tuple[Box, np.ndarray]:
    """Pixels whose centres lie in an upright ellipse, or on it, as `inside` gives them.

    Parameters
    ----------
    centre, radii
        Along x and y, in pixels.
    shape
        Height and width of the image.

    Raises
    ------
    SegreviewError
        When a number is none, or far away.
    """
    x, y = centre
    across, down = radii
    _edges(np.array([(x - across, y - down), (x + across, y + down)]))
    box = Box((int(np.floor(y - down)), int(np.floor(x - across))), (int(y + down) + 1, int(x + across) + 1))
    box &= Box.of_shape(shape)
    if not box or not (across > 0 and down > 0):
        return Box((0, 0), (0, 0)), np.zeros((0, 0), bool)
    rows, columns = np.ogrid[box.slices]
    mask: np.ndarray = ((columns + 0.5 - x) / across) ** 2 + ((rows + 0.5 - y) / down) ** 2 <= 1
    return box, mask
