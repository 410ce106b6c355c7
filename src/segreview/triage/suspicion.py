"""Suspicion: how likely each side of an item is wrong, and why, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from segreview.compare.taxonomy import Relation
from segreview.triage import rules
from segreview.triage.evidence.table import Evidence, standing_name
from segreview.triage.judge import Judge, probability

PLAIN = 0.2
"""Least strength of a rule that is told as a reason."""

MOST_REASONS = 3

NOTABLE = 0.5
"""Log-odds that a figure adds to be told as a reason where no rule says anything."""

HYGIENE: Mapping[str, float] = {"hole": 0.9, "fragments": 0.85, "speck": 0.85, "sliver": 0.0, "cut": 0.0}
"""How likely people retouch an object that has a mark; slivers and cuts are judged by their structure."""

PHRASES: Mapping[str, tuple[str, str]] = {
    "contrast over noise": ("it stands out more than usual", "it hardly stands out from its surroundings"),
    "edge against the best": ("", "stronger edges lie beside its outline"),
    "weak edge": ("much of its outline lies on no edge", ""),
    "opinion within": ("", "it looks little like the other objects"),
    "opinion IoU": ("", "what is seen there has another outline"),
    "opinion across the contour": ("", "the image does not change at its outline"),
    "opinion beyond": ("more of the object seems to lie outside its outline", ""),
    "solidity": ("", "its outline is dented"),
    "compactness": ("", "its outline is ragged or long"),
    "notch share": ("its outline has notches", ""),
    "thin share": ("parts of it are thin", ""),
    "longest side": ("its outline has a long straight side", ""),
    "solidity of both": ("together with its neighbour it has the form of one object", ""),
    "valley of the interior": ("a seam seems to run through it", ""),
    "edges within": ("its inside looks like an edge", ""),
    "border": ("it is cut by the border of the image", ""),
    standing_name("size"): ("it is unusually large", "it is unusually small"),
    standing_name("brightness"): ("it is unusually bright", "it is unusually dark"),
    standing_name("unevenness"): ("its inside is uneven", ""),
    standing_name("edge dilation"): ("edges lie outside its outline", "edges lie within its outline"),
    standing_name("opinion dilation"): ("it seems larger than drawn", "it seems smaller than drawn"),
}
"""What a figure says in words where it is high, and where it is low."""

DISPUTE: Mapping[Relation, float] = {
    Relation.MATCHED: 0.0,
    Relation.BOUNDARY: 0.4,
    Relation.POOR: 0.8,
    Relation.SPLIT: 0.85,
    Relation.MERGED: 0.85,
    Relation.MANY: 0.85,
    Relation.CLASS: 0.8,
    Relation.MISSED: 0.9,
    Relation.SPURIOUS: 0.9,
    Relation.UNCLAIMED: 0.0,
    Relation.IGNORED: 0.0,
}
"""How likely at least one side is wrong, by how they differ; the rest is a matter of taste."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """How likely each side of an item is wrong.

    Parameters
    ----------
    reference_wrong
        Probability that the structure of the annotation is wrong: something merged, split, missed,
        spurious, displaced, or of another class.
    prediction_wrong
        Probability that the annotation is right and the model is wrong.
    hygiene
        Marks of the annotation's masks: hole, speck, sliver, fragments, cut.
    reasons
        What speaks against the annotation, in words, the strongest first.
    suspect
        What the annotation is suspected to be; None where nothing speaks against it.
    learned
        Urgency as the reviewer's verdicts have corrected it; None where they have not.
    traits
        Figures from which is learnt of the reviewer, see `traits`; None where there are none.
    """

    reference_wrong: float
    prediction_wrong: float = 0.0
    hygiene: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    suspect: Relation | None = None
    learned: float | None = None
    traits: np.ndarray | None = field(default=None, compare=False, repr=False)

    @property
    def unclear(self) -> float:
        """Probability that neither is known to be wrong."""
        return max(0.0, 1 - self.reference_wrong - self.prediction_wrong)

    @property
    def urgency(self) -> float:
        """Probability that the annotation needs a hand, by its structure or its hygiene."""
        if self.learned is not None:
            return self.learned
        right = 1 - self.reference_wrong
        for mark in self.hygiene:
            right *= 1 - HYGIENE[mark]
        return 1 - right

    def corrected(self, urgency: float) -> Suspicion:
        """The same with another urgency: structure keeps its part of it, the model its part of the rest."""
        before = self.urgency
        structure = self.reference_wrong / before if before else 1.0
        model = self.prediction_wrong / (1 - before) if before < 1 else 0.0
        return replace(
            self,
            reference_wrong=structure * urgency,
            prediction_wrong=model * (1 - urgency),
            learned=urgency,
        )


NONE = Suspicion(0.0)
"""Nothing is suspected."""


@dataclass(frozen=True, eq=False)
class Opinions:
    """What a judge says of some objects.

    Parameters
    ----------
    evidence
        What it was told.
    judge
        The judge.
    """

    evidence: Evidence
    judge: Judge

    @cached_property
    def probabilities(self) -> np.ndarray:
        """Probability of each object that what the judge looks for is so."""
        return probability(self.judge.log_odds(self.evidence))

    @cached_property
    def _strengths(self) -> np.ndarray:
        return rules.strengths(self.evidence)

    def reasons(self, place: int) -> tuple[str, ...]:
        """What speaks for it, the strongest first: rules, else the figures that say most."""
        return tuple(dict.fromkeys(self.signs(place).values()))

    def signs(self, place: int) -> dict[str, str]:
        """Names of the rules that speak for it, else of the figures that say most, with their sentences."""
        strong = np.argsort(-self._strengths[place], kind="stable")[:MOST_REASONS]
        row = self.evidence.row(place)
        chosen = [rules.RULES[n] for n in strong if self._strengths[place, n] >= PLAIN]
        return {rule.name: rule.sentence(row) for rule in chosen} or self._telling_figures(place)

    def _telling_figures(self, place: int) -> dict[str, str]:
        parts = self._contributions[place]
        told: dict[str, str] = {}
        for n in np.argsort(-parts, kind="stable")[: 3 * MOST_REASONS]:
            name = self.judge.names[n]
            if parts[n] < NOTABLE or name not in PHRASES or name not in self.evidence.columns:
                continue
            phrase = PHRASES[name][0 if self.evidence.columns[name][place] > self.judge.middle[n] else 1]
            if phrase and phrase not in told.values():
                told[name] = phrase
        return dict(list(told.items())[:MOST_REASONS])

    @cached_property
    def _contributions(self) -> np.ndarray:
        return self.judge.contributions(self.evidence)

    def suspect(self, place: int) -> Relation | None:
        """What an object is suspected to be: the word of the strongest rule."""
        best = int(self._strengths[place].argmax())
        return rules.RULES[best].suspect if self._strengths[place, best] >= PLAIN else None


def blamed(reference_wrong: float, model_faulty: float, relation: Relation) -> float:
    """Probability that the annotation is right and the model wrong.

    Parameters
    ----------
    reference_wrong
        Probability that the annotation is wrong.
    model_faulty
        Probability that the model's masks look wrong by themselves.
    relation
        How the sides differ.
    """
    return (1 - reference_wrong) * (1 - (1 - model_faulty) * (1 - DISPUTE[relation]))


def strongest(suspicions: Sequence[Suspicion]) -> Suspicion:
    """The most urgent of some suspicions."""
    return max(suspicions, key=lambda one: (one.urgency, one.reference_wrong))
