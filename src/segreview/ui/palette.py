"""Colours and names that carry a meaning, the same on canvas, in tables and in crops.

The two sides are told apart by the blue and the orange of the Okabe-Ito palette, which people with
any colour vision can tell apart; nothing is told by colour alone.
"""

from __future__ import annotations

from segreview.compare.disagreement import Relation
from segreview.session.status import Status

GT_COLOR = "#56B4E9"
MODEL_COLOR = "#E69F00"
QUIET_COLOR = "#8A9199"

RELATION_SIGNS = {
    Relation.MATCHED: "=",
    Relation.BOUNDARY: "≈",
    Relation.POOR: "◔",
    Relation.SPLIT: "÷",
    Relation.MERGED: "∪",
    Relation.MANY: "∷",
    Relation.CLASS: "≠",
    Relation.MISSED: "−",
    Relation.SPURIOUS: "+",
    Relation.IGNORED: "·",
}

RELATION_HINTS = {
    Relation.MATCHED: "GT and model agree",
    Relation.BOUNDARY: "the same object, with an outline that differs",
    Relation.POOR: "GT and model overlap, but too little for a match",
    Relation.SPLIT: "one GT object, several in the model",
    Relation.MERGED: "several GT objects, one in the model",
    Relation.MANY: "several objects on both sides",
    Relation.CLASS: "the same object in another class",
    Relation.MISSED: "in the GT only: the model misses it, or it is not there",
    Relation.SPURIOUS: "in the model only: it is not there, or the GT misses it",
    Relation.IGNORED: "lies in void, takes part in no figure",
}

STATUS_SIGNS = {
    Status.OPEN: "○",
    Status.JUDGED: "●",
    Status.EDITED: "◐",
    Status.RESOLVED: "✓",
    Status.AGREED: "",
}


def rgb(color: str) -> tuple[float, float, float]:
    """Red, green and blue, 0 to 1, of a color written as ``#RRGGBB``."""
    red, green, blue = (int(color[n : n + 2], 16) / 255 for n in (1, 3, 5))
    return red, green, blue
