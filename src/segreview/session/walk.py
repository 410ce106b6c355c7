"""The walk: what comes next in a review, in the listing or now and then at random."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from segreview.session.listing import Listing
from segreview.session.status import DONE
from segreview.triage.queue import Row


class Walk:
    """Goes down a listing, and brings random checks in between.

    They come only where the listing is the queue as it stands: whoever sorts by IoU, or looks at one kind
    alone, is not interrupted. In any order the walk tells which checks it has come to.

    Parameters
    ----------
    listing
        What is walked through.
    """

    def __init__(self, listing: Listing) -> None:
        self._listing, self._teaching = listing, listing.review.teaching
        self._check: Row | None = None  # the random check that came up last
        self._stood: dict[int, Row | None] = {}  # where the walk goes on from after each, by its number
        self._coming: tuple[Row, np.ndarray] | None = None  # what the queue brought up, and the way to it
        self._at_random = False  # whether checks go on where the queue has ended

    def next(self, row: Row | None, *, checks: bool = True) -> Row | None:
        """Row to judge after a row; None when nothing is left.

        Parameters
        ----------
        row
            Row that is current.
        checks
            Whether random checks may come.
        """
        self._take()
        start = self._start(row)
        if checks and self._in_order and (check := self._teaching.waiting or self._teaching.draw()):
            return self._bring(check, start)
        found = self._listing.next_open(start)
        if found is None:
            check = self._teaching.draw(due=False) if checks and self._at_random else None
            return None if check is None else self._bring(check, start)
        self._check = None
        if self._listing.review.status(found) not in DONE:  # else it is one that nobody was sure of
            self._coming = found, self._listing.walk_from(start)
        return found

    def check_at_random(self, row: Row | None) -> Row | None:
        """A random check because the user wants one; more of them come once the queue has ended."""
        self._at_random = True
        start = self._start(row)
        check = self._teaching.waiting or self._teaching.draw(due=False)
        return None if check is None else self._bring(check, start)

    def judge(self, rows: Sequence[Row]) -> None:
        """Note that rows are about to be judged: by the one that came up the queue takes it.

        Of many that are judged at once, checks between them count as come to.
        """
        if self._coming is not None and self._coming[0] in rows:
            self._take()
        lines = [line for row in rows if (line := self._listing.line_of(row)) is not None]
        if self._teaching.checks is not None and len(lines) > 1:
            between = self._listing.numbers[min(lines) : max(lines) + 1]
            self._teaching.checks.reach(between.tolist())

    @property
    def _in_order(self) -> bool:
        """Whether the listing is the queue in its own order, of all kinds."""
        wanted, sorting = self._listing.filter, self._listing.sorting
        return sorting.by == "queue" and not (sorting.descending or wanted.relations or wanted.narrows)

    def _bring(self, check: Row, start: Row | None) -> Row:
        self._check = check
        self._stood[check.number] = start
        return check

    def _start(self, row: Row | None) -> Row | None:
        """Row to go on from after a row: after the random check that came up, where the walk stood."""
        return self._stood[row.number] if row is not None and row is self._check else row

    def come_back(self, row: Row) -> None:
        """Note that the reviewer is back at a row whose verdict was taken back.

        After a random check the walk goes on from where it stood then, and what it brought up meanwhile was
        not passed.
        """
        if row.number in self._stood and self._teaching.is_check(row):
            self._check, self._coming = row, None

    def _take(self) -> None:
        """Note that the queue has come to what it brought up: it is judged now, or passed."""
        if self._coming is not None and self._teaching.checks is not None:
            found, walk = self._coming
            self._teaching.checks.come(found.number, walk)
        self._coming = None
