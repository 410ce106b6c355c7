"""Notes that are half typed: whatever the user turns to, they are kept on the item they were meant for."""

import pytest
from desk import write_set

pytestmark = pytest.mark.gui

MISSED, SPURIOUS = ("missed", (3,), ()), ("spurious", (), (9,))


@pytest.fixture
def folder(tmp_path):
    return write_set(tmp_path / "set", ("a", "b"))


def begin(desk, folder, text="is it deb"):
    """Open, and type half a note on the missed object."""
    desk.open(folder)
    desk.press("n", "0", "ctrl+Return")
    desk.hand.text(text)
    assert desk.row == MISSED
    assert is_open(desk)


def is_open(desk):
    return not desk.get(desk.app.queue.note.isHidden)


def note_of(desk, reference=(3,)):
    def found():
        rows = (row for row in desk.review.queue if row.item.reference_ids == reference)
        return desk.review.note(next(rows))

    return desk.get(found)


def turn_to_another_row(desk):
    desk.click_line(1)
    assert desk.row == SPURIOUS


def turn_to_an_object_on_the_canvas(desk):
    desk.click_pixel(20, 162)
    assert desk.row == SPURIOUS


def turn_to_the_canvas(desk):
    desk.click_pixel(120, 60)
    assert desk.row == MISSED


def turn_to_another_field(desk):
    desk.choose("Review", "Go to…")
    assert not desk.get(desk.app.queue.finder.isHidden)
    desk.press("Escape")


def judge_with_the_mouse(desk):
    from qtpy.QtWidgets import QPushButton

    buttons = desk.get(lambda: desk.app.pair.buttons.findChildren(QPushButton))
    desk.hand.click(desk.hand.center(buttons[0]))
    assert "1 of 5 judged" in desk.status


def go_to_another_sample_and_back(desk):
    desk.click_sample(1)
    desk.hand.wait_for(lambda: desk.review.sample.name == "b", "the other sample is on stage")
    assert note_of(desk) == ""
    desk.hand.settle()
    desk.press("Prior")
    desk.hand.wait_for(lambda: desk.review.sample.name == "a", "back again")


def test_closing_keeps_the_note(own_app, desk, folder):
    from segreview.session.opening import open_review

    begin(desk, folder)
    entry, reading = desk.get(lambda: (desk.bench.entries[0], desk.bench.reading))
    desk.get(desk.bench.close)
    review = open_review(reading.sample(entry))
    assert [review.note(row) for row in review.queue if row.item.reference_ids == (3,)] == ["is it deb"]
    review.close()


@pytest.mark.parametrize(
    "turn",
    [
        turn_to_another_row,
        turn_to_an_object_on_the_canvas,
        turn_to_the_canvas,
        turn_to_another_field,
        judge_with_the_mouse,
        go_to_another_sample_and_back,
    ],
)
def test_a_half_typed_note_is_kept_on_its_item(desk, folder, turn):
    begin(desk, folder)
    turn(desk)
    assert note_of(desk) == "is it deb"
    desk.hand.wait_for(lambda: desk.app.queue.note.isHidden(), "the field goes, once the click is over")


def test_the_kept_note_can_be_gone_on_with_and_undone(desk, folder):
    begin(desk, folder)
    turn_to_another_row(desk)
    assert "missed GT 3: noted." in desk.notice
    desk.hand.wait_for(lambda: desk.app.queue.note.isHidden(), "the field goes, and the lines move up")
    desk.click_line(0)
    assert desk.row == MISSED
    desk.press("ctrl+Return", "End")
    desk.hand.text("ris?")
    desk.press("Return")
    assert note_of(desk) == "is it debris?"
    desk.press("ctrl+z", "ctrl+z")
    assert note_of(desk) == ""


def test_asking_for_the_note_again_goes_on_with_what_is_typed(desk, folder):
    begin(desk, folder)
    desk.choose("Review", "Note…")
    desk.press("End")
    desk.hand.text("ris")
    desk.press("Return")
    assert note_of(desk) == "is it debris"


def test_a_note_that_nothing_was_typed_into_says_nothing(desk, folder):
    begin(desk, folder, "x")
    desk.press("BackSpace")
    turn_to_another_row(desk)
    assert "noted" not in desk.notice
    assert desk.get(lambda: desk.review.undo_title) is None


def test_a_hand_that_is_not_steady_selects_one_row_while_the_field_goes(desk, folder):
    begin(desk, folder)
    table = desk.app.queue.table

    def where():
        center = table.visualRect(table.model().index(1, 2)).center()
        return center.x(), center.y()

    x, y = desk.hand.place(table.viewport(), where)
    desk.hand.move((x, y))
    desk.hand.press_button()
    desk.hand.settle(0.3)
    desk.hand.move((x + 1, y + 1))
    desk.hand.release_button()
    desk.hand.settle()
    assert desk.row == SPURIOUS
    assert desk.get(lambda: len(desk.bench.focus.rows)) == 1
    assert not is_open(desk)


def test_a_note_on_an_item_that_is_gone_is_refused_and_can_be_copied(desk, folder):
    from qtpy.QtWidgets import QApplication, QToolButton

    begin(desk, folder)

    def take_away():
        from segreview.tools import DELETE

        desk.review.use(DELETE, desk.bench.focus.row)

    desk.get(take_away)
    desk.hand.settle()  # the dock above gives way
    turn_to_another_row(desk)
    assert "The note was not kept. This item is gone" in desk.notice
    link = desk.get(lambda: desk.app.notice.findChildren(QToolButton)[-1])
    desk.hand.click(desk.hand.center(link))
    assert desk.get(lambda: QApplication.clipboard().text()) == "is it deb"


def test_the_list_of_verdicts_has_the_note_that_was_half_typed(desk, folder):
    begin(desk, folder)
    desk.choose("File", "Export corrected labels…")
    dialog = desk.dialog("export")
    assert note_of(desk) == "is it deb"
    desk.hand.begin(dialog.reject)


def test_the_keys_of_a_note_open_it_from_another_field_and_close_it_again(desk, folder):
    desk.open(folder)
    desk.press("n", "0", "ctrl+f")
    desk.hand.text("3")
    desk.press("ctrl+Return")
    assert is_open(desk)
    assert desk.get(desk.app.queue.finder.isHidden)
    desk.hand.text("late")
    desk.press("ctrl+Return")
    assert not is_open(desk)
    assert note_of(desk) == "late"
