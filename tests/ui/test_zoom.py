"""The wheel over the canvas."""

import pytest
from desk import small_stack, write_set

pytestmark = pytest.mark.gui

AWAY, TOWARDS = 4, 5
"""Buttons of the X server for the wheel."""


def camera(desk):
    found = desk.app.viewer.scene.camera
    return desk.get(lambda: (found.zoom, *found.center[-2:]))


def test_a_notch_zooms_about_the_pointer_in_one_drawing(desk, tmp_path):
    drawn = []
    desk.open(write_set(tmp_path / "set"))
    first = camera(desk)
    place = desk.at(60, 40)
    desk.hand.move(place)
    desk.hand.settle(0.5)
    canvas = desk.app.window._qt_viewer.canvas._scene_canvas
    desk.get(lambda: canvas.events.draw.connect(lambda event: drawn.append("canvas")))
    desk.get(lambda: desk.bench.scene.contours.drawn.connect(lambda: drawn.append("outlines")))
    desk.hand.click(place, AWAY)
    desk.hand.settle(0.4)
    assert drawn == ["outlines", "canvas"]
    assert camera(desk)[0] == pytest.approx(1.007**30 * first[0])
    assert desk.at(60, 40) == pytest.approx(place, abs=1)
    desk.hand.click(place, TOWARDS)
    assert camera(desk) == pytest.approx(first)


def test_side_by_side_and_in_another_order_of_the_axes(desk, tmp_path):
    desk.open(write_set(tmp_path / "set", masks=small_stack))
    desk.press("8")
    desk.hand.settle(0.4)
    place = desk.cell_at(1, 60, 40)
    desk.hand.click(place, AWAY)
    assert desk.cell_at(1, 60, 40) == pytest.approx(place, abs=1)
    desk.press("8")
    desk.get(lambda: setattr(desk.app.viewer.dims, "order", (1, 0, 2)))
    before = camera(desk)
    desk.hand.click(desk.canvas_center(), AWAY)
    desk.hand.settle(0.2)
    now = camera(desk)
    assert now[0] == pytest.approx(1.007**30 * before[0])
    assert now[1:] == pytest.approx(before[1:], abs=1)
    desk.get(lambda: setattr(desk.app.viewer.dims, "order", (0, 1, 2)))


def test_napari_has_the_wheel_in_a_volume_and_once_nothing_is_open(desk, tmp_path):
    desk.open(write_set(tmp_path / "set", masks=small_stack))
    viewer = desk.app.viewer
    desk.get(lambda: setattr(viewer.dims, "ndisplay", 3))
    desk.hand.settle(0.3)
    before = camera(desk)
    desk.hand.click(desk.canvas_center(), AWAY)
    desk.hand.settle(0.3)
    assert camera(desk)[0] > before[0]
    desk.get(lambda: setattr(viewer.dims, "ndisplay", 2))
    callbacks = desk.get(lambda: len(viewer.mouse_wheel_callbacks))
    desk.get(desk.bench.clear_stage)
    assert desk.get(lambda: len(viewer.mouse_wheel_callbacks)) < callbacks
