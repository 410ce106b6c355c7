"""Signs that files were paired wrongly: both sides the same, or nothing in common."""

from __future__ import annotations

from segreview.compare.disagreement import SETTLED
from segreview.model.labels import Kind
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
