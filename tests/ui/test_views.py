"""Ways of looking: filled, bare, one side alone, with a legend, as a volume."""

import numpy as np
import pytest
from desk import small_stack, write_set

pytestmark = pytest.mark.gui

MISSED = (22, 112)
"""A pixel in the midst of GT object 3, which the model misses."""


@pytest.fixture
def desk(desk, tmp_path):
    """A desk with two samples, to be opened."""
    desk.folder = write_set(tmp_path / "set", ("a", "b"))
    return desk


def open_two(desk):
    """Open them; the first one is seen as a whole, and the pointer is out of the way."""
    desk.open(desk.folder)
    desk.hand.move(desk.at(150, 190))


def bluish(color):
    return color[2] > color[0] + 25


def reddish(color):
    return color[0] > color[1] + 12


def grey(color):
    return max(color) - min(color) < 12


def wait_for_color(desk, place, wanted):
    """The screen is drawn when the window comes to rest; on a busy machine that takes a while."""
    for _ in range(25):
        if wanted(desk.color_at(*place)):
            return
    raise AssertionError((place, desk.color_at(*place), wanted))


def run(desk, action, **options):
    from segreview.ui.actions import action as found

    desk.get(lambda: desk.app.commands.run(found(action), **options))


def contours(desk):
    return desk.bench.scene.contours


def tap(desk):
    """Tap Tab, on a machine of any speed."""
    from segreview.ui.actions import action as found

    def twice():
        for pressed in (True, False):
            desk.app.commands.run(found("swap_sides"), pressed=pressed)

    desk.get(twice)


# -------------------------------------------------------------------- filled
def test_filled_by_our_own_picture_alone(desk):
    open_two(desk)
    assert grey(desk.color_at(*MISSED))
    assert legend(desk) == []
    desk.press("o")
    wait_for_color(desk, MISSED, bluish)
    layers = desk.bench.scene.layers
    assert desk.get(lambda: (layers.gt.opacity, layers.model.opacity)) == (0, 0)
    assert legend(desk) == []
    run(desk, "color_by_iou")
    wait_for_color(desk, MISSED, reddish)  # the stripes of no partner
    assert "no partner" in legend(desk)
    run(desk, "color_by_class")
    assert legend(desk)[2:] == ["no class"]
    desk.press("o")
    wait_for_color(desk, MISSED, grey)
    desk.press("9")
    assert {"GT", "model", "current item", "missed"} <= set(legend(desk))
    desk.press("9")
    assert legend(desk) == []


def legend(desk):
    """Lines of the legend; none when it is not to be seen."""
    from qtpy.QtWidgets import QWidget

    def said():
        card = desk.app.window._qt_viewer.canvas.native.findChild(QWidget, "legend")
        return [line.text for line in card.lines] if card.isVisible() else []

    return desk.get(said)


def test_the_legend_lies_below_a_banner_however_high_that_is(desk):
    from qtpy.QtWidgets import QWidget

    open_two(desk)
    desk.press("9")
    banner = desk.app.doors.banner
    card = desk.get(lambda: banner.parentWidget().findChild(QWidget, "legend"))

    def places():
        return banner.height(), card.geometry().top() - banner.geometry().bottom()

    desk.get(lambda: banner.show_line("words " * 60, []))
    low, gap = desk.get(places)
    desk.get(lambda: banner.setFixedHeight(low + 40))
    assert desk.get(places) == (low + 40, gap)
    desk.get(banner.clear)


def test_painting_is_seen_while_the_stroke_goes_on(desk):
    open_two(desk)
    run(desk, "color_by_side")
    tap(desk)
    tap(desk)
    assert desk.get(lambda: contours(desk).shown) == (False, True)
    desk.press("m")
    desk.get(lambda: setattr(desk.bench.scene.gt, "brush_size", 12))
    desk.hand.move(desk.at(120, 60))
    desk.hand.press_button()
    desk.hand.move(desk.at(120, 100))
    assert desk.get(lambda: desk.review.unwritten) == 0
    wait_for_color(desk, (120, 80), bluish)  # and what is painted on is back
    assert desk.get(lambda: contours(desk).shown) == (True, True)
    desk.hand.release_button()
    desk.hand.wait_for(lambda: desk.review.unwritten == 1, "the stroke has arrived")
    run(desk, "color_by_iou")
    wait_for_color(desk, (120, 80), reddish)
    desk.press("ctrl+z")
    wait_for_color(desk, (120, 80), grey)


# -------------------------------------------------------------------- glances
def test_glances_change_no_layer(desk):
    open_two(desk)
    run(desk, "color_by_side")
    desk.press("q")
    changes = watch_layers(desk)
    desk.hand.press_key("h")
    desk.hand.wait_for(lambda: not contours(desk).layer.visible, "the outlines are hidden")
    assert not desk.get(lambda: desk.bench.scene.shows_heat)
    wait_for_color(desk, MISSED, grey)
    desk.hand.release_key("h")
    desk.hand.wait_for(lambda: contours(desk).layer.visible, "the outlines are back")
    assert desk.get(lambda: desk.bench.scene.shows_heat)
    for sides, said in (
        ((True, False), "GT alone"),
        ((False, True), "Model alone"),
        ((True, True), "GT and model"),
    ):
        tap(desk)
        assert desk.get(lambda: contours(desk).shown) == sides
        assert desk.get(desk.app.notice.text).startswith(said)
    seen = []
    desk.get(lambda: contours(desk).drawn.connect(lambda: seen.append(contours(desk).shown)))
    desk.hand.press_key("Tab")
    desk.hand.wait_for(lambda: seen.count((False, True)) > 1, "the model was seen twice")
    desk.hand.release_key("Tab")
    desk.hand.wait_for(lambda: contours(desk).glanced is None, "both are back")
    assert {(True, False), (False, True)} <= set(seen)
    assert changes == []


def watch_layers(desk):
    """Collects changes of visibility of napari's layers of the review, each of which is slow."""
    changes = []

    def connect():
        for layer in desk.bench.scene.layers.all:
            layer.events.visible.connect(lambda event: changes.append(event.source.name))

    desk.get(connect)
    return changes


# -------------------------------------------------------------------- volumes
def test_slices_and_the_volume(desk, tmp_path):
    desk.open(write_set(tmp_path / "set", ("a",), masks=small_stack))
    viewer = desk.app.viewer
    run(desk, "color_by_iou")
    run(desk, "toggle_beside")
    desk.press("n")
    desk.hand.settle(0.3)
    for order in ((1, 0, 2), (0, 2, 1)):
        desk.get(lambda order=order: setattr(viewer.dims, "order", order))
        desk.hand.wait_for(
            lambda: all(np.asarray(layer.data).any() for layer in contours(desk).layers), "both are drawn"
        )
    desk.get(lambda: setattr(viewer.dims, "order", (0, 1, 2)))
    desk.get(lambda: setattr(viewer.dims, "ndisplay", 3))
    layers = desk.bench.scene.layers
    assert desk.get(lambda: [layers.gt.opacity, layers.model.opacity]) == [0.45, 0.45]
    assert "two dimensions" in desk.notice
    run(desk, "hide_masks", pressed=True)
    assert desk.get(lambda: [layers.gt.opacity, layers.model.opacity]) == [0, 0]
    run(desk, "hide_masks", pressed=False)
    desk.get(lambda: setattr(viewer.dims, "ndisplay", 2))
    assert desk.get(lambda: [layers.gt.opacity, layers.model.opacity]) == [0, 0]
    desk.hand.wait_for(lambda: contours(desk).layer.visible, "the outlines are back")
