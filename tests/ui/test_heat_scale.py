"""The heatmap in the window: colours, scale, hover, click, and kinds of which there is nothing."""

import numpy as np
import pytest
from desk import small_masks, write_set, write_tiff

pytestmark = pytest.mark.gui

MISSED, DISPLACED = (20, 112), (20, 76)


@pytest.fixture
def folder(tmp_path):
    folder = write_set(tmp_path / "set")
    write_tiff(folder / "prob" / "a.tif", np.where(small_masks()[0] == 3, 0.5, 1).astype(np.float32))
    return folder


def card(desk):
    from segreview.ui.heat_scale import Card

    return desk.app.window.findChild(Card)


def wait_for_ends(desk, *expected):
    """Wait until the scale says that the weakest and the strongest colour mean this."""
    found = card(desk).ends
    desk.hand.wait_for(
        lambda: [label.text() for label in found if label.text()] == list(expected), f"{expected}", 5
    )


def drag_handle(desk, start, stop):
    """Drag along the bar of the scale, from and to shares of its axis."""
    from segreview.ui.docks.histogram import EDGE

    bar = card(desk).bar
    places = [(round(EDGE + share * bar.length), bar.height() // 2) for share in (start, stop)]
    desk.hand.drag([desk.hand.place(bar, lambda place=place: place) for place in places])


def hovered(desk, place, expected):
    from segreview.ui.hands.hover import Card

    desk.hand.move(desk.at(place[0] + 1, place[1]))
    desk.hand.move(desk.at(*place))
    found = desk.app.window.findChild(Card)
    desk.hand.wait_for(lambda: expected in found.text(), f"the card says {expected!r}", 5)


def test_colours_scale_hover_and_click(desk, folder):
    desk.open(folder)
    plain = desk.color_at(*MISSED)
    desk.press("q")
    light = desk.color_at(*MISSED)
    assert min(light[:2]) > max(plain) + 60  # the whole object differs: the lightest colour
    wait_for_ends(desk, "0.00", "1.00")
    hovered(desk, MISSED, "disagreement 1.00")
    drag_handle(desk, 1.0, 0.3)
    wait_for_ends(desk, "0.00", "0.30")
    assert desk.get(lambda: desk.bench.scene.warmth.limits[1]) == pytest.approx(0.3, abs=0.01)
    desk.click_pixel(*DISPLACED)
    assert desk.row == ("boundary", (2,), (2,))
    desk.press("alt+q")  # nothing is suspected yet, so it goes on to outlines
    wait_for_ends(desk, "−8.0 px", "0.0 px", "+8.0 px")
    hovered(desk, DISPLACED, "displacement +3.0 px")
    drag_handle(desk, 0.0, 0.25)
    wait_for_ends(desk, "−4.0 px", "0.0 px", "+4.0 px")  # both ends move alike
    desk.press("alt+q")
    hovered(desk, MISSED, "uncertainty 1.00")
    desk.check()
    desk.press("q")
    assert not desk.get(card(desk).isVisible)


def test_kinds_without_data_are_grey_and_say_why(desk, folder):
    from segreview.triage.heat import Heat

    desk.open(folder)
    desk.get(desk.app.menus.refresh)
    confusion = desk.app.actions["heat_of_confusion"]
    assert not desk.get(confusion.isEnabled)
    assert desk.get(confusion.toolTip).endswith("Not here: it is of labels that are classes")
    assert desk.get(desk.app.actions["heat_of_entropy"].isEnabled)
    desk.get(lambda: desk.app.commands.do("heat_of_confusion"))
    assert desk.notice.endswith("Confusion: it is of labels that are classes.")
    desk.get(lambda: desk.bench.switch(heat=True, heatmap=Heat.CONFUSION))  # chosen with another sample
    assert "labels that are classes" in desk.get(card(desk).measure.text)
    assert not desk.get(card(desk).bar.isVisible)
    desk.get(lambda: desk.bench.switch(reference=False, prediction=False, heatmap=Heat.DIFFERENCE))
    assert desk.get(lambda: desk.bench.scene.contours.layer.visible)  # without any outline
    desk.press("8")
    desk.check()
    desk.press("8")


def test_it_follows_strokes_in_a_stack_and_through_samples(desk, tmp_path):
    from desk import small_stack

    folder = write_set(tmp_path / "set", ("a", "b"), masks=small_stack)
    desk.open(folder)
    desk.press("q", "n")
    desk.check()
    desk.press("c")
    desk.check()
    desk.press("ctrl+z")
    desk.check()
    desk.press("ctrl+y")  # no heatmap is drawn in a volume
    desk.hand.wait_for(lambda: not card(desk).isVisible(), "the scale goes", 5)
    assert not desk.get(lambda: desk.bench.scene.shows_heat)
    desk.press("ctrl+y")
    desk.hand.wait_for(lambda: card(desk).isVisible(), "the scale comes back", 5)
    desk.press("Next")
    desk.hand.wait_for(lambda: desk.bench.number == 1, "the next sample is open", 10)
    desk.wait_until_open()
    assert desk.get(lambda: desk.bench.scene.shows_heat)
    assert desk.get(lambda: card(desk).isVisible())
    desk.check()
