"""Where the parts of the window are: our places, the user's, and how they are kept.

What is private to napari's window and is needed for that is known here alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from qtpy.QtCore import QByteArray, QEvent, QObject, QRect, QSize, Qt
from qtpy.QtGui import QAction, QGuiApplication
from qtpy.QtWidgets import QDockWidget, QWidget

from segreview.ui.settings import SettingsFile
from segreview.ui.title_bar import TitleBar

_VERSION = 3
"""Raised when the docks have changed so much that a layout kept before no longer fits."""

_CANVAS = 0.55
"""Share of the window's width that belongs to the canvas, at least."""
_SEAMS, _SEAM = 28, 8
"""Width of what separates the columns, and height of what separates two docks, in pixels."""
_LEFT, _LEFT_FOLDED = 252, 86
_RIGHT, _RIGHT_SHARE = (362, 470), 0.226
"""Widths of the columns, in pixels: of the left one with and without words; bounds of the right one, and
its share of the window between them."""
_PAIR_SHARE = 0.62
"""Share of the right column that belongs to the current disagreement; the queue has the rest."""
_LOWEST = 150
"""Height that we leave to a dock, in pixels."""
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
        Our docks by title: Samples, Layers, This disagreement, Queue, Figures.
    settings
        Keeps what the user arranged.

    Attributes
    ----------
    figures
        The dock of figures, which comes and goes with a key.
    panels
        All docks of the window: ours from the upper left to the lower right, then napari's.
    """

    def __init__(self, window: Any, docks: dict[str, QDockWidget], settings: SettingsFile) -> None:
        super().__init__(window)
        self._window = window
        self._settings = settings
        self._samples, self._layers, self._pair, self._queue, self.figures = docks.values()
        theirs = {
            "napari's layer list": window._qt_viewer.dockLayerList,
            "napari's layer controls": window._qt_viewer.dockLayerControls,
        }
        self.panels = (*docks.values(), *theirs.values())
        self._theirs = tuple(theirs.values())
        self._narrow = False
        _quieten(window)
        for title, dock in (docks | theirs).items():
            _forget_place(dock)
            TitleBar(dock, title)
        self._arrange()
        window.installEventFilter(self)

    # ---------------------------------------------------------------- places
    def _arrange(self) -> None:
        """Put every dock in its place: two on the left, two on the right; the others are not to be seen."""
        window, vertical = self._window, Qt.Orientation.Vertical
        for dock in self.panels:
            dock.setFloating(False)
            area = Qt.DockWidgetArea
            right = dock in (self._pair, self._queue, self.figures)
            window.addDockWidget(area.RightDockWidgetArea if right else area.LeftDockWidgetArea, dock)
            dock.setVisible(dock not in (*self._theirs, self.figures))
        above = self._samples
        for dock in (self._layers, *self._theirs):
            window.splitDockWidget(above, dock, vertical)
            above = dock
        window.splitDockWidget(self._pair, self._queue, vertical)
        window.tabifyDockWidget(self._pair, self.figures)  # the queue, which it narrows down, stays in sight

    def _share_width(self) -> None:
        """Give the columns our widths, so that the canvas keeps its share."""
        left = _LEFT_FOLDED if self._narrow else max(_LEFT, _wanted(self._layers).width())
        right = max(_RIGHT[0], min(_RIGHT[1], round(self._window.width() * _RIGHT_SHARE)))
        self._window.resizeDocks([self._samples, self._pair], [left, right], Qt.Orientation.Horizontal)

    def _share_height(self) -> None:
        """Give the docks of a column our heights."""
        height = self._window.centralWidget().height()
        self._divide(self._pair, self._queue, height, round(height * _PAIR_SHARE))
        self._divide(self._samples, self._layers, height, height - _wanted(self._layers).height())

    def _divide(self, above: QDockWidget, below: QDockWidget, height: int, upper: int) -> None:
        """Give two docks a height in common, and the upper one its part of it."""
        upper = max(upper, _LOWEST)
        self._window.resizeDocks([above, below], [upper, height - upper], Qt.Orientation.Vertical)

    def make_room(self) -> None:
        """Let the layers be as high as they want to be, at the cost of the samples."""
        above, below = self._samples.height(), self._layers.height()
        lacking = _wanted(self._layers).height() - below
        if lacking > 0 and not self._layers.isFloating():
            self._divide(self._samples, self._layers, above + below, above - lacking)

    def reset(self) -> None:
        """Put everything back in our place."""
        self._arrange()
        self._share_width()
        self._share_height()

    # ---------------------------------------------------------------- a small screen
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Fold and unfold the left column as the window becomes narrow and wide."""
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self._fold()
        return False

    def _is_narrow(self) -> bool:
        """Whether words in the left column would take the canvas its room."""
        return bool(self._window.width() * (1 - _CANVAS) < _ROOM)

    def _fold(self) -> None:
        """Make the left column narrow, where its docks show no words, and wide when there is room again."""
        if self._is_narrow() != self._narrow:
            self._narrow = not self._narrow
            _show_layer_status(self._window, not self._narrow)
            self._share_width()

    # ---------------------------------------------------------------- from start to start
    def restore(self) -> None:
        """Bring back the window as it was left; in our way where it was not, or cannot be."""
        now = self._settings.now
        self._window.setGeometry(self._remembered(now.geometry) or _ours(self._window))
        self._fold()
        if not (now.layout and self._window.restoreState(_bytes(now.layout), _VERSION)):
            self.reset()
        elif self._narrow and self._window.centralWidget().width() < self._window.width() * _CANVAS:
            self._share_width()  # it was left on a wider screen

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


def _wanted(dock: QDockWidget) -> QSize:
    """Size that a dock asks for now; Qt keeps what it asked for before it was shown."""
    content, title = dock.widget(), dock.titleBarWidget()
    assert content is not None
    return content.sizeHint() + QSize(0, _SEAM if title is None else title.height() + _SEAM)


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
    activity = getattr(window.statusBar(), "_activity_item", None)
    if activity is not None:
        _Activity(activity)
    # Else the place of our window would become that of the user's own napari.
    window._save_current_window_settings = lambda: None


def _forget_place(dock: QDockWidget) -> None:
    """Keep the places of a dock out of the settings of the user's own napari, which each move would write."""
    with suppress(AttributeError, TypeError):  # another napari keeps places otherwise, and loses nothing
        dock.dockLocationChanged.disconnect(dock._update_default_dock_area)


class _Activity(QObject):
    """Shows napari's button of what goes on only while something does: we tell of our work ourselves."""

    def __init__(self, button: QWidget) -> None:
        super().__init__(button)
        self._button = button
        sign = getattr(button, "_inProgressIndicator", None)
        if isinstance(sign, QWidget):
            sign.installEventFilter(self)
            button.setVisible(sign.isVisibleTo(button))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002, N802 (Qt's name)
        """Come and go with the sign that something goes on."""
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self._button.setVisible(event.type() == QEvent.Type.ShowToParent)
        return False


def _show_layer_status(window: Any, on: bool) -> None:
    """Show or hide what napari tells of the pixel under the pointer: beside our line it needs room."""
    status = getattr(window.statusBar(), "_status", None)
    if isinstance(status, QWidget) and isinstance(status.parentWidget(), QWidget):
        status.parentWidget().setMaximumWidth(16777215 if on else 0)
