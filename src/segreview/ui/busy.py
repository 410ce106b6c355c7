"""Long work in a thread, while the window stays alive: what is done, how far it is, and Cancel.

The thread is a plain daemon: one that never returns must not block the end of the process, as those
of thread pools do.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from qtpy.compat import isalive
from qtpy.QtCore import QEvent, QEventLoop, QObject, Qt, QThread, QTimer, Signal
from qtpy.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from segreview.errors import Cancelled

_log = logging.getLogger(__name__)

T = TypeVar("T")

_Type = QEvent.Type
_PRESSES = frozenset(
    (
        _Type.MouseButtonPress,
        _Type.MouseButtonDblClick,
        _Type.MouseMove,
        _Type.Wheel,
        _Type.KeyPress,
        _Type.Shortcut,
        _Type.ShortcutOverride,
        _Type.ContextMenu,
        _Type.TouchBegin,
        _Type.TouchUpdate,
        _Type.TabletPress,
        _Type.TabletMove,
        _Type.DragEnter,
        _Type.DragMove,
        _Type.Drop,
    )
)
"""What begins something. Releases go through: a key that was down before may come up meanwhile."""

_OFFERS = frozenset((_Type.DragEnter, _Type.DragMove, _Type.Drop))
"""Events that are refused; all others are taken, so that nobody else looks for a use of them."""

_PATIENCE_MS = 400
"""Milliseconds that work may last before it is spoken of."""
_SELDOM = 1.0
"""Seconds from one painting to the next while the window itself works: each paints all of the canvas."""

_STYLE = (
    "#busy {background: rgba(20, 22, 26, 235); border-radius: 6px; border-left: 4px solid #56B4E9;}"
    "#busy QLabel {background: transparent; color: #F2F2F2; font-size: 12px;}"
    "#busy QPushButton {background: #3A3F47; color: #F2F2F2; border: none; border-radius: 3px;"
    " padding: 5px 14px; font-size: 12px;}"
    "#busy QPushButton:hover {background: #50565F;}"
    "#busy QProgressBar {background: #3A3F47; border: none; border-radius: 3px;}"
    "#busy QProgressBar::chunk {background: #56B4E9; border-radius: 3px;}"
)


# -------------------------------------------------------------------- the thread
class _Messenger(QObject):
    """Carries what the thread has to say to the window's thread."""

    ended = Signal()
    reported = Signal(int, int)


class _Job(threading.Thread, Generic[T]):
    """Work in a thread of its own; it ends with a result, with an error, or unheard."""

    def __init__(self, work: Callable[[], T], discard: Callable[[T], object] | None) -> None:
        super().__init__(name="segreview work", daemon=True)
        self.messenger = _Messenger()
        self.dropped = False
        self._work = work
        self._discard = discard
        self._lock = threading.Lock()  # either the result is kept, or the job is dropped
        self._ended = False
        self._results: list[T] = []
        self._error: BaseException | None = None

    def run(self) -> None:
        """Work; what comes after the job was dropped is put away."""
        results: list[T] = []
        error: BaseException | None = None
        try:
            results = [self._work()]
        except BaseException as raised:  # raised again in the caller
            error = raised
        with self._lock:
            if not self.dropped:
                self._ended, self._results, self._error = True, results, error
                self.messenger.ended.emit()
                return
        self._put_away(results, error)

    def _put_away(self, results: list[T], error: BaseException | None) -> None:
        if error is not None and not isinstance(error, Cancelled):
            _log.warning("Work that had been cancelled failed", exc_info=error)
        for result in results:
            if self._discard is not None:
                self._discard(result)

    def drop(self, *, even_if_ended: bool = False) -> None:
        """Do without the result, unless it is there already."""
        with self._lock:
            self.dropped = even_if_ended or not self._ended
        if self.dropped and self._ended:
            self._put_away(self._results, self._error)

    def take(self) -> T:
        """Result; what the work raised is raised here.

        Raises
        ------
        Cancelled
            When the job was dropped.
        """
        if self.dropped:
            raise Cancelled
        if self._error is not None:
            raise self._error
        return self._results[0]


# -------------------------------------------------------------------- what is seen
class _Panel(QFrame):
    """Quiet panel in the middle of a widget: what is done, a bar, the seconds, and Cancel."""

    def __init__(self, host: QWidget, what: str) -> None:
        super().__init__(host)
        self.setObjectName("busy")
        self.setStyleSheet(_STYLE)
        self._begun = time.monotonic()
        self._due = self._begun + _PATIENCE_MS / 1000
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(140, 8)
        self.seconds = QLabel()
        self.seconds.setMinimumWidth(self.seconds.fontMetrics().horizontalAdvance("000 s"))
        self.cancel = QPushButton("Cancel")
        self.cancel.setToolTip("Esc")
        self.cancel.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 12, 10)
        row.setSpacing(12)
        self.title = QLabel(f"{what}…")
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        for part in (self.title, self.bar, self.seconds, self.cancel):
            row.addWidget(part)
        self._clock = QTimer(self)
        self._clock.timeout.connect(self._tick)
        self.hide()

    def appear(self) -> None:
        """Show the panel."""
        self._tick()
        self.place()
        self.show()
        self.raise_()
        self._clock.start(250)

    def is_due(self) -> bool:
        """Whether work of the window's own thread has lasted so long that it is to be seen, or seen anew."""
        if time.monotonic() < self._due:
            return False
        self._due = time.monotonic() + _SELDOM
        return True

    def place(self) -> None:
        """Put the panel into the middle of its host."""
        host = self.parentWidget()
        self.setMaximumWidth(host.width())
        self.adjustSize()
        self.move((host.width() - self.width()) // 2, (host.height() - self.height()) // 2)

    def _tick(self) -> None:
        self.seconds.setText(f"{time.monotonic() - self._begun:.0f} s")

    def show_progress(self, done: int, total: int) -> None:
        """Show how much is done."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)


# -------------------------------------------------------------------- the window meanwhile
class Busy(QObject):
    """Does long work for a window, which repaints meanwhile but takes no other input.

    Parameters
    ----------
    host
        Widget over which the panel is shown; the whole window that it is in takes no input.
    """

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self._host = host
        self._panel: _Panel | None = None
        self._own: _Panel | None = None  # of what the window's thread does itself
        self._stop: Callable[[], None] | None = None  # while work is going on: cancels it
        self._closing = False

    @property
    def going_on(self) -> bool:
        """Whether work is going on."""
        return self._stop is not None

    def run(
        self,
        what: str,
        work: Callable[[], T],
        *,
        patience_ms: int = _PATIENCE_MS,
        discard: Callable[[T], object] | None = None,
    ) -> T:
        """Result of work, which is done in a thread while the window goes on.

        Called while other work is going on, or from another thread, it does the work in place.

        Parameters
        ----------
        what
            What is done, as the panel says it: "Opening cells.tif".
        work
            The work; it touches nothing of Qt.
        patience_ms
            Milliseconds after which the panel appears.
        discard
            Gets a result that comes after the user has cancelled, in the thread, to put it away.

        Raises
        ------
        Cancelled
            When the user cancels, or closes the window; the work goes on unheard, until its next
            `report` at the latest.
        """
        if self.going_on or QThread.currentThread() != self.thread():
            return work()
        job = _Job(work, discard)
        self._wait(job, what, patience_ms)
        if self._closing:
            self._closing = False
            QTimer.singleShot(0, self._host.window().close)  # once the caller has unwound
        return job.take()

    @staticmethod
    def report(done: int, total: int) -> None:
        """Show how far the work is that calls this.

        Raises
        ------
        Cancelled
            When nobody waits for that work any more.
        """
        job = threading.current_thread()
        if isinstance(job, _Job):
            if job.dropped:
                raise Cancelled
            job.messenger.reported.emit(done, total)

    def show(self, what: str, done: int, total: int) -> None:
        """Show how far work is that the window's thread does in one go and that cannot be called off.

        The panel comes after a moment, and goes when all is done.
        """
        if self.going_on or QThread.currentThread() != self.thread():
            return
        if self._own is None:
            self._own = _Panel(self._host, what)
            self._own.cancel.hide()
        if done >= total:
            self._own.hide()
            self._own.deleteLater()
            self._own = None
        elif self._own.is_due():
            self._own.show_progress(done, total)
            self._own.appear()
            self._own.repaint()  # nobody else will: the window is at work

    def _wait(self, job: _Job[T], what: str, patience_ms: int) -> None:
        """Keep the window alive until a job has ended or is dropped."""
        loop = QEventLoop()
        panel = self._panel = _Panel(self._host, what)
        patience = QTimer()
        patience.setSingleShot(True)
        patience.timeout.connect(panel.appear)
        queued = Qt.ConnectionType.QueuedConnection
        job.messenger.ended.connect(loop.quit, queued)
        job.messenger.reported.connect(panel.show_progress, queued)
        self._stop = loop.quit
        panel.cancel.clicked.connect(loop.quit)
        focus = QApplication.focusWidget()
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self)
        try:
            job.start()
            patience.start(patience_ms)
            loop.exec()
        finally:
            job.drop(even_if_ended=self._closing)
            patience.stop()
            application.removeEventFilter(self)
            self._stop = self._panel = None
            job.messenger.reported.disconnect()
            panel.hide()
            panel.deleteLater()
            if focus is not None and isalive(focus):
                focus.setFocus()  # a click that was kept back has moved it all the same

    # ---------------------------------------------------------------- input
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Keep input from the window, but for what concerns the panel."""
        kind = event.type()
        if kind == _Type.Resize and watched is self._host and self._panel is not None:
            self._panel.place()
        if kind != _Type.Close and kind not in _PRESSES:
            return False
        if not (isinstance(watched, QWidget) and self._is_ours(watched)):
            return False
        if kind == _Type.Close:
            return self._keep_open(watched, event)
        if kind == _Type.KeyPress and event.key() == Qt.Key.Key_Escape and self._stop is not None:
            self._stop()
        event.setAccepted(kind not in _OFFERS)
        return True

    def _is_ours(self, widget: QWidget) -> bool:
        """Whether a widget is in our window or one that belongs to it, and not in the panel."""
        modal = QApplication.activeModalWidget()
        if modal is not None and modal is not self._host.window():
            return False  # a dialog must be answered
        found: QWidget | None = widget
        while found is not None:
            if found is self._panel:
                return False
            if found is self._host.window():
                return True
            found = found.parentWidget()
        return False

    def _keep_open(self, watched: QWidget, event: QEvent) -> bool:
        """Cancel when our window is to close, which then closes after the work has been left."""
        if watched is not self._host.window() or self._stop is None:
            return False
        event.ignore()
        self._closing = True
        self._stop()
        return True
