"""CPU times of the overlap table, of live disagreements and of figures: build, and strokes of growing size.

Figures are counts at one threshold and where objects flip; both are read after every stroke.

Run ``python benchmarks/overlap.py [SIDE ...]``; without sides 512, 2048 and 10000 are measured.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator

import numpy as np

from segreview.compare.matching import HALF
from segreview.compare.objects import Disagreements
from segreview.compare.overlap import OverlapTable, overlap_table
from segreview.compare.sweep import Sweep
from segreview.model.box import Box
from segreview.model.edit import Edit, painted

OBJECTS = {512: 100, 2048: 1_500, 10_000: 100_000}
STROKES = {100: 6, 1_000: 18, 10_000: 56}  # pixels: radius of a round brush
REPEATS = 20


def main() -> None:
    """Measure and print one block per image size."""
    for side in [int(text) for text in sys.argv[1:]] or OBJECTS:
        measure(side, OBJECTS.get(side, side * side // 1_000))


def measure(side: int, objects: int) -> None:
    """Print build and update times of one pair of label images."""
    reference = discs(side, objects)
    prediction = np.roll(reference, (1, 2), (0, 1))
    print(f"{side} x {side}, {objects} objects, {reference.dtype}")
    start = time.process_time()
    table = overlap_table(reference, prediction)
    print(f"  table           {1e3 * (time.process_time() - start):9.1f} ms")
    start = time.process_time()
    table.box("reference", 1), table.box("prediction", 1)
    print(f"  boxes           {1e3 * (time.process_time() - start):9.1f} ms")
    start = time.process_time()
    live = Disagreements(table)
    print(f"  disagreements   {1e3 * (time.process_time() - start):9.1f} ms, {len(live.items)} items")
    start = time.process_time()
    sweep = Sweep(table)
    print(f"  figures         {1e3 * (time.process_time() - start):9.1f} ms")
    for pixels, radius in STROKES.items():
        times = list(strokes(table, live, sweep, radius))
        medians = [1e3 * statistics.median(column) for column in zip(*times, strict=True)]
        named = zip(medians, ("table", "items", "figures"), strict=True)
        print(f"  stroke {pixels:6d} px", *(f"{ms:9.3f} ms {name}" for ms, name in named))


def discs(side: int, objects: int) -> np.ndarray:
    """Label image of discs on a square grid, with ids in random order."""
    grid = int(objects**0.5)
    cell = side // grid
    y, x = np.mgrid[:cell, :cell] - cell // 2
    disc = (y * y + x * x < (0.42 * cell) ** 2).astype(np.uint32)
    ids = np.random.default_rng(1).permutation(grid * grid).astype(np.uint32) + 1
    labels = np.zeros((side, side), np.uint32)
    labels[: grid * cell, : grid * cell] = np.kron(ids.reshape(grid, grid), disc)
    return labels


def strokes(
    table: OverlapTable, live: Disagreements, sweep: Sweep, radius: int
) -> Iterator[tuple[float, float, float]]:
    """Seconds for table, items and figures of dabs with a round brush at random places."""
    labels = table.reference.data
    random = np.random.default_rng(radius)
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    for _ in range(REPEATS):
        top, left = random.integers(0, labels.shape[0] - 2 * radius - 1, 2).tolist()
        box = Box((top, left), (top + len(y), left + len(x)))
        brush_id = int(labels[top : top + 60, left : left + 60].max())
        patches = tuple(painted(labels, box, y * y + x * x <= radius * radius, brush_id))
        if not patches:
            continue
        edit = Edit("reference", 0, patches, "brush")
        edit.apply_to(labels)
        start = time.process_time()
        touched = table.update(edit)
        middle = time.process_time()
        live.update(touched, edit)
        end = time.process_time()
        sweep.note(touched)
        sweep.tally(HALF), sweep.values()
        yield middle - start, end - middle, time.process_time() - end


if __name__ == "__main__":
    main()
