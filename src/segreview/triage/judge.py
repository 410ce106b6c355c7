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


@dataclass(frozen=True, eq=False)
class Judge:
    """A logistic model and boosted trees, whose mean log-odds are mixed with those of rules.

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
    rule_share
        Share of the rules in the mixture, 0 to 1.
    slope, shift
        What makes mixed log-odds calibrated ones.
    """

    names: tuple[str, ...]
    middle: np.ndarray
    spread: np.ndarray
    weights: np.ndarray
    intercept: float
    trees: Trees
    rule_share: float
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
            float(content["rule_share"]),
            float(content["slope"]),
            float(content["shift"]),
        )

    def log_odds(self, evidence: Evidence) -> np.ndarray:
        """Log-odds, for every object, that what it judges is so."""
        if not len(evidence):
            return np.zeros(0)
        figures = evidence.matrix(self.names, self.middle)
        fitted = (self.standard(figures) @ self.weights + self.intercept + self.trees.sums(figures)) / 2
        mixed = (1 - self.rule_share) * fitted
        if self.rule_share:
            mixed = mixed + self.rule_share * rules.log_odds(rules.strengths(evidence))
        return np.asarray(self.slope * mixed + self.shift)

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
