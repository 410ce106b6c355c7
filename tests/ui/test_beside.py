"""GT and model side by side."""

import numpy as np
import pytest
from desk import small_masks, write_set, write_tiff

pytestmark = pytest.mark.gui


def cells(desk):
    """Names of the layers of each cell, lowest first."""

    def found():
        viewer = desk.app.viewer
        grid = viewer.canvas.grid
        return [[viewer.layers[n].name for n in indices] for _, indices in grid.iter_viewboxes(viewer.layers)]

    return desk.get(found)


def state(viewer):
    grid = viewer.canvas.grid
    return (
        [layer.name for layer in viewer.layers],
        [layer.name_overlay.visible for layer in viewer.layers],
        (grid.enabled, grid.stride, grid.shape, grid.spacing),
        viewer.layers.selection.active.name,
        [round(value, 6) for value in (viewer.scene.camera.zoom, *viewer.scene.camera.center)],
    )


def test_side_by_side_and_back_and_on(desk, tmp_path):
    desk.open(write_set(tmp_path / "set", ("a", "b")))
    viewer = desk.app.viewer
    desk.hand.move(desk.at(150, 190))
    before = desk.get(lambda: state(viewer))
    desk.press("2", "8")
    desk.hand.settle(0.3)
    twins = ["image (beside the model)", "model", "outlines 2"]
    assert cells(desk) == [["image", "GT", "outlines"], twins]
    assert desk.mode == "paint"
    desk.get(lambda: setattr(desk.bench.scene.gt, "brush_size", 10))
    desk.get(lambda: desk.bench.scene.choose(3))
    desk.hand.drag([desk.cell_at(0, 120, 60), desk.cell_at(0, 120, 90)])
    desk.hand.wait_for(lambda: desk.review.unwritten == 1, "the stroke has arrived")
    assert desk.pixels[120, 75] == 3
    desk.press("q")
    assert [len(cell) for cell in cells(desk)] == [3, 3]  # the heatmap is in the picture of the outlines
    desk.press("q", "ctrl+z", "6", "8")
    assert desk.get(lambda: state(viewer)) == before
    desk.press("8", "Next")
    desk.hand.wait_for(lambda: desk.bench.number == 1, "the next sample is open")
    desk.hand.wait_for(lambda: viewer.canvas.grid.enabled, "it stands side by side")
    assert cells(desk)[1] == twins
    twin = desk.get(lambda: viewer.layers["image (beside the model)"].data)
    assert twin is desk.get(lambda: viewer.layers["image"].data)
    desk.get(desk.bench.clear_stage)
    assert desk.get(lambda: (len(viewer.layers), viewer.canvas.grid.enabled)) == (0, False)


# -------------------------------------------------------------------- going on
def large_and_small(folder):
    """Sample ``a`` is large, with its objects far from the corner; ``b`` is small."""
    write_set(folder, ("b",))
    gt, pred = (np.pad(side, ((600, 40), (700, 50))) for side in small_masks())
    for side, data in (("gt", gt), ("pred", pred), ("images", (pred > 0).astype(np.uint8) * 99)):
        write_tiff(folder / side / "a.tif", data)
    return folder


def go_on(desk, key, name):
    desk.press("n", key)
    desk.hand.wait_for(lambda: desk.review.sample.name == name, f"{name} is on stage")
    desk.hand.settle(0.3)


def test_going_on_keeps_the_cells_and_shows_nothing_of_two_samples_at_once(desk, tmp_path):
    desk.open(large_and_small(tmp_path / "set"))
    desk.press("8", "q")
    desk.hand.settle(0.3)
    viewer = desk.app.viewer
    before = desk.get(lambda: list(viewer.layers))
    for key, name in (("Next", "b"), ("Prior", "a"), ("Next", "b")):
        go_on(desk, key, name)  # the fixture tells of faults in views
        assert desk.get(lambda: list(viewer.layers)) == before
        data = [desk.get(lambda n=n: viewer.layers[n].data) for n in twins_of("image")]
        assert data[0] is data[1]
        extent = desk.get(lambda: viewer.layers.extent.world[1])
        assert tuple(extent + 1) == desk.pixels.shape
        desk.check()
    assert "wrong" not in desk.notice
    desk.press("8", "q")
    assert desk.get(lambda: len(viewer.layers)) == 4


def twins_of(name):
    return name, f"{name} (beside the model)"


def test_images_of_another_sort_get_twins_of_their_own(desk, tmp_path):
    folder = write_set(tmp_path / "set", ("a", "b"))
    gt, _ = small_masks()
    write_tiff(folder / "images" / "b.tif", np.zeros((*gt.shape, 3), np.uint8), photometric="rgb")
    desk.open(folder)
    desk.press("8")
    for key, name, rgb in (("Next", "b", True), ("Prior", "a", False)):
        go_on(desk, key, name)
        layers = desk.get(lambda: list(desk.app.viewer.layers))
        assert [layer.rgb for layer in layers if layer.name in twins_of("image")] == [rgb, rgb]
        assert cells(desk) == [["image", "GT", "outlines"], [twins_of("image")[1], "model", "outlines 2"]]


def test_layers_that_a_script_removes_come_back_side_by_side(desk, tmp_path):
    desk.open(write_set(tmp_path / "set"))
    desk.press("8")
    before = cells(desk)
    desk.get(desk.app.viewer.layers.clear)
    desk.hand.wait_for(lambda: "they are back" in desk.app.notice.text(), "the layers are back")
    desk.hand.settle(0.3)
    assert cells(desk) == before


# -------------------------------------------------------------------- painting
@pytest.mark.parametrize("side", [0, 1])
def test_a_stroke_in_either_cell_paints_the_gt_there(desk, tmp_path, side):
    desk.open(write_set(tmp_path / "set"))
    desk.press("8", "m")
    desk.hand.settle(0.4)
    desk.get(lambda: setattr(desk.bench.scene.gt, "brush_size", 9))
    new = desk.get(lambda: desk.bench.scene.gt.selected_label)
    before = desk.pixels
    desk.hand.drag([desk.cell_at(side, 120, 60), desk.cell_at(side, 120, 75), desk.cell_at(side, 120, 90)])
    desk.hand.wait_for(lambda: desk.review.unwritten == 1, "the stroke has arrived")
    where = np.argwhere(desk.pixels == new)
    assert np.abs(where.min(axis=0) - (116, 56)).max() <= 1
    assert np.abs(where.max(axis=0) - (124, 94)).max() <= 1
    ring = desk.get(lambda: ring_at(desk))
    assert np.abs(np.subtract(ring, desk.cell_at(side, 120, 90))).max() <= 2
    # it is outlined in the cell of the GT, and faintly in the other one
    for cell in (0, 1):
        assert is_blue(desk, desk.cell_at(cell, 116, 75))
    desk.press("6")
    assert not is_blue(desk, desk.cell_at(1, 116, 75))
    desk.press("ctrl+z")
    assert np.array_equal(desk.pixels, before)
    assert not is_blue(desk, desk.cell_at(0, 116, 75))


def ring_at(desk):
    """Screen position of the ring of the brush."""
    from qtpy.QtCore import QPoint

    circle = desk.app.viewer.canvas.overlays["_brush_circle"]
    assert circle.visible
    point = desk.app.window._qt_viewer.canvas.native.mapToGlobal(QPoint(*map(round, circle.position)))
    return point.x(), point.y()


def is_blue(desk, place):
    """Whether something blue is drawn near a place of the screen; the pointer is moved out of the way."""
    desk.hand.move(desk.cell_at(0, 150, 10))
    desk.hand.settle(0.25)
    x, y = place

    def found():
        image = desk.app.window.screen().grabWindow(0, x - 3, y - 8, 7, 17).toImage()
        colors = [image.pixelColor(m, n).getRgb() for m in range(7) for n in range(17)]
        return any(color[2] > color[0] + 25 for color in colors)

    return desk.get(found)
