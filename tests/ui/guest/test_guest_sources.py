"""As a guest: masks and images in every form that a layer can hold them."""

import numpy as np
import pytest
import tifffile
from guesthouse import picture, pump, stroke, two_objects

pytestmark = pytest.mark.gui


def texts(combo):
    return [combo.itemText(n) for n in range(combo.count())]


def begin(widget):
    """Start a review of what the widget proposes, and paint a stroke in it."""
    widget.start()
    stroke(widget.visit.bench.scene.gt, 700)
    return widget.visit


def said(visit):
    return visit.remarks.words.text()


def check_new_layer(viewer, visit, name, why):
    """The layer itself cannot be written to, which the button says: a new one comes."""
    assert visit.giving.button.text() == "Add as new layer"
    assert why in visit.giving.button.toolTip()
    visit.giving.button.click()
    assert f"{why}: the corrected masks are in the new layer {name} reviewed." in visit._notice.text()
    made = viewer.layers[f"{name} reviewed"]
    assert np.array_equal(made.data, visit.bench.review.reference.data)
    assert made.data[60, 70] == 700
    return made


# -------------------------------------------------------------------- masks that cannot be written to
def test_a_pyramid_is_reviewed_at_its_full_resolution(viewer, widget):
    gt, model = two_objects()
    mine = viewer.add_labels([gt, gt[::2, ::2]], multiscale=True, name="mine")
    viewer.add_labels([model, model[::2, ::2]], multiscale=True, name="theirs")
    image = picture()
    viewer.add_image([image, image[::2, ::2]], multiscale=True, name="picture")
    visit = begin(widget)
    assert np.array_equal(visit.bench.review.sample.images[0].data, image)
    check_new_layer(viewer, visit, "mine", "cannot be written to")
    assert mine.data[0][60, 70] == 0


class Store:
    """An array on the disk, as zarr has them: napari would write every stroke through at once."""

    def __init__(self, array):
        self._array, self.shape, self.dtype, self.ndim = array, array.shape, array.dtype, array.ndim

    def __getitem__(self, key):
        return self._array[key]

    def __setitem__(self, key, value):
        raise AssertionError("nobody may write here")

    def __array__(self, dtype=None, copy=None):
        return np.array(self._array, dtype)


def test_a_store_on_the_disk_is_not_written_to(viewer, widget):
    gt, model = two_objects()
    viewer.add_labels(Store(gt), name="mine")
    viewer.add_labels(model, name="theirs")
    check_new_layer(viewer, begin(widget), "mine", "cannot be written to")


@pytest.mark.parametrize("mode", ["r+", "r"])
def test_a_mapped_file_is_not_written_to_behind_the_back_of_its_owner(viewer, widget, tmp_path, mode):
    gt, model = two_objects()
    np.save(tmp_path / "gt.npy", gt)
    viewer.add_labels(np.load(tmp_path / "gt.npy", mmap_mode=mode), name="mine")
    viewer.add_labels(model, name="theirs")
    why = "lies in a file on the disk" if mode == "r+" else "cannot be written to"
    visit = begin(widget)
    assert why in visit.giving.button.toolTip()
    visit.giving.button.click()
    assert viewer.layers["mine reviewed"].data[60, 70] == 700
    assert np.array_equal(np.load(tmp_path / "gt.npy"), gt)


def test_a_read_only_array_is_left_as_it_is(viewer, widget):
    gt, model = two_objects()
    gt.flags.writeable = False
    viewer.add_labels(gt, name="mine")
    viewer.add_labels(model, name="theirs")
    check_new_layer(viewer, begin(widget), "mine", "cannot be written to")


# -------------------------------------------------------------------- masks in image layers
def test_label_files_that_napari_opened_as_images_are_offered(viewer, widget, tmp_path, told):
    gt, model = two_objects()
    for name, masks in (("gt", gt), ("model", model.astype(np.float32)), ("picture", picture())):
        tifffile.imwrite(tmp_path / f"{name}.tif", masks)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("segreview.ui.messages.ask_where", lambda *_: None)
        for name in ("picture", "model", "gt"):
            (layer,) = viewer.open(str(tmp_path / f"{name}.tif"), plugin="napari")
            assert layer._type_string == "image"
        assert texts(widget.choice.gt) == ["model (image)", "gt (image)"]
        chosen = [combo.currentText() for combo in (widget.choice.gt, widget.choice.model)]
        assert chosen == ["gt (image)", "model (image)"]
        assert widget.choice.image.currentText() == "picture"
        visit = begin(widget)
        assert visit.bench.review.sample.prediction.dtype == np.float32
        check_new_layer(viewer, visit, "gt", "is an image, and no Labels layer")
        visit.commands.do("save")  # the file is written to all the same
    assert tifffile.imread(tmp_path / "gt.tif")[60, 70] == 700
    assert told == []


def test_grey_values_are_refused_as_labels(viewer, widget, told):
    rows = np.zeros((300, 80), np.uint8)
    rows[20:100] = 3
    rows[151::2] = picture((75, 80))  # between the rows that are looked at for the list
    grey = viewer.add_image(rows, name="grey")
    viewer.add_image(picture((300, 80)), name="picture")
    viewer.add_image(np.random.default_rng(2).random((300, 80)), name="probability")
    assert texts(widget.choice.gt) == ["grey (image)"]
    widget.start()
    assert widget.visit is None
    assert "The image grey holds grey values, not labels." in told.pop()
    viewer.layers.remove(grey)
    assert texts(widget.choice.gt) == []
    assert not widget.choice.start.isEnabled()
    assert "No layer here holds masks yet" in widget.choice.note.text()


# -------------------------------------------------------------------- more axes than needed
def test_flat_masks_on_a_stack_are_reviewed_on_the_slice_in_view(viewer, widget):
    gt, model = two_objects()
    deep = viewer.add_image(picture((9, 64, 80)), name="deep")
    viewer.add_labels(gt, name="mine")
    viewer.add_labels(model, name="theirs")
    viewer.dims.set_current_step(0, 6)
    widget.start()
    visit = widget.visit
    assert np.array_equal(visit.bench.review.sample.images[0].data, deep.data[6])
    assert "deep has more axes than a review or its GT: what is in view is taken" in said(visit)
    assert "axis -3 6" in said(visit)
    viewer.dims.set_current_step(0, 2)
    visit.commands.do("next_item")
    pump()
    assert np.asarray(visit.bench.scene.contours.layer.data).any()
    widget.end()


def test_of_a_series_of_stacks_the_one_in_view_is_reviewed(viewer, widget):
    gt, model = (np.stack([np.stack([plane] * 3)] * 4) for plane in two_objects())
    model[model == 3] = 0
    mine = viewer.add_labels(gt.copy(), name="mine", axis_labels=("t", "z", "y", "x"))
    viewer.add_labels(model, name="theirs")
    image = viewer.add_image(picture((4, 2, 3, 64, 80)), name="two channels")
    viewer.dims.set_point(1, 2)
    widget.choice.image.setCurrentIndex(0)
    widget.start()
    visit = widget.visit
    assert visit.bench.review.reference.shape == (3, 64, 80)
    assert "mine has more axes" in said(visit)
    assert "axis t 2." in said(visit)
    scene = visit.bench.scene
    with scene.gt.block_history():
        scene.gt.paint((1, 60, 70), 700)
    visit.giving.button.click()
    changed = np.argwhere(mine.data != gt)
    assert set(changed[:, 0]) == {2}
    assert mine.data[2, 1, 60, 70] == 700
    mine.undo()
    assert np.array_equal(mine.data, gt)
    assert image.visible
    widget.end()


def test_axes_of_length_one_are_no_hindrance(viewer, widget, tmp_path, monkeypatch):
    from segreview.ui import messages

    gt, model = two_objects()
    tifffile.imwrite(tmp_path / "gt.tif", gt.astype(np.int32))
    (mine,) = viewer.open(str(tmp_path / "gt.tif"), plugin="napari")
    mine.data = mine.data[None, None]
    viewer.add_labels(model[None, None], name="theirs")
    viewer.add_image(picture((1, 3, 64, 80)), name="picture")
    visit = begin(widget)
    assert said(visit) == ""
    assert visit.bench.review.sample.images[0].channel_axis == 0
    assert visit.bench.review.reference.path == tmp_path / "gt.tif"
    monkeypatch.setattr(messages, "ask_where", lambda *_: None)
    visit.commands.do("save")
    assert tifffile.imread(tmp_path / "gt.tif")[60, 70] == 700
    visit.giving.button.click()
    assert mine.data[0, 0, 60, 70] == 700


# -------------------------------------------------------------------- images, and other layers
def test_other_layers_are_neither_offered_nor_in_the_way(viewer, layers, widget):
    viewer.add_points([[5, 5], [40, 50]], name="points")
    viewer.add_shapes([[[0, 0], [9, 9]]], shape_type="line", name="line")
    viewer.add_image(np.stack([picture()] * 3, -1), rgb=True, name="colours")
    viewer.layers.move(viewer.layers.index("points"), 1)
    assert texts(widget.choice.gt) == ["mine", "theirs"]
    assert texts(widget.choice.image) == ["none", "picture", "colours"]
    widget.choice.image.setCurrentIndex(2)
    visit = begin(widget)
    assert visit.bench.review.sample.images[0].rgb
    assert viewer.layers["points"].visible
    widget.end()
    assert [layer.name for layer in viewer.layers] == [
        "picture",
        "points",
        "mine",
        "theirs",
        "line",
        "colours",
    ]


def test_channels_that_napari_split_are_offered_as_one_image(viewer, layers, widget):
    channels = viewer.add_image(picture((2, 64, 80)), channel_axis=0, name=["dapi", "actin"])
    viewer.layers.remove(layers[0])
    viewer.add_image(picture((30, 30)), name="other")
    choice = widget.choice.image
    assert texts(choice) == ["none", "dapi", "actin", "other", "2 images, as channels"]
    choice.setCurrentIndex(4)
    channels[1].contrast_limits, channels[1].gamma = (30, 90), 0.5
    visit = begin(widget)
    ours = visit.bench.scene.layers.images
    assert [layer.name for layer in ours] == ["image: dapi", "image: actin"]
    assert (ours[1].contrast_limits, ours[1].gamma) == ([30, 90], 0.5)
    assert ours[1].colormap.name == channels[1].colormap.name
    assert not channels[0].visible


def test_what_is_proposed_follows_the_layers_until_the_user_chooses(viewer, bare_widget):
    gt, model = two_objects()
    choice = bare_widget.choice
    viewer.add_labels(model, name="model")
    assert (choice.gt.currentText(), choice.model.currentText()) == ("model", "none")
    viewer.add_labels(gt, name="truth")
    assert (choice.gt.currentText(), choice.model.currentText()) == ("truth", "model")
    third = viewer.add_labels(gt, name="third")
    choice.gt.setCurrentIndex(choice.gt.findText("third"))
    viewer.add_image(picture(), name="picture")
    third.name = "renamed"
    assert (choice.gt.currentText(), choice.image.currentText()) == ("renamed", "picture")
    viewer.layers.remove(third)
    assert choice.gt.currentText() == "truth"


# -------------------------------------------------------------------- what the ids mean
def test_masks_can_be_read_in_another_way(viewer, layers, widget, told):
    visit = begin(widget)
    visit.commands.do("read_as_semantic")
    pump()
    assert str(visit.bench.review.reference.kind) == "semantic"
    assert str(visit.bench.review.prediction.kind) == "semantic"
    assert visit.bench.review.reference.data[60, 70] == 700  # the stroke is there
    visit.commands.do("read_as_binary")
    assert "mine is no two-valued mask: it holds 3 values" in told.pop()
    assert str(visit.bench.review.reference.kind) == "semantic"
    visit.giving.button.click()
    assert layers[1].data[60, 70] == 700
    assert visit.kept == 0


def test_time_is_told_by_names_of_axes_and_by_units(viewer, widget):
    gt, model = (np.stack([plane] * 3) for plane in two_objects())
    mine = viewer.add_labels(gt, name="mine", units=("s", "um", "um"))
    viewer.add_labels(model, name="theirs", units=("s", "um", "um"))
    widget.start()
    assert widget.visit.bench.review.reference.axes == "TYX"
    assert widget.visit.bench.review.reference.unit == "µm"
    widget.end()
    for layer in viewer.layers:
        layer.units = None
    widget.start()
    assert widget.visit.bench.review.reference.axes == "ZYX"
    widget.end()
    viewer.dims.axis_labels = ("Time", "y", "x")
    widget.start()
    assert widget.visit.bench.review.reference.axes == "TYX"
    widget.end()
    viewer.dims.axis_labels = ("-3", "-2", "-1")
    assert mine in viewer.layers
