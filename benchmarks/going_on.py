"""Time from PageDown to the next sample, ready to be judged, with and without reading ahead.

Goes back and forth through the samples of `cells` and, where a folder is named, of a data set in it
(folders ``gt``, ``images`` and ``pred``). Prints the milliseconds until the call returns, with the next
sample on stage and its repaint posted, and until the event loop has nothing left to do, the repaint by
software done: median and 95th percentile. "thread" is processor time of the window's thread, so that
other work on the machine does not count; "wall" is the clock's. Returns 1 when samples that were read
ahead take the window's thread more than 100 ms until the call returns. Needs a display; on a server run
it under xvfb-run.

    python benchmarks/going_on.py [--turns 40] [FOLDER]
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

LIMIT = 100.0


def main() -> int:
    """Print the tables of all data sets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--turns", type=int, default=40)
    call = parser.parse_args()
    slow = False
    with tempfile.TemporaryDirectory() as state:
        os.environ["SEGREVIEW_STATE"] = state
        os.environ["NAPARI_CONFIG"] = str(Path(state) / "napari.yaml")
        from segreview.session.project import Project
        from segreview.session.samples import sample_project

        sets: list[tuple[str, Callable[[], Project]]] = [("cells", lambda: sample_project("cells"))]
        if call.folder is not None:
            folder = call.folder
            sets.append(
                (folder.name, lambda: Project.of_paths(*(folder / n for n in ("gt", "images", "pred"))))
            )
        print(f"{'milliseconds':28}{'until the call returns':>28}{'until idle':>28}")
        print(f"{'data set, read ahead':28}" + 2 * f"{'thread':>8}{'p95':>6}{'wall':>8}{'p95':>6}")
        for name, project in sets:
            for ahead in (True, False):
                times = 1e3 * measure(project(), call.turns, ahead=ahead)
                middle, most = np.median(times, axis=0), np.percentile(times, 95, axis=0)
                figures = "".join(f"{m:>8.0f}{p:>6.0f}" for m, p in zip(middle, most, strict=True))
                print(f"{name + (', yes' if ahead else ', no'):28}{figures}")
                slow |= ahead and bool(middle[0] > LIMIT)
    return int(slow)


def measure(project: Any, turns: int, *, ahead: bool) -> np.ndarray:
    """Seconds of thread and wall until the call returns, and until the loop is idle: ``(turns, 4)``."""
    from qtpy.QtTest import QTest

    from segreview.ui.app import App

    app = App()
    app.bench.unattended = True
    app.open(project)
    QTest.qWait(1500)
    bench, times = app.bench, []
    for turn in range(turns):
        number = _there_and_back(turn, len(project.entries))
        if ahead:
            _wait_until(lambda number=number: bench.prefetch.is_ready(bench.entries[number]))
        else:
            QTest.qWait(100)
            bench.prefetch.forget()
        begin = _clocks()
        bench.go_to(number)
        returned = _clocks()
        _until_idle()
        times.append(np.concatenate([returned - begin, _clocks() - begin]))
        assert bench.number == number
    app.bench.close()
    app.viewer.close()
    QTest.qWait(100)
    return np.array(times[2:])  # the first turns load what is loaded once


def _clocks() -> np.ndarray:
    return np.array([time.thread_time(), time.perf_counter()])


def _there_and_back(turn: int, samples: int) -> int:
    """Number of the sample of a turn: to the end, and back to the beginning."""
    place = (turn + 1) % (2 * (samples - 1))
    return place if place < samples else 2 * (samples - 1) - place


def _wait_until(condition: Callable[[], bool]) -> None:
    from qtpy.QtTest import QTest

    for _ in range(500):
        if condition():
            return
        QTest.qWait(20)
    raise TimeoutError("the sample was never read ahead")


def _until_idle() -> None:
    """Let the event loop work off all that is posted: a timer of no time comes after it."""
    from qtpy.QtCore import QEventLoop, QTimer

    for _ in range(2):  # what is painted may post once more
        loop = QEventLoop()
        QTimer.singleShot(0, loop.quit)
        loop.exec()


if __name__ == "__main__":
    sys.exit(main())
