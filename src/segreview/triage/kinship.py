"""Kinship: which rows of the queue an item belongs to, by what it has in common with what stood there."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from itertools import product
from typing import Generic, Protocol, TypeVar

from segreview.compare.disagreement import Disagreement, Relation
from segreview.compare.overlap import SIDES

_CELL = 128
"""Side of the cells by which regions are found, in pixels."""


class Place(Protocol):
    """A row as it is seen here: its number, what stands or stood there last, and what stood there first."""

    @property
    def number(self) -> int: ...  # noqa: D102 (said above)
    @property
    def item(self) -> Disagreement: ...  # noqa: D102 (said above)
    @property
    def first(self) -> Disagreement: ...  # noqa: D102 (said above)


Stand = TypeVar("Stand", bound=Place)


class Gone(Generic[Stand]):
    """Rows in which nothing stands, found by what stood there: an undo may bring thousands back."""

    def __init__(self) -> None:
        self._rows: dict[int, Stand] = {}
        self._marks: dict[int, set[Hashable]] = {}
        self._marked: dict[Hashable, set[int]] = {}

    def add(self, row: Stand) -> None:
        """Take in a row."""
        self._rows[row.number] = row
        self._marks[row.number] = _marks(row.item) | _marks(row.first)
        for mark in self._marks[row.number]:
            self._marked.setdefault(mark, set()).add(row.number)

    @property
    def numbers(self) -> list[int]:
        """Serial numbers of the rows."""
        return list(self._rows)

    def drop(self, row: Stand) -> None:
        """Forget a row, if it is here."""
        self._rows.pop(row.number, None)
        for mark in self._marks.pop(row.number, ()):
            self._marked[mark].discard(row.number)
            if not self._marked[mark]:
                del self._marked[mark]

    def relatives(self, items: Iterable[Disagreement]) -> list[Stand]:
        """Rows that may be related to one of the items."""
        marks = (mark for item in items for mark in _marks(item))
        numbers = {number for mark in marks for number in self._marked.get(mark, ())}
        return [self._rows[number] for number in sorted(numbers)]


def _marks(item: Disagreement) -> set[Hashable]:
    """What related items have in common: an id or, for regions, a cell of a grid that both touch."""
    if not item.region:
        return {(side, i) for side in SIDES for i in item.ids(side)}
    ends = zip(item.box.start, item.box.stop, strict=True)
    return set(product(*(range(a // _CELL, (b - 1) // _CELL + 1) for a, b in ends)))


def kinship(row: Place, item: Disagreement) -> int:
    """How much an item has in common with what stood in a row: shared ids, then the same place."""
    old = row.item
    if item == row.first:
        return 1 << 30  # more than any other: what an undo brings back stands where it stood
    if Relation.UNCLAIMED in (old.relation, item.relation):
        return int(bool(old.box & item.box))
    if old.region or item.region:
        return int(bool(old.box & item.box)) * (1 + len(_shared(old, item)))
    first = row.first
    return 2 * len(_shared(old, item)) + len(_shared(first, item))


def _shared(a: Disagreement, b: Disagreement) -> set[tuple[str, int]]:
    ids_a = {("reference", i) for i in a.reference_ids} | {("prediction", i) for i in a.prediction_ids}
    ids_b = {("reference", i) for i in b.reference_ids} | {("prediction", i) for i in b.prediction_ids}
    return ids_a & ids_b
