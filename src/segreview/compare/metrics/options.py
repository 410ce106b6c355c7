"""Options that several conventions share, and how numbers among them are checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from segreview.errors import SegreviewError


@dataclass(frozen=True, slots=True)
class NoOptions:
    """Nothing can be chosen."""


def whole_number(name: str, given: Any, least: int | None = None, most: int | None = None) -> int:
    """An option that is a whole number.

    Raises
    ------
    SegreviewError
        When it is none, or lies below the least or above the most that it can be.
    """
    if not isinstance(given, (int, np.integer)) or isinstance(given, bool):
        raise SegreviewError(f"{name}={given!r} is no whole number.", f"For example {name}={least or 1}.")
    if (least is not None and given < least) or (most is not None and given > most):
        bounds = [f"from {least}"] * (least is not None) + [f"up to {most}"] * (most is not None)
        raise SegreviewError(f"{name}={given} cannot be.", f"Give a number {' '.join(bounds)}.")
    return int(given)
