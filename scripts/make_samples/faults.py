"""The errors annotators make, as pure functions of one object's mask: bool ``(Y, X)`` in and out."""

import numpy as np
from scipy import ndimage
from skimage.draw import polygon2mask

Random = np.random.Generator


def shifted(mask: np.ndarray, dy: int, dx: int) -> np.ndarray:
    """Mask moved by whole pixels; what leaves the image is lost."""
    return ndimage.shift(mask.astype(np.uint8), (dy, dx), order=0).astype(bool)


def described_shift(dy: int, dx: int) -> str:
    """Say in words how far something was moved, in pixels down and to the right."""
    vertical = f"{abs(dy)} px {'down' if dy > 0 else 'up'}"
    return f"moved {vertical} and {abs(dx)} px to the {'right' if dx > 0 else 'left'}"


def dilated(mask: np.ndarray, width: float) -> np.ndarray:
    """Mask grown by `width` pixels on all sides."""
    return ndimage.distance_transform_edt(~mask) <= width


def crude_polygon(mask: np.ndarray, corners: int, turn: float, reach: float = 1.15) -> np.ndarray:
    """Polygon of few corners, as drawn in a hurry.

    The corners lie in `corners` evenly spaced directions from the centroid, the first at `turn` radians, and
    `reach` times as far as the mask reaches in that direction.
    """
    y, x = np.nonzero(mask)
    centre = np.array([y.mean(), x.mean()])
    angle = np.arctan2(y - centre[0], x - centre[1])
    distance = np.hypot(y - centre[0], x - centre[1])
    points = []
    for direction in turn + 2 * np.pi * np.arange(corners) / corners:
        near = np.cos(angle - direction) > np.cos(np.pi / 12)
        length = reach * (distance[near].max() if near.any() else 1.0)
        points.append(centre + length * np.array([np.sin(direction), np.cos(direction)]))
    return polygon2mask(mask.shape, np.array(points))


def half(mask: np.ndarray, turn: float) -> np.ndarray:
    """Part of the mask on one side of a line through its centroid.

    The line crosses the long axis of the mask, turned by `turn` radians.
    """
    y, x = np.nonzero(mask)
    offsets = np.stack([y - y.mean(), x - x.mean()])
    _, axes = np.linalg.eigh(np.cov(offsets))
    long_axis = axes[:, -1] * np.sign(axes[np.argmax(np.abs(axes[:, -1])), -1])
    cosine, sine = np.cos(turn), np.sin(turn)
    normal = np.array([[cosine, -sine], [sine, cosine]]) @ long_axis
    part = np.zeros_like(mask)
    side = normal @ offsets > 0
    part[y[side], x[side]] = True
    return part


def hole(mask: np.ndarray, share: float, rng: Random) -> np.ndarray:
    """Round patch of `share` of the mask's area, inside it and off its centre."""
    depth = ndimage.distance_transform_edt(mask)
    radius = np.sqrt(share * mask.sum() / np.pi)
    room = np.argwhere(depth >= min(radius + 2, depth.max()))
    centre = room[rng.integers(len(room))]
    y, x = np.ogrid[: mask.shape[0], : mask.shape[1]]
    return ((y - centre[0]) ** 2 + (x - centre[1]) ** 2 <= radius**2) & (depth > 2)


def sliver(mask: np.ndarray, width: float, span: float, turn: float) -> np.ndarray:
    """Arc of the rim just outside the mask: `width` pixels wide, `span` radians long, centred at `turn`."""
    distance = ndimage.distance_transform_edt(~mask)
    y, x = np.nonzero((distance > 0) & (distance <= width))
    centre = ndimage.center_of_mass(mask)
    angle = np.arctan2(y - centre[0], x - centre[1])
    near = np.cos(angle - turn) > np.cos(span / 2)
    rim = np.zeros_like(mask)
    rim[y[near], x[near]] = True
    return largest(rim)


def jittered(mask: np.ndarray, rng: Random) -> np.ndarray:
    """Mask whose outline trembles by at most one pixel inwards or outwards."""
    inside = ndimage.distance_transform_edt(mask)
    outside = ndimage.distance_transform_edt(~mask)
    tremble = ndimage.gaussian_filter(rng.standard_normal(mask.shape), 2.0)
    tremble = np.clip(1.2 * tremble / tremble.std(), -1.4, 1.4)
    # The true outline runs half a pixel outside the outermost pixels: at signed distance 0.
    signed = np.where(mask, inside - 0.5, 0.5 - outside)
    return signed + tremble > 0


def largest(mask: np.ndarray) -> np.ndarray:
    """Largest 8-connected part of the mask."""
    parts, count = ndimage.label(mask, structure=np.ones((3, 3)))
    if count < 2:
        return mask
    return parts == 1 + np.argmax(np.bincount(parts.ravel())[1:])
