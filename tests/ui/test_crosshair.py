"""The crosshair: one place in crops and canvas, wherever the pointer is."""

import numpy as np
import pytest
from desk import small_stack, write_set

pytestmark = pytest.mark.gui


@pytest.fixture
def folder(tmp_path):
    return write_set(tmp_path / "set")


def lines(desk):
    from segreview.ui.hands.crosshair import Lines

    found = desk.get(lambda: desk.app.window.findChildren(Lines))
    assert len(found) <= 1
    return found[0] if found else None


def marked(desk):
    """Screen positions that are marked on the canvas."""

    film = lines(desk)

    def found():
        points = [film.mapToGlobal(place.toPoint()) for _, place in film.shown]
        return [(point.x(), point.y()) for point in points]

    return desk.get(found)


def is_close(one, other, by=2):
    return np.abs(np.subtract(one, other)).max() <= by


def in_crops(desk):
    """Place that the three crops mark, in array indices."""
    crops = desk.app.pair.crops
    crosses = desk.get(lambda: [crop.cross for crop in crops.widgets])
    assert crosses[0] == crosses[1] == crosses[2]
    return None if crosses[0] is None else desk.get(lambda: crops.sight.data_at(crosses[0]))


def counter(desk):
    """Counts drawings of the canvas and of the outlines from now on."""
    counts = {"canvas": 0, "outlines": 0}

    def count(name):
        counts[name] += 1

    def connect():
        canvas = desk.app.window._qt_viewer.canvas._scene_canvas
        canvas.events.draw.connect(lambda event: count("canvas"))
        desk.bench.scene.contours.drawn.connect(lambda: count("outlines"))

    desk.get(connect)
    return counts


def test_a_place_in_a_crop_is_marked_on_the_canvas_at_no_drawing(desk, folder):
    desk.open(folder)
    desk.press("n")
    crops = desk.app.pair.crops
    x, y = desk.hand.center(crops.widgets[1])
    desk.hand.move((x, y))
    desk.hand.settle(0.3)
    counts = counter(desk)
    for dx, dy in ((4, 3), (11, -9), (-14, 8)):
        desk.hand.move((x + dx, y + dy))
        place = in_crops(desk)
        (mark,) = marked(desk)
        assert is_close(mark, desk.at(*place))
    desk.hand.settle(0.2)
    assert counts == {"canvas": 0, "outlines": 0}
    at = desk.get(lambda: grab(desk, mark[0] - 30, mark[1]))
    assert min(at) > 90  # light on a dark image
    desk.hand.move((x, y + 300))
    assert marked(desk) == []
    assert in_crops(desk) is None


def grab(desk, x, y):
    return desk.app.window.screen().grabWindow(0, x, y, 1, 1).toImage().pixelColor(0, 0).getRgb()[:3]


def test_a_place_on_the_canvas_is_marked_in_the_crops_that_show_it(desk, folder):
    desk.open(folder)
    desk.press("n")  # object 3, in rows 10 to 33 and columns 100 to 123
    counts = counter(desk)
    desk.hand.move(desk.at(20, 111))
    desk.hand.move(desk.at(20, 110))
    assert in_crops(desk) == pytest.approx((20, 110), abs=0.5)
    assert marked(desk) == []
    desk.press("0")
    desk.hand.move(desk.at(120, 21))
    desk.hand.move(desk.at(120, 20))
    assert in_crops(desk) is None
    assert desk.get(lambda: desk.bench.focus.pointer) == pytest.approx((120, 20), abs=0.5)
    desk.hand.move(desk.at(20, 110))
    assert in_crops(desk) == pytest.approx((20, 110), abs=0.5)
    assert counts["outlines"] <= 1  # the camera has moved once
    desk.hand.move(desk.hand.center(desk.app.queue.table))
    assert in_crops(desk) is None


def test_side_by_side_the_other_cell_is_marked(desk, folder):
    desk.open(folder)
    desk.press("8")
    desk.hand.settle(0.4)
    for side in (0, 1):
        desk.hand.move(desk.cell_at(side, 80, 61))
        desk.hand.move(desk.cell_at(side, 80, 60))
        (mark,) = marked(desk)
        assert is_close(mark, desk.cell_at(1 - side, 80, 60))
    desk.press("n")
    assert marked(desk) == []
    desk.hand.settle(0.3)
    desk.hand.move(desk.hand.center(desk.app.pair.crops.widgets[0]))
    place = in_crops(desk)
    assert all(is_close(mark, desk.cell_at(side, *place)) for side, mark in enumerate(marked(desk)))
    assert len(marked(desk)) == 2


def test_a_place_in_another_slice_is_marked_nowhere(desk, tmp_path):
    desk.open(write_set(tmp_path / "set", masks=small_stack))
    desk.press("n")
    viewer = desk.app.viewer
    x, y = desk.hand.center(desk.app.pair.crops.widgets[2])
    desk.hand.move((x + 6, y + 4))
    assert len(marked(desk)) == 1
    index = desk.get(lambda: desk.bench.focus.pointer)
    assert index[0] == desk.get(lambda: viewer.dims.current_step[0])
    desk.get(lambda: viewer.dims.set_current_step(0, 1))
    assert marked(desk) == []
    desk.get(lambda: viewer.dims.set_current_step(0, index[0]))
    assert len(marked(desk)) == 1
    desk.press("0")
    place = desk.get(lambda: desk.bench.focus.row.item.box.center[1:])
    desk.hand.move(desk.at(*place))
    assert in_crops(desk) == pytest.approx(place, abs=1)
    desk.get(lambda: viewer.dims.set_current_step(0, 1))
    desk.hand.move(desk.at(place[0], place[1] + 2))
    assert in_crops(desk) is None


def test_nothing_of_it_stays(desk, folder):
    desk.open(folder)
    desk.get(desk.bench.clear_stage)
    desk.hand.settle()
    assert lines(desk) is None
    desk.hand.move(desk.canvas_center())
    assert desk.get(lambda: desk.bench.focus.pointer) is None
