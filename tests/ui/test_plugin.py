"""segreview as a plugin in a real napari: samples, reader, writer, and the review of a guest."""

import gc
import shutil

import numpy as np
import pytest
import tifffile
from PIL import Image

pytestmark = pytest.mark.gui


def pump(milliseconds=60):
    from qtpy.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    """A state folder for this test alone."""
    monkeypatch.setenv("SEGREVIEW_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture(scope="module")
def window():
    """One viewer for all tests: opening one takes longer than most of them."""
    import napari

    made = napari.Viewer(show=False)
    yield made
    made.close()
    pump()
    gc.collect()


@pytest.fixture
def viewer(window):
    yield window
    window.window.remove_dock_widget("all")  # ends the review
    window.layers.clear()
    pump()


@pytest.fixture
def told(monkeypatch):
    """Errors that would have been shown."""
    from segreview.ui import messages

    shown = []
    monkeypatch.setattr(messages, "show_error", lambda _, error: shown.append(str(error)))
    return shown


@pytest.fixture
def masks():
    """GT and model masks of two objects; the model misses a part of the second."""
    gt = np.zeros((64, 80), np.uint16)
    gt[5:20, 5:25] = 3
    gt[30:50, 40:60] = 700
    model = gt.copy()
    model[40:, :] = 0
    return gt, model


@pytest.fixture
def layers(viewer, masks):
    """Image, GT and model as layers without a file."""
    image = viewer.add_image(
        np.random.default_rng(1).integers(0, 255, (64, 80)).astype(np.uint8), name="picture"
    )
    return image, viewer.add_labels(masks[0], name="mine"), viewer.add_labels(masks[1], name="theirs")


@pytest.fixture
def widget(viewer, told):
    return viewer.window.add_plugin_dock_widget("segreview", "Review")[1]


def stroke(layer, label):
    """What one stroke of the mouse does to a layer."""
    with layer.block_history():
        layer.paint((60, 70), label)


def write_tiff(path, data, **more):
    tifffile.imwrite(path, data, compression="zlib", description="as it came", **more)
    return path


# -------------------------------------------------------------------- samples
@pytest.mark.parametrize("name", ["cells", "street"])
def test_a_sample_opens_as_image_gt_and_model(viewer, state, name):
    opened = viewer.open_sample("segreview", name)
    assert [layer._type_string for layer in opened] == ["image", "labels", "labels"]
    assert [layer.name for layer in opened] == [f"{name} image", f"{name} GT", f"{name} model"]
    assert len({layer.data.shape[:2] for layer in opened}) == 1
    for layer in opened[1:]:
        assert layer.metadata["segreview"]["path"].startswith(str(state))  # a copy


# -------------------------------------------------------------------- reader
def test_labels_open_as_labels_with_what_is_known_of_their_file(viewer, tmp_path, masks):
    path = write_tiff(tmp_path / "cells.tif", masks[0])
    (layer,) = viewer.open(str(path), plugin="segreview")
    assert layer._type_string == "labels"
    assert layer.data.dtype == np.uint16
    assert np.array_equal(layer.data, masks[0])
    facts = layer.metadata["segreview"]
    assert facts | {"reading": ""} == {
        "path": str(path), "format": "tiff", "kind": "instance", "background": 0, "dtype": "uint16",
        "reading": "",
    }  # fmt: skip


def test_images_are_left_to_napari(tmp_path, masks):
    from segreview.ui.guest.plugin import get_reader

    random = np.random.default_rng(2)
    grey = random.poisson(30, (64, 80))
    few = (grey // 8).astype(np.uint8)
    tifffile.imwrite(tmp_path / "microscope.tif", (grey * 90).astype(np.uint16))
    tifffile.imwrite(tmp_path / "float.tif", masks[0].astype(np.float32))
    np.save(tmp_path / "few.npy", few)
    Image.fromarray(np.stack([few] * 3, -1)).save(tmp_path / "colour.png")
    (tmp_path / "cut.tif").write_bytes((tmp_path / "microscope.tif").read_bytes()[:99])
    for name in ("microscope.tif", "float.tif", "few.npy", "colour.png", "cut.tif", "missing.png"):
        assert get_reader(str(tmp_path / name)) is None, name
    assert get_reader([str(tmp_path / "few.npy")] * 2) is None


# -------------------------------------------------------------------- writer
@pytest.mark.parametrize("name", ["cells.tif", "cells.png", "cells.npy"])
def test_saving_changes_only_what_was_edited(viewer, tmp_path, masks, name):
    path = tmp_path / name
    if path.suffix == ".tif":
        write_tiff(path, masks[0], resolution=(3, 3))
    elif path.suffix == ".png":
        Image.fromarray(masks[0]).save(path)
    else:
        np.save(path, np.asfortranarray(masks[0]))
    (layer,) = viewer.open(str(path), plugin="segreview")
    untouched = layer.save(str(tmp_path / f"untouched{path.suffix}"), plugin="segreview")
    assert [file.read_bytes() for file in map(type(path), untouched)] == [path.read_bytes()]
    layer.paint((60, 70), 9)
    (written,) = layer.save(str(tmp_path / f"edited{path.suffix}"), plugin="segreview")
    (again,) = viewer.open(written, plugin="segreview")
    assert again.data.dtype == np.uint16
    assert np.array_equal(again.data, layer.data)
    assert np.count_nonzero(again.data != masks[0]) == np.count_nonzero(layer.data == 9) > 0
    if path.suffix == ".tif":
        with tifffile.TiffFile(written) as tif:
            assert tif.pages[0].description == "as it came"
            assert tif.pages[0].resolution == (3, 3)
            assert tif.pages[0].compression == tifffile.COMPRESSION.ADOBE_DEFLATE


def test_a_two_valued_mask_is_saved_two_valued(viewer, tmp_path, masks):
    path = tmp_path / "mask.png"
    Image.fromarray(np.where(masks[0], 255, 0).astype(np.uint8)).save(path)
    (layer,) = viewer.open(str(path), plugin="segreview")
    assert sorted(np.unique(layer.data)) == [0, 1, 2]  # its components
    layer.data_setitem((np.array([0]), np.array([0])), 3)
    layer.save(str(path), plugin="segreview")
    saved = np.array(Image.open(path))
    assert saved.dtype == np.uint8
    assert sorted(np.unique(saved)) == [0, 255]
    assert saved[0, 0] == 255
    path.unlink()  # its type of numbers is known without it, too
    layer.save(str(path), plugin="segreview")
    assert np.array_equal(np.array(Image.open(path)), saved)


def test_a_layer_without_a_file_is_saved_as_a_new_one(viewer, tmp_path, masks):
    layer = viewer.add_labels(masks[0], scale=(0.5, 0.5))
    (written,) = layer.save(str(tmp_path / "new.tif"), plugin="segreview")
    back = tifffile.imread(written)
    assert back.dtype == np.uint16
    assert np.array_equal(back, masks[0])


# -------------------------------------------------------------------- the guest's review
def surroundings(viewer):
    """Everything of the user's that a review could leave a mark on."""
    from qtpy.QtWidgets import QDockWidget

    window = viewer.window._qt_window
    return {
        "layers": [(layer.name, layer.visible, layer.data.tobytes()) for layer in viewer.layers],
        "paint": [
            len(layer.events.paint.callbacks) for layer in viewer.layers if hasattr(layer.events, "paint")
        ],
        "selection": {layer.name for layer in viewer.layers.selection},
        "mouse": list(viewer.mouse_drag_callbacks),
        "keys": dict(viewer.keymap),
        "camera": (viewer.scene.camera.center, viewer.scene.camera.zoom),
        "point": viewer.dims.point,
        "camera callbacks": len(viewer.scene.camera.events.center.callbacks),
        "dims callbacks": len(viewer.dims.events.current_step.callbacks),
        "actions": [action.text() for action in window.actions()],
        "menus": [action.text() for action in window.menuBar().actions()],
        "docks": [(d.objectName(), window.dockWidgetArea(d)) for d in window.findChildren(QDockWidget)],
        "status bar": len(window.statusBar().children()),
        "title": viewer.title,
    }


def test_a_review_of_layers_leaves_no_trace(viewer, layers, widget):
    viewer.scene.camera.zoom = 3
    viewer.layers.selection = {layers[0]}
    pump()
    before = surroundings(viewer)
    widget.start()
    pump()
    visit = widget.visit
    assert visit.bench.review.progress.total == 1
    assert len(viewer.layers) > len(layers)
    assert not layers[1].visible
    visit.commands.do("next_item")
    pump()
    assert visit.queue.model.rowCount() > 0
    widget.end()
    pump()
    assert widget.visit is None
    assert surroundings(viewer) == before


def test_a_stroke_goes_through_and_back_to_the_layer(viewer, layers, masks, widget):
    before = layers[1].data.copy()
    widget.start()
    visit = widget.visit
    gt = visit.bench.scene.gt
    stroke(gt, 700)
    pump()
    review = visit.bench.review
    assert review.undo_title is not None
    assert review.reference.data[60, 70] == 700
    assert np.array_equal(layers[1].data, before)  # not yet
    visit.apply.click()
    assert np.array_equal(layers[1].data, review.reference.data)
    assert layers[1].data.dtype == np.uint16
    widget.end()
    assert "journal" not in widget.choice.note.text()
    layers[1].undo()
    assert np.array_equal(layers[1].data, before)


def test_keys_are_ours_only_while_a_review_is_on(viewer, layers, widget):
    from qtpy.QtCore import Qt
    from qtpy.QtTest import QTest

    viewer.window.show()
    pump(300)
    canvas = viewer.window._qt_window._qt_viewer.canvas.native
    widget.start()
    pump(100)
    focus = widget.visit.bench.focus
    QTest.keyClick(canvas, Qt.Key.Key_N)
    pump()
    assert focus.row is not None
    review = focus.review
    QTest.keyClick(canvas, Qt.Key.Key_G)
    pump()
    assert review.progress.done == 1
    widget.end()
    pump()
    QTest.keyClick(canvas, Qt.Key.Key_N)
    pump()
    assert focus.row is None


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


def test_a_layer_with_a_file_is_reviewed_and_saved_with_it(viewer, tmp_path, masks, widget, monkeypatch):
    from segreview.ui import messages

    path = write_tiff(tmp_path / "gt.tif", masks[0])
    viewer.open(str(path), plugin="segreview")
    viewer.add_labels(masks[1], name="theirs")
    widget.start()
    visit = widget.visit
    assert visit.bench.review.reference.path == path
    assert visit.save.isVisibleTo(visit)
    stroke(visit.bench.scene.gt, 700)
    monkeypatch.setattr(messages, "ask_where", lambda *_: None)
    visit.save.click()
    assert np.array_equal(tifffile.imread(path), visit.bench.review.reference.data)


def test_a_two_valued_layer_gets_two_values_back(viewer, tmp_path, masks, widget):
    path = tmp_path / "mask.png"
    Image.fromarray(np.where(masks[0], 255, 0).astype(np.uint8)).save(path)
    mine = viewer.add_labels(np.array(Image.open(path)), name="mine")
    viewer.add_labels(np.where(masks[1], 255, 0).astype(np.uint8), name="theirs")
    widget.start()
    visit = widget.visit
    assert len(visit.bench.review.disagreements.items) == 2  # components, not one object 255
    visit.commands.do("next_item")
    visit.commands.do("delete_object")
    visit.apply.click()
    assert sorted(np.unique(mine.data)) == [0, 255]
    assert np.count_nonzero(mine.data) == 15 * 20


def test_a_layer_that_differs_from_its_file_is_reviewed_as_it_is(viewer, tmp_path, masks, widget, state):
    path = write_tiff(tmp_path / "gt.tif", masks[0])
    (layer,) = viewer.open(str(path), plugin="segreview")
    layer.paint((60, 70), 9)
    widget.start()
    visit = widget.visit
    assert visit.bench.review.reference.path.is_relative_to(state)
    assert np.array_equal(visit.bench.review.reference.data, layer.data)
    assert not visit.save.isVisibleTo(visit)


def test_what_cannot_be_reviewed_is_told(viewer, layers, widget, told):
    mouse = list(viewer.mouse_drag_callbacks)
    widget.choice.model.setCurrentIndex(widget.choice.model.findText("mine"))
    widget.start()
    viewer.add_labels(np.zeros((8, 8), np.uint8), name="small")
    widget.choice.model.setCurrentIndex(widget.choice.model.findText("small"))
    widget.start()
    viewer.add_labels([np.zeros((64, 80), np.uint8), np.zeros((32, 40), np.uint8)], name="pyramid")
    widget.choice.gt.setCurrentIndex(widget.choice.gt.findText("pyramid"))
    widget.start()
    assert widget.visit is None
    assert [text.split(".")[0] for text in told] == [
        "GT and model are the same layer",
        "The layer mine is 64 x 80 pixels, small is 8 x 8",
        "The layer pyramid is a pyramid of several scales, which cannot be edited",
    ]
    assert viewer.mouse_drag_callbacks == mouse


def test_a_layer_that_is_gone_gets_nothing_back(viewer, layers, widget, told):
    widget.start()
    viewer.layers.remove(layers[1])
    widget.visit.apply.click()
    assert told
    assert told[0].startswith("The layer mine is no longer in the viewer.")
    widget.end()
    assert len(viewer.layers) == 2


def test_files_are_reviewed_in_the_widget(viewer, widget):
    from segreview.session.samples import sample_project

    widget.review(sample_project("cells"))
    visit = widget.visit
    assert not visit.apply.isVisibleTo(visit)
    assert visit.bench.number == 0
    visit.commands.do("next_sample")
    assert visit.bench.number == 1
    widget.end()
    assert len(viewer.layers) == 0


def test_closing_the_dock_ends_the_review(viewer, layers, told):
    mouse = list(viewer.mouse_drag_callbacks)
    dock, widget = viewer.window.add_plugin_dock_widget("segreview", "Review")
    widget.start()
    assert len(viewer.layers) > 3
    dock.destroyOnClose()
    pump()
    assert widget.visit is None
    assert len(viewer.layers) == 3
    assert viewer.mouse_drag_callbacks == mouse


def test_closing_the_window_ends_the_review(masks, told):
    import napari

    from segreview.session.journal import Journal

    viewer = napari.Viewer(show=False)
    viewer.add_labels(masks[0])
    _, widget = viewer.window.add_plugin_dock_widget("segreview", "Review")
    widget.start()
    journal = widget.visit.bench.review.journal
    viewer.close()
    pump()
    assert widget.visit is None
    Journal(journal.path, ()).close()  # nobody else holds it


# -------------------------------------------------------------------- commands
def test_commands_work_from_the_palette(viewer, layers, told):
    from napari._app_model import get_app_model

    run = get_app_model().commands.execute_command
    run("segreview.review_masks").result()
    (widget,) = viewer.window.dock_widgets.values()
    assert widget.choice.gt.count() == 2
    run("segreview.next_item").result()
    assert widget.choice.note.text() == "Next disagreement: start a review first."
    widget.start()
    run("segreview.next_item").result()
    assert widget.visit.bench.focus.row is not None
    run("segreview.judge_gt_right").result()
    assert widget.visit.bench.review.progress.done == 1


def test_the_command_is_in_the_menu_of_layers(viewer):
    from napari._app_model import get_app_model

    items = get_app_model().menus.get_menu("napari/layers/annotate")
    assert "segreview.review_masks" in [item.command.id for item in items if hasattr(item, "command")]


def test_the_dock_is_wide_enough(viewer, layers, widget):
    viewer.window.show()
    pump(200)
    assert widget.width() >= 380
    widget.start()
    pump(200)
    visit = widget.visit
    for button in (visit.apply, visit.menu, visit.end):
        assert button.width() >= button.sizeHint().width()
        assert button.visibleRegion().boundingRect().size() == button.size()


def test_the_bundled_sample_reviews_as_a_guest(viewer, widget, tmp_path):
    """The samples are of the shape that the widget expects: the first choice is right."""
    viewer.open_sample("segreview", "cells")
    widget.start()
    review = widget.visit.bench.review
    assert review.sample.name == "cells GT"
    assert review.progress.total > 20
    assert review.sample.images
    shutil.rmtree(tmp_path / "state" / "samples")  # the files are gone: the review goes on
    widget.visit.commands.do("next_item")
