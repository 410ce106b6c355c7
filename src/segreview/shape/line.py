"""Lines that a hand has drawn over labels, as pixels and as walls through them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from segreview.model.box import Box


@dataclass(frozen=True)
class Line:
    """A polyline in one slice of an array.

    Parameters
    ----------
    points
        Its vertices in array indices, a number per axis; whole numbers are centres of pixels. They
        differ along ``axes`` alone.
    axes
        The two axes in which it is drawn.
    """

    points: tuple[tuple[float, ...], ...]
    axes: tuple[int, int]

    def pixels(self) -> np.ndarray:
        """Pixels under the line along ``axes``, ``(n, 2)``, each once; neighbours share a side.

        No two pixels on different sides of it touch, not even at a corner.
        """
        vertices = np.rint([[point[axis] for axis in self.axes] for point in self.points]).astype(np.int64)
        found = [vertices[:1], *(_steps(a, b) for a, b in itertools.pairwise(vertices))]
        return np.unique(np.concatenate(found), axis=0)

    def indices(self, shape: tuple[int, ...]) -> tuple[np.ndarray, ...]:
        """Index arrays of the pixels under the line in an array of this shape, in its slice alone."""
        pixels = self.pixels()
        inside = (pixels >= 0).all(axis=1) & (pixels < [shape[axis] for axis in self.axes]).all(axis=1)
        pixels = pixels[inside]
        at = [np.full(len(pixels), round(value)) for value in self.points[0]]
        for column, axis in enumerate(self.axes):
            at[axis] = pixels[:, column]
        return tuple(at)

    def wall(self, box: Box) -> np.ndarray:
        """Mask of a box's shape: the pixels under the line, and those before and behind it in every slice."""
        down, across = self.axes
        pixels = self.pixels() - [box.start[down], box.start[across]]
        size = [box.shape[down], box.shape[across]]
        pixels = pixels[(pixels >= 0).all(axis=1) & (pixels < size).all(axis=1)]
        flat = np.zeros(size, bool)
        flat[pixels[:, 0], pixels[:, 1]] = True
        flat = flat if down < across else flat.T
        hidden = tuple(axis for axis in range(box.ndim) if axis not in self.axes)
        return np.broadcast_to(np.expand_dims(flat, hidden), box.shape)


def _steps(start: np.ndarray, stop: np.ndarray) -> np.ndarray:
    """Pixels from one to another, in steps along one axis at a time, as near the straight line as can be."""
    distance = np.abs(stop - start)
    count = int(distance.sum())
    if not count:
        return start[None]
    # Each step is due when the line passes the border between two pixels.
    down, across = ((np.arange(n) + 0.5) / n for n in distance.tolist())
    order = np.argsort(np.concatenate([down, across]), kind="stable")
    goes_down = np.cumsum(order < distance[0])
    taken = np.stack([goes_down, np.arange(1, count + 1) - goes_down], axis=1)
    return np.concatenate([start[None], start + taken * np.sign(stop - start)])
