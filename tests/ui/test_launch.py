"""The start of the program: what is open is there when the window appears."""

import os
import subprocess
import sys

import pytest
from desk import write_set

pytestmark = pytest.mark.gui

CHILD = """
import gc, sys, time
from pathlib import Path
from qtpy.QtCore import QTimer
from segreview.session.project import Project
from segreview.ui import launch

launch._PATIENCE_MS = {patience}

def begin(app):
    print("collector", gc.isenabled(), "window", app.window.isVisible())
    folder = Path(sys.argv[1])
    {meanwhile}
    app.open(Project.of_paths(folder / "gt", folder / "images", folder / "pred"))
    print("open", app.bench.review is not None, "window", app.window.isVisible())

    def end():
        fitted = app.viewer.scene.camera.zoom
        app.viewer.reset_view()
        print("collector", gc.isenabled(), gc.get_freeze_count() > 0, "window", app.window.isVisible())
        print("whole image", abs(app.viewer.scene.camera.zoom / fitted - 1) < 0.01)
        app.window.close()

    app.timer = QTimer()
    app.timer.setSingleShot(True)
    app.timer.timeout.connect(end)
    app.timer.start(1500)

launch.launch(begin)
"""

SLOW = "app.bench.busy.run('waiting', lambda: time.sleep(0.5))"


@pytest.mark.parametrize(
    ("patience", "meanwhile", "seen"),
    [(60_000, "pass", False), (150, SLOW, True)],  # a busy machine can use up the usual patience
    ids=["at once", "slow"],
)
def test_the_window_appears_with_what_is_open_or_when_that_takes_time(
    tmp_path, state, patience, meanwhile, seen
):
    folder = write_set(tmp_path / "set")
    environment = os.environ | {"NAPARI_CONFIG": str(tmp_path / "child.yaml")}
    run = subprocess.run(
        [sys.executable, "-c", CHILD.format(patience=patience, meanwhile=meanwhile), str(folder)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert run.stdout.splitlines() == [
        "collector False window False",
        f"open True window {seen}",
        "collector True True window True",
        "whole image True",
    ], run.stderr
    assert run.returncode == 0
