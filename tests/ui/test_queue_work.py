"""Working with many rows: filters, going to an id, bulk verdicts, notes, copying, the end of a sample."""

import threading

import numpy as np
import pytest
from desk import write_set

from segreview.triage.filter import Border, Filter, Stage

pytestmark = pytest.mark.gui


@pytest.fixture
def folder(tmp_path):
    return write_set(tmp_path / "set", ("a", "b"))


def kinds(desk):
    return [line[2][2:] for line in desk.lines()]


def click_with(desk, key, click):
    """Click while a key is down."""
    desk.hand.press_key(key)
    try:
        click()
    finally:
        desk.hand.release_key(key)


def footer(desk):
    queue = desk.app.queue
    return desk.get(lambda: queue._count_text.text() if queue._count_text.isVisible() else "")


def clipboard():
    from qtpy.QtWidgets import QApplication

    return QApplication.clipboard()


def test_several_kinds_are_listed_by_ctrl_click(desk, folder):
    desk.open(folder)
    desk.click_chip("− missed")
    click_with(desk, "ctrl", lambda: desk.click_chip("÷ split"))
    assert kinds(desk) == ["missed", "split"]
    click_with(desk, "ctrl", lambda: desk.click_chip("− missed"))
    assert kinds(desk) == ["split"]
    desk.click_chip("to judge")
    assert len(desk.lines()) == 5
    desk.check()


def test_the_strip_filters_by_text_iou_and_what_is_judged(desk, folder):
    desk.open(folder)
    queue = desk.app.queue
    desk.hand.click(desk.hand.center(queue.funnel))
    desk.hand.click(desk.hand.center(queue.strip.text))
    desk.hand.text("MERGED")
    desk.hand.wait_for(lambda: queue.model.rowCount() == 1, "the text filters")
    assert footer(desk) == "1 of 5 rows"
    desk.press("Escape")
    assert len(desk.lines()) == 5
    desk.press("Escape", "n")  # the keyboard is back: N is a command again
    assert desk.row == ("missed", (3,), ())

    bar = queue.strip.iou

    def at(share):
        return desk.hand.place(bar, lambda: (6 + round((bar.width() - 12) * share), 15))

    desk.hand.drag([at(0), at(0.3), at(0.6)])
    desk.hand.wait_for(lambda: queue.model.rowCount() == 2, "the IoU filters")
    low, high = desk.get(lambda: desk.bench.focus.filter.iou)
    assert (abs(low - 0.6) < 0.02, high) == (True, 1.0)
    desk.press("n")
    assert desk.row[0] == "split"
    desk.press("n", "n")
    assert desk.row[0] == "split"  # N stays within the filter
    desk.press("g", "g")
    assert desk.notice.endswith("Nothing left under this filter: 3 more without it.")
    desk.hand.click(desk.hand.center(queue._clear))
    assert len(desk.lines()) == 5
    assert desk.get(lambda: desk.bench.focus.filter) == Filter()
    desk.click_chip("open")
    assert len(desk.lines()) == 3
    desk.click_chip("judged")
    assert kinds(desk) == ["split", "merged"]
    desk.click_chip("inside")
    expected = Filter(stage=Stage.JUDGED, border=Border.INSIDE)
    assert desk.get(lambda: desk.bench.focus.filter) == expected


def test_go_to_finds_ids_of_both_sides_and_says_what_is_not_there(desk, folder):
    desk.open(folder)
    finder = desk.app.queue.finder

    def go(text):
        desk.press("ctrl+f")
        desk.hand.text(text)
        desk.press("Return")
        return desk.row

    assert go("5") == ("merged", (5, 6), (7,))
    desk.press("Return")
    assert desk.row == ("split", (4,), (4, 5))
    desk.press("Escape", "F3")
    assert desk.row == ("merged", (5, 6), (7,))
    assert desk.get(desk.app.window._qt_viewer.canvas.native.hasFocus)
    assert go("m9") == ("spurious", (), (9,))
    assert go("77") == ("spurious", (), (9,))
    assert desk.get(finder.answered) == "There is no object 77. The nearest: GT 6 and model 9."
    desk.press("Escape")
    assert go("gt 1") == ("matched", (1,), (1,))
    assert "was cleared" in desk.notice
    assert kinds(desk) == ["matched"]
    desk.press("Escape", "n")
    assert "Nothing left under this filter: 5 more" in desk.notice
    desk.check()


def test_verdicts_on_selected_rows_are_one_step(desk, folder):
    desk.open(folder)
    before = desk.pixels
    desk.click_line(1)
    click_with(desk, "shift", lambda: desk.click_line(3))
    assert footer(desk) == "3 selected"
    desk.press("g")
    assert desk.notice == "3 items: GT is right. Backspace takes it back."
    assert "3 of 5 judged" in desk.status
    assert desk.row == ("merged", (5, 6), (7,))
    desk.press("BackSpace")
    assert "0 of 5 judged" in desk.status
    assert footer(desk) == "3 selected"  # the same rows again, for another verdict
    desk.press("i")
    assert "3 of 5 judged" in desk.status
    desk.press("ctrl+z")
    assert "0 of 5 judged" in desk.status

    desk.click_line(0)
    desk.press("ctrl+a", "c")
    assert "5 of 5 judged" in desk.status
    taken = desk.pixels
    assert len(np.unique(taken[taken > 0])) == 6
    desk.check()
    desk.press("BackSpace")
    assert np.array_equal(desk.pixels, before)
    desk.check()


def test_ctrl_click_takes_single_rows_in_and_out(desk, folder):
    desk.open(folder)
    desk.click_line(0)
    click_with(desk, "ctrl", lambda: desk.click_line(2))
    click_with(desk, "ctrl", lambda: desk.click_line(4))
    click_with(desk, "ctrl", lambda: desk.click_line(0))
    assert desk.get(lambda: [row.number for row in desk.bench.focus.rows]) == [2, 4]
    desk.press("n")
    assert footer(desk) == ""
    assert desk.get(lambda: len(desk.bench.focus.rows)) == 1


def test_rows_are_copied_for_spreadsheets(desk, folder):
    desk.open(folder)
    desk.click_line(3)
    click_with(desk, "shift", lambda: desk.click_line(4))
    desk.press("ctrl+c")
    assert desk.notice == "2 rows copied."
    text = desk.get(lambda: clipboard().text())
    header, split, merged = text.splitlines()
    assert header.split("\t")[:6] == ["#", "status", "kind", "GT", "model", "IoU"]
    assert split.split("\t")[:5] == ["4", "open", "split", "4", "4, 5"]
    assert merged.split("\t")[3:5] == ["5, 6", "7"]
    assert "<td>split</td>" in desk.get(lambda: clipboard().mimeData().html())


def test_a_note_is_shown_found_and_undone(desk, folder):
    desk.open(folder)
    desk.press("n", "ctrl+Return")
    desk.hand.text("is it debris?")
    desk.press("Return")
    assert "missed GT 3: noted" in desk.notice
    assert desk.lines()[0][1] == "○✎"
    assert any("is it debris?" in text for text in pair_texts(desk))
    assert "0 of 5 judged" in desk.status
    desk.press("ctrl+Return")
    assert desk.get(lambda: desk.app.queue.note.field.text()) == "is it debris?"
    desk.hand.text("something else")
    desk.press("Escape")
    desk.get(lambda: desk.bench.focus.filter_by(Filter(text="DEBRIS")))
    assert kinds(desk) == ["missed"]
    desk.get(lambda: desk.bench.focus.filter_by(Filter()))
    desk.press("g")
    assert desk.lines()[0][1] == "●✎"
    desk.press("ctrl+z", "ctrl+z")
    assert desk.lines()[0][1] == "○"
    assert not any("debris" in text for text in pair_texts(desk))


def pair_texts(desk):
    from qtpy.QtWidgets import QLabel

    return desk.get(lambda: [label.text() for label in desk.app.pair.findChildren(QLabel)])


def test_the_menu_of_a_row_judges(desk, folder):
    from qtpy.QtWidgets import QApplication

    desk.open(folder)
    desk.click_line(2)
    table = desk.app.queue.table
    index = desk.get(lambda: table.model().index(2, 2))
    where = desk.hand.place(table.viewport(), lambda: point(table.visualRect(index).center()))
    desk.hand.click(where, 3)
    desk.hand.wait_for(QApplication.activePopupWidget, "the menu opens")

    def entry():
        menu = QApplication.activePopupWidget()
        found = next(a for a in menu.actions() if a.text().startswith("Both fine"))
        return menu, point(menu.actionGeometry(found).center())

    menu, place = desk.get(entry)
    desk.hand.click(desk.hand.place(menu, lambda: place))
    desk.hand.wait_for(lambda: QApplication.activePopupWidget() is None, "the menu closes")
    assert "1 of 5 judged" in desk.status
    assert desk.lines()[2][1] == "●"


def point(where):
    return where.x(), where.y()


def test_n_goes_down_the_table_as_it_is_sorted(desk, folder):
    desk.open(folder)
    desk.click_header(5)
    desk.click_header(5)
    order = [line[0] for line in desk.lines()]
    assert order != ["1", "2", "3", "4", "5"]
    seen = []
    for _ in order:
        desk.press("n")
        seen.append(desk.get(lambda: str(desk.review.queue.place_of(desk.bench.focus.row) + 1)))
    assert seen == order
    assert [line[0] for line in desk.lines()] == order


def test_n_at_the_end_offers_the_next_sample_and_opens_it(desk, folder):
    desk.open(folder)
    desk.click_line(0)
    desk.press("ctrl+a", "y")
    assert desk.notice == "Everything here is judged. N opens the next sample: b."
    desk.press("o", "n")  # anything else in between takes the offer back
    assert desk.notice == "Everything here is judged. N again opens the next sample: b."
    desk.press("n")
    desk.hand.wait_for(lambda: desk.review is not None and desk.review.sample.name == "b", "b is open")
    desk.hand.settle()
    desk.click_line(0)
    desk.press("ctrl+a", "y")
    assert desk.notice == "Everything here is judged. That was the last sample."
    desk.press("n", "n")
    assert desk.get(lambda: desk.review.sample.name) == "b"


def test_n_on_the_only_open_item_says_so_and_offers_the_next_sample(desk, folder):
    desk.open(folder)
    desk.click_line(1)
    click_with(desk, "shift", lambda: desk.click_line(4))
    desk.press("y")
    assert desk.row == ("missed", (3,), ())
    desk.press("n")
    assert desk.notice.endswith("This is the only item left to judge. N again opens the next sample: b.")
    desk.press("n")
    desk.hand.wait_for(lambda: desk.review is not None and desk.review.sample.name == "b", "b is open")
    desk.hand.settle()
    desk.click_line(1)
    click_with(desk, "shift", lambda: desk.click_line(3))
    desk.press("y")
    desk.click_line(4)
    desk.press("u", "n")
    assert desk.row == ("missed", (3,), ())
    told = "This is the only item left to judge, beside 1 unsure. This is the last sample."
    assert desk.notice.endswith(told)
    desk.press("n")
    assert desk.get(lambda: desk.review.sample.name) == "b"


def test_n_on_the_only_open_item_under_a_filter_says_how_many_it_hides(desk, folder):
    desk.open(folder)
    desk.click_chip("÷ split")
    desk.press("n", "n")
    assert desk.notice.endswith("This is the only item left under this filter: 4 more without it.")
    desk.press("shift+n")
    assert desk.notice.endswith("There is no row above.")


def test_a_verdict_stays_where_it_is_when_going_on_is_switched_off(desk, folder):
    desk.open(folder)
    desk.choose("Review", "Go on after a verdict")
    desk.press("n", "g")
    assert desk.row == ("missed", (3,), ())
    desk.press("n")
    assert desk.row == ("spurious", (), (9,))


def test_delete_takes_the_objects_of_all_selected_rows_in_one_step(desk, folder):
    desk.open(folder)
    before = desk.pixels.copy()
    desk.press("n")
    desk.click_line(0)
    desk.press("ctrl+a")
    rows = desk.get(lambda: desk.app.bench.focus.rows)
    doomed = sorted(i for row in rows for i in row.item.reference_ids)
    desk.press("Delete")
    assert desk.notice.endswith("items deleted.")
    assert len(doomed) > 1
    assert not np.isin(desk.pixels, doomed).any()
    desk.press("ctrl+z")
    assert np.array_equal(desk.pixels, before)


def test_fields_of_a_queue_that_floats_get_the_keyboard(desk, folder):
    from qtpy.QtWidgets import QDockWidget

    desk.open(folder)
    desk.press("n", "0")
    docks = desk.app.window.findChildren(QDockWidget)
    dock = next(dock for dock in docks if dock.isAncestorOf(desk.app.queue))
    desk.get(lambda: dock.setFloating(True))
    try:
        desk.click_pixel(120, 60)
        desk.press("ctrl+f")
        desk.hand.wait_for(lambda: desk.app.queue.finder.field.hasFocus(), "the field has the keyboard")
    finally:
        desk.get(lambda: dock.setFloating(False))
        desk.press("Escape")


def test_a_verdict_on_very_many_rows_shows_how_far_it_is_and_can_be_called_off(desk, folder, monkeypatch):
    from segreview.session import document, judging
    from segreview.ui.canvas import bridge
    from segreview.ui.commands import review as commands

    go_on, take = threading.Event(), judging.TAKE
    monkeypatch.setattr(judging, "TAKE", lambda target: go_on.wait(30) and take(target))
    monkeypatch.setattr(judging, "REPORTED", 1)
    monkeypatch.setattr(document, "_REPORTED", 1)
    monkeypatch.setattr(commands, "_MANY", 3)
    monkeypatch.setattr(bridge, "_MANY", 2)  # so that the canvas is brought up to date at once, too
    desk.open(folder)
    before, busy, followed = desk.pixels, desk.bench.busy, []
    desk.get(lambda: setattr(desk.review, "report", lambda *numbers: followed.append(numbers)))
    desk.click_line(0)
    desk.press("ctrl+a", "c")
    desk.hand.wait_for(lambda: busy._panel is not None and busy._panel.isVisible(), "the panel")
    assert desk.get(busy._panel.title.text) == "Taking the model's masks of 5 items…"
    desk.press("Escape")
    go_on.set()
    desk.hand.wait_for(lambda: not busy.going_on, "it has been called off")
    assert "Cancelled: nothing was changed." in desk.notice
    assert np.array_equal(desk.pixels, before)
    assert followed == []
    desk.press("c")
    desk.hand.wait_for(lambda: "5 of 5 judged" in desk.app.status.text(), "all are taken")
    assert followed == [(n, 5) for n in (1, 2, 3, 4, 5, 5)]
    desk.check()
    desk.press("ctrl+z")
    assert np.array_equal(desk.pixels, before)
    assert followed[6:] == followed[:6]
    desk.check()
