"""Faults of our own that nobody foresaw: none ends the program, each is logged, and told in one line.

PyQt ends the process when an exception comes out of a slot or an event filter, unless somebody has
put a function of his own into `sys.excepthook`.
"""

from __future__ import annotations

import atexit
import logging
import platform
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

from psygnal import EmitLoopError
from qtpy import API_NAME, QT_VERSION
from qtpy.QtCore import QObject, Qt, QTimer, QtMsgType, Signal, qInstallMessageHandler
from qtpy.QtWidgets import QApplication

import segreview
from segreview.errors import SegreviewError
from segreview.session.log import last_lines, start_log, watch_crashes
from segreview.session.versions import versions
from segreview.ui.notice import Say

_log = logging.getLogger(__name__)
_qt_log = logging.getLogger("segreview.qt")

_ONCE = 60.0
"""Seconds in which the same fault is told and logged only once."""

_HOME = Path(segreview.__file__).parent

_LEVELS = {
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class Faults(QObject):
    """Takes exceptions that nobody caught, in slots, filters, timers and threads.

    Parameters
    ----------
    say
        Shows a quiet line.
    mend
        Called after a fault, in the main thread and with no mouse button down, to put right what
        the fault has left half done.
    guest
        In someone's own napari only faults in our own code are ours; all others, and Qt's
        messages, go where they went before.
    """

    _met = Signal(object)

    def __init__(self, say: Say, mend: Callable[[BaseException], None], *, guest: bool = False) -> None:
        super().__init__()
        self._say = say
        self._mend = mend
        self._guest = guest
        self._told: dict[tuple[str, ...], float] = {}
        self._before: tuple[Any, Any] | None = None  # hooks that were there; None while not open
        self._passed_on: tuple[Any, Any] = (sys.__excepthook__, threading.__excepthook__)
        self._endings = ExitStack()  # of the log, and of the watch over crashes
        self._muted = False
        self._met.connect(self._on_fault, Qt.ConnectionType.QueuedConnection)

    # ---------------------------------------------------------------- hooks
    def open(self) -> None:
        """Take all exceptions from now on; called again, also from those who have come between."""
        self._endings.callback(start_log())
        if self._before is None:
            self._passed_on = self._before = (sys.excepthook, threading.excepthook)
            if not self._guest:
                atexit.register(self.close)  # Qt may have a word to say when Python is gone
                self._endings.callback(watch_crashes())
                qInstallMessageHandler(_log_qt)
        sys.excepthook, threading.excepthook = self._on_exception, self._on_thread_exception

    def mute(self) -> None:
        """Log faults from now on, but tell nobody: the window has closed."""
        self._muted = True

    def close(self) -> None:
        """Put the hooks back, and end the log; a hook that somebody holds on to passes on what it gets."""
        if self._before is None:
            return
        if sys.excepthook == self._on_exception:
            sys.excepthook = self._before[0]
        if threading.excepthook == self._on_thread_exception:
            threading.excepthook = self._before[1]
        self._before = None
        self._endings.close()
        if not self._guest:
            atexit.unregister(self.close)
            qInstallMessageHandler(None)

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        concerns = self._concerns(error)
        if concerns:
            self._take(error)
        if self._muted or not concerns:  # where no window is left to tell it, the terminal may
            self._passed_on[0](kind, error, trace)

    def _on_thread_exception(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None and self._concerns(arguments.exc_value):
            self._take(arguments.exc_value)
        else:
            self._passed_on[1](arguments)

    def _concerns(self, error: BaseException) -> bool:
        """Whether a fault is one of ours."""
        if self._before is None or not isinstance(error, Exception):
            return False  # over, or Ctrl+C in the terminal
        return not self._guest or any(_HOME in file.parents for file in _files(error))

    # ---------------------------------------------------------------- one fault
    def _take(self, error: BaseException) -> None:
        """Log a fault, in whichever thread it was met; once a minute, if it comes again and again."""
        mark = _mark(error)
        now = time.monotonic()
        if now - self._told.get(mark, -_ONCE) < _ONCE:
            return
        self._told[mark] = now
        _log.error("an unexpected fault", exc_info=error)
        self._met.emit(error)

    def _on_fault(self, error: BaseException) -> None:
        """Tell a fault, once there is a moment for it."""
        if self._before is None or self._muted:
            return
        if QApplication.mouseButtons() != Qt.MouseButton.NoButton:  # a stroke that goes on is left alone
            QTimer.singleShot(100, lambda: self._on_fault(error))
            return
        try:
            self._mend(error)
        except Exception:  # no fault may hide another
            _log.exception("what a fault left could not be put right")
        text = f"Something went wrong: {short(error)} Your work is safe."
        self._say(text, "warning", ("Copy report", lambda: self._copy(error)))

    def _copy(self, error: BaseException) -> None:
        clipboard = QApplication.clipboard()
        assert clipboard is not None
        clipboard.setText(report(error))
        self._say("The report is in the clipboard: paste it into a message to the developers.")


# -------------------------------------------------------------------- words
def short(error: BaseException) -> str:
    """Fault in one sentence."""
    error = _root(error)
    if isinstance(error, SegreviewError):
        return str(error)
    words = " ".join(str(error).split())
    words = words if len(words) <= 80 else f"{words[:79]}…"
    return f"{type(error).__name__}: {words.rstrip('.')}." if words else f"{type(error).__name__}."


def report(error: BaseException) -> str:
    """Everything that helps to find a fault, and nothing out of the user's files.

    Returns
    -------
    str
        Versions, platform, Qt, the traceback, and the last 50 lines of the log.
    """
    libraries = ", ".join(f"{name} {number}" for name, number in versions().items() if number != "missing")
    application = QApplication.instance()
    platform_name = "" if application is None else f", {application.platformName()}"
    lines = [
        f"segreview {segreview.__version__}",
        libraries,
        f"{platform.platform()}, {API_NAME} with Qt {QT_VERSION}{platform_name}",
        "",
        "".join(traceback.format_exception(error)).rstrip(),
        "",
        "The last lines of the log:",
        *last_lines(50),
    ]
    return "\n".join(lines)


def _root(error: BaseException) -> BaseException:
    """Fault itself, where a signal has wrapped it."""
    while isinstance(error, EmitLoopError) and error.__cause__ is not None:
        error = error.__cause__
    return error


def _files(error: BaseException) -> list[Path]:
    """Files of the code that a fault went through."""
    return [Path(frame.filename) for frame in traceback.extract_tb(error.__traceback__)]


def _mark(error: BaseException) -> tuple[str, ...]:
    """What is the same in a fault that comes again."""
    error = _root(error)
    frames = traceback.extract_tb(error.__traceback__)
    return (type(error).__name__, *(f"{frame.filename}:{frame.lineno}" for frame in frames[-1:]))


def _log_qt(kind: QtMsgType, _context: object, message: str) -> None:
    """What Qt has to say is for the log."""
    _qt_log.log(_LEVELS.get(kind, logging.DEBUG), "%s", message)
