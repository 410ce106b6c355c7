"""Traits: the figures of an item by which its like are told, when the reviewer's verdicts teach."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np

from segreview.compare.disagreement import Disagreement
from segreview.compare.taxonomy import Relation
from segreview.triage.evidence.table import Evidence
from segreview.triage.judge import judges
from segreview.triage.suspicion import HYGIENE, PHRASES, Suspicion

TOLD = tuple(PHRASES)
"""Figures that serve as traits: those that can be told in words. All eighty would take a second to fit."""

KINDS = tuple(Relation)
MARKS = tuple(HYGIENE)

_SIDES = ("annotated", "missed")
_HELD = 2.0
"""Value of a trait that an item has or has not: that of a figure two spreads from the middle."""

COUNT = len(_SIDES) * len(TOLD) + len(KINDS) + len(MARKS)
"""Number of traits of an item."""


def traits_of(judge: str, evidence: Evidence) -> np.ndarray:
    """Standard figures of some objects, (n, 42); those of the other judge's objects are 0.

    Parameters
    ----------
    judge
        ``"annotated"`` or ``"missed"``: a figure that speaks against the one speaks for the other.
    evidence
        Evidence on the objects; what is missing counts as the middle.
    """
    found = np.zeros((len(evidence), len(_SIDES) * len(TOLD)), np.float16)
    if len(evidence):
        one, places = judges()[judge], _places(judge)
        first = _SIDES.index(judge) * len(TOLD)
        standard = one.standard(evidence.matrix(one.names, one.middle))
        found[:, first : first + len(TOLD)] = standard[:, places]
    return found


@cache
def _places(judge: str) -> list[int]:
    """Where the figures that serve as traits stand among those of a judge."""
    names = judges()[judge].names
    return [names.index(name) for name in TOLD]


def trait_matrix(items: Iterable[tuple[Disagreement, Suspicion | None]]) -> np.ndarray:
    """Traits of items, (n, `COUNT`): figures, the kind, and the marks of hygiene.

    On an absolute scale: what an item has does not depend on which others are there.
    """
    return np.array([_row(*item) for item in items], np.float16).reshape(-1, COUNT)


def _row(item: Disagreement, suspicion: Suspicion | None) -> np.ndarray:
    row = np.zeros(COUNT, np.float16)
    figures = len(_SIDES) * len(TOLD)
    row[figures + KINDS.index(item.relation)] = _HELD
    if suspicion is not None:
        if suspicion.traits is not None:
            row[:figures] = suspicion.traits
        for mark in suspicion.hygiene:
            row[figures + len(KINDS) + MARKS.index(mark)] = _HELD
    return row
