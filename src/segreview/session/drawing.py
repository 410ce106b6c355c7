"""Drawing what neither side has: the second opinion's pixels become an object of the GT."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet

import numpy as np

from segreview.compare.disagreement import Disagreement, Relation
from segreview.compare.unclaimed import Unclaimed
from segreview.model.box import Box
from segreview.model.labels import LabelImage
from segreview.tools import Target


def claim_target(
    place: Unclaimed, labels: LabelImage, fresh: Callable[[int | None], int], *, protect: bool
) -> Target:
    """What a tool works on at a place that nobody claims: the second opinion stands in for the model."""
    seen = np.zeros(labels.shape, np.uint8)
    seen[place.box.slices][place.mask] = 1
    opinion = LabelImage((seen,), labels.axes, labels.spacing, labels.unit)
    return Target(labels, opinion, place.box, (), (1,), fresh, protect=protect, plane=place.plane)


def drawn_items(
    places: Iterable[Unclaimed], labels: LabelImage, known: AbstractSet[int]
) -> Iterator[Disagreement]:
    """Items of the objects that were drawn at places, where the model has none.

    Parameters
    ----------
    places
        The places.
    labels
        The labels with the new objects.
    known
        Ids that were there before, and what is no object.
    """
    for place in places:
        crop = labels.planes[place.plane][place.box.slices]
        for number in sorted(set(np.unique(crop[place.mask]).tolist()) - known):
            mask = crop == number
            box, area = Box.of_mask(mask).shifted(place.box.start), int(np.count_nonzero(mask))
            yield Disagreement(Relation.MISSED, (number,), (), box, 0.0, area, area)
