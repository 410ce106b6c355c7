"""Tiles: parts of an image that are worked on one by one, each with the surroundings that it needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from segreview.model.box import Box

MOST = 1 << 20
"""Pixels of a tile without its surroundings, at most; an image that is no larger is one tile."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A part of an image.

    Parameters
    ----------
    core
        The part: cores cover the image, each pixel once.
    window
        The part with its surroundings, as far as the image reaches.
    """

    core: Box
    window: Box

    @property
    def inner(self) -> tuple[slice, ...]:
        """Slices that cut the core out of the window."""
        return self.core.relative_to(self.window).slices


def tiles_of(shape: Sequence[int], margins: Sequence[int] | None = None) -> Iterator[Tile]:
    """Tiles of an image in raster order; an image without pixels has one without pixels.

    Parameters
    ----------
    shape
        Shape of the image.
    margins
        Pixels of surroundings along each axis; none where they are not given.
    """
    whole = Box.of_shape(shape)
    for sides in product(*map(pairwise, _edges(shape))):
        core = Box(*zip(*sides, strict=True))
        yield Tile(core, surrounded(core, margins or (0,) * len(shape), whole))


def surrounded(box: Box, margins: Sequence[int], whole: Box) -> Box:
    """Box with a margin along each axis, as far as the image reaches."""
    start = tuple(a - margin for a, margin in zip(box.start, margins, strict=True))
    stop = tuple(b + margin for b, margin in zip(box.stop, margins, strict=True))
    return Box(start, stop) & whole


def _edges(shape: Sequence[int]) -> list[list[int]]:
    """Along each axis where tiles begin, and where the last one ends: as cubic as the image allows."""
    room, edges = MOST, [[0, length] for length in shape]
    for done, axis in enumerate(sorted(range(len(shape)), key=lambda axis: shape[axis])):
        side = max(1, int(room ** (1 / (len(shape) - done)) + 1e-9))
        count = max(1, -(-shape[axis] // side))
        edges[axis] = [shape[axis] * n // count for n in range(count + 1)]
        room = max(1, room // max(1, min(side, shape[axis])))
    return edges
