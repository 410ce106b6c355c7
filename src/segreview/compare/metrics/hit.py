"""When a pair is a hit: a threshold and its sign, compared exactly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from segreview.errors import SegreviewError

_SAFE = 1 << 62


@dataclass(frozen=True, slots=True)
class Hit:
    """IoU above a threshold, or at it.

    Parameters
    ----------
    threshold
        Written in decimals and kept exactly: 0.7 is 7/10, and 7 of 10 pixels reach it.
    strict
        Whether a pair must lie above the threshold (``>``) or may be at it (``>=``).
    """

    threshold: Fraction
    strict: bool

    def of(self, shared: np.ndarray, unions: np.ndarray) -> np.ndarray:
        """For every pair whether it is a hit, boolean; no rounding takes part."""
        found: np.ndarray = reached(shared, unions, [self])[:, 0]
        return found

    def __str__(self) -> str:
        """The rule as it is written: IoU >= 0.5."""
        return f"IoU {'>' if self.strict else '>='} {float(self.threshold):g}"


def reached(shared: np.ndarray, unions: np.ndarray, hits: Sequence[Hit]) -> np.ndarray:
    """Which pairs are hits by which of several rules of one sign, boolean ``(pairs, rules)``.

    Shares are compared as integers, ``shared * d >= unions * n`` for a threshold ``n / d``.
    """
    n, d = ([getattr(hit.threshold, part) for hit in hits] for part in ("numerator", "denominator"))
    if unions.size and max(d) * int(unions.max()) > _SAFE:
        shared, unions = shared.astype(object), unions.astype(object)
    left, right = np.multiply.outer(shared, d), np.multiply.outer(unions, n)
    found: np.ndarray = (left > right if hits[0].strict else left >= right).astype(bool)
    return found


def threshold_of(given: Any) -> Fraction:
    """One IoU threshold as an exact number, as it is written in decimals.

    Raises
    ------
    SegreviewError
        For what is no number above 0 and at most 1.
    """
    try:
        exact = given if isinstance(given, Fraction) else Fraction(str(given))
    except (ValueError, ZeroDivisionError):
        exact = Fraction(0)
    if not 0 < exact <= 1:
        raise SegreviewError(
            f"{given!r} is no IoU threshold.", "Give a number above 0 and at most 1, for example 0.5."
        )
    return exact


def thresholds_of(given: Any, default: Iterable[str]) -> tuple[Fraction, ...]:
    """IoU thresholds as exact numbers, from one number or several, or from what is usual.

    Raises
    ------
    SegreviewError
        For what is no number above 0 and at most 1, and for none at all.
    """
    wanted = default if given is None else given if isinstance(given, (list, tuple, np.ndarray)) else [given]
    exact = tuple(threshold_of(number) for number in wanted)
    if not exact:
        raise SegreviewError("There is no IoU threshold.", "Give one number or several, for example 0.5.")
    return exact
