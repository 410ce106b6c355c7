"""Lines: what is drawn of a reason, in the pixels of the labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np


class Role(StrEnum):
    """What a line is."""

    SEAM = "seam"
    """Where an object falls into two, or two objects meet."""
    OUTLINE = "outline"
    """A stretch of the outline that speaks against it."""
    EDGE = "edge"
    """Where the edge is that the outline should follow."""
    AREA = "area"
    """The border of pixels that should, or should not, belong to the object."""


@dataclass(frozen=True, eq=False)
class Line:
    """A line in one slice of an image.

    Parameters
    ----------
    role
        What it is.
    points
        Its corners, ``(n, ndim)``: the centre of the first pixel is 0. On leading axes all are the same.
    caption
        What is written beside it.
    """

    role: Role
    points: np.ndarray
    caption: str = ""

    def shifted(self, start: Sequence[int]) -> Line:
        """Same line seen from where the window that it was found in starts."""
        return replace(self, points=self.points + np.array(start))

    def at_time(self, frame: int | None) -> Line:
        """Same line with an axis of time, where there is one."""
        if frame is None:
            return self
        return replace(self, points=np.insert(self.points, 0, frame, axis=1))


def border_of(mask: np.ndarray, role: Role = Role.AREA) -> list[Line]:
    """Border of a mask, halfway between its pixels and the others; of a stack slice by slice."""
    lines = _contours(np.pad(mask, 1), role)
    return [line.shifted((-1,) * mask.ndim) for line in lines]


def border_between(first: np.ndarray, second: np.ndarray) -> list[Line]:
    """Border at which two masks meet, halfway between their pixels; of a stack slice by slice."""
    return _contours(first, Role.SEAM, first | second)


def _contours(mask: np.ndarray, role: Role, where: np.ndarray | None = None) -> list[Line]:
    """Borders of a mask, as far as both sides of them lie in another."""
    from skimage.measure import find_contours

    found = []
    for index in _slices(mask):
        room = None if where is None else where[index]
        # the library has no types
        for points in find_contours(mask[index].astype(np.float32), 0.5, mask=room):  # type: ignore[no-untyped-call]  # scikit-image
            before = np.broadcast_to(np.array(index, float), (len(points), len(index)))
            found.append(Line(role, np.hstack([before, points])))
    return found


def _slices(mask: np.ndarray) -> Iterator[tuple[int, ...]]:
    """Index of every slice of a mask that holds any of it."""
    for index in np.ndindex(mask.shape[:-2]):
        if mask[index].any() and min(mask.shape[-2:]) > 1:
            yield index
