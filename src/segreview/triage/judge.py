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

SCHEMA = "segreview.judges/1"
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
    weights, intercept
        Of the logistic model, on standard figures.
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
    intercept: float
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
        middle, spread, weights = (np.array(content[name], float) for name in ("middle", "spread", "weights"))
        return cls(
            tuple(content["names"]),
            middle,
            spread,
            weights,
            float(content["intercept"]),
            Trees.of_dict(content["trees"]),
            *(float(content[name]) for name in MIXTURE),
        )

    def log_odds(self, evidence: Evidence) -> np.ndarray:
        """Log-odds, for every object, that what it judges is so."""
        if not len(evidence):
            return np.zeros(0)
        figures = evidence.matrix(self.names, self.middle)
        logistic = self.standard(figures) @ self.weights + self.intercept
        fitted = (1 - self.tree_share) * logistic + self.tree_share * self.trees.sums(figures)
        joined = fitted + self.fitted_shift
        if self.rule_reach:
            told = probability(rules.log_odds(rules.strengths(evidence)) + self.rule_shift)
            right = (1 - probability(joined)) * (1 - self.rule_reach * told)
            joined = np.log((1 - right) / right)
        return np.asarray(self.slope * joined + self.shift)

    def standard(self, figures: np.ndarray) -> np.ndarray:
        """Standard figures, clipped to 5."""
        return np.asarray(np.clip((figures - self.middle) / self.spread, -LIMIT, LIMIT))

    def contributions(self, evidence: Evidence) -> np.ndarray:
        """What each figure adds to the log-odds of the logistic model, ``(objects, figures)``."""
        return np.asarray(self.standard(evidence.matrix(self.names, self.middle)) * self.weights)


@lru_cache(maxsize=1)
def judges() -> Mapping[str, Judge]:
    """The judges that come with the program: of annotated objects, and of places without one.

    The file says on what they were fitted, when, and by which command.
    """
    content = json.loads(files("segreview.triage").joinpath("judges.json").read_text("utf-8"))
    return {name: Judge.of_dict(content["judges"][name]) for name in ("annotated", "missed")}
