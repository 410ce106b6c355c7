"""The pictures in ``docs/images/``, taken from the real window on a virtual screen."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import modalities

OUTPUT = Path("docs/images")


def main() -> int:
    """Take every picture; return the exit code."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    for name, (sample, steps) in PICTURES.items():
        with tempfile.TemporaryDirectory() as state:
            os.environ["SEGREVIEW_STATE"] = state
            take(name, sample, steps)
    return 0


def take(name: str, sample: str, steps: Callable) -> None:
    """Open a sample, bring the window into a state, and save a picture of it."""
    from qtpy.QtTest import QTest

    from segreview.ui.app import App

    app = App()
    app.settings.change(reviewer="ada")
    app.open(project_of(sample))
    QTest.qWait(1500)
    steps(app)
    app.notice.hide()
    QTest.qWait(700)
    app.window.screen().grabWindow(0).save(str(OUTPUT / f"{name}.png"))
    print(OUTPUT / f"{name}.png")
    app.bench.close()
    app.viewer.close()


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
    """A merged object in close-up."""
    go_to(app, "merged")


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
    go_to(app, "split")
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


if __name__ == "__main__":
    sys.exit(main())
