"""Drag and drop: files and folders that are let go over the window are offered for review.

napari would add them as layers; so they are taken before it sees them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from qtpy.QtCore import QEvent, QObject, Qt, QTimer
from qtpy.QtGui import QDropEvent
from qtpy.QtWidgets import QApplication, QDockWidget, QLabel, QWidget

from segreview.ui.dialogs.path_row import local_paths

_Type = QEvent.Type
_DRAGS = frozenset((_Type.DragEnter, _Type.DragMove, _Type.DragLeave, _Type.Drop))
_HANDS = frozenset((_Type.MouseMove, _Type.MouseButtonPress, _Type.KeyPress))
"""Events that nobody gets while something is dragged."""

_STYLE = (
    "background: rgba(20, 22, 26, 200); color: #F2F2F2; font-size: 20px; font-weight: 600;"
    "border: 3px dashed #56B4E9; border-radius: 10px;"
)


class Drop(QObject):
    """Takes what is dropped on a window and on all that is in it.

    Parameters
    ----------
    window
        The window.
    opened
        Gets the paths that were dropped, once the drag is over.
    """

    def __init__(self, window: QWidget, opened: Callable[[list[Path]], object]) -> None:
        super().__init__(window)
        self._window = window
        self._opened = opened
        self.veil = QLabel("Drop to open", window)
        self.veil.setObjectName("drop-veil")
        self.veil.setStyleSheet(_STYLE)
        self.veil.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.veil.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.veil.hide()
        self._leaving = QTimer(self)  # from one widget to the next a drag leaves and enters
        self._leaving.setSingleShot(True)
        self._leaving.setInterval(120)
        self._leaving.timeout.connect(self.veil.hide)
        window.setAcceptDrops(True)
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self)

    def close(self) -> None:
        """Take nothing any more."""
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Take drags of files before those see them over which they are."""
        kind = event.type()
        if kind in _HANDS and self.veil.isVisible():
            self.veil.hide()  # the drag has ended without a word
        if kind not in _DRAGS or not self._is_ours(watched):
            return False
        if kind == _Type.DragLeave:
            self._leaving.start()
            return False
        return self._take(event)

    def _is_ours(self, watched: QObject) -> bool:
        if not isinstance(watched, QWidget) or QApplication.activeModalWidget() is not None:
            return False
        window = watched.window()
        floats = isinstance(window, QDockWidget) and window.parentWidget() is self._window
        return window is self._window or floats

    def _take(self, event: QDropEvent) -> bool:
        """Take a drag over us, or the drop at its end; False for one that holds no files."""
        paths = local_paths(event.mimeData())
        if not paths:
            return False
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if event.type() == _Type.Drop:
            self._leaving.stop()
            self.veil.hide()
            # a dialog would keep the other program's drag from ending
            QTimer.singleShot(0, lambda: self._opened(paths))
        else:
            self._leaving.stop()
            self._show()
        return True

    def _show(self) -> None:
        if not self.veil.isVisible():
            self.veil.setGeometry(self._window.rect().adjusted(12, 12, -12, -12))
            self.veil.show()
            self.veil.raise_()
