"""Nothing is cut off on a small screen, whatever the scale of its pixels."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from fit import look

pytestmark = pytest.mark.gui

HERE = Path(__file__).parent


def test_nothing_is_cut_off_on_a_small_screen(app):
    assert look(app) == []


def look_at_scale(scale, screen):
    """Begin to look at a window in a process and on a screen of its own: Qt asks for the scale once."""
    paths = [HERE, HERE.parents[1] / "scripts", os.environ.get("PYTHONPATH", "")]
    env = {**os.environ, "QT_SCALE_FACTOR": scale, "PYTHONPATH": os.pathsep.join(map(str, paths))}
    return subprocess.Popen(
        ["xvfb-run", "-a", "-s", f"-screen 0 {screen} -nolisten tcp", sys.executable, HERE / "fit.py"],
        env=env,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_nothing_is_cut_off_where_pixels_are_small():
    looks = {
        scale: look_at_scale(scale, screen)
        for scale, screen in (("1.5", "1920x1200x24"), ("2.0", "2560x1600x24"))
    }
    for scale, process in looks.items():
        said, _ = process.communicate()
        assert (process.returncode, said.split("\n")) == (0, [scale])


def test_the_left_column_folds_where_room_is_short_and_unfolds_again(app):
    from opening import pump

    app.layout.reset()
    for width, words in ((1600, True), (1280, False), (1600, True)):
        app.window.resize(width, 800)
        pump(50)
        assert app.layers.sides.rows["toggle_gt"].name.isHidden() is not words, width
        assert app.samples.isVisible()


def test_the_title_names_what_is_open_and_what_is_unwritten(app, tmp_path):
    from desk import write_set

    from segreview.session.project import Project
    from segreview.ui.app import shortened

    root = write_set(tmp_path / "set", ("a", "b"))
    app.bench.open(Project.of_paths(root / "gt", root / "images", root / "pred"))
    assert app.window.windowTitle() == "segreview · a · 1 of 2"
    app.commands.do("next_item")
    app.commands.do("delete_object")
    assert app.window.windowTitle() == "segreview · a * · 1 of 2"
    app.commands.do("undo")
    assert app.window.windowTitle() == "segreview · a · 1 of 2"
    assert len(shortened("x" * 200)) < 50


def test_the_icon_is_ours(app):
    picture = app.window.windowIcon().pixmap(64, 64).toImage()
    colors = {picture.pixelColor(x, y).name().upper() for x in range(64) for y in range(64)}
    assert {"#56B4E9", "#E69F00"} <= colors
