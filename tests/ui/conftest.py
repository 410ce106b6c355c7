"""Fixtures of the window's tests.

A test that asks for `desk` is played by a hand: its body runs in a thread of its own, while the
window's event loop runs in the main thread; mouse and keys are real events from the X server.
"""

from __future__ import annotations

import gc
import logging
import sys
from dataclasses import asdict, replace

import pytest
from desk import Desk
from opening import close_app, introduce, open_app, pump
from props import Props


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    """Play a test that asks for `desk`."""
    desk = pyfuncitem.funcargs.get("desk")
    if desk is None:
        return None
    from hand import play

    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    play(desk.hand, lambda _: pyfuncitem.obj(**arguments))
    return True


@pytest.fixture(scope="session", autouse=True)
def _own_settings(tmp_path_factory):
    """Napari's settings of nobody else."""
    patch = pytest.MonkeyPatch()
    patch.setenv("NAPARI_CONFIG", str(tmp_path_factory.mktemp("napari") / "settings.yaml"))
    yield
    patch.undo()


@pytest.fixture
def state(tmp_path, monkeypatch):
    """Folder where the program keeps its work, and knows who reviews."""
    folder = tmp_path / "state"
    monkeypatch.setenv("SEGREVIEW_STATE", str(folder))
    introduce(folder)
    return folder


@pytest.fixture
def faults(monkeypatch):
    """Exceptions that reached Qt, and faults of views: none, unless a test takes them out."""
    found: list[object] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: found.append(error))

    class Collect(logging.Handler):
        def emit(self, record):
            found.append(record.exc_info[1] if record.exc_info else record.getMessage())

    handler = Collect(logging.ERROR)
    logging.getLogger("segreview").addHandler(handler)
    yield found
    logging.getLogger("segreview").removeHandler(handler)
    assert found == []


class SharedWindow:
    """One window for many files: opening one takes longer than most tests.

    There is one window at a time: without a window manager nobody could say which of two gets the keys.
    """

    def __init__(self, folder):
        self.folder, self.app, self.props, self._was = folder, None, None, None

    def get(self):
        """The window, opened where there is none; it remembers nothing."""
        if self.app is None:
            with pytest.MonkeyPatch.context() as patch:
                own = self.folder.mktemp("state") / "own"
                patch.setenv("SEGREVIEW_STATE", str(own))
                introduce(own)
                self.app = open_app()
            self.props = Props(self.app)
            self._was = _arrangement(self.app)
        return self.app

    def keep_if_unchanged(self):
        """Leave the window to the next file, unless this one has moved, rearranged or rebound something."""
        if self.app is not None and _arrangement(self.app) != self._was:
            self.close()

    def close(self):
        """Close the window, for somebody who needs one of their own."""
        app, self.app = self.app, None
        if app is not None:
            close_app(app)


def _arrangement(app):
    """What a test can leave behind in a window, but for the review."""
    from segreview.ui.switches import Switches

    panels = [(dock.isVisible(), dock.isFloating()) for dock in app.layout.panels]
    settings = replace(app.settings.now, recent=(), switches=Switches())
    return app.window.geometry(), panels, settings, dict(app.commands.keymap.own), app.viewer.theme


@pytest.fixture(scope="session")
def shared_window(tmp_path_factory):
    window = SharedWindow(tmp_path_factory)
    yield window
    window.close()


@pytest.fixture(scope="module", autouse=True)
def _arranged(shared_window):
    yield
    shared_window.keep_if_unchanged()


@pytest.fixture(scope="module")
def fresh_window(shared_window):
    """A window for one file alone: what happens at the start, and once only, is tested there."""
    shared_window.close()
    yield
    shared_window.close()


@pytest.fixture
def opened(shared_window):
    """The shared window; it puts its hooks in place before a test puts others over them."""
    return shared_window.get()


@pytest.fixture
def app(request, opened, shared_window, state, faults):
    """The window with nothing open and every switch as at the start.

    A test that asks for `desk` may find layers of the one before, which it would see if it looked at the
    viewer before it opens something.
    """
    from qtpy.QtCore import Qt

    from segreview.compare.matching import HALF
    from segreview.triage.filter import Filter
    from segreview.ui.switches import Switches

    bench = opened.bench
    if "desk" not in request.fixturenames:
        shared_window.props.remove()
        pump(20)
    yield opened
    if shared_window.app is not opened:
        return  # it had to make way
    bench.strike()
    shared_window.props.keep_if_unchanged()
    pump(20)
    bench.entries, bench.number = (), 0
    opened.settings.change(recent=())
    bench.switch(**asdict(Switches(suspects=False)))
    bench.focus.filter_by(Filter())
    bench.focus.set_threshold(HALF)
    opened.layout.figures.hide()
    opened.queue.funnel.setChecked(False)
    opened.queue.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    opened.notice.hide()
    opened.window._qt_viewer.canvas.native.setFocus()
    pump(20)
    gc.freeze()  # the next collection need not look at what this test has loaded and kept


@pytest.fixture
def own_app(shared_window, state, faults):
    """A window of the test's own, which the test may close."""
    shared_window.close()
    app = open_app()
    yield app
    close_app(app)


@pytest.fixture
def hand(request):
    from hand import Hand

    name = "own_app" if "own_app" in request.fixturenames else "app"
    hand = Hand(request.getfixturevalue(name).window)
    yield hand
    hand.close()


@pytest.fixture
def desk(request, hand):
    """Window and hand; the test that asks for it is played by the hand."""
    name = "own_app" if "own_app" in request.fixturenames else "app"
    return Desk(request.getfixturevalue(name), hand)
