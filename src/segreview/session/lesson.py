"""Lessons: everything that a fit of the verdicts needs, as it is at one moment."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from segreview.session.baseline import Baseline
from segreview.triage.answers import Answers, Origin, answers
from segreview.triage.learning import Learned, learn


@dataclass(frozen=True, slots=True, eq=False)
class Experience:
    """What was said in another sample, and what was known of the items.

    Picks that its queue has not reached are left out: nothing that is learned from them may come back to
    that queue by way of another sample.

    Parameters
    ----------
    shipped, evidence
        Shipped log-odds and traits of the items, (v,) and (v, traits).
    answer
        Members of `Answer`, (v,).
    """

    shipped: np.ndarray
    evidence: np.ndarray
    answer: np.ndarray

    @classmethod
    def of(cls, baseline: Baseline, said: Answers) -> Experience:
        """Experience of a review."""
        rows = said.decided & ~said.ahead
        items = said.item[rows]
        return cls(baseline.shipped[items], baseline.evidence[items], said.answer[rows])


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What is learned from; no later verdict changes it, so that it can be fitted in a thread.

    Parameters
    ----------
    baseline
        What was known of the items before the first verdict.
    said
        What was said of them.
    beside
        What was said in other samples of the data set.
    """

    baseline: Baseline
    said: Answers
    beside: tuple[Experience, ...] = ()

    def learn(self) -> Learned:
        """The shipped log-odds of the items, corrected by all answers."""
        items = len(self.baseline)
        shipped = np.concatenate([self.baseline.shipped, *(one.shipped for one in self.beside)])
        evidence = np.concatenate([self.baseline.evidence, *(one.evidence for one in self.beside)])
        others = np.arange(items, len(shipped))
        said = answers(
            np.concatenate([self.said.item, others]),
            np.concatenate([self.said.answer, *(one.answer for one in self.beside)]),
            np.concatenate([self.said.origin, np.full(len(others), Origin.QUEUE)]),
        )
        learned = learn(shipped, evidence, said)
        return replace(learned, log_odds=learned.log_odds[:items])
