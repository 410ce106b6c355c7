"""The pictures in ``docs/images/``, taken from the real window on a virtual screen."""

from __future__ import annotations

import math
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import modalities

OUTPUT = Path("docs/images")
TRUE_COLORED = frozenset({"street-class"})
"""Pictures whose legend has more colours than a palette keeps apart."""


def main() -> int:
    """Take every picture, or those that are named; return the exit code."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[1:] or [*PICTURES, *SCENES]
    for name in wanted:
        with tempfile.TemporaryDirectory() as state:
            os.environ["SEGREVIEW_STATE"] = state
            os.environ["NAPARI_CONFIG"] = f"{state}/napari.yaml"
            take(name)
    return 0


def take(name: str) -> None:
    """Bring a window into a state, and save a picture of it."""
    from hand import Hand, play
    from segreview.ui.app import App
    from segreview.ui.settings import SettingsFile

    SettingsFile().change(reviewer="ada", toured=True)
    app = App()
    hand = Hand(app.window)
    try:
        play(hand, lambda hand: _pose(name, app, hand))
    finally:
        app.bench.close()
        app.viewer.close()
        hand.close()


def _pose(name: str, app, hand) -> None:
    """Play a state, picture it, and leave whatever dialog is open."""
    sample, steps = PICTURES.get(name) or SCENES[name]
    if sample:
        hand.begin(lambda: app.open(project_of(sample)))
        hand.wait_for(lambda: app.bench.scene is not None, "the sample is open")
        if sample == "cells":
            hand.wait_for(lambda: any(row.suspicion for row in app.bench.review.queue), "suspects", 90)
        hand.settle(1.5)
    if name in PICTURES:
        hand.on_gui(lambda: steps(app))
        hand.on_gui(app.notice.hide)
    else:
        steps(app, hand)
    hand.settle(1)
    hand.on_gui(lambda: _save(app.window, OUTPUT / f"{name}.png"))
    print(OUTPUT / f"{name}.png", flush=True)
    hand.release_button()
    hand.key("Escape", "Escape")


def _save(window, file: Path) -> None:
    """Picture of the part of the screen where the window is, in 256 colours unless the colours matter."""
    from PIL import Image

    place = window.frameGeometry()
    picture = window.screen().grabWindow(0, place.x(), place.y(), place.width(), place.height())
    picture.save(str(file))
    if file.stem not in TRUE_COLORED:
        Image.open(file).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(file, optimize=True)


def project_of(sample: str):
    """A sample of the program, or one that is made up for a picture."""
    from segreview.session.project import Project
    from segreview.session.samples import sample_project

    if sample not in modalities.IMAGES:
        return sample_project(sample)
    folder = modalities.write(Path(os.environ["SEGREVIEW_STATE"]) / sample, sample)
    return Project.of_paths(folder / "gt", folder / "images", folder / "pred")


def go_to(app, relation: str) -> None:
    """Bring the largest item of a kind into view."""
    rows = [row for row in app.bench.review.queue if row.item.relation == relation]
    app.bench.focus.on_row(max(rows, key=lambda row: row.item.area))


def whole(app) -> None:
    """The whole image, with an item selected."""
    go_to(app, "merged")
    app.viewer.reset_view()


def merged(app) -> None:
    """The object in close-up whose annotation is the most suspicious of those that the model splits."""
    rows = [row for row in app.bench.review.queue if row.item.relation == "split"]
    app.bench.focus.on_row(max(rows, key=lambda row: row.suspicion.urgency if row.suspicion else 0.0))


def heat(app) -> None:
    """The whole image with the heatmap."""
    go_to(app, "missed")
    app.bench.switch(heat=True)
    app.viewer.reset_view()


def confused(app) -> None:
    """The largest class confusion, in close-up."""
    go_to(app, "class")


def close_up(app) -> None:
    """Some objects around a split one, both those that agree and those that do not."""
    rows = [row for row in app.bench.review.queue if row.item.relation == "split"]
    middle = [n / 2 for n in app.bench.review.reference.shape]
    app.bench.focus.on_row(min(rows, key=lambda row: math.dist(row.item.box.center, middle)))
    app.viewer.scene.camera.zoom *= 0.35


def by_iou(app) -> None:
    """The whole image, filled by IoU, with the legend."""
    go_to(app, "split")
    app.commands.do("color_by_iou")
    app.viewer.reset_view()


def by_class(app) -> None:
    """The whole image, filled by class, with the legend."""
    go_to(app, "class")
    app.commands.do("color_by_class")
    app.viewer.reset_view()


def beside(app) -> None:
    """A merged object, GT and model side by side."""
    app.bench.switch(beside=True)
    go_to(app, "merged")


PICTURES: dict[str, tuple[str, Callable]] = {
    "cells": ("cells", merged),
    "cells-heatmap": ("cells", heat),
    "street": ("street", confused),
    "street-whole": ("street", whole),
    "street-class": ("street", by_class),
    "cells-iou": ("cells", by_iou),
    "cells-beside": ("cells", beside),
    "modality-fluorescence": ("cells", close_up),
    "modality-tissue": ("tissue", close_up),
    "modality-phase": ("phase", close_up),
    "modality-street": ("street", confused),
}
"""Name, sample and state of every picture."""


# -------------------------------------------------------------------- by hand
def start_page(app, hand) -> None:
    """Nothing is open."""


def open_dialog(app, hand) -> None:
    """The open dialog, with the pairing of the sample."""
    folder = project_of("cells").entries[0].gt.parents[1]
    hand.key("ctrl+o")
    hand.wait_for(_dialog, "the dialog is open")
    for role, name in (("gt", "gt"), ("image", "images"), ("pred", "pred")):
        hand.click(hand.center(hand.on_gui(lambda role=role: _dialog().paths[role])))
        hand.text(str(folder / name))
    hand.key("Return")


def _dialog():
    from qtpy.QtWidgets import QApplication

    return QApplication.activeModalWidget()


def filters(app, hand) -> None:
    """The queue, narrowed down."""
    hand.key("ctrl+shift+f")
    hand.text("miss")
    hand.settle(0.5)


def many_rows(app, hand) -> None:
    """Several rows selected."""
    hand.key("n")
    table = app.queue.table
    place = hand.place(table.viewport(), lambda: (60, table.rowHeight(0) // 2))
    hand.click(place)
    for _ in range(5):
        hand.key("shift+Down")


def figures(app, hand) -> None:
    """The panel of figures, and the threshold at an object that flips."""
    hand.on_gui(lambda: go_to(app, "merged"))
    hand.key("t")
    hand.settle(0.4)
    hand.key("period", "period", "period")


def figures_street(app, hand) -> None:
    """The confusion matrix, and the queue narrowed down to one of its cells."""
    hand.key("t")
    hand.settle(0.6)
    grid = app.figures.grid
    hand.on_gui(lambda: app.figures.show_all_of(grid))
    hand.click(hand.place(grid, lambda: _most_confused(grid)))


def _most_confused(grid) -> tuple[int, int]:
    import numpy as np

    pixels = grid.matrix.pixels * (1 - np.eye(*grid.matrix.pixels.shape, dtype=int))
    center = grid.rect_of(*np.unravel_index(pixels.argmax(), pixels.shape)).center()
    return round(center.x()), round(center.y())


def note(app, hand) -> None:
    """A note is being written."""
    hand.key("n", "n", "n", "ctrl+Return")
    hand.settle(0.3)
    hand.text("out of focus: ask the others")


def going_to(app, hand) -> None:
    """An id is looked for."""
    hand.key("ctrl+f")
    hand.text("m17")


def split(app, hand) -> None:
    """A line is being drawn across an object."""
    hand.on_gui(lambda: go_to(app, "merged"))
    hand.settle(0.6)
    hand.key("s")
    canvas = app.window._qt_viewer.canvas.native
    x, y = hand.center(canvas)
    hand.move((x - 10, y - 230))
    hand.press_button()
    for step in range(12):
        hand.move((x - 10 + 2 * step, y - 230 + 40 * step))


def join(app, hand) -> None:
    """Two pieces are about to become one."""
    hand.on_gui(lambda: go_to(app, "merged"))
    hand.settle(0.6)
    hand.key("j")


def hover(app, hand) -> None:
    """The card of the object under the pointer."""
    hand.on_gui(lambda: go_to(app, "split"))
    hand.settle(0.8)
    x, y = hand.center(app.window._qt_viewer.canvas.native)
    hand.move((x - 3, y))
    hand.move((x, y))
    hand.settle(0.6)


def keys(app, hand) -> None:
    """The sheet of keys."""
    hand.key("question")


def settings(app, hand) -> None:
    """The settings, with their page of keys."""
    hand.key("ctrl+comma")
    hand.settle(0.5)
    hand.on_gui(_last_tab)


def _last_tab() -> None:
    from qtpy.QtWidgets import QTabWidget

    tabs = _dialog().findChild(QTabWidget)
    tabs.setCurrentIndex(tabs.count() - 1)


def export(app, hand) -> None:
    """What an export has proved."""
    from qtpy.QtWidgets import QPushButton

    hand.key("n", "n", "c", "g", "ctrl+shift+e")
    hand.wait_for(_dialog, "the dialog is open")
    hand.settle(0.6)
    button = next(b for b in hand.on_gui(lambda: _dialog().findChildren(QPushButton)) if b.text() == "Export")
    hand.click(hand.center(button))
    hand.wait_for(lambda: _dialog().report, "the labels are written")


def tour(app, hand) -> None:
    """The tour's second step."""
    hand.begin(lambda: app.commands.do("start_tour"))
    hand.wait_for(lambda: app.bench.scene is not None, "the tour has opened the sample")
    hand.settle(1.5)


def light(app, hand) -> None:
    """The light theme."""
    hand.on_gui(lambda: app.commands.do("swap_theme"))
    hand.settle(0.5)
    hand.key("n")


def small(app, hand) -> None:
    """A laptop's screen."""
    hand.on_gui(lambda: app.window.setGeometry(0, 0, 1280, 800))
    hand.settle(0.8)
    hand.key("n", "n")


SCENES: dict[str, tuple[str, Callable]] = {
    "start-page": ("", start_page),
    "open-dialog": ("", open_dialog),
    "queue-filter": ("cells", filters),
    "queue-many": ("cells", many_rows),
    "figures": ("cells", figures),
    "figures-street": ("street", figures_street),
    "note": ("cells", note),
    "go-to": ("cells", going_to),
    "split": ("cells", split),
    "join": ("cells", join),
    "hover": ("cells", hover),
    "keys": ("cells", keys),
    "settings": ("cells", settings),
    "export": ("cells", export),
    "tour": ("", tour),
    "light": ("cells", light),
    "small": ("cells", small),
}
"""Name, sample and play of every picture that takes a hand."""


if __name__ == "__main__":
    sys.exit(main())
