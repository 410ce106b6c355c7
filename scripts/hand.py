"""A hand on mouse and keyboard: real events from the X server, sent with xdotool.

The program's event loop runs in the main thread as it always does; the scenario runs in a thread of
its own, knows the window only by the places of its widgets, and goes through dialogs as a user
would. Nothing is waited for blindly: an event has been sent once Qt has seen it arrive.
"""

from __future__ import annotations

import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from qtpy.QtCore import QEvent, QEventLoop, QObject, QPoint, Qt, QTimer, Signal
from qtpy.QtGui import QCursor
from qtpy.QtWidgets import QApplication, QWidget

Result = TypeVar("Result")
Point = tuple[int, int]

PATIENCE = 0.6
"""Seconds after which an event that was sent is taken for lost: its window may have closed."""


class _Caller(QObject):
    """Runs functions in the main thread for another thread."""

    called = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.called.connect(lambda function: function(), Qt.ConnectionType.QueuedConnection)


class _Witness(QObject):
    """Counts the mouse and key events that reach a window of the program."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: Counter[str] = Counter()
        kinds = QEvent.Type
        self._names = {
            kinds.KeyPress: "press",
            kinds.KeyRelease: "release",
            kinds.MouseButtonPress: "mouse press",
            kinds.MouseButtonRelease: "mouse release",
            kinds.MouseMove: "move",
        }
        QApplication.instance().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Count, and keep nothing back."""
        name = self._names.get(event.type())
        if name is not None and watched.isWindowType():
            if name in ("press", "release") and event.isAutoRepeat():
                name = f"repeated {name}"
            self.seen[name] += 1
            self.seen["typed"] += name == "press" and bool(event.text())
        return False


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
        self._witness = _Witness()

    def close(self) -> None:
        """Stop watching the events."""
        QApplication.instance().removeEventFilter(self._witness)

    # ---------------------------------------------------------------- the other thread
    def begin(self, function: Callable[[], object]) -> None:
        """Let the main thread run a function that may open a dialog; do not wait for its end."""
        self._caller.called.emit(function)

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
            time.sleep(0.02)

    def count(self, name: str) -> int:
        """Number of events of a name that have arrived, for example ``repeated press``."""
        return self._witness.seen[name]

    def _send(self, name: str, number: int, *words: object, patience: float = PATIENCE) -> None:
        """Call xdotool and wait until so many more events of a name have arrived."""
        wanted = self._witness.seen[name] + number
        _xdotool(*words)
        end = time.monotonic() + patience
        while self._witness.seen[name] < wanted and time.monotonic() < end:
            time.sleep(0.002)
        self.on_gui(lambda: None)

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
        there = self.on_gui(lambda: (QCursor.pos().x(), QCursor.pos().y()))
        ratio = self.on_gui(self._window.devicePixelRatioF)  # the screen counts pixels of its own
        self._send("move", int(there != point), "mousemove", *(round(part * ratio) for part in point))

    def click(self, point: Point, button: int = 1) -> None:
        """Click."""
        self.move(point)
        self._send("mouse release", 1, "click", button)

    def drag(self, points: Sequence[Point]) -> None:
        """Press at the first point, move through the others, let go at the last."""
        self.move(points[0])
        self.press_button()
        for point in points[1:]:
            self.move(point)
        self.release_button()

    def press_button(self) -> None:
        """Press the left button, and keep it down."""
        self._send("mouse press", 1, "mousedown", 1)

    def release_button(self) -> None:
        """Let the left button go."""
        self._send("mouse release", 1, "mouseup", 1)

    def key(self, *keys: str) -> None:
        """Press keys, in xdotool's names (``n``, ``ctrl+z``, ``Return``)."""
        for key in keys:
            self._take_focus()
            self._send("release", len(key.split("+")), "key", key)

    def hold(self, key: str, seconds: float) -> None:
        """Hold a key down so long that it repeats."""
        self._take_focus()
        self._send("press", 1, "keydown", key)
        time.sleep(seconds)
        self._send("release", 1, "keyup", key)

    def press_key(self, key: str) -> None:
        """Press a key, and keep it down."""
        self._take_focus()
        self._send("press", 1, "keydown", key)

    def release_key(self, key: str) -> None:
        """Let a key go."""
        self._send("release", 1, "keyup", key)

    def text(self, text: str) -> None:
        """Type a text; no letter of it is taken for lost soon."""
        self._take_focus()
        self._send("typed", len(text), "type", "--delay", 2, text, patience=10 * PATIENCE)

    def _take_focus(self) -> None:
        """Give the keyboard to the topmost dialog, or to the window: there may be no window manager."""

        def lacking() -> int:
            target = QApplication.activeModalWidget() or self._window
            focused = QApplication.focusWindow()
            if focused is not None and QApplication.activePopupWidget() is not None:
                return 0  # the popup gets what its window is sent
            return 0 if focused is not None and focused is target.windowHandle() else int(target.winId())

        end = time.monotonic() + 10
        while window := self.on_gui(lacking):
            if time.monotonic() > end:
                raise TimeoutError("the window does not take the keyboard")
            _xdotool("windowfocus", window)
            time.sleep(0.02)


def _xdotool(*words: object) -> None:
    subprocess.run(["xdotool", *map(str, words)], check=True, capture_output=True, timeout=20)


def play(hand: Hand, scenario: Callable[[Hand], None], timeout: float = 300) -> None:
    """Run the event loop until a scenario has ended; raise what it raised."""
    loop = QEventLoop()
    tick = QTimer()  # lets Python see signals, Ctrl+C among them, while Qt runs
    tick.timeout.connect(lambda: None)
    tick.start(200)
    faults: list[BaseException] = []

    def run() -> None:
        try:
            scenario(hand)
        except BaseException as error:
            faults.append(error)
            _close_dialogs(hand)
        finally:
            hand.begin(loop.quit)

    thread = threading.Thread(target=run, name="hand", daemon=True)
    thread.start()
    loop.exec()
    tick.stop()
    thread.join(timeout)
    if faults:
        raise faults[0]


def _close_dialogs(hand: Hand) -> None:
    """Close popups and dialogs that a failed scenario left open, and those that open for that."""

    def close_one() -> bool:
        found = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if found is not None:
            found.close()
        return found is not None

    for _ in range(20):
        closed = hand.on_gui(close_one)
        time.sleep(0.05)
        if not closed and not hand.on_gui(close_one):
            return


def canvas_point(app: Any, row: float, column: float) -> Point:
    """Screen position of a pixel of the labels in the two-dimensional view; call it in the main thread."""
    viewer = app.viewer
    native = viewer.window._qt_window._qt_viewer.canvas.native
    layer = app.bench.scene.gt
    camera = viewer.scene.camera
    center, zoom = camera.center[-2:], camera.zoom
    places = zip((row, column), layer.scale[-2:], layer.translate[-2:], center, strict=True)
    y, x = ((v * s + t - c) * zoom for v, s, t, c in places)
    corner = native.mapToGlobal(QPoint(0, 0))
    return round(corner.x() + native.width() / 2 + x), round(corner.y() + native.height() / 2 + y)
