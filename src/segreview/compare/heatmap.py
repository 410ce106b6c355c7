"""Disagreement as an image: how strongly both sides differ at every pixel that a picture shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

import numpy as np

from segreview.compare.disagreement import Disagreement, Relation
from segreview.compare.live import LiveDisagreements
from segreview.compare.objects import Disagreements
from segreview.compare.overlap import OTHER, SIDES
from segreview.compare.regions import Regions
from segreview.model.labels import LabelImage
from segreview.model.sample import PREDICTION, REFERENCE
from segreview.shape.lattice import Lattice
from segreview.shape.lookup import IdTable, among, look_up

FAINTEST = 0.25
"""Least strength of a pixel where the sides differ, of 1: a thin rim stays visible."""

NOBODY = int(np.iinfo(np.int64).min)
"""Partner of what has none."""

_AGREEING = (Relation.MATCHED, Relation.BOUNDARY)

Strength = Callable[[Disagreement], float]
"""Gives the strength of an item's pixels, 0 to 1."""


def strength(item: Disagreement) -> float:
    """Strength of an item's pixels, 0 to 1: one minus its IoU, but never below `FAINTEST`."""
    if item.relation is Relation.IGNORED:
        return 0.0
    if item.region and item.relation is Relation.BOUNDARY:
        return FAINTEST
    return max(FAINTEST, 1 - item.iou)


class ItemHeat(Protocol):
    """Strength of the disagreement, pixel by pixel; it is told which items an edit has changed."""

    def values(self, lattice: Lattice) -> np.ndarray:
        """Strength at some pixels, float32, in the shape of the lattice.

        0 where both sides agree: no object on either, or both objects of a matched pair. Elsewhere
        the strength of the item that the pixel's object belongs to, the stronger where the sides
        hold objects of two items. Void and ignored objects have strength 0.
        """

    def follow(self, touched: Mapping[str, Iterable[int]], items: Iterable[Disagreement]) -> None:
        """Follow an edit.

        Parameters
        ----------
        touched
            By side the ids that were concerned.
        items
            Items that these belong to now.
        """


def item_heat(disagreements: LiveDisagreements, strength_of: Strength = strength) -> ItemHeat:
    """Heat of the items of two sides."""
    if isinstance(disagreements, Regions):
        return _RegionHeat(disagreements, strength_of)
    assert isinstance(disagreements, Disagreements)
    return _ObjectHeat(disagreements, strength_of)


class _ObjectHeat:
    """Strength of each object's item, in one table for each side."""

    def __init__(self, disagreements: Disagreements, strength_of: Strength) -> None:
        self._sides = [disagreements.table.labels(side) for side in SIDES]
        self._strength_of = strength_of
        items = disagreements.items.values()
        first = self._strengths(items)
        self._tables = {side: IdTable(first[side], 0, np.float32) for side in SIDES}
        self._pairs = Partners(items, lambda item: item.relation in _AGREEING)

    def values(self, lattice: Lattice) -> np.ndarray:
        views = views_of(self._sides, lattice)
        partners = [look_up(view, self._pairs.of(REFERENCE)) for view in views[REFERENCE]]
        values = np.zeros(lattice.shape, np.float32)
        for side in SIDES:
            for n, view in enumerate(views[side]):
                met = np.zeros(lattice.shape, bool)
                for m, facing in enumerate(views[OTHER[side]]):
                    met |= partners[n] == facing if side == REFERENCE else partners[m] == view
                found = look_up(view, self._tables[side].of)
                found[met] = 0
                np.maximum(values, found, out=values)
        values[void_of(self._sides, views)] = 0
        return values

    def follow(self, touched: Mapping[str, Iterable[int]], items: Iterable[Disagreement]) -> None:
        items = tuple(items)
        fresh = self._strengths(items)
        for side in SIDES:
            self._tables[side].exchange(touched[side], fresh[side])
        self._pairs.follow(touched, items)

    def _strengths(self, items: Iterable[Disagreement]) -> dict[str, dict[int, float]]:
        found: dict[str, dict[int, float]] = {side: {} for side in SIDES}
        for item in items:
            value = self._strength_of(item)
            for side in SIDES:
                found[side].update(dict.fromkeys(item.ids(side), value))
        return found


class _RegionHeat:
    """Strength of each region, by its number; counted anew after edits, when it is asked for."""

    def __init__(self, regions: Regions, strength_of: Strength) -> None:
        self._regions = regions
        self._sides = [regions.table.labels(side) for side in SIDES]
        self._strength_of = strength_of
        self._strengths: np.ndarray | None = None

    def values(self, lattice: Lattice) -> np.ndarray:
        numbers, item_of = self._regions.seen(lattice)
        if self._strengths is None:
            self._strengths = np.zeros(max(item_of, default=0) + 1, np.float32)
            for number, item in item_of.items():
                self._strengths[number] = self._strength_of(item)
        values: np.ndarray = self._strengths.take(numbers)
        values[void_of(self._sides, views_of(self._sides, lattice))] = 0
        return values

    def follow(self, touched: Mapping[str, Iterable[int]], items: Iterable[Disagreement]) -> None:  # noqa: ARG002 (the protocol's)
        self._strengths = None


class Partners:
    """The other object of each one that has exactly one, in one table for each side.

    Parameters
    ----------
    items
        The items.
    wanted
        Which pairs count.
    """

    def __init__(
        self, items: Iterable[Disagreement], wanted: Callable[[Disagreement], bool] = lambda _: True
    ) -> None:
        self._wanted = wanted
        first = self._pairs(items)
        self._tables = {side: IdTable(first[side], NOBODY, np.int64) for side in SIDES}

    def of(self, side: str) -> Callable[[np.ndarray], np.ndarray]:
        """Gives the partner of each of a side's ids, int64; `NOBODY` where there is none."""
        return self._tables[side].of

    def follow(self, touched: Mapping[str, Iterable[int]], items: Iterable[Disagreement]) -> None:
        """Follow an edit, as `ItemHeat.follow`."""
        fresh = self._pairs(items)
        for side in SIDES:
            self._tables[side].exchange(touched[side], fresh[side])

    def _pairs(self, items: Iterable[Disagreement]) -> dict[str, dict[int, int]]:
        found: dict[str, dict[int, int]] = {side: {} for side in SIDES}
        for item in items:
            if len(item.reference_ids) == len(item.prediction_ids) == 1 and self._wanted(item):
                (reference,), (prediction,) = item.reference_ids, item.prediction_ids
                found[REFERENCE][reference], found[PREDICTION][prediction] = prediction, reference
        return found


def views_of(sides: Iterable[LabelImage], lattice: Lattice) -> dict[str, list[np.ndarray]]:
    """What every plane of both sides holds at some pixels."""
    return {
        side: [lattice.view(plane) for plane in labels.planes]
        for side, labels in zip(SIDES, sides, strict=True)
    }


def void_of(sides: Iterable[LabelImage], views: Mapping[str, list[np.ndarray]]) -> np.ndarray:
    """Pixels that are void on either side, boolean."""
    mask = np.zeros(views[REFERENCE][0].shape, bool)
    for side, labels in zip(SIDES, sides, strict=True):
        for view in views[side] if labels.void else ():
            mask |= among(view, labels.void)
    return mask
