"""A line to type into, which comes when it is asked for and goes with Esc."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtCore import QEvent, QObject, Qt, QTimer, Signal
from qtpy.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from qtpy.QtWidgets import QApplication, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)

_ELSEWHERE = (
    Qt.FocusReason.MouseFocusReason,
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
)
"""Why the keyboard goes when the user turns to something else; menus and other windows only borrow it."""

_CLICK_MS = 20
"""Milliseconds between two looks whether the mouse button is up again."""


class EntryBar(QWidget):
    """Text field with a title before it and an answer below.

    Parameters
    ----------
    name
        Name of the field for those who look for it.
    leave
        Gives the keyboard back once the bar has closed.

    Attributes
    ----------
    entered
        Emitted with the text on Enter, and on F3.
    deserted
        Emitted when the user turns to something else by mouse or Tab.
    toggled
        Emitted with whether the bar is open, when it opens and when it goes.
    """

    entered = Signal(str)
    deserted = Signal()
    toggled = Signal(bool)

    def __init__(self, name: str, leave: Callable[[], None]) -> None:
        super().__init__()
        self._leave = leave
        self._title, self._answer = QLabel(), QLabel()
        self._answer.setWordWrap(True)
        self.field = QLineEdit()
        self.field.setObjectName(name)
        self.field.installEventFilter(self)
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(self._title)
        line.addWidget(self.field, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 2)
        layout.setSpacing(2)
        layout.addLayout(line)
        layout.addWidget(self._answer)
        self._going = QTimer(self)
        self._going.setSingleShot(True)
        self._going.setInterval(_CLICK_MS)
        self._going.timeout.connect(self._go)
        self.hide()

    def ask(self, title: str, placeholder: str, text: str) -> None:
        """Open with a text, all of it selected, and take the keyboard."""
        self._going.stop()
        self._title.setText(title)
        self.field.setPlaceholderText(placeholder)
        self.field.setText(text)
        self.answer("")
        self.show()
        self.field.setFocus()
        self.field.selectAll()

    def answer(self, text: str) -> None:
        """Say something below the field; nothing takes no room."""
        self._answer.setText(text)
        self._answer.setVisible(bool(text))

    def answered(self) -> str:
        """What is said below the field."""
        return str(self._answer.text())

    def setVisible(self, visible: bool) -> None:  # noqa: N802 (Qt's name)
        """Show or hide the bar, and tell."""
        super().setVisible(visible)
        self.toggled.emit(visible)

    def close_up(self) -> None:
        """Go, and give the keyboard back if it is here."""
        had_it = self.field.hasFocus()
        self._go()
        if had_it:
            self._leave()

    def _go(self) -> None:
        """Go once no button is down: what lies under the pointer must not move in the middle of a click."""
        if QApplication.mouseButtons() == Qt.MouseButton.NoButton:
            self.hide()
        else:
            self._going.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Enter, Esc and F3, and when the user turns away; all other keys belong to the text."""
        if watched is not self.field:
            return False
        if event.type() == QEvent.Type.KeyPress:
            return self._on_key(event)
        if event.type() == QEvent.Type.FocusOut:
            self._on_focus_out(event)
        return False

    def _on_focus_out(self, event: QFocusEvent) -> None:
        if event.reason() in _ELSEWHERE:
            self.deserted.emit()

    def _on_key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            self.close_up()
        elif event.matches(QKeySequence.StandardKey.Find):
            self.field.selectAll()  # as if it were asked for anew
        elif event.key() in _ENTER or event.key() == Qt.Key.Key_F3:
            self.entered.emit(self.field.text())
        else:
            return False
        return True
