"""The listing: rows of a review that pass a filter, in the order in which they are shown and walked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from psygnal import Signal

from segreview.session.change import Change, What
from segreview.session.review import Review
from segreview.session.search import Search
from segreview.session.status import DONE, STATUSES, Status
from segreview.session.verdict import Judgement
from segreview.session.worth import Worth
from segreview.triage.facts import RELATIONS, Facts
from segreview.triage.filter import Filter
from segreview.triage.queue import Row

_IS_DONE = np.array([status in DONE or status is Status.AGREED for status in STATUSES])
_IS_OPEN = np.array([status in (Status.OPEN, Status.EDITED) for status in STATUSES])


@dataclass(frozen=True, slots=True)
class Sorting:
    """What rows are sorted by.

    Parameters
    ----------
    by
        ``"queue"`` for the order of review, ``"status"``, ``"gain"``, or the name of a column of `Facts`.
    descending
        The largest first; for the queue, the last.
    """

    by: str = "queue"
    descending: bool = False


class Listing:
    """Rows that pass a filter, in order.

    Nothing moves under the reviewer's eyes: a row that an edit changes keeps its line, and one that
    appears stands behind what it came from. Rows are filtered and sorted anew when the filter or the
    sorting is chosen, and, behind the current row, when the reviewer goes on.

    Parameters
    ----------
    review
        The review.
    wanted
        The filter.
    sorting
        What the rows are sorted by.
    metric
        Figure whose expected gain is told of every row; the usual one where the sample has no such.

    Attributes
    ----------
    worth
        What taking the model's masks would do.
    numbers
        Serial numbers of the rows, line by line; exchanged, never written into.
    rearranged
        Emitted after rows have come, gone or moved.
    """

    rearranged = Signal()

    def __init__(
        self,
        review: Review,
        wanted: Filter | None = None,
        sorting: Sorting | None = None,
        metric: str = "",
    ) -> None:
        self.review = review
        self.filter = wanted or Filter()
        self.sorting = sorting or Sorting()
        self.facts = Facts(review.queue, review.reference.shape)
        self.search = Search(review, self.facts)
        self.worth = Worth(review, self.facts)
        self._metric = metric
        self.numbers = np.zeros(0, np.intp)
        self._lines = np.zeros(0, np.intp)
        self._arrange()
        self._unwatch = review.watch(self._on_change)

    def close(self) -> None:
        """Follow the review no longer."""
        self._unwatch()

    # ---------------------------------------------------------------- reading
    def __len__(self) -> int:
        return int(self.numbers.size)

    def __getitem__(self, line: int) -> Row:
        return self.review.queue.row(int(self.numbers[line]))

    def line_of(self, row: Row | None) -> int | None:
        """Line where a row stands, or None when it is not listed."""
        if row is None or row.number >= self._lines.size or self._lines[row.number] < 0:
            return None
        return int(self._lines[row.number])

    def lines_of(self, numbers: Sequence[int]) -> np.ndarray:
        """Lines where rows stand, by their serial numbers, in order; those that are not listed have none."""
        known = np.array(numbers, np.intp)
        lines = self._lines[known[known < self._lines.size]]
        return np.sort(lines[lines >= 0])

    @property
    def whole(self) -> int:
        """Number of rows of the kinds that are listed, whatever else the filter holds back."""
        return int(np.count_nonzero(self.filter.kinds(self.facts)))

    @property
    def open(self) -> int:
        """Number of rows that wait for a judgement, listed or not."""
        return int(np.count_nonzero(_IS_OPEN[self.review.standing.codes]))

    def with_rows(self, wanted: Filter) -> Filter:
        """Filter with rows of every kind, where none of the kinds that it lists would pass."""
        widened = replace(wanted, relations=frozenset(RELATIONS))
        return wanted if self._meeting(wanted).any() or not self._meeting(widened).any() else widened

    @property
    def metric(self) -> str:
        """Figure whose expected gain is told; empty where there is no model."""
        known = self.worth.metrics
        return self._metric if self._metric in known else next(iter(known), "")

    @property
    def gains(self) -> np.ndarray:
        """Expected gain of every row, by its serial number; nan where that is not known."""
        return self.worth.gains(self.metric) if self.metric else np.full(len(self.facts), np.nan)

    # ---------------------------------------------------------------- choosing
    def measure_by(self, metric: str) -> None:
        """Tell the gain of another figure; rows that are sorted by it are sorted anew."""
        self._metric = metric
        if self.sorting.by == "gain":
            self._arrange()

    def filter_by(self, wanted: Filter) -> None:
        """List the rows that pass another filter."""
        self.filter = wanted
        self._arrange()

    def sort_by(self, sorting: Sorting) -> None:
        """Sort by something else, or anew by the same."""
        self.sorting = sorting
        self._arrange()

    def _arrange(self) -> None:
        self._put(self._sorted(self._passing()))

    def _passing(self) -> np.ndarray:
        """Boolean mask of the rows that pass the filter, by their serial numbers."""
        return self._meeting(self.filter)

    def _meeting(self, wanted: Filter) -> np.ndarray:
        done = _IS_DONE[self.review.standing.codes]
        return wanted.mask(self.facts, done, self.search)

    def _sorted(self, mask: np.ndarray) -> np.ndarray:
        """Serial numbers of the rows of a mask, in order; rows that are equal as in the queue."""
        order: np.ndarray = self.review.queue.numbers
        order = order[mask[order]]
        by, descending = self.sorting.by, self.sorting.descending
        if by == "queue":
            return order[::-1] if descending else order
        values: np.ndarray = self._column(by)[order]
        if descending:  # upside down, so that equal rows stay in the queue's order
            return order[values.size - 1 - np.argsort(values[::-1], kind="stable")[::-1]]
        return order[np.argsort(values, kind="stable")]

    def _column(self, by: str) -> np.ndarray:
        """Values that rows are sorted by, by their serial numbers."""
        if by == "gain":
            gains: np.ndarray = np.nan_to_num(self.gains, nan=-np.inf)
            return gains
        column: np.ndarray = self.review.standing.codes if by == "status" else getattr(self.facts, by)
        return column

    def _put(self, numbers: np.ndarray) -> None:
        """Show rows in this order."""
        same = np.array_equal(numbers, self.numbers)
        self._lines = np.full(len(self.facts), -1, np.intp)
        self._lines[numbers] = np.arange(numbers.size)
        if not same:
            self.numbers = numbers
            self.rearranged.emit()

    # ---------------------------------------------------------------- following
    def _on_change(self, change: Change) -> None:
        queue = self.review.queue
        rows = map(queue.row, change.rows)
        if change.what == {What.EVIDENCE}:
            self.facts.suspect_anew(rows)
        else:
            self.facts.update(rows)
        self.worth.follow(change)
        new = [n for n in change.rows if n >= self._lines.size or self._lines[n] < 0]
        coming = np.zeros(len(self.facts), bool)
        if new:
            coming[new] = self._passing()[new]
        if coming.any() or What.ORDER in change.what:
            self._admit(coming)

    def _admit(self, coming: np.ndarray) -> None:
        """List more rows; each behind the nearest row before it in the queue that is listed."""
        listed = np.zeros(len(self.facts), bool)
        listed[self.numbers] = True
        if self.sorting.by == "queue":
            self._put(self._sorted(listed | coming))
            return
        order = self.review.queue.numbers
        arriving, others, before = (np.flatnonzero(m[order]) for m in (coming, ~coming, listed))
        anchors = np.append(before, -1)[np.searchsorted(before, arriving) - 1]
        lines = np.where(anchors < 0, 0, self._lines[order[anchors]] + 1)
        strangers = arriving > others.max(initial=-1)  # the queue has put them at its very end
        lines[strangers] = self.numbers.size
        self._put(np.insert(self.numbers, lines, order[arriving]))

    # ---------------------------------------------------------------- going on
    def next_open(self, row: Row | None) -> Row | None:
        """Row to judge after a row, or None when nothing is left among those that are listed.

        Rows that wait come first: those below, then those above; then the unsure ones, each once.
        """
        line = self._renew(row)
        below = self._below(line)
        waiting = below[_IS_OPEN[self.review.standing.codes[below]]]
        if waiting.size:
            return self.review.queue.row(int(waiting[0]))
        unsure = set(self.review.standing.judged(Judgement.UNSURE))
        start = line + 1 if row is not None and row.number in unsure else 0
        found = (n for n in self.numbers[start:].tolist() if n in unsure)
        number = next(found, None)
        return None if number is None else self.review.queue.row(number)

    def walk_from(self, row: Row | None) -> np.ndarray:
        """Serial numbers of all listed rows in the order in which they come after a row, itself the last."""
        line = self.line_of(row)
        return self._below(self._last_before(row) if line is None else line)

    def _below(self, line: int) -> np.ndarray:
        return np.concatenate([self.numbers[line + 1 :], self.numbers[: line + 1]])

    def previous(self, row: Row | None) -> Row | None:
        """Row in the line above a row, judged or not; the last one when there is no row."""
        if row is None:
            return self[len(self) - 1] if len(self) else None
        line = self.line_of(row)
        above = self._last_before(row) if line is None else line - 1
        return self[above] if above >= 0 else None

    def _last_before(self, row: Row | None) -> int:
        """Last line before the place where a row would stand that is not listed; -1 for the top."""
        if row is None or self.sorting.by != "queue":
            return -1
        places = self.review.queue.places
        here, listed = places[row.number], places[self.numbers]
        return int(np.count_nonzero(listed > here if self.sorting.descending else listed < here)) - 1

    def _renew(self, row: Row | None) -> int:
        """Filter anew, and sort what lies behind a row; return the last line that was passed."""
        line = self.line_of(row)
        if self.sorting.by == "queue":
            if not self.sorting.descending:
                self.review.rerank_behind(-1 if row is None else self.review.queue.place_of(row))
            self._arrange()
            line = self.line_of(row)
            return self._last_before(row) if line is None else line
        passing = self._passing()
        passed = self.numbers[: 0 if line is None else line + 1]
        kept = passed[passing[passed]]
        passing[kept] = False
        self._put(np.concatenate([kept, self._sorted(passing)]))
        return int(kept.size) - 1
