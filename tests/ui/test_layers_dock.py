"""The layers dock: what is shown on the canvas and what is in hand, by mouse and live in both directions."""

import numpy as np
import pytest
from desk import small_masks, write_set, write_tiff
from fit import look
from opening import pump

pytestmark = [pytest.mark.gui, pytest.mark.usefixtures("fresh_window")]


@pytest.fixture
def app(app):
    """The window at a size where the dock shows words; keys as at the start afterwards."""
    app.window.setGeometry(0, 0, 1600, 1000)
    app.layout.reset()
    pump(100)
    yield app
    app.commands.keymap.reset_all()


@pytest.fixture
def desk(desk, tmp_path):
    """A desk with two samples of one image each, to be opened."""
    desk.folder = write_set(tmp_path / "set", ("a", "b"))
    return desk


def channels(folder, names=("a", "b"), strength=40):
    """The small masks under images of three channels, 16 bit, each darker than the one before."""
    import tifffile

    write_set(folder, names)
    gt, _ = small_masks()
    for n, name in enumerate(names):
        steps = np.arange(gt.size, dtype=np.uint16).reshape(gt.shape) % 500
        image = np.stack([(gt > 0) * strength * 100 // (k + 1) + steps + 100 * n for k in range(3)])
        image[0, 0, 0] = 65535  # a hot pixel
        tifffile.imwrite(
            folder / "images" / f"{name}.tif",
            image.astype(np.uint16),
            imagej=True,
            metadata={"axes": "CYX"},
        )
    return folder


def click(desk, widget):
    desk.hand.click(desk.hand.center(widget))
    desk.hand.settle(0.06)


def switches(desk):
    return desk.get(lambda: desk.bench.switches)


def checked(desk, button):
    return desk.get(button.isChecked)


# -------------------------------------------------------------------- sides
def test_eyes_and_keys_show_and_hide_the_sides(desk):
    desk.open(desk.folder)
    rows, layers = desk.app.layers.sides.rows, desk.bench.scene.layers
    for name, key, layer in (("toggle_gt", "ctrl+1", layers.gt), ("toggle_model", "ctrl+2", layers.model)):
        assert checked(desk, rows[name].eye)
        click(desk, rows[name].eye)
        assert not desk.get(lambda layer=layer: layer.visible)
        desk.press(key)
        assert desk.get(lambda layer=layer: layer.visible)
        assert checked(desk, rows[name].eye)
    click(desk, rows["toggle_heat"].name)
    assert desk.get(lambda: desk.bench.scene.shows_heat)
    desk.check()
    desk.press("q")
    assert not checked(desk, rows["toggle_heat"].eye)


def test_the_eyes_of_napari_turn_our_switches(desk):
    desk.open(desk.folder)
    rows, layers = desk.app.layers.sides.rows, desk.bench.scene.layers
    desk.get(lambda: setattr(layers.model, "visible", False))
    assert not switches(desk).prediction
    assert not checked(desk, rows["toggle_model"].eye)
    desk.get(lambda: desk.bench.switch(prediction=True, reference=False))
    assert desk.get(lambda: (layers.gt.visible, layers.model.visible)) == (0, 1)
    assert switches(desk).prediction


def test_masks_are_filled_and_coloured_by_mouse(desk):
    from segreview.ui.switches import Coloring

    desk.open(desk.folder)
    sides = desk.app.layers.sides
    _, by_iou, _ = sides._colorings
    click(desk, by_iou)
    assert (switches(desk).filled, switches(desk).coloring) == (True, Coloring.IOU)
    assert checked(desk, sides._filled)
    assert checked(desk, by_iou)
    desk.press("o")
    assert not any(desk.get(lambda: [b.isChecked() for b in (sides._filled, *sides._colorings)]))
    click(desk, sides._filled)
    assert checked(desk, by_iou)
    click(desk, sides._legend)
    assert switches(desk).legend


# -------------------------------------------------------------------- tools
def in_hand(desk):
    tools = desk.app.layers.tools.tools
    return desk.get(lambda: [name for name, button in tools.items() if button.isChecked()])


def test_tools_are_taken_by_mouse_and_follow_the_keys(desk):
    desk.open(desk.folder)
    tools = desk.app.layers.tools.tools
    assert in_hand(desk) == ["tool_move"]
    for name, mode in (
        ("tool_paint", "paint"),
        ("tool_erase", "erase"),
        ("tool_polygon", "polygon"),
        ("tool_fill", "fill"),
        ("tool_pick", "pick"),
    ):
        click(desk, tools[name])
        assert (desk.mode, in_hand(desk)) == (mode, [name])
    click(desk, tools["tool_split"])
    assert desk.get(lambda: desk.bench.in_hand) == "split"
    assert in_hand(desk) == ["tool_split"]
    click(desk, tools["tool_split"])
    assert in_hand(desk) == ["tool_move"]
    click(desk, tools["tool_move"])
    assert in_hand(desk) == ["tool_move"]
    desk.press("2")
    assert in_hand(desk) == ["tool_paint"]
    desk.press("s")
    assert in_hand(desk) == ["tool_split"]
    desk.press("Escape")
    assert in_hand(desk) == ["tool_move"]


def test_the_size_of_the_brush_is_a_slider(desk):
    desk.open(desk.folder)
    brush = desk.app.layers.tools.brush
    desk.press("2")
    before = desk.get(brush.slider.value)
    desk.press("bracketright")
    assert desk.get(brush.slider.value) == before + 1
    desk.get(lambda: setattr(desk.bench.scene.gt, "brush_size", 37))
    desk.hand.settle(0.06)
    assert desk.get(brush.size.text) == "37 px"
    assert desk.get(lambda: desk.bench.scene.gt.brush_size) == 37
    width = desk.get(brush.slider.width)
    ends = [desk.hand.place(brush.slider, lambda x=x: (x, 10)) for x in (width // 2, width - 9)]
    desk.hand.drag(ends)
    desk.hand.settle(0.06)
    assert desk.get(lambda: desk.bench.scene.gt.brush_size) > 200
    assert desk.get(brush.size.text) == f"{desk.get(lambda: desk.bench.scene.gt.brush_size):g} px"


def test_the_id_in_hand_is_told(desk):
    desk.open(desk.folder)
    hand = desk.app.layers.tools.hand
    desk.press("n")
    assert desk.get(hand.words.text) == "paints with 3"
    click(desk, desk.app.layers.tools.deeds["new_object"])
    assert desk.get(hand.words.text) == "new object 7"
    assert desk.mode == "paint"
    desk.press("0")
    desk.stroke((130, 60), (130, 80))
    desk.hand.wait_for(lambda: desk.review.unwritten == 1, "the stroke has arrived")
    desk.hand.settle(0.06)
    assert desk.get(hand.words.text) == "paints with 7"
    desk.get(lambda: setattr(desk.bench.scene.gt, "selected_label", 0))
    desk.hand.settle(0.06)
    assert desk.get(hand.words.text) == "paints background"


def test_objects_are_joined_and_deleted_by_mouse(desk):
    desk.open(desk.folder)
    deeds = desk.app.layers.tools.deeds
    while desk.row != ("merged", (5, 6), (7,)):
        desk.press("n")
    for _ in range(2):  # shown, then done
        click(desk, deeds["join_objects"])
    assert desk.get(lambda: desk.review.undo_title) is not None
    assert 6 not in desk.pixels
    click(desk, deeds["delete_object"])
    assert 5 not in desk.pixels


def test_protection_is_a_mark_that_follows_its_key(desk):
    desk.open(desk.folder)
    neighbours, void = desk.app.layers.tools.checks
    assert checked(desk, neighbours)
    click(desk, neighbours)
    assert not switches(desk).protect
    desk.press("b")
    assert checked(desk, neighbours)
    desk.hand.click(desk.hand.place(void, lambda: (10, void.height() // 2)))
    assert not switches(desk).protect_void


def test_tooltips_name_the_keys_of_now(desk):
    desk.open(desk.folder)
    row = desk.app.layers.sides.rows["toggle_heat"]
    assert desk.get(row.eye.toolTip) == "Show where the sides differ (Q)"
    desk.get(lambda: desk.app.commands.keymap.give("toggle_heat", ["F9"]))
    assert desk.get(row.eye.toolTip) == desk.get(row.name.toolTip) == "Show where the sides differ (F9)"
    pick = desk.app.layers.tools.tools["tool_pick"]
    assert desk.get(pick.toolTip).endswith("(5 or L)")


def test_without_a_review_there_is_nothing_to_switch(app):
    assert not app.layers.sides.isVisible()
    assert app.layers.images.rows == []


# -------------------------------------------------------------------- images
def images(desk):
    return desk.app.layers.images.rows


def test_each_channel_has_a_row_with_its_eye_and_its_range(desk, tmp_path):
    desk.open(channels(tmp_path / "channels"))
    rows, layers = images(desk), desk.bench.scene.layers.images
    assert desk.get(lambda: [row.row.name.text() for row in rows]) == [layer.name for layer in layers]
    assert len(rows) == 3
    click(desk, rows[1].row.eye)
    assert desk.get(lambda: [layer.visible for layer in layers]) == [True, False, True]
    desk.get(lambda: setattr(layers[1], "visible", True))
    assert checked(desk, rows[1].row.eye)
    before = desk.get(lambda: layers[0].contrast_limits)
    bar = rows[0].range
    assert desk.get(lambda: bar.ends)[1] < 20000  # whatever the hot pixel is
    drag_end(desk, bar, 0.1)
    low, high = desk.get(lambda: layers[0].contrast_limits)
    assert low == before[0]
    assert high < before[1] / 2
    click(desk, rows[0].auto)
    assert desk.get(lambda: layers[0].contrast_limits) == before
    desk.get(lambda: setattr(layers[2], "contrast_limits", (150, 300)))
    assert desk.get(lambda: rows[2].range.chosen()) == pytest.approx((150, 300))
    desk.get(lambda: setattr(layers[0], "contrast_limits", (0, 65535)))
    assert desk.get(lambda: bar.chosen()) == (float("-inf"), float("inf"))
    assert desk.get(lambda: bar.ends) == (0, 65535)
    desk.press("shift+k")
    assert desk.get(lambda: layers[2].contrast_limits)[1] > 500
    assert desk.get(lambda: layers[0].contrast_limits) == before
    assert desk.get(lambda: bar.ends)[1] < 20000


def drag_end(desk, bar, share):
    """Drag the upper handle of a range to a share of its axis."""

    def place(share):
        return desk.hand.place(bar, lambda: (6 + round(share * (bar.width() - 12)), 20))

    desk.hand.drag([place(desk.get(lambda: bar._range[1])), place(share)])
    desk.hand.settle(0.06)


def test_rows_stay_with_their_layers_and_follow_the_next_sample(desk, tmp_path):
    desk.open(channels(tmp_path / "channels"))
    before = images(desk)
    drag_end(desk, before[0].range, 0.25)
    desk.press("Next")
    desk.hand.wait_for(lambda: desk.bench.number == 1, "the next sample is open")
    assert images(desk) == before
    limits = desk.get(lambda: desk.bench.scene.layers.images[0].contrast_limits)
    assert desk.get(lambda: before[0].range._range[1]) > 0.25
    assert desk.get(lambda: before[0].range.value(before[0].range._range[1])) == pytest.approx(limits[1])
    desk.open(write_set(tmp_path / "other", ("c",)))
    assert [row.layer for row in images(desk)] == desk.bench.scene.layers.images
    assert len(images(desk)) == 1


def test_an_image_with_colours_has_no_range(desk, tmp_path):
    root = write_set(tmp_path / "rgb", ("a",))
    write_tiff(root / "images" / "a.tif", np.full((160, 200, 3), 90, np.uint8), photometric="rgb")
    desk.open(root)
    (row,) = images(desk)
    assert desk.get(lambda: row.range.isHidden() and row.auto.isHidden())
    click(desk, row.row.eye)
    assert not desk.get(lambda: desk.bench.scene.layers.images[0].visible)


def test_a_volume_is_shown_on_request_where_there_is_one(desk, tmp_path):
    from desk import small_stack

    desk.open(desk.folder)
    desk.press("ctrl+y")
    assert "one slice" in desk.notice
    desk.open(write_set(tmp_path / "stack", ("a",), masks=small_stack))
    dims = desk.app.viewer.dims
    for ndisplay in (3, 2):
        desk.press("ctrl+y")
        assert desk.get(lambda: dims.ndisplay) == ndisplay


def test_an_axis_is_long_enough_to_aim_at(app):
    from segreview.ui.docks.image_rows import axis_around

    values = np.array([90, 100, 200, 65535])
    assert axis_around((100, 200), values) == (90, 400)
    assert axis_around((100, 200), np.array([])) == (100, 200)
    assert axis_around((0, 70000), values) == (0, 70000)


@pytest.mark.parametrize("size", [1e-13, 1.0, 1e12])
def test_an_axis_fits_values_of_any_size(app, size):
    from segreview.ui.docks.range_bar import RangeBar

    bar = RangeBar(str)
    bar.show_values(np.linspace(0, size, 50))
    assert bar.ends == (0, size)
    bar.show_values(np.full(3, size))
    assert bar.ends[1] > bar.ends[0]


# -------------------------------------------------------------------- the window
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_nothing_is_cut_off_on_a_large_screen(app, theme):
    before = app.settings.now.theme
    app.settings.change(theme=theme)
    try:
        assert look(app, 1600, 1000) == []
    finally:
        app.settings.change(theme=before)


def test_a_narrow_column_keeps_eyes_and_tools(app, tmp_path):
    from segreview.session.project import Project

    root = channels(tmp_path / "channels")
    app.window.setGeometry(0, 0, 1280, 800)
    app.bench.open(Project.of_paths(root / "gt", root / "images", root / "pred"))
    dock = app.layers
    for _ in range(20):  # it grows a moment after its images have come
        pump(100)
        if dock._scroll.verticalScrollBar().maximum() == 0:
            break
    assert app.window._qt_viewer.canvas.native.width() >= 0.6 * 1280
    for row in (*dock.sides.rows.values(), *(row.row for row in dock.images.rows)):
        assert row.eye.isVisible()
        assert not row.name.isVisible()
    assert dock._scroll.verticalScrollBar().maximum() == 0
    shown = dock.visibleRegion().boundingRect()
    for button in (*dock.tools.tools.values(), *dock.tools.deeds.values()):
        assert shown.contains(button.mapTo(dock, button.rect().center()))


def test_a_dock_that_moves_leaves_the_settings_of_napari_alone(app):
    from napari.settings import get_settings
    from qtpy.QtCore import Qt

    before = dict(get_settings().application.plugin_widget_positions)
    app.window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, app.layers.parentWidget())
    pump(20)
    assert get_settings().application.plugin_widget_positions == before
    app.layout.reset()


def test_titles_stay_ours_when_a_dock_floats_and_comes_back(app):
    dock = app.layers.parentWidget()
    for floating in (True, False):
        dock.setFloating(floating)
        pump(50)
        bar = dock.titleBarWidget()
        assert bar.title.text() == "LAYERS"
        assert bar.title.x() < 12
        assert not bar.hide_button.isVisible()


def test_a_title_has_its_buttons_while_the_pointer_is_there(desk):
    dock = desk.app.layers.parentWidget()
    bar = desk.get(dock.titleBarWidget)
    desk.hand.move(desk.canvas_center())
    desk.hand.move(desk.hand.place(bar, lambda: (60, 12)))
    desk.hand.settle(0.1)
    assert desk.get(bar.hide_button.isVisible)
    click(desk, bar.hide_button)
    assert desk.get(dock.isHidden)
    desk.get(dock.show)


def test_the_activity_button_is_there_while_something_goes_on(app):
    from napari.utils import progress

    button = app.window.statusBar()._activity_item
    assert not button.isVisible()
    running = progress(total=3, desc="a plugin's work")
    pump(30)
    assert button.isVisible()
    running.close()
    pump(50)
    assert not button.isVisible()
