"""How long a user waits: from an event of mouse or keyboard until the window has nothing left to do."""

from __future__ import annotations

import time
from collections import defaultdict

import numpy as np
from qtpy.QtCore import QEvent, QObject, QTimer
from qtpy.QtWidgets import QApplication

_QUIET = 0.0015
"""Processor time of a turn of the event loop, in seconds, that is too short for any work in it."""

_KINDS = (
    QEvent.Type.KeyPress,
    QEvent.Type.KeyRelease,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseButtonRelease,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
)


class Stopwatch(QObject):
    """Measures the wait after each event, under the name of what the user is doing.

    The wait ends when two turns of the event loop in a row had nothing to do: by then everything
    that the event caused at once has happened, painting included.

    Attributes
    ----------
    doing
        Name of what the user is doing; events while it is empty are not measured.
    waits
        Seconds, by name.
    """

    def __init__(self) -> None:
        super().__init__()
        self.doing = ""
        self.waits: defaultdict[str, list[float]] = defaultdict(list)
        self._began: float | None = None
        QApplication.instance().installEventFilter(self)

    def close(self) -> None:
        """Stop measuring."""
        QApplication.instance().removeEventFilter(self)

    @property
    def running(self) -> bool:
        """Whether the window is still busy with the last event."""
        return self._began is not None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Start at an event from outside; keep nothing back."""
        if self._began is None and self.doing and event.type() in _KINDS and watched.isWindowType():
            self._began = time.perf_counter()
            self._turned, self._quiet = time.thread_time(), 0
            QTimer.singleShot(0, self._turn)
        return False

    def _turn(self) -> None:
        self._quiet = self._quiet + 1 if time.thread_time() - self._turned < _QUIET else 0
        if self._quiet < 2:
            self._turned = time.thread_time()
            QTimer.singleShot(0, self._turn)
            return
        self.waits[self.doing].append(time.perf_counter() - self._began)
        self._began = None

    def rows(self) -> list[tuple[str, int, float, float, float]]:
        """Name, number, median, 95th percentile and longest wait in milliseconds, and all of them last."""
        everything = [wait for waits in self.waits.values() for wait in waits]
        table = [*self.waits.items(), ("everything", everything)]
        return [
            (name, len(waits), *(float(v) * 1e3 for v in (*np.percentile(waits, (50, 95)), max(waits))))
            for name, waits in table
            if waits
        ]
