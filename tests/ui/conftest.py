"""Fixtures of the window's tests.

A test that asks for `desk` is played by a hand: its body runs in a thread of its own, while the
window's event loop runs in the main thread; mouse and keys are real events from the X server.
"""

from __future__ import annotations

import logging
import sys
from dataclasses import asdict

import pytest
from desk import Desk
from opening import close_app, introduce, open_app, pump


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


@pytest.fixture(scope="module")
def shared_app(tmp_path_factory):
    """One window for all tests of a file, which remembers nothing."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("state") / "own"
        patch.setenv("SEGREVIEW_STATE", str(folder))
        introduce(folder)
        app = open_app()
    yield app
    close_app(app)


@pytest.fixture
def app(shared_app, state, faults):
    """The window with nothing open and every switch as at the start."""
    from qtpy.QtCore import Qt

    from segreview.triage.filter import Filter
    from segreview.ui.switches import Switches

    bench = shared_app.bench
    yield shared_app
    bench.clear_stage()
    pump(20)
    bench.entries, bench.number = (), 0
    bench.switch(**asdict(Switches()))
    bench.focus.filter_by(Filter())
    shared_app.queue.funnel.setChecked(False)
    shared_app.queue.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    shared_app.notice.hide()
    shared_app.window._qt_viewer.canvas.native.setFocus()
    pump(20)


@pytest.fixture
def own_app(state, faults):
    """A window of the test's own, which the test may close."""
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
