"""The queue as a table: what Qt asks of a listing."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np
from qtpy.QtCore import QAbstractTableModel, QModelIndex, Qt, Signal

from segreview.compare.disagreement import Disagreement
from segreview.model.sample import PREDICTION, REFERENCE
from segreview.session.listing import Listing, Sorting
from segreview.session.review import Review
from segreview.triage.queue import Row
from segreview.ui.palette import RELATION_HINTS, RELATION_SIGNS, STATUS_SIGNS

_NO_PARENT = QModelIndex()
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_NUMBERS = (0, 5, 6, 7, 8)
"""Columns that are aligned at their right."""

GAIN = 7
"""Column of the expected gain."""

_MANY = 50
"""Lines that are announced one by one when they change; more are announced as one range."""

NOTE_SIGN = "✎"

_JITTER = "nothing worse than jitter of outlines, by the tolerance lens"

SUSPECT_HINT = "How likely the GT needs a hand: its structure or its hygiene. Empty while that is not known."

_NAMES = {"iou": "IoU", "suspect": "suspicion"}
"""What columns are called in a sentence, where that is not their own name."""


class QueueModel(QAbstractTableModel):
    """Lines of a listing, with one column for each fact.

    Parameters
    ----------
    sort_by
        Sorts the listing; the headers call it.

    Attributes
    ----------
    moving
        Emitted before lines move.
    """

    COLUMNS: ClassVar[tuple[str, ...]] = ("#", "", "kind", "GT", "model", "IoU", "suspect", "gain", "area")
    SORTED_BY: ClassVar[tuple[str, ...]] = (
        "queue",
        "status",
        "relation",
        "gt",
        "model",
        "iou",
        "suspect",
        "gain",
        "area",
    )
    moving = Signal()

    def __init__(self, sort_by: Callable[[Sorting], None]) -> None:
        super().__init__()
        self._sort_by = sort_by
        self._listing: Listing | None = None
        self._quiet: np.ndarray | None = None
        self._numbers = np.zeros(0, np.intp)  # what the table shows: the listing moves on before it

    # ---------------------------------------------------------------- content
    def show(self, listing: Listing | None) -> None:
        """Show another listing."""
        self.beginResetModel()
        if self._listing is not None:
            self._listing.rearranged.disconnect(self._on_rearranged)
        self._listing = listing
        self._numbers = np.zeros(0, np.intp) if listing is None else listing.numbers
        if listing is not None:
            listing.rearranged.connect(self._on_rearranged)
        self.endResetModel()

    def _on_rearranged(self) -> None:
        """Take over the listing's order, and the lines of what is selected with it."""
        assert self._listing is not None
        self.moving.emit()
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        rows = [self._listing.review.queue.row(int(self._numbers[index.row()])) for index in before]
        self._numbers = self._listing.numbers
        lines = [self._listing.line_of(row) for row in rows]
        after = [
            QModelIndex() if line is None else self.index(line, index.column())
            for line, index in zip(lines, before, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def refresh(self, numbers: Sequence[int]) -> None:
        """Show rows anew, by their serial numbers; they keep their lines."""
        if self._listing is None:
            return
        shown = self._listing.lines_of(numbers).tolist()
        last = len(self.COLUMNS) - 1
        spans = [(line, line) for line in shown] if len(shown) <= _MANY else [(shown[0], shown[-1])]
        for first, stop in spans:
            self.dataChanged.emit(self.index(first, 0), self.index(stop, last))

    def row_at(self, line: int) -> Row:
        """Row of the queue that stands in a line of the table."""
        assert self._listing is not None
        return self._listing.review.queue.row(int(self._numbers[line]))

    def numbers_at(self, first: int, last: int) -> np.ndarray:
        """Serial numbers of the rows from one line to another, both included."""
        return self._numbers[first : last + 1]

    def line_of(self, row: Row | None) -> int | None:
        """Line of the table where a row of the queue stands, or None when it is filtered out."""
        return None if self._listing is None else self._listing.line_of(row)

    def longest_ids(self) -> dict[int, str]:
        """The longest id in the columns of either side; of several in a line the first counts."""
        if self._listing is None or not len(self._listing.facts):
            return {}
        facts = self._listing.facts
        return {3: str(facts.gt.max()), 4: str(facts.model.max())}

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; by the first one: the order of review."""
        self._sort_by(Sorting(self.SORTED_BY[max(column, 0)], order == Qt.SortOrder.DescendingOrder))

    def show_quiet(self, quiet: np.ndarray | None) -> None:
        """Show rows quietly, by a boolean mask of their serial numbers; None for no row."""
        before, self._quiet = self._quiet, quiet
        same = before is quiet or (before is not None and quiet is not None and np.array_equal(before, quiet))
        if self._numbers.size and not same:
            last = self.index(self._numbers.size - 1, len(self.COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def is_quiet(self, line: int) -> bool:
        """Whether the row in a line is shown quietly."""
        number = int(self._numbers[line])
        return self._quiet is not None and number < self._quiet.size and bool(self._quiet[number])

    # ---------------------------------------------------------------- what Qt asks
    def rowCount(self, parent: QModelIndex = _NO_PARENT) -> int:  # noqa: N802 (Qt's name)
        """Number of lines."""
        return 0 if parent.isValid() else int(self._numbers.size)

    def columnCount(self, parent: QModelIndex = _NO_PARENT) -> int:  # noqa: N802 (Qt's name)
        """Number of columns."""
        return 0 if parent.isValid() else len(self.COLUMNS)

    def headerData(  # noqa: N802 (Qt's name)
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Title of a column, and what a click on it does."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.COLUMNS[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._header_hint(self.SORTED_BY[section])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if section in _NUMBERS else _LEFT
        return None

    def _header_hint(self, name: str) -> str:
        if name == "gain" and self._listing is not None and self._listing.metric:
            return _header_hint(name, gain_hint(self._listing.metric))
        return _header_hint(name, SUSPECT_HINT if name == "suspect" else "")

    @property
    def sorting(self) -> Sorting:
        """What the lines are sorted by."""
        return Sorting() if self._listing is None else self._listing.sorting

    def show_gains(self) -> None:
        """Show the gain of another figure."""
        if self.rowCount():
            self.dataChanged.emit(self.index(0, GAIN), self.index(self.rowCount() - 1, GAIN))

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, alignment or tooltip of a cell; its colour is the delegate's."""
        if self._listing is None or not index.isValid():
            return None
        column = index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            row = self.row_at(index.row())
            if column == GAIN:
                return gain_text(self._listing, row)
            return _TEXTS[column](self._listing.review, row)
        if role == Qt.ItemDataRole.ToolTipRole:
            quiet = f"\n{_JITTER}" if self.is_quiet(index.row()) else ""
            return _tooltip(self._listing.review, self.row_at(index.row())) + quiet
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column in _NUMBERS else _LEFT
        return None


def _header_hint(name: str, meaning: str) -> str:
    if name == "queue":
        return "Place in the order of review. Sorted by it, N follows the queue."
    first = f"{meaning}\n" if meaning else ""
    return (
        f"{first}Click to sort by {_NAMES.get(name, name)}; N then goes down the table as it is shown.\n"
        "A row that an edit changes keeps its line until the next click here, or N."
    )


def _tooltip(review: Review, row: Row) -> str:
    """What a row is, where it stands, and what was said of it."""
    gt, model = (side_text(review, row.item, side) for side in (REFERENCE, PREDICTION))
    lines = [
        f"{row.item.relation}: {RELATION_HINTS[row.item.relation]}",
        f"GT {gt} ↔ model {model}",
        str(review.status(row)),
    ]
    verdict, note = review.verdict(row), review.note(row)
    if verdict is not None:
        lines.append(f"verdict: {verdict.value.words}")
    if note:
        lines.append(f"note: {note}")
    return "\n".join(lines)


def side_text(review: Review, item: Disagreement, side: str) -> str:
    """Ids of a side; the names of the classes, where regions of classes differ."""
    labels = review.table.labels(side)
    names = [category.name for i in item.ids(side) if (category := labels.category(i)) is not None]
    return ", ".join(names) if item.region and names else ids_text(item.ids(side))


def ids_text(ids: tuple[int, ...]) -> str:
    """Ids as the table shows them; a dash when there are none."""
    return ", ".join(str(i) for i in ids) if ids else "–"


def iou_text(item: Disagreement) -> str:
    """IoU to two places, rounded down so that only equal masks read 1.00; a dash where there is none."""
    if item.region or not (item.reference_ids and item.prediction_ids):
        return "–"
    return f"{int(item.iou * 100) / 100:.2f}"


def suspect_text(row: Row) -> str:
    """How likely the GT needs a hand, in percent; empty while that is not known."""
    return "" if row.suspicion is None else percent_text(row.suspicion.urgency)


def gain_hint(metric: str) -> str:
    """What the gain of a figure is."""
    return (
        f"Expected gain of {metric}, in hundredths: what taking the model's masks would bring, times how "
        "likely the GT is wrong. Empty while that is not known."
    )


def gain_text(listing: Listing, row: Row) -> str:
    """Expected gain of a row in hundredths of the figure; empty while that is not known."""
    gain = 100 * float(listing.gains[row.number])
    if not math.isfinite(gain):
        return ""
    return f"{gain:+.2f}".replace("-", "−") if abs(gain) >= 0.005 else "0"


def percent_text(share: float) -> str:
    """Share in whole percents; only what is sure reads 100."""
    return f"{min(round(100 * share), 99 if share < 1 else 100)} %"


def _kind_text(_: Review, row: Row) -> str:
    return "resolved" if row.gone else f"{RELATION_SIGNS[row.item.relation]} {row.item.relation}"


def _status_text(review: Review, row: Row) -> str:
    return f"{STATUS_SIGNS[review.status(row)]}{NOTE_SIGN if review.note(row) else ''}"


_TEXTS: tuple[Callable[[Review, Row], str], ...] = (
    lambda review, row: str(review.queue.place_of(row) + 1),
    _status_text,
    _kind_text,
    lambda review, row: side_text(review, row.item, REFERENCE),
    lambda review, row: side_text(review, row.item, PREDICTION),
    lambda _, row: iou_text(row.item),
    lambda _, row: suspect_text(row),
    lambda *_: "",  # the gain is the listing's to tell
    lambda _, row: f"{row.item.area:,}",
)
"""Text of each column."""
