"""Outlines through the centres of border pixels, for programs that fill an outline together with its edge."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from segreview.shape.trace import Traced, traced

_Point = tuple[int, int]
_DIAGONAL = ((-1, -1), (-1, 1), (1, -1), (1, 1))


def outlines_through_centres(mask: np.ndarray, corner: tuple[int, int] = (0, 0)) -> list[list[_Point]]:
    """Outline of each part of a mask that hangs together, diagonals included.

    Filled with their edges, as Pillow's ``ImageDraw.polygon`` fills them, outlines are the mask again. Holes
    are walked around on a way that leads there and back through pixels of the mask.

    Parameters
    ----------
    mask
        Boolean, ``(Y, X)``.
    corner
        Row and column of its first pixel in the image.

    Returns
    -------
    list of list
        Column and row of pixels, three at least.
    """
    padded = np.pad(mask, 1)
    parts = [_with_holes(part, padded) for part in traced(padded)]
    down, right = corner[0] - 1, corner[1] - 1
    return [[(x + right, y + down) for x, y in _plain(way)] for way in _together(parts)]


def _with_holes(part: Traced, mask: np.ndarray) -> list[_Point]:
    """Way around a part; each hole is entered from above, where the mask ends or another hole does."""
    way = _inward(part.outer, mask)
    for hole in sorted(part.holes, key=lambda ring: int(ring[:, 1].min())):
        # its upper left corner: where it is upside down, the first of the topmost ones
        x, y = (int(n) for n in hole[np.lexsort((hole[:, 0], hole[:, 1]))[0]])
        above = mask[:y, x]
        top = int(np.flatnonzero(~above)[-1]) + 1
        way = _visiting(way, (x, top), _from(_inward(hole, mask), (x, y - 1)))
    return way


def _together(parts: Sequence[list[_Point]]) -> list[list[_Point]]:
    """Ways of which those that come within a diagonal step of one another are one."""
    found: list[list[_Point]] = []
    for part in parts:
        way = part
        for other in list(found):
            if (step := _step(way, other)) is not None:
                way = _visiting(way, step[0], _from(other, step[1]))
                found.remove(other)
        found.append(way)
    return found


def _step(way: Sequence[_Point], other: Sequence[_Point]) -> tuple[_Point, _Point] | None:
    """Corner of a way, and one of another way that is its diagonal neighbour."""
    there = set(other)
    steps = (((x, y), (x + right, y + down)) for x, y in way for right, down in _DIAGONAL)
    return next((step for step in steps if step[1] in there), None)


def _visiting(way: Sequence[_Point], at: _Point, round_trip: Sequence[_Point]) -> list[_Point]:
    """Way that makes a round trip from one of its pixels and comes back to it."""
    return [*_from(way, at), *round_trip]


def _from(way: Sequence[_Point], at: _Point) -> list[_Point]:
    """Closed way from one of its pixels on, and back to it."""
    x, y = at
    for number, (x0, y0) in enumerate(way):
        x1, y1 = way[(number + 1) % len(way)]
        if min(x0, x1) <= x <= max(x0, x1) and min(y0, y1) <= y <= max(y0, y1):
            return [at, *way[number + 1 :], *way[: number + 1], at]
    raise LookupError(f"no way leads through {at}")


def _inward(ring: np.ndarray, mask: np.ndarray) -> list[_Point]:
    """Outline moved half a pixel inward, onto the centres of the pixels along it.

    At a corner where two pixels touch diagonally, a step leads from the one to the other.
    """
    back, on = np.sign(ring - np.roll(ring, 1, axis=0)), np.sign(np.roll(ring, -1, axis=0) - ring)
    inside_back, inside_on = (np.stack([-one[:, 1], one[:, 0]], axis=1) for one in (back, on))
    corner = ring + (inside_back + inside_on - 1) // 2
    before = ring + (inside_back - back - 1) // 2
    after = ring + (inside_on + on - 1) // 2
    whole = mask[corner[:, 1], corner[:, 0]][:, None]
    pairs = np.stack([np.where(whole, corner, before), np.where(whole, corner, after)], axis=1)
    return [(int(x), int(y)) for pair in pairs.tolist() for x, y in pair]


def _plain(way: Sequence[_Point]) -> list[_Point]:
    """Closed way without points that repeat the one before; of three points at least."""
    points = [one for number, one in enumerate(way) if one != way[number - 1]]
    return [*points, *[way[0]] * (3 - len(points))]
