"""Fields: figures of every pixel, of which windows are made when they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from segreview.model.box import Box

FULL = np.iinfo(np.uint16).max
"""What stands for a share of 1."""


@dataclass(frozen=True, eq=False)
class Field:
    """Figures of every pixel of an image, for whoever reads only windows of them.

    Parameters
    ----------
    make
        Figures of the pixels in a box, as of the whole image.
    """

    make: Callable[[Box], np.ndarray]

    def __getitem__(self, window: tuple[slice, ...]) -> np.ndarray:
        return self.make(Box.of_slices(window))


class Shares:
    """Share of each class at every pixel, kept in 16 bits: all of a large image fit into memory.

    Parameters
    ----------
    count
        Number of classes.
    shape
        Shape of the image.
    """

    def __init__(self, count: int, shape: tuple[int, ...]) -> None:
        self._stored = np.zeros((count, *shape), np.uint16)

    def __len__(self) -> int:
        return len(self._stored)

    def write(self, box: Box, shares: np.ndarray) -> None:
        """Keep the shares of the pixels in a box, ``(count, n)``, 0 to 1, in raster order."""
        rounded = np.rint(shares * FULL).reshape(-1, *box.shape)
        self._stored[(slice(None), *box.slices)] = rounded

    def __getitem__(self, code: int) -> Field:
        """Share of one class, float32."""
        stored = self._stored[code]
        return Field(lambda box: stored[box.slices] / np.float32(FULL))
