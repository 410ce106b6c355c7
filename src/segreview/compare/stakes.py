"""Stakes: what figures would be, for many items at once, once the reference of each is as the prediction.

Every figure is made of counts, and each item changes the counts by what it alone holds; its neighbours
are thought to keep their pixels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import nan
from typing import Protocol

import numpy as np

from segreview.compare.disagreement import Disagreement, Relation
from segreview.compare.live import LiveDisagreements
from segreview.compare.regions import Regions
from segreview.model.sample import PREDICTION, REFERENCE


class Stakes(Protocol):
    """Items by number, and the figures that there would be once one of them is taken."""

    metrics: tuple[str, ...]
    """Names of the figures, the usual one first."""

    quick: tuple[str, ...]
    """Those that are found at once in a sample of any size."""

    def put(self, items: Mapping[int, Disagreement]) -> None:
        """Take in items, or what stands under their numbers now."""

    def renew(self) -> None:
        """Count anew when it is asked next: pixels have changed."""

    def before(self, metric: str) -> float:
        """The figure as it is; nan where there is nothing to count."""

    def after(self, metric: str, numbers: Sequence[int] | None = None) -> np.ndarray:
        """The figure once an item is taken; nan for one that takes part in none.

        Parameters
        ----------
        metric
            Name of the figure.
        numbers
            The items; all by default, from number 0 on.
        """


def stakes_of(found: LiveDisagreements) -> Stakes:
    """Stakes of the items of a comparison, none of which is put in yet."""
    return ClassStakes(found) if isinstance(found, Regions) else ObjectStakes(found)


# ---------------------------------------------------------------- objects
class _Changes:
    """How items change some counts, found for those items that were put in since it was asked last.

    Parameters
    ----------
    count
        Number of counts.
    change
        Gives the changes that an item makes.
    """

    def __init__(self, count: int, change: Callable[[Disagreement], tuple[float, ...]]) -> None:
        self._change = change
        self._known = np.zeros((count, 0))
        self._waiting: dict[int, Disagreement] = {}

    def put(self, items: Mapping[int, Disagreement]) -> None:
        """Take in items by number."""
        self._waiting |= items

    def all(self) -> np.ndarray:
        """Changes of every item, ``(counts, items)``; nan for a number without one."""
        if self._waiting:
            more = max(max(self._waiting) + 1 - self._known.shape[1], 0)
            self._known = np.pad(self._known, ((0, 0), (0, more)), constant_values=nan)
            self._known[:, list(self._waiting)] = np.transpose([*map(self._change, self._waiting.values())])
            self._waiting = {}
        return self._known


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Quotient; nan where there is nothing below."""
    quotient: np.ndarray = np.divide(above, below, out=np.full(np.shape(below), nan), where=below > 0)
    return quotient


_OF_OBJECTS: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {
    "PQ": lambda c: _ratio(2 * c[0], c[2]),
    "AP": lambda c: _ratio(c[1], c[2] - c[1]),
}
"""Figures from the sum of the hits' IoU, the number of hits, and of the objects of both sides.

PQ: Kirillov et al. 2019, whatever the class. AP: hits / (hits + objects of either side without a hit),
as in the DSB 2018.
"""

_OF_PIXELS: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {"Dice": lambda c: _ratio(2 * c[0], c[1])}
"""Figures from the pixels in which both sides hold an object, and the sum of those of either side."""


class ObjectStakes:
    """Stakes of objects.

    Parameters
    ----------
    found
        The items' comparison.
    """

    metrics = (*_OF_OBJECTS, *_OF_PIXELS)
    quick = tuple(_OF_OBJECTS)

    def __init__(self, found: LiveDisagreements) -> None:
        self._found = found
        self._objects = _Changes(3, self._object_change)
        self._pixels = _Changes(2, self._pixel_change)
        self._pixel_counts: np.ndarray | None = None

    def put(self, items: Mapping[int, Disagreement]) -> None:
        """Take in items, or what stands under their numbers now."""
        self._objects.put(items)
        self._pixels.put(items)

    def renew(self) -> None:
        """Count anew when it is asked next."""
        self._pixel_counts = None

    def before(self, metric: str) -> float:
        """The figure as it is."""
        return float(self._figure(metric)(self._counts(metric)))

    def after(self, metric: str, numbers: Sequence[int] | None = None) -> np.ndarray:
        """The figure once an item is taken."""
        changes = (self._objects if metric in _OF_OBJECTS else self._pixels).all()
        chosen = changes if numbers is None else changes[:, numbers]
        return self._figure(metric)(self._counts(metric)[:, None] + chosen)

    @staticmethod
    def _figure(metric: str) -> Callable[[np.ndarray], np.ndarray]:
        return _OF_OBJECTS.get(metric) or _OF_PIXELS[metric]

    def _counts(self, metric: str) -> np.ndarray:
        """What a figure is made of, in the sample as it is."""
        summary, table = self._found.summary(), self._found.table
        if metric in _OF_OBJECTS:
            total = summary.mean_iou * summary.hits if summary.hits else 0.0
            return np.array([total, summary.hits, summary.references + summary.predictions], np.float64)
        if self._pixel_counts is None:
            either = sum(sum(table.areas(side).values()) for side in (REFERENCE, PREDICTION))
            self._pixel_counts = np.array([sum(table.pairs().values()), either], np.float64)
        return self._pixel_counts

    def _object_change(self, item: Disagreement) -> tuple[float, ...]:
        """How taking an item changes the counts of objects."""
        if item.relation is Relation.IGNORED:
            return nan, nan, nan
        partners, theirs = self._found.partners, item.prediction_ids
        ious = [self._found.table.iou(partners[p], p) for p in theirs if p in partners]
        drawn = len(theirs) or int(item.relation is Relation.UNCLAIMED)
        return len(theirs) - sum(ious), len(theirs) - len(ious), drawn - len(item.reference_ids)

    def _pixel_change(self, item: Disagreement) -> tuple[float, ...]:
        """How taking an item changes the counts of pixels."""
        if item.relation is Relation.IGNORED:
            return nan, nan
        if item.relation is Relation.UNCLAIMED:
            return 0, item.area
        table, ours, theirs = self._found.table, item.reference_ids, item.prediction_ids
        lost = sum(table.area(REFERENCE, r) for r in ours)
        lost_shared = sum(sum(table.partners(REFERENCE, r).values()) for r in ours)
        taken = sum(table.area(PREDICTION, p) for p in theirs)
        held = (table.partners(PREDICTION, p) for p in theirs)
        taken -= sum(n for row in held for r, n in row.items() if r not in ours)  # neighbours keep theirs
        return taken - lost_shared, taken - lost


# ---------------------------------------------------------------- classes
_OF_CLASSES: Mapping[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "mIoU": _ratio,
    "Dice": lambda shared, union: _ratio(2 * shared, shared + union),
}
"""Figures of one class from its intersection and union; the sample's is the mean over the classes."""


class ClassStakes:
    """Stakes of regions, whose pixels would go from one class to the other.

    Parameters
    ----------
    found
        The regions' comparison.
    """

    metrics = quick = tuple(_OF_CLASSES)

    def __init__(self, found: Regions) -> None:
        self._found = found
        self._items: dict[int, Disagreement] = {}

    def put(self, items: Mapping[int, Disagreement]) -> None:
        """Take in items, or what stands under their numbers now."""
        self._items |= items

    def renew(self) -> None:
        """Nothing is kept."""

    def before(self, metric: str) -> float:
        """The figure as it is."""
        figures = _OF_CLASSES[metric](*self._classes()[1])
        known = figures[np.isfinite(figures)]
        return float(known.mean()) if known.size else nan

    def after(self, metric: str, numbers: Sequence[int] | None = None) -> np.ndarray:
        """The figure once an item is taken."""
        figure, (places, (shared, union)) = _OF_CLASSES[metric], self._classes()
        wanted = range(max(self._items, default=-1) + 1) if numbers is None else numbers
        items = {place: self._items[n] for place, n in enumerate(wanted) if n in self._items}
        items = {n: one for n, one in items.items() if _counts(one) and one.reference_ids[0] in places}
        after = np.full(len(wanted), nan)
        if not items:
            return after
        chosen = list(items.values())
        area = np.array([one.area for one in chosen], np.float64)
        ours = np.array([places[one.reference_ids[0]] for one in chosen])
        theirs = np.array([places.get(one.prediction_ids[0], -1) for one in chosen])
        lost = figure(shared[ours], union[ours] - area)
        gained = figure(shared[theirs] + area, union[theirs])
        gained[theirs < 0] = nan
        now = figure(shared, union)
        moved = np.stack([lost, gained, -now[ours], np.where(theirs < 0, nan, -now[theirs])])
        total = np.nansum(now) + np.nansum(moved, axis=0)
        count = np.isfinite(now).sum() + (np.isfinite(moved) * np.array([[1], [1], [-1], [-1]])).sum(axis=0)
        after[list(items)] = _ratio(total, count)
        return after

    def _classes(self) -> tuple[dict[int, int], np.ndarray]:
        """Place of every class, and their intersections and unions, ``(2, classes)``."""
        ratios = self._found.class_ratios()
        both = np.array(list(ratios.values()), np.float64).reshape(-1, 2).T
        return {class_id: n for n, class_id in enumerate(ratios)}, both


def _counts(item: Disagreement) -> bool:
    """Whether an item of classes takes part in the figure."""
    return bool(item.region and item.prediction_ids and item.relation is not Relation.IGNORED)
