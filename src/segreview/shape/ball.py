"""Discs, balls and whether they fit into a mask: what is left of it by an opening."""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from math import prod

import numpy as np

from segreview.errors import SegreviewError

Radii = tuple[float, ...]
"""Half axes of an ellipsoid in pixels, one per array axis; 0 keeps it within one slice."""

MOST_PIXELS = 1 << 17
"""Pixels that the box of a ball may have: a radius of 100 in a plane, of 20 in a volume."""


def ball_radii(radius: float, spacing: tuple[float, ...], axes: str) -> Radii:
    """Half axes of a ball in pixels, with its radius counted in pixels of the finest axis.

    Parameters
    ----------
    radius
        Radius in pixels of the axis with the smallest spacing.
    spacing
        Size of a pixel along each axis.
    axes
        One letter per axis; the ball does not reach along time (``"T"``).

    Raises
    ------
    SegreviewError
        When the radius is less than 0 or no number, or the ball has more pixels than anyone waits for.
    """
    if not radius >= 0:
        raise SegreviewError(f"{radius!r} is no tolerance.", "Give a number of pixels, 0 or more.")
    spatial = [size for size, axis in zip(spacing, axes, strict=True) if axis != "T"]
    finest = min(spatial, default=1.0)
    radii = tuple(
        0.0 if axis == "T" else radius * finest / size for size, axis in zip(spacing, axes, strict=True)
    )
    if prod(2 * r + 1 for r in radii) > MOST_PIXELS:
        raise SegreviewError(
            f"A tolerance of {radius:g} pixels is too large: contours so far apart are not the same.",
            "Give up to 100 pixels in a plane, up to 20 in a volume.",
        )
    return radii


def ball_size(radii: Radii) -> int:
    """Number of pixels of a ball."""
    return len(ball_offsets(radii))


def ball_centers(labels: np.ndarray, radii: Radii) -> np.ndarray:
    """Values at the pixels around which a whole ball holds one value other than 0.

    These are the pixels that an erosion of each label by the ball leaves; a label has one if and
    only if its opening by the ball is not empty. What lies beyond the array counts as 0.

    Parameters
    ----------
    labels
        Integer or boolean array; 0 is no label.
    radii
        Half axes of the ball.

    Returns
    -------
    ndarray
        1-D, the labels' values at these pixels, in raster order.
    """
    reach = [int(r) for r in radii]
    inner = tuple(slice(r, n - r) for r, n in zip(reach, labels.shape, strict=True))
    if any(n <= 2 * r for r, n in zip(reach, labels.shape, strict=True)):
        return labels.reshape(-1)[:0]
    center = labels[inner]
    fits = center != 0
    for offset in ball_offsets(radii):
        if not fits.any():
            break
        moved = tuple(slice(r + o, n - r + o) for r, o, n in zip(reach, offset, labels.shape, strict=True))
        fits &= labels[moved] == center
    found: np.ndarray = center[fits]
    return found


@lru_cache(maxsize=32)
def ball_offsets(radii: Radii) -> tuple[tuple[int, ...], ...]:
    """Offsets of the pixels of a ball from its centre, the farthest first: they rule out most."""
    ranges = [range(-int(r), int(r) + 1) for r in radii]
    inside = {}
    for offset in product(*ranges):
        distance = sum((o / r) ** 2 for o, r in zip(offset, radii, strict=True) if o)
        if distance <= 1:
            inside[offset] = distance
    return tuple(sorted(inside, key=lambda offset: (-inside[offset], offset)))
