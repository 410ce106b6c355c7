"""Rules set by hand: signs of a wrong annotation, each with its strength and a sentence.

They give the reasons that are shown, and some of them raise suspicion beside what was fitted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from segreview.compare.taxonomy import Relation
from segreview.triage.evidence.table import Evidence, standing_name


@dataclass(frozen=True)
class Rule:
    """A sign of a wrong annotation.

    Parameters
    ----------
    name
        What it is called.
    suspect
        What the object is suspected to be.
    strength
        How likely the annotation is wrong where it is the only sign, for every object, 0 to 1.
    sentence
        What is told of one object, given its figures.
    decides
        Whether it raises suspicion by itself, as a sign that fitted judges do not read or that is too
        rare to be learnt; the figures of all others are weighed better by the judges.
    """

    name: str
    suspect: Relation
    strength: Callable[[Evidence], np.ndarray]
    sentence: Callable[[Mapping[str, float]], str]
    decides: bool = False


def _when(strength: float, condition: np.ndarray) -> np.ndarray:
    return strength * condition.astype(float)


def _pixels(figure: float) -> str:
    """Number of pixels whose logarithm, of one more, is a figure."""
    return f"{round(float(np.expm1(figure)))} px"


def _believed(evidence: Evidence, name: str) -> np.ndarray:
    """How far the model is to be believed where it shows a sign."""
    return np.asarray(evidence.column("trust in the model") * (evidence.column(name) > 0))


def _sliver(evidence: Evidence) -> np.ndarray:
    width = evidence.column("width", 9)
    at_border = _when(0.5, (evidence.column("border") > 0) & (width < 4))
    return np.asarray(np.maximum(np.where(width < 2, 0.85, _when(0.6, width < 3)), at_border))


def _whiskers(evidence: Evidence) -> np.ndarray:
    """Short threads are common, and are not told; long ones are."""
    threads = np.expm1(evidence.column("whisker pixels"))
    return np.where(threads > 12, 0.3, _when(0.19, threads > 2.5))


def _neck(evidence: Evidence) -> np.ndarray:
    neck = evidence.column("neck")
    lone = np.where(neck > 0.3, np.where(evidence.column("size") > 0.7, 0.6, 0.2), 0.0)
    parted = (
        (neck > 0.4) & (evidence.column("valley of the interior") > 0.5) & (evidence.column("solidity") < 0.9)
    )
    return np.asarray(np.where(parted, 0.75, lone))


def _cut(evidence: Evidence) -> np.ndarray:
    one_form = (evidence.column("contact") > 1) & (evidence.column("solidity of both") > 0.92)
    return _when(0.7, one_form & (evidence.column("seam on the line") < 0.3))


def _beside(by: float, where: str) -> str:
    """Where an outline lies against the edge in the image, or against the others where that is no pixel."""
    if by < 0.5:
        return f"the outline lies farther {where} than is usual here"
    return f"the outline lies {by:.0f} px {where} the edge in the image"


def _displaced(by: np.ndarray) -> np.ndarray:
    return _when(0.5, by > 4)


RULES = (
    Rule(
        "sliver",
        Relation.SPURIOUS,
        _sliver,
        lambda v: f"only {v['width']:.0f} px wide" + (", at the border of the image" if v["border"] else ""),
        decides=True,
    ),
    Rule(
        "whiskers",
        Relation.BOUNDARY,
        _whiskers,
        lambda v: f"threads of {_pixels(v['whisker pixels'])} stand out of it",
        decides=True,
    ),
    Rule(
        "tiny",
        Relation.SPURIOUS,
        lambda e: _when(0.5, e.column("size") < -2),
        lambda v: f"{np.exp(-v['size']):.0f} times smaller than is usual here",
    ),
    Rule(
        "large",
        Relation.MERGED,
        lambda e: _when(0.3, e.column("size") > 1.2),
        lambda v: f"{np.exp(v['size']):.1f} times larger than is usual here",
    ),
    Rule(
        "neck",
        Relation.MERGED,
        _neck,
        lambda _: "the outline has a neck, as where two objects meet",
        decides=True,
    ),
    Rule(
        "seam within",
        Relation.MERGED,
        lambda e: _when(0.5, (e.column("valley of the interior") > 0.35) & (e.column("solidity") < 0.94)),
        lambda _: "a seam runs through it, as between two objects",
    ),
    Rule(
        "cut in two",
        Relation.SPLIT,
        _cut,
        lambda _: (
            "no seam is seen where it meets its neighbour, and together they have the form of one object"
        ),
    ),
    Rule(
        "not there",
        Relation.SPURIOUS,
        lambda e: _when(0.7, e.column("opinion within", 1.0) < 0.35),
        lambda v: (
            "the image shows background there"
            if v["contrast"] < 0.3
            else "it does not look like the other objects"
        ),
    ),
    Rule(
        "unlike what is seen",
        Relation.BOUNDARY,
        lambda e: _when(0.5, e.column(standing_name("opinion IoU")) < -3),
        lambda v: f"what is seen there fits it with IoU {v['opinion IoU']:.2f} only",
    ),
    Rule(
        "shifted",
        Relation.BOUNDARY,
        lambda e: _when(0.6, e.column(standing_name("opinion shift")) > 4),
        lambda v: _beside(v["opinion shift px"], "beside"),
    ),
    Rule(
        "dilated",
        Relation.BOUNDARY,
        lambda e: _displaced(-e.column(standing_name("opinion dilation"))),
        lambda v: _beside(-v["opinion dilation px"], "outside"),
    ),
    Rule(
        "eroded",
        Relation.BOUNDARY,
        lambda e: _displaced(e.column(standing_name("opinion dilation"))),
        lambda v: _beside(v["opinion dilation px"], "inside"),
    ),
    Rule(
        "covers model objects",
        Relation.MERGED,
        lambda e: 0.6 * _believed(e, "model objects within"),
        lambda _: "it covers several objects of the model",
        decides=True,
    ),
    Rule(
        "shares a model object",
        Relation.SPLIT,
        lambda e: 0.6 * _believed(e, "objects sharing a model object") * (e.column("solidity of both") > 0.9),
        lambda _: "the model sees it and its neighbour as one object",
    ),
    Rule(
        "improbable",
        Relation.SPURIOUS,
        lambda e: (
            0.4
            * e.column("trust in the model")
            * np.clip(1 - e.column("probability within", 1.0) / 0.4, 0, 1)
        ),
        lambda v: f"the model gives its pixels a probability of {v['probability within']:.2f}",
        decides=True,
    ),
    Rule(
        "no model object",
        Relation.SPURIOUS,
        lambda e: 0.6 * e.column("no model object") * e.column("trust in the model"),
        lambda _: "the model, which is mostly right here, sees nothing there",
        decides=True,
    ),
)
"""Every rule about the structure of annotations."""

DECIDING = tuple(rule for rule in RULES if rule.decides)
"""Those that raise suspicion by themselves.

That a neighbour shares the model's object is not among them: a model that joins two objects is far
commoner than an annotation that cuts one.
"""


def strengths(evidence: Evidence, some: Sequence[Rule] = RULES) -> np.ndarray:
    """Strength of some rules for every object, ``(objects, rules)``."""
    return np.column_stack([rule.strength(evidence) for rule in some])


BASE = 0.03
"""Chance of an error without any sign."""

SILENT = float(np.log(BASE / (1 - BASE)))
"""Log-odds where no rule says anything."""


def log_odds(strength: np.ndarray) -> np.ndarray:
    """Log-odds of a wrong annotation when the rules that hold are independent signs (noisy or).

    Parameters
    ----------
    strength
        ``(objects, rules)``.
    """
    right = (1 - BASE) * np.prod(1 - np.clip(strength, 0, 0.99), axis=1)
    return np.asarray(np.log((1 - right) / right))
