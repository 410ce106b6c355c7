"""The data set at a glance: images and kinds as a table in colours, whose cells open the worst item."""

from __future__ import annotations

from typing import Any

import numpy as np
from qtpy.QtCore import QAbstractTableModel, QModelIndex, QSize, Qt
from qtpy.QtGui import QColor
from qtpy.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from segreview.compare.disagreement import Relation
from segreview.session.overview import KINDS
from segreview.triage.heat import SCALES, Heat
from segreview.ui.canvas.warmth import colors_of
from segreview.ui.overview import Overview
from segreview.ui.palette import RELATION_HINTS, RELATION_SIGNS

_NO_PARENT = QModelIndex()
_COLORS = colors_of(SCALES[Heat.DIFFERENCE])[1:, :3]
_DARK, _LIGHT = QColor("#16181C"), QColor("#F7F7F7")
_NAME, _KIND, _TOTAL = 150, 60, 72
"""Widths of the columns, in pixels."""


class OverviewModel(QAbstractTableModel):
    """Tallies as a table: a line for each image, a column for each kind that there is, and their sum.

    Parameters
    ----------
    overview
        The tallies.
    """

    def __init__(self, overview: Overview) -> None:
        super().__init__()
        self._overview = overview
        self.suspicion = False
        self.kinds: tuple[Relation, ...] = ()
        self.order = np.empty(0, np.intp)
        self.values = np.empty((0, 1))

    # ---------------------------------------------------------------- content
    def refresh(self) -> None:
        """Show the tallies as they are now; lines stay where they are."""
        tallies = self._overview.tallies
        found = {kind for one in tallies if one is not None for kind in one.counts}
        kinds = tuple(kind for kind in KINDS if kind in found)
        anew = len(tallies) != len(self.order) or kinds != self.kinds
        if anew:
            self.beginResetModel()
        self.kinds = kinds
        self.values = np.array([self._line(n) for n in range(len(tallies))]).reshape(-1, len(kinds) + 1)
        if anew:
            self.order = np.arange(len(tallies)) if len(self.order) != len(tallies) else self.order
            self.endResetModel()
        else:
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))

    def _line(self, number: int) -> list[float]:
        """Value of each kind of an image and their sum; nan where it is not known."""
        tally = self._overview.tallies[number]
        known = None if tally is None else tally.suspicion if self.suspicion else tally.counts
        if known is None:
            return [np.nan] * (len(self.kinds) + 1)
        values = [float(known.get(kind, 0)) for kind in self.kinds]
        return [*values, sum(values)]

    def number_at(self, line: int) -> int:
        """Number of the image in a line."""
        return int(self.order[line])

    def kind_at(self, column: int) -> Relation | None:
        """Kind of a column; None for names and sums."""
        return self.kinds[column - 1] if 1 <= column <= len(self.kinds) else None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.DescendingOrder) -> None:
        """Sort the lines once, by a column; what is not known comes last."""
        self.layoutAboutToBeChanged.emit()
        if column < 1:
            self.order = np.arange(len(self.order))
            if order == Qt.SortOrder.DescendingOrder:
                self.order = self.order[::-1]
        else:
            keys = self.values[:, column - 1] * (1 if order == Qt.SortOrder.AscendingOrder else -1)
            self.order = np.argsort(keys, kind="stable")
        self.layoutChanged.emit()

    # ---------------------------------------------------------------- what Qt asks
    def rowCount(self, parent: QModelIndex = _NO_PARENT) -> int:  # noqa: N802 (Qt's name)
        """Number of images."""
        return 0 if parent.isValid() else len(self.order)

    def columnCount(self, parent: QModelIndex = _NO_PARENT) -> int:  # noqa: N802 (Qt's name)
        """Name, kinds, sum."""
        return 0 if parent.isValid() else len(self.kinds) + 2

    def headerData(  # noqa: N802 (Qt's name)
        self, section: int, orientation: Any, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Names of the kinds, and what they mean."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        kind = self.kind_at(section)
        if role == Qt.ItemDataRole.DisplayRole:
            edge = "image" if section == 0 else "all"
            return edge if kind is None else f"{RELATION_SIGNS[kind]} {kind}"
        if role == Qt.ItemDataRole.ToolTipRole:
            if kind is None:
                return "Click to sort"
            suspect = ", but suspect" if kind is Relation.MATCHED else ""
            return f"{RELATION_HINTS[kind]}{suspect}. Click to sort"
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text and colour of a cell."""
        number, column = self.number_at(index.row()), index.column()
        if column == 0:
            return self._name_data(number, role)
        value = float(self.values[number, column - 1])
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(number, column, value)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignCenter)
        if role == Qt.ItemDataRole.ToolTipRole:
            lacking = self._lacking(number)
            told = f"Suspects cannot be looked for: {lacking}.\n" if lacking else ""
            return self._overview.faults.get(number, f"{told}Click: open its worst item")
        if role in (Qt.ItemDataRole.BackgroundRole, Qt.ItemDataRole.ForegroundRole) and value > 0:
            color = self.color_of(value, column)
            return color if role == Qt.ItemDataRole.BackgroundRole else _ink_on(color)
        return None

    def _name_data(self, number: int, role: int) -> Any:
        name = self._overview.entries[number].name
        fault = self._overview.faults.get(number)
        if role == Qt.ItemDataRole.DisplayRole:
            return name
        return (fault or name) if role == Qt.ItemDataRole.ToolTipRole else None

    def _lacking(self, number: int) -> str:
        """Why an image has no suspicion, where that is what is shown; empty where it has, or will have."""
        tally = self._overview.tallies[number]
        return tally.lacking if self.suspicion and tally is not None and tally.suspicion is None else ""

    def _text(self, number: int, column: int, value: float) -> str:
        if number in self._overview.faults:
            return "⚠"
        lacking = self._lacking(number)
        if lacking:  # said once in a line
            return lacking if column > len(self.kinds) else ""
        if np.isnan(value):
            return "…"
        if not value:
            return "–"
        return f"{value:.1f}" if self.suspicion else f"{value:.0f}"

    def color_of(self, value: float, column: int) -> QColor:
        """Colour of a value: the strongest for the largest of all kinds, or of all sums."""
        part = self.values[:, -1:] if column > len(self.kinds) else self.values[:, :-1]
        largest = float(np.nanmax(part))
        return QColor(*_COLORS[round(np.sqrt(value / largest) * (len(_COLORS) - 1))].tolist())


def _ink_on(color: QColor) -> QColor:
    """Colour of text that can be read on a colour."""
    return _DARK if color.lightnessF() > 0.55 else _LIGHT


class OverviewTable(QTableView):
    """View of an `OverviewModel`.

    Parameters
    ----------
    model
        The lines.
    """

    def __init__(self, model: OverviewModel) -> None:
        super().__init__()
        self.setModel(model)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        lines, columns = self.verticalHeader(), self.horizontalHeader()
        lines.setVisible(False)
        lines.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        lines.setDefaultSectionSize(self.fontMetrics().height() + 10)
        columns.setSectionsClickable(True)
        columns.setSortIndicatorShown(True)
        columns.setSortIndicator(0, Qt.SortOrder.AscendingOrder)
        columns.sortIndicatorChanged.connect(model.sort)
        model.modelReset.connect(self._fit_columns)
        self.entered.connect(lambda _: self.viewport().setCursor(Qt.CursorShape.PointingHandCursor))

    def wanted(self) -> QSize:
        """Size at which every column, and a dozen lines at most, are in sight."""
        lines, columns = self.verticalHeader(), self.horizontalHeader()
        height = min(self.model().rowCount(), 12) * lines.defaultSectionSize() + columns.height()
        return QSize(columns.length() + 24, height + 24)

    def _fit_columns(self) -> None:
        last = self.model().columnCount() - 1
        for column in range(last + 1):
            room = _NAME if column == 0 else _TOTAL if column == last else _KIND
            words = self.model().headerData(column, Qt.Orientation.Horizontal)
            self.setColumnWidth(column, max(room, self.fontMetrics().horizontalAdvance(words) + 20))
