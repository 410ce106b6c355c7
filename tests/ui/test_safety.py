"""The two promises of the last line: what is safe in the journal, and what the label files hold."""

import re

import numpy as np
import pytest
from desk import small_masks, write_set, write_tiff

pytestmark = pytest.mark.gui

GT, _ = small_masks()


@pytest.fixture
def folder(tmp_path):
    return write_set(tmp_path / "set", ("a", "b", "c"))


def saved(folder, name):
    import tifffile

    return tifffile.imread(folder / "gt" / f"{name}.tif")


def go_on(desk, name):
    desk.press("Next")
    desk.hand.wait_for(lambda: desk.review.sample.name == name, f"{name} is on stage")
    desk.hand.settle()


def work_on_two(desk, folder):
    """Take an object from the model in a and in b, and stay at b."""
    desk.open(folder)
    assert desk.status.endswith("nothing changed yet · all written")
    desk.press("n", "n", "c")
    assert re.search(r"│ safe \d s ago · 1 not written$", desk.status)
    go_on(desk, "b")
    assert desk.status.endswith("nothing changed yet · 1 not written")
    desk.press("n", "n", "c")
    assert re.search(r"│ safe \d s ago · 2 not written$", desk.status)


def end_session(desk):
    """Leave everything as a window does that ends without a question."""
    desk.get(desk.bench.clear_stage)
    desk.get(desk.bench.writing.begin)


def click_not_written(desk):
    """Click on the words, which end the line."""
    from qtpy.QtWidgets import QLabel

    line = desk.app.status

    def where():
        measure = line.fontMetrics().horizontalAdvance
        shown = re.sub("<[^>]*>", "", QLabel.text(line))
        return measure(shown) - measure("written") // 2, line.height() // 2

    desk.hand.click(desk.hand.place(line, where))


def test_what_is_not_written_is_counted_over_the_whole_data_set(desk, folder):
    work_on_two(desk, folder)
    tooltip = desk.get(desk.app.status.toolTip)
    assert "\n  b: 1 edit\n  a: 1 edit" in tooltip
    desk.press("ctrl+z")
    assert desk.status.endswith("1 not written")
    go_on(desk, "c")
    assert desk.status.endswith("nothing changed yet · 1 not written")


def test_a_click_saves_all_of_them(desk, folder):
    work_on_two(desk, folder)
    click_not_written(desk)
    desk.answer("where", "Over the original")
    desk.hand.wait_for(lambda: desk.app.status.text().endswith("all written"), "both are written")
    for name in "ab":
        assert not np.array_equal(saved(folder, name), GT)
    assert "1 other sample saved" in desk.notice


def test_a_click_saves_the_current_one_alone_where_it_is_the_only_one(desk, folder):
    desk.open(folder)
    desk.press("n", "n", "c")
    click_not_written(desk)
    desk.answer("where", "Over the original")
    desk.hand.wait_for(lambda: desk.app.status.text().endswith("all written"), "it is written")
    assert "Saved a.tif" in desk.notice
    assert "other sample" not in desk.notice


def test_what_is_not_written_is_as_plain_to_read_as_the_rest_in_every_theme(desk, folder):
    from qtpy.QtGui import QPalette
    from qtpy.QtWidgets import QLabel

    line = desk.app.status

    def inks():
        shown = re.search(r"color: (#\w+)", QLabel.text(line))[1]
        return shown, line.palette().color(QPalette.ColorRole.WindowText).name()

    desk.open(folder)
    desk.press("n", "n", "c")
    dark = desk.get(inks)
    desk.get(lambda: desk.app.commands.do("swap_theme"))
    desk.hand.settle()
    light = desk.get(inks)
    desk.get(lambda: desk.app.commands.do("swap_theme"))
    assert dark[0] == dark[1] != light[0] == light[1]


def test_who_cancels_is_not_asked_again_for_the_next_sample(desk, folder):
    work_on_two(desk, folder)
    click_not_written(desk)
    desk.answer("where", "Cancel")
    desk.hand.settle()
    assert desk.status.endswith("2 not written")
    assert np.array_equal(saved(folder, "a"), GT)


def test_work_of_an_earlier_session_counts_and_is_saved_too(desk, folder):
    work_on_two(desk, folder)
    end_session(desk)
    desk.begin_open(folder)
    desk.answer("restore", "Restore")
    desk.wait_until_open()
    assert desk.get(lambda: desk.review.sample.name) == "b"
    assert desk.status.endswith("2 not written")
    go_on(desk, "c")
    assert desk.status.endswith("nothing changed yet · 2 not written")
    click_not_written(desk)
    desk.answer("where", "Over the original")
    desk.hand.wait_for(lambda: desk.app.status.text().endswith("all written"), "both are written")
    assert "2 other samples saved" in desk.notice
    for name in "ab":
        assert not np.array_equal(saved(folder, name), GT)
    assert not any("*" in line for line in desk.samples())


def test_an_earlier_sessions_work_on_a_file_that_was_changed_since_is_told(desk, folder):
    work_on_two(desk, folder)
    end_session(desk)
    theirs = GT.clip(0, 3)
    write_tiff(folder / "gt" / "a.tif", theirs)
    desk.begin_open(folder)
    desk.answer("restore", "Restore")
    desk.wait_until_open()
    assert desk.status.endswith("2 not written")
    desk.press("ctrl+shift+a")
    desk.answer("where", "Over the original")
    desk.hand.wait_for(lambda: desk.app.status.text().endswith("all written"), "what can be is written")
    assert "changed by another program since the last review" in desk.notice
    assert np.array_equal(saved(folder, "a"), theirs)


def test_one_that_cannot_be_written_keeps_no_other_from_it(desk, folder):
    work_on_two(desk, folder)
    theirs = GT.clip(0, 3)
    write_tiff(folder / "gt" / "b.tif", theirs)
    click_not_written(desk)
    desk.answer("where", "Over the original")
    said = desk.answer("error", "OK")
    assert "changed by another program" in said
    assert desk.status.endswith("1 not written")
    assert not np.array_equal(saved(folder, "a"), GT)
    assert np.array_equal(saved(folder, "b"), theirs)
