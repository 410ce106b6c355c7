"""Time of learning from the reviewer, which is done anew after every verdict.

Prints milliseconds of one core, median and largest, by the number of verdicts, for 10,000 items with 40
pieces of evidence. Run ``python benchmarks/learning.py``; returns 1 when a fit takes over 100 ms.
"""

from __future__ import annotations

import statistics
import sys
import time

import numpy as np

from segreview.triage.answers import Answers, Origin, answers
from segreview.triage.learning import learn

ITEMS, FEATURES = 10_000, 40
VERDICTS = (1, 10, 100, 1_000, 10_000)
REPEATS = 20
LIMIT = 0.1  # seconds


def main() -> int:
    """Print a line for each number of verdicts; return 1 when one is too slow."""
    random = np.random.default_rng(0)
    evidence = np.clip(random.normal(0, 1.5, (ITEMS, FEATURES)), -8, 8)
    shipped = random.normal(-3, 2, ITEMS)
    print(f"{ITEMS:,} items, {FEATURES} pieces of evidence")
    slowest = 0.0
    for verdicts in VERDICTS:
        said = judged(shipped + evidence[:, 0], verdicts, random)
        seconds = [timed(shipped, evidence, said) for _ in range(REPEATS)]
        print(f"{verdicts:>7,} verdicts {1e3 * statistics.median(seconds):8.2f} {1e3 * max(seconds):8.2f} ms")
        slowest = max(slowest, statistics.median(seconds))
    return int(slowest > LIMIT)


def judged(log_odds: np.ndarray, verdicts: int, random: np.random.Generator) -> Answers:
    """Answers of which one in ten is on a pick."""
    items = random.permutation(len(log_odds))[:verdicts]
    wrong = random.random(verdicts) < 1 / (1 + np.exp(-log_odds[items]))
    return answers(items, wrong.astype(int), np.where(np.arange(verdicts) % 10, Origin.QUEUE, Origin.AHEAD))


def timed(shipped: np.ndarray, evidence: np.ndarray, said: Answers) -> float:
    """Seconds of one fit."""
    start = time.perf_counter()
    learn(shipped, evidence, said)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
