"""Where the parts of the window are: our places, the user's, and how they are kept.

What is private to napari's window and is needed for that is known here alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qtpy.QtCore import QByteArray, QEvent, QObject, QRect, Qt
from qtpy.QtGui import QAction, QGuiApplication
from qtpy.QtWidgets import QDockWidget, QWidget

from segreview.ui.settings import SettingsFile

_VERSION = 1
"""Raised when the docks have changed so much that a layout kept before no longer fits."""

_CANVAS = 0.55
"""Share of the window's width that belongs to the canvas, at least."""
_SEAMS = 28
"""Width of what separates the columns, in pixels."""
_LEFT, _LEFT_FOLDED = 338, 190
_RIGHT = (350, 470)
"""Widths of the columns, in pixels: of the left one with and without layers; bounds of the right one."""
_LARGEST = (1680, 1050)
"""Size of the window on a screen that is larger."""
_ROOM = _LEFT + _RIGHT[0] + _SEAMS


class Layout(QObject):
    """Docks of the review window, and its place on the screen.

    Parameters
    ----------
    window
        napari's main window.
    docks
        Our docks by title: Samples, This disagreement, Queue.
    settings
        Keeps what the user arranged.

    Attributes
    ----------
    panels
        All docks of the window, from the upper left to the lower right.
    """

    def __init__(self, window: Any, docks: dict[str, QDockWidget], settings: SettingsFile) -> None:
        super().__init__(window)
        self._window = window
        self._settings = settings
        self._samples, self._pair, self._queue = docks.values()
        self._layers, self._controls = window._qt_viewer.dockLayerList, window._qt_viewer.dockLayerControls
        self.panels = (self._samples, self._layers, self._controls, self._pair, self._queue)
        self._narrow = False
        self._folded = False  # the layers were hidden by us, for want of room
        _quieten(window)
        for dock, title in zip(self.panels, (None, "Layers", "Layer controls", None, None), strict=True):
            _restyle(dock, title)
        self._arrange()
        window.installEventFilter(self)

    # ---------------------------------------------------------------- places
    def _arrange(self) -> None:
        """Put every dock in its place: three on the left, two on the right."""
        window, vertical = self._window, Qt.Orientation.Vertical
        for dock in self.panels:
            dock.setFloating(False)
            area = Qt.DockWidgetArea
            right = dock in (self._pair, self._queue)
            window.addDockWidget(area.RightDockWidgetArea if right else area.LeftDockWidgetArea, dock)
            dock.show()
        window.splitDockWidget(self._samples, self._layers, vertical)
        window.splitDockWidget(self._layers, self._controls, vertical)
        window.splitDockWidget(self._pair, self._queue, vertical)

    def _share_width(self) -> None:
        """Give the columns our widths, so that the canvas keeps its share."""
        left = _LEFT_FOLDED if self._folded else _LEFT
        rest = round(self._window.width() * (1 - _CANVAS)) - _SEAMS - left
        right = max(_RIGHT[0], min(_RIGHT[1], rest))
        self._window.resizeDocks([self._samples, self._pair], [left, right], Qt.Orientation.Horizontal)

    def _share_height(self) -> None:
        """Give the docks of a column our heights."""
        height = self._window.height()
        upper = round(height * 0.5)
        self._window.resizeDocks([self._pair, self._queue], [upper, height - upper], Qt.Orientation.Vertical)
        list_height = max(120, round(height * 0.22))
        if not self._folded:
            self._window.resizeDocks(
                [self._samples, self._layers, self._controls],
                [list_height, list_height, height - 2 * list_height],
                Qt.Orientation.Vertical,
            )

    def reset(self) -> None:
        """Put everything back in our place."""
        self._arrange()
        self._folded = self._narrow = False
        self._fold()
        self._share_width()
        self._share_height()

    # ---------------------------------------------------------------- a small screen
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Fold and unfold the left column as the window becomes narrow and wide."""
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self._fold()
        return False

    def _fold(self) -> None:
        """Hide the layers where they would take the canvas its room; show them when there is room again."""
        narrow = self._window.width() * (1 - _CANVAS) < _ROOM
        if narrow == self._narrow:
            return
        self._narrow = narrow
        _show_layer_status(self._window, not narrow)
        docks = (self._layers, self._controls)
        if narrow and any(dock.isVisible() and not dock.isFloating() for dock in docks):
            self._folded = True
        elif narrow or not self._folded:
            return
        else:
            self._folded = False
        for dock in docks:
            dock.setVisible(not self._folded)
        self._share_width()

    # ---------------------------------------------------------------- from start to start
    def restore(self) -> None:
        """Bring back the window as it was left; in our way where it was not, or cannot be."""
        now = self._settings.now
        self._window.setGeometry(self._remembered(now.geometry) or _ours(self._window))
        self._fold()
        if not (now.layout and self._window.restoreState(_bytes(now.layout), _VERSION)):
            self.reset()

    def _remembered(self, geometry: str) -> QRect | None:
        """Place of the window as it was left, moved and cut so that the present screens show all of it."""
        if not geometry or not self._window.restoreGeometry(_bytes(geometry)):
            return None
        here = self._window.geometry()
        screen = QGuiApplication.screenAt(here.center()) or self._window.screen()
        room = screen.availableGeometry()
        here.setSize(here.size().boundedTo(room.size()))
        here.moveLeft(max(room.left(), min(here.left(), room.right() + 1 - here.width())))
        here.moveTop(max(room.top(), min(here.top(), room.bottom() + 1 - here.height())))
        return here

    def keep(self) -> None:
        """Remember the window as it is."""
        self._settings.change(
            layout=_text(self._window.saveState(_VERSION)), geometry=_text(self._window.saveGeometry())
        )

    def toggles(self) -> Iterable[QAction]:
        """For every dock, what shows and hides it."""
        return [dock.toggleViewAction() for dock in self.panels]


def _ours(window: QWidget) -> QRect:
    """Most of the screen, in its middle; napari would restore the size that its own window had."""
    room = window.screen().availableGeometry()
    width, height = min(_LARGEST[0], room.width()), min(_LARGEST[1], room.height())
    return QRect(
        room.x() + (room.width() - width) // 2, room.y() + (room.height() - height) // 2, width, height
    )


def _text(data: QByteArray) -> str:
    return bytes(data.toBase64().data()).decode("ascii")


def _bytes(text: str) -> QByteArray:
    return QByteArray.fromBase64(text.encode("ascii", "ignore"))


# -------------------------------------------------------------------- what is private to napari
def _quieten(window: Any) -> None:
    """Take out of napari's window what is not for our users."""
    viewer = window._qt_viewer
    viewer.dockConsole.setVisible(False)
    viewer.show_welcome_screen = False  # it names napari's keys, some of which do other things here
    helps = getattr(window.statusBar(), "_help", None)
    if isinstance(helps, QWidget):
        helps.setMaximumWidth(0)  # keys of napari's tools, cut off by our line
    # Else the place of our window would become that of the user's own napari.
    window._save_current_window_settings = lambda: None


def _show_layer_status(window: Any, on: bool) -> None:
    """Show or hide what napari tells of the pixel under the pointer: beside our line it needs room."""
    status = getattr(window.statusBar(), "_status", None)
    if isinstance(status, QWidget) and isinstance(status.parentWidget(), QWidget):
        status.parentWidget().setMaximumWidth(16777215 if on else 0)


def _restyle(dock: QDockWidget, title: str | None) -> None:
    """Leave a dock one button that hides it, for what napari's other one closes is gone for good."""
    dock._close_btn = False
    if title is not None:
        dock.name = title
        dock.setWindowTitle(title)
    update = getattr(dock, "_update_title_bar", None)
    if update is not None:
        update()
