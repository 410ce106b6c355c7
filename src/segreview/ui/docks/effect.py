"""What a verdict would do to the figures of the sample, in words."""

from __future__ import annotations

from math import isnan

from segreview.compare.disagreement import Disagreement, Relation
from segreview.compare.what_if import what_if_taken
from segreview.session.review import Review

_RULES = {
    "PQ": "PQ of this sample over all its objects, whatever their class: sum of the hits' IoU / "
    "(hits + objects of either side without a hit / 2)",
    "mIoU": "Mean IoU of this sample over the classes that either side has",
}
_NEIGHBOURS = "Neighbours are thought to keep their pixels."


def effect_texts(review: Review | None, item: Disagreement | None) -> tuple[str, str]:
    """What taking the model's masks would do to PQ or mean IoU, and how it is counted; empty for nothing."""
    if review is None or item is None or not review.sample.has_prediction:
        return "", ""
    found = what_if_taken(review.disagreements, item)
    if found is None or isnan(found.before) or isnan(found.after):
        return "", ""
    done = "drawn" if item.relation is Relation.UNCLAIMED else "taken"
    change = f"{found.after - found.before:+.3f}".replace("-", "−")
    figures = f"{found.name} {found.before:.3f} → {found.after:.3f} ({change})"
    rules = (f"Once it is {done}: {figures}", f"{_RULES[found.name]}.", _NEIGHBOURS)
    return f"{done}: {figures}", "\n".join(rules)
