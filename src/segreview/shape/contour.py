"""Contours of masks, and how far those of two masks lie apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

_FEW = 1 << 16
"""Distances of all points to all points are taken up to so many pairs; a tree serves for more."""


@dataclass(frozen=True, eq=False)
class Gaps:
    """Distances of the points of two contours to the nearest point of the other contour.

    Parameters
    ----------
    there, back
        Of each point of the first contour to the second, and the other way; infinite where the other
        contour has no points.
    there_sizes, back_sizes
        Length or area of the contour that each point stands for; None when all count the same.
    """

    there: np.ndarray
    back: np.ndarray
    there_sizes: np.ndarray | None = None
    back_sizes: np.ndarray | None = None

    @cached_property
    def farthest(self) -> float:
        """Hausdorff distance: that of the point that lies farthest from the other contour."""
        return max(float(part.max()) for part in (self.there, self.back))

    def within(self, distance: float) -> float:
        """Share of both contours that has the other within a distance, or at it."""
        near = total = 0.0
        for gaps, sizes in self._parts():
            near += float(sizes[gaps <= distance].sum())
            total += float(sizes.sum())
        return near / total if total else float("nan")

    def means(self) -> tuple[float, float]:
        """Mean distance of each contour to the other; nan for a contour without points."""
        there, back = (_mean(gaps, sizes) for gaps, sizes in self._parts())
        return there, back

    def mean(self) -> float:
        """Mean distance over the points of both contours; nan when there are none."""
        gaps, sizes = (np.concatenate(part) for part in zip(*self._parts(), strict=True))
        return _mean(gaps, sizes)

    def _parts(self) -> list[tuple[np.ndarray, np.ndarray]]:
        sides = ((self.there, self.there_sizes), (self.back, self.back_sizes))
        return [(gaps, np.ones(gaps.size) if sizes is None else sizes) for gaps, sizes in sides]


def border(mask: np.ndarray) -> np.ndarray:
    """Pixels of a mask that touch a pixel outside of it by a face; beyond the array is outside."""
    inner = mask.copy()
    for axis in range(mask.ndim):
        along = inner.swapaxes(0, axis)
        of_mask = mask.swapaxes(0, axis)
        along[1:] &= of_mask[:-1]
        along[:-1] &= of_mask[1:]
        along[:1], along[-1:] = False, False
    edge: np.ndarray = mask & ~inner
    return edge


def rim(mask: np.ndarray) -> np.ndarray:
    """Pixels outside of a mask that touch a pixel of it by a face."""
    grown = mask.copy()
    for axis in range(mask.ndim):
        along, of_mask = grown.swapaxes(0, axis), mask.swapaxes(0, axis)
        along[1:] |= of_mask[:-1]
        along[:-1] |= of_mask[1:]
    edge: np.ndarray = grown & ~mask
    return edge


def contour_gaps(first: np.ndarray, second: np.ndarray, spacing: Sequence[float]) -> Gaps:
    """Distances between the border pixels of two masks of one shape, from centre to centre.

    Parameters
    ----------
    first, second
        Boolean masks.
    spacing
        Size of a pixel along each axis.
    """
    size = np.array(spacing)
    return point_gaps(*(np.argwhere(border(mask)) * size for mask in (first, second)))


def point_gaps(first: np.ndarray, second: np.ndarray) -> Gaps:
    """Distances of the points of two sets, ``(n, ndim)``, to the nearest of the other."""
    if not (len(first) and len(second)):
        return Gaps(np.full(len(first), np.inf), np.full(len(second), np.inf))
    if len(first) * len(second) <= _FEW:
        from scipy.spatial.distance import cdist

        squares = cdist(first, second, "sqeuclidean")
        return Gaps(np.sqrt(squares.min(axis=1)), np.sqrt(squares.min(axis=0)))
    from scipy.spatial import cKDTree

    return Gaps(*(np.asarray(cKDTree(b).query(a)[0]) for a, b in ((first, second), (second, first))))


def nearest(points: np.ndarray, others: np.ndarray, limit: float) -> np.ndarray:
    """Distance of each point ``(n, ndim)`` to the nearest of others; infinite where it exceeds a limit."""
    if not (len(points) and len(others)):
        return np.full(len(points), np.inf)
    if len(points) * len(others) <= _FEW:
        from scipy.spatial.distance import cdist

        found = np.sqrt(cdist(points, others, "sqeuclidean").min(axis=1))
        return np.where(found <= limit, found, np.inf)
    from scipy.spatial import cKDTree

    bound = float(np.nextafter(limit, np.inf))  # the tree leaves out what lies at its bound
    return np.asarray(cKDTree(others).query(points, distance_upper_bound=bound)[0])


def percentile(values: np.ndarray, percent: float) -> float:
    """Percentile of values that are not sorted, with linear interpolation; nan when there are none."""
    if not values.size:
        return float("nan")
    place = percent / 100 * (values.size - 1)
    low = int(place)
    high = min(low + 1, values.size - 1)
    part = np.partition(values, [low, high])
    below, above = float(part[low]), float(part[high])
    return below if above == below else below + (above - below) * (place - low)


def _mean(gaps: np.ndarray, sizes: np.ndarray) -> float:
    total = float(sizes.sum())
    return float((gaps * sizes).sum()) / total if total else float("nan")
