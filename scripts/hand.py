"""A hand on mouse and keyboard: real events from the X server, sent with xdotool.

The program's event loop runs in the main thread as it always does; the scenario runs in a thread of
its own, knows the window only by the places of its widgets, and goes through dialogs as a user
would.
"""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from qtpy.QtCore import QEventLoop, QObject, QPoint, Qt, Signal
from qtpy.QtWidgets import QApplication, QWidget

Result = TypeVar("Result")
Point = tuple[int, int]


class _Caller(QObject):
    """Runs functions in the main thread for another thread."""

    called = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.called.connect(lambda function: function(), Qt.ConnectionType.QueuedConnection)


class Hand:
    """Moves the pointer, clicks, drags and types, and waits until the window has caught up.

    Parameters
    ----------
    window
        Window that gets the keys as long as no dialog is open.
    """

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._caller = _Caller()
        self._focused = 0

    # ---------------------------------------------------------------- the other thread
    def on_gui(self, function: Callable[[], Result], timeout: float = 60) -> Result:
        """Result of a function that is run in the main thread."""
        done = threading.Event()
        found: list[Any] = []

        def run() -> None:
            try:
                found.append((function(), None))
            except BaseException as error:
                found.append((None, error))
            done.set()

        self._caller.called.emit(run)
        if not done.wait(timeout):
            raise TimeoutError("the window does not answer")
        result, error = found[0]
        if error is not None:
            raise error
        return result

    def settle(self, seconds: float = 0.15) -> None:
        """Wait until the window has worked off what was sent."""
        for _ in range(3):
            time.sleep(seconds / 3)
            self.on_gui(lambda: None)

    def wait_for(self, condition: Callable[[], object], what: str, timeout: float = 20) -> None:
        """Wait until a condition, asked in the main thread, is true."""
        end = time.monotonic() + timeout
        while not self.on_gui(condition):
            if time.monotonic() > end:
                raise TimeoutError(f"never happened: {what}")
            time.sleep(0.05)

    # ---------------------------------------------------------------- places
    def center(self, widget: QWidget) -> Point:
        """Screen position of the middle of a widget."""
        return self.place(widget, lambda: (widget.width() // 2, widget.height() // 2))

    def place(self, widget: QWidget, where: Callable[[], Point]) -> Point:
        """Screen position of a point of a widget."""

        def found() -> Point:
            point = widget.mapToGlobal(QPoint(*where()))
            return point.x(), point.y()

        return self.on_gui(found)

    def take_picture(self, file: Path) -> None:
        """Picture of the whole screen, dialogs included."""
        self.on_gui(lambda: self._window.screen().grabWindow(0).save(str(file)))

    # ---------------------------------------------------------------- mouse and keys
    def move(self, point: Point) -> None:
        """Move the pointer."""
        _xdotool("mousemove", *point)

    def click(self, point: Point, button: int = 1) -> None:
        """Click."""
        self.move(point)
        self.settle(0.06)
        _xdotool("click", button)
        self.settle()

    def drag(self, points: Sequence[Point]) -> None:
        """Press at the first point, move through the others, let go at the last."""
        self.move(points[0])
        self.settle(0.06)
        _xdotool("mousedown", 1)
        for point in points[1:]:
            self.move(point)
            self.settle(0.03)
        _xdotool("mouseup", 1)
        self.settle()

    def key(self, *keys: str) -> None:
        """Press keys, in xdotool's names (``n``, ``ctrl+z``, ``Return``)."""
        self._take_focus()
        for key in keys:
            _xdotool("key", key)
            self.settle()

    def text(self, text: str) -> None:
        """Type a text."""
        self._take_focus()
        _xdotool("type", "--delay", 5, text)
        self.settle()

    def _take_focus(self) -> None:
        """Give the keyboard to the topmost dialog, or to the window: there may be no window manager."""

        def top() -> int:
            modal = QApplication.activeModalWidget() or QApplication.activePopupWidget()
            return int((modal or self._window).winId())

        window = self.on_gui(top)
        if window != self._focused:
            _xdotool("windowfocus", window)
            self._focused = window
            self.settle(0.2)


def _xdotool(*words: object) -> None:
    subprocess.run(["xdotool", *map(str, words)], check=True, capture_output=True, timeout=20)


def play(hand: Hand, scenario: Callable[[Hand], None], timeout: float = 300) -> None:
    """Run the event loop until a scenario has ended; raise what it raised."""
    loop = QEventLoop()
    faults: list[BaseException] = []

    def run() -> None:
        try:
            scenario(hand)
        except BaseException as error:
            faults.append(error)
        finally:
            hand._caller.called.emit(loop.quit)

    thread = threading.Thread(target=run, name="hand", daemon=True)
    thread.start()
    loop.exec()
    thread.join(timeout)
    if faults:
        _close_dialogs()
        raise faults[0]


def _close_dialogs() -> None:
    """Close dialogs that a failed scenario left open."""
    while (dialog := QApplication.activeModalWidget()) is not None:
        dialog.close()


def canvas_point(app: Any, row: float, column: float) -> Point:
    """Screen position of a pixel of the labels in the two-dimensional view; call it in the main thread."""
    viewer = app.viewer
    native = viewer.window._qt_window._qt_viewer.canvas.native
    scale = app.bench.scene.gt.scale[-2:]
    center, zoom = viewer.camera.center[-2:], viewer.camera.zoom
    y, x = ((v * s - c) * zoom for v, s, c in zip((row, column), scale, center, strict=True))
    corner = native.mapToGlobal(QPoint(0, 0))
    return round(corner.x() + native.width() / 2 + x), round(corner.y() + native.height() / 2 + y)
