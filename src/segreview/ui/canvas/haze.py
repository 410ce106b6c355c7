"""Haze: the disagreement in view with its jitter faint, drawn below the outlines.

It takes the heatmap as it is and the lens as far as it has been looked through. What the lens knows is
kept as a small number for each pixel, so that another view or tolerance looks up the pixels of the
screen and chooses their colours again.
"""

from __future__ import annotations

import numpy as np
from napari.layers import Image

from segreview.compare.lens import Lens, Tile
from segreview.model.box import Box
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
    """What the lens leaves of the heatmap.

    Parameters
    ----------
    lens
        Tells how far outlines lie apart.
    layer
        The heatmap: its values and its colours.
    tolerance
        Pixels up to which it is jitter.
    """

    def __init__(self, lens: Lens, layer: Image, tolerance: float) -> None:
        self.lens = lens
        self.tolerance = tolerance
        self._layer = layer
        self._steps = np.full(layer.data.shape, _NEVER, np.uint8)
        self._taken: dict[Box, Tile] = {}
        self._version = -1  # of the lens that was taken over
        strong = np.asarray(layer.colormap.map(np.linspace(0, 1, 256)), np.float32)
        faint = strong * (1, 1, 1, FAINT)
        self._colors = np.round(np.concatenate([faint, strong]) * 255).astype(np.uint8)

    def lay_under(self, picture: np.ndarray, window: Window, rows: np.ndarray, columns: np.ndarray) -> None:
        """Colour the pixels of an RGBA picture that nothing stronger is drawn on, in place.

        Parameters
        ----------
        picture
            Outlines and areas, ``(H, W, 4)``.
        window
            What the canvas shows.
        rows, columns
            Data index of each row and of each column of the picture.
        """
        self._take_over()
        colors = self._draw(window, rows, columns)
        weaker = picture[..., 3] < colors[..., 3]
        np.copyto(picture.view(np.uint32)[..., 0], colors.view(np.uint32)[..., 0], where=weaker)

    def _draw(self, window: Window, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        low, high = self._layer.contrast_limits
        heat, steps = (
            sample_view(window.section(data), rows, columns) for data in (self._layer.data, self._steps)
        )
        codes = np.clip((heat - np.float32(low)) * np.float32(255 / (high - low)), 0, 255).astype(np.int16)
        codes += 256 * (steps > self.tolerance / STEP + _ROUNDING)
        table = self._colors.view(np.uint32).ravel()
        return table.take(codes).view(np.uint8).reshape(*codes.shape, 4)

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
