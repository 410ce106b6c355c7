"""The figures dock: figures of the whole sample, by the conventions that fit it, after every stroke."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from qtpy.QtCore import QTimer
from qtpy.QtGui import QShowEvent
from qtpy.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from segreview.compare.evaluate import evaluate_fitting
from segreview.compare.metrics.evaluation import Evaluation
from segreview.compare.metrics.table_case import TableCase
from segreview.compare.overlap import SIDES
from segreview.session.change import Change, What
from segreview.session.review import Review
from segreview.triage.filter import Classes
from segreview.ui.docks.confusion_grid import ConfusionGrid
from segreview.ui.docks.elided import ElidedLabel
from segreview.ui.docks.figure_groups import FigureGroup, conventions_of, groups, rule_of
from segreview.ui.docks.forward import come_forward, dock_of, is_in_sight, scroll_to
from segreview.ui.docks.matrix import Matrix
from segreview.ui.docks.scrolled import scrolled
from segreview.ui.docks.settle import settle
from segreview.ui.errands import Errands, Pause
from segreview.ui.focus import Focus
from segreview.ui.palette import QUIET_COLOR

_SMALL = 1_500
"""Objects of a side up to which all figures are counted at once: a few milliseconds."""
_PAUSE = 400
"""Milliseconds after a stroke before those of larger samples are counted, in the background."""
_ACROSS = 3
"""Figures in a line."""
_ERRAND = "figures"


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
        self._focus, self._errands = focus, errands
        self._review: Review | None = None
        self._unwatch: Callable[[], None] = lambda: None
        self._found: Mapping[str, Evaluation] | None = None
        self._counted = -1  # revision of the review that they were counted at
        self._empty = QLabel("Open an image and its masks for their figures.")
        self._groups: list[_GroupBox] = []
        self.grid = ConfusionGrid()
        self.heading = _heading("Confusion matrix")
        self.heading.setToolTip(rule_of("semantic"))
        self._lay_out()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self._send)
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
        self._show()

    # ---------------------------------------------------------------- following
    def _on_focus(self) -> None:
        if self._focus.review is not self._review:
            self._review = self._focus.review
            self._unwatch()
            self._unwatch = (lambda: None) if self._review is None else self._review.watch(self._on_change)
            self._found, self._counted = None, -1
            self._errands.drop(_ERRAND)
            self.grid.hide()
            self.heading.hide()
            self._show()

    def _on_change(self, change: Change) -> None:
        if What.PIXELS in change.what:
            self._counted = -1
            self._show()

    def _on_cell(self, classes: Classes) -> None:
        """List the items of a cell alone, or all again."""
        self._focus.narrow(classes=None if self._focus.filter.classes == classes else classes)

    # ---------------------------------------------------------------- counting
    def _count(self, review: Review) -> None:
        """Count what the table tells, now or later."""
        if self._counted >= 0:
            return
        if max(review.table.count(side) for side in SIDES) <= _SMALL:
            self._take(evaluate_fitting(TableCase.of(review.table), conventions_of(review)), review.revision)
        else:
            self._found = None
            self._pause.start()

    def _send(self) -> None:
        """Have the figures counted in the background."""
        review = self._review
        if review is None:
            return
        before, names = review.revision, conventions_of(review)

        def work(pause: Pause) -> tuple[int, Mapping[str, Evaluation]]:
            pause()
            try:
                return before, evaluate_fitting(TableCase.of(review.table), names)
            except RuntimeError:  # the table has changed meanwhile
                return -1, {}

        self._errands.send(_ERRAND, work, lambda found: self._on_counted(review, *found))

    def _on_counted(self, review: Review, revision: int, found: Mapping[str, Evaluation]) -> None:
        """Show what was counted, unless an edit has come between; then it is counted again."""
        if review is not self._review:
            return
        if revision != review.revision:
            self._pause.start()
            return
        self._take(found, revision)
        self._show()

    def _take(self, found: Mapping[str, Evaluation], revision: int) -> None:
        self._found, self._counted = found, revision

    # ---------------------------------------------------------------- showing
    def _show(self) -> None:
        """Show all figures as they are now; nothing where nobody looks."""
        if not self.isVisible():
            return
        review = self._review
        self._empty.setVisible(review is None)
        made: list[FigureGroup] = []
        if review is not None:
            self._count(review)
            threshold = self._focus.threshold
            tally = None if review.sweep is None else review.sweep.tally(threshold)
            made = groups(tally, threshold, conventions_of(review), self._found)
        self._show_groups(made)
        self._show_matrix(review)
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

    def _show_matrix(self, review: Review | None) -> None:
        """Show the confusion matrix where there are classes; the last one until another is counted."""
        if self._found is None:
            return
        shown = review is not None and "semantic" in self._found
        if review is not None and shown:
            name, figure, title = ("semantic", "iou", "IoU")
            if "panoptic" in self._found:
                name, figure, title = ("panoptic", "pq", "PQ")
            figures = {c: float(one[figure]) for c, one in self._found[name].per_class.items()}
            tally = self._found["semantic"].tallies[0]
            self.grid.show_matrix(Matrix.of(tally, review.reference, figures, title))
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
                name.show_text(cell.name, f"{cell.name} = {cell.rule}")
                value.setToolTip(f"{cell.name} = {cell.rule}\n\n{group.rule}")
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
    label.setStyleSheet("font-weight: bold; padding-top: 3px;")
    return label
