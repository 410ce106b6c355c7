"""The figures dock: figures of the whole sample, by the conventions that fit it, after every stroke."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtCore import QTimer
from qtpy.QtGui import QShowEvent
from qtpy.QtWidgets import QDockWidget, QGridLayout, QLabel, QVBoxLayout, QWidget

from segreview.model.labels import Kind
from segreview.session.change import Change
from segreview.session.review import Review
from segreview.triage.filter import Classes
from segreview.ui.docks.confusion_grid import ConfusionGrid
from segreview.ui.docks.elided import ElidedLabel
from segreview.ui.docks.figure_counts import FigureCounts
from segreview.ui.docks.figure_groups import (
    FigureGroup,
    Found,
    contours_of,
    conventions_of,
    groups,
    rule_of,
)
from segreview.ui.docks.forward import come_forward, dock_of, is_in_sight, scroll_to
from segreview.ui.docks.matrix import Matrix
from segreview.ui.docks.scrolled import scrolled
from segreview.ui.docks.settle import settle
from segreview.ui.errands import Errands
from segreview.ui.focus import Focus
from segreview.ui.palette import QUIET_COLOR

_ACROSS = 3
"""Figures in a line."""
_OPEN_FIRST = "Open an image and its masks for their figures."
_ONE_SIDE = "There are no model's masks to compare with."


class FiguresDock(QWidget):
    """Figures in groups, each with its formula on hover, and the confusion matrix.

    Parameters
    ----------
    focus
        What all views look at.
    errands
        Count in the background what takes long.
    """

    def __init__(self, focus: Focus, errands: Errands) -> None:
        super().__init__()
        self._focus = focus
        self._review: Review | None = None
        self._dock: QDockWidget | None = None
        self._behind = False  # the dock lies behind another, says Qt
        self._unwatch: Callable[[], None] = lambda: None
        self._counts = (
            FigureCounts("figures", errands, conventions_of, self._show, at_once=True),
            FigureCounts("contours", errands, contours_of, self._show, at_once=False),
        )
        self._empty = QLabel()
        self._empty.setWordWrap(True)
        self._groups: list[_GroupBox] = []
        self.grid = ConfusionGrid()
        self.heading = _heading("Confusion matrix")
        self.heading.setToolTip(rule_of("semantic"))
        self._lay_out()
        self._scrolling = QTimer(self)  # once there is room for it
        self._scrolling.setSingleShot(True)
        self._scrolling.setInterval(0)
        self._scrolling.timeout.connect(lambda: scroll_to(self))
        self.grid.clicked.connect(self._on_cell)
        focus.focused.connect(self._on_focus)
        focus.filtered.connect(lambda: self.grid.show_chosen(focus.filter.classes))
        focus.thresholded.connect(self._show)
        focus.asked.connect(self._on_asked)

    def _lay_out(self) -> None:
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(6, 6, 6, 6)
        self._column.setSpacing(6)
        for widget in (self._empty, self.heading, self.grid):
            self._column.addWidget(widget)
        self._column.addStretch(1)
        self._scroll = scrolled(content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._scroll)
        self.heading.hide()
        self.grid.hide()

    # ---------------------------------------------------------------- coming and going
    def show_all_of(self, widget: QWidget) -> None:
        """Scroll so that a part can be seen."""
        self._scroll.ensureWidgetVisible(widget)

    def _on_asked(self, name: str) -> None:
        if name == "toggle_figures":
            dock = dock_of(self)
            if dock is not None and dock.widget() is self:
                self._toggle(dock, shown=is_in_sight(self))
            else:  # the dock holds more than us
                self._toggle(self, shown=self.isVisible())
                self._scrolling.start()

    def _toggle(self, place: QWidget, *, shown: bool) -> None:
        place.setVisible(not shown)
        if not shown:
            come_forward(self)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt's name)
        """Count what was not counted while nobody looked."""
        super().showEvent(event)
        dock = dock_of(self)
        if dock is not self._dock and dock is not None:
            dock.visibilityChanged.connect(self._on_sight)
        self._dock = dock
        self._show()

    def _on_sight(self, seen: bool) -> None:
        """Count what was not counted while another dock lay in front."""
        self._behind = not seen
        self._show()

    # ---------------------------------------------------------------- following
    def _on_focus(self) -> None:
        if self._focus.review is not self._review:
            self._review = self._focus.review
            self._unwatch()
            self._unwatch = (lambda: None) if self._review is None else self._review.watch(self._on_change)
            for counts in self._counts:
                counts.follow(self._review)
            self.grid.hide()
            self.heading.hide()
            self._show()

    def _on_change(self, change: Change) -> None:
        if change.relabels:
            for counts in self._counts:
                counts.forget()
            self._show()

    def _on_cell(self, classes: Classes) -> None:
        """List the items of a cell alone, or all again."""
        self._focus.narrow(classes=None if self._focus.filter.classes == classes else classes)

    # ---------------------------------------------------------------- showing
    def _show(self) -> None:
        """Show all figures as they are now; nothing where nobody looks."""
        if not self.isVisible() or (self._behind and not is_in_sight(self)):
            return
        review = self._review
        self._empty.setText(_OPEN_FIRST if review is None else _ONE_SIDE)
        if review is not None and not review.sample.has_prediction:
            review = None
        self._empty.setVisible(review is None)
        made: list[FigureGroup] = []
        found: Found = {}
        if review is not None:
            found = {name: one for counts in self._counts for name, one in counts.now().items()}
            threshold, unit = self._focus.threshold, review.reference.unit
            tally = None if review.sweep is None else review.sweep.tally(threshold)
            made = groups(tally, threshold, found, "px" if unit == "pixel" else unit)
        self._show_groups(made)
        self._show_matrix(review, found)
        settle(self)

    def _show_groups(self, made: list[FigureGroup]) -> None:
        while len(self._groups) < len(made):
            box = _GroupBox()
            self._column.insertWidget(1 + len(self._groups), box)
            self._groups.append(box)
        for n, box in enumerate(self._groups):
            box.setVisible(n < len(made))
            if n < len(made):
                box.show_group(made[n])

    def _show_matrix(self, review: Review | None, found: Found) -> None:
        """Show the confusion matrix where there are classes; the last one until another is counted."""
        semantic, panoptic = found.get("semantic"), found.get("panoptic")
        if "semantic" in found and semantic is None:
            return
        shown = semantic is not None and review is not None and review.reference.kind is not Kind.BINARY
        if review is not None and semantic is not None and shown:
            counted, figure = (semantic, "iou") if panoptic is None else (panoptic, "pq")
            figures = {c: float(one[figure]) for c, one in counted.per_class.items()}
            title = "IoU" if panoptic is None else "PQ"
            self.grid.show_matrix(Matrix.of(semantic.tallies[0], review.reference, figures, title))
            self.grid.show_chosen(self._focus.filter.classes)
        self.grid.setVisible(shown)
        self.heading.setVisible(shown)


class _GroupBox(QWidget):
    """One group: its title, and figures in lines of three."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(4)
        self._grid.setVerticalSpacing(1)
        self._title = _heading("")
        self._grid.addWidget(self._title, 0, 0, 1, 2 * _ACROSS)
        self._labels: list[tuple[ElidedLabel, QLabel]] = []
        for column in range(_ACROSS):
            self._grid.setColumnStretch(2 * column + 1, 1)

    def show_group(self, group: FigureGroup) -> None:
        """Show a group; a text that stays is not laid out anew."""
        if self._title.text() != group.title:
            self._title.setText(group.title)
        self._title.setToolTip(group.rule)
        while len(self._labels) < len(group.cells):
            self._add()
        for n, (name, value) in enumerate(self._labels):
            shown = n < len(group.cells)
            name.setVisible(shown)
            value.setVisible(shown)
            if shown:
                cell = group.cells[n]
                name.show_text(cell.name, cell.rule)
                value.setToolTip(cell.rule)
                if value.text() != cell.value:
                    value.setText(cell.value)

    def _add(self) -> None:
        name, value = ElidedLabel(f"color: {QUIET_COLOR}", QUIET_COLOR), QLabel()
        row, column = divmod(len(self._labels), _ACROSS)
        self._grid.addWidget(name, 1 + row, 2 * column)
        self._grid.addWidget(value, 1 + row, 2 * column + 1)
        self._labels.append((name, value))


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setStyleSheet("font-weight: bold; padding: 3px 0 0 0;")
    return label
