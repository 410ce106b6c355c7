"""Figures of suspicion of cleanlab, which no convention of agreement gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from golden_folder import cases_of

FILE = "cleanlab.json"


def cases() -> list[dict[str, Any]]:
    """All cases."""
    return cases_of(FILE)


CHECKS: dict[str, Callable[[dict[str, Any]], None]] = {}

_RANKING = "ranks pixels and images by a model's probabilities; the program does not do so yet"

NOT_OURS = {
    "softmin image scores (temperature 0.1)": _RANKING,
    "issue pixels per image": _RANKING,
}
