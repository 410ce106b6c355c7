"""Where each row of the queue stands, and how far the review has come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from segreview.session.verdict import Verdict
from segreview.triage.queue import Row, is_settled


class Status(StrEnum):
    """Where a row of the queue stands."""

    OPEN = "open"
    JUDGED = "judged"
    EDITED = "edited"
    RESOLVED = "resolved"
    AGREED = "agreed"


DONE = frozenset({Status.JUDGED, Status.RESOLVED})


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the rows that ask for a judgement are done."""

    done: int
    total: int


def status_of(row: Row, judged: bool) -> Status:
    """Status of a row: what was said of it, or what edits made of it."""
    if not row.contested:
        return Status.JUDGED if judged else Status.AGREED
    if row.gone or (row.edited and is_settled(row.item)):
        return Status.RESOLVED
    if judged:
        return Status.JUDGED
    return Status.EDITED if row.edited else Status.OPEN


class Standing:
    """Verdict and status of every row, kept up to date row by row.

    Parameters
    ----------
    rows
        All rows.
    verdict_of
        Finds the verdict on the item that stands in a row now.
    """

    def __init__(self, rows: Iterable[Row], verdict_of: Callable[[Row], Verdict | None]) -> None:
        self._verdict_of = verdict_of
        self._verdicts: dict[int, Verdict] = {}
        self._statuses: dict[int, Status] = {}
        self._counted: dict[int, Status] = {}
        self._counts: Counter[Status] = Counter()
        self.update(rows)

    def status(self, row: Row) -> Status:
        """Where a row stands."""
        return self._statuses[row.number]

    def verdict(self, row: Row) -> Verdict | None:
        """Verdict on the item that stands in a row now, or None."""
        return self._verdicts.get(row.number)

    def update(self, rows: Iterable[Row]) -> None:
        """Find out anew what was said of these rows and where they stand."""
        for row in rows:
            verdict = None if row.gone else self._verdict_of(row)
            if verdict is None:
                self._verdicts.pop(row.number, None)
            else:
                self._verdicts[row.number] = verdict
            status = self._statuses[row.number] = status_of(row, verdict is not None)
            self._count(row, status)

    def _count(self, row: Row, status: Status) -> None:
        """Count a row that asks for a judgement under its status, and no longer under its old one."""
        old = self._counted.pop(row.number, None)
        if old is not None:
            self._counts[old] -= 1
        if row.contested:
            self._counted[row.number] = status
            self._counts[status] += 1

    @property
    def progress(self) -> Progress:
        """Rows that are done, of all that ask for a judgement."""
        done = sum(self._counts[status] for status in DONE)
        return Progress(done, done + self._counts[Status.OPEN] + self._counts[Status.EDITED])
