"""The table of the queue: its looks, and how rows are selected in it."""

from __future__ import annotations

import numpy as np
from qtpy.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QRect, Qt
from qtpy.QtGui import QColor, QKeyEvent, QPainter, QResizeEvent
from qtpy.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from segreview.triage.queue import Row
from segreview.ui.docks.ink import is_dark, side_color
from segreview.ui.docks.queue_model import GAIN, QueueModel
from segreview.ui.palette import GT_COLOR, MODEL_COLOR

_WIDTHS = (26, 22, 96, 40, 48, 38, 56, 44, 40)
_EDGE = 4
"""Room beside the text of a cell, in pixels."""
_AREA = len(_WIDTHS) - 1
_MORE = 6
"""What the column before the gain needs for its title, where it is not the last, which is stretched."""
_KIND, _SIGN = 2, 36
"""Column of the kind, and its width where there is room for its sign alone."""
_SIDES = {3: GT_COLOR, 4: MODEL_COLOR}

_STYLE = """
QTableView { border: none; outline: 0; selection-background-color: transparent; }
QTableView::item:selected { background: transparent; }
QHeaderView::section { padding: 2px 4px; border: none; }
"""
_VEILS = {True: 38, False: 150}
"""Opacity of the white that marks selected rows, on dark and on light ground: ids stay readable on both."""

_QUIET = 0.55
"""Strength of rows that are jitter alone."""

_MOVES = frozenset(
    {
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
        Qt.Key.Key_Tab,
        Qt.Key.Key_Backtab,
    }
)

_FEW = 1000
"""Selected rows that are carried along when lines move; Qt takes long over more."""


class QueueTable(QTableView):
    """Table that keeps only the keys that move and select in it, so that napari's tools work from here too.

    Parameters
    ----------
    model
        The lines.
    """

    def __init__(self, model: QueueModel) -> None:
        super().__init__()
        self._lines = model
        self._widths: tuple[int, ...] = _WIDTHS  # as we gave them last; the user may have changed them
        self.setModel(model)
        self.setItemDelegate(_Cells(self))
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMinimumHeight(74)
        self.setStyleSheet(_STYLE)
        self._shape_headers()
        model.moving.connect(self._let_go)
        model.modelReset.connect(self.share_width)
        self.selectionModel().currentRowChanged.connect(self._on_current)

    def _shape_headers(self) -> None:
        """Fixed sizes: Qt would look at every row to find better ones."""
        vertical, header = self.verticalHeader(), self.horizontalHeader()
        assert vertical is not None
        assert header is not None
        vertical.setVisible(False)
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        vertical.setMinimumSectionSize(16)
        vertical.setDefaultSectionSize(max(22, self.fontMetrics().height() + 6))
        header.setMinimumSectionSize(20)
        for column, width in enumerate(_WIDTHS):
            header.resizeSection(column, width)
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        for one in (vertical, header):  # Qt would ask every row whether its whole column is selected
            one.setSelectionModel(QItemSelectionModel(self._lines, one))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Share another width."""
        super().resizeEvent(event)
        self.share_width()

    def share_width(self) -> None:
        """Let long ids have the room of the kind's name: its sign tells it too."""
        header = self.horizontalHeader()
        assert header is not None
        room = header.viewport().width()
        widths = list(_WIDTHS)
        by_gain = self._lines.sorting.by == "gain"
        widths[GAIN - 1] += _MORE * by_gain
        for column in (_AREA, GAIN):  # there is no room for everything
            hidden = room < sum(widths) and not (by_gain and column == GAIN)
            self.setColumnHidden(column, hidden)
            if hidden:
                widths[column] = 0
        usual = sum(widths)
        for column, text in self._lines.longest_ids().items():
            widths[column] = max(widths[column], self.fontMetrics().horizontalAdvance(text) + 2 * _EDGE + 2)
        lacking = sum(widths) - room
        if lacking > 0 and (by_gain or sum(widths) > usual):
            widths[_KIND] = _SIGN
            lacking -= _WIDTHS[_KIND] - _SIGN
        for column in _SIDES:  # nothing has room for two ids of 64 bits
            widths[column] = max(widths[column] - max(lacking + 1, 0) // 2, _WIDTHS[column])
        if tuple(widths) != self._widths:
            self._widths = tuple(widths)
            for column, width in enumerate(widths[:-1]):  # the last one is stretched
                self.setColumnWidth(column, width)

    # ---------------------------------------------------------------- selection
    def selected_numbers(self) -> np.ndarray:
        """Serial numbers of the selected rows, in the order of the table."""
        spans = sorted({(span.top(), span.bottom()) for span in self.selectionModel().selection()})
        parts = [self._lines.numbers_at(*span) for span in spans]
        return np.concatenate(parts) if parts else np.zeros(0, np.intp)

    def select_row(self, row: Row | None) -> None:
        """Make a row the current one and bring it into view; rows selected with it stay selected."""
        line = self._lines.line_of(row)
        if line is None:
            self.clearSelection()
            return
        index = self._lines.index(line, 0)
        selection = self.selectionModel()
        if not (self.currentIndex().row() == line and selection.isSelected(index)):
            flag = QItemSelectionModel.SelectionFlag
            selection.setCurrentIndex(index, flag.ClearAndSelect | flag.Rows)
        self.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)

    def select_lines(self, lines: np.ndarray) -> None:
        """Select the rows in some lines, beside the current one."""
        chosen, last = QItemSelection(), len(self._lines.COLUMNS) - 1
        breaks = np.flatnonzero(np.diff(lines) != 1) + 1
        for run in np.split(lines, breaks) if lines.size else ():
            chosen.select(self._lines.index(int(run[0]), 0), self._lines.index(int(run[-1]), last))
        self.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def selectAll(self) -> None:  # noqa: N802 (Qt's name)
        """Select all rows as one range."""
        self.select_lines(np.arange(self._lines.rowCount()))

    def _let_go(self) -> None:
        """Keep the current row alone before lines move, when very many are selected."""
        chosen = self.selectionModel().selection()
        if sum(span.height() for span in chosen) > _FEW:
            self.clearSelection()

    def _on_current(self, _: QModelIndex, before: QModelIndex) -> None:
        """Take the mark of the current row away where it was."""
        if before.isValid():
            self.update(self._lines.index(before.row(), 0))

    # ---------------------------------------------------------------- keys
    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Move or select, or leave the key to the window; Qt's own table would look for that letter."""
        selects_all = event.key() == Qt.Key.Key_A and event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if selects_all:
            self.selectAll()
        elif event.key() in _MOVES:
            super().keyPressEvent(event)
        else:
            event.ignore()


class _Cells(QStyledItemDelegate):
    """Cells whose ids keep the colours of their sides, selected or not, on dark and light ground.

    They are plain text, which is drawn as such: a style would ask seven things of every cell, for a table
    that is painted with every key.
    """

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Draw a cell over a veil where it is selected, and a bar at the left of the current row."""
        rect, table, column = option.rect, self.parent(), index.column()
        assert isinstance(table, QueueTable)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(255, 255, 255, _VEILS[is_dark(option.palette)]))
        room = rect.adjusted(_EDGE, 0, -_EDGE, 0)
        text = index.data()
        if column == _KIND and rect.width() == _SIGN:
            text = text.partition(" ")[0]
        text = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        if table.model().is_quiet(index.row()):
            painter.setOpacity(_QUIET)
        painter.setPen(side_color(_SIDES.get(column), option.palette))
        painter.drawText(room, int(index.data(Qt.ItemDataRole.TextAlignmentRole)), text)
        painter.setOpacity(1.0)
        if column == 0 and index.row() == table.currentIndex().row():
            painter.fillRect(QRect(rect.left(), rect.top() + 2, 3, rect.height() - 4), QColor(GT_COLOR))
