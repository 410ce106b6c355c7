"""The queue: disagreements in the order of review, which never changes under the reviewer's eyes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from segreview.compare.disagreement import Disagreement, Relation

_SETTLED = frozenset({Relation.MATCHED, Relation.IGNORED})


def is_settled(item: Disagreement) -> bool:
    """Whether an item asks for no judgement; nor do thin regions along the contours of classes."""
    return item.relation in _SETTLED or bool(item.region and item.relation is Relation.BOUNDARY)


@dataclass(slots=True)
class Row:
    """One place in the queue.

    Parameters
    ----------
    number
        Serial number, which stays with the place for the whole review.
    item
        What stands there now.
    added
        True when an edit brought the row, after the queue was made.
    first
        What stood there at first, to tell whether it was edited.
    gone
        True when an edit took the item away and nothing took its place.
    """

    number: int
    item: Disagreement
    added: bool = False
    first: Disagreement = field(init=False)
    gone: bool = False

    def __post_init__(self) -> None:
        self.first = self.item

    @property
    def edited(self) -> bool:
        """Whether the item was not there, or differed, when the queue was made."""
        return self.added or self.gone or self.item != self.first

    @property
    def contested(self) -> bool:
        """Whether the row asks, or asked when the queue was made, for a judgement."""
        asks = not self.gone and not is_settled(self.item)
        return asks or not (self.added or is_settled(self.first))


def rank(item: Disagreement) -> tuple[int, float, int, Hashable]:
    """Sort key: objects without a partner first, then the lowest IoU; large before small."""
    if is_settled(item):
        group = 2
    else:
        group = 0 if item.relation in (Relation.MISSED, Relation.SPURIOUS) else 1
    return group, item.iou, -item.area, (item.box, item.reference_ids, item.prediction_ids)


class Queue:
    """Rows in the order of review.

    Parameters
    ----------
    items
        Every item; they are ranked once.
    """

    def __init__(self, items: Iterable[Disagreement]) -> None:
        self._rows = [Row(n, item) for n, item in enumerate(sorted(items, key=rank))]
        self._number = len(self._rows)
        self._at: dict[Hashable, Row] = {row.item.handle: row for row in self._rows}
        self._gone: dict[int, Row] = {}
        self._places: dict[int, int] = {}
        self._numbered: dict[int, Row] = {row.number: row for row in self._rows}
        self._renumber()

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def __getitem__(self, place: int) -> Row:
        return self._rows[place]

    def place_of(self, row: Row) -> int:
        """Position of a row, from 0."""
        return self._places[row.number]

    def row(self, number: int) -> Row:
        """Row with a serial number."""
        return self._numbered[number]

    def row_of(self, item: Disagreement) -> Row | None:
        """Row where an item stands."""
        return self._at.get(item.handle)

    def replace(self, removed: Sequence[Disagreement], added: Sequence[Disagreement]) -> list[Row]:
        """Put new items where related old ones stood, and return the rows that changed.

        An item with no relative among the removed ones takes a place that an earlier edit left
        empty, or a new place after its nearest relative, or at the end.
        """
        touched: dict[int, Row] = {}
        vacated = []
        for item in removed:
            row = self._at.pop(item.handle, None)
            if row is not None:
                row.gone = True
                vacated.append(row)
                touched[row.number] = row
        waiting = self._settle(added, vacated, touched)
        waiting = self._settle(waiting, list(self._gone.values()), touched)
        for item in waiting:
            row = self._insert(item, vacated)
            touched[row.number] = row
        for row in touched.values():
            if row.gone:
                self._gone[row.number] = row
            else:
                self._gone.pop(row.number, None)
        return list(touched.values())

    def _settle(
        self, items: Iterable[Disagreement], places: Sequence[Row], touched: dict[int, Row]
    ) -> list[Disagreement]:
        """Give each item the free place of its closest relative; return those that found none."""
        items, free = list(items), [row for row in places if row.gone]
        pairs = sorted(
            (
                (-_kinship(row, item), row.number, n)
                for n, item in enumerate(items)
                for row in free
                if _kinship(row, item)
            ),
        )
        by_number = {row.number: row for row in free}
        placed: set[int] = set()
        for _, number, n in pairs:
            row = by_number[number]
            if row.gone and n not in placed:
                row.item, row.gone = items[n], False
                self._at[items[n].handle] = row
                touched[number] = row
                placed.add(n)
        return [item for n, item in enumerate(items) if n not in placed]

    def _insert(self, item: Disagreement, relatives: Sequence[Row]) -> Row:
        """New row after the last relative, or at the end."""
        row = Row(self._number, item, added=True)
        self._number += 1
        place = max((self.place_of(other) + 1 for other in relatives), default=len(self._rows))
        self._rows.insert(place, row)
        self._at[item.handle] = self._numbered[row.number] = row
        self._renumber(place)
        return row

    def _renumber(self, start: int = 0) -> None:
        """Note the places of all rows from one on."""
        for place in range(start, len(self._rows)):
            self._places[self._rows[place].number] = place

    def rerank_behind(self, place: int) -> None:
        """Rank anew what lies behind a place; what the reviewer has passed stays where it is."""
        tail = self._rows[place + 1 :]
        tail.sort(key=lambda row: rank(row.item))
        self._rows[place + 1 :] = tail
        self._renumber(place + 1)

    def next(self, place: int, wanted: Callable[[Row], bool], step: int = 1) -> Row | None:
        """First wanted row after (or, with ``step=-1``, before) a place; None at the end."""
        stop = len(self._rows) if step > 0 else -1
        for n in range(place + step, stop, step):
            if wanted(self._rows[n]):
                return self._rows[n]
        return None


def _kinship(row: Row, item: Disagreement) -> int:
    """How much an item has in common with what stood in a row: shared ids, then the same place."""
    old = row.item
    if old.region or item.region:
        return int(bool(old.box & item.box)) * (1 + len(_shared(old, item)))
    first = row.first
    return 2 * len(_shared(old, item)) + len(_shared(first, item))


def _shared(a: Disagreement, b: Disagreement) -> set[tuple[str, int]]:
    ids_a = {("reference", i) for i in a.reference_ids} | {("prediction", i) for i in a.prediction_ids}
    ids_b = {("reference", i) for i in b.reference_ids} | {("prediction", i) for i in b.prediction_ids}
    return ids_a & ids_b
