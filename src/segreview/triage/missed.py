"""Objects that the annotation may have missed: places that the model or the second opinion claim."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segreview.shape.tile import tiles_of
from segreview.shape.window import opened
from segreview.triage.evidence.backdrop import Backdrop
from segreview.triage.evidence.field import Field
from segreview.triage.evidence.relation import Relations
from segreview.triage.evidence.subject import SPECK, Subject, sums_of

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
    places[annotated.ranks > 0] = 0
    seen = sums_of(places, len(model_ids) + 1) > 0
    seen[0] = False
    np.take(np.where(seen, np.cumsum(seen), 0).astype(np.int32), places, out=places, mode="clip")
    ids = [model_ids[number] for number in np.flatnonzero(seen[1:]).tolist()]
    return Candidates(annotated.joined(places), len(annotated), tuple(ids))


def _of_model(annotated: Subject, relations: Relations, places: np.ndarray) -> list[int]:
    """Write the model's objects that the annotation does not have; return their ids."""
    model = relations.model
    covered = np.bincount(relations.second, relations.pixels, minlength=len(model) + 1)
    free = covered < CLAIMED * np.maximum(model.areas, 1)
    free &= model.areas > SPECK // 2
    free[0] = False
    if annotated.void is not None:  # what lies in void cannot be missed
        free &= np.bincount(model.ranks[annotated.void], minlength=len(model) + 1) < 0.5 * model.areas
    numbers = np.where(free, np.cumsum(free), 0).astype(np.int32)
    np.take(numbers, model.ranks, out=places, mode="clip")  # as they are never out of range
    return [int(i) for i in model.ids[np.flatnonzero(free) - 1]]


def _of_opinion(annotated: Subject, objects: Field, places: np.ndarray) -> int:
    """Write what looks like an object and is nobody's; return how many there are."""
    from scipy.ndimage import label

    unclaimed = places == 0
    for tile in tiles_of(places.shape):
        unclaimed[tile.core.slices] &= objects[tile.core.slices] > 0.5
    unclaimed &= ~annotated.within(CLEAR)
    if annotated.void is not None:
        unclaimed &= ~annotated.void
    typical = float(np.median(annotated.areas[1:])) if len(annotated) else 0.0
    numbers, count = label(opened(unclaimed))
    sizes = sums_of(numbers, count + 1)
    large = sizes >= max(LEAST_PIXELS, LEAST_SIZE * typical)
    large[0] = False
    first = int(places.max())
    new = np.where(large, first + np.cumsum(large), 0).astype(np.int32)
    np.take(new, numbers, out=numbers, mode="clip")
    np.copyto(places, numbers, where=numbers > 0)
    return int(large.sum())
