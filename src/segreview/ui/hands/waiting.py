"""Enter and Esc, for as long as something on the canvas waits for an answer."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtCore import QEvent, QObject, Qt
from qtpy.QtWidgets import QApplication, QWidget

from segreview.ui.keys import writes_text


class Waiting(QObject):
    """Takes Enter and Esc in a window while it is on, and leaves them alone otherwise.

    Parameters
    ----------
    window
        Window whose keys are meant; dialogs and text fields keep theirs.
    enter, escape
        What the keys do; True when there was something to do.
    """

    def __init__(self, window: QWidget, enter: Callable[[], object], escape: Callable[[], object]) -> None:
        super().__init__()
        self._window = window
        self._answers = {
            Qt.Key.Key_Return: enter,
            Qt.Key.Key_Enter: enter,
            Qt.Key.Key_Escape: escape,
        }
        self._on = False

    def switch(self, on: bool) -> None:
        """Begin or stop to take the keys."""
        application = QApplication.instance()
        if on == self._on or application is None:
            return
        self._on = on
        if on:
            application.installEventFilter(self)
        else:
            application.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Claim the keys, and act upon them."""
        if event.type() not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            return False
        answer = self._answers.get(event.key())
        if answer is None or not self._is_ours(watched, event):
            return False
        event.accept()
        if event.type() == QEvent.Type.KeyPress and not event.isAutoRepeat():
            answer()
        return True

    def _is_ours(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(watched, QWidget) or watched.window() is not self._window:
            return False
        if QApplication.activeModalWidget() is not None or QApplication.activePopupWidget() is not None:
            return False
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        return plain and not writes_text(QApplication.focusWidget())
