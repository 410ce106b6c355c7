"""Disagreements about objects, kept up to date by solving again only what an edit touches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from types import MappingProxyType

import numpy as np

from segreview.compare.collector import collector_paused
from segreview.compare.disagreement import Disagreement, Handle, Replaced, Summary, item_mask
from segreview.compare.displacement import Displacement
from segreview.compare.matching import HALF, Component, Graph, Pair
from segreview.compare.overlap import SIDES, OverlapTable, Touched
from segreview.compare.pixels import first_shared_pixel, object_mask
from segreview.compare.taxonomy import Group, Relation, solve
from segreview.model.box import Box, hull
from segreview.model.edit import Edit
from segreview.model.sample import PREDICTION, REFERENCE

TOLERANCE = 2.0
"""Pixels by which contours may differ and still be called the same."""

_IOU_BITS = 80
"""Sums of IoU are kept in units of 2^-80, so that taking away undoes adding exactly."""


@dataclass(frozen=True, slots=True, eq=False)
class _Solved:
    """A component of the graph with its items."""

    ids: Mapping[str, Iterable[int]]
    items: tuple[Disagreement, ...]
    hits: Iterable[Pair]
    iou_sum: int

    @classmethod
    def of_item(cls, item: Disagreement) -> _Solved:
        """A component that is one object or one pair, from its item."""
        ids = {side: item.ids(side) for side in SIDES}
        if item.relation not in _MATCHES:
            return cls(ids, (item,), (), 0)
        pair = (item.reference_ids[0], item.prediction_ids[0])
        return cls(ids, (item,), (pair,), _fixed_iou(item.area - item.error, item.area))


class Disagreements:
    """Items of two sides whose labels are objects; every object is in exactly one.

    Parameters
    ----------
    table
        Overlap table of both sides; it is updated by its owner, before the items are.
    threshold
        Least IoU of a hit.
    tolerance
        Displaced contours within this many pixels of the finest axis count as matched.
    """

    def __init__(self, table: OverlapTable, threshold: Fraction = HALF, tolerance: float = TOLERANCE) -> None:
        self.table = table
        self.threshold = threshold
        self.tolerance = tolerance
        self._graph = Graph(table, threshold)
        self._displacement = Displacement(table, tolerance)
        self._items: dict[Handle, Disagreement] = {}
        self._item_of: dict[str, dict[int, Disagreement]] = {side: {} for side in SIDES}
        self._solved: dict[str, dict[int, _Solved]] = {side: {} for side in SIDES}
        self._reference_of: dict[int, int] = {}
        self._counts: Counter[Relation] = Counter()
        self._ignored: Counter[str] = Counter()
        self._iou_sum = 0
        with collector_paused():
            self._insert(sorted(self._solve_all(), key=_raster_order))

    # ---------------------------------------------------------------- reading
    @property
    def items(self) -> Mapping[Handle, Disagreement]:
        """All items by their handle: in raster order of their boxes, those of later edits behind."""
        return MappingProxyType(self._items)

    @property
    def partners(self) -> Mapping[int, int]:
        """Reference object of each prediction object that is part of a hit."""
        return MappingProxyType(self._reference_of)

    def of(self, side: str, object_id: int) -> Disagreement:
        """Item that an object belongs to.

        Raises
        ------
        KeyError
            When there is no such object.
        """
        return self._item_of[side][object_id]

    def find(self, side: str, object_id: int) -> Disagreement | None:
        """Item that an object belongs to, or None when there is no such object."""
        return self._item_of[side].get(object_id)

    def at(self, index: Sequence[int]) -> Disagreement | None:
        """Item under a pixel: that of the reference object there, else of the prediction's."""
        for side in SIDES:
            for plane in self.table.labels(side).planes:
                item = self._item_of[side].get(int(plane[tuple(index)]))
                if item is not None:
                    return item
        return None

    def with_ids(self, reference_ids: Iterable[int], prediction_ids: Iterable[int]) -> list[Disagreement]:
        """Items that consist of exactly these objects: one or none."""
        item = self._items.get(Handle(tuple(reference_ids), tuple(prediction_ids), 0))
        return [] if item is None else [item]

    def mask(self, side: str, disagreement: Disagreement) -> np.ndarray:
        """Boolean mask of one side's pixels of an item, in the shape of its box."""
        return item_mask(disagreement, side, self.table.reference, self.table.prediction)

    def summary(self) -> Summary:
        """Counts of items, hits and mean IoU, without looking at any item."""
        hits = len(self._reference_of)
        mean = self._iou_sum / (hits << _IOU_BITS) if hits else float("nan")
        references, predictions = (len(self._item_of[s]) - self._ignored[s] for s in SIDES)
        counts = {relation: self._counts[relation] for relation in Relation}
        return Summary(counts, mean, hits, references, predictions)

    # ---------------------------------------------------------------- changes
    def update(self, touched: Touched, edit: Edit) -> Replaced:
        """Solve again the components that an edit touched, and return the items that changed.

        Parameters
        ----------
        touched
            What the table's update returned.
        edit
            The edit itself.
        """
        self._displacement.follow(edit)
        retired: dict[Handle, Disagreement] = {}
        fresh: list[Disagreement] = []
        waiting = [(side, i) for side in SIDES for i in sorted(touched.of(side))]
        settled: dict[str, set[int]] = {side: set() for side in SIDES}
        while waiting:
            side, object_id = waiting.pop()
            if object_id in settled[side]:
                continue
            waiting += self._retire(side, object_id, retired)
            if not self.table.area(side, object_id):
                continue
            component = self._graph.component(side, object_id)
            for name in SIDES:
                for member in component.ids[name]:
                    waiting += self._retire(name, member, retired)
                settled[name] |= component.ids[name]
            fresh += self._solve(component)
        return self._exchange(retired, fresh, edit)

    def _retire(
        self, side: str, object_id: int, retired: dict[Handle, Disagreement]
    ) -> list[tuple[str, int]]:
        """Take away the component of an object; return its members, which must be solved again."""
        item = self._item_of[side].get(object_id)
        if item is None:
            return []
        solved = self._solved[side].get(object_id) or _Solved.of_item(item)
        for item in solved.items:
            retired[item.handle] = item
            self._count(item, -1)
        self._iou_sum -= solved.iou_sum
        for _, p in solved.hits:
            del self._reference_of[p]
        members = [(name, i) for name in SIDES for i in solved.ids[name]]
        for name, i in members:
            self._solved[name].pop(i, None)
            del self._item_of[name][i]
        return members

    def _solve_all(self) -> Iterator[Disagreement]:
        """Items of all components: first of the pairs that have nobody else, then of all others."""
        lone = self._graph.lone_edges()
        self._displacement.prepare(pair for pair, edge in lone.items() if edge.near and edge.agree)
        for pair, edge in lone.items():
            yield from self._solve(Component.of_pair(pair, edge))
        for side in SIDES:
            for object_id in self.table.areas(side):
                if object_id not in self._item_of[side]:
                    yield from self._solve(self._graph.component(side, object_id))

    def _solve(self, component: Component) -> tuple[Disagreement, ...]:
        """Solve and record a component, and return its items."""
        solution = solve(component, partial(first_shared_pixel, self.table))
        items = tuple(self._item(group) for group in solution.groups)
        iou_sum = sum(_fixed_iou(*self.table.ratio(*pair)) for pair in solution.hits)
        self._iou_sum += iou_sum
        self._reference_of.update((p, r) for r, p in solution.hits)
        if any(len(component.ids[name]) > 1 for name in SIDES):  # else the item tells it all
            solved = _Solved(component.ids, items, solution.hits, iou_sum)
            for name in SIDES:
                self._solved[name].update(dict.fromkeys(component.ids[name], solved))
        for item in items:
            self._count(item, 1)
            self._point_to(item)
        return items

    def _exchange(
        self, retired: dict[Handle, Disagreement], fresh: Iterable[Disagreement], edit: Edit
    ) -> Replaced:
        """Put new items in the place of old ones; one that came out the same stays as it was."""
        added = []
        for item in fresh:
            old = retired.get(item.handle)
            if old == item and edit.ids.isdisjoint(item.ids(edit.source)):
                del retired[old.handle]
                self._point_to(old)
            else:
                added.append(item)
        removed = sorted(retired.values(), key=_raster_order)
        added.sort(key=_raster_order)
        still_matched = {item.handle for item in added if item.relation in _MATCHES}
        for item in removed:
            del self._items[item.handle]
            if item.relation in _MATCHES and item.handle not in still_matched:
                self._displacement.forget(item.reference_ids[0], item.prediction_ids[0])
        self._insert(added)
        return Replaced(tuple(removed), tuple(added))

    def _insert(self, items: Iterable[Disagreement]) -> None:
        self._items.update((item.handle, item) for item in items)

    def _count(self, item: Disagreement, sign: int) -> None:
        self._counts[item.relation] += sign
        if item.relation is Relation.IGNORED:
            for side in SIDES:
                self._ignored[side] += sign * len(item.ids(side))

    def _point_to(self, item: Disagreement) -> None:
        for side in SIDES:
            for object_id in item.ids(side):
                self._item_of[side][object_id] = item

    # ---------------------------------------------------------------- items
    def _item(self, group: Group) -> Disagreement:
        """Item of a group, with its figures."""
        ids = {REFERENCE: group.reference_ids, PREDICTION: group.prediction_ids}
        box = hull(self.table.box(side, i) for side in SIDES for i in ids[side])
        assert box is not None
        shared, union = self._shared_and_union(ids, box)
        relation, subcode = group.relation, "cut" if group.cut else ""
        error = union - shared
        if relation is Relation.MATCHED:
            relation, subcode = self._refined(group.reference_ids[0], group.prediction_ids[0], error)
        elif relation is Relation.CLASS:
            error = union
        elif relation is Relation.IGNORED:
            error = 0
        return Disagreement(
            relation,
            group.reference_ids,
            group.prediction_ids,
            box,
            shared / union,
            union,
            error,
            subcode=subcode,
        )

    def _refined(self, reference_id: int, prediction_id: int, error: int) -> tuple[Relation, str]:
        """Relation and subcode of a matched pair, by how far its contours are displaced."""
        if not error:
            return Relation.MATCHED, "exact"
        if self._displacement.exceeds(reference_id, prediction_id):
            return Relation.BOUNDARY, "boundary"
        return Relation.MATCHED, "jitter"

    def _shared_and_union(self, ids: Mapping[str, tuple[int, ...]], box: Box) -> tuple[int, int]:
        """Pixels of intersection and union of the objects of both sides.

        Several objects of one side can overlap only when they lie in different planes; then the
        pixels are looked at.
        """
        table = self.table
        if len(ids[REFERENCE]) == len(ids[PREDICTION]) == 1:
            return table.ratio(ids[REFERENCE][0], ids[PREDICTION][0])
        if any(len(ids[side]) > 1 and len(table.labels(side).planes) > 1 for side in SIDES):
            a, b = (object_mask(table.labels(side), ids[side], box) for side in SIDES)
            return int(np.count_nonzero(a & b)), int(np.count_nonzero(a | b))
        shared = sum(table.intersection(r, p) for r in ids[REFERENCE] for p in ids[PREDICTION])
        areas = sum(table.area(side, i) for side in SIDES for i in ids[side])
        return shared, areas - shared


def _fixed_iou(shared: int, union: int) -> int:
    """IoU in units of 2^-80, rounded down."""
    return (shared << _IOU_BITS) // union


_MATCHES = (Relation.MATCHED, Relation.BOUNDARY)


def _raster_order(item: Disagreement) -> tuple[tuple[int, ...], ...]:
    return item.box.start, item.reference_ids, item.prediction_ids
