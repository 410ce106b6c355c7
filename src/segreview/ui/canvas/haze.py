"""Haze: the disagreement in view with its jitter faint, drawn below the outlines.

It takes the heatmap as it is and the lens as far as it has been looked through, both for the pixels
of the screen alone: another tolerance costs no more than choosing their colours again.
"""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from napari.layers import Image

from segreview.compare.lens import Lens
from segreview.model.box import Box
from segreview.model.edit import touched_cells
from segreview.ui.canvas.viewport import Window

FAINT = 0.22
"""Strength of what is jitter, as a share of that of real errors."""

_ROUNDING = 1e-4


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
        self._seen: tuple[Hashable, np.ndarray] = (None, np.zeros((0, 0), np.float32))
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
        colors = self._draw(window, rows, columns)
        weaker = picture[..., 3] < colors[..., 3]
        np.copyto(picture.view(np.uint32)[..., 0], colors.view(np.uint32)[..., 0], where=weaker)

    def _draw(self, window: Window, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        low, high = self._layer.contrast_limits
        heat = window.section(self._layer.data)[np.ix_(rows, columns)]
        codes = np.clip((heat - np.float32(low)) * np.float32(255 / (high - low)), 0, 255).astype(np.int16)
        codes += 256 * (self._reach(window, rows, columns) > self.tolerance + _ROUNDING)
        table = self._colors.view(np.uint32).ravel()
        return table.take(codes).view(np.uint8).reshape(*codes.shape, 4)

    def _reach(self, window: Window, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Reach of the pixels of the screen; infinite where nobody has looked yet."""
        key = window, rows[0], rows.size, columns[0], columns.size, self.lens.version
        if self._seen[0] != key:
            (rows, row_of), (columns, column_of) = (
                np.unique(i, return_inverse=True) for i in (rows, columns)
            )
            found = _reaches(self.lens, window, rows, columns, self._layer.data.shape)
            self._seen = key, found[np.ix_(row_of, column_of)]
        return self._seen[1]


def _reaches(
    lens: Lens, window: Window, rows: np.ndarray, columns: np.ndarray, shape: tuple[int, ...]
) -> np.ndarray:
    """Reach of some rows and columns of a slice, each index once and ascending."""
    found = np.zeros((rows.size, columns.size), np.float32)
    down, across = window.axes
    start, stop = list(window.index), [n + 1 for n in window.index]
    for axis, indices in ((down, rows), (across, columns)):
        start[axis], stop[axis] = int(indices[0]), int(indices[-1]) + 1
    for cell in touched_cells([Box(tuple(start), tuple(stop))], shape):
        tile = lens.seen(cell)
        if tile is None:
            inside = (_span(rows, cell, down), _span(columns, cell, across))
            found[inside] = np.inf
        elif tile.places.size:
            at = [i + a for i, a in zip(np.unravel_index(tile.places, cell.shape), cell.start, strict=True)]
            here = np.ones(tile.places.size, bool)
            for axis, n in enumerate(window.index):
                if axis not in window.axes:
                    here &= at[axis] == n
            row, on_row = _places(rows, at[down])
            column, on_column = _places(columns, at[across])
            here &= on_row & on_column
            found[row[here], column[here]] = tile.reaches[here]
    return found


def _span(indices: np.ndarray, cell: Box, axis: int) -> slice:
    """Places of the indices that lie in a cell."""
    return slice(*np.searchsorted(indices, (cell.start[axis], cell.stop[axis])).tolist())


def _places(indices: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where wanted indices stand among ascending ones, and which of them are there."""
    places = np.searchsorted(indices, wanted).clip(max=indices.size - 1)
    return places, indices[places] == wanted
