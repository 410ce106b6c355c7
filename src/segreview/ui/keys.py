"""Keys of the review window, taken before napari and Qt see them.

napari binds some of the same keys, and Qt runs neither of two commands that share one. So keys are
claimed when Qt asks who wants to override a shortcut, and are then acted upon as plain key presses.
Text fields keep all keys that write or edit text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from qtpy.QtCore import QEvent, QObject, Qt
from qtpy.QtGui import QKeyEvent, QKeySequence
from qtpy.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from segreview.ui.actions import Action

_TEXT_FIELDS = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox)
_ALSO_IN_TEXT = frozenset({"Ctrl+S", "Ctrl+O", "Ctrl+Q"})


class Keys(QObject):
    """Runs the actions of a window when their keys are pressed in it.

    Parameters
    ----------
    window
        Window whose keys are meant; dialogs keep theirs.
    actions
        Actions with keys.
    run
        Runs an action.
    """

    def __init__(self, window: QWidget, actions: Iterable[Action], run: Callable[[Action], None]) -> None:
        super().__init__(window)
        self._window = window
        self._run = run
        self._released = (0, 0)  # key and time of the last release
        self._by_key = {normal(key): action for action in actions for key in action.keys}
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self)

    def close(self) -> None:
        """Give the keys back."""
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Claim our keys, and act upon them."""
        kind = event.type()
        if kind == QEvent.Type.KeyRelease:
            self._released = (int(event.key()), int(event.timestamp()))
        if kind not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            return False
        action = self._action_for(watched, event)
        if action is None:
            return False
        event.accept()
        # With a button down the hand is in the middle of a stroke, which a command would tear apart.
        free = QApplication.mouseButtons() == Qt.MouseButton.NoButton
        if kind == QEvent.Type.KeyPress and not self._repeats(event) and free:
            self._run(action)
        return True

    def _repeats(self, event: QKeyEvent) -> bool:
        """Whether a key is being held down; X11 repeats by a release and a press at the same time."""
        return event.isAutoRepeat() or self._released == (int(event.key()), int(event.timestamp()))

    def _action_for(self, watched: QObject, event: QKeyEvent) -> Action | None:
        """Our action for a key event, or None where the key is somebody else's."""
        if not isinstance(watched, QWidget) or watched.window() is not self._window:
            return None
        if QApplication.activeModalWidget() is not None or QApplication.activePopupWidget() is not None:
            return None
        key = pressed(event)
        if _writes_text(QApplication.focusWidget()) and key not in _ALSO_IN_TEXT:
            return None
        return self._by_key.get(key)


def _writes_text(widget: QWidget | None) -> bool:
    if isinstance(widget, QComboBox):
        return bool(widget.isEditable())
    return isinstance(widget, _TEXT_FIELDS)


def normal(key: str) -> str:
    """Key in Qt's own spelling."""
    return str(QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText))


def pressed(event: QKeyEvent) -> str:
    """Key of an event in Qt's own spelling, with its modifiers."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    key = event.key()
    text = event.text()
    if text and text.isprintable() and not text.isalnum() and not text.isspace():
        # "?" needs Shift on some keyboards and none on others: it is named by what it writes.
        modifiers &= ~Qt.KeyboardModifier.ShiftModifier
    value = int(key) | int(getattr(modifiers, "value", modifiers))
    return str(QKeySequence(value).toString(QKeySequence.SequenceFormat.PortableText))
