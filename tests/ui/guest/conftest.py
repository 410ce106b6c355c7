"""Fixtures of the guest's tests: one viewer, their layers, and our widget in it."""

import gc

import pytest
from guesthouse import Visitor, picture, pump, two_objects
from opening import pass_over_what_stays


@pytest.fixture(scope="module")
def window(shared_window):
    """One viewer for all tests: opening one takes longer than most of them."""
    import napari
    from napari._qt import qt_main_window

    shared_window.close()
    qt_main_window.SHOW_QT_WARNING = False  # the notice about PyQt5 would stay over the canvas
    made = napari.Viewer(show=False)
    made.window.show()
    made.window._qt_window.setGeometry(0, 0, 1280, 800)
    pump()
    pass_over_what_stays()
    yield made
    made.close()
    pump()
    gc.unfreeze()
    gc.collect()


@pytest.fixture
def viewer(window, state, faults):
    yield window
    window.window.remove_dock_widget("all")  # ends the review
    window.layers.clear()
    window.dims.ndisplay, window.canvas.grid.enabled = 2, False
    pump()
    gc.freeze()  # the next collection need not look at what this test has loaded and kept


@pytest.fixture
def told(monkeypatch):
    """Errors that would have been shown, and questions that would have been asked: all are kept."""
    from segreview.ui import messages

    shown = []
    monkeypatch.setattr(messages, "show_error", lambda _, error: shown.append(str(error)))
    monkeypatch.setattr(messages, "ask_end", lambda *_: messages.Answer.NO)
    return shown


@pytest.fixture
def layers(viewer):
    """Image, GT and model as layers without a file."""
    gt, model = two_objects()
    image = viewer.add_image(picture(), name="picture")
    return image, viewer.add_labels(gt, name="mine"), viewer.add_labels(model, name="theirs")


@pytest.fixture
def bare_widget(viewer):
    """The widget, with questions and errors as they are."""
    return viewer.window.add_plugin_dock_widget("segreview", "Review")[1]


@pytest.fixture
def widget(bare_widget, told):
    """The widget; nothing asks, and what would have been shown is in `told`."""
    return bare_widget


@pytest.fixture
def desk(viewer, layers, bare_widget):
    from hand import Hand

    pump()
    hand = Hand(viewer.window._qt_window)
    yield Visitor(viewer, bare_widget, hand)
    hand.close()
