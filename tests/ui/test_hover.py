"""The card under the pointer: what it says, and when it keeps out of the way."""

import pytest
from desk import write_set

pytestmark = pytest.mark.gui


@pytest.fixture
def folder(tmp_path):
    return write_set(tmp_path / "set")


def card(desk):
    from segreview.ui.hands.hover import Card

    return desk.app.window.findChild(Card)


def words(desk):
    """Text of the card; empty when there is none to be seen."""
    from qtpy.QtGui import QTextDocument

    def found():
        shown = card(desk)
        if shown is None or not shown.isVisible():
            return ""
        document = QTextDocument()
        document.setHtml(shown.text())
        return document.toPlainText()

    return desk.get(found)


def point_at(desk, row, column, expected):
    """Move the pointer and wait until the card says something."""
    desk.hand.move(desk.at(row + 1, column))
    desk.hand.move(desk.at(row, column))
    desk.hand.wait_for(
        lambda: expected in card(desk).text() if expected else not card(desk).isVisible(),
        f"the card says {expected!r}",
        5,
    )
    return words(desk)


def test_the_card_names_both_sides_kind_and_iou(desk, folder):
    desk.open(folder)
    assert "GT 4\n" in (said := point_at(desk, 75, 20, "split"))
    assert "model 4, 5" in said
    assert "÷ split · IoU 0.95" in said
    assert "model –" in point_at(desk, 20, 112, "missed")
    said = point_at(desk, 20, 160, "spurious")
    assert "GT –" in said
    assert "model 9" in said
    assert point_at(desk, 140, 100, "") == ""


def test_the_card_keeps_away_while_the_hand_works_and_while_it_is_switched_off(desk, folder):
    from hand import _xdotool

    desk.open(folder)
    point_at(desk, 75, 20, "split")
    desk.hand.press_button()
    assert words(desk) == ""
    desk.hand.release_button()
    desk.press("2")
    desk.hand.move(desk.at(75, 22))
    desk.hand.settle(0.3)
    assert words(desk) == ""
    desk.press("6")
    point_at(desk, 75, 25, "split")
    _xdotool("keydown", "h")
    desk.hand.wait_for(lambda: not card(desk).isVisible(), "the card goes with the masks")
    _xdotool("keyup", "h")
    desk.hand.wait_for(lambda: card(desk).isVisible(), "the card comes back with the masks")
    desk.hand.move(desk.hand.center(desk.app.pair))
    desk.hand.wait_for(lambda: not card(desk).isVisible(), "the card goes with the pointer")
    desk.get(lambda: desk.app.actions["toggle_hover"].trigger())
    desk.hand.move(desk.at(75, 20))
    desk.hand.settle(0.3)
    assert words(desk) == ""


def test_a_card_that_follows_the_pointer_draws_nothing_of_the_canvas(desk, folder):
    drawn = []
    desk.open(folder)
    point_at(desk, 75, 20, "split")
    desk.hand.settle(0.3)
    canvas = desk.app.window._qt_viewer.canvas._scene_canvas
    desk.get(lambda: canvas.events.draw.connect(drawn.append))
    for column in (22, 25, 36, 42):
        desk.hand.move(desk.at(75, column))
    place = desk.get(lambda: card(desk).mapToGlobal(card(desk).rect().topLeft()).x())
    assert 0 < place - desk.at(75, 42)[0] < 40
    point_at(desk, 140, 100, "")
    assert drawn == []


def test_the_card_follows_an_edit(desk, folder):
    desk.open(folder)
    point_at(desk, 20, 112, "missed")
    desk.press("n")
    desk.press("Delete")
    desk.hand.wait_for(lambda: not card(desk).isVisible(), "the object and its card are gone")
