"""The window is painted once for what a key does: composing it is most of the wait without a GPU."""

import pytest
from desk import write_set
from qtpy.QtCore import QEvent, QObject

pytestmark = pytest.mark.gui


class Paints(QObject):
    """Counts how often the window was composed, and looks who asked for it last."""

    def __init__(self, window):
        super().__init__()
        self.count, self.parts = 0, []
        self._window = window

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.UpdateRequest and watched is self._window:
            self.count += 1
            self.parts = []
        elif event.type() == QEvent.Type.Paint:
            self.parts.append(type(watched).__name__)
        return False


@pytest.mark.parametrize("key", ["n", "g", "o", "y"])
def test_a_key_has_the_window_painted_once(desk, tmp_path, key):
    desk.open(write_set(tmp_path / "set"))
    desk.press("n", "n", key, "n")
    desk.hand.settle(0.8)
    tries = [desk.get(lambda: _paints_for(desk.app, key)) for _ in range(3)]
    # on a machine with other work a timer may fall due meanwhile, and ask for a paint of its own
    assert min(paints.count for paints in tries) == 1, [paints.parts for paints in tries]


# Where the threshold moves first, and then another item is gone to, Qt may paint in between: it does so 5 ms
# after the first part of the window has asked for it.
@pytest.mark.parametrize(("key", "most"), [("period", 2), ("c", 1)])
def test_so_it_is_with_the_figures_open(desk, tmp_path, key, most):
    desk.open(write_set(tmp_path / "set"))
    desk.press("n", "n", "t")
    desk.hand.settle(0.8)
    tries = [desk.get(lambda: _paints_for(desk.app, key)) for _ in range(3)]
    assert min(paints.count for paints in tries) <= most, [paints.parts for paints in tries]


def _paints_for(app, key):
    from qtpy.QtWidgets import QApplication

    paints = Paints(app.window)
    QApplication.instance().installEventFilter(paints)
    _do(app, key)
    QApplication.instance().removeEventFilter(paints)
    return paints


def _do(app, key):
    """What a key does, until the event loop has nothing left to do; key and status line need no hand here."""
    from qtpy.QtCore import QEventLoop, QTimer

    names = {"n": "next_item", "g": "judge_gt_right", "o": "toggle_filled", "y": "judge_both_fine"}
    names |= {"period": "next_flip", "c": "delete_object"}
    app.commands.do(names[key])
    for _ in range(3):
        loop = QEventLoop()
        QTimer.singleShot(0, loop.quit)
        loop.exec()


def test_layers_go_at_one_go(desk, tmp_path, monkeypatch):
    """napari collects garbage after each removal that it is told of by itself."""
    from napari._vispy import canvas

    collections = []
    desk.open(write_set(tmp_path / "set"))
    monkeypatch.setattr(canvas.gc, "collect", lambda: collections.append("collected"))
    desk.press("8", "8")
    desk.hand.wait_for(lambda: not desk.app.viewer.canvas.grid.enabled, "the sides lie over each other")
    assert collections == ["collected"]
    desk.get(desk.bench.clear_stage)
    assert collections == ["collected"] * 2
