"""Slow work beside the window, of which only the newest result is wanted."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

from qtpy.QtCore import QObject, Qt, Signal

_log = logging.getLogger(__name__)


class _Messenger(QObject):
    """Carries results from the threads to the window's; nobody deletes it before its threads end."""

    came = Signal(int, object)
    stepped = Signal(int, object)


class Background:
    """Work in threads of its own; a newer one makes an older one's result unwanted.

    Attributes
    ----------
    busy
        Whether a result is still to come.
    """

    def __init__(self) -> None:
        self._messenger = _Messenger()
        self._messenger.came.connect(self._on_result, Qt.ConnectionType.QueuedConnection)
        self._messenger.stepped.connect(self._on_step, Qt.ConnectionType.QueuedConnection)
        self._newest = 0
        self._stop = threading.Event()
        self._each: Callable[[Any], object] = lambda _: None
        self._done: Callable[[Any], object] = lambda _: None
        self.busy = False

    def start(self, work: Callable[[], Any], done: Callable[[Any], object]) -> None:
        """Begin work; when it has ended, unless newer work has begun, ``done`` gets its result.

        Parameters
        ----------
        work
            Touches nothing of Qt. An exception is logged and handed on as the result.
        done
            Called in the window's thread.
        """
        self._newest += 1
        self._done, self.busy = done, True
        number, messenger = self._newest, self._messenger

        def run() -> None:
            try:
                result = work()
            except Exception as error:  # handed over in place of the result
                _log.exception("work in the background failed")
                result = error
            messenger.came.emit(number, result)

        threading.Thread(target=run, name="segreview background", daemon=True).start()

    def start_steps(
        self, steps: Iterator[Any], each: Callable[[Any], object], done: Callable[[Any], object]
    ) -> None:
        """Begin work that goes step by step.

        Parameters
        ----------
        steps
            What each step gives; taken in the thread.
        each
            Gets what each step gives, in the window's thread.
        done
            Gets None after the last step, or after `stop` and the step that was going on; else the
            exception that ended it.
        """
        stop = self._stop = threading.Event()
        number, messenger, self._each = self._newest + 1, self._messenger, each

        def work() -> None:
            for step in steps:
                messenger.stepped.emit(number, step)
                if stop.is_set():
                    return

        self.start(work, done)

    def stop(self) -> None:
        """End work that goes step by step after the step that is going on."""
        self._stop.set()

    @property
    def stopping(self) -> bool:
        """Whether work that goes step by step is to end."""
        return self._stop.is_set()

    def drop(self) -> None:
        """Want no result any more."""
        self._newest += 1
        self.busy = False

    def _on_step(self, number: int, step: object) -> None:
        if number == self._newest:
            self._each(step)

    def _on_result(self, number: int, result: object) -> None:
        if number == self._newest:
            self.busy = False
            self._done(result)
