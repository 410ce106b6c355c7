"""Tools that bring a hidden GT back into sight."""

import numpy as np
import pytest
from desk import write_set

pytestmark = pytest.mark.gui

AGAIN = "shown again"


@pytest.fixture
def desk(desk, tmp_path):
    """A desk with a sample, to be opened."""
    desk.folder = write_set(tmp_path / "set")
    return desk


def is_shown(desk):
    return desk.get(lambda: desk.bench.scene.contours.shown[0] and desk.bench.scene.shows_gt)


def hide_by_key(desk):
    desk.press("ctrl+1")


def hide_by_eye(desk):
    desk.get(lambda: setattr(desk.bench.scene.gt, "visible", False))


def hide_the_outlines(desk):
    desk.get(lambda: setattr(desk.bench.scene.contours.layer, "visible", False))


@pytest.mark.parametrize("hide", [hide_by_key, hide_by_eye, hide_the_outlines])
def test_the_brush_paints_nothing_that_is_hidden(desk, hide):
    desk.open(desk.folder)
    desk.press("n")
    hide(desk)
    desk.hand.settle(0.2)
    assert not is_shown(desk)
    desk.press("2")
    assert AGAIN in desk.notice
    assert is_shown(desk)
    assert desk.get(lambda: desk.bench.switches.reference)
    assert desk.mode == "paint"
    before = desk.pixels
    x, y = desk.canvas_center()
    desk.hand.drag([(x - 150, y + 150), (x + 100, y + 150)])
    assert not np.array_equal(desk.pixels, before)


@pytest.mark.parametrize("key", ["1", "3", "4", "5", "m", "s"])
def test_every_tool_shows_the_gt_and_says_what_else_it_says(desk, key):
    desk.open(desk.folder)
    desk.press("n", "ctrl+1", key)
    assert AGAIN in desk.notice
    assert is_shown(desk)
    words = {"m": "Painting a new object", "s": "Split: draw a line"}
    assert words.get(key, "") in desk.notice
    desk.press("6")


def test_joining_and_deleting_show_the_gt(desk):
    desk.open(desk.folder)
    desk.click_pixel(75, 110)
    desk.press("ctrl+1", "j")
    assert AGAIN in desk.notice
    assert "Join" in desk.notice
    assert is_shown(desk)
    desk.press("Escape", "ctrl+1", "Delete")
    assert AGAIN in desk.notice
    assert is_shown(desk)


def test_putting_the_tools_away_and_judging_leave_it_hidden(desk):
    desk.open(desk.folder)
    desk.press("n", "ctrl+1", "6", "c", "g")
    assert AGAIN not in desk.notice
    assert not is_shown(desk)
