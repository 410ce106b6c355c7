"""Switches: everything about the window that the user turns on and off, kept from one start to the next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Coloring(StrEnum):
    """What the colour of a filled mask says."""

    SIDE = "side"
    IOU = "iou"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True)
class Switches:
    """How a review is shown, and what brush and verdicts do besides.

    Parameters
    ----------
    filled
        Masks are filled; otherwise outlines alone are drawn.
    coloring
        What the colour of a filled mask says.
    beside
        GT and model stand side by side, each over the image.
    legend
        A legend of lines and colours lies over the canvas.
    scale
        A scale bar lies over the canvas.
    heat
        The disagreement heatmap is shown.
    reference, prediction
        The GT, the model is shown.
    protect
        Other objects keep their pixels under brush and tools.
    protect_void
        Void keeps its pixels under brush and tools.
    advance
        A verdict that settles an item moves on to the next one.
    suspects
        What is likely wrong is looked for while the hands rest.
    traces
        Where the reasons of the current item are seen is drawn on it.
    hover
        A card beside the pointer says which objects lie under it.
    """

    filled: bool = False
    coloring: Coloring = Coloring.SIDE
    beside: bool = False
    legend: bool = False
    scale: bool = True
    heat: bool = False
    reference: bool = True
    prediction: bool = True
    protect: bool = True
    protect_void: bool = True
    advance: bool = True
    suspects: bool = True
    traces: bool = True
    hover: bool = True
