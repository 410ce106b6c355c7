"""Boxes: half-open axis-aligned regions of an array of any dimension."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from operator import lt

import numpy as np


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """A half-open box ``[start, stop)`` in array indices, one pair per axis."""

    start: tuple[int, ...]
    stop: tuple[int, ...]

    @classmethod
    def of_shape(cls, shape: Iterable[int]) -> Box:
        """Box that covers an array of this shape."""
        stop = tuple(int(n) for n in shape)
        return cls((0,) * len(stop), stop)

    @classmethod
    def of_slices(cls, slices: Iterable[slice]) -> Box:
        """Box of slices whose start and stop are given."""
        pairs = [(int(s.start), int(s.stop)) for s in slices]
        return cls(tuple(a for a, _ in pairs), tuple(b for _, b in pairs))

    @classmethod
    def of_mask(cls, mask: np.ndarray) -> Box:
        """Tightest box around the True pixels of a boolean array; empty when there are none."""
        start, stop = [], []
        for axis in range(mask.ndim):
            others = tuple(i for i in range(mask.ndim) if i != axis)
            hit = np.flatnonzero(mask.any(axis=others))
            start.append(int(hit[0]) if hit.size else 0)
            stop.append(int(hit[-1]) + 1 if hit.size else 0)
        return cls(tuple(start), tuple(stop))

    @property
    def slices(self) -> tuple[slice, ...]:
        """Slices that cut the box out of an array."""
        return tuple(slice(a, b) for a, b in zip(self.start, self.stop, strict=True))

    @property
    def shape(self) -> tuple[int, ...]:
        """Side lengths in pixels."""
        return tuple(max(0, b - a) for a, b in zip(self.start, self.stop, strict=True))

    @property
    def size(self) -> int:
        """Number of pixels."""
        size = 1
        for n in self.shape:
            size *= n
        return size

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.start)

    @property
    def center(self) -> tuple[float, ...]:
        """Centre in array indices: the middle of the first and the last pixel."""
        return tuple((a + b - 1) / 2 for a, b in zip(self.start, self.stop, strict=True))

    def __bool__(self) -> bool:
        return all(map(lt, self.start, self.stop))

    def __or__(self, other: Box) -> Box:
        """Hull of both boxes; an empty box adds nothing."""
        if not self:
            return other
        if not other:
            return self
        return Box(tuple(map(min, self.start, other.start)), tuple(map(max, self.stop, other.stop)))

    def __and__(self, other: Box) -> Box:
        """Part that both boxes cover."""
        start = tuple(max(a, b) for a, b in zip(self.start, other.start, strict=True))
        stop = tuple(min(a, b) for a, b in zip(self.stop, other.stop, strict=True))
        return Box(start, tuple(max(a, b) for a, b in zip(start, stop, strict=True)))

    def __contains__(self, point: Iterable[int]) -> bool:
        return all(a <= p < b for a, p, b in zip(self.start, point, self.stop, strict=True))

    def grown(self, margin: int, shape: Iterable[int]) -> Box:
        """Box with a margin on every side, kept inside an array of ``shape``."""
        wider = Box(tuple(a - margin for a in self.start), tuple(b + margin for b in self.stop))
        return wider & Box.of_shape(shape)

    def shifted(self, offset: Iterable[int], sign: int = 1) -> Box:
        """Box moved by ``sign * offset``."""
        by = [sign * int(o) for o in offset]
        return Box(
            tuple(a + d for a, d in zip(self.start, by, strict=True)),
            tuple(b + d for b, d in zip(self.stop, by, strict=True)),
        )

    def relative_to(self, outer: Box) -> Box:
        """Same box in the coordinates of a crop cut by ``outer``."""
        return self.shifted(outer.start, sign=-1)

    def tiles(self, side: int) -> Iterator[Box]:
        """Parts of the box along a fixed grid of cells of ``side`` pixels, in raster order."""
        ranges = [
            range(a // side, -(-b // side)) if b > a else range(0)
            for a, b in zip(self.start, self.stop, strict=True)
        ]
        for cell in product(*ranges):
            yield self & Box(tuple(c * side for c in cell), tuple((c + 1) * side for c in cell))


def hull(boxes: Iterable[Box]) -> Box | None:
    """Smallest box around all boxes, or None when there are none."""
    whole: Box | None = None
    for box in boxes:
        whole = box if whole is None else whole | box
    return whole


def shape_text(shape: Iterable[object]) -> str:
    """Shape as people write it, for example ``"512 x 640"``."""
    return " x ".join(map(str, shape))
