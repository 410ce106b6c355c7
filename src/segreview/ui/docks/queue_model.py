"""The queue as a table: columns as arrays, so that 100,000 rows sort and filter at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, ClassVar

import numpy as np
from qtpy.QtCore import QAbstractTableModel, QModelIndex, Qt
from qtpy.QtGui import QBrush, QColor

from segreview.compare.disagreement import Disagreement, Relation
from segreview.model.sample import PREDICTION, REFERENCE
from segreview.session.review import Review
from segreview.session.status import Status
from segreview.triage.queue import Row
from segreview.ui.palette import (
    GT_COLOR,
    MODEL_COLOR,
    RELATION_HINTS,
    RELATION_SIGNS,
    STATUS_SIGNS,
)

_RELATIONS = tuple(Relation)
_STATUSES = tuple(Status)
_NO_PARENT = QModelIndex()


class QueueModel(QAbstractTableModel):
    """Rows of the queue that pass the filter, in the queue's order or sorted by a column."""

    COLUMNS: ClassVar[tuple[str, ...]] = ("#", "", "kind", "GT", "model", "IoU", "area")

    def __init__(self) -> None:
        super().__init__()
        self._review: Review | None = None
        self._rows: list[Row] = []
        self._values: dict[str, np.ndarray] = {}
        self._order = np.empty(0, np.intp)
        self._relations: frozenset[Relation] | None = None
        self._sorting: tuple[int, Qt.SortOrder] = (0, Qt.SortOrder.AscendingOrder)

    # ---------------------------------------------------------------- content
    def show(self, review: Review | None) -> None:
        """Show another review."""
        self._review = review
        self.reload()

    def reload(self) -> None:
        """Read every row anew: the order or the number of rows has changed."""
        self.beginResetModel()
        self._rows = [] if self._review is None else list(self._review.queue)
        n = len(self._rows)
        self._values = {
            "relation": np.zeros(n, np.int8),
            "status": np.zeros(n, np.int8),
            "gt": np.zeros(n, np.int64),
            "model": np.zeros(n, np.int64),
            "iou": np.zeros(n),
            "area": np.zeros(n, np.int64),
        }
        for place, row in enumerate(self._rows):
            self._read(place, row)
        self._arrange()
        self.endResetModel()

    def _read(self, place: int, row: Row) -> None:
        assert self._review is not None
        item, values = row.item, self._values
        values["relation"][place] = _RELATIONS.index(item.relation)
        values["status"][place] = _STATUSES.index(self._review.status(row))
        values["gt"][place] = item.reference_ids[0] if item.reference_ids else -1
        values["model"][place] = item.prediction_ids[0] if item.prediction_ids else -1
        values["iou"][place] = item.iou
        values["area"][place] = item.area

    def refresh(self, numbers: Iterable[int]) -> None:
        """Read rows anew, by their numbers; they keep their places in the table."""
        if self._review is None:
            return
        if len(self._review.queue) != len(self._rows):
            self.reload()
            return
        queue = self._review.queue
        places = [queue.place_of(queue.row(number)) for number in numbers]
        for place in places:
            self._read(place, self._rows[place])
        for shown in np.flatnonzero(np.isin(self._order, places)).tolist():
            self.dataChanged.emit(self.index(shown, 0), self.index(shown, len(self.COLUMNS) - 1))

    def row_at(self, shown: int) -> Row:
        """Row of the queue that stands in a line of the table."""
        return self._rows[int(self._order[shown])]

    def line_of(self, row: Row | None) -> int | None:
        """Line of the table where a row of the queue stands, or None when it is filtered out."""
        if row is None or self._review is None:
            return None
        lines = np.flatnonzero(self._order == self._review.queue.place_of(row))
        return int(lines[0]) if lines.size else None

    # ---------------------------------------------------------------- filter and order
    def set_relations(self, relations: Collection[Relation] | None) -> None:
        """Show only rows of these relations; None: all that ask for a judgement."""
        self.layoutAboutToBeChanged.emit()
        self._relations = None if relations is None else frozenset(relations)
        self._arrange()
        self.layoutChanged.emit()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; by the first one: the order of review."""
        self.layoutAboutToBeChanged.emit()
        self._sorting = (column, order)
        self._arrange()
        self.layoutChanged.emit()

    def _arrange(self) -> None:
        if self._relations is None:
            wanted = np.array([row.contested for row in self._rows], bool)
        else:
            codes = [_RELATIONS.index(relation) for relation in self._relations]
            wanted = np.isin(self._values["relation"], codes)
        order = np.flatnonzero(wanted)
        column, direction = self._sorting
        if column > 0:
            name = ("", "status", "relation", "gt", "model", "iou", "area")[column]
            order = order[np.argsort(self._values[name][order], kind="stable")]
        self._order = order[::-1] if direction == Qt.SortOrder.DescendingOrder else order

    # ---------------------------------------------------------------- what Qt asks
    def rowCount(self, parent: QModelIndex = _NO_PARENT) -> int:  # noqa: N802 (Qt's name)
        """Number of lines."""
        return 0 if parent.isValid() else int(self._order.size)

    def columnCount(self, parent: QModelIndex = _NO_PARENT) -> int:  # noqa: N802 (Qt's name)
        """Number of columns."""
        return 0 if parent.isValid() else len(self.COLUMNS)

    def headerData(  # noqa: N802 (Qt's name)
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Title of a column."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.COLUMNS[section]
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, colour, alignment or tooltip of a cell."""
        if self._review is None or not index.isValid():
            return None
        row, column = self.row_at(index.row()), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tooltip(row)
        if role == Qt.ItemDataRole.ForegroundRole:
            color = {3: GT_COLOR, 4: MODEL_COLOR}.get(column)
            return QBrush(QColor(color)) if color else None
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (0, 5, 6):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _text(self, row: Row, column: int) -> str:
        assert self._review is not None
        item = row.item
        if column == 0:
            return str(self._review.queue.place_of(row) + 1)
        if column == 1:
            return STATUS_SIGNS[self._review.status(row)]
        if column == 2:
            return "resolved" if row.gone else f"{RELATION_SIGNS[item.relation]} {item.relation}"
        if column in (3, 4):
            return self._ids(item, REFERENCE if column == 3 else PREDICTION)
        if column == 5:
            return iou_text(item)
        return f"{item.area:,}"

    def _ids(self, item: Disagreement, side: str) -> str:
        """Ids of a side; the names of the classes, where regions of classes differ."""
        assert self._review is not None
        labels = self._review.table.labels(side)
        names = [category.name for i in item.ids(side) if (category := labels.category(i)) is not None]
        return ", ".join(names) if item.region and names else ids_text(item.ids(side))

    def _tooltip(self, row: Row) -> str:
        assert self._review is not None
        lines = [f"{row.item.relation}: {RELATION_HINTS[row.item.relation]}", str(self._review.status(row))]
        verdict = self._review.verdict(row)
        if verdict is not None:
            lines.append(f"verdict: {verdict.value.words} {verdict.note}".rstrip())
        return "\n".join(lines)


def ids_text(ids: tuple[int, ...]) -> str:
    """Ids as the table shows them; a dash when there are none."""
    return ", ".join(str(i) for i in ids) if ids else "–"


def iou_text(item: Disagreement) -> str:
    """IoU to two places, rounded down so that only equal masks read 1.00; a dash where there is none."""
    if item.region or not (item.reference_ids and item.prediction_ids):
        return "–"
    return f"{int(item.iou * 100) / 100:.2f}"
