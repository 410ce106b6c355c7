"""As a guest: which layers can be reviewed, and how corrected masks find their way back to them."""

import shutil

import numpy as np
import pytest
import tifffile
from guesthouse import picture, pump, stroke, two_objects
from PIL import Image

pytestmark = pytest.mark.gui


# -------------------------------------------------------------------- which layers
def test_what_cannot_be_reviewed_is_told(viewer, layers, widget, told):
    gt = layers[1].data
    mouse = list(viewer.mouse_drag_callbacks)
    model, image = widget.choice.model, widget.choice.image

    def refused(layer, combo=model):
        combo.setCurrentIndex(combo.findText(layer.name))
        widget.start()
        assert widget.visit is None
        viewer.layers.remove(layer)
        return told.pop()

    model.setCurrentIndex(model.findText("mine"))
    widget.start()
    assert told.pop().startswith("GT and model are the same layer.")
    add = viewer.add_labels
    assert "mine is 64 x 80 pixels, small is 8 x 8" in refused(add(np.zeros((8, 8), np.uint8), name="small"))
    far = refused(add(gt.copy(), name="far", translate=(0, 90)))
    assert "far (scale 1 x 1, translate 0 x 90) do not overlap anywhere" in far
    assert "Choose layers of one image" in refused(viewer.add_image(picture((9, 9)), name="other"), image)
    deep = add(np.zeros((9, 64, 80), np.uint8), name="deep")
    assert "Review one slice of deep" in refused(deep, widget.choice.gt)
    assert viewer.mouse_drag_callbacks == mouse


def test_masks_outside_the_memory_are_read_and_come_back_as_a_new_layer(viewer, widget, told, monkeypatch):
    import dask.array

    from segreview.ui.guest import holding

    gt, model = two_objects()
    mine = viewer.add_labels(dask.array.from_array(gt, chunks=32), name="mine")
    viewer.add_labels(model, name="model")
    widget.start()
    stroke(widget.visit.bench.scene.gt, 700)
    widget.visit.giving.button.click()
    assert "cannot be written to" in widget.visit._notice.text()
    assert viewer.layers["mine reviewed"].data[60, 70] == 700
    assert mine.data[60, 70].compute() == 0
    widget.end()
    monkeypatch.setattr(holding, "_MOST_BYTES", 1000)
    widget.choice.gt.setCurrentIndex(widget.choice.gt.findText("mine"))
    widget.start()
    assert widget.visit is None
    assert "outside the memory" in told.pop()


def test_several_images_are_the_channels_of_one(viewer, layers, widget):
    viewer.add_image(picture(), name="second")
    image = widget.choice.image
    image.setCurrentIndex(image.findText("2 images, as channels"))
    assert widget.choice.layers[2] == (layers[0], viewer.layers["second"])
    widget.start()
    (shown,) = widget.visit.bench.review.sample.images
    assert shown.channel_names == ("picture", "second")
    widget.end()
    channels = viewer.add_image(picture((3, 64, 80)), name="three")
    image.setCurrentIndex(image.findText("three"))
    assert widget.choice.layers[2] == (channels,)
    widget.start()
    assert widget.visit.bench.review.sample.images[0].channel_axis == 0


def test_a_stack_is_reviewed_slice_by_slice(viewer, widget):
    gt, model = (np.stack([np.zeros_like(plane), plane, plane]) for plane in two_objects())
    mine = viewer.add_labels(gt, name="mine", axis_labels=("t", "y", "x"))
    viewer.add_labels(model, name="model")
    viewer.dims.ndisplay = 3
    widget.start()
    visit = widget.visit
    assert viewer.dims.ndisplay == 2
    assert visit.bench.review.reference.axes == "TYX"
    visit.commands.do("next_item")
    visit.commands.do("delete_object")
    visit.giving.button.click()
    assert 700 not in mine.data
    widget.end()
    assert viewer.dims.ndisplay == 3


# -------------------------------------------------------------------- files behind layers
def test_work_that_was_not_applied_is_there_at_the_next_start(viewer, layers, widget, monkeypatch):
    from segreview.ui import messages

    widget.start()
    stroke(widget.visit.bench.scene.gt, 700)
    corrected = widget.visit.bench.review.reference.data.copy()
    widget.end()
    assert "1 edit is in the journal only" in widget.choice.note.text()
    pump()
    asked = []
    monkeypatch.setattr(
        messages, "ask_restore", lambda *words: asked.append(words[2].edits) or messages.Answer.YES
    )
    widget.start()
    assert asked == [1]
    assert np.array_equal(widget.visit.bench.review.reference.data, corrected)


def test_copies_of_ours_go_when_they_hold_no_work(viewer, layers, widget, state, monkeypatch):
    from segreview.ui.guest import copies

    def kept():
        return len(list((state / "layers").glob("*.npy"))), len(list((state / "reviews").glob("*")))

    widget.start()
    assert kept() == (1, 1)
    widget.visit.commands.do("next_item")
    widget.end()
    assert kept() == (0, 0)  # nothing was done
    widget.start()
    stroke(widget.visit.bench.scene.gt, 700)
    widget.end()
    copies.clean(days=0)
    assert kept() == (1, 1)  # an edit that was not applied
    monkeypatch.setattr(
        "segreview.ui.messages.ask_restore", lambda *_: __import__("segreview").ui.messages.Answer.YES
    )
    widget.start()
    widget.visit.giving.button.click()
    assert "all written" in widget.visit.status.text()
    widget.end()
    copies.clean()
    assert kept() == (1, 1)  # it is young
    copies.clean(days=-1)
    assert kept() == (0, 0)


def test_a_layer_with_a_file_is_saved_promoted_and_saved_again(viewer, tmp_path, widget, told, monkeypatch):
    from segreview.ui import messages

    gt, model = (np.minimum(masks, 200).astype(np.uint8) for masks in two_objects())
    path = tmp_path / "gt.tif"
    tifffile.imwrite(path, gt, compression="zlib", description="as it came")
    viewer.open(str(path), plugin="segreview")
    viewer.add_labels(model, name="theirs")
    widget.start()
    visit = widget.visit
    assert visit.bench.review.reference.path == path
    assert visit.save.isVisibleTo(visit)
    monkeypatch.setattr(messages, "ask_where", lambda *_: None)
    stroke(visit.bench.scene.gt, 200)
    visit.save.click()
    assert np.array_equal(tifffile.imread(path), visit.bench.review.reference.data)
    visit.commands.do("promote")
    stroke(visit.bench.scene.gt, 700, (40, 10))
    visit.save.click()
    assert told == []
    assert tifffile.imread(path).dtype == np.uint16
    assert tifffile.imread(path)[40, 10] == 700


def test_ids_that_the_layer_cannot_hold_come_back_as_a_new_layer(viewer, widget, told):
    gt, model = (np.minimum(masks, 255).astype(np.uint8) for masks in two_objects())
    mine = viewer.add_labels(gt, name="mine")
    viewer.add_labels(model, name="model")
    widget.start()
    visit = widget.visit
    visit.commands.do("promote")
    stroke(visit.bench.scene.gt, 700)
    visit.giving.button.click()
    assert "holds uint8 numbers" in visit._notice.text()
    assert viewer.layers["mine reviewed"].data[60, 70] == 700
    assert mine.data[60, 70] == 0
    assert told == []


def test_a_two_valued_layer_gets_two_values_back(viewer, tmp_path, widget):
    gt, model = two_objects()
    path = tmp_path / "mask.png"
    Image.fromarray(np.where(gt, 255, 0).astype(np.uint8)).save(path)
    mine = viewer.add_labels(np.array(Image.open(path)), name="mine")
    viewer.add_labels(np.where(model, 255, 0).astype(np.uint8), name="theirs")
    widget.start()
    visit = widget.visit
    assert len(visit.bench.review.disagreements.items) == 2  # components, not one object 255
    visit.commands.do("next_item")
    visit.commands.do("delete_object")
    visit.giving.button.click()
    assert sorted(np.unique(mine.data)) == [0, 255]
    assert np.count_nonzero(mine.data) == 15 * 20


def test_a_layer_that_differs_from_its_file_is_reviewed_as_it_is(viewer, tmp_path, widget, state):
    tifffile.imwrite(tmp_path / "gt.tif", two_objects()[0])
    (layer,) = viewer.open(str(tmp_path / "gt.tif"), plugin="segreview")
    layer.paint((60, 70), 9)
    widget.start()
    visit = widget.visit
    assert visit.bench.review.reference.path.is_relative_to(state)
    assert np.array_equal(visit.bench.review.reference.data, layer.data)
    assert not visit.save.isVisibleTo(visit)


def test_files_are_reviewed_in_the_widget(viewer, widget):
    from segreview.session.samples import sample_project

    widget.review(sample_project("cells"))
    visit = widget.visit
    assert visit.giving is None
    assert visit.bench.number == 0
    visit.commands.do("next_sample")
    assert visit.bench.number == 1
    widget.end()
    assert len(viewer.layers) == 0


def test_the_bundled_sample_reviews_as_a_guest(viewer, widget, state):
    """The samples are of the shape that the widget expects: the first choice is right."""
    viewer.open_sample("segreview", "cells")
    widget.start()
    review = widget.visit.bench.review
    assert review.sample.name == "cells GT"
    assert review.progress.total > 20
    assert review.sample.images
    shutil.rmtree(state / "samples")  # the files are gone: the review goes on
    widget.visit.commands.do("next_item")
