"""What the window promises: ids are never reused, the masks stay in place, no work is forgotten."""

import numpy as np
import pytest
from desk import write_set

pytestmark = pytest.mark.gui


@pytest.fixture
def folder(tmp_path):
    return write_set(tmp_path / "set", ("a", "b"))


def saved(folder):
    import tifffile

    return tifffile.imread(folder / "gt" / "a.tif")


def test_the_id_of_a_deleted_object_is_never_painted_with_again(desk, folder):
    desk.open(folder)
    while desk.row != ("missed", (3,), ()):
        desk.press("n")
    desk.press("Delete", "0", "2")
    desk.stroke((120, 60), (120, 72))
    assert 3 not in desk.pixels
    assert 7 in desk.pixels
    desk.get(lambda: setattr(desk.bench.scene.gt, "selected_label", 3))
    desk.stroke((140, 60), (140, 72))
    assert 3 not in desk.pixels
    desk.check()


def test_tool_keys_paint_on_the_gt_whichever_layer_is_in_hand(desk, folder):
    desk.open(folder)
    desk.press("n")
    image = desk.get(lambda: desk.bench.scene.layers.images[0])
    desk.get(lambda: setattr(desk.app.viewer.layers.selection, "active", image))
    before = desk.pixels
    desk.press("0", "2")
    desk.stroke((120, 60), (120, 72))
    assert (before != desk.pixels).sum() > 20
    assert desk.get(lambda: np.allclose(image.affine.translate, 0))
    desk.check()


def test_a_command_in_the_middle_of_a_stroke_waits_for_nothing_and_tears_nothing(desk, folder):
    desk.open(folder)
    desk.press("n", "0", "2")
    row, before = desk.row, desk.pixels
    start, end = desk.at(120, 60), desk.at(120, 72)
    desk.hand.move(start)
    desk.hand.settle()
    desk.hand.press_button()
    desk.press("n")
    desk.hand.move(end)
    desk.hand.settle()
    desk.hand.release_button()
    assert desk.row == row
    assert 20 < (before != desk.pixels).sum() < 1000
    desk.check()


def test_saving_never_goes_over_the_original_unasked(desk, folder, tmp_path):
    desk.open(folder)
    desk.press("n", "n", "c")
    desk.get(lambda: desk.bench.save(tmp_path / "corrected"))
    original = saved(folder)
    desk.open(folder)
    desk.press("ctrl+s")
    assert "Nothing to write" in desk.notice
    assert np.array_equal(saved(folder), original)


def test_pixels_of_another_plugin_are_kept_when_the_next_sample_is_opened(desk, folder):
    desk.open(folder)

    def write_behind_our_back():
        desk.bench.scene.gt.data[120:130, 60:70] = 2

    desk.get(write_behind_our_back)
    desk.press("Next")
    desk.press("Prior")
    assert (desk.pixels[120:130, 60:70] == 2).all()


def test_another_array_in_the_gt_layer_is_taken_over_or_put_back(desk, folder):
    desk.open(folder)
    before = desk.pixels

    def replace(data):
        desk.bench.scene.gt.data = data

    desk.get(lambda: replace(before[:50, :50].copy()))
    assert np.array_equal(desk.pixels, before)
    assert "array of 50 x 50 pixels" in desk.notice
    desk.check()
    moved = np.roll(before, 3, axis=0)
    desk.get(lambda: replace(moved))
    assert np.array_equal(desk.pixels, moved)
    desk.check()
    desk.press("ctrl+z")
    assert np.array_equal(desk.pixels, before)
    desk.check()


def test_the_kind_can_be_switched_and_the_work_stays(desk, folder):
    desk.open(folder)
    desk.press("n", "n", "c")
    work = desk.pixels
    desk.get(lambda: desk.app.commands.do("read_as_semantic"))
    assert desk.get(lambda: str(desk.review.reference.kind)) == "semantic"
    assert np.array_equal(desk.pixels, work)
    desk.get(lambda: desk.app.commands.do("read_as_instance"))
    assert desk.get(lambda: str(desk.review.reference.kind)) == "instance"
    assert np.array_equal(desk.pixels, work)
    assert "1 not written" in desk.status
    desk.check()
