"""Outlines of masks along the edges of their pixels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False, slots=True)
class Traced:
    """Outline of a part of a mask that hangs together by the faces of its pixels.

    Parameters
    ----------
    outer
        Corners ``(n, 2)``, x and y, whole numbers; clockwise on the screen, from the upper left one on.
    holes
        Outlines of its holes, the other way round.
    """

    outer: np.ndarray
    holes: tuple[np.ndarray, ...] = ()

    @property
    def rings(self) -> tuple[np.ndarray, ...]:
        """All of its outlines, the outer one first."""
        return (self.outer, *self.holes)


def traced(mask: np.ndarray, corner: tuple[int, int] = (0, 0)) -> tuple[Traced, ...]:
    """Outlines of the parts of a mask, in the order of their first pixels.

    No outline passes a corner twice: pixels that touch at a corner alone are parts, or holes, of their own.

    Parameters
    ----------
    mask
        Boolean, ``(Y, X)``.
    corner
        Row and column of its first pixel in the image.
    """
    from scipy.ndimage import label

    padded = np.pad(mask, 1)
    part_of, count = label(padded)
    outer: list[np.ndarray] = [np.zeros((0, 2), np.int64)] * count
    holes: list[list[np.ndarray]] = [[] for _ in range(count)]
    shift = np.array(corner[::-1], np.int64) - 1
    for ring in _rings(padded):
        x, y = ring[0]  # the upper left corner: what lies to the lower right of it is enclosed
        if padded[y, x]:
            outer[part_of[y, x] - 1] = ring + shift
        else:
            holes[part_of[y - 1, x] - 1].append(ring[::-1] + shift)
    return tuple(Traced(ring, tuple(inner)) for ring, inner in zip(outer, holes, strict=True))


def _rings(mask: np.ndarray) -> Iterator[np.ndarray]:
    """Outlines of a mask whose outermost pixels are empty, as loops without a corner twice."""
    corners, across, down = _joined(mask)
    seen = np.zeros(len(corners), bool).tolist()
    places = corners.tolist()
    for start in range(len(places)):
        if seen[start]:
            continue
        loop, here = [], start
        while not seen[here]:
            for link in (across, down):
                loop.append((places[here][1], places[here][0]))
                seen[here] = True
                here = link[here]
        yield from _simple(loop)


def _simple(loop: list[tuple[int, int]]) -> Iterator[np.ndarray]:
    """Loops that a loop falls into where it passes a corner twice, each from its upper left corner on."""
    way: list[tuple[int, int]] = []
    at: dict[tuple[int, int], int] = {}
    for corner in loop:
        if corner in at:
            begin = at[corner]
            yield _from_upper_left(way[begin:])
            for passed in way[begin + 1 :]:
                del at[passed]
            del way[begin + 1 :]
        else:
            at[corner] = len(way)
            way.append(corner)
    yield _from_upper_left(way)


def _from_upper_left(loop: list[tuple[int, int]]) -> np.ndarray:
    """Loop from its upper left corner on, to the right first."""
    begin = min(range(len(loop)), key=lambda i: (loop[i][1], loop[i][0]))
    turned = loop[begin:] + loop[:begin]
    if turned[1][1] != turned[0][1]:
        turned[1:] = turned[:0:-1]
    return np.array(turned, np.int64)


def _joined(mask: np.ndarray) -> tuple[np.ndarray, list[int], list[int]]:
    """Corners of the outlines, row and column, and of each the one across from it and the one below or above.

    Corners of a row are joined two by two, and so are those of a column. Where two pixels touch at a corner
    alone there are two corners, one for each.
    """
    upper_left, upper_right = mask[:-1, :-1], mask[:-1, 1:]
    lower_left, lower_right = mask[1:, :-1], mask[1:, 1:]
    single = upper_left ^ upper_right ^ lower_left ^ lower_right
    falling = upper_left & lower_right & ~upper_right & ~lower_left
    rising = upper_right & lower_left & ~upper_left & ~lower_right
    ones, falls, rises = (np.argwhere(one) + 1 for one in (single, falling, rising))
    corners = np.concatenate([ones, falls, falls, rises, rises])
    # of the two corners in one place, which comes first in its row and which in its column
    counts = [len(ones), len(falls), len(falls), len(rises), len(rises)]
    in_row = np.repeat([0, 0, 1, 0, 1], counts)
    in_column = np.repeat([0, 0, 1, 1, 0], counts)
    across = _pairs(np.lexsort((in_row, corners[:, 1], corners[:, 0])))
    down = _pairs(np.lexsort((in_column, corners[:, 0], corners[:, 1])))
    return corners, across, down


def _pairs(order: np.ndarray) -> list[int]:
    """Partner of each corner, when each is joined to its neighbour in an order."""
    partner = np.empty_like(order)
    partner[order[::2]], partner[order[1::2]] = order[1::2], order[::2]
    found: list[int] = partner.tolist()
    return found
