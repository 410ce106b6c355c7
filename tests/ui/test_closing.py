"""The end of the window: questions, answers, nothing left behind; and the start after a crash."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from desk import is_open, small_masks, write_set

pytestmark = pytest.mark.gui


@pytest.fixture
def folder(tmp_path):
    return write_set(tmp_path / "set", ("a", "b"))


def saved(folder, name="a"):
    import tifffile

    return tifffile.imread(folder / "gt" / f"{name}.tif")


def work_on(desk, folder):
    """Open, take one object from the model and paint a stroke; pixels afterwards."""
    desk.open(folder)
    desk.press("n", "n", "c", "2")
    desk.stroke((26, 58), (26, 70))
    assert "1 not written" in desk.status
    return desk.pixels


def quit_with(desk, answer):
    """Ctrl+Q, and the answer to the question."""
    desk.press("ctrl+q")
    return desk.answer("unsaved", answer)


def test_closing_asks_about_samples_that_were_left(own_app, desk, folder):
    desk.open(folder)
    desk.press("n", "n", "c", "Next")
    first = desk.get(lambda: desk.review.sample.name)
    assert first == "b"
    desk.press("n", "n", "c")
    desk.press("ctrl+q")
    assert "2 samples" in desk.answer("unsaved", "Save")
    desk.answer("where", "Over the original")
    desk.hand.wait_for(lambda: not is_open(desk.app), "the window closes")
    assert np.array_equal(saved(folder, "a"), saved(folder, "b"))
    assert 9 not in saved(folder, "a")
    assert saved(folder, "a").max() == 7


def test_cancel_keeps_the_window_and_save_writes_and_closes(own_app, desk, folder):
    work = work_on(desk, folder)
    said = quit_with(desk, "Cancel")
    assert "2 edits" in said
    assert desk.get(lambda: is_open(desk.app))
    assert np.array_equal(desk.pixels, work)
    desk.press("ctrl+z", "ctrl+shift+z")
    desk.check()
    quit_with(desk, "Save")
    desk.answer("where", "Cancel")
    assert desk.get(lambda: is_open(desk.app))
    assert np.array_equal(desk.pixels, work)
    quit_with(desk, "Save")
    desk.answer("where", "Over the original")
    desk.hand.wait_for(lambda: not is_open(desk.app), "the window closes")
    assert np.array_equal(saved(folder), work)


def test_a_save_that_fails_while_closing_keeps_window_and_work(own_app, desk, folder):
    work = work_on(desk, folder)
    shutil.rmtree(folder / "gt")
    quit_with(desk, "Save")
    desk.answer("where", "Over the original")
    assert str(folder / "gt") in desk.answer("error", "OK")
    assert desk.get(lambda: is_open(desk.app))
    assert np.array_equal(desk.pixels, work)
    (folder / "gt").mkdir()
    quit_with(desk, "Discard")
    desk.hand.wait_for(lambda: not is_open(desk.app), "the window closes")


def test_discard_leaves_the_file_and_the_next_start_does_not_ask(own_app, desk, folder):
    before = saved(folder)
    work_on(desk, folder)
    quit_with(desk, "Discard")
    desk.hand.wait_for(lambda: not is_open(desk.app), "the window closes")
    assert np.array_equal(saved(folder), before)


def test_a_window_that_has_closed_leaves_nothing_behind(shared_window, state, faults, folder):
    """No window, no timer that fires into nothing, no key that is still taken."""
    import gc
    import weakref

    from opening import close_app, open_app, pump
    from qtpy.QtWidgets import QApplication

    from segreview.session.project import Project

    shared_window.close()
    before = set(map(id, QApplication.topLevelWidgets()))
    app = open_app()
    app.open(Project.of_paths(folder / "gt", folder / "images", folder / "pred"))
    pump()
    review = weakref.ref(app.bench.review)
    app.window.close()
    pump()
    assert app.bench.review is None
    gc.collect()
    assert review() is None
    visible = [w for w in QApplication.topLevelWidgets() if w.isVisible() and id(w) not in before]
    assert visible == []
    close_app(app)


# -------------------------------------------------------------------- after a crash
CHILD = """
import sys, time
from pathlib import Path
from desk import Desk
from hand import Hand, play
from segreview.ui.app import App

app = App()
desk = Desk(app, Hand(app.window))

def scenario(hand):
    desk.open(Path(sys.argv[1]))
    desk.press("n", "n", "c", "2")
    desk.stroke((26, 58), (26, 70))
    print("painted", flush=True)
    time.sleep(600)

play(desk.hand, scenario)
"""


@pytest.fixture
def killed(state, folder, tmp_path):
    """A set that another window worked on until it was killed."""
    here = Path(__file__).parent
    places = [str(here), str(here.parents[1] / "scripts")]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(places),
        "NAPARI_CONFIG": str(tmp_path / "child.yaml"),
    }
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder)], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout.readline() == "painted\n"
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()
    return folder


def test_after_a_kill_the_next_start_offers_to_restore(killed, state, desk):
    gt, _ = small_masks()
    left = state.parent / "left"
    shutil.copytree(state, left)

    desk.begin_open(killed)
    said = desk.answer("restore", "Cancel")
    assert "2 edits" in said
    assert desk.review is None

    desk.begin_open(killed)
    desk.answer("restore", "Restore")
    desk.wait_until_open()
    work = desk.pixels
    assert (work[10:34, 150:174] == 7).all()
    assert (work != gt).sum() > 24 * 24
    assert "1 of 5 judged" in desk.status
    assert "1 not written" in desk.status
    desk.check()
    desk.press("ctrl+z", "ctrl+z")
    assert np.array_equal(desk.pixels, gt)
    desk.check()

    desk.get(desk.bench.clear_stage)
    shutil.rmtree(state)
    shutil.copytree(left, state)
    desk.begin_open(killed)
    desk.answer("restore", "Start from the file")
    desk.wait_until_open()
    assert np.array_equal(desk.pixels, gt)
    assert "all written" in desk.status
    desk.check()
    desk.press("ctrl+z")
    assert np.array_equal(desk.pixels, work)
    desk.check()
