"""Objects that the annotation may have missed: places that the model or the second opinion claim."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segreview.shape.window import opened
from segreview.triage.evidence.backdrop import Backdrop
from segreview.triage.evidence.relation import Relations
from segreview.triage.evidence.subject import SPECK, Subject

CLAIMED = 0.3
"""An object of the model of which the annotation has a larger share is no missed one."""

CLEAR = 1.5
"""What the second opinion sees within so many pixels of an annotated object belongs to that."""

LEAST_SIZE = 0.15
"""Smallest candidate of the second opinion, in areas of the median object."""

LEAST_PIXELS = 12
"""The same in pixels."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """Places where an object may be missing in the annotation.

    Parameters
    ----------
    subject
        The annotated objects, and after them the candidates.
    annotated
        How many are annotated.
    model_ids
        Id of the model's object that is a candidate; -1 for one of the second opinion.
    """

    subject: Subject
    annotated: int
    model_ids: tuple[int, ...]

    @property
    def ranks(self) -> range:
        """Ranks of the candidates."""
        return range(self.annotated + 1, len(self.subject) + 1)


def candidates_of(annotated: Subject, backdrop: Backdrop | None, relations: Relations | None) -> Candidates:
    """Candidates of an image: first the model's objects, then what only the second opinion sees."""
    places = np.zeros(annotated.ranks.shape, np.int32)
    model_ids: list[int] = []
    if relations is not None:
        model_ids += _of_model(annotated, relations, places)
    if backdrop is not None and backdrop.objects is not None:
        model_ids += [-1] * _of_opinion(annotated, backdrop.objects, places)
    kept, numbers = np.unique(places[(places > 0) & (annotated.ranks == 0)], return_inverse=True)
    renumbered = np.zeros_like(places)
    renumbered[(places > 0) & (annotated.ranks == 0)] = numbers + 1
    ids = [model_ids[number - 1] for number in kept.tolist()]
    return Candidates(annotated.joined(renumbered), len(annotated), tuple(ids))


def _of_model(annotated: Subject, relations: Relations, places: np.ndarray) -> list[int]:
    """Write the model's objects that the annotation does not have; return their ids."""
    model = relations.model
    covered = np.bincount(relations.second, relations.pixels, minlength=len(model) + 1)
    free = covered < CLAIMED * np.maximum(model.areas, 1)
    free &= model.areas > SPECK // 2
    free[0] = False
    if annotated.void is not None:  # what lies in void cannot be missed
        free &= np.bincount(model.ranks[annotated.void], minlength=len(model) + 1) < 0.5 * model.areas
    numbers = np.where(free, np.cumsum(free), 0)
    places[...] = numbers[model.ranks]
    return [int(i) for i in model.ids[np.flatnonzero(free) - 1]]


def _of_opinion(annotated: Subject, objects: np.ndarray, places: np.ndarray) -> int:
    """Write what looks like an object and is nobody's; return how many there are."""
    from scipy.ndimage import label

    unclaimed = (objects > 0.5) & (places == 0) & (annotated.distance > CLEAR)
    if annotated.void is not None:
        unclaimed &= ~annotated.void
    typical = float(np.median(annotated.areas[1:])) if len(annotated) else 0.0
    numbers, count = label(opened(unclaimed))
    sizes = np.bincount(numbers.ravel(), minlength=count + 1)
    large = sizes >= max(LEAST_PIXELS, LEAST_SIZE * typical)
    large[0] = False
    first = int(places.max())
    new = np.where(large, first + np.cumsum(large), 0)[numbers]
    np.copyto(places, new, where=new > 0)
    return int(large.sum())
