"""Colours and names that carry a meaning, the same on canvas, in tables and in crops.

The two sides are told apart by the blue and the orange of the Okabe-Ito palette, which people with
any colour vision can tell apart; nothing is told by colour alone.
"""

from __future__ import annotations

from colorsys import hsv_to_rgb

from segreview.compare.disagreement import Relation
from segreview.session.status import Status
from segreview.session.verdict import Judgement

GT_COLOR = "#56B4E9"
MODEL_COLOR = "#E69F00"
QUIET_COLOR = "#8A9199"
MARK_COLOR = "#F0E442"
"""The current item where it is a region rather than an object."""

IOU_COLORS = (
    "#FDE725",
    "#B5DE2B",
    "#6DCD59",
    "#35B779",
    "#1F9E89",
    "#26828E",
    "#31688E",
    "#3E4989",
)
"""From low to high IoU, bright to calm; in an order that any colour vision sees (viridis, CC0)."""

HEAT_COLORS = (
    "#6B1D81",
    "#922B80",
    "#BB3878",
    "#E14C66",
    "#F7735C",
    "#FEA26E",
    "#FECF92",
    "#FCFDBF",
)
"""From little to much, in steps that the eye sees alike (the upper part of magma, CC0)."""

SIGNED_COLORS = (
    "#0B62B0",
    "#6183C1",
    "#94A6D2",
    "#C4CBE2",
    "#F2F2F2",
    "#E6CAB6",
    "#D6A47C",
    "#C17E45",
    "#A85A00",
)
"""From much below 0, in the GT's blue, to much above it, in the model's orange; even steps in CIELAB."""

LONE_COLOR = "#E0559B"
"""Objects without a partner; they are hatched as well."""
NEW_COLOR = "#CC79A7"
"""What a tool would make; what it keeps has the colour of a mark."""

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
    Relation.UNCLAIMED: "◌",
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
    Relation.UNCLAIMED: "neither side has it, but it looks like the other objects",
}

STATUS_SIGNS = {
    Status.OPEN: "○",
    Status.JUDGED: "●",
    Status.EDITED: "◐",
    Status.RESOLVED: "✓",
    Status.AGREED: "",
}

JUDGEMENT_SIGNS = {
    Judgement.PREDICTION_WRONG: "◀",
    Judgement.REFERENCE_WRONG: "▶",
    Judgement.BOTH_WRONG: "✕",
    Judgement.BOTH_FINE: "✓",
    Judgement.UNSURE: "?",
    Judgement.IGNORE: "⊘",
}
"""The arrows point to the side that is right: the GT stands on the left, the model on the right."""


def rgb(color: str) -> tuple[float, float, float]:
    """Red, green and blue, 0 to 1, of a color written as ``#RRGGBB``."""
    red, green, blue = (int(color[n : n + 2], 16) / 255 for n in (1, 3, 5))
    return red, green, blue


def rgb_bytes(color: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, of a color written as ``#RRGGBB``."""
    red, green, blue = (round(255 * part) for part in rgb(color))
    return red, green, blue


def stable_color(number: int) -> tuple[int, int, int]:
    """Colour that always belongs to a number, 0 to 255; those of numbers in a row are easy to tell apart."""
    hue = number * 0.618034 % 1  # the golden section spreads any count of hues evenly
    light, strength = ((0.95, 0.75), (0.75, 0.95), (0.9, 0.45))[number % 3]
    red, green, blue = (round(255 * part) for part in hsv_to_rgb(hue, strength, light))
    return red, green, blue
