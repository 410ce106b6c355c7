"""The samples as a list: name, standing and thumbnail, for as many as there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from qtpy.QtCore import QAbstractListModel, QModelIndex, Qt

from segreview.formats.entry import Entry
from segreview.session.record import Record
from segreview.ui.docks.thumbnail import Thumbnails
from segreview.ui.workbench import Workbench

STANDING = int(Qt.ItemDataRole.UserRole)
"""Role of the words that say where a sample stands."""

SIGN = STANDING + 1
"""Role of the sign that says it."""

_FAULT = "⚠"
_NO_PARENT = QModelIndex()


class SampleModel(QAbstractListModel):
    """Samples of the data set that pass the filter, in their order.

    Parameters
    ----------
    bench
        The data set under review.
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench = bench
        self.thumbnails = Thumbnails(bench.errands)
        self.thumbnails.made.connect(self._on_thumbnail)
        self.entries: tuple[Entry, ...] = ()
        self._folded: list[str] = []
        self._shown = np.empty(0, np.intp)
        self._text, self._unfinished = "", False

    # ---------------------------------------------------------------- content
    def show(self, entries: tuple[Entry, ...]) -> None:
        """List the samples of another data set."""
        self.entries = entries
        self._folded = [entry.name.casefold() for entry in entries]
        self._arrange()

    def set_filter(self, text: str, unfinished: bool) -> None:
        """List only samples whose name holds a text, and if so wished only those with open items."""
        self._text, self._unfinished = text.strip().casefold(), unfinished
        self._arrange()

    def _arrange(self) -> None:
        self.beginResetModel()
        wanted = [
            n
            for n, name in enumerate(self._folded)
            if self._text in name and not (self._unfinished and self._is_done(n))
        ]
        self._shown = np.array(wanted, np.intp)
        self.endResetModel()

    def _is_done(self, number: int) -> bool:
        record = self._bench.ledger.record(self.entries[number].gt)
        return record is not None and not record.open and number != self._bench.number

    def number_at(self, line: int) -> int:
        """Number of the sample that stands in a line."""
        return int(self._shown[line])

    def line_of(self, number: int) -> int | None:
        """Line where a sample stands, or None when it is filtered out."""
        line = int(np.searchsorted(self._shown, number))
        return line if line < self._shown.size and self._shown[line] == number else None

    def refresh(self, number: int | None = None) -> None:
        """Show again where a sample stands, or all of them."""
        if number is None:
            first, last = 0, self.rowCount() - 1
        else:
            line = self.line_of(number)
            if line is None:
                return
            first = last = line
        if last >= 0:
            self.dataChanged.emit(self.index(first, 0), self.index(last, 0))

    def _on_thumbnail(self, _: object) -> None:
        self.refresh()  # only those in sight are asked for

    # ---------------------------------------------------------------- what Qt asks
    def rowCount(self, parent: QModelIndex = _NO_PARENT) -> int:  # noqa: N802 (Qt's name)
        """Number of lines."""
        return 0 if parent.isValid() else int(self._shown.size)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, standing, thumbnail or tooltip of a sample."""
        if not index.isValid():
            return None
        entry = self.entries[self.number_at(index.row())]
        if role == Qt.ItemDataRole.DecorationRole:
            return self.thumbnails.of(entry)
        if role not in _WORDS:
            return None
        ledger = self._bench.ledger
        return _WORDS[role](entry, ledger.record(entry.gt), ledger.faults.get(entry.gt, ""))


def _text(entry: Entry, record: Record | None, fault: str) -> str:
    star = " *" if record is not None and record.unwritten else ""
    return f"{_sign(entry, record, fault)}  {entry.name}{star}"


def _sign(_: Entry, record: Record | None, fault: str) -> str:
    if fault:
        return _FAULT
    if record is None:
        return "○"
    return "◐" if record.done and record.open else "○" if record.open else "●"


def _standing(_: Entry, record: Record | None, fault: str) -> str:
    if fault:
        return "cannot be opened"
    if record is None:
        return "not opened yet"
    if not record.total:
        return "nothing to judge"
    return f"{record.open} open" if record.open else "done"


def _tooltip(entry: Entry, record: Record | None, fault: str) -> str:
    if fault:
        return f"{entry.name}: {fault}"
    if record is None:
        return f"{entry.name}: not opened yet"
    lines = [f"{entry.name}: {record.done} of {record.total} judged"]
    if record.unwritten:
        edits = f"{record.unwritten} edit{'s' if record.unwritten > 1 else ''}"
        lines.append(f"* {edits} not written to the file, safe in the journal")
    return "\n".join(lines)


_WORDS: dict[int, Callable[[Entry, Record | None, str], str]] = {
    int(Qt.ItemDataRole.DisplayRole): _text,
    int(Qt.ItemDataRole.ToolTipRole): _tooltip,
    STANDING: _standing,
    SIGN: _sign,
}
"""What is said in a role of a sample."""
