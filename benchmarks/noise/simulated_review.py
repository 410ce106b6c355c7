"""A review played through: a queue that learns, picks now and then, and a reviewer who is always right.

The shipped score is calibrated, twice as sure of itself as it should be, or half as sure. Traps for the
estimate of what is left are scores with which much is left until the end: blind to the strongest kind of
error, which the queue has to learn from the answers; saying nothing; and upside down.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from segreview.triage.answers import Answers, Origin, answers
from segreview.triage.exploration import explore
from segreview.triage.learning import learn
from segreview.triage.remainder import Remainder, remainder

SCORES = ("calibrated", "over-confident", "under-confident")
TRAPS = ("blind to a kind", "says nothing", "upside down")
_FACTORS = {"over-confident": 2.0, "under-confident": 0.5, "upside down": -1.0}
_EFFECTS = np.array([1.5, 1.2, 1.0, 1.2])  # of the evidence on the log-odds: AUROC .91 to .94
_FITS = 10  # how often the queue is ordered anew


@dataclass(frozen=True, slots=True, eq=False)
class Annotations:
    """Items to review: which are wrong, and what the program knows of them."""

    wrong: np.ndarray
    evidence: np.ndarray
    shipped: np.ndarray


@dataclass(frozen=True, slots=True)
class Moment:
    """What is left at one moment, by the program and in truth."""

    reviewed: int
    estimate: Remainder
    truth: int


def annotations(items: int, prevalence: float, score: str, seed: int) -> Annotations:
    """Items of which a share is wrong, with a shipped score of a given kind."""
    random = np.random.default_rng(seed)
    evidence = random.normal(0, 1, (items, len(_EFFECTS)))
    effects = evidence * _EFFECTS
    log_odds = base_rate(prevalence) + effects.sum(axis=1)
    wrong = random.random(items) < 1 / (1 + np.exp(-log_odds))
    shipped = _FACTORS.get(score, 1.0) * log_odds
    if score == "blind to a kind":
        shipped = log_odds - effects[:, 0]
    if score == "says nothing":
        shipped, evidence = random.permutation(log_odds), random.normal(0, 1, evidence.shape)
    return Annotations(wrong, evidence, shipped)


@cache
def base_rate(prevalence: float) -> float:
    """Log-odds to which the effects are added for a prevalence, by bisection."""
    quantiles = np.sqrt((_EFFECTS**2).sum()) * np.random.default_rng(0).normal(0, 1, 20_000)
    low, high = -30.0, 10.0
    for _ in range(40):
        middle = (low + high) / 2
        if (1 / (1 + np.exp(-middle - quantiles))).mean() < prevalence:
            low = middle
        else:
            high = middle
    return low


class Review:
    """One review of all items; iterating gives a moment after every fiftieth of them.

    Parameters
    ----------
    case
        The items.
    seed
        Seed of the review.
    waits
        Whether verdicts on picks wait until the queue has come to them, as they should.
    """

    def __init__(self, case: Annotations, seed: int, *, waits: bool = True) -> None:
        self.case, self.waits = case, waits
        self.items = len(case.wrong)
        self.unreviewed = np.ones(self.items, bool)
        self.origin = np.zeros(self.items, np.int8)
        self.order = np.zeros(self.items, np.intp)
        self.reviewed = self.ahead = self.picks_made = 0
        self.exploration = explore(case.shipped, seed)
        self._log_odds = case.shipped

    def __iter__(self) -> Iterator[Moment]:
        step = self.items // 50
        while self.reviewed < self.items:
            for item in self._next():
                if self._take(item) and self.reviewed % step == 0:
                    yield self.moment()
                while self.exploration.is_due(self.reviewed, self.ahead) and self._pick():
                    if self.reviewed % step == 0:
                        yield self.moment()
            self._learn()

    def answers(self) -> Answers:
        """All answers so far."""
        order = self.order[: self.reviewed]
        return answers(order, self.case.wrong[order], self.origin[order])

    def moment(self) -> Moment:
        """What is left now."""
        truth = int(self.case.wrong[self.unreviewed].sum())
        return Moment(self.reviewed, remainder(self.items, self.answers()), truth)

    def _next(self) -> list[int]:
        """Items to which the queue comes before the next fit, those that were picked among them."""
        open_ones = np.flatnonzero(self.unreviewed | (self.origin == Origin.AHEAD))
        ranked = open_ones[np.argsort(-self._log_odds[open_ones], kind="stable")]
        return ranked[: self.items // _FITS].tolist()

    def _take(self, item: int) -> bool:
        """Come to an item; False when it was picked before, which costs no review."""
        if not self.unreviewed[item]:
            if self.origin[item] == Origin.AHEAD:
                self.origin[item] = Origin.REACHED
                self.ahead -= 1
            return False
        self._review(item)
        return True

    def _review(self, item: int) -> None:
        self.unreviewed[item] = False
        self.order[self.reviewed] = item
        self.reviewed += 1

    def _pick(self) -> bool:
        """Review a pick; False when nothing is left."""
        pick = self.exploration.pick(self.picks_made, self.unreviewed)
        if pick is None:
            return False
        self._review(pick.item)
        self.origin[pick.item] = Origin.AHEAD
        self.ahead += 1
        self.picks_made += 1
        return True

    def _learn(self) -> None:
        """Order the queue anew."""
        said = self.answers()
        if not self.waits:
            said = answers(said.item, said.answer, np.where(said.picked, Origin.REACHED, Origin.QUEUE))
        self._log_odds = learn(self.case.shipped, self.case.evidence, said).log_odds
