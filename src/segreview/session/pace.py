"""How fast a reviewer judges, and how long the rest will take at that pace."""

from __future__ import annotations

from collections import deque
from statistics import median

PAUSE = 120.0
"""Seconds between two verdicts from which on the reviewer was doing something else."""
FEWEST = 5
"""Verdicts before which nothing is said about the pace."""
_KEPT = 20
"""Verdicts that the pace is taken from."""


class Pace:
    """Time that the last verdicts of this session took; longer pauses are left out.

    The median of them counts, so that a short break, or one hard item, changes little.
    """

    def __init__(self) -> None:
        self._steps: deque[tuple[float, int]] = deque(maxlen=_KEPT)
        self._last: float | None = None
        self._given = 0

    def note(self, now: float, verdicts: int = 1) -> None:
        """Note that verdicts were given, at a time in seconds."""
        if self._last is not None and now - self._last <= PAUSE:
            self._steps.append((now - self._last, verdicts))
        self._last = now
        self._given += verdicts

    def seconds_for(self, left: int) -> float | None:
        """Seconds that so many more verdicts will take; None while too few were given."""
        if self._given < FEWEST or not self._steps:
            return None
        return left * median(spent / verdicts for spent, verdicts in self._steps)


def time_left_text(seconds: float) -> str:
    """Time left in words, no more exact than it can be: ``about 12 min left``."""
    if seconds < 60:
        return "less than 1 min left"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"about {minutes} min left"
    return f"about {minutes / 60:.1f} h left"
