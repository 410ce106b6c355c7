"""Work that is done once, before the window is painted the next time."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtCore import QCoreApplication, QEvent, QObject

_KIND = QEvent.Type(QEvent.registerEventType())


class Soon(QObject):
    """Does its work once however often it is asked to, when what goes on now is over.

    A timer of 0 ms would fire after Qt has painted what has changed so far, and the window would be
    painted twice. Qt paints after all other events that wait, so an event comes before.

    Parameters
    ----------
    work
        What is done.
    """

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__()
        self._work = work
        self._waiting = False

    def ask(self) -> None:
        """Let the work be done soon."""
        if not self._waiting:
            self._waiting = True
            QCoreApplication.postEvent(self, QEvent(_KIND))

    def drop(self) -> None:
        """Let it not be done unless it is asked for again."""
        self._waiting = False

    def customEvent(self, event: QEvent) -> None:  # noqa: ARG002, N802 (Qt's name)
        """Do the work, unless it was dropped."""
        if self._waiting:
            self._waiting = False
            self._work()
