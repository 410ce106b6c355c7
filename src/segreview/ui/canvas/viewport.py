"""What the canvas shows of the labels, and which data pixel lies under each screen pixel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segreview.model.box import Box
from segreview.shape.lattice import Lattice
from segreview.shape.outline import REACH, sample_grid


@dataclass(frozen=True)
class Window:
    """The part of the scene that the canvas shows.

    Parameters
    ----------
    axes
        Axes of the labels that run down and across the screen.
    index
        Index into the labels on every other axis, 0 on these two.
    corner
        Coordinates of the screen's corner along ``axes``, from the centre of the labels' first pixel.
    size
        Height and width of the screen in its own pixels.
    pitch
        World length of a screen pixel.
    """

    axes: tuple[int, int]
    index: tuple[int, ...]
    corner: tuple[float, float]
    size: tuple[int, int]
    pitch: float

    def section(self, plane: np.ndarray) -> np.ndarray:
        """The two-dimensional array in view, its rows running down the screen."""
        at = tuple(slice(None) if axis in self.axes else n for axis, n in enumerate(self.index))
        return plane[at] if self.axes[0] < self.axes[1] else plane[at].T

    def lattice(self, rows: np.ndarray, columns: np.ndarray) -> Lattice:
        """Pixels of the labels where rows and columns of the screen meet."""
        along = dict(zip(self.axes, (rows, columns), strict=True))
        return Lattice(tuple(along.get(axis, np.array([n])) for axis, n in enumerate(self.index)))

    def flat(self, values: np.ndarray) -> np.ndarray:
        """Values of a lattice of this window as rows and columns of the screen."""
        hidden = tuple(axis for axis in range(values.ndim) if axis not in self.axes)
        section: np.ndarray = values.squeeze(hidden)
        return section if self.axes[0] < self.axes[1] else section.T

    def view_of(self, box: Box, mask: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Mask of a box as these rows and columns of the screen show it, as 0 and 1."""
        down, across = self.axes
        at = tuple(
            slice(None) if axis in self.axes else n - box.start[axis] for axis, n in enumerate(self.index)
        )
        section = mask[at] if down < across else mask[at].T
        down_index, across_index = rows - box.start[down], columns - box.start[across]
        inside = [
            np.flatnonzero((index >= 0) & (index < length))
            for index, length in zip((down_index, across_index), section.shape, strict=True)
        ]
        view = np.zeros((rows.size, columns.size), np.uint8)
        view[np.ix_(*inside)] = section[np.ix_(down_index[inside[0]], across_index[inside[1]])]
        return view

    def holds(self, box: Box) -> bool:
        """Whether a box of the labels meets the slice in view."""
        others = (axis for axis in range(box.ndim) if axis not in self.axes)
        return all(box.start[axis] <= self.index[axis] < box.stop[axis] for axis in others)


@dataclass(frozen=True, eq=False)
class Grid:
    """Which rows and columns of a section a picture shows, and where on the labels it lies.

    Parameters
    ----------
    indices
        Data index of each row and of each column of the picture.
    start
        Coordinates of the centre of its first pixel, from the centre of the labels' first pixel.
    pixel
        World size of its pixels.
    origin
        Row and column of its first pixel on an endless screen with the same pixels.
    """

    indices: tuple[np.ndarray, np.ndarray]
    start: tuple[float, float]
    pixel: tuple[float, float]
    origin: tuple[int, int]

    @classmethod
    def of_window(cls, window: Window, spacing: np.ndarray, shape: np.ndarray) -> Grid:
        """Grid of a window, a little wider, so that lines do not end at the edge of the screen."""
        pitch, indices, start, origin = window.pitch, [], [], []
        for axis, corner, size in zip(window.axes, window.corner, window.size, strict=True):
            edge = corner - REACH * pitch
            first, shown = sample_grid(edge, pitch, size + 2 * REACH, spacing[axis], shape[axis])
            indices.append(shown)
            start.append(edge + (first + 0.5) * pitch)
            origin.append(round(edge / pitch) + first)
        return cls((indices[0], indices[1]), (start[0], start[1]), (pitch, pitch), (origin[0], origin[1]))

    @property
    def empty(self) -> bool:
        """Whether there is nothing to see."""
        return not (self.indices[0].size and self.indices[1].size)
