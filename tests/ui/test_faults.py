"""Nothing aborts: a fault is logged and told in one line, the journal is safe, and the window closes."""

import logging
import os
import subprocess
import sys
import threading

import numpy as np
import pytest
from desk import write_set

pytestmark = pytest.mark.gui


@pytest.fixture
def met(faults):
    """Faults that a test expects; it takes them out."""
    yield faults
    faults.clear()


# -------------------------------------------------------------------- a process of its own
CHILD = """
import sys, threading, time
from pathlib import Path
from qtpy.QtCore import QTimer
from segreview.session.log import start_log
from segreview.session.project import Project
from segreview.ui.launch import launch

def fails():
    raise KeyError("in a timer")

def fails_in_thread():
    raise ValueError("in a thread")

def begin(app):
    folder = Path(sys.argv[1])
    app.open(Project.of_paths(folder / "gt", folder / "images", folder / "pred"))
    threading.Thread(target=time.sleep, args=(600,), daemon=True).start()  # as a prefetch that hangs
    told = []
    app.faults._say = lambda text, *more: told.append(text)

    def look():
        if len(told) == 2:
            app.timers[1].stop()
            print(*sorted(told), sep="\\n")
            app.window.close()

    app.timers = [QTimer(), QTimer()]
    for timer, slot in zip(app.timers, (fails, look)):
        timer.timeout.connect(slot)
        timer.start(20)
    threading.Thread(target=fails_in_thread).start()

launch(begin)
print("over")
"""


def test_faults_in_slots_and_threads_end_nothing_and_a_hanging_worker_does_not_block_the_end(tmp_path, state):
    folder = write_set(tmp_path / "set")
    environment = os.environ | {"NAPARI_CONFIG": str(tmp_path / "child.yaml")}
    run = subprocess.run(
        [sys.executable, "-c", CHILD, str(folder)],
        env=environment, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert run.stdout.splitlines() == [
        "Something went wrong: KeyError: 'in a timer'. Your work is safe.",
        "Something went wrong: ValueError: in a thread. Your work is safe.",
        "over",
    ], run.stderr
    assert run.returncode == 0
    log = (state / "log" / "segreview.log").read_text("utf-8")
    assert log.count("KeyError: 'in a timer'") == 1  # it came again and again
    assert "in fails_in_thread" in log
    assert (state / "log" / "crash.log").read_text("utf-8") == ""  # it ended well


def test_a_window_that_has_closed_writes_into_no_log(shared_window, state):
    from segreview.ui.fault import Faults

    shared_window.close()
    before = logging.getLogger("segreview").handlers[:]
    faults = Faults(lambda *_: None, lambda _: None)
    faults.open()
    assert len(logging.getLogger("segreview").handlers) == len(before) + 1
    faults.open()
    faults.close()
    assert logging.getLogger("segreview").handlers == before


# -------------------------------------------------------------------- in the window
def begin_stroke(desk):
    """A stroke that is not ended yet; the brush paints with a new id."""
    desk.press("m")
    desk.hand.move(desk.at(120, 60))
    desk.hand.press_button()
    desk.hand.move(desk.at(125, 70))


def end_stroke(desk):
    desk.hand.move(desk.at(130, 90))
    desk.hand.release_button()
    desk.hand.settle()


def check_one(desk):
    """Journal, labels and layer say the same; a rebuild from the journal, too."""
    desk.check()
    before = desk.pixels
    desk.get(desk.bench.reopen)
    desk.hand.settle()
    assert np.array_equal(desk.pixels, before)
    desk.check()


def reach(desk, text):
    desk.hand.wait_for(lambda: text in desk.app.notice.text(), f"a line says {text!r}")


@pytest.fixture
def hooks(app, met, monkeypatch):
    """The window's own hooks on top of those of the tests."""
    monkeypatch.setattr(app.faults, "_told", {})
    app.faults.open()
    return app.faults


def test_a_fault_in_the_midst_of_a_stroke_leaves_it_whole(hooks, desk, tmp_path):
    from qtpy.QtCore import QTimer

    desk.open(write_set(tmp_path / "set"))
    before = desk.pixels

    def fails():
        raise RuntimeError("a slot failed")

    begin_stroke(desk)
    desk.hand.begin(lambda: QTimer.singleShot(0, fails))
    desk.hand.settle()
    end_stroke(desk)
    reach(desk, "RuntimeError: a slot failed.")
    painted = desk.pixels
    assert (painted != before).sum() > 100
    assert len(desk.review.journal.nodes) == 2  # one stroke, one gesture
    check_one(desk)
    desk.press("ctrl+z")
    assert np.array_equal(desk.pixels, before)


def test_a_stroke_that_a_fault_breaks_off_is_kept_as_far_as_it_went(hooks, desk, tmp_path, monkeypatch):
    desk.open(write_set(tmp_path / "set"))
    before = desk.pixels
    scene = desk.bench.scene
    redraw, drawn = scene.contours.redraw, []

    def fails_once(box):
        drawn.append(box)
        if len(drawn) == 3:
            raise ZeroDivisionError("no contour")
        redraw(box)

    monkeypatch.setattr(scene.contours, "redraw", fails_once)
    begin_stroke(desk)
    end_stroke(desk)
    reach(desk, "ZeroDivisionError: no contour.")
    assert (desk.pixels != before).sum() > 20
    check_one(desk)
    desk.stroke((140, 60), (140, 70))  # and it goes on
    check_one(desk)


def test_a_fault_within_the_review_is_mended_from_the_journal(hooks, desk, tmp_path, monkeypatch):
    from segreview.ui.hands.hover import Card

    desk.open(write_set(tmp_path / "set"))
    before = desk.pixels
    monkeypatch.setattr(desk.review.queue, "replace", lambda *_: 1 / 0)
    begin_stroke(desk)
    end_stroke(desk)
    reach(desk, "ZeroDivisionError: division by zero.")
    assert (desk.pixels != before).sum() > 100
    check_one(desk)
    desk.press("ctrl+z")
    assert np.array_equal(desk.pixels, before)
    desk.hand.move(desk.at(71, 20))  # a move, not the rest of a drag: the card under the pointer comes
    desk.hand.move(desk.at(70, 20))
    desk.hand.wait_for(lambda: "split" in desk.app.window.findChild(Card).text(), "the card says 'split'")


def test_the_line_offers_a_report(hooks, desk, state):
    from qtpy.QtWidgets import QApplication, QToolButton

    def fails():
        raise RuntimeError("deep inside")

    for _ in range(3):
        desk.hand.begin(fails)
    reach(desk, "Something went wrong: RuntimeError: deep inside. Your work is safe.")
    link = desk.get(lambda: desk.app.notice.findChild(QToolButton))
    assert desk.get(link.text) == "Copy report"
    desk.hand.click(desk.hand.center(link))
    reach(desk, "clipboard")
    text = desk.get(lambda: QApplication.clipboard().text())
    for part in ("segreview ", "napari ", "Python ", "with Qt ", "Traceback", "in fails", "lines of the log"):
        assert part in text
    assert (state / "log" / "segreview.log").read_text("utf-8").count("Traceback") == 1


def test_what_qt_says_is_for_the_log(hooks, desk, state):
    from qtpy.QtCore import qWarning

    desk.get(lambda: qWarning(b"a warning of Qt"))
    assert "WARNING segreview.qt: a warning of Qt" in (state / "log" / "segreview.log").read_text("utf-8")
    assert desk.notice == ""


def test_the_hooks_are_put_back(state, faults):
    from segreview.ui.fault import Faults

    before = sys.excepthook, threading.excepthook
    taken = Faults(lambda *_: None, lambda _: None)
    taken.open()
    ours = sys.excepthook
    assert ours != before[0]
    taken.close()
    assert (sys.excepthook, threading.excepthook) == before
    error = RuntimeError("for others")
    ours(RuntimeError, error, None)  # somebody has kept it
    assert faults.pop() is error


def test_a_guest_takes_only_faults_of_our_own_code(state, faults):
    from segreview.model.box import Box
    from segreview.ui.fault import Faults

    guest = Faults(lambda *_: None, lambda _: None, guest=True)
    guest.open()
    try:
        theirs = RuntimeError("theirs")
        sys.excepthook(RuntimeError, theirs, None)
        assert faults.pop() is theirs
        try:
            Box.of_shape(("no number",))
        except ValueError as raised:
            ours = raised
        sys.excepthook(type(ours), ours, ours.__traceback__)
        assert faults.pop() is ours  # by way of the log
        assert "an unexpected fault" in (state / "log" / "segreview.log").read_text("utf-8")
    finally:
        guest.close()
