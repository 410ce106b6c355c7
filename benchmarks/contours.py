"""Time that outlines and filled areas of the viewport take.

First the outlines: the raster alone, a whole redraw, and a redraw after a stroke. Then a whole redraw with
filled areas, by every colouring, with ten objects and with 100,000: the screen decides, not the objects.

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
from segreview.shape.fill import Fill
from segreview.shape.lookup import IdTable
from segreview.shape.outline import Outline, draw_outlines, sample_grid, sample_view
from segreview.ui.canvas.contours import Contours, Side
from segreview.ui.canvas.tint import BySide

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


def shown_viewer() -> napari.Viewer:
    """Window with a canvas of about the screen's size."""
    viewer = napari.Viewer(show=True)
    viewer.window.resize(SCREEN[1] + 300, SCREEN[0] + 150)
    for _ in range(20):
        QApplication.processEvents()
    return viewer


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


def few(side: int) -> np.ndarray:
    """Labels of a square image with ten objects."""
    labels = np.zeros((side, side), np.int32)
    width = side // 10
    for n in range(10):
        labels[n * width : (n + 1) * width - width // 4, width : side - width] = n + 1
    return labels


def colorings(labels: np.ndarray) -> dict[str, Fill | None]:
    """Each colouring of some labels, as the window has it for a review."""
    ids = np.arange(1, int(labels.max()) + 1)
    draw = np.random.default_rng(1)
    ramp, classes = (
        dict(zip(ids.tolist(), draw.integers(1, n, ids.size).tolist(), strict=True)) for n in (10, 130)
    )
    colors = np.r_[np.zeros((1, 4)), draw.integers(30, 255, (130, 4))].astype(np.uint8)
    colors[1:, 3] = 115
    return {
        "outlines": None,
        "side": BySide().fills[0],
        "IoU": Fill(IdTable(ramp, 9).of, colors[:11], frozenset({9}), mixed=False),
        "class": Fill(IdTable(classes, 1).of, colors, mixed=False),
    }


def measure_fills(viewer: napari.Viewer, side: int, labels: np.ndarray) -> None:
    """Print the times of filled areas for one image size."""
    prediction = np.roll(labels, (3, 2), (0, 1))
    viewer.add_labels(labels, opacity=0)
    contours = Contours(
        viewer, [Side("reference", [labels], {0}, BLUE), Side("prediction", [prediction], {0}, ORANGE, True)]
    )
    agreed = some(labels, 0.9)
    contours.set_agreed(agreed, agreed)
    viewer.reset_view()
    QApplication.processEvents()
    fills = colorings(labels)
    for name, zoom in (("fit", viewer.scene.camera.zoom), ("1:1", 1.0), ("8x", 8.0)):
        viewer.scene.camera.zoom = zoom
        QApplication.processEvents()
        times = []
        for fill in fills.values():
            contours.fill(None if fill is None else (fill, fill))
            contours.redraw_now()  # the table of colours is made once for each choice
            times.append(f"{median_ms(contours.redraw_now):9.1f}")
        print(f"{side:6d} {labels.max():8,d} {name:>4} {' '.join(times)}")
    contours.close()
    viewer.layers.clear()
    QApplication.processEvents()


def main() -> None:
    """Print tables of milliseconds."""
    viewer = shown_viewer()
    print(f"milliseconds; canvas {viewer.canvas.size}, raster {SCREEN}")
    print(
        f"{'side':>6} {'zoom':>4} {'raster':>9} {'redraw':>9} {'+ screen':>9} {'stroke':>9} {'no redraw':>9}"
    )
    for side in SIZES:
        measure(viewer, side)
    names = " ".join(f"{name:>9}" for name in colorings(few(100)))
    print(f"a redraw with filled areas\n{'side':>6} {'objects':>8} {'zoom':>4} {names}")
    for side in (2048, 10_000):
        for labels in (few(side), discs(side)):
            measure_fills(viewer, side, labels)
    viewer.close()


if __name__ == "__main__":
    main()
