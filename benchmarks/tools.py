"""Time of the correction tools at 10,000 squared, with undo, against slicing the layer anew.

Prints milliseconds of the window's thread, median and largest, of what a hand waits for: a stroke
taken back, a join and a split with their undo, the preview while a line is drawn, the next unused id,
and a move of the pointer. The last line is what napari's own undo would cost, which refreshes the
whole layer. Needs a display; on a server run it under xvfb-run. The size may be given as an argument.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import tifffile

CELL = 50
REPEATS = 12


def main() -> int:
    """Print the table; return 1 when a tool or its undo takes more than 50 ms."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SEGREVIEW_STATE"] = folder
        times = measure(size // CELL * CELL, Path(folder))
    for name, seconds in times.items():
        print(f"{name:<34} {1e3 * np.median(seconds):>8.2f} {1e3 * max(seconds):>8.2f} ms")
    return int(any(np.median(seconds) > 0.05 for name, seconds in times.items() if "refresh" not in name))


def measure(size: int, folder: Path) -> dict[str, list[float]]:
    """Seconds of every repetition, by what was done."""
    from qtpy.QtTest import QTest

    from segreview.session.project import Project
    from segreview.ui.app import App
    from segreview.ui.hands.hover import Hover

    reference = discs(size)
    gt, pred = folder / "gt.tif", folder / "pred.tif"
    tifffile.imwrite(gt, reference)
    tifffile.imwrite(pred, np.roll(reference, (2, 3), axis=(0, 1)))
    app = App()
    hover = Hover(app.bench)
    app.open(Project.of_paths(gt, None, pred))
    QTest.qWait(1500)
    bench, scene = app.bench, app.bench.scene
    scene.contours.redraw_now()
    review, columns = bench.review, size // CELL
    times: dict[str, list[float]] = {}

    def timed(name: str, work: Callable[[], object]) -> None:
        begin = time.thread_time()
        work()
        times.setdefault(name, []).append(time.thread_time() - begin)
        QTest.qWait(30)

    for n in range(REPEATS):
        first = (n + 3) * columns + 3 * n + 1
        row, column = (CELL * i + CELL // 2 for i in divmod(first - 1, columns))
        timed("stroke of ten dabs", lambda a=row, b=column: stroke(scene.gt, a, b))
        timed("undo of the stroke", review.undo)
        timed("join of two neighbours", lambda a=first: join(review, a))
        timed("undo of the join", review.undo)
        edits: list[object] = []
        timed(
            "split, as previewed", lambda a=row, b=column, e=edits: e.append(split(review, a, b, trial=True))
        )
        timed("split", lambda a=row, b=column: review.apply([split(review, a, b)], "Split objects"))
        timed("undo of the split", review.undo)
        timed("M: a new object", lambda: app.commands.do("new_object"))
        app.commands.do("tool_move")
        event = SimpleNamespace(pos=(300, 300), position=(row, column))
        timed("a move of the pointer", lambda e=event: hover._on_move(app.viewer, e))
        timed("the card under the pointer", hover._tell)
    timed("refresh of the whole layer", scene.gt.refresh)
    bench.close()
    app.viewer.close()
    return times


def stroke(layer, row: int, column: int) -> None:
    """A stroke across an object."""
    with layer.block_history():
        for step in range(10):
            layer.paint((row + 3 * step, column + step), layer.selected_label)


def join(review, first: int) -> None:
    """Join an object and the next one in its row."""
    from segreview.session.aim import aim
    from segreview.tools import JOIN

    review.apply([JOIN(aim(review, (first, first + 1)))], "Join objects")


def split(review, row: int, column: int, *, trial: bool = False):
    """Edit that cuts an object from top to bottom."""
    from segreview.session.aim import aim
    from segreview.shape.line import Line
    from segreview.tools import SPLIT
    from segreview.tools.split import objects_under

    line = Line(((row - 22, column - 3), (row, column), (row + 22, column + 3)), (0, 1))
    return SPLIT(aim(review, objects_under(line, review.reference), line, trial=trial))


def discs(size: int) -> np.ndarray:
    """Label image of round objects in rows, numbered along the rows, int32."""
    y, x = np.ogrid[:CELL, :CELL]
    inside = (y - CELL // 2) ** 2 + (x - CELL // 2) ** 2 < (0.4 * CELL) ** 2
    count = size // CELL
    numbers = np.arange(1, count * count + 1, dtype=np.int32).reshape(count, count)
    return np.kron(numbers, inside.astype(np.int32))


if __name__ == "__main__":
    sys.exit(main())
