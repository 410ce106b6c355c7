"""Filter of the queue: which rows are listed, and walked through."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

import numpy as np

from segreview.compare.disagreement import Relation
from segreview.triage.facts import RELATIONS, Facts

Range = tuple[float, float]

Classes = tuple[int, int | None]
"""Class of the GT, and of the model; None where the model has nothing."""

ANY_IOU: Range = (0.0, 1.0)
ANY_AREA: Range = (0.0, math.inf)


class Stage(StrEnum):
    """Rows by what is still to do."""

    ALL = "all"
    OPEN = "open"
    JUDGED = "judged"


class Border(StrEnum):
    """Rows by whether they touch the border of the image."""

    ANY = "any"
    INSIDE = "inside"
    ONLY = "only"


class Finds(Protocol):
    """Finds rows by what is known of their items elsewhere; gives boolean masks by serial numbers."""

    def mask(self, text: str) -> np.ndarray:
        """Rows where a text is found."""

    def between(self, gt: int, model: int | None) -> np.ndarray:
        """Rows with objects of these classes."""

    def jitter(self, tolerance: float) -> np.ndarray:
        """Rows whose outlines lie no farther apart than so many pixels, and that are nothing worse."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions that rows must meet, all of them.

    Parameters
    ----------
    relations
        Kinds of disagreement; empty for all rows that ask for a judgement.
    stage
        Open or judged.
    iou, area
        Least and largest value, both included. An item without a partner has an IoU of 0.
    border
        At the border of the image, or not.
    text
        Words that must all be found; see the session's search.
    classes
        Classes of the two sides; None for any.
    tolerance
        Rows that are jitter alone at so many pixels are held back; 0 holds back none.
    """

    relations: frozenset[Relation] = frozenset()
    stage: Stage = Stage.ALL
    iou: Range = ANY_IOU
    area: Range = ANY_AREA
    border: Border = Border.ANY
    text: str = ""
    classes: Classes | None = None
    tolerance: float = 0.0

    @property
    def narrows(self) -> bool:
        """Whether it holds back rows of the kinds that are listed."""
        return replace(self, relations=frozenset(), text=self.text.strip()) != Filter()

    def mask(self, facts: Facts, done: np.ndarray, find: Finds) -> np.ndarray:
        """Boolean mask of the rows that pass, by their serial numbers.

        Parameters
        ----------
        facts
            Columns of facts.
        done
            Boolean mask of the rows that need no judgement any more.
        find
            Finds rows by what neither facts nor filter know.
        """
        passed = self.kinds(facts).copy()
        if self.stage is not Stage.ALL:
            passed &= done if self.stage is Stage.JUDGED else ~done
        for column, (least, largest), whole in (
            (facts.iou, self.iou, ANY_IOU),
            (facts.area, self.area, ANY_AREA),
        ):
            if (least, largest) != whole:
                passed &= (column >= least) & (column <= largest)
        if self.border is not Border.ANY:
            passed &= facts.border if self.border is Border.ONLY else ~facts.border
        if self.text.strip():
            passed &= find.mask(self.text)
        if self.classes is not None:
            passed &= find.between(*self.classes)
        if self.tolerance:
            passed &= ~find.jitter(self.tolerance)
        return passed

    def kinds(self, facts: Facts) -> np.ndarray:
        """Boolean mask of the rows of the kinds that are wanted."""
        if not self.relations:
            return facts.contested
        wanted = np.array([relation in self.relations for relation in RELATIONS])
        found: np.ndarray = wanted[facts.relation]
        return found
