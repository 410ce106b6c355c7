"""The canvas: picture and segment map, painted together from far to near."""

from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw
from scipy.spatial import ConvexHull

from make_samples.street.camera import FOCAL, HEIGHT, SUN, WIDTH, hazed, in_front, project

FINE = 2
"""Both are drawn with this many times the pixels per side; the picture is averaged, the map is sampled."""

CIRCLE = np.stack([np.cos(np.arange(20) * np.pi / 10), np.sin(np.arange(20) * np.pi / 10)], axis=1)


class Canvas:
    """A picture and the segment each of its pixels shows.

    Parameters
    ----------
    coloured : bool
        False to draw only the segment map.

    Notes
    -----
    A `segment` of None leaves the map alone: for details on a surface that is there already.
    """

    def __init__(self, coloured: bool = True) -> None:
        size = (WIDTH * FINE, HEIGHT * FINE)
        self.picture = Image.new("RGB", size if coloured else (1, 1))
        self._segments = Image.new("I", size)
        self._brush = ImageDraw.Draw(self.picture) if coloured else None
        self._pen = ImageDraw.Draw(self._segments)

    def polygon(self, corners: np.ndarray, colour: np.ndarray, segment: int | None) -> None:
        """Fill a polygon of world points, float64 ``(N, 3)``."""
        front = in_front(np.asarray(corners, float))
        if len(front):
            self.flat(project(front), hazed(colour, float(front[:, 2].mean())), segment)

    def flat(self, corners: np.ndarray, colour: np.ndarray, segment: int | None) -> None:
        """Fill a polygon of image points ``(x, y)``, float64 ``(N, 2)``; the colour is taken as it is."""
        # Whole pixels of the fine canvas: the last bit of a float must not decide which pixels are filled.
        points = [(int(x), int(y)) for x, y in np.rint(np.clip(corners, -5e3, 8e3) * FINE)]
        if self._brush is not None:
            self._brush.polygon(points, fill=tuple(int(c) for c in np.clip(np.rint(colour), 0, 255)))
        if segment is not None:
            self._pen.polygon(points, fill=segment)

    def cover(self, corners: np.ndarray, segment: int) -> None:
        """Give a polygon of world points to a segment without painting it."""
        front = in_front(np.asarray(corners, float))
        if len(front):
            points = [(int(x), int(y)) for x, y in np.rint(project(front) * FINE)]
            self._pen.polygon(points, fill=segment)

    def blob(self, balls: list[tuple[float, ...]], colour: np.ndarray, segment: int | None) -> None:
        """Fill the hull of balls ``(x, y, z, radius)`` in metres, with a brighter side towards the sun."""
        self._hull(np.array(balls, float), np.asarray(colour) * 0.8, segment)
        lighter = np.array(balls, float)
        lighter[:, :2] += 0.28 * lighter[:, 3:] * SUN[:2]
        lighter[:, 3] *= 0.62
        self._hull(lighter, np.asarray(colour) * 1.04, None)

    def _hull(self, balls: np.ndarray, colour: np.ndarray, segment: int | None) -> None:
        balls = balls[balls[:, 2] > 1]
        if len(balls) and (self._brush is not None or segment is not None):
            radii = balls[:, 3] * FOCAL / balls[:, 2]
            points = (project(balls[:, :3])[:, None] + radii[:, None, None] * CIRCLE).reshape(-1, 2)
            hull = points if len(balls) == 1 else points[ConvexHull(points).vertices]
            self.flat(hull, hazed(colour, float(balls[:, 2].mean())), segment)

    def line(self, points: np.ndarray, radius: float, colour: np.ndarray, segment: int | None) -> None:
        """Draw a rod of `radius` metres through world points, float64 ``(N, 3)``."""
        points = np.asarray(points, float)
        for start, stop in pairwise(points):
            self._hull(np.array([[*start, radius], [*stop, radius]]), colour, segment)

    def segments(self) -> np.ndarray:
        """Segment map, int32 ``(HEIGHT, WIDTH)``."""
        return np.array(self._segments)[FINE // 2 :: FINE, FINE // 2 :: FINE].astype(np.int32)

    def photograph(self) -> np.ndarray:
        """Picture at its final size, uint8 ``(HEIGHT, WIDTH, 3)``."""
        return np.array(self.picture.reduce(FINE))
