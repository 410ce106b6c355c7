"""The camera of the car: a pinhole that looks straight down the street.

World coordinates are metres: X to the right, Y up from the road, Z forward; the camera is at ``(0, EYE, 0)``.
"""

import numpy as np

WIDTH, HEIGHT = 2048, 1024
FOCAL = 1700.0
"""Focal length in pixels."""
VANISHING = np.array([1010.0, 430.0])
"""Image point ``(x, y)`` at which the street vanishes."""
EYE = 2.0
NEAR = 2.0
"""Metres; what is nearer is cut off."""

SUN = np.array([-0.49, 0.74, -0.46])
"""Unit vector towards the sun: left, up and behind the camera."""
HAZE = np.array([206.0, 215.0, 224.0])
HAZE_DISTANCE = 260.0
"""Metres after which all but 1/e of a colour has turned into `HAZE`."""


def project(points: np.ndarray) -> np.ndarray:
    """Image points ``(x, y)`` in pixels, float64 ``(N, 2)``, of world points ``(N, 3)`` before the camera."""
    points = np.asarray(points, float)
    scale = FOCAL / points[:, 2:]
    return VANISHING + scale * (points[:, :2] - [0, EYE]) * [1, -1]


def in_front(polygon: np.ndarray) -> np.ndarray:
    """Part of a polygon ``(N, 3)`` that lies beyond the near plane; ``(0, 3)`` when nothing does.

    Sutherland and Hodgman's clipping with the one plane ``Z = NEAR``.
    """
    kept: list[np.ndarray] = []
    for start, stop in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        if start[2] >= NEAR:
            kept.append(start)
        if (start[2] >= NEAR) != (stop[2] >= NEAR):
            kept.append(start + (stop - start) * (NEAR - start[2]) / (stop[2] - start[2]))
    return np.array(kept).reshape(-1, 3)


def hazed(colour: np.ndarray, distance: float) -> np.ndarray:
    """Colour, float64 ``(3,)`` from 0 to 255, as seen through the air of `distance` metres."""
    clear = np.exp(-distance / HAZE_DISTANCE)
    return np.asarray(colour) * clear + HAZE * (1 - clear)


def lit(colour: np.ndarray, normal: np.ndarray) -> np.ndarray:
    """Colour of a matt surface with this unit normal in the light of sun and sky."""
    return np.asarray(colour) * (0.62 + 0.45 * max(0.0, float(normal @ SUN)))
