"""The queue dock: what there is to judge, in order."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtCore import QItemSelectionModel, QModelIndex, Qt
from qtpy.QtGui import QKeyEvent
from qtpy.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QToolButton, QVBoxLayout, QWidget
from superqt import QFlowLayout

from segreview.compare.disagreement import Relation
from segreview.session.change import Change, What
from segreview.ui.docks.queue_model import QueueModel
from segreview.ui.focus import Focus
from segreview.ui.palette import RELATION_HINTS, RELATION_SIGNS

_WIDTHS = (38, 24, 92, 58, 62, 46, 54)

_CHIP = """
QToolButton { border: 1px solid transparent; border-radius: 9px; padding: 2px 7px; }
QToolButton:hover { border-color: rgba(128, 128, 128, 160); }
QToolButton:checked { background: rgba(86, 180, 233, 60); border-color: rgba(86, 180, 233, 160); }
"""


class QueueDock(QWidget):
    """Table of the queue with one chip for each relation.

    Parameters
    ----------
    focus
        What all views look at; a click on a line moves it.
    """

    def __init__(self, focus: Focus) -> None:
        super().__init__()
        self._focus = focus
        self._unwatch: Callable[[], None] = lambda: None
        self._moving = False
        self.model = QueueModel()
        self.table = _table(self.model)
        self._chips: dict[Relation | None, QToolButton] = {}
        chips = QFlowLayout()
        chips.setSpacing(4)
        for relation in (None, *Relation):
            self._chips[relation] = self._chip(relation)
            chips.addWidget(self._chips[relation])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addLayout(chips)
        layout.addWidget(self.table, 1)
        self.table.selectionModel().currentRowChanged.connect(self._on_line)
        focus.focused.connect(self._on_focus)
        self._review: object = None
        self._count()

    def _chip(self, relation: Relation | None) -> QToolButton:
        chip = QToolButton()
        chip.setCheckable(True)
        chip.setChecked(relation is None)
        chip.setStyleSheet(_CHIP)
        chip.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        chip.setToolTip(
            "everything that asks for a judgement" if relation is None else RELATION_HINTS[relation]
        )
        chip.clicked.connect(lambda: self._filter(relation))
        return chip

    def _filter(self, relation: Relation | None) -> None:
        """Show one relation, or all that ask for a judgement."""
        for key, chip in self._chips.items():
            chip.setChecked(key is relation)
        self.model.set_relations(None if relation is None else [relation])
        self._show_line()

    # ---------------------------------------------------------------- following
    def _on_focus(self) -> None:
        review = self._focus.review
        if review is not self._review:
            self._review = review
            self._unwatch()
            self._unwatch = (lambda: None) if review is None else review.watch(self._on_change)
            self.model.show(review)
            self._count()
        self._show_line()

    def _on_change(self, change: Change) -> None:
        if What.ORDER in change.what:
            self.model.reload()
        else:
            self.model.refresh(change.rows)
        self._count()
        self._show_line()

    def _show_line(self) -> None:
        """Select the line of the current row and bring it into view."""
        line = self.model.line_of(self._focus.row)
        self._moving = True
        if line is None:
            self.table.clearSelection()
        else:
            index = self.model.index(line, 0)
            flag = QItemSelectionModel.SelectionFlag
            self.table.selectionModel().setCurrentIndex(index, flag.ClearAndSelect | flag.Rows)
            self.table.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)
        self._moving = False

    def _on_line(self, current: QModelIndex) -> None:
        if not self._moving and current.isValid():
            self._focus.on_row(self.model.row_at(current.row()))

    def _count(self) -> None:
        """Write the number of rows on each chip, and hide chips without any."""
        review = self._focus.review
        counts = {} if review is None else review.disagreements.summary().counts
        for relation, chip in self._chips.items():
            if relation is None:
                chip.setText("to judge" if review is None else f"to judge {review.progress.total}")
            else:
                count = counts.get(relation, 0)
                chip.setText(f"{RELATION_SIGNS[relation]} {relation} {count}")
                chip.setVisible(bool(count) or chip.isChecked())


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


class _Table(QTableView):
    """Table that keeps only the keys that move in it, so that napari's tools work from here too."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Move, or leave the key to the window; Qt's own table would look for a line with that letter."""
        if event.key() in _MOVES:
            super().keyPressEvent(event)
        else:
            event.ignore()


def _table(model: QueueModel) -> QTableView:
    table = _Table()
    table.setModel(model)
    table.setSortingEnabled(True)
    table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setMinimumHeight(160)
    vertical = table.verticalHeader()
    vertical.setVisible(False)
    vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    vertical.setDefaultSectionSize(22)
    header = table.horizontalHeader()
    for column, width in enumerate(_WIDTHS):
        header.resizeSection(column, width)
    header.setStretchLastSection(True)
    header.setHighlightSections(False)
    return table
