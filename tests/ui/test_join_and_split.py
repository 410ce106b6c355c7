"""Join, split and the brush: what is shown before, what is done, and that one undo takes it back."""

import numpy as np
import pytest
from desk import small_masks, small_stack, write_set, write_tiff

pytestmark = pytest.mark.gui


@pytest.fixture
def folder(tmp_path):
    return write_set(tmp_path / "set")


def open_on(desk, folder, row, column, **options):
    """Open a set and select the object under a pixel by a click."""
    desk.open(folder, **options)
    desk.click_pixel(row, column)
    assert desk.row is not None


def pane(desk):
    """Words and size of the areas on the glass, and the number of points of its line."""
    from segreview.ui.canvas.glass import Glass

    def found():
        panes = [g for g in desk.app.window.findChildren(Glass) if g.isVisible()]
        assert len(panes) < 2
        areas, line = panes[0].shown if panes else ((), ())
        return {area.text: int(area.mask.sum()) for area in areas}, len(line)

    return desk.get(found)


def drag_slowly(desk, *places):
    """Press and move, and keep the button down."""
    desk.hand.move(desk.at(*places[0]))
    desk.hand.press_button()
    for place in places[1:]:
        desk.hand.move(desk.at(*place))
        desk.hand.settle(0.05)


def click_with(desk, key, row, column):
    from hand import _xdotool

    desk.hand.move(desk.at(row, column))
    _xdotool("keydown", key)
    desk.hand.click(desk.at(row, column))
    _xdotool("keyup", key)
    desk.hand.settle(0.1)


def test_j_shows_what_it_would_join_and_then_joins_it(desk, folder):
    open_on(desk, folder, 75, 90)
    assert desk.row == ("merged", (5, 6), (7,))
    before = desk.pixels
    desk.press("j")
    assert "Join 5 and 6? J again or Enter does it" in desk.notice
    assert pane(desk) == ({"5": 1200}, 0)
    assert np.array_equal(desk.pixels, before)
    desk.press("Escape")
    assert pane(desk) == ({}, 0)
    desk.press("Return")
    assert np.array_equal(desk.pixels, before)
    desk.press("j", "j")
    assert (desk.pixels == 5).sum() == 1200
    assert pane(desk) == ({}, 0)
    assert desk.row == ("matched", (5,), (7,))
    desk.check()
    desk.press("ctrl+z")
    assert np.array_equal(desk.pixels, before)
    desk.check()


def test_objects_are_picked_by_ctrl_click_and_enter_joins_them(desk, folder):
    open_on(desk, folder, 20, 112)
    desk.press("j")
    assert "Ctrl+click" in desk.notice
    click_with(desk, "ctrl", 75, 90)
    assert desk.row == ("missed", (3,), ())
    assert pane(desk) == ({"3": 576, "5": 600}, 0)
    click_with(desk, "shift", 75, 110)
    click_with(desk, "ctrl", 20, 112)
    assert "Picked 5 and 6" in desk.notice
    desk.press("j", "Return")
    assert (desk.pixels == 5).sum() == 1200
    desk.check()
    click_with(desk, "ctrl", 20, 20)
    desk.click_pixel(75, 30)
    assert pane(desk) == ({}, 0)


def test_a_line_cuts_and_its_parts_are_seen_before(desk, folder):
    open_on(desk, folder, 75, 30)
    before = desk.pixels
    desk.press("s")
    drag_slowly(desk, (55, 30), (75, 30), (95, 30))
    areas, points = pane(desk)
    assert sorted(areas) == ["4", "new 7"]
    assert sum(areas.values()) == 1200
    assert points > 2
    assert np.array_equal(desk.pixels, before)
    desk.hand.release_button()
    after = desk.pixels
    assert set(after[60:90, 10:50].ravel()) == {4, 7}
    assert np.array_equal(after > 0, before > 0)
    assert pane(desk) == ({}, 0)
    assert "Cut 4: the new part is 7" in desk.notice
    desk.check()
    desk.press("ctrl+z")
    assert np.array_equal(desk.pixels, before)
    assert desk.get(lambda: desk.review.redo_title) == "Split objects"
    desk.check()


def test_corners_by_click_enter_cuts_and_esc_drops(desk, folder):
    open_on(desk, folder, 75, 30)
    before = desk.pixels
    desk.press("s")
    center = desk.get(lambda: desk.app.viewer.scene.camera.center)
    desk.click_pixel(55, 20)
    desk.click_pixel(75, 30)
    desk.hand.move(desk.at(95, 25))
    desk.hand.settle(0.1)
    assert sorted(pane(desk)[0]) == ["4", "new 7"]
    desk.press("Escape")
    assert pane(desk) == ({}, 0)
    desk.click_pixel(55, 20)
    desk.click_pixel(95, 30)
    desk.press("Return")
    assert (desk.pixels == 7).any()
    assert np.array_equal(desk.pixels > 0, before > 0)
    assert desk.get(lambda: desk.app.viewer.scene.camera.center) == center
    desk.press("Escape")
    assert desk.get(lambda: desk.bench.in_hand) == ""
    desk.hand.drag([desk.at(120, 100), desk.at(120, 60)])
    assert desk.get(lambda: desk.app.viewer.scene.camera.center) != center


def test_a_line_that_cuts_nothing_says_why(desk, folder):
    open_on(desk, folder, 75, 30)
    before = desk.pixels
    desk.press("s")
    desk.stroke((55, 30), (65, 30), (75, 30))
    assert "does not cut object 4 in two" in desk.notice
    desk.stroke((120, 30), (120, 80))
    assert "crosses no GT object" in desk.notice
    drag_slowly(desk, (55, 30), (75, 30), (95, 30))
    desk.press("Escape")
    desk.hand.release_button()
    assert np.array_equal(desk.pixels, before)
    assert pane(desk) == ({}, 0)
    desk.press("2")
    assert desk.get(lambda: desk.bench.in_hand) == ""
    desk.stroke((75, 49), (75, 52))
    assert (desk.pixels == 4).sum() > 1200
    desk.check()


def test_a_line_in_a_slice_cuts_the_whole_object_and_axes_may_be_turned(desk, tmp_path):
    desk.open(write_set(tmp_path / "set", masks=small_stack))
    desk.get(lambda: desk.app.viewer.dims.set_current_step(0, 7))
    before = desk.pixels
    desk.press("s")
    desk.stroke((55, 30), (75, 30), (95, 30))
    after = desk.pixels
    assert [set(np.unique(s)) >= {4, 7} for s in after] == [6 <= n < 10 for n in range(16)]
    assert np.array_equal(after > 0, before > 0)
    desk.press("ctrl+z")
    desk.get(lambda: setattr(desk.app.viewer.dims, "order", (0, 2, 1)))
    desk.hand.settle(0.3)
    desk.stroke((30, 55), (30, 75), (30, 95))  # the screen's rows are columns now
    turned = desk.pixels
    assert np.array_equal(turned == 8, after == 7)  # an id that was taken back is not given again
    desk.check()
    desk.press("ctrl+z")
    desk.get(lambda: setattr(desk.app.viewer.dims, "order", (0, 1, 2)))


def test_parts_of_a_mask_are_still_apart_when_the_file_is_read(desk, tmp_path):
    import tifffile

    from segreview.formats.registry import read

    gt, _ = small_masks()
    folder = write_set(tmp_path / "set")
    file = write_tiff(folder / "gt" / "a.tif", (gt > 0).astype(np.uint8) * 255)
    objects = len(np.unique(read(file).data)) - 1
    desk.open(folder)
    desk.press("s")
    desk.stroke((55, 30), (75, 30), (95, 30))
    desk.press("ctrl+s")
    desk.answer("where", "Over the original")
    desk.hand.wait_for(lambda: not desk.review.unwritten, "the mask is written")
    saved = read(file)
    assert set(np.unique(tifffile.imread(file))) == {0, 255}
    assert len(np.unique(saved.data)) - 1 == objects + 1


def test_the_next_sample_finds_the_tools_put_away(desk, tmp_path):
    desk.open(write_set(tmp_path / "set", ("a", "b")))
    desk.click_pixel(75, 90)
    desk.press("j")
    assert pane(desk)[0]
    desk.press("Next")
    desk.hand.wait_for(lambda: desk.review.sample.name == "b", "the next sample is open")
    assert pane(desk) == ({}, 0)
    desk.press("s")
    desk.click_pixel(55, 20)
    desk.press("Prior")
    desk.hand.wait_for(lambda: desk.review.sample.name == "a", "the sample before is open")
    assert pane(desk) == ({}, 0)
    assert desk.get(lambda: (desk.bench.in_hand, desk.bench.scene.gt.mouse_pan)) == ("", True)
    desk.press("s", "3")
    assert desk.get(lambda: desk.bench.in_hand) == ""
    assert desk.mode == "polygon"


def test_the_brush_changes_its_size_by_keys_and_by_shift_and_wheel(desk, folder):
    from hand import _xdotool

    open_on(desk, folder, 20, 112)
    desk.press("2")

    def size():
        return desk.get(lambda: desk.bench.scene.gt.brush_size)

    assert size() == 10
    desk.press("bracketright")
    assert size() == 13
    assert "Brush 13 px" in desk.notice
    desk.press("bracketleft", "bracketleft")
    assert size() == 8
    desk.hand.move(desk.at(45, 112))
    zoom = desk.get(lambda: desk.app.viewer.scene.camera.zoom)
    _xdotool("keydown", "shift")
    desk.hand.click(desk.at(45, 112), 4)
    desk.hand.click(desk.at(45, 112), 4)
    _xdotool("keyup", "shift")
    desk.hand.settle(0.1)
    assert size() == 13
    assert desk.get(lambda: desk.app.viewer.scene.camera.zoom) == zoom
    desk.get(lambda: setattr(desk.bench.scene.gt, "brush_size", 10))


def test_a_second_quick_stroke_at_the_same_place_is_not_lost(desk, folder):
    from hand import _xdotool

    open_on(desk, folder, 20, 112)
    desk.press("2")
    x, y = desk.at(45, 112)
    desk.hand.move((x, y))
    nodes = desk.get(lambda: len(desk.review.journal.nodes))
    for _ in range(2):
        _xdotool("click", 1)
        _xdotool("mousedown", 1)  # a double click for Qt, and the beginning of a stroke for the hand
        for n in range(1, 5):
            _xdotool("mousemove", x + 15 * n, y)
            desk.hand.settle(0.04)
        _xdotool("mouseup", 1)
        desk.hand.settle(0.5)
        _xdotool("mousemove", x, y)
    assert (desk.pixels[45] == 3).sum() > 10 + 60 / 12
    assert desk.get(lambda: len(desk.review.journal.nodes)) >= nodes + 2
    desk.check()


def test_layers_of_a_review_cannot_be_dragged_out_of_place(desk, folder):
    desk.open(folder)
    viewer = desk.app.viewer
    for layer in desk.get(lambda: [*desk.bench.scene.layers.all, desk.bench.scene.contours.layer]):
        desk.get(lambda layer=layer: setattr(viewer.layers.selection, "active", layer))
        desk.press("7")
        assert desk.get(lambda layer=layer: str(layer.mode)) == "pan_zoom"
        desk.get(lambda layer=layer: setattr(layer, "mode", "transform"))
        assert desk.get(lambda layer=layer: str(layer.mode)) == "pan_zoom"
