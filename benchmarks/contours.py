"""Time that the outlines of the viewport take: the raster alone, a whole redraw, and a redraw after a stroke.

Run in a window, on a real screen or a virtual one:

    xvfb-run -a -s "-screen 0 1920x1200x24 -nolisten tcp" env QT_API=pyqt6 python benchmarks/contours.py
"""

from __future__ import annotations

import time
from collections.abc import Callable

import napari
import numpy as np
from qtpy.QtWidgets import QApplication

from segreview.model.box import Box
from segreview.shape.outline import Outline, draw_outlines, sample_grid, sample_view
from segreview.ui.canvas.contours import Contours, Side

SCREEN = (1000, 1600)
SIZES = (512, 2048, 4096, 10_000)
CELL = 10_000 / 316  # 100,000 objects on the largest
BLUE, ORANGE = (0x56, 0xB4, 0xE9), (0xE6, 0x9F, 0x00)


def median_ms(work: Callable[[], object], repeats: int = 9) -> float:
    """Median time of one call in milliseconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return float(np.median(times) * 1e3)


def discs(side: int) -> np.ndarray:
    """Labels of a square image full of round objects."""
    row = np.arange(side, dtype=np.float32) / CELL
    cell, offset = row.astype(np.int32), row % 1 - 0.5
    inside = offset[:, None] ** 2 + offset**2 < 0.18
    return np.where(inside, cell[:, None] * (cell[-1] + 1) + cell + 1, 0).astype(np.int32)


def some(labels: np.ndarray, share: float) -> np.ndarray:
    """That share of all ids, ascending."""
    ids = np.arange(1, labels.max() + 1)
    return ids[np.random.default_rng(0).random(ids.size) < share]


def raster(sides: tuple[np.ndarray, np.ndarray], agreed: np.ndarray, zoom: float) -> np.ndarray:
    """Outlines of a whole screen, from labels to RGBA."""
    length = sides[0].shape[0]
    rows, columns = (
        sample_grid((length - 1) / 2 - count / 2 / zoom, 1 / zoom, count, 1, length)[1] for count in SCREEN
    )
    views = [sample_view(labels, rows, columns) for labels in sides]
    reference = Outline([views[0]], BLUE, agreed=agreed, current=[1])
    return draw_outlines([reference, Outline([views[1]], ORANGE, True, agreed=agreed, current=[1])])


def measure(viewer: napari.Viewer, side: int) -> None:
    """Print the times for one image size."""
    reference = discs(side)
    prediction = np.roll(reference, (3, 2), (0, 1))
    agreed = some(reference, 0.9)
    layer = viewer.add_labels(reference, opacity=0.3)
    contours = Contours(
        viewer,
        [Side("reference", [reference], {0}, BLUE), Side("prediction", [prediction], {0}, ORANGE, True)],
    )
    contours.set_agreed(agreed, agreed)
    draw = viewer.window._qt_viewer.canvas.native.repaint
    middle = side // 2
    box = Box((middle - 10, middle - 10), (middle + 10, middle + 10))
    viewer.reset_view()
    for name, zoom in (("fit", viewer.scene.camera.zoom), ("1:1", 1.0), ("8x", 8.0)):
        viewer.scene.camera.zoom = zoom
        QApplication.processEvents()

        def redraw() -> None:
            contours.redraw_now()
            draw()

        def stroke() -> None:
            layer.paint((middle, middle), 1)
            contours.redraw(box)
            contours._renew()
            draw()

        print(
            f"{side:6d} {name:>4} {median_ms(lambda z=zoom: raster((reference, prediction), agreed, z)):9.1f}"
            f" {median_ms(contours.redraw_now):9.1f} {median_ms(redraw):9.1f} {median_ms(stroke):9.1f}"
            f" {median_ms(draw):9.1f}"
        )
    contours.close()
    viewer.layers.clear()
    QApplication.processEvents()


def main() -> None:
    """Print a table of milliseconds."""
    viewer = napari.Viewer(show=True)
    viewer.window.resize(SCREEN[1] + 300, SCREEN[0] + 150)
    for _ in range(20):
        QApplication.processEvents()
    print(f"milliseconds; canvas {viewer.canvas.size}, raster {SCREEN}")
    print(
        f"{'side':>6} {'zoom':>4} {'raster':>9} {'redraw':>9} {'+ screen':>9} {'stroke':>9} {'no redraw':>9}"
    )
    for side in SIZES:
        measure(viewer, side)
    viewer.close()


if __name__ == "__main__":
    main()
