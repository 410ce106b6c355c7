"""Lattices: the pixels of an array that a picture shows, every so many of them or all of a box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from segreview.model.box import Box


@dataclass(frozen=True, eq=False)
class Lattice:
    """Pixels at which the indices of all axes meet; what is made of them costs what is shown.

    Parameters
    ----------
    indices
        Indices along each axis, ascending and each once.
    """

    indices: tuple[np.ndarray, ...]

    @classmethod
    def of_box(cls, box: Box) -> Lattice:
        """Every pixel of a box."""
        return cls(tuple(np.arange(a, b) for a, b in zip(box.start, box.stop, strict=True)))

    @classmethod
    def of_pixel(cls, index: Sequence[int]) -> Lattice:
        """A single pixel."""
        return cls(tuple(np.array([n]) for n in index))

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of indices along each axis."""
        return tuple(part.size for part in self.indices)

    def view(self, plane: np.ndarray) -> np.ndarray:
        """What an array holds at these pixels, in the shape of the lattice."""
        found: np.ndarray = plane[np.ix_(*self.indices)]
        return found

    def places(self, mask: np.ndarray) -> np.ndarray:
        """Array indices of some of the pixels, ``(n, ndim)``, in the order of ``mask[mask]``."""
        return np.stack([part[at] for part, at in zip(self.indices, np.nonzero(mask), strict=True)], axis=1)
