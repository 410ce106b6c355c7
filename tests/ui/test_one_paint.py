"""The window is painted once for what a key does: composing it is most of the wait without a GPU."""

import pytest
from desk import write_set
from qtpy.QtCore import QEvent, QEventLoop, QObject, QTimer
from qtpy.QtWidgets import QApplication, QScrollArea

from segreview.ui.docks.settle import settle

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


_NAMES = {"n": "next_item", "g": "judge_gt_right", "o": "toggle_filled", "y": "judge_both_fine"}


@pytest.mark.parametrize("key", ["n", "g", "o", "y"])
def test_a_key_has_the_window_painted_once(desk, tmp_path, key):
    desk.open(write_set(tmp_path / "set"))
    desk.press("n", "n", key, "n")
    _is_painted_once(desk, lambda: desk.app.commands.do(_NAMES[key]))


def test_so_it_is_with_the_figures_open(desk, tmp_path):
    desk.open(write_set(tmp_path / "set"))
    desk.press("n", "n", "t")
    _is_painted_once(desk, lambda: desk.app.commands.do("delete_object"))
    focus, seen = desk.bench.focus, []

    def flip(name):
        desk.app.commands.do(name)
        seen.append(focus.threshold)

    for name in ("next_flip", "previous_flip"):  # each moves the threshold, and goes to another item
        back = {"next_flip": "previous_flip", "previous_flip": "next_flip"}[name]
        _is_painted_once(desk, lambda name=name: flip(name), lambda back=back: desk.app.commands.do(back))
    assert len(set(seen)) == 2


def test_a_scroll_bar_comes_with_the_same_paint(desk, tmp_path):
    desk.open(write_set(tmp_path / "set"))
    desk.press("n")
    pair, bars = desk.app.pair, []

    def show(lines):
        pair.show_reasons(lines)
        settle(pair)
        bars.append(pair.findChild(QScrollArea).verticalScrollBar().isVisible())

    _is_painted_once(desk, lambda: show(["it is long"] * 60), lambda: show([]))
    assert bars[:2] == [True, False]


def _is_painted_once(desk, doing, undoing=lambda: None):
    """On a machine with other work a timer may fall due meanwhile, and ask for a paint of its own."""
    tries = []
    for pause in (0.8, 0.4, 0.4):
        desk.hand.settle(pause)
        tries.append(desk.get(lambda: _paints_for(desk.app, doing)))
        desk.get(undoing)
        if tries[-1].count == 1:
            return
    raise AssertionError([paints.parts for paints in tries])


def _paints_for(app, doing):
    """Paints until the event loop has nothing left to do; key and status line need no hand here."""
    paints = Paints(app.window)
    QApplication.instance().installEventFilter(paints)
    doing()
    for _ in range(3):
        loop = QEventLoop()
        QTimer.singleShot(0, loop.quit)
        loop.exec()
    QApplication.instance().removeEventFilter(paints)
    return paints


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
