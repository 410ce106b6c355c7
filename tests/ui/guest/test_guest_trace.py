"""As a guest: when a review ends, in whatever way, nothing of it is left behind."""

import gc
from contextlib import contextmanager, nullcontext

import numpy as np
import pytest
from guesthouse import picture, pump, stroke, two_objects
from inventory import differences, of_program

pytestmark = pytest.mark.gui


def prepare(viewer, layers):
    """A viewer that was set up with care."""
    mine = layers[1]
    viewer.canvas.overlays.scale_bar.visible = True
    viewer.canvas.grid.enabled = True
    viewer.dims.axis_labels = ("rows", "columns")
    for layer in layers:
        layer.scale, layer.translate, layer.units = (0.5, 0.5), (3, 4), ("um", "um")
    viewer.reset_view()
    viewer.scene.camera.zoom = 7
    mine.brush_size, mine.selected_label, mine.contour = 7, 3, 2
    mine.paint((1, 1), 3)
    mine.mode = "paint"
    mine.bind_key("n", lambda _: None)
    viewer.layers.selection = {layers[0]}


def check_reach(desk):
    """All of the widget is in reach, in a window of 800 pixels."""
    widget, visit = desk.widget, desk.visit
    assert desk.get(lambda: desk.window.height()) == 800
    assert 250 <= desk.get(widget.width) <= 480
    for button in (visit.giving.button, visit.menu, visit.end):
        assert desk.get(lambda button=button: button.width() >= button.sizeHint().width())
        shown = desk.get(lambda button=button: button.visibleRegion().boundingRect().size() == button.size())
        assert shown, button.text()


def work(desk):
    """Use of everything there is, by mouse and keys; a stroke is left that is nowhere but in the journal."""
    desk.press("n", "g", "n", "o")
    desk.hand.settle()  # the heatmap takes the place of filled masks, which are to be drawn first
    desk.press("q", "ctrl+1", "ctrl+1", "0", "9", "k")
    desk.press("8", "n", "8", "Tab", "Tab", "Tab", "s")
    desk.stroke((10, 2), (10, 28))
    desk.press("ctrl+z", "Escape", "j", "Escape")
    desk.hand.hold("h", 0.2)
    desk.hand.move(desk.at(34, 50))
    desk.hand.move(desk.at(35, 50))
    desk.press("2")
    desk.hand.wait_for(lambda: str(desk.visit.bench.scene.gt.mode) == "paint", "the brush is in hand")
    desk.stroke((57, 10), (57, 20))
    desk.hand.wait_for(lambda: desk.visit.kept == 1, "the stroke is in the journal alone")
    desk.press("bracketright", "1", "6")


def end(desk, viewer, layers):
    """By the button, after a moment of doubt."""
    desk.click(desk.visit.end)
    assert "mine: 1 edit was not applied" in desk.answer("end", "Cancel")
    assert desk.get(lambda: desk.visit is not None)
    desk.click(desk.visit.end)
    desk.answer("end", "Keep in the journal")


def close_dock(desk, viewer, layers):
    """By the cross of the dock."""
    from qtpy.QtWidgets import QDockWidget

    dock = desk.get(lambda: desk.window.findChild(QDockWidget, "Review (segreview)"))
    desk.click(dock.titleBarWidget().close_button)


def remove_layer(desk, viewer, layers):
    """After the layer under review was removed by somebody."""
    desk.get(lambda: viewer.layers.remove(layers[1]))
    assert "mine was removed" in desk.line
    end(desk, viewer, layers)


def toasts(desk):
    from napari._qt.dialogs.qt_notification import NapariQtNotification

    return desk.window.findChildren(NapariQtNotification)


@contextmanager
def without(desk, viewer, layer):
    """A time in which their layer is not there."""
    place, chosen = viewer.layers.index(layer), viewer.layers.selection.active
    desk.get(lambda: viewer.layers.remove(layer))
    yield
    desk.get(lambda: viewer.layers.insert(place, layer))
    desk.get(lambda: viewer.layers.selection.select_only(chosen))


@pytest.mark.parametrize("ending", [end, close_dock, remove_layer])
def test_nothing_is_left_behind(desk, viewer, layers, ending, capsys):
    desk.get(lambda: prepare(viewer, layers))
    first = desk.inventory()
    desk.start()
    work(desk)
    end(desk, viewer, layers)
    desk.hand.wait_for(lambda: desk.visit is None, "the review ends")
    found = differences(first, desk.inventory())
    assert not {place for place in found if not place.startswith("/our")}, found  # caches of ours are filled
    with without(desk, viewer, layers[1]) if ending is remove_layer else nullcontext():
        before = desk.inventory()
    desk.click(desk.widget.choice.start)
    desk.answer("restore", "Start from the file")
    desk.hand.wait_for(lambda: desk.visit is not None, "a review is on")
    desk.hand.settle()
    assert not desk.get(lambda: viewer.canvas.grid.enabled)
    check_reach(desk)
    work(desk)
    ending(desk, viewer, layers)
    desk.hand.wait_for(lambda: desk.visit is None, "the review ends")
    desk.hand.move((2, 2))  # it stays as long as the pointer is over it
    desk.hand.wait_for(lambda: not toasts(desk), "napari's message has gone")
    after = desk.inventory()
    if ending is close_dock:
        assert "1 edit is in the journal only" in capsys.readouterr().out  # by napari, as the widget is gone
        del before["listeners"], after["listeners"]  # those of the widget are gone
        for windows in before["windows"], after["windows"]:
            windows.pop("ReviewWidget", None)  # the test holds on to it, and those of tests before are frozen
    else:
        assert "1 edit is in the journal only" in desk.get(desk.widget.choice.note.text)
    assert differences(before, after) == {}


def test_a_viewer_that_is_closed_takes_the_review_with_it(window, state, faults, monkeypatch):
    import napari

    from segreview.ui import messages

    monkeypatch.setattr(messages, "ask_end", lambda *_: pytest.fail("nobody is asked"))

    def round_(reviewed):
        viewer = napari.Viewer(show=False)
        viewer.window.show()
        gt, model = two_objects()
        viewer.add_image(picture(), name="picture")
        mine = viewer.add_labels(gt, name="mine")
        viewer.add_labels(model, name="theirs")
        _, widget = viewer.window.add_plugin_dock_widget("segreview", "Review")
        pump()
        if reviewed:
            widget.start()
            stroke(widget.visit.bench.scene.gt, 700)
            widget.visit.commands.do("next_item")
            pump()
        viewer.close()
        pump(400)
        assert widget.visit is None
        assert np.array_equal(mine.data, two_objects()[0])
        del viewer, widget, mine
        gc.collect()
        pump()
        gc.collect()
        return of_program()

    monkeypatch.setattr(messages, "ask_restore", lambda *_: messages.Answer.NO)
    round_(True)
    before = round_(False)
    assert differences(before, round_(True)) == {}
