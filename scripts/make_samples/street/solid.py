"""Solids with flat faces: which of them are seen, in what order, and how bright."""

from dataclasses import dataclass, field

import numpy as np

from make_samples.street.camera import EYE, lit
from make_samples.street.canvas import Canvas

Decal = tuple[np.ndarray, tuple[int, int, int]]


@dataclass
class Face:
    """A flat face, its colour, and the details painted on it; corners in metres, float64 ``(N, 3)``."""

    corners: np.ndarray
    colour: tuple[int, int, int]
    decals: list[Decal] = field(default_factory=list)

    def moved(self, step: np.ndarray) -> "Face":
        """Face moved by a step of x, y and z in metres."""
        return Face(self.corners + step, self.colour, [(outline + step, c) for outline, c in self.decals])


@dataclass(frozen=True)
class Place:
    """Where a body stands: origin on the ground in metres, and a turn about the vertical in radians.

    At turn 0 the body's own z axis runs forward, away from the camera; a positive turn goes to the right.
    """

    x: float
    z: float
    turn: float = 0.0

    def world(self, points: np.ndarray) -> np.ndarray:
        """World coordinates of points ``(N, 3)`` given in the body's own."""
        x, y, z = np.asarray(points, float).T
        cosine, sine = np.cos(self.turn), np.sin(self.turn)
        return np.stack([self.x + cosine * x + sine * z, y, self.z - sine * x + cosine * z], axis=1)


def draw_solid(canvas: Canvas, faces: list[Face], place: Place, segment: int) -> None:
    """Draw the faces that look at the camera, from far to near, each with its details."""
    eye = np.array([0.0, EYE, 0.0])
    middle = place.world(np.concatenate([face.corners for face in faces])).mean(axis=0)
    seen = []
    for face in faces:
        corners = place.world(face.corners)
        centre = corners.mean(axis=0)
        normal = _normal(corners)
        if normal @ (centre - middle) < 0:
            normal = -normal
        if normal @ (centre - eye) < 0:
            seen.append((float(np.linalg.norm(centre - eye)), face, corners, normal))
    for _, face, corners, normal in sorted(seen, key=lambda item: -item[0]):
        canvas.polygon(corners, lit(face.colour, normal), segment)
        for outline, colour in face.decals:
            canvas.polygon(place.world(outline), lit(colour, normal), segment)


def _normal(corners: np.ndarray) -> np.ndarray:
    """Unit normal of a nearly flat polygon ``(N, 3)`` by Newell's method."""
    normal = np.cross(corners, np.roll(corners, -1, axis=0)).sum(axis=0)
    return normal / np.linalg.norm(normal)


def disc(x: float, y: float, z: float, radius: float) -> np.ndarray:
    """Disc that stands along the z axis, as a polygon ``(24, 3)``."""
    turn = np.arange(24) * np.pi / 12
    return np.stack([np.full(24, x), y + radius * np.sin(turn), z + radius * np.cos(turn)], axis=1)


def upright(x: float, box: tuple[float, float, float, float]) -> np.ndarray:
    """Rectangle in the plane X = `x`, ``(4, 3)``; `box` is ``(y0, y1, z0, z1)``."""
    y0, y1, z0, z1 = box
    return np.array([[x, y0, z0], [x, y1, z0], [x, y1, z1], [x, y0, z1]])


def facing(z: float, box: tuple[float, float, float, float]) -> np.ndarray:
    """Rectangle in the plane Z = `z`, ``(4, 3)``; `box` is ``(x0, x1, y0, y1)``."""
    x0, x1, y0, y1 = box
    return np.array([[x0, y0, z], [x1, y0, z], [x1, y1, z], [x0, y1, z]])
