"""Signs that files were paired or read wrongly: both sides the same, nothing in common, objects as ground."""

from __future__ import annotations

import numpy as np

from segreview.compare.disagreement import SETTLED
from segreview.model.labels import Kind, LabelImage
from segreview.model.sample import PREDICTION, REFERENCE
from segreview.session.review import Review


def wrong_pairing(review: Review) -> str:
    """What is odd about the pair of files under review, in words; empty when nothing is.

    Once the GT was edited nothing is odd any more: edits make the sides equal, or different.
    """
    reference, prediction = review.reference, review.prediction
    if prediction.origin is None or review.journal.edits_between(0, review.journal.head):
        return ""
    if reference.origin is not None and _same_bytes(review):
        return "GT and model are the same file, or copies of one: there is nothing to compare."
    sides = [review.table.areas(side) for side in (REFERENCE, PREDICTION)]
    return _oddity(review) if all(sides) else ""


INVERTED = "Nearly the whole border of this mask is an object: it may be drawn as 0 on white."
"""What is said of a mask that `seems_inverted`."""

_BORDER = 0.9
"""Least share of the border that is object where background and objects are likely exchanged."""


def seems_inverted(labels: LabelImage) -> bool:
    """Whether the objects of a two-valued mask are likely what it writes as 0, on the other value."""
    told = None if labels.origin is None else labels.origin.facts.get("values")
    if labels.kind is not Kind.BINARY or told is None or told[1] == 0:
        return False
    objects = labels.planes[0] != labels.background
    sides = (objects[..., 0, :], objects[..., -1, :], objects[..., 0], objects[..., -1])
    return bool(np.concatenate([side.ravel() for side in sides]).mean() >= _BORDER and not objects.all())


def _oddity(review: Review) -> str:
    if _identical(review):
        return "GT and model are identical in every pixel. Is it the same file, saved twice?"
    pairs = review.table.pairs()
    if review.reference.kind is Kind.SEMANTIC:
        if not any(ours == theirs for ours, theirs in pairs):
            return "GT and model agree on the class of no pixel. Is this the right pair, or class table?"
    elif not pairs:
        return "Nothing overlaps: no GT object touches any of the model's. Is this the right pair of files?"
    return ""


def _same_bytes(review: Review) -> bool:
    ours, theirs = review.reference.origin, review.prediction.origin
    assert ours is not None
    assert theirs is not None
    return ours.digests == theirs.digests


def _identical(review: Review) -> bool:
    """Whether every item is a perfect match: the same outlines, whatever the ids are."""
    items = review.disagreements.items.values()
    return all(item.relation in SETTLED and not item.error for item in items)
