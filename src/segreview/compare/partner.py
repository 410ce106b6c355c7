"""Partners: which object of the other side an object is, whatever their IoU; kept up to date by edits."""

from __future__ import annotations

from collections.abc import Iterable

from segreview.compare.overlap import OTHER, SIDES, OverlapTable, Touched
from segreview.model.labels import Kind
from segreview.model.sample import PREDICTION, REFERENCE


class Partners:
    """One-to-one partners of the objects of both sides.

    Two objects are partners when each has its largest IoU with the other (the lowest id of several)
    and their classes, where both are known, agree. There is no least IoU: a small object that is one
    pixel wider than its partner shares little with it. A class is its own partner.

    Parameters
    ----------
    table
        The two sides; it is updated by its owner first.
    """

    def __init__(self, table: OverlapTable) -> None:
        self._table = table
        self._classes = table.reference.kind is Kind.SEMANTIC
        self._prediction_of: dict[int, int] = {}
        self._reference_of: dict[int, int] = {}
        if not self._classes:
            self._set(table.areas(REFERENCE))

    def of(self, side: str, object_id: int) -> int | None:
        """Partner of an object of a side, or None."""
        if self._classes:
            return object_id
        known = self._prediction_of if side == REFERENCE else self._reference_of
        return known.get(object_id)

    def pairs(self) -> list[tuple[int, int]]:
        """All pairs, by the id of the reference; for classes those that both sides hold."""
        if self._classes:
            sides = (set(self._table.areas(side)) for side in SIDES)
            return [(number, number) for number in sorted(set.intersection(*sides))]
        return sorted(self._prediction_of.items())

    def follow(self, touched: Touched) -> set[tuple[str, int]]:
        """Take in what an edit touched; return the side and id of the objects whose partner changed."""
        if self._classes:
            return set()
        facing = set(touched.prediction)
        for object_id in touched.reference:
            facing.update(self._table.partners(REFERENCE, object_id))
        concerned = set(touched.reference)
        for object_id in facing:
            concerned.update(self._table.partners(PREDICTION, object_id))
            if object_id in self._reference_of:
                concerned.add(self._reference_of[object_id])
        before = {(i, self._prediction_of.pop(i)) for i in concerned if i in self._prediction_of}
        for _, prediction_id in before:
            self._reference_of.pop(prediction_id, None)
        self._set(concerned)
        after = {(i, self._prediction_of[i]) for i in concerned if i in self._prediction_of}
        return {(side, pair[n]) for pair in before ^ after for n, side in enumerate(SIDES)}

    def _set(self, reference_ids: Iterable[int]) -> None:
        for reference_id in reference_ids:
            best = self._best(REFERENCE, reference_id)
            mutual = best is not None and self._best(PREDICTION, best) == reference_id
            if best is not None and mutual and self._agree(reference_id, best):
                self._prediction_of[reference_id] = best
                self._reference_of[best] = reference_id

    def _best(self, side: str, object_id: int) -> int | None:
        """Object of the other side with which an object has its largest IoU."""
        best, found = (0, 1), None
        own = self._table.area(side, object_id)
        for other, shared in sorted(self._table.partners(side, object_id).items()):
            union = own + self._table.area(OTHER[side], other) - shared
            if shared * best[1] > best[0] * union:
                best, found = (shared, union), other
        return found

    def _agree(self, reference_id: int, prediction_id: int) -> bool:
        ours = self._table.reference.category_of(reference_id)
        theirs = self._table.prediction.category_of(prediction_id)
        return ours is None or theirs is None or ours == theirs
