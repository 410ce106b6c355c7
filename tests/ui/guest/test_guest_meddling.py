"""As a guest: whatever others do to the layers of a review, nothing is lost, and a line tells."""

import numpy as np
import pytest
from guesthouse import picture, pump, stroke

pytestmark = pytest.mark.gui

OURS = ("image", "model", "GT", "outlines")


@pytest.fixture
def visit(viewer, layers, widget):
    """A review with one stroke in it."""
    widget.start()
    stroke(widget.visit.bench.scene.gt, 700)
    return widget.visit


def line(visit):
    return visit._notice.text()


def check_works(viewer, layers, visit):
    """The review goes on: a stroke is drawn and an edit, the queue goes on, and the work is applied."""
    scene = visit.bench.scene
    before = visit.bench.review.unwritten
    visit.commands.do("next_item")
    stroke(scene.gt, 3, (10, 60))
    pump()
    assert visit.bench.review.unwritten == before + 1
    assert np.array_equal(scene.gt.data, visit.bench.review.reference.data)
    assert np.asarray(scene.contours.layer.data).any()
    visit.giving.button.click()
    assert np.array_equal(layers[1].data, visit.bench.review.reference.data)
    assert layers[1].data[10, 60] == 3


# -------------------------------------------------------------------- other pixels
def test_another_array_for_the_gt_is_an_edit(viewer, layers, visit):
    gt, review = visit.bench.scene.gt, visit.bench.review
    ours, theirs = gt.data, gt.data.astype(np.int64)
    theirs[0, :9] = 3
    gt.data = theirs
    assert gt.data is ours
    assert np.count_nonzero(review.reference.data[0] == 3) == 9
    assert "Another program gave the GT layer other pixels. Ctrl+Z takes that back." in line(visit)
    visit.commands.do("undo")
    assert not gt.data[0].any()
    assert gt.data[60, 70] == 700
    check_works(viewer, layers, visit)


def test_an_array_that_does_not_fit_is_refused(viewer, layers, visit):
    gt = visit.bench.scene.gt
    before = gt.data.copy()
    large = before.astype(np.int64)
    large[0, 0] = 70_000
    gt.data = large
    assert "ids up to 70000, too large for uint16 labels" in line(visit)
    assert np.array_equal(gt.data, before)
    gt.data = before[:9]
    assert "an array of 9 x 80 pixels, not 64 x 80" in line(visit)
    gt.data = np.zeros((2, 64, 80), np.uint16)
    assert "an array of 2 x 64 x 80 pixels" in line(visit)
    pump()
    assert np.array_equal(gt.data, before)
    assert viewer.dims.ndim == 2
    check_works(viewer, layers, visit)


def test_pixels_written_behind_our_back_are_applied_and_told(viewer, layers, visit):
    gt = visit.bench.scene.gt
    gt.data[0, :9] = 3
    gt.refresh()
    visit.giving.button.click()
    assert "Pixels that another plugin had written are in it." in line(visit)
    assert layers[1].data[0, 8] == 3
    gt.data_setitem((np.array([1, 1]), np.array([0, 1])), 5)
    pump()
    assert visit.bench.review.reference.data[1, 1] == 5
    check_works(viewer, layers, visit)


def test_the_models_masks_are_put_back(viewer, layers, visit):
    model = visit.bench.scene.layers.model
    before = model.data.copy()
    model.data = np.zeros_like(before)
    pump()
    assert np.array_equal(model.data, before)
    assert not model.editable
    assert "The model's masks are as they were" in line(visit)
    check_works(viewer, layers, visit)


# -------------------------------------------------------------------- other places
@pytest.mark.parametrize(
    "change",
    [{"scale": (2, 3)}, {"translate": (9, 9)}, {"rotate": 20}, {"affine": [[1, 1, 0], [0, 1, 0], [0, 0, 1]]}],
)
def test_layers_of_ours_stay_in_place(viewer, layers, visit, change):
    whole = viewer.layers.extent.world.copy()
    for layer in viewer.layers:  # as a plugin that knows the size of a pixel would do
        if layer.name in OURS and not (layer.name == "outlines" and "affine" in change):
            for name, value in change.items():
                setattr(layer, name, value)
    assert "The layers of a review stay in place." in line(visit)
    np.testing.assert_allclose(viewer.layers.extent.world, whole)
    for layer in visit.bench.scene.layers.all:
        assert layer.data_to_world((7, 5)) == (7, 5)
    check_works(viewer, layers, visit)


# -------------------------------------------------------------------- other layers
@pytest.mark.parametrize("name", OURS)
def test_who_removes_a_layer_of_ours_ends_the_review_and_loses_nothing(
    viewer, layers, widget, visit, name, monkeypatch
):
    from segreview.ui import messages

    work = visit.bench.review.reference.data.copy()
    viewer.layers.remove(name)
    pump()
    assert widget.visit is None
    told = widget.choice.note.text()
    assert told.startswith("The review has ended, because its layers were removed. 1 edit is in the journal")
    assert list(viewer.layers) == list(layers)
    monkeypatch.setattr(messages, "ask_restore", lambda *_: messages.Answer.YES)
    widget.start()
    assert np.array_equal(widget.visit.bench.review.reference.data, work)


def test_layers_of_ours_are_locked(viewer, layers, visit):
    viewer.layers.selection = [layer for layer in viewer.layers if layer.name in OURS]
    viewer.layers.remove_selected()
    pump()
    assert {layer.name for layer in viewer.layers} >= set(OURS)
    check_works(viewer, layers, visit)


def test_names_are_theirs_to_choose(viewer, layers, visit):
    for layer in list(viewer.layers):
        layer.name = f"my {layer.name}"
    check_works(viewer, layers, visit)
    assert "pixels of my mine were changed" in line(visit)
    visit.commands.do("toggle_beside")
    pump()
    visit.commands.do("toggle_beside")
    assert [layer.name for layer in viewer.layers][-1] == "my outlines"


def test_so_is_their_order(viewer, layers, visit):
    viewer.layers.reverse()
    pump()
    check_works(viewer, layers, visit)
    order = [layer for layer in viewer.layers if layer in layers]
    viewer.layers.move(0, len(viewer.layers))
    pump()
    assert [layer for layer in viewer.layers if layer in layers] == order


def test_new_layers_are_no_hindrance(viewer, layers, widget, visit):
    deep = viewer.add_image(picture((3, 4, 90, 90)), name="deep")
    pump()
    assert viewer.dims.ndim == 4
    viewer.dims.order = (1, 2, 3, 0)
    pump()
    viewer.dims.order = (0, 1, 2, 3)
    pump()
    check_works(viewer, layers, visit)
    viewer.layers.remove(deep)
    pump()
    widget.end()
    assert viewer.dims.ndim == 2


# -------------------------------------------------------------------- other views
def test_volumes_and_grids_come_and_go(viewer, layers, visit):
    viewer.dims.ndisplay = 3
    pump()
    assert "Outlines are drawn in two dimensions only" in line(visit)
    visit.commands.do("next_item")
    visit.commands.do("fit_image")
    viewer.dims.ndisplay = 2
    pump()
    viewer.canvas.grid.enabled = True
    pump()
    check_works(viewer, layers, visit)
    viewer.canvas.grid.enabled = False
    pump()
    assert np.asarray(visit.bench.scene.contours.layer.data).any()
