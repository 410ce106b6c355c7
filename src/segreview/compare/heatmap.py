"""Disagreement as an image: how strongly both sides differ at every pixel of a box."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from segreview.compare.disagreement import Disagreement, Relation
from segreview.compare.kernel import rank_ids
from segreview.compare.live import LiveDisagreements
from segreview.compare.objects import Disagreements
from segreview.compare.overlap import OTHER, SIDES, OverlapTable
from segreview.compare.regions import Regions
from segreview.model.box import Box

FAINTEST = 0.25
"""Least strength of a pixel where the sides differ, of 1: a thin rim stays visible."""


def strength(item: Disagreement) -> int:
    """Strength of an item's pixels, 0 to 255: one minus its IoU, but never below `FAINTEST`."""
    if item.relation is Relation.IGNORED:
        return 0
    if item.region and item.relation is Relation.BOUNDARY:
        return round(255 * FAINTEST)
    return round(255 * max(FAINTEST, 1 - item.iou))


Strength = Callable[[Disagreement], int]
"""Gives the strength of an item's pixels, 0 to 255."""


def heat(disagreements: LiveDisagreements, box: Box, strength_of: Strength = strength) -> np.ndarray:
    """Strength of the disagreement at every pixel of a box, uint8, in the shape of the box.

    0 where both sides agree: no object on either, or both objects of a matched pair. Elsewhere
    the strength of the item that the pixel's object belongs to, the stronger where the sides
    hold objects of two items. Void and ignored objects have strength 0.
    """
    if isinstance(disagreements, Regions):
        values = _heat_of_regions(disagreements, box, strength_of)
    else:
        assert isinstance(disagreements, Disagreements)
        values = _heat_of_objects(disagreements, box, strength_of)
    for mask in _void(disagreements.table, box):
        values[mask] = 0
    return values


def _heat_of_regions(regions: Regions, box: Box, strength_of: Strength) -> np.ndarray:
    numbers, item_of = regions.within(box)
    found, ranks = rank_ids(numbers)
    strengths = [strength_of(item_of[n]) if n else 0 for n in found.tolist()]
    values: np.ndarray = np.array(strengths, np.uint8)[ranks]
    return values


def _heat_of_objects(disagreements: Disagreements, box: Box, strength_of: Strength) -> np.ndarray:
    """Heat of pixels that hold objects: per plane the item's strength, unless its pair meets there."""
    items: dict[Disagreement | None, int] = {None: 0}
    planes = {side: _item_numbers(disagreements, side, box, items) for side in SIDES}
    strengths = np.array([0 if item is None else strength_of(item) for item in items], np.uint8)
    pairs = np.array([item is not None and item.relation in _AGREEING for item in items])
    values = np.zeros(box.shape, np.uint8)
    for side in SIDES:
        for numbers in planes[side]:
            met = np.zeros(box.shape, bool)
            for facing in planes[OTHER[side]]:
                met |= numbers == facing
            met &= pairs[numbers]
            np.maximum(values, np.where(met, 0, strengths[numbers]), out=values)
    return values


_AGREEING = (Relation.MATCHED, Relation.BOUNDARY)


def _item_numbers(
    disagreements: Disagreements, side: str, box: Box, items: dict[Disagreement | None, int]
) -> list[np.ndarray]:
    """For every plane of a side the number of the item at each pixel; new items get the next ones."""
    planes = []
    for plane in disagreements.table.labels(side).planes:
        ids, ranks = rank_ids(plane[box.slices])
        numbers = [items.setdefault(disagreements.find(side, i), len(items)) for i in ids.tolist()]
        planes.append(np.array(numbers, np.intp)[ranks])
    return planes


def _void(table: OverlapTable, box: Box) -> list[np.ndarray]:
    return [
        plane[box.slices] == void
        for side in SIDES
        for plane in table.labels(side).planes
        for void in table.labels(side).void
    ]
