"""Judges: from evidence to the log-odds that an annotation is wrong, by weights that can be read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np

from segreview.triage import rules
from segreview.triage.evidence.table import Evidence
from segreview.triage.trees import Trees

SCHEMA = "segreview.judges/2"
LIMIT = 5.0
"""Standardised figures are clipped to this."""


MIXTURE = ("tree_share", "fitted_shift", "rule_shift", "rule_reach", "slope", "shift")
"""Numbers that say how a judge joins its parts."""


def probability(log_odds: np.ndarray) -> np.ndarray:
    """Probability from log-odds."""
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -30, 30))))


@dataclass(frozen=True, eq=False)
class Judge:
    """A logistic model and boosted trees, and rules beside them: either may raise suspicion (noisy or).

    Parameters
    ----------
    names
        The figures that it reads.
    middle, spread
        What makes figures standard; a missing one counts as the middle.
    weights, intercepts
        Of the logistic model, on standard figures: for each kind of fault what speaks for it rather than
        for nothing being wrong, ``(figures, kinds)`` and ``(kinds,)``.
    trees
        Boosted trees on the figures as they are.
    tree_share
        Share of the trees in the fitted log-odds, 0 to 1; the rest is the logistic model's.
    fitted_shift, rule_shift
        What is added to the fitted log-odds and to those of the rules before they are joined.
    rule_reach
        Largest probability that rules alone can give, 0 to 1.
    slope, shift
        What makes joined log-odds calibrated ones.
    """

    names: tuple[str, ...]
    middle: np.ndarray
    spread: np.ndarray
    weights: np.ndarray
    intercepts: np.ndarray
    trees: Trees
    tree_share: float
    fitted_shift: float
    rule_shift: float
    rule_reach: float
    slope: float
    shift: float

    @classmethod
    def of_dict(cls, content: Mapping[str, Any]) -> Judge:
        """Judge from plain lists."""
        middle, spread, weights, intercepts = (
            np.array(content[name], float) for name in ("middle", "spread", "weights", "intercepts")
        )
        return cls(
            tuple(content["names"]),
            middle,
            spread,
            weights,
            intercepts,
            Trees.of_dict(content["trees"]),
            *(float(content[name]) for name in MIXTURE),
        )

    def log_odds(self, evidence: Evidence) -> np.ndarray:
        """Log-odds, for every object, that what it judges is so."""
        if not len(evidence):
            return np.zeros(0)
        figures = evidence.matrix(self.names, self.middle)
        logistic = np.logaddexp.reduce(self._odds_of_kinds(self.standard(figures)), axis=1)
        fitted = (1 - self.tree_share) * logistic + self.tree_share * self.trees.sums(figures)
        joined = fitted + self.fitted_shift
        if self.rule_reach:
            strength = rules.strengths(evidence, rules.DECIDING)
            silent = probability(np.array(rules.SILENT + self.rule_shift))
            told = probability(rules.log_odds(strength) + self.rule_shift) - silent
            right = (1 - probability(joined)) * (1 - self.rule_reach * told)
            joined = np.log((1 - right) / right)
        return np.asarray(self.slope * joined + self.shift)

    def standard(self, figures: np.ndarray) -> np.ndarray:
        """Standard figures, clipped to 5."""
        return np.asarray(np.clip((figures - self.middle) / self.spread, -LIMIT, LIMIT))

    def _odds_of_kinds(self, standard: np.ndarray) -> np.ndarray:
        """Log-odds of each kind of fault against nothing being wrong, ``(objects, kinds)``."""
        return np.asarray(standard @ self.weights + self.intercepts)

    def contributions(self, evidence: Evidence) -> np.ndarray:
        """What each figure adds to the log-odds of the likeliest kind of fault, ``(objects, figures)``."""
        standard = self.standard(evidence.matrix(self.names, self.middle))
        likeliest = self._odds_of_kinds(standard).argmax(axis=1)
        return np.asarray(standard * self.weights.T[likeliest])


@lru_cache(maxsize=1)
def judges() -> Mapping[str, Judge]:
    """The judges that come with the program: of annotated objects, and of places without one.

    The file says on what they were fitted, when, and by which command.
    """
    content = json.loads(files("segreview.triage").joinpath("judges.json").read_text("utf-8"))
    return {name: Judge.of_dict(content["judges"][name]) for name in ("annotated", "missed")}
