"""Errors: told in a box with a way out, and nothing is lost; and what is checked before a window opens."""

import ctypes
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager

import numpy as np
import pytest
from desk import small_masks, write_set, write_tiff

pytestmark = pytest.mark.gui


def at_work(desk, tmp_path):
    """A desk with a good set open and a verdict given in it."""
    desk.folder = write_set(tmp_path / "good")
    desk.open(desk.folder)
    desk.press("n", "n", "c")
    desk.work = desk.pixels


def unharmed(desk):
    """The work that was there before is still there, and goes on."""
    assert np.array_equal(desk.pixels, desk.work)
    assert "1 not written" in desk.status
    assert desk.samples() == ["◐  a *"]
    desk.check()


@pytest.mark.parametrize("what", ["truncated", "fractions", "text"])
def test_a_file_that_cannot_be_read_is_told_and_the_open_review_stays(desk, tmp_path, what):
    at_work(desk, tmp_path)
    bad = write_set(tmp_path / "bad", ("broken",))
    file = bad / "gt" / "broken.tif"
    if what == "truncated":
        file.write_bytes(file.read_bytes()[:-40])
    elif what == "fractions":
        write_tiff(file, small_masks()[0] + np.float32(0.5))
    else:
        file.write_text("no picture")

    def open_bad():
        from segreview.errors import SegreviewError
        from segreview.session.project import Project
        from segreview.ui import messages

        try:
            desk.app.open(Project.of_paths(bad / "gt", bad / "images", bad / "pred"))
        except SegreviewError as error:
            messages.show_error(desk.app.window, error)

    desk.hand.begin(open_bad)
    if what != "text":
        desk.answer("unsaved", "Save")
        desk.answer("where", "Over the original")
    said = desk.answer("error", "OK")
    assert "broken" in said
    assert len(said.splitlines()[-1]) > 10  # a way out
    assert np.array_equal(desk.pixels, desk.work)
    assert desk.samples()[0].startswith("◐  a")
    desk.check()


def test_one_bad_file_among_others_leaves_the_others_open_to_review(desk, tmp_path):
    at_work(desk, tmp_path)
    mixed = write_set(tmp_path / "mixed", ("a", "b"))
    file = mixed / "gt" / "a.tif"
    file.write_bytes(file.read_bytes()[:-40])
    desk.begin_open(mixed)
    desk.answer("unsaved", "Discard")
    assert "a.tif" in desk.answer("error", "OK")
    assert desk.samples() == ["⚠  a", "○  b"]
    assert desk.get(lambda: desk.app.window.windowTitle()) == "segreview"
    desk.press("Next")
    desk.wait_until_open()
    assert desk.get(lambda: desk.review.sample.name) == "b"
    desk.check()


def test_missing_files_and_shapes_that_differ_are_shown_before_a_review_starts(desk, tmp_path):
    from qtpy.QtWidgets import QDialogButtonBox

    at_work(desk, tmp_path)
    other = write_set(tmp_path / "other")
    write_tiff(other / "pred" / "a.tif", np.zeros((50, 60), np.uint16))
    desk.press("ctrl+o")
    dialog = desk.dialog("open")
    button = desk.get(lambda: dialog.buttons.button(QDialogButtonBox.StandardButton.Open))
    for gt, pred, said in (
        (tmp_path / "nowhere", None, "does not exist"),
        (other / "gt", other / "pred", "50 x 60"),
    ):
        for role, path in (("gt", gt), ("pred", pred)):
            line = dialog.paths[role]
            desk.hand.click(desk.hand.center(line))
            desk.press("ctrl+a", "BackSpace")
            if path is not None:
                desk.hand.text(str(path))
        desk.press("Tab")
        desk.hand.wait_for(lambda said=said: said in dialog.summary.text(), said)
        assert not desk.get(button.isEnabled)
    desk.answer("open", "Cancel")
    unharmed(desk)


def test_files_without_partner_are_listed_before_the_review_starts(desk, tmp_path):
    at_work(desk, tmp_path)
    uneven = write_set(tmp_path / "uneven", ("a", "b"))
    (uneven / "pred" / "b.tif").unlink()
    desk.begin_open(uneven)
    said = desk.answer("proceed", "Cancel")
    assert "b.tif" in said
    assert "no model" in said
    unharmed(desk)


def test_a_sample_whose_file_has_gone_is_told(desk, tmp_path):
    at_work(desk, tmp_path)
    two = write_set(tmp_path / "two", ("a", "b"))
    desk.press("ctrl+z")
    desk.open(two)
    (two / "gt" / "b.tif").unlink()
    desk.press("Next")
    assert "b.tif" in desk.answer("error", "OK")
    assert desk.get(lambda: desk.review.sample.name) == "a"
    assert desk.get(lambda: desk.app.window.windowTitle()) == "segreview · a · 1 of 2"
    desk.check()


@contextmanager
def permissions_that_bite():
    """Take away root's right to write everywhere, in this thread; for other users nothing changes."""

    class Header(ctypes.Structure):
        _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))

    class Data(ctypes.Structure):
        _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("rest", ctypes.c_uint32))

    libc = ctypes.CDLL(None, use_errno=True)
    header, data = Header(0x20080522, 0), (Data * 2)()
    assert libc.capget(ctypes.byref(header), data) == 0
    before = data[0].effective
    data[0].effective &= ~(1 << 1)  # CAP_DAC_OVERRIDE
    assert libc.capset(ctypes.byref(header), data) == 0
    try:
        yield
    finally:
        data[0].effective = before
        assert libc.capset(ctypes.byref(header), data) == 0


def test_without_permission_nothing_is_written_and_another_folder_helps(desk, tmp_path):
    at_work(desk, tmp_path)
    file = desk.folder / "gt" / "a.tif"
    original = file.read_bytes()
    file.chmod(0o444)
    file.parent.chmod(0o555)
    lock = permissions_that_bite()
    desk.get(lock.__enter__)
    try:
        desk.press("ctrl+s")
        desk.answer("where", "Over the original")
        said = desk.answer("error", "OK")
    finally:
        desk.get(lambda: lock.__exit__(None, None, None))
        file.parent.chmod(0o755)
    assert str(file) in said
    assert "another folder" in said
    assert file.read_bytes() == original
    assert [f.name for f in file.parent.iterdir()] == ["a.tif"]
    unharmed(desk)
    file.chmod(0o644)
    desk.press("ctrl+s")
    desk.hand.settle(0.3)
    if "not written" in desk.status:
        desk.answer("where", "Over the original")
    desk.hand.wait_for(lambda: not desk.review.unwritten, "the labels are written")


def test_a_folder_that_has_gone_is_told_when_saving(desk, tmp_path):
    at_work(desk, tmp_path)
    shutil.rmtree(desk.folder / "gt")
    desk.press("ctrl+s")
    desk.answer("where", "Over the original")
    assert str(desk.folder / "gt") in desk.answer("error", "OK")
    unharmed(desk)


# -------------------------------------------------------------------- before there is a window
@pytest.mark.parametrize("display", [None, ":4711", "nonsense"])
def test_without_a_display_one_line_says_what_to_do(tmp_path, display):
    environment = {
        k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    environment["SEGREVIEW_STATE"] = str(tmp_path)
    if display is not None:
        environment["DISPLAY"] = display
    run = subprocess.run(
        [sys.executable, "-m", "segreview", "demo"],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert run.returncode == 2
    assert run.stdout == ""
    assert len(run.stderr.splitlines()) == 1
    assert "display" in run.stderr
    assert "qt" not in run.stderr.lower()
