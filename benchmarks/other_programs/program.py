"""What is asked of a program, and what it is called."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

import numpy as np
from scene import Scene


@dataclass(frozen=True)
class Finding:
    """What was compared, and whether the program has what we wrote.

    Parameters
    ----------
    what
        In words, such as ``"masks of 60 objects"``.
    equal
        Whether all of it is equal.
    """

    what: str
    equal: bool


@dataclass(frozen=True)
class Program:
    """A program of the field.

    Parameters
    ----------
    name
        That of its package.
    ask
        Findings in a scene; it imports the program.
    """

    name: str
    ask: Callable[[Scene], Iterator[Finding]]

    @property
    def version(self) -> str | None:
        """Version that is installed, or None."""
        try:
            return version(self.name)
        except PackageNotFoundError:
            return None


def close(found: float, expected: float) -> bool:
    """Whether two figures are the same number, or both none."""
    return bool(np.isclose(found, expected, rtol=0, atol=1e-9, equal_nan=True))
