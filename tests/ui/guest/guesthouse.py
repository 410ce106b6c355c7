"""Someone's own napari with our widget in it, for the tests of the guest."""

import gc

import numpy as np
from desk import Desk
from inventory import inventory


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

    def inventory(self):
        """Everything that is there, once the window has come to rest."""
        self.hand.settle(0.3)
        self.get(gc.collect)
        self.hand.settle()
        return self.get(lambda: inventory(self.viewer))

    def click_canvas(self):
        self.hand.click(self.hand.center(self.window._qt_viewer.canvas.native))


def stroke(layer, label, place=(60, 70)):
    """What one stroke of the mouse does to a layer."""
    with layer.block_history():
        layer.paint(place, label)
