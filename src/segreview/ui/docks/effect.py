"""What a verdict would do to the figures of the sample, in words."""

from __future__ import annotations

from segreview.compare.disagreement import Relation
from segreview.compare.what_if import WhatIf
from segreview.session.listing import Listing
from segreview.triage.queue import Row

_RULES = {
    "PQ": "PQ of this sample over all its objects, whatever their class: sum of the hits' IoU / "
    "(hits + objects of either side without a hit / 2)",
    "AP": "AP at IoU 0.5 without scores: hits / (hits + objects of either side without a hit)",
    "mIoU": "Mean IoU of this sample over the classes that either side has",
}
_DICE = (
    "Dice of the pixels that hold an object",
    "Mean Dice of this sample over the classes that either side has",
)
_NEIGHBOURS = "Neighbours are thought to keep their pixels."


def effect_texts(listing: Listing | None, row: Row | None, *, brief: bool = False) -> tuple[str, str]:
    """What taking the model's masks would do to the figures, and how they are counted; empty for nothing.

    The first of them is the one whose gain the queue tells; in brief the gain is all that is told of it.
    """
    if listing is None or row is None:
        return "", ""
    found = listing.worth.effects(row, listing.metric)
    if not found:
        return "", ""
    done = "drawn" if row.item.relation is Relation.UNCLAIMED else "taken"
    rules = [f"{rule_of(one.name, regions=bool(row.item.region))}." for one in found]
    lines = [f"Once it is {done}:", *map(_figures, found), *rules, _NEIGHBOURS]
    first = f"{found[0].name} {_change(found[0])}" if brief else _figures(found[0])
    return f"{done}: {first}", "\n".join(lines)


def rule_of(metric: str, *, regions: bool) -> str:
    """How a figure is counted, in words."""
    return _DICE[regions] if metric == "Dice" else _RULES[metric]


def _figures(told: WhatIf) -> str:
    return f"{told.name} {told.before:.3f} → {told.after:.3f} ({_change(told)})"


def _change(told: WhatIf) -> str:
    return f"{told.after - told.before:+.3f}".replace("-", "−")
