"""Time from the end of a brush stroke to the refreshed row of the queue.

Prints, for images of 512, 2,048 and 4,096 squared, the milliseconds of a stroke in a bare napari
Labels layer, of the same stroke under review, and the difference: what segreview adds until journal,
labels, overlap table, queue row and status line are up to date. All are processor time of the window's
thread, so that other work on the machine does not count; wall time stands beside it. Needs a display;
on a server run it under xvfb-run.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import tifffile

SIZES = (512, 2048, 4096)
STROKES = 40


def main() -> int:
    """Print the table; return 1 when a stroke adds more than 5 ms."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SEGREVIEW_STATE"] = folder
        rows = [measure(size, Path(folder)) for size in SIZES]
    print(f"{'size':>6} {'objects':>8} {'bare':>6} {'reviewed':>9} {'added ms':>9} {'added, wall':>12}")
    for size, objects, bare, reviewed, wall in rows:
        print(f"{size:>6} {objects:>8} {bare:>6.2f} {reviewed:>9.2f} {reviewed - bare:>9.2f} {wall:>12.2f}")
    return int(any(reviewed - bare > 5 for _, _, bare, reviewed, _ in rows))


def measure(size: int, folder: Path) -> tuple[int, int, float, float, float]:
    """Size, number of objects, milliseconds of a stroke without and with a review, added wall time."""
    from qtpy.QtTest import QTest

    from segreview.session.project import Project
    from segreview.ui.app import App

    reference = cells(size, seed=0)
    prediction = np.roll(reference, (2, 3), axis=(0, 1))
    gt, pred = folder / f"gt{size}.tif", folder / f"pred{size}.tif"
    tifffile.imwrite(gt, reference)
    tifffile.imwrite(pred, prediction)
    app = App()
    app.open(Project.of_paths(gt, None, pred))
    layer = app.bench.scene.gt
    bare = app.viewer.add_labels(reference.copy(), name="bare")
    QTest.qWait(1500)  # until both layers have been drawn once
    times = {}
    for name, painted in (("bare", bare), ("reviewed", layer)):
        times[name] = []
        for seed in range(STROKES):
            times[name].append(stroke(painted, size, seed))
            QTest.qWait(20)
    app.bench.close()
    app.viewer.close()
    bare_ms, reviewed_ms = (1e3 * np.median(times[name], axis=0) for name in ("bare", "reviewed"))
    return size, int(reference.max()), bare_ms[0], reviewed_ms[0], reviewed_ms[1] - bare_ms[1]


def stroke(layer, size: int, seed: int) -> tuple[float, float]:
    """Seconds of processor and wall time of one stroke of ten dabs, all its events worked off."""
    rng = np.random.default_rng(seed)
    start = rng.integers(40, size - 120, 2)
    layer.selected_label = int(rng.integers(1, 20))
    layer.preserve_labels = False
    begin = time.thread_time(), time.perf_counter()
    with layer.block_history():
        for step in range(10):
            layer.paint(tuple(start + 3 * step), layer.selected_label)
    return time.thread_time() - begin[0], time.perf_counter() - begin[1]


def cells(size: int, seed: int) -> np.ndarray:
    """Label image of round objects on a jittered grid of 32 pixels, uint32."""
    rng = np.random.default_rng(seed)
    labels = np.zeros((size, size), np.uint32)
    y, x = np.ogrid[:32, :32]
    number = 0
    for top in range(0, size, 32):
        for left in range(0, size, 32):
            number += 1
            radius = rng.integers(8, 14)
            center = 16 + rng.integers(-2, 3, 2)
            inside = (y - center[0]) ** 2 + (x - center[1]) ** 2 < radius**2
            labels[top : top + 32, left : left + 32][inside] = number
    return labels


if __name__ == "__main__":
    sys.exit(main())
