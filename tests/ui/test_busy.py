"""Long work: the window lives, takes no input, says what is done, and can cancel and close."""

import subprocess
import sys
import threading
import time

import pytest

pytestmark = pytest.mark.gui


class Bench:
    """A plain window that does work, and counts what reaches it."""

    def __init__(self):
        from qtpy.QtCore import Qt
        from qtpy.QtGui import QShortcut
        from qtpy.QtWidgets import QLineEdit, QMainWindow, QPushButton, QVBoxLayout, QWidget

        from hand import Hand
        from segreview.ui.busy import Busy

        self.window = QMainWindow()
        body = QWidget()
        self.button, self.line = QPushButton("Count"), QLineEdit()
        layout = QVBoxLayout(body)
        layout.addWidget(self.button)
        layout.addWidget(self.line)
        layout.addStretch(1)
        self.window.setCentralWidget(body)
        self.window.resize(700, 300)
        self.window.show()
        self.counted = 0
        self.button.clicked.connect(self.count)
        QShortcut(Qt.Key.Key_F5, self.window).activated.connect(self.count)
        self.busy = Busy(self.window)
        self.hand = Hand(self.window)
        self.go_on = threading.Event()  # lets the work end
        self.outcome = []

    def count(self):
        self.counted += 1

    def work(self):
        """Work that lasts until it may go on."""
        assert self.go_on.wait(60)
        return 42

    def begin(self, work=None, **options):
        """Begin work as a command would."""
        from segreview.errors import SegreviewError

        def run():
            try:
                self.outcome.append(self.busy.run("Counting to 42", work or self.work, **options))
            except (SegreviewError, ValueError) as error:
                self.outcome.append(error)

        self.hand.begin(run)
        self.hand.wait_for(lambda: self.busy.going_on, "the work begins")

    def panel(self):
        """The panel, once it is there."""
        self.hand.wait_for(lambda: self.busy._panel is not None and self.busy._panel.isVisible(), "the panel")
        return self.busy._panel

    def end(self):
        self.hand.wait_for(lambda: self.outcome, "the work has been left")
        return self.outcome.pop()


@pytest.fixture
def desk(faults):
    from napari._qt.qt_event_loop import get_qapp

    application = get_qapp()
    desk = Bench()
    yield desk
    desk.go_on.set()
    desk.hand.close()
    desk.window.close()
    desk.window.deleteLater()
    application.processEvents()


def test_the_window_takes_no_input_and_its_result_comes_back(desk):
    hand = desk.hand
    hand.click(hand.center(desk.line))
    hand.text("before")
    desk.begin(patience_ms=1_000_000)  # input is kept back before there is a panel, too
    hand.click(hand.center(desk.button))
    hand.key("F5", "Tab")
    hand.text("never")
    desk.hand.on_gui(desk.busy._panel.appear)
    hand.click(hand.center(desk.button))
    repainted = hand.on_gui(desk.window.grab)
    assert not repainted.isNull()
    desk.go_on.set()
    assert desk.end() == 42
    assert desk.counted == 0
    assert hand.on_gui(desk.line.text) == "before"
    hand.text(" after")  # the field still has the keyboard
    assert hand.on_gui(desk.line.text) == "before after"
    hand.click(hand.center(desk.button))
    hand.key("F5")
    assert desk.counted == 2
    assert not hand.on_gui(lambda: desk.busy.going_on)


def test_the_panel_says_what_is_done_and_how_far_it_is(desk):
    def work():
        desk.busy.report(3, 10)
        return desk.work()

    desk.begin(work, patience_ms=10)
    panel = desk.panel()
    desk.hand.wait_for(lambda: panel.bar.maximum() == 10, "progress is shown")
    assert desk.hand.on_gui(panel.bar.value) == 3
    assert desk.hand.on_gui(panel.title.text) == "Counting to 42…"
    assert desk.hand.on_gui(panel.seconds.text) == "0 s"
    desk.go_on.set()
    assert desk.end() == 42
    desk.begin(lambda: desk.busy.run("Nested", lambda: 7), patience_ms=10)  # from another thread: in place
    assert desk.end() == 7


def test_what_the_window_does_itself_is_shown_once_it_lasts_and_goes_with_its_end(desk):
    def shown(done):
        desk.busy.show("Following", done, 10)
        panel = desk.busy._own
        return panel is not None and panel.isVisible()

    assert not desk.hand.on_gui(lambda: shown(1))
    desk.hand.settle(0.5)
    assert desk.hand.on_gui(lambda: shown(2))
    panel = desk.busy._own
    assert desk.hand.on_gui(lambda: (panel.bar.value(), panel.bar.maximum(), panel.cancel.isHidden())) == (
        2,
        10,
        True,
    )
    assert not desk.hand.on_gui(lambda: shown(10))


@pytest.mark.parametrize("way", ["button", "Escape"])
def test_cancel_leaves_the_work_and_puts_its_late_result_away(desk, way):
    from segreview.errors import Cancelled

    late = []
    desk.begin(patience_ms=10, discard=late.append)
    panel = desk.panel()
    if way == "button":
        desk.hand.click(desk.hand.center(panel.cancel))
    else:
        desk.hand.key(way)
    assert isinstance(desk.end(), Cancelled)
    assert late == []
    desk.go_on.set()
    desk.hand.wait_for(lambda: late == [42], "the late result is put away")


def test_cancelled_work_ends_at_its_next_report(desk):
    from segreview.errors import Cancelled

    ended = threading.Event()

    def work():
        try:
            while True:
                desk.busy.report(1, 2)
                time.sleep(0.001)
        finally:
            ended.set()

    desk.begin(work)
    desk.hand.key("Escape")
    assert isinstance(desk.end(), Cancelled)
    assert ended.wait(20)


def test_what_the_work_raises_comes_back_with_its_traceback(desk):
    def fails_here():
        raise ValueError("no such number")

    desk.hand.begin(lambda: desk.outcome.append(_error_of(lambda: desk.busy.run("Failing", fails_here))))
    error = desk.end()
    assert str(error) == "no such number"
    names = []
    trace = error.__traceback__
    while trace is not None:
        names.append(trace.tb_frame.f_code.co_name)
        trace = trace.tb_next
    assert names[-1] == "fails_here"


def _error_of(function):
    try:
        function()
    except ValueError as error:
        return error
    return None


def test_closing_the_window_cancels_first(desk):
    from segreview.errors import Cancelled

    seen = []
    desk.begin()
    desk.hand.begin(lambda: seen.append((desk.window.close(), desk.window.isVisible())))
    assert isinstance(desk.end(), Cancelled)
    desk.hand.wait_for(lambda: not desk.window.isVisible(), "the window closes after all")
    assert seen == [(False, True)]


CHILD = """
import threading
from qtpy.QtCore import QTimer
from qtpy.QtWidgets import QApplication, QMainWindow
from segreview.errors import Cancelled
from segreview.ui.busy import Busy

application = QApplication([])
window = QMainWindow()
window.show()
busy = Busy(window)

def begin():
    QTimer.singleShot(100, window.close)
    try:
        busy.run("Never ending", threading.Event().wait)
    except Cancelled:
        print("cancelled", flush=True)

QTimer.singleShot(0, begin)
application.exec()
print("over", flush=True)
"""


def test_work_that_never_returns_does_not_block_the_end_of_the_process():
    run = subprocess.run(
        [sys.executable, "-c", CHILD], capture_output=True, text=True, timeout=60, check=False
    )
    assert run.stdout.split() == ["cancelled", "over"]
    assert run.returncode == 0, run.stderr
