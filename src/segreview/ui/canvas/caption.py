"""What there is to say about the pixel under the pointer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from segreview.compare.disagreement import Disagreement
from segreview.model.labels import Kind, LabelImage
from segreview.session.review import Review
from segreview.tools.countable import class_name
from segreview.ui.palette import RELATION_SIGNS

_MOST = 3
"""Ids that are listed for each side."""


@dataclass(frozen=True)
class Caption:
    """What lies under a pixel, in words.

    Parameters
    ----------
    reference, prediction
        What each side has there, or has as a partner of what the other one has; ``–`` for nothing.
    verdict
        How they differ, with the sign of the kind; empty where there is no item.
    heat
        Value of the heatmap that is shown; empty without one.
    """

    reference: str
    prediction: str
    verdict: str = ""
    heat: str = ""


def caption(review: Review, index: Sequence[int]) -> Caption | None:
    """What there is to say about a pixel; None where neither side has anything.

    Parameters
    ----------
    review
        The review.
    index
        Array indices within the labels.
    """
    at = tuple(index)
    item = review.disagreements.at(at)
    here = _top(review.reference, at), _top(review.prediction, at)
    if review.reference.kind is Kind.SEMANTIC:
        agrees = "agree" if here[0] == here[1] else ""
        said = agrees if item is None else _difference(item)
        return Caption(_classed(review.reference, here[0]), _classed(review.prediction, here[1]), said)
    if item is None:
        void = here[0] is not None and here[0] in review.reference.void
        return Caption("void", "–") if void else None
    return Caption(
        _named(review.reference, here[0], item.reference_ids),
        _named(review.prediction, here[1], item.prediction_ids),
        _difference(item),
    )


def _top(labels: LabelImage, at: tuple[int, ...]) -> int | None:
    """Id that is seen at a pixel: the topmost plane's that has one there."""
    ids = [int(plane[at]) for plane in reversed(labels.planes)]
    return next((i for i in ids if i not in labels.outside), ids[-1])


def _classed(labels: LabelImage, number: int | None) -> str:
    """Class with its id."""
    if number is None:
        return "–"
    name = "" if labels.category(number) is None else class_name(labels, number)
    return f"{name} ({number})" if name else f"class {number}"


def _named(labels: LabelImage, number: int | None, ids: tuple[int, ...]) -> str:
    """Objects of one side of an item, the one under the pixel first, with its class."""
    if not ids:
        return "–"
    shown = sorted(ids, key=lambda i: i != number)
    words = ", ".join(map(str, shown[:_MOST]))
    if len(shown) > _MOST:
        words += f" and {len(shown) - _MOST} more"
    name = class_name(labels, shown[0])
    return f"{words} · {name}" if name else words


def _difference(item: Disagreement) -> str:
    """Kind with its sign, and what can be measured of it."""
    words = f"{RELATION_SIGNS[item.relation]} {item.relation}"
    if item.region:
        return f"{words} · {item.area:,} px"
    both = item.reference_ids and item.prediction_ids
    # Rounded down, as everywhere: only what is equal reads 1.00.
    return f"{words} · IoU {int(item.iou * 100) / 100:.2f}" if both else f"{words} · {item.area:,} px"
