"""Time that the queue takes with 100,000 rows: sort, filter, select, follow an edit, go on.

One command; with both Qt bindings installed each has its turn, in a process of its own:

    xvfb-run -a -s "-screen 0 1600x1000x24 -nolisten tcp" python benchmarks/queue_rows.py

Every figure is the median of some repeats, with the table on the screen and painted before the
clock stops.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np

ROWS = 317
"""Objects on a side: about 100,000 in all."""
CELL = 10
BINDINGS = ("PyQt5", "PyQt6")


def masks(side: int) -> tuple[np.ndarray, np.ndarray]:
    """GT and model with ``side`` squared objects each, of many sizes; nearly all disagree."""
    chance = np.random.default_rng(0)
    ids = np.arange(1, side * side + 1, dtype=np.int32).reshape(side, side)
    shape = (side * CELL, side * CELL)
    row, column = (index % CELL for index in np.indices(shape, np.int16))
    sides = []
    for low in (5, 2):
        width = chance.integers(low, CELL - 1, ids.shape, dtype=np.int16)
        width[chance.random(ids.shape) < 0.05] = 0  # missed, or spurious
        cell = np.kron(width, np.ones((CELL, CELL), np.int16))
        sides.append(
            np.where((row < cell) & (column < cell), np.kron(ids, np.ones((CELL, CELL), np.int32)), 0)
        )
    return sides[0].astype(np.int32), sides[1].astype(np.int32)


def median_ms(work: Callable[[], object], repeats: int = 7) -> float:
    """Median time of one call in milliseconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return float(np.median(times) * 1e3)


def ignore(*_: object, **__: object) -> None:
    """Stand in for the rest of the window."""


class Bench:
    """A queue dock on the screen, with a review of many objects."""

    def __init__(self, side: int) -> None:
        from qtpy.QtWidgets import QApplication

        from segreview.formats.registry import read
        from segreview.model.sample import PREDICTION, REFERENCE, Sample, Source
        from segreview.session.opening import Opening
        from segreview.ui.docks.queue_dock import QueueDock
        from segreview.ui.focus import Focus
        from segreview.ui.keymap import KeyMap

        self.app = QApplication.instance() or QApplication([])
        folder = Path(tempfile.mkdtemp())
        sources = []
        for role, data in zip((REFERENCE, PREDICTION), masks(side), strict=True):
            np.save(folder / f"{role}.npy", data)
            sources.append(Source(role, read(folder / f"{role}.npy")))
        start = time.perf_counter()
        self.review = Opening(Sample("many", (), tuple(sources)), folder / "state").begin("bench")
        self.built = time.perf_counter() - start
        self.focus = Focus()
        self.dock = QueueDock(self.focus, ignore, ignore, KeyMap())
        self.dock.resize(430, 800)
        self.dock.funnel.setChecked(True)
        self.dock.show()
        self.draw()
        start = time.perf_counter()
        self.focus.on(self.review)
        self.draw()
        self.shown = time.perf_counter() - start

    def draw(self) -> None:
        """Work off what is waiting, the painting of the table included."""
        self.app.processEvents()
        self.dock.table.viewport().repaint()

    def timed(self, work: Callable[[], object], repeats: int = 7) -> float:
        """Median time of some work until the table is painted."""
        return median_ms(lambda: (work(), self.draw()), repeats)

    # ---------------------------------------------------------------- what is measured
    def sorts(self) -> Iterator[tuple[str, float]]:
        """Sort by every column, both ways."""
        from qtpy.QtCore import Qt

        orders = (Qt.SortOrder.DescendingOrder, Qt.SortOrder.AscendingOrder)
        for column, name in [*enumerate(self.dock.model.SORTED_BY)][::-1]:
            times = [self.timed(lambda c=column, o=o: self.dock.table.sortByColumn(c, o)) for o in orders]
            yield f"sort by {name}", max(times)

    def filters(self) -> Iterator[tuple[str, float]]:
        """Set every filter, and clear it."""
        from segreview.compare.disagreement import Relation
        from segreview.triage.filter import Border, Filter, Stage

        wanted = {
            "kinds": Filter(relations=frozenset({Relation.POOR, Relation.MISSED})),
            "open or judged": Filter(stage=Stage.OPEN),
            "IoU": Filter(iou=(0.2, 0.6)),
            "area": Filter(area=(10, 40)),
            "border": Filter(border=Border.INSIDE),
            "text: an id": Filter(text="4711"),
            "text: a kind": Filter(text="poor"),
            "all at once": Filter(
                frozenset({Relation.POOR}), Stage.OPEN, (0.1, 0.5), (5, 50), Border.INSIDE, "poor"
            ),
        }
        for name, one in wanted.items():
            on, off = [], []
            for _ in range(5):
                on.append(self.timed(lambda one=one: self.focus.filter_by(one), 1))
                off.append(self.timed(lambda: self.focus.filter_by(Filter()), 1))
            yield f"filter by {name}", float(np.median(on))
            yield "  and clear it", float(np.median(off))

    def selections(self) -> Iterator[tuple[str, float]]:
        """Select one row, a range, all."""
        from qtpy.QtCore import Qt
        from qtpy.QtTest import QTest

        table, rows = self.dock.table, iter(range(1000, 100_000, 7919))
        queue = self.review.queue
        yield "select one row", self.timed(lambda: self.focus.on_row(queue[next(rows)]))
        index = table.model().index

        def span() -> None:
            table.setCurrentIndex(index(10, 0))
            shift = Qt.KeyboardModifier.ShiftModifier
            table.scrollTo(index(60_000, 0))
            where = table.visualRect(index(60_000, 2)).center()
            QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, shift, where)

        yield "select a range of 60,000", self.timed(span, 3)
        control = Qt.KeyboardModifier.ControlModifier
        yield "select all by Ctrl+A", self.timed(lambda: QTest.keyClick(table, Qt.Key.Key_A, control), 3)
        yield (
            "sort with all selected",
            self.timed(lambda: table.sortByColumn(5, Qt.SortOrder.AscendingOrder), 1),
        )
        table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.focus.on_row(queue[0])

    def edits(self) -> Iterator[tuple[str, float]]:
        """Follow an edit and its undo; without the queue, that is the comparison's own time."""
        from segreview.session.change import Change, What
        from segreview.tools import TAKE

        queue, review = self.review.queue, self.review
        places = iter(range(500, 90_000, 997))

        def edit() -> None:
            row = queue[next(places)]
            self.focus.on_row(row)
            review.use(TAKE, row)

        def follow(count: int) -> None:
            rows = tuple(row.number for row in islice(queue, 3000, 3000 + count))
            review.changed.emit(Change(frozenset({What.ROWS}), rows=rows))

        yield "an edit, all told", self.timed(edit, 5)
        yield "  the queue's part of it", self.timed(lambda: follow(1))
        yield "  of 1,000 rows at once", self.timed(lambda: follow(1000))
        yield "undo, all told", self.timed(review.undo, 5)

    def walks(self) -> Iterator[tuple[str, float]]:
        """Go on, and look for lines and ids."""
        from segreview.session.verdict import Judgement

        listing, review = self.focus.listing, self.review
        assert listing is not None

        def go_on() -> None:
            self.focus.on_row(listing.next_open(self.focus.row))

        yield "N", self.timed(go_on)

        def judged() -> None:
            assert self.focus.row is not None
            review.judge(self.focus.row, Judgement.REFERENCE_WRONG)
            go_on()

        yield "C and on to the next", self.timed(judged)
        yield (
            "N, from the last row",
            self.timed(lambda: (self.focus.on_row(listing[len(listing) - 1]), go_on())),
        )
        row = review.queue[50_000]
        yield "line of a row", median_ms(lambda: self.dock.model.line_of(row))
        number = row.item.reference_ids or row.item.prediction_ids
        yield "go to an id", self.timed(lambda: self.dock.finder.find(str(number[0])))


def measure(side: int) -> None:
    """Print one line for each figure of the binding that is loaded."""
    bench = Bench(side)
    print(f"rows\t{len(bench.review.queue)}")
    print(f"build the review (not the queue's)\t{bench.built * 1e3:.1f}")
    print(f"show the queue\t{bench.shown * 1e3:.1f}")
    for part in (bench.sorts, bench.filters, bench.selections, bench.edits, bench.walks):
        for name, value in part():
            print(f"{name}\t{value:.1f}", flush=True)
    bench.review.close()


def main() -> None:
    """Print a table with one column for each binding that is installed."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--binding", choices=BINDINGS, help="measure this one alone, in this process")
    asked.add_argument("--side", type=int, default=ROWS, help="objects on a side (default %(default)s)")
    options = asked.parse_args()
    if options.binding:
        measure(options.side)
        return
    columns: dict[str, dict[str, str]] = {}
    for binding in BINDINGS:
        if importlib.util.find_spec(binding) is None:
            continue
        state = {"QT_API": binding.lower(), "SEGREVIEW_STATE": tempfile.mkdtemp()}
        command = [sys.executable, __file__, "--binding", binding, "--side", str(options.side)]
        output = subprocess.run(
            command, env=os.environ | state, check=True, text=True, stdout=subprocess.PIPE
        ).stdout
        columns[binding] = dict(line.split("\t") for line in output.splitlines() if "\t" in line)
    names = list(next(iter(columns.values())))
    print(f"{'milliseconds, median':36}" + "".join(f"{binding:>10}" for binding in columns))
    for name in names:
        print(f"{name:36}" + "".join(f"{column[name]:>10}" for column in columns.values()))


if __name__ == "__main__":
    main()
