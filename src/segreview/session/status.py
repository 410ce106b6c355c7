"""Where each row of the queue stands, and how far the review has come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import numpy as np

from segreview.session.verdict import Judgement, Verdict
from segreview.session.verdicts import Verdicts
from segreview.triage.queue import Row, is_settled

Said = TypeVar("Said", Verdict, str)


class Status(StrEnum):
    """Where a row of the queue stands."""

    OPEN = "open"
    JUDGED = "judged"
    EDITED = "edited"
    RESOLVED = "resolved"
    AGREED = "agreed"


DONE = frozenset({Status.JUDGED, Status.RESOLVED})

STATUSES = tuple(Status)
_CODES = {status: code for code, status in enumerate(STATUSES)}


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
    """Verdict, note and status of every row, kept up to date row by row.

    Parameters
    ----------
    rows
        All rows.
    verdicts
        Finds what was said of the item that stands in a row now.

    Attributes
    ----------
    codes
        Position in `STATUSES` of every row's status, by the row's serial number.
    """

    def __init__(self, rows: Iterable[Row], verdicts: Verdicts) -> None:
        self._said = verdicts
        self._verdicts: dict[int, Verdict] = {}
        self._notes: dict[int, str] = {}
        self._counted: dict[int, Status] = {}
        self._counts: Counter[Status] = Counter()
        self.codes = np.zeros(0, np.int8)
        self.update(rows)

    def status(self, row: Row) -> Status:
        """Where a row stands."""
        return STATUSES[int(self.codes[row.number])]

    def verdict(self, row: Row) -> Verdict | None:
        """Verdict on the item that stands in a row now, or None."""
        return self._verdicts.get(row.number)

    def note(self, row: Row) -> str:
        """Note on the item that stands in a row now, or empty."""
        return self._notes.get(row.number, "")

    @property
    def notes(self) -> Mapping[int, str]:
        """Notes by the serial numbers of their rows."""
        return self._notes

    @property
    def values(self) -> set[Judgement]:
        """Judgements that were given."""
        return {verdict.value for verdict in self._verdicts.values()}

    def judged(self, value: Judgement) -> list[int]:
        """Serial numbers of the rows with this verdict."""
        return [number for number, verdict in self._verdicts.items() if verdict.value is value]

    def update(self, rows: Iterable[Row]) -> None:
        """Find out anew what was said of these rows and where they stand."""
        rows = list(rows)
        more = max((row.number + 1 for row in rows), default=0) - self.codes.size
        if more > 0:
            self.codes = np.append(self.codes, np.zeros(more, np.int8))
        for row in rows:
            verdict = None if row.gone else self._said.of(row.item)
            _keep(self._verdicts, row.number, verdict)
            _keep(self._notes, row.number, "" if row.gone else self._said.note_of(row.item, verdict))
            status = status_of(row, verdict is not None)
            self.codes[row.number] = _CODES[status]
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


def _keep(kept: dict[int, Said], number: int, said: Said | None) -> None:
    """Keep what was said of a row, or nothing."""
    if said:
        kept[number] = said
    else:
        kept.pop(number, None)
