"""Errands: work that is worth doing ahead, done in a thread while the user's hands rest."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from qtpy.QtCore import QEvent, QObject, Qt, QTimer, Signal
from qtpy.QtWidgets import QApplication

from segreview.errors import SegreviewError

_log = logging.getLogger(__name__)

REST_MS = 300
"""Milliseconds without mouse and keys after which errands go on."""

_BREATH = 0.002
"""Seconds between two steps in which the window's thread gets Python for itself."""

_SHARE = 0.0005
"""Seconds for which a running errand keeps Python when the window's thread asks for it; else it is 5 ms."""

_USUAL_SHARE = sys.getswitchinterval()

_Type = QEvent.Type
_STIRS = frozenset(
    (
        _Type.KeyPress,
        _Type.KeyRelease,
        _Type.MouseButtonPress,
        _Type.MouseButtonRelease,
        _Type.MouseMove,
        _Type.Wheel,
        _Type.TabletPress,
        _Type.TabletMove,
    )
)


class Dropped(Exception):  # noqa: N818 (nothing went wrong)
    """Nobody wants the result of an errand any more."""


Pause = Callable[[], None]
"""Called by work between its steps: waits while the user is at work, raises `Dropped` at the end."""


@dataclass(frozen=True, eq=False)
class _Errand:
    key: Hashable
    work: Callable[[Pause], Any]
    done: Callable[[Any], object]


class _Messenger(QObject):
    """Carries results to the window's thread."""

    came = Signal(object, object)


class Errands(QObject):
    """Does one errand after the other in a daemon thread, as long as the user does nothing.

    Both threads share one Python: an errand that runs while the user paints makes the brush stutter.
    """

    def __init__(self) -> None:
        super().__init__()
        self._waiting: dict[Hashable, _Errand] = {}
        self._current: _Errand | None = None
        self._guard = threading.Lock()
        self._rest = threading.Event()
        self._closed = threading.Event()
        self._messenger = _Messenger()
        self._messenger.came.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_rest)
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self)
        self.stir()

    def close(self) -> None:
        """Drop everything; the thread ends at its next pause, and is not waited for."""
        self._closed.set()
        self._rest.set()
        self._timer.stop()
        with self._guard:
            self._waiting.clear()
            self._current = None
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)

    def send(
        self,
        key: Hashable,
        work: Callable[[Pause], Any],
        done: Callable[[Any], object],
        *,
        first: bool = False,
    ) -> None:
        """Have work done, unless it is on its way already.

        Parameters
        ----------
        key
            Names the errand.
        work
            Gets `Pause`, and touches nothing of Qt. What it raises is logged, and nothing comes of it.
        done
            Gets the result in the window's thread.
        first
            Whether it goes before those that wait.
        """
        with self._guard:
            if key in self._waiting or (self._current is not None and self._current.key == key):
                return
            errand = _Errand(key, work, done)
            self._waiting = {key: errand, **self._waiting} if first else {**self._waiting, key: errand}
        self._go_on()

    def drop(self, key: Hashable) -> None:
        """Want an errand's result no more."""
        with self._guard:
            self._waiting.pop(key, None)
            if self._current is not None and self._current.key == key:
                self._current = None

    def stir(self) -> None:
        """Let errands rest, because the user is at work."""
        self._rest.clear()
        self._timer.start(REST_MS)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """See what the user's hands do; keep nothing back."""
        if event.type() in _STIRS:
            self.stir()
        return False

    def _on_rest(self) -> None:
        if QApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self.stir()  # a stroke that stands still
            return
        self._rest.set()
        self._go_on()

    # ---------------------------------------------------------------- the thread
    def _go_on(self) -> None:
        """Begin the next errand when none is on its way."""
        with self._guard:
            if self._current is not None or not self._waiting or not self._rest.is_set():
                return
            self._current = self._waiting.pop(next(iter(self._waiting)))
            errand = self._current
        threading.Thread(target=self._run, args=(errand,), name="segreview errand", daemon=True).start()

    def _run(self, errand: _Errand) -> None:
        messenger, result = self._messenger, None
        sys.setswitchinterval(_SHARE)
        try:
            result = errand.work(lambda: self._pause(errand))
        except Dropped:
            pass
        except SegreviewError as error:
            _log.info("an errand came to nothing: %s", error)
        except Exception:  # nobody waits for it: the work is done anew when it is wanted
            _log.warning("an errand failed", exc_info=True)
        finally:
            sys.setswitchinterval(_USUAL_SHARE)
        if not self._closed.is_set():
            messenger.came.emit(errand, result)

    def _pause(self, errand: _Errand) -> None:
        time.sleep(_BREATH)
        while not self._rest.wait(0.05):
            self._check(errand)
        self._check(errand)

    def _check(self, errand: _Errand) -> None:
        if self._closed.is_set() or self._current is not errand:
            raise Dropped

    def _deliver(self, errand: _Errand, result: Any) -> None:
        if self._closed.is_set():
            return
        wanted = self._current is errand
        if wanted:
            self._current = None
            if result is not None:
                errand.done(result)
        self._go_on()
