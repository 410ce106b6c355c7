"""Simpler bounds on what is left, and what becomes of them when the order of the queue is bad.

Least coverage over the tenths of 400 items of which 10 % are wrong, for a queue that knows nothing of
them, and for one that is upside down: ours; ours without waiting until the queue has come to a pick;
and Clopper and Pearson's bound on a share, times what is left, from the same picks, from all picks, and
from all verdicts.

Run ``python benchmarks/noise/other_bounds.py [REVIEWS]``; 500 take under a minute.
"""

from __future__ import annotations

import sys

import numpy as np
from scipy.special import betaincinv
from simulated_review import Review, annotations

from segreview.triage.remainder import CONFIDENCE

ITEMS, PREVALENCE = 400, 0.1
BOUNDS = ("ours", "binomial, same picks", "binomial, all picks", "binomial, all verdicts")


def main() -> None:
    """Print the table."""
    reviews = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    print("| queue |", " | ".join((*BOUNDS[:1], "ours, without waiting", *BOUNDS[1:])), "|")
    print("|---" * (len(BOUNDS) + 2) + "|")
    for score in ("calibrated", "says nothing", "upside down"):
        waiting, at_once = (coverages(score, reviews, waits=waits) for waits in (True, False))
        row = [waiting[0], at_once[0], *waiting[1:]]
        print(f"| {score} |", " | ".join(f"{value:.2f}" for value in row), "|", flush=True)


def coverages(score: str, reviews: int, *, waits: bool) -> np.ndarray:
    """Least coverage of each bound over the tenths of a review."""
    held = np.zeros((9, len(BOUNDS)))
    for seed in range(reviews):
        review = Review(annotations(ITEMS, PREVALENCE, score, seed), seed, waits=waits)
        for moment in review:
            tenth, rest = divmod(10 * moment.reviewed, ITEMS)
            if not rest and tenth < 10:
                held[tenth - 1] += moment.truth <= np.array(bounds(review))
    least: np.ndarray = held.min(axis=0) / reviews
    return least


def bounds(review: Review) -> list[float]:
    """What each of `BOUNDS` says at this moment."""
    estimate, said = review.moment().estimate, review.answers()
    samples = (
        (estimate.picks, estimate.wrong),
        (said.picked.sum(), (said.picked & said.wrong).sum()),
        (len(said), said.wrong.sum()),
    )
    return [estimate.at_most, *(clopper_pearson(*sample) * estimate.left for sample in samples)]


def clopper_pearson(picks: int, wrong: int) -> float:
    """Upper bound on a share (Clopper and Pearson 1934, Biometrika 26, 404)."""
    return 1.0 if wrong >= picks else float(betaincinv(wrong + 1, picks - wrong, CONFIDENCE))


if __name__ == "__main__":
    main()
