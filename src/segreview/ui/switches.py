"""Switches: everything about the window that the user turns on and off, kept from one start to the next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from segreview.triage.heat import Heat
from segreview.triage.remainder import TARGET


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
        A heatmap is shown, in place of filled masks.
    heatmap
        What the heatmap shows.
    lens
        The tolerance lens is on: what is jitter of outlines is faint in heatmap and queue.
    tolerance
        Pixels up to which it is.
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
    checks
        Now and then an item is drawn at random, to tell how much is left.
    target
        Share of all items that may be wrong and left when the reviewer stops.
    hover
        A card beside the pointer says which objects lie under it.
    """

    filled: bool = False
    coloring: Coloring = Coloring.SIDE
    beside: bool = False
    legend: bool = False
    scale: bool = True
    heat: bool = False
    heatmap: Heat = Heat.DIFFERENCE
    lens: bool = False
    tolerance: float = 2.0
    reference: bool = True
    prediction: bool = True
    protect: bool = True
    protect_void: bool = True
    advance: bool = True
    suspects: bool = True
    traces: bool = True
    checks: bool = True
    target: float = TARGET
    hover: bool = True

    @property
    def goal(self) -> float | None:
        """The target; None while nothing is drawn at random."""
        return self.target if self.checks else None

    def turned(self, **changes: Any) -> Switches:
        """Same switches with some of them turned; of filled masks and heatmap one at a time is shown."""
        if changes.get("filled"):
            changes = {"heat": False, **changes}
        elif changes.get("heat"):
            changes = {"filled": False, **changes}
        return replace(self, **changes)
