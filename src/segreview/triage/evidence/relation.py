"""What a model's masks say of the annotated objects, as far as the model can be believed in that image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segreview.compare.kernel import count_pairs
from segreview.triage.evidence.subject import Subject

INSIDE = 0.6
"""An object lies in another when more than this share of it does."""

PART = 0.15
"""What lies in an object counts when it is more than this share of it."""

HIT = 0.5
"""IoU above which the model has found an object."""


@dataclass(frozen=True, eq=False)
class Relations:
    """Overlaps of annotated objects and a model's objects.

    Parameters
    ----------
    first, second
        Ranks of both objects of each pair that overlaps.
    pixels
        Pixels that both have.
    subject, model
        The objects.
    """

    first: np.ndarray
    second: np.ndarray
    pixels: np.ndarray
    subject: Subject
    model: Subject

    @classmethod
    def of(cls, subject: Subject, model: Subject) -> Relations:
        """Overlaps of two sides of one image."""
        pairs = count_pairs(subject.ranks, model.ranks)
        both = (pairs.first > 0) & (pairs.second > 0)
        return cls(pairs.first[both], pairs.second[both], pairs.pixels[both], subject, model)

    @property
    def iou(self) -> np.ndarray:
        """IoU of each pair."""
        union = self.subject.areas[self.first] + self.model.areas[self.second] - self.pixels
        return np.asarray(self.pixels / union)

    def best(self) -> np.ndarray:
        """Largest IoU of each annotated object with any of the model's, by rank."""
        best = np.zeros(len(self.subject) + 1)
        np.maximum.at(best, self.first, self.iou)
        return best

    def trust(self) -> float:
        """Share of the annotated objects that the model hits: how far it is to be believed here."""
        best = self.best()[1:]
        return float((best > HIT).mean()) if best.size else 0.0

    def columns(self) -> dict[str, np.ndarray]:
        """Evidence on each annotated object, by rank from 1."""
        count, trust, best = len(self.subject), self.trust(), self.best()
        areas, others = self.subject.areas[self.first], self.model.areas[self.second]
        inside = self._inside
        within = (self.pixels > INSIDE * areas) & (self.pixels > 0.12 * others)
        parts = np.bincount(self.first[inside], minlength=count + 1)
        sharing = np.bincount(self.second[within], minlength=len(self.model) + 1)
        shared = np.zeros(count + 1)
        np.maximum.at(shared, self.first[within], sharing[self.second[within]])
        covered = np.bincount(self.first, self.pixels, minlength=count + 1)
        usual = float(np.median(best[1:][best[1:] > 0.1])) if (best[1:] > 0.1).any() else 0.0
        alone = covered < 0.1 * np.maximum(self.subject.areas, 1)
        found = {
            "model IoU": best * trust,
            "below the usual model IoU": (usual - best) * trust,
            "model objects within": np.clip(parts - 1, 0, 4) * trust,
            "objects sharing a model object": np.clip(shared - 1, 0, 4) * trust,
            "second model object within": self._second_part(inside) * trust,
            "no model object": alone * trust,
            "trust in the model": np.full(count + 1, trust),
        }
        return {name: values[1:] for name, values in found.items()}

    @property
    def _inside(self) -> np.ndarray:
        """Pairs in which the model's object lies in the annotated one, as a part that counts."""
        areas, others = self.subject.areas[self.first], self.model.areas[self.second]
        return np.asarray((self.pixels > INSIDE * others) & (self.pixels > PART * areas))

    def parts_of(self, rank: int) -> np.ndarray:
        """Ranks of the model's objects that lie in an annotated one."""
        return np.asarray(self.second[self._inside & (self.first == rank)])

    def _second_part(self, inside: np.ndarray) -> np.ndarray:
        """Share of each annotated object that the second largest of the model's objects in it has."""
        second = np.zeros(len(self.subject) + 1)
        order = np.lexsort((-self.pixels, self.first))
        order = order[inside[order]]
        ranks = self.first[order]
        again = np.flatnonzero(ranks[1:] == ranks[:-1]) + 1
        again = again[np.append(True, np.diff(ranks[again]) > 0)] if again.size else again
        second[ranks[again]] = self.pixels[order][again] / self.subject.areas[ranks[again]]
        return second


NAMES = (
    "model IoU",
    "below the usual model IoU",
    "model objects within",
    "objects sharing a model object",
    "second model object within",
    "no model object",
    "trust in the model",
)
"""Evidence that needs a model's masks."""
