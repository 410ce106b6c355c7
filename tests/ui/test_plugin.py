"""segreview as a plugin in a real napari: samples, reader, writer and menus."""

import gc

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
def masks():
    """GT and model masks of two objects; the model misses a part of the second."""
    gt = np.zeros((64, 80), np.uint16)
    gt[5:20, 5:25] = 3
    gt[30:50, 40:60] = 700
    model = gt.copy()
    model[40:, :] = 0
    return gt, model


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


# -------------------------------------------------------------------- menus
def test_the_command_is_in_the_menu_of_layers(viewer):
    from napari._app_model import get_app_model

    items = get_app_model().menus.get_menu("napari/layers/annotate")
    assert "segreview.review_masks" in [item.command.id for item in items if hasattr(item, "command")]
