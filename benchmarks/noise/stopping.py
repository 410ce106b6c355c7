"""Does the estimate of what is left hold? Coverage and width over simulated reviews, as a markdown table.

A cell is one tenth of the review: the share of reviews in which the bound held, then its median beside
that of a plain random sample: as many items, drawn at that very moment from all that the queue has not
come to. The last column counts reviews in which "you may stop" came up while more than the target was left.

Run ``python benchmarks/noise/stopping.py [REVIEWS]``; 500 of each kind take under five minutes on one core.
Returns 1 when a coverage is under 92 %, or bounds are wider than plain ones by more than chance.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from simulated_review import SCORES, TRAPS, Moment, Review, annotations

from segreview.triage.remainder import TARGET, at_most

REVIEWS = 500
SIZES = (400, 4_000)
PREVALENCES = (0.002, 0.005, 0.02, 0.1)
TRAPPED = ((400, 0.02), (400, 0.1), (4_000, 0.02))  # enough to see what a trap does
TENTHS = range(1, 10)
LEAST_COVERAGE = 0.92
_PLAIN_DRAWS = 20  # per review, so that the median beside ours has little chance in it


@dataclass(slots=True)
class Tenth:
    """What was claimed at one tenth of many reviews."""

    held: list[bool] = field(default_factory=list)
    ours: list[int] = field(default_factory=list)
    plain: list[int] = field(default_factory=list)

    @property
    def coverage(self) -> float:
        """Share of reviews in which the bound held."""
        return float(np.mean(self.held))

    @property
    def is_wider(self) -> bool:
        """Whether more than half of the bounds are over the plain median, by 2.6 standard errors."""
        over = np.mean(np.array(self.ours) > np.median(self.plain))
        return bool(over > 0.5 + 2.6 * 0.5 / np.sqrt(len(self.ours)))

    def __str__(self) -> str:
        """A cell of the table."""
        return f"{self.coverage:.3f}: {np.median(self.ours):,.0f} / {np.median(self.plain):,.0f}"

    def note(self, moment: Moment, random: np.random.Generator) -> None:
        """Write down what is claimed at a moment."""
        estimate = moment.estimate
        left, picks = estimate.left, estimate.picks
        self.held.append(moment.truth <= estimate.at_most)
        self.ours.append(estimate.at_most)
        wrong = moment.truth + estimate.wrong
        seen = random.hypergeometric(wrong, left + picks - wrong, picks, _PLAIN_DRAWS)
        self.plain.extend(at_most(left, picks, count) for count in seen.tolist())


def main() -> int:
    """Print the table and a summary; return 1 when a goal is missed."""
    reviews = int(sys.argv[1]) if len(sys.argv) > 1 else REVIEWS
    print("| items | wrong | score |", *(f"{n / 10:.0%} |" for n in TENTHS), "stopped too soon |")
    print("|---" * (len(TENTHS) + 4) + "|")
    cells: list[Tenth] = []
    for items, prevalence, score in cases():
        tenths, too_soon = measure(items, prevalence, score, reviews)
        cells += tenths
        row = " | ".join(map(str, tenths))
        print(f"| {items:,} | {prevalence:.1%} | {score} | {row} | {too_soon} |", flush=True)
    least, wider = min(cell.coverage for cell in cells), sum(cell.is_wider for cell in cells)
    print(f"\nLeast coverage {least:.3f}; {wider} of {len(cells)} cells wider than a plain sample.")
    return int(least < LEAST_COVERAGE or wider > 0)


def cases() -> Iterator[tuple[int, float, str]]:
    """Number of items, prevalence and score of every row."""
    for items in SIZES:
        for prevalence in PREVALENCES:
            traps = TRAPS if (items, prevalence) in TRAPPED else ()
            for score in SCORES + traps:
                yield items, prevalence, score


def measure(items: int, prevalence: float, score: str, reviews: int) -> tuple[list[Tenth], int]:
    """Every tenth of many reviews, and in how many the reviewer could have stopped too soon."""
    tenths = [Tenth() for _ in TENTHS]
    too_soon = 0
    for seed in range(reviews):
        random = np.random.default_rng([seed, 1])
        stopped = False
        for moment in Review(annotations(items, prevalence, score, seed), seed):
            if not stopped and moment.estimate.may_stop():
                stopped = True
                too_soon += moment.truth > TARGET * items
            tenth, rest = divmod(10 * moment.reviewed, items)
            if not rest and tenth in TENTHS:
                tenths[tenth - 1].note(moment, random)
    return tenths, too_soon


if __name__ == "__main__":
    sys.exit(main())
