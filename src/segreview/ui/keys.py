"""Keys of the review window, taken before napari and Qt see them.

napari binds some of the same keys, and Qt runs neither of two commands that share one. So keys are
claimed when Qt asks who wants to override a shortcut, and are then acted upon as plain key presses.
Text fields keep all keys that write or edit text.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from qtpy.QtCore import QEvent, QObject, Qt, QTimer
from qtpy.QtGui import QKeyEvent
from qtpy.QtWidgets import (
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDockWidget,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from segreview.ui.actions import Action
from segreview.ui.keyboard import names, place
from segreview.ui.keymap import KeyMap

_TEXT_FIELDS = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox)
_ALSO_IN_TEXT = frozenset({"save", "open_files", "close_window", "add_note"})

_MOVES = frozenset({"Up", "Down", "Left", "Right", "Home", "End"})
"""Keys that move in tables, lists and sliders, and stay theirs."""

_FORM_KEYS = frozenset({"Tab", "Space", "Return", "Enter"})
"""Keys that belong to what has the property ``form``: they go from one button to the next, and press it."""

_BELIEF = 30
"""Milliseconds after which a release counts: X11 repeats a held key by a release and a press."""


class Keys(QObject):
    """Runs the actions of a window when their keys are pressed in it.

    Parameters
    ----------
    window
        Window whose keys are meant, with the docks that float beside it; dialogs keep theirs.
    actions
        Actions that can be run.
    run
        Runs an action; for one that lasts as long as its key is held, it is also told ``pressed``.
    keymap
        Which keys do what; asked at every key.
    homes
        Widgets in which the keys are ours; empty for the whole window.
    """

    def __init__(
        self,
        window: QWidget,
        actions: Iterable[Action],
        run: Callable[..., object],
        keymap: KeyMap | None = None,
        homes: tuple[QWidget, ...] = (),
    ) -> None:
        super().__init__(window)
        self._window = window
        self._run = run
        self._keymap = keymap or KeyMap()
        self._homes = homes
        self._ids = frozenset(action.id for action in actions)
        self._released = (0, 0)  # key and time of the last release
        self._held: dict[int, Action] = {}  # by the place of the key on the keyboard
        self._going = 0  # place of a held key whose release is not yet believed
        self._doubt = QTimer(self)
        self._doubt.setSingleShot(True)
        self._doubt.setInterval(_BELIEF)
        self._doubt.timeout.connect(self._believe)
        self._since = 0.0  # when the doubt began
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self)

    def close(self) -> None:
        """Give the keys back."""
        self.release_all()
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Claim our keys, and act upon them."""
        kind = event.type()
        if kind == QEvent.Type.KeyRelease:
            return self._on_release(event)
        if kind == QEvent.Type.WindowDeactivate and self._held:
            self.release_all()
        if kind not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            return False
        action = self._action_for(watched, event)
        if action is None:
            return False
        event.accept()
        # With a button down the hand is in the middle of a stroke, which a command would tear apart.
        if kind == QEvent.Type.KeyPress and QApplication.mouseButtons() == Qt.MouseButton.NoButton:
            self._press(action, event)
        return True

    def _press(self, action: Action, event: QKeyEvent) -> None:
        repeats = self._repeats(event)
        if action.held:
            self._hold(action, place(event), repeats)
        elif action.repeats or not repeats:
            self._run(action)

    def _repeats(self, event: QKeyEvent) -> bool:
        """Whether a key is being held down; X11 repeats by a release and a press at the same time."""
        return event.isAutoRepeat() or self._released == (int(event.key()), int(event.timestamp()))

    # ---------------------------------------------------------------- held keys
    def _hold(self, action: Action, where: int, repeats: bool) -> None:
        """Begin what lasts as long as its key is held, unless it has begun already."""
        if self._going == where:
            self._doubt.stop()
            if repeats:
                self._going = 0
            else:
                self._let_go()
        if where not in self._held and not repeats:
            self._held[where] = action
            self._run(action, pressed=True)

    def _on_release(self, event: QKeyEvent) -> bool:
        """Doubt the release of a held key for a moment: the next press may say that it only repeats."""
        self._released = (int(event.key()), int(event.timestamp()))
        where = place(event)
        if where not in self._held:
            return False
        if not event.isAutoRepeat():
            if self._going not in (0, where):
                self._let_go()
            self._going = where
            self._since = time.monotonic()
            self._doubt.start()
        return True

    def _believe(self) -> None:
        """Let go, unless the window was busy so long that the next press may still wait to be seen."""
        late = time.monotonic() - self._since > 2 * _BELIEF / 1000
        if late and self._since:
            self._since = 0.0  # once is enough
            self._doubt.start()
        else:
            self._let_go()

    def _let_go(self) -> None:
        """End what the key that went up has begun."""
        action = self._held.pop(self._going, None)
        self._going = 0
        if action is not None:
            self._run(action, pressed=False)

    def release_all(self) -> None:
        """End everything that lasts as long as a key is held: its release may never be seen."""
        self._doubt.stop()
        for where in tuple(self._held):
            self._going = where
            self._let_go()

    # ---------------------------------------------------------------- whose key it is
    def _action_for(self, watched: QObject, event: QKeyEvent) -> Action | None:
        """Our action for a key event, or None where the key is somebody else's."""
        if not isinstance(watched, QWidget) or not self._is_ours(watched.window()):
            return None
        if QApplication.activeModalWidget() is not None or QApplication.activePopupWidget() is not None:
            return None
        focused = QApplication.focusWidget()
        if self._homes and not any(home is focused or home.isAncestorOf(focused) for home in self._homes):
            return None
        for key in names(event):
            action = self._keymap.action_of(key)
            if action is not None and action.id in self._ids:
                return None if _needs(focused, key, action) else action
        return None

    def _is_ours(self, window: QWidget) -> bool:
        floats = isinstance(window, QDockWidget) and window.parentWidget() is self._window
        return window is self._window or floats


def _needs(widget: QWidget | None, key: str, action: Action) -> bool:
    """Whether the widget that has the keyboard needs a key for itself."""
    last = key.rpartition("+")[2]
    if widget is not None and widget.property("form") and last in _FORM_KEYS:
        return True
    if writes_text(widget):
        return action.id not in _ALSO_IN_TEXT
    if isinstance(widget, QListView) and key == "Delete":
        return True  # napari's list of layers
    return isinstance(widget, (QAbstractItemView, QAbstractSlider, QComboBox)) and last in _MOVES


def writes_text(widget: QWidget | None) -> bool:
    """Whether a widget takes text from the keyboard."""
    if isinstance(widget, QComboBox):
        return bool(widget.isEditable())
    return isinstance(widget, _TEXT_FIELDS)
