"""Table of the open dialog: which files belong together, and what is left out."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import QAbstractTableModel, QModelIndex, Qt
from qtpy.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from segreview.session.preview import Line

_TITLES = ("", "Sample", "GT", "Image", "Model", "Status")


class PairingModel(QAbstractTableModel):
    """Lines of a preview as a table."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: tuple[Line, ...] = ()

    def show(self, lines: tuple[Line, ...]) -> None:
        """Show other lines."""
        self.beginResetModel()
        self._lines = lines
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | None = None) -> int:  # noqa: N802 (Qt's name)
        """Number of lines."""
        return 0 if parent is not None and parent.isValid() else len(self._lines)

    def columnCount(self, parent: QModelIndex | None = None) -> int:  # noqa: N802, ARG002 (Qt's name)
        """Number of columns."""
        return len(_TITLES)

    def headerData(self, section: int, orientation: Any, role: int) -> Any:  # noqa: N802 (Qt's name)
        """Titles of the columns."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return _TITLES[section]
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Names and status of a line; the reason in full as its tooltip."""
        line = self._lines[index.row()]
        texts = ("✓" if line.good else "✗", line.sample, line.gt, line.image, line.pred, line.status)
        if role == Qt.ItemDataRole.DisplayRole:
            return texts[index.column()] or "–"
        if role == Qt.ItemDataRole.ToolTipRole:
            return line.reason or texts[index.column()]
        return None


class PairingTable(QTableView):
    """View of a `PairingModel`."""

    def __init__(self) -> None:
        super().__init__()
        self.lines = PairingModel()
        self.setModel(self.lines)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        rows.setVisible(False)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(self.fontMetrics().height() + 8)
        columns.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        columns.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        columns.resizeSection(0, 28)
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
