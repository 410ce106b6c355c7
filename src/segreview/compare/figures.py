"""Figures of one item: what its two sides have in common, and how far their contours lie apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, prod

import numpy as np

from segreview.compare.disagreement import Disagreement
from segreview.compare.overlap import SIDES, OverlapTable
from segreview.compare.pixels import object_mask
from segreview.model.box import Box, hull
from segreview.shape.contour import Gaps, contour_gaps, percentile

LARGEST = 1 << 24
"""Contours are measured in items whose box has no more pixels: a box is looked at as a whole."""

FARTHEST_LEFT_OUT = 5.0
"""Percent of each contour that `ContourDistance.most` leaves out, those that lie farthest away."""


@dataclass(frozen=True, slots=True)
class ContourDistance:
    """How far the contours of two masks lie apart, in the unit of the spacing.

    Parameters
    ----------
    most
        Distance within which 95 % of either contour have the other (the Hausdorff distance of
        the 95th percentile: the larger of the two directed percentiles over border pixels).
    farthest
        Distance of the contour pixel that lies farthest from the other contour.
    """

    most: float
    farthest: float


@dataclass(frozen=True, slots=True)
class PairFigure:
    """IoU of one object of the reference with one of the prediction, within an item."""

    reference_id: int
    prediction_id: int
    iou: float


# -------------------------------------------------------------------- from the table
def side_area(table: OverlapTable, item: Disagreement, side: str) -> int:
    """Pixels of one side of an item; those of the region where it is one."""
    if item.region:
        return item.area
    return sum(table.area(side, object_id) for object_id in item.ids(side))


def dice(item: Disagreement) -> float:
    """Dice of the two sides, ``2 I / (A + B)`` by way of ``2 IoU / (1 + IoU)``; nan when one is empty."""
    return 2 * item.iou / (1 + item.iou) if _has_both(item) else nan


def box_iou(table: OverlapTable, item: Disagreement) -> float:
    """IoU of the tight boxes around each side; nan when one is empty."""
    if not _has_both(item):
        return nan
    first, second = (hull(table.box(side, i) for i in item.ids(side)) or Box((), ()) for side in SIDES)
    shared = (first & second).size
    return shared / (first.size + second.size - shared)


def pair_figures(table: OverlapTable, item: Disagreement) -> tuple[PairFigure, ...]:
    """IoU of every pair of objects within an item that overlap, the largest first."""
    if item.region:
        return ()
    pairs = (
        PairFigure(r, p, table.iou(r, p))
        for r in item.reference_ids
        for p in item.prediction_ids
        if table.intersection(r, p)
    )
    return tuple(sorted(pairs, key=lambda pair: (-pair.iou, pair.reference_id, pair.prediction_id)))


def _has_both(item: Disagreement) -> bool:
    return bool(item.reference_ids and item.prediction_ids) and not item.region


# -------------------------------------------------------------------- from the pixels
def item_contours(table: OverlapTable, item: Disagreement) -> ContourDistance | None:
    """Distance between the contours of both sides of an item, measured in its box.

    None when a side is empty, for regions, and for boxes with more than `LARGEST` pixels.
    """
    if not _has_both(item) or item.box.size > LARGEST:
        return None
    labels = table.reference
    first, second = (object_mask(table.labels(side), item.ids(side), item.box) for side in SIDES)
    return contour_distance(first, second, labels.spacing, labels.axes)


def contour_distance(
    first: np.ndarray, second: np.ndarray, spacing: Sequence[float] = (), axes: str = ""
) -> ContourDistance | None:
    """Distance between the contours of two masks.

    A contour is the pixels of a mask that touch a pixel outside of it by a face; what lies beyond
    the array is outside. Distances run from centre to centre. Times are looked at one by one; one
    at which a mask is empty takes no part.

    Parameters
    ----------
    first, second
        Boolean masks of one shape.
    spacing
        Size of a pixel along each axis; 1 by default.
    axes
        One letter per axis; ``"T"`` is time.

    Returns
    -------
    ContourDistance or None
        In the unit of ``spacing``; None when there is no time at which both have pixels.
    """
    gaps = gaps_by_time(first, second, axes, spacing or (1.0,) * first.ndim)
    if not gaps:
        return None
    directed = [np.concatenate(parts) for parts in zip(*((one.there, one.back) for one in gaps), strict=True)]
    most = max(percentile(part, 100 - FARTHEST_LEFT_OUT) for part in directed)
    return ContourDistance(most, max(float(part.max()) for part in directed))


def gaps_by_time(first: np.ndarray, second: np.ndarray, axes: str, spacing: Sequence[float]) -> list[Gaps]:
    """Distances between the contours of two masks, at each time at which both have pixels."""
    pairs, size = [(first, second)], list(spacing)
    if axes.startswith("T"):
        pairs, size = list(zip(first, second, strict=True)), size[1:]
    return [contour_gaps(a, b, size) for a, b in pairs if a.any() and b.any()]


# -------------------------------------------------------------------- units
def pixel_volume(spacing: Sequence[float], axes: str) -> float:
    """Area or volume of one pixel in the unit of the spacing; time does not count."""
    return prod(size for size, axis in zip(spacing, axes, strict=True) if axis != "T")


def finest(spacing: Sequence[float], axes: str) -> float:
    """Smallest size of a pixel along the axes of space: what a distance of one pixel means."""
    return min((size for size, axis in zip(spacing, axes, strict=True) if axis != "T"), default=1.0)
