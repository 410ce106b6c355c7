"""What a figure would be once the reference of an item had the shape of the prediction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isnan

from segreview.compare.stakes import Stakes


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A figure before and after a change.

    Parameters
    ----------
    name
        ``"PQ"``, ``"AP"`` or ``"Dice"`` of all objects, whatever their class, or ``"mIoU"`` or ``"Dice"``
        of classes.
    before, after
        Its values; nan where there is nothing to count.
    """

    name: str
    before: float
    after: float


def what_if_taken(stakes: Stakes, number: int, metrics: Iterable[str]) -> tuple[WhatIf, ...]:
    """What taking the prediction's masks would do to some figures; none for an item that takes part in none.

    The neighbours of the item are left as they are; what the prediction takes from them is not counted.

    Parameters
    ----------
    stakes
        Holds the item whose reference would have the shape of its prediction.
    number
        Its number there.
    metrics
        Names of the figures.
    """
    every = (WhatIf(name, stakes.before(name), float(stakes.after(name, [number])[0])) for name in metrics)
    return tuple(one for one in every if not (isnan(one.before) or isnan(one.after)))
