"""Drawing what neither side has: the second opinion's pixels become an object of the GT."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet

import numpy as np

from segreview.compare.disagreement import Disagreement, Relation
from segreview.compare.unclaimed import Unclaimed
from segreview.model.box import Box, hull
from segreview.model.edit import Edit
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


def lone_items(edits: Iterable[Edit], labels: LabelImage, known: AbstractSet[int]) -> Iterator[Disagreement]:
    """Items of the objects that edits bring, where the model has none.

    Parameters
    ----------
    edits
        The edits.
    labels
        The labels after them.
    known
        Ids that were there before, and what is no object.
    """
    for edit in edits:
        box = hull(patch.box for patch in edit.patches)
        assert box is not None
        for number in sorted(edit.ids - known):
            mask = labels.planes[edit.plane][box.slices] == number
            if mask.any():
                inner = Box.of_mask(mask).shifted(box.start)
                area = int(np.count_nonzero(mask))
                yield Disagreement(Relation.MISSED, (number,), (), inner, 0.0, area, area)
