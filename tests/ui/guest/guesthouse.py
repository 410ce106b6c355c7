"""Someone's own napari with our widget in it, for the tests of the guest."""

import gc
import logging
import sys
import threading
from collections import Counter

import numpy as np
from desk import Desk


def pump(milliseconds=50):
    """Let the event loop run for a while."""
    from qtpy.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


# -------------------------------------------------------------------- their napari
def two_objects():
    """GT and model of two objects; the model misses a part of the second."""
    gt = np.zeros((64, 80), np.uint16)
    gt[5:20, 5:25] = 3
    gt[30:50, 40:60] = 700
    model = gt.copy()
    model[40:, :] = 0
    return gt, model


def picture(shape=(64, 80)):
    return np.random.default_rng(1).integers(0, 255, shape).astype(np.uint8)


class Visitor(Desk):
    """A user of napari who reviews: the desk's words for a review in the widget."""

    def __init__(self, viewer, widget, hand):
        self.viewer, self.widget, self.hand = viewer, widget, hand
        self.window = viewer.window._qt_window
        self.app = self
        self.get, self.press = hand.on_gui, hand.key

    @property
    def visit(self):
        return self.widget.visit

    @property
    def bench(self):
        return self.visit.bench

    @property
    def queue(self):
        return self.visit.queue

    @property
    def line(self):
        """Quiet line in the widget."""
        return self.get(self.visit._notice.text)

    def click(self, button):
        self.hand.click(self.hand.center(button))

    def start(self):
        self.click(self.widget.choice.start)
        self.hand.wait_for(lambda: self.visit is not None, "a review is on")
        self.hand.settle()

    def surroundings(self):
        """Everything of the user's, once the window has come to rest."""
        self.hand.settle(0.3)
        self.get(gc.collect)
        self.hand.settle()
        return self.get(lambda: surroundings(self.viewer))

    def click_canvas(self):
        self.hand.click(self.hand.center(self.window._qt_viewer.canvas.native))


def stroke(layer, label, place=(60, 70)):
    """What one stroke of the mouse does to a layer."""
    with layer.block_history():
        layer.paint(place, label)


# -------------------------------------------------------------------- everything of theirs
def emitters(thing):
    """How many listeners every event of something has."""
    return {
        name: len([c for c in emitter.callbacks if not _dead(c)])
        for name, emitter in thing.events.emitters.items()
    }


def _dead(callback):
    return isinstance(callback, tuple) and callback[0]() is None


def of_layer(layer):
    """Everything of a layer that a review could change."""
    names = [
        "name", "visible", "opacity", "blending", "mode", "scale", "translate", "metadata", "locked",
        "editable", "brush_size", "selected_label", "contour", "preserve_labels", "contrast_limits",
        "colormap", "gamma",
    ]  # fmt: skip
    facts = {name: str(getattr(layer, name)) for name in names if hasattr(layer, name)}
    mouse = [
        len(getattr(layer, f"mouse_{kind}_callbacks")) for kind in ("drag", "move", "wheel", "double_click")
    ]
    return facts, layer.data.tobytes(), emitters(layer), mouse, dict(layer.keymap), "undo" in layer.__dict__


def surroundings(viewer):
    """Everything of the user's that a review could leave a mark on."""
    from qtpy.QtWidgets import QApplication, QDockWidget

    window = viewer.window._qt_window
    camera = viewer.scene.camera
    return {
        "layers": [of_layer(layer) for layer in viewer.layers],
        "selection": (
            sorted(layer.name for layer in viewer.layers.selection),
            viewer.layers.selection.active,
        ),
        "mouse": [
            list(getattr(viewer, f"mouse_{kind}_callbacks"))
            for kind in ("drag", "move", "wheel", "double_click")
        ],
        "keys": (dict(viewer.keymap), sorted(map(str, type(viewer).class_keymap))),
        "camera": (camera.center, camera.zoom, camera.angles, camera.mouse_pan, camera.mouse_zoom),
        "dims": (viewer.dims.point, viewer.dims.order, viewer.dims.ndisplay, viewer.dims.range),
        "grid": (viewer.canvas.grid.enabled, viewer.canvas.grid.stride, viewer.canvas.grid.shape),
        "overlays": {
            name: overlay.visible
            for overlays in (viewer.canvas.overlays, viewer.scene.overlays)
            for name, overlay in overlays.items()
        },
        "texts": (viewer.theme, viewer.title, viewer.tooltip.visible),
        "listeners": [
            emitters(thing)
            for thing in (viewer, viewer.layers, viewer.layers.selection, viewer.dims, camera, viewer.cursor)
        ],
        "actions": [action.text() for action in window.actions()],
        "menus": [action.text() for action in window.menuBar().actions()],
        "docks": [
            (d.objectName(), window.dockWidgetArea(d), d.isVisible(), d.isFloating())
            for d in window.findChildren(QDockWidget)
        ],
        "children": Counter(
            type(child).__name__
            for thing in (window, window.statusBar(), window._qt_viewer.canvas.native)
            for child in thing.children()
        ),
        "style": QApplication.instance().styleSheet(),
        "hooks": (sys.excepthook, threading.excepthook, Counter(t.name for t in threading.enumerate())),
        "log": logging.getLogger("segreview").level,
    }
