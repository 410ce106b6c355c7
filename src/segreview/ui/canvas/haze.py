"""Haze: the heatmap in view with its jitter faint, below the outlines.

It takes the heatmap as it is drawn and the lens as far as it has been looked through. What the lens knows is
kept as a small number for each pixel, so that another view or tolerance looks up the pixels of the
screen and chooses their colours again.
"""

from __future__ import annotations

import numpy as np

from segreview.compare.lens import Lens, Tile
from segreview.model.box import Box
from segreview.shape.fill import Ground
from segreview.shape.outline import sample_view
from segreview.ui.canvas.viewport import Window

STEP = 0.5
"""Pixels of tolerance that are told apart."""

FAINT = 0.22
"""Strength of what is jitter, as a share of that of real errors."""

_ROUNDING = 1e-4
_NEVER = 255
"""Of pixels that are jitter at no tolerance, or that nobody has looked at yet."""


class Haze:
    """What the lens leaves of a heatmap.

    Parameters
    ----------
    lens
        Tells how far outlines lie apart.
    shape
        Shape of the labels.
    tolerance
        Pixels up to which it is jitter.
    """

    def __init__(self, lens: Lens, shape: tuple[int, ...], tolerance: float) -> None:
        self.lens = lens
        self.tolerance = tolerance
        self._steps = np.full(shape, _NEVER, np.uint8)
        self._taken: dict[Box, Tile] = {}
        self._version = -1  # of the lens that was taken over

    def over(self, ground: Ground, window: Window, rows: np.ndarray, columns: np.ndarray) -> Ground:
        """The same colours, those of jitter faint.

        Parameters
        ----------
        ground
            Colours of the heatmap.
        window
            What the canvas shows.
        rows, columns
            Data index of each row and of each column of the picture.
        """
        self._take_over()
        steps = sample_view(window.section(self._steps), rows, columns)
        jitter = steps <= self.tolerance / STEP + _ROUNDING
        faint = np.round(ground.colors * np.array([1, 1, 1, FAINT])).astype(np.uint8)
        levels = ground.levels.astype(np.uint16) + len(ground.colors) * jitter.astype(np.uint16)
        return Ground(levels, np.concatenate([ground.colors, faint]))

    def _take_over(self) -> None:
        """Take over what the lens knows now and did not before, and forget what it has forgotten."""
        if self._version == self.lens.version:
            return
        tiles, self._version = self.lens.tiles, self.lens.version
        for cell in self._taken.keys() - tiles.keys():
            self._steps[cell.slices] = _NEVER
        for cell, tile in tiles.items():
            if self._taken.get(cell) is not tile:
                self._steps[cell.slices] = steps_of(tile, cell)
        self._taken = dict(tiles)


def steps_of(tile: Tile, cell: Box) -> np.ndarray:
    """Number of steps of tolerance from which on each pixel is jitter, uint8: 0 where the sides agree."""
    steps = np.zeros(cell.size, np.uint8)
    steps[tile.places] = np.minimum(np.ceil((tile.reaches - _ROUNDING) / STEP), _NEVER)
    return steps.reshape(cell.shape)
