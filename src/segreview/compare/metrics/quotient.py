"""Quotients and means of figures that may have no denominator."""

from __future__ import annotations

from collections.abc import Iterable
from math import isnan, nan


def share(part: float, whole: float, empty: float = nan) -> float:
    """Part of a whole; `empty` where there is no whole."""
    return part / whole if whole else empty


def mean_of_known(values: Iterable[float]) -> float:
    """Mean of the values that are numbers; nan when there are none."""
    known = [value for value in values if not isnan(value)]
    return share(sum(known), len(known))
