"""CPU times of figures: pairs of 512 x 512 with 100 objects each, and boundaries of 1,444 objects.

Run ``python benchmarks/figures.py [PAIRS]``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
from label_pairs import label_pair

from segreview.compare.evaluate import evaluate
from segreview.compare.kernel import count_pairs
from segreview.model.labels import LabelImage, Segment

THRESHOLDS = [f"0.{n}" for n in range(50, 100, 5)]
REPEATS = 5


def main() -> None:
    """Measure and print."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    sides = [label_pair((512, 512), 100, seed) for seed in range(pairs)]
    references, predictions = ([scored(data) for data in side] for side in zip(*sides, strict=True))
    print(f"{pairs} pairs of 512 x 512 with 100 objects each, ms of CPU for each pair")
    report("table of pairs alone", pairs, lambda: [count_pairs(a, b) for a, b in sides])
    for name in ("stardist", "cellpose", "dsb2018", "f1"):
        report(
            f"{name}, 10 thresholds",
            pairs,
            lambda name=name: evaluate(references, predictions, name, threshold=THRESHOLDS).figures,
        )
    limits = (1, 100, 1000)
    report(
        "coco, 1,000 detections",
        pairs,
        lambda: evaluate(references, predictions, "coco", max_detections=limits).figures,
    )
    gt, pred = label_pair((2048, 2048), 1_444)
    for options in ({}, {"pixels": 3}, {"rule": "deepmind"}):
        named = ", ".join(f"{key}={value}" for key, value in options.items()) or "as it is"
        report(
            f"boundary of 1,444 objects, {named}",
            1,
            lambda options=options: evaluate(gt, pred, "boundary", of="objects", **options).figures,
        )


def report(name: str, pairs: int, job: Callable[[], object]) -> None:
    """Print the least CPU time of several runs."""
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        job()
        times.append(time.process_time() - start)
    print(f"  {name:42s} {1e3 * min(times) / pairs:9.3f}")


def scored(data: np.ndarray) -> LabelImage:
    """Label image whose objects have a class and a score."""
    ids = [int(i) for i in np.unique(data) if i]
    return LabelImage((data,), segments={i: Segment(1, i % 97 / 97) for i in ids})


if __name__ == "__main__":
    main()
