"""The data set at a glance, in a window of its own beside the review."""

from __future__ import annotations

from qtpy.QtCore import QEvent, QModelIndex, QSize
from qtpy.QtGui import QShowEvent
from qtpy.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from segreview.ui.dialogs.overview_table import OverviewModel, OverviewTable
from segreview.ui.dialogs.path_row import fitting
from segreview.ui.docks.side_rows import SEGMENT_STYLE, Segment
from segreview.ui.overview import Overview

_MEASURES = (
    ("items", "first", "How many items of each kind an image has"),
    ("suspicion", "last", "Their sum, each weighted by how likely the GT needs a hand"),
)

_LEFT = (
    "So many annotations at most are wrong among all items without a verdict, 95 % sure,\n"
    "by the random checks of these images taken together.\n"
    "Images in which none was answered are not spoken of."
)


class OverviewDialog(QDialog):
    """Table of images and kinds; it stays open while the review goes on, and follows it.

    Parameters
    ----------
    window
        Window that it belongs to.
    overview
        The tallies.
    """

    def __init__(self, window: QWidget, overview: Overview) -> None:
        super().__init__(window)
        self.setObjectName("overview")
        self.setWindowTitle("Data set at a glance")
        self.setStyleSheet(SEGMENT_STYLE)
        self._overview = overview
        self.model = OverviewModel(overview)
        self.table = OverviewTable(self.model)
        self.measures = [Segment(title, place) for title, place, _ in _MEASURES]
        self.standing, self.left = QLabel(), QLabel()
        self.left.setToolTip(_LEFT)
        self._lay_out()
        self.table.clicked.connect(self._on_clicked)
        self.model.modelReset.connect(self._grow)
        overview.changed.connect(self._show_now)
        self._choose(0)

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(0)
        for n, (button, (_, _, hint)) in enumerate(zip(self.measures, _MEASURES, strict=True)):
            button.setCheckable(True)
            button.setToolTip(hint)
            button.clicked.connect(lambda _=False, n=n: self._choose(n))
            line.addWidget(button)
        line.addStretch(1)
        line.addWidget(self.standing)
        layout = QVBoxLayout(self)
        layout.addLayout(line)
        layout.addWidget(self.table)
        layout.addWidget(self.left)
        layout.addWidget(QLabel("A click on a cell opens the image at its worst item of that kind."))

    def _choose(self, measure: int) -> None:
        """Show numbers of items, or their suspicion."""
        for n, button in enumerate(self.measures):
            button.setChecked(n == measure)
        self.model.suspicion = measure == 1
        self._show_now()

    def _show_now(self) -> None:
        self.model.refresh()
        self.standing.setText(self._overview.standing())
        left = self._overview.left()
        self.left.setText(left)
        self.left.setVisible(bool(left))

    def _grow(self) -> None:
        """Make room for kinds that have come."""
        wanted = self.table.wanted() + QSize(24, 90)
        self.resize(self.size().expandedTo(fitting(self, wanted.width(), wanted.height())))

    def _on_clicked(self, index: QModelIndex) -> None:
        self._overview.open(self.model.number_at(index.row()), self.model.kind_at(index.column()))

    # ---------------------------------------------------------------- coming and going
    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt's name)
        """Count as long as it is seen."""
        super().showEvent(event)
        self._overview.watch(True)
        self._show_now()

    def hideEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """Leave it at what is known."""
        super().hideEvent(event)
        self._overview.watch(False)
