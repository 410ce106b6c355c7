"""The sample dock: the images of the data set, and how far each has come."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qtpy.QtCore import QSize, Qt
from qtpy.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from segreview.session.change import Change
from segreview.session.review import Review
from segreview.ui.focus import Focus


class SampleDock(QWidget):
    """List of the samples; the current one shows its progress.

    Parameters
    ----------
    focus
        What all views look at.
    go_to
        Opens the sample with a number.
    """

    def __init__(self, focus: Focus, go_to: Callable[[int], None]) -> None:
        super().__init__()
        self._focus = focus
        self._go_to = go_to
        self._review: Review | None = None
        self._unwatch: Callable[[], None] = lambda: None
        self.names: list[str] = []
        self._notes: dict[int, str] = {}
        self._current = 0
        self.list = QListWidget()
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.itemClicked.connect(lambda item: self._go_to(self.list.row(item)))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addWidget(self.list)
        focus.focused.connect(self._on_focus)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Narrow; a few names high."""
        return QSize(200, 160)

    def show_names(self, names: Sequence[str]) -> None:
        """List other samples."""
        self.names = list(names)
        self._notes = {}
        self.list.clear()
        for name in names:
            item = QListWidgetItem(f"○  {name}")
            item.setToolTip(name)
            self.list.addItem(item)

    def set_current(self, number: int) -> None:
        """Mark the sample that is open."""
        self._current = number
        self.list.setCurrentRow(number)
        self._show()

    def _on_focus(self) -> None:
        if self._focus.review is not self._review:
            self._review = self._focus.review
            self._unwatch()
            self._unwatch = (lambda: None) if self._review is None else self._review.watch(self._on_change)

    def _on_change(self, _: Change) -> None:
        self._show()

    def _show(self) -> None:
        item = self.list.item(self._current)
        if item is None or self._review is None:
            return
        progress = self._review.progress
        sign = "●" if progress.total and progress.done == progress.total else "◐" if progress.done else "○"
        star = " *" if self._review.unwritten else ""
        item.setText(f"{sign}  {self.names[self._current]}{star}")
        item.setToolTip(f"{self.names[self._current]}: {progress.done} of {progress.total} judged")
