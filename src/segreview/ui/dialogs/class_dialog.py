"""Which class: a list with the colours of the data set, narrowed by what is typed."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtCore import QEvent, QObject, Qt
from qtpy.QtGui import QColor, QIcon, QPixmap
from qtpy.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from segreview.model.ontology import Category
from segreview.ui.dialogs.path_row import fitting

_CATEGORY = Qt.ItemDataRole.UserRole
_STEPS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
"""Keys that go through the list while the hand is in the search field."""


class ClassDialog(QDialog):
    """List of classes with a field that narrows it; Enter takes the class that is marked.

    Parameters
    ----------
    parent
        Window.
    choices
        The classes.
    current
        Class that is marked first, or None.
    title
        Whose class is asked for.
    """

    def __init__(
        self, parent: QWidget | None, choices: Sequence[Category], current: Category | None, title: str
    ) -> None:
        super().__init__(parent)
        self.setObjectName("class")
        self.setWindowTitle(title)
        self.search, self.list = QLineEdit(), QListWidget()
        self.search.setPlaceholderText("Type a part of the name, or the number")
        self.search.setClearButtonEnabled(True)
        self.search.installEventFilter(self)
        self.search.textChanged.connect(self._narrow)
        self.list.itemDoubleClicked.connect(lambda _: self.accept())
        buttons = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(buttons.Ok | buttons.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.list.currentItemChanged.connect(lambda *_: self._show_whether())
        for category in choices:
            self._add(category, category == current)
        column = QVBoxLayout(self)
        for widget in (self.search, self.list, self.buttons):
            column.addWidget(widget)
        self.resize(fitting(self, 340, 440))
        self._narrow("")

    def _add(self, category: Category, is_current: bool) -> None:
        square = QPixmap(14, 14)
        square.fill(QColor(*category.color))
        item = QListWidgetItem(QIcon(square), f"{category.name}   {category.id}")
        item.setData(_CATEGORY, category)
        self.list.addItem(item)
        if is_current:
            self.list.setCurrentItem(item)

    @property
    def chosen(self) -> Category | None:
        """Class that is marked, or None."""
        item = self.list.currentItem()
        found: Category | None = None if item is None or item.isHidden() else item.data(_CATEGORY)
        return found

    def _narrow(self, text: str) -> None:
        """Show the classes whose name or number has a text in it, and mark one of them."""
        words, shown = text.casefold().split(), []
        for item in map(self.list.item, range(self.list.count())):
            item.setHidden(not all(word in item.text().casefold() for word in words))
            if not item.isHidden():
                shown.append(item)
        if shown and self.chosen is None:
            self.list.setCurrentItem(shown[0])
        if (item := self.list.currentItem()) is not None:
            self.list.scrollToItem(item)
        self._show_whether()

    def _show_whether(self) -> None:
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(self.chosen is not None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Hand the keys that go through the list on to it."""
        if event.type() == QEvent.Type.KeyPress and event.key() in _STEPS:
            self.list.keyPressEvent(event)
            return True
        return bool(super().eventFilter(watched, event))


def ask_class(
    parent: QWidget | None, choices: Sequence[Category], current: Category | None, title: str
) -> Category | None:
    """Ask for a class; None when cancelled."""
    dialog = ClassDialog(parent, choices, current, title)
    try:
        return dialog.chosen if dialog.exec() else None
    finally:
        dialog.deleteLater()
