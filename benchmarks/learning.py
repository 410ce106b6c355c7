"""Time of learning from the reviewer, which is done anew after every verdict.

Prints milliseconds, median and largest, by the number of verdicts, for 10,000 items with the traits that
the window learns from: of the fit alone, which a thread does while the hands rest, and of what the
window's thread does in a review of so many objects: it reads the answers off the verdicts before, and
takes over what was learned after. Run ``python benchmarks/learning.py``; returns 1 when a fit or the
window's part takes over 100 ms.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from segreview.formats.registry import read
from segreview.model.sample import PREDICTION, REFERENCE, Sample, Source
from segreview.session.opening import Opening
from segreview.session.review import Review
from segreview.session.verdict import Judgement
from segreview.triage.answers import Answers, Origin, answers
from segreview.triage.learning import learn
from segreview.triage.queue import Row
from segreview.triage.suspicion import Suspicion
from segreview.triage.traits import COUNT, TOLD

SIDE = 100
ITEMS = SIDE**2
VERDICTS = (1, 10, 100, 1_000, 10_000)
REVIEWED = (1, 10, 100, 1_000)
REPEATS = 20
LIMIT = 0.1  # seconds


def main() -> int:
    """Print a line for each number of verdicts; return 1 when one is too slow."""
    random = np.random.default_rng(0)
    print(f"{ITEMS:,} items, {COUNT} traits")
    slowest = fits(random)
    with tempfile.TemporaryDirectory() as folder:
        review = review_of(Path(folder), random)
        slowest = max(slowest, in_a_review(review, random))
        review.close()
    return int(slowest > LIMIT)


def fits(random: np.random.Generator) -> float:
    """Time fits alone; the largest median in seconds."""
    evidence = np.clip(random.normal(0, 1.5, (ITEMS, COUNT)), -8, 8)
    shipped = random.normal(-3, 2, ITEMS)
    slowest = 0.0
    for verdicts in VERDICTS:
        said = judged(shipped + evidence[:, 0], verdicts, random)
        slowest = max(slowest, told("fit", verdicts, lambda said=said: learn(shipped, evidence, said)))
    return slowest


def in_a_review(review: Review, random: np.random.Generator) -> float:
    """Time what the window's thread does; the largest median in seconds."""
    rows, slowest = [review.queue.row(n) for n in random.permutation(ITEMS).tolist()], 0.0
    for verdicts in REVIEWED:
        for row in rows[len(review.teaching.said.item) : verdicts]:
            judge(review, row, random)
        review.learn(review.teaching.lesson().learn())
        slowest = max(slowest, told("answers read", verdicts, review.teaching.lesson))
        lessons = []
        for row in rows[verdicts : verdicts + REPEATS]:
            judge(review, row, random)
            lessons.append(review.teaching.lesson().learn())
        after = iter(lessons)
        slowest = max(slowest, told("taken over", verdicts, lambda after=after: review.learn(next(after))))
    return slowest


def judge(review: Review, row: Row, random: np.random.Generator) -> None:
    """Judge a row; the reviewer finds it wrong as often as it is suspected."""
    wrong = random.random() < row.found.urgency
    review.judge(row, Judgement.BOTH_WRONG if wrong else Judgement.PREDICTION_WRONG)


def review_of(folder: Path, random: np.random.Generator) -> Review:
    """Review of squares with suspicion and traits; the model lacks every tenth."""
    reference = np.kron(np.arange(1, ITEMS + 1, dtype=np.int32).reshape(SIDE, SIDE), np.eye(4)[:3, :3] > -1)
    reference = np.pad(reference.astype(np.int32), 1)
    sources = []
    for role, data in ((REFERENCE, reference), (PREDICTION, np.where(reference % 10, reference, 0))):
        np.save(folder / f"{role}.npy", data)
        sources.append(Source(role, read(folder / f"{role}.npy", kind="instance")))
    review = Opening(Sample("squares", (), tuple(sources)), folder / "state").begin()
    traits = np.clip(random.normal(0, 1.5, (ITEMS, 2 * len(TOLD))), -5, 5).astype(np.float16)
    chances = 1 / (1 + np.exp(-random.normal(-3, 2, ITEMS)))
    suspicions = {
        row.item.handle: Suspicion(float(chances[row.number]), traits=traits[row.number])
        for row in review.queue
    }
    review.absorb(suspicions, review.revision)
    return review


def judged(log_odds: np.ndarray, verdicts: int, random: np.random.Generator) -> Answers:
    """Answers of which one in ten is on a pick."""
    items = random.permutation(len(log_odds))[:verdicts]
    wrong = random.random(verdicts) < 1 / (1 + np.exp(-log_odds[items]))
    return answers(items, wrong.astype(int), np.where(np.arange(verdicts) % 10, Origin.QUEUE, Origin.AHEAD))


def told(what: str, verdicts: int, work: Callable[[], object]) -> float:
    """Median seconds of work, after telling them."""
    seconds = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    median, largest = statistics.median(seconds), max(seconds)
    print(f"{verdicts:>7,} verdicts: {what:<13}{1e3 * median:8.2f} {1e3 * largest:8.2f} ms")
    return median


if __name__ == "__main__":
    sys.exit(main())
