"""Boundary bands: the pixels of a mask that lie close to its boundary."""

from __future__ import annotations

import numpy as np

from segreview.shape.contour import border


def band(mask: np.ndarray, width: int) -> np.ndarray:
    """Inner boundary band: what an erosion by a square of ``2 width + 1`` pixels takes from a mask.

    Beyond the array is outside, so that its edge is a boundary too (Cheng et al. 2021, Boundary IoU).
    """
    rest = mask.copy()
    if all(side > 2 * width for side in mask.shape):
        core = rest[(slice(width, -width),) * mask.ndim]
        core &= ~windows_hold(mask, 2 * width + 1)
    return rest


def near_border(mask: np.ndarray, distance: float) -> np.ndarray:
    """Pixels of a mask whose distance to its nearest border pixel, in pixels, is less than a limit."""
    from scipy.ndimage import distance_transform_edt

    if not mask.any():
        return mask
    found: np.ndarray = mask & (distance_transform_edt(~border(mask)) < distance)
    return found


def windows_hold(mask: np.ndarray, side: int) -> np.ndarray:
    """Where a window of ``side`` pixels along every axis lies within a mask, by its first pixel.

    The result has as many places along each axis as there are windows. Windows are doubled until they are
    wide enough, so that the cost follows the logarithm of their side.
    """
    for axis in range(mask.ndim):
        held = mask.swapaxes(0, axis)
        width = 1
        while width < side:
            step = min(width, side - width)
            held = held[:-step] & held[step:]
            width += step
        mask = held.swapaxes(0, axis)
    return mask
