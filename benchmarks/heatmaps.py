"""Time that heatmaps take at 10,000 squared, with 100,000 objects of which a tenth differ or are alone.

For each kind: to make it, once; a redraw of the whole canvas with it, and the longest of a pan; the redraw
after a stroke. "outlines" is the same without a heatmap. The second table is of labels that are classes.

Run in a window, on a real screen or a virtual one:

    xvfb-run -a -s "-screen 0 1920x1200x24 -nolisten tcp" env QT_API=pyqt6 python benchmarks/heatmaps.py
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import napari
import numpy as np
from contours import BLUE, ORANGE, SCREEN, discs, median_ms, shown_viewer
from qtpy.QtWidgets import QApplication

from segreview.compare.kernel import find_boxes
from segreview.model.box import Box
from segreview.model.edit import Edit, painted
from segreview.model.labels import Kind, LabelImage
from segreview.model.sample import ANNOTATOR, PREDICTION, REFERENCE, Sample, Source
from segreview.session.change import Change
from segreview.session.groundwork import Groundwork, with_own_masks
from segreview.session.heatmaps import Heatmaps
from segreview.session.journal import Journal
from segreview.session.review import Review
from segreview.triage.heat import Heat
from segreview.triage.suspicion import Suspicion
from segreview.ui.canvas.contours import Contours, Side
from segreview.ui.canvas.warmth import Warmth

SIDE = 10_000
PAN = 24
"""Steps of a pan, each of a fortieth of the canvas."""


def masks(side: int) -> tuple[np.ndarray, np.ndarray]:
    """GT and a model whose outlines are displaced; a tenth of its objects is not there."""
    reference = discs(side)
    prediction = np.roll(reference, (3, 2), (0, 1))
    prediction[prediction % 10 == 0] = 0
    return reference, prediction


def as_classes(objects: np.ndarray) -> np.ndarray:
    """Twenty classes in place of objects, the background among them."""
    return np.where(objects > 0, 1 + objects % 19, 0).astype(np.uint8)


def review_of(sides: tuple[np.ndarray, np.ndarray], kind: Kind, folder: Path) -> Review:
    """Review of which everything is known that a heatmap can show."""
    reference, prediction = (LabelImage.of_array(side, kind, 0) for side in sides)
    drawn = tuple(Source(ANNOTATOR, labels) for labels in (reference, prediction))
    sample = Sample("a", (), (Source(REFERENCE, reference), Source(PREDICTION, prediction), *drawn))
    folder.mkdir()
    review = Review(Groundwork.of(with_own_masks(sample)), Journal(folder / "journal", ()))
    draw = np.random.default_rng(0)
    shares = draw.random(len(review.disagreements.items)).tolist()
    told = {handle: Suspicion(p) for handle, p in zip(review.disagreements.items, shares, strict=True)}
    opinion = None if kind is Kind.SEMANTIC else draw.integers(0, 256, reference.shape, np.uint8)
    review.absorb(told, review.revision, (), opinion)
    return review


def pan_ms(viewer: napari.Viewer, redraw: Callable[[], object]) -> float:
    """Longest redraw of a pan, in milliseconds."""
    camera, times = viewer.scene.camera, []
    center = camera.center
    for _ in range(PAN):
        camera.center = (*camera.center[:-1], camera.center[-1] + SCREEN[1] / 40 / camera.zoom)
        start = time.perf_counter()
        redraw()
        times.append(time.perf_counter() - start)
    camera.center = center
    return max(times) * 1e3


def measure(viewer: napari.Viewer, review: Review) -> None:
    """Print the times of every kind that a review has."""
    reference, prediction = review.reference, review.prediction
    viewer.add_labels(reference.data, opacity=0)
    contours = Contours(
        viewer,
        [
            Side("reference", reference.planes, {0}, BLUE),
            Side("prediction", prediction.planes, {0}, ORANGE, True),
        ],
    )
    draw = viewer.window._qt_viewer.canvas.native.repaint
    heats = Heatmaps(review)
    changes: list[Change] = []
    review.watch(changes.append)
    middle = reference.shape[0] // 2
    box = Box((middle - 10, middle - 10), (middle + 10, middle + 10))
    viewer.reset_view()
    fit = viewer.scene.camera.zoom
    for heat in (None, *Heat):
        if heat is not None and heats.lacking(heat):
            continue
        start = time.perf_counter()
        warmth = None if heat is None else Warmth(heat, heats.of(heat))
        made = (time.perf_counter() - start) * 1e3
        contours.lay(None if warmth is None else warmth.ground)
        for name, zoom in (("fit", fit), ("1:1", 1.0), ("8x", 8.0)):
            viewer.scene.camera.zoom = zoom
            QApplication.processEvents()

            def redraw() -> None:
                contours.redraw_now()
                draw()

            def follow(heat: Heat | None = heat) -> None:
                stale = heats.follow(changes[-1], heat)
                contours.redraw(None if stale else box)
                contours._renew()
                draw()

            patches = painted(reference.data, box, np.ones(box.shape, bool), 5)
            review.apply([Edit(REFERENCE, 0, tuple(patches), "paint")], "paint")
            after = median_ms(follow, 1)
            review.undo()
            heats.follow(changes[-1], heat)
            print(
                f"{heat or 'outlines':>13} {name:>4} {made:9.1f} {median_ms(redraw):9.1f}"
                f" {pan_ms(viewer, redraw):9.1f} {after:9.1f}",
                flush=True,
            )
    contours.close()
    viewer.layers.clear()
    QApplication.processEvents()


def main() -> None:
    """Print two tables of milliseconds."""
    viewer = shown_viewer()
    side = int(sys.argv[1]) if len(sys.argv) > 1 else SIDE
    sides = masks(side)
    objects = len(find_boxes(sides[0]).ids) - 1
    print(f"milliseconds; canvas {viewer.canvas.size}, {side} squared, {objects:,} objects")
    with tempfile.TemporaryDirectory() as folder:
        for kind in (Kind.INSTANCE, Kind.SEMANTIC):
            if kind is Kind.SEMANTIC:
                sides = as_classes(sides[0]), as_classes(sides[1])
            review = review_of(sides, kind, Path(folder) / kind)
            print(f"{kind}\n{'kind':>13} {'zoom':>4} {'made':>9} {'redraw':>9} {'pan max':>9} {'stroke':>9}")
            measure(viewer, review)
            review.close()
    viewer.close()


if __name__ == "__main__":
    main()
