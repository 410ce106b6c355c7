"""Contrast: percentiles, and the keys that stretch it."""

import numpy as np
import pytest
from desk import small_masks, write_set, write_tiff

from segreview.ui.canvas.contrast import contrast_limits, grey_text, spread


# -------------------------------------------------------------------- values
def test_a_few_hot_pixels_do_not_count():
    data = np.arange(10_000, dtype=np.uint16).reshape(100, 100)
    data[0, :3] = 65_535
    low, high = spread(data)
    assert 10 < low < 50
    assert 9_900 < high < 10_000


def test_masks_of_true_and_false_have_a_contrast():
    assert contrast_limits(np.arange(10_000).reshape(100, 100) % 2 == 0) == (0, 1)


def test_grey_values_are_written_as_people_write_them():
    values = (0.0, 12.0, 0.12345, 1234.5, 65535.0, 5e34, float("inf"))
    assert [grey_text(value) for value in values] == ["0", "12", "0.123", "1,234", "65,535", "5e+34", "inf"]


def test_what_is_not_finite_is_left_out():
    data = np.linspace(0, 1, 10_000, dtype=np.float32).reshape(100, 100)
    data[:5] = np.nan
    data[5, 0] = np.inf
    assert spread(data) == pytest.approx((0.05, 1), abs=0.01)
    assert spread(np.full((4, 4), np.nan)) is None


def test_few_bright_pixels_on_black_are_seen():
    data = np.zeros((100, 100), np.uint8)
    data[50, 50] = 200
    assert spread(data) == contrast_limits(data) == (0, 200)


@pytest.mark.parametrize("value", [0, 7, 250])
def test_equal_pixels_have_no_spread_and_are_shown_all_the_same(value):
    data = np.full((9, 9), value, np.uint8)
    assert spread(data) is None
    assert contrast_limits(data) == (value, value + 1)
    assert contrast_limits(np.zeros((0, 4))) == (0, 1)


# -------------------------------------------------------------------- keys
def shaded(dtype, factor=1):
    """Image of the small masks that grows brighter to the right, 0 to 199 times a factor."""
    return np.broadcast_to(np.arange(200) * factor, (160, 200)).astype(dtype)


def limits(desk):
    images = desk.bench.scene.layers.images
    return desk.get(lambda: [tuple(layer.contrast_limits) for layer in images])


def look_at_columns(desk, start, stop):
    """Let the canvas show these columns from edge to edge."""
    viewer = desk.app.viewer

    def go():
        viewer.scene.camera.zoom = viewer.canvas.viewbox_size(viewer.layers)[1] / (stop - start)
        viewer.scene.camera.center = (0, 80, (start + stop - 1) / 2)

    desk.get(go)


@pytest.mark.gui
@pytest.mark.parametrize(("dtype", "factor"), [("uint8", 1), ("uint16", 300), ("float32", 0.01)])
def test_the_contrast_of_what_is_in_view_and_of_all(desk, tmp_path, dtype, factor):
    folder = write_set(tmp_path / "set")
    write_tiff(folder / "images" / "a.tif", shaded(dtype, factor))
    desk.open(folder)
    first = limits(desk)[0]
    look_at_columns(desk, 50, 100)
    desk.press("k")
    low, high = limits(desk)[0]
    assert (low, high) == pytest.approx((50 * factor, 99 * factor), abs=2 * factor)
    assert "in view" in desk.notice
    assert "Shift+K" in desk.notice
    desk.press("shift+k")
    assert limits(desk)[0] == first
    assert "whole image" in desk.notice


@pytest.mark.gui
def test_each_channel_that_is_shown_has_its_own_contrast_side_by_side_too(desk, tmp_path):
    import tifffile

    folder = write_set(tmp_path / "set")
    channels = np.stack([shaded("uint16"), shaded("uint16", 100), shaded("uint16", 7)])
    tifffile.imwrite(folder / "images" / "a.tif", channels, imagej=True, metadata={"axes": "CYX"})
    desk.open(folder)
    images = desk.bench.scene.layers.images
    assert len(images) == 3
    desk.get(lambda: setattr(images[2], "visible", False))
    before = limits(desk)
    desk.press("8")
    desk.hand.settle(0.3)
    look_at_columns(desk, 100, 150)
    desk.press("k")
    now = limits(desk)
    assert now[0] == pytest.approx((100, 149), abs=2)
    assert now[1] == pytest.approx((10_000, 14_900), abs=200)
    assert now[2] == before[2]
    assert "2 channels" in desk.notice
    twin = desk.get(lambda: desk.app.viewer.layers[f"{images[0].name} (beside the model)"])
    assert tuple(desk.get(lambda: twin.contrast_limits)) == now[0]


@pytest.mark.gui
def test_slices_have_the_contrast_of_their_own(desk, tmp_path):
    gt, pred = (np.stack([side] * 5) for side in small_masks())
    image = np.stack([shaded("uint16", n + 1) for n in range(5)])
    for role, data in (("gt", gt), ("pred", pred), ("images", image)):
        write_tiff(tmp_path / "set" / role / "a.tif", data)
    desk.open(tmp_path / "set")
    desk.get(lambda: desk.app.viewer.dims.set_current_step(0, 4))
    desk.press("k")
    assert limits(desk)[0] == pytest.approx((0, 199 * 5), abs=10)
    desk.get(lambda: setattr(desk.app.viewer.dims, "ndisplay", 3))
    desk.press("k")
    assert limits(desk)[0][1] < 199 * 5
    desk.get(lambda: setattr(desk.app.viewer.dims, "ndisplay", 2))


@pytest.mark.gui
def test_where_there_is_nothing_to_stretch_it_is_said(desk, tmp_path):
    folder = write_set(tmp_path / "set", ("a", "b"))
    write_tiff(folder / "images" / "a.tif", np.zeros((160, 200, 3), np.uint8), photometric="rgb")
    write_tiff(folder / "images" / "b.tif", np.full((160, 200), 9, np.uint8))
    desk.open(folder)
    desk.press("k")
    assert "Colours are shown as they are" in desk.notice
    desk.press("Next")
    desk.hand.wait_for(lambda: desk.review.sample.name == "b", "the next sample is open")
    before = limits(desk)
    desk.press("k")
    assert "no two grey values" in desk.notice
    assert limits(desk) == before
    desk.get(lambda: setattr(desk.bench.scene.layers.images[0], "visible", False))
    desk.press("k")
    assert "No image is shown" in desk.notice
