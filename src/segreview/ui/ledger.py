"""The ledger: where every sample of the data set stands, without opening it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from psygnal import Signal
from qtpy.QtCore import QTimer

from segreview.errors import SegreviewError
from segreview.session.change import Change, What
from segreview.session.places import review_folder
from segreview.session.reading import Reading
from segreview.session.record import Record, left_of, read_record
from segreview.session.review import Review
from segreview.triage.queue import Row
from segreview.triage.remainder import Remainder
from segreview.ui.focus import Focus

_SOON_MS = 2000
"""Milliseconds after a change in which the record of the current review is written."""


class Ledger:
    """Records of the samples, and the faults of those that could not be opened.

    The current review's record is made when somebody asks, and written when it is left, saved or closed,
    and a little after a change.

    Parameters
    ----------
    focus
        What all views look at.

    Attributes
    ----------
    reading
        How the labels of the data set are read.
    faults
        What hindered opening, by the sample's GT.
    changed
        Emitted when another sample than the current one stands otherwise.
    """

    changed = Signal()

    def __init__(self, focus: Focus) -> None:
        self.reading = Reading()
        self.faults: dict[Path, str] = {}
        self._focus = focus
        self._gts: frozenset[Path] = frozenset()
        self._records: dict[Path, Record] = {}
        self._review: Review | None = None
        self._unwatch: Callable[[], None] = lambda: None
        self._timer = QTimer()
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SOON_MS)
        self._timer.timeout.connect(self.keep)
        focus.focused.connect(self._on_focus)

    def begin(self, gts: Iterable[Path], records: Mapping[Path, Record]) -> None:
        """Take over what is known of another data set: its GTs, and the records there are."""
        self._gts, self._records, self.faults = frozenset(gts), dict(records), {}
        self.changed.emit()

    def record(self, gt: Path) -> Record | None:
        """Where the sample of a GT stands; None when it was never opened."""
        review = self._review
        if review is not None and review.reference.path == gt:
            return Record.of(review)
        return self._records.get(gt)

    @property
    def records(self) -> list[Record]:
        """Records of all samples that were ever opened."""
        review = self._review
        found = dict(self._records)
        if review is not None and review.reference.path in self._gts:
            found[review.reference.path] = Record.of(review)
        return list(found.values())

    @property
    def remainders(self) -> dict[Path, Remainder]:
        """What random checks tell of what is left, by the GT of each sample that has any, in any session."""
        found = {gt: left for gt, record in self._records.items() if (left := record.remainder) is not None}
        review = self._review
        if review is not None and (path := review.reference.path) in self._gts:
            found.pop(path, None)
            if (left := review.teaching.remainder) is not None:
                found[path] = left
        return found

    @property
    def unwritten(self) -> dict[Path, int]:
        """Number of edits that no file holds, by the GT of each sample that has any, in any session."""
        found = {gt: record.unwritten for gt, record in self._records.items() if record.unwritten}
        review = self._review
        if review is not None and review.reference.path is not None:
            found.pop(review.reference.path, None)
            if review.unwritten:
                found[review.reference.path] = review.unwritten
        return found

    def row_of(self, review: Review) -> Row | None:
        """Row of a review that was looked at last."""
        path = review.reference.path
        record = self._records.get(path) if path in self._gts else read_record(review.journal.path.parent)
        return None if record is None else record.find_row(review)

    def keep(self, review: Review | None = None) -> None:
        """Write the record of a review; of the current one when none is named."""
        row = None
        if review is None or review is self._review:
            self._timer.stop()
            review, row = self._review, self._focus.row
        if review is None or review.reference.path is None:
            return
        path, current = review.reference.path, review is self._review
        known = self._records.get(path)
        if row is None and known is not None:
            row = known.find_row(review)
        record = replace(self.reading.noted(Record.of(review, row)), left=left_of(review))
        if known is not None and not current:
            record = replace(record, time=known.time)  # it was written, not looked at
        record.keep(review.journal.path.parent)
        if path in self._gts:
            self._records[path] = record
            if self.faults.pop(path, None) is not None or not current:
                self.changed.emit()  # of the current one `record` has told all along

    def note_written(self, gt: Path) -> None:
        """Note that files hold the edits of a sample that is not open: an export has written them."""
        record = self._records.get(gt)
        if record is not None and record.unwritten:
            self._records[gt] = record = replace(record, unwritten=0)
            record.keep(review_folder(gt))
            self.changed.emit()

    def blame(self, gt: Path, error: SegreviewError) -> None:
        """Note that a sample could not be opened."""
        self.faults[gt] = str(error)
        self.changed.emit()

    def close(self) -> None:
        """Write nothing any more."""
        self._timer.stop()
        self._unwatch()
        self._review = None
        self._focus.focused.disconnect(self._on_focus, missing_ok=True)

    def _on_focus(self) -> None:
        if self._focus.review is not self._review:
            self._timer.stop()
            self._unwatch()
            self._review = self._focus.review
            self._unwatch = (lambda: None) if self._review is None else self._review.watch(self._on_change)

    def _on_change(self, change: Change) -> None:
        if change.what != {What.ORDER} and not self._timer.isActive():
            self._timer.start()
