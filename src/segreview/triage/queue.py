"""The queue: disagreements in the order of review, which never changes under the reviewer's eyes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

import numpy as np

from segreview.compare.disagreement import SETTLED, Disagreement, Relation
from segreview.triage.kinship import Gone, kinship
from segreview.triage.suspicion import Suspicion

_LONE = frozenset({Relation.MISSED, Relation.SPURIOUS, Relation.UNCLAIMED})

_MANY = 16
"""Part of the rows in order from which on all their ranks are looked up: a search for each sees as many."""

LISTED = 0.3
"""Urgency from which an item asks for a judgement although its sides agree."""


def is_settled(item: Disagreement) -> bool:
    """Whether an item asks for no judgement; nor do thin regions along the contours of classes."""
    return item.relation in SETTLED or bool(item.region and item.relation is Relation.BOUNDARY)


Build = tuple[bool, float, int, tuple[tuple[int, ...], ...]]
"""What items that are equally urgent are ranked by."""

Rank = tuple[bool, float, Build]


def rank(item: Disagreement, urgency: float = 0.0, *, suspected: bool = False) -> Rank:
    """Sort key: the most urgent first; then objects without a partner, the lowest IoU, large before small.

    Parameters
    ----------
    item
        The item.
    urgency
        How likely its annotation needs a hand, compared by whole percents; 0 while that is not known.
    suspected
        Whether it ranks with the items that ask for a judgement even if its sides agree.
    """
    return is_settled(item) and not suspected, -round(urgency, 2), build_of(item)


def build_of(item: Disagreement) -> Build:
    """What an item is ranked by beside its urgency; the last of it tells any two apart."""
    identity = (item.box.start, item.box.stop, item.reference_ids, item.prediction_ids)
    return item.relation not in _LONE, item.iou, -item.area, identity


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
    found
        What is suspected of the item, as it was found; None while that is not known.
    suspicion
        The same, as the reviewer's verdicts have corrected it.
    urgency
        What the row is ranked by: that of its suspicion, but for what all rows have in common.
    suspected
        Whether it was ever suspected enough to ask for a judgement although its sides agree.
    pinned
        Whether it keeps the rank of what stood there first, whatever edits make of it.
    """

    number: int
    item: Disagreement
    added: bool = False
    first: Disagreement = field(init=False)
    gone: bool = False
    found: Suspicion | None = None
    suspicion: Suspicion | None = None
    urgency: float = 0.0
    suspected: bool = False
    pinned: bool = False
    _built: tuple[Disagreement, bool, Build] | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        self.first = self.item

    @property
    def rank(self) -> Rank:
        """What the row is ranked by now; what its item says to that is looked up once."""
        item = self.first if self.pinned else self.item
        if self._built is None or self._built[0] is not item:
            self._built = item, is_settled(item), build_of(item)
        _, settled, build = self._built
        return settled and not self.suspected, -round(self.urgency, 2), build

    @property
    def edited(self) -> bool:
        """Whether the item was not there, or differed, when the queue was made."""
        same = self.item is self.first or self.item == self.first
        return self.added or self.gone or not same

    @property
    def contested(self) -> bool:
        """Whether the row asks, or asked when the queue was made, for a judgement."""
        asks = not self.gone and not is_settled(self.item)
        return asks or self.suspected or not (self.added or is_settled(self.first))

    def put(self, item: Disagreement) -> None:
        """Put another item into the row, of which nothing is suspected yet."""
        self.item, self.gone = item, False
        self._know_nothing()

    def vacate(self) -> None:
        """Take the item out of the row."""
        self.gone = True
        self._know_nothing()

    def _know_nothing(self) -> None:
        self.found, self.suspicion = None, None
        if not self.pinned:
            self.urgency = 0.0

    def suspect(self, suspicion: Suspicion, urgency: float | None = None) -> None:
        """Note what is suspected of the item, and what the row is ranked by where that is known otherwise."""
        self.found = suspicion
        self.correct(suspicion, suspicion.urgency if urgency is None else urgency)

    def correct(self, suspicion: Suspicion | None, urgency: float, *, stays: bool = True) -> None:
        """Note what is suspected after the reviewer's verdicts, and what the row is ranked by.

        Parameters
        ----------
        suspicion
            What is suspected; None while that is not known.
        urgency
            What the row is ranked by.
        stays
            Whether it asks for a judgement for good if it ever did.
        """
        self.suspicion, self.urgency = suspicion, urgency
        self.suspected = urgency >= LISTED or (stays and self.suspected)


class Queue:
    """Rows in the order of review.

    Parameters
    ----------
    items
        Every item; they are ranked once.

    Attributes
    ----------
    numbers
        Serial numbers of the rows in the order of review; only the queue writes into it.
    """

    def __init__(self, items: Iterable[Disagreement]) -> None:
        self._rows = sorted((Row(0, item) for item in items), key=attrgetter("rank"))
        for number, row in enumerate(self._rows):
            row.number = number
        self.numbers = np.arange(len(self._rows))
        self._places: np.ndarray | None = None
        self._at: dict[Hashable, Row] = {row.item.handle: row for row in self._rows}
        self._gone: Gone[Row] = Gone()
        self._loose: set[int] = set()  # rows that may stand where their rank would not put them

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        return map(self._rows.__getitem__, self.numbers.tolist())

    def __getitem__(self, place: int) -> Row:
        return self._rows[int(self.numbers[place])]

    @property
    def places(self) -> np.ndarray:
        """Position of every row, from 0, by its serial number."""
        if self._places is None:
            self._places = np.empty(len(self._rows), np.intp)
            self._places[self.numbers] = np.arange(len(self._rows))
        return self._places

    def place_of(self, row: Row) -> int:
        """Position of a row, from 0."""
        return int(self.places[row.number])

    def row(self, number: int) -> Row:
        """Row with a serial number."""
        return self._rows[number]

    def row_of(self, item: Disagreement) -> Row | None:
        """Row where an item stands."""
        return self.row_at(item.handle)

    def row_at(self, handle: Hashable) -> Row | None:
        """Row where the item with a handle stands."""
        return self._at.get(handle)

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
                row.vacate()
                vacated.append(row)
                touched[row.number] = row
        waiting = self._settle(added, vacated, touched)
        if waiting:
            waiting = self._settle(waiting, self._gone.relatives(waiting), touched)
        for item in waiting:
            row = self._insert(item, vacated)
            touched[row.number] = row
        for row in touched.values():
            self._gone.drop(row)
            if row.gone:
                self._gone.add(row)
        self._loose.update(touched)
        return list(touched.values())

    def _settle(
        self, items: Iterable[Disagreement], places: Sequence[Row], touched: dict[int, Row]
    ) -> list[Disagreement]:
        """Give each item the free place of its closest relative; return those that found none."""
        items, free = list(items), [row for row in places if row.gone]
        pairs = sorted(
            (
                (-kin, row.number, n)
                for n, item in enumerate(items)
                for row in free
                if (kin := kinship(row, item))
            ),
        )
        by_number = {row.number: row for row in free}
        placed: set[int] = set()
        for _, number, n in pairs:
            row = by_number[number]
            if row.gone and n not in placed:
                row.put(items[n])
                self._at[items[n].handle] = row
                touched[number] = row
                placed.add(n)
        return [item for n, item in enumerate(items) if n not in placed]

    def _insert(self, item: Disagreement, relatives: Sequence[Row]) -> Row:
        """New row after the last relative, or at the end."""
        row = Row(len(self._rows), item, added=item.relation is not Relation.UNCLAIMED)
        place = max((self.place_of(other) + 1 for other in relatives), default=len(self._rows))
        self._rows.append(row)
        self._at[item.handle] = row
        self.numbers = np.insert(self.numbers, place, row.number)
        self._places = None
        return row

    def suspect(
        self, news: Iterable[tuple[Row, Suspicion]], ranks: Callable[[Row], float | None] = lambda _: None
    ) -> None:
        """Note what is suspected of the items of rows; no row moves before `rerank_behind`.

        Parameters
        ----------
        news
            Rows with what was found.
        ranks
            Gives what a row is ranked by, where that is known otherwise.
        """
        for row, suspicion in news:
            row.suspect(suspicion, ranks(row))
            self._loose.add(row.number)

    def correct(
        self, news: Iterable[tuple[Row, Suspicion | None, float]], stays: Callable[[Row], bool]
    ) -> list[Row]:
        """Note what verdicts have made of suspicions, and what rows are ranked by; no row moves, as above.

        Returns those that ask for a judgement since, or no longer.

        Parameters
        ----------
        news
            Rows with what is suspected, and what they are ranked by.
        stays
            Tells the rows that ask for a judgement for good if they ever did.
        """
        changed = []
        for row, suspicion, urgency in news:
            before = row.suspected
            row.correct(suspicion, urgency, stays=before and urgency < LISTED and stays(row))
            self._loose.add(row.number)
            if row.suspected != before:
                changed.append(row)
        return changed

    @property
    def vacant(self) -> list[int]:
        """Serial numbers of the rows whose item is gone."""
        return self._gone.numbers

    def pin(self, number: int) -> None:
        """Let a row keep the rank of what stood there first, whatever edits make of it."""
        self._rows[number].pinned = True
        self._loose.add(number)

    def rerank_behind(self, place: int) -> bool:
        """Rank anew what lies behind a place; what the reviewer has passed stays where it is.

        Only rows that changed since they were ranked are looked at: the others are in order.
        Returns whether any row has moved.
        """
        loose = np.fromiter(self._loose, np.intp, len(self._loose))
        behind = loose[self.places[loose] > place].tolist()
        if not behind:
            return False
        ranks = _Ranks(self._rows)
        behind.sort(key=ranks.of)
        tail = self.numbers[place + 1 :]
        kept = tail[~np.isin(tail, behind)]
        ranked = np.insert(kept, ranks.places(kept.tolist(), behind), behind)
        self._loose.difference_update(self._ranked_after(place, behind, ranks))
        if np.array_equal(ranked, tail):
            return False
        self.numbers = np.concatenate([self.numbers[: place + 1], ranked])
        self._places = None
        return True

    def _ranked_after(self, place: int, numbers: Iterable[int], ranks: _Ranks) -> list[int]:
        """Rows that rank behind all that was passed, so that they need no second look."""
        passed = (int(n) for n in self.numbers[place::-1] if int(n) not in self._loose) if place >= 0 else ()
        last = next(iter(passed), None)
        return [n for n in numbers if last is None or ranks.of(n) >= ranks.of(last)]


class _Ranks:
    """Ranks of rows by their serial numbers, each found once: thousands are compared with one another."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows
        self._known: dict[int, Rank] = {}

    def of(self, number: int) -> Rank:
        """Rank of a row."""
        found = self._known.get(number)
        if found is None:
            found = self._known[number] = self._rows[number].rank
        return found

    def places(self, ranked: Sequence[int], arriving: Sequence[int]) -> list[int]:
        """Where rows belong among others that are in order."""
        if len(arriving) < len(ranked) // _MANY:
            return [bisect_left(ranked, self.of(number), key=self.of) for number in arriving]
        keys = [self.of(number) for number in ranked]
        return [bisect_left(keys, self.of(number)) for number in arriving]
