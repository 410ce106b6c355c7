"""Aim: what a tool works on when the user chooses objects rather than an item of the queue."""

from __future__ import annotations

from collections.abc import Iterable

from segreview.model.box import Box, hull
from segreview.model.sample import REFERENCE
from segreview.session.review import Review
from segreview.shape.line import Line
from segreview.tools import Target


def aim(
    review: Review, reference_ids: Iterable[int], line: Line | None = None, *, trial: bool = False
) -> Target:
    """What a tool works on: reference objects that were chosen, and a line drawn over them.

    Parameters
    ----------
    review
        The review.
    reference_ids
        The objects; ids that have no pixels are left out.
    line
        What was drawn.
    trial
        The tool is only tried out, to show what it would do: new ids are not used up.
    """
    ids = tuple(sorted({i for i in reference_ids if review.table.area(REFERENCE, i)}))
    outside = review.reference.outside
    boxes = {i: review.table.box(REFERENCE, i) for i in ids if i not in outside}
    box = hull(boxes.values()) or Box.of_shape([0] * len(review.reference.shape))
    fresh = review.fresh.fork() if trial else review.fresh
    return Target(review.reference, review.prediction, box, ids, (), fresh, boxes=boxes, line=line)
