"""Figures that describe the surroundings of every pixel, at scales that follow the size of the objects."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import ceil

import numpy as np

from segreview.model.box import Box
from segreview.shape.tile import tiles_of
from segreview.triage.evidence.backdrop import margins_of, slope_along, slopes_of, smoothed
from segreview.triage.evidence.picture import Picture

SCALES = (0.1, 0.2, 0.4)
"""Widths of the Gaussians, in radii of the median object."""

NARROWEST, WIDEST = 0.7, 12.0
"""Limits of the widths, in pixels."""

WINDOW = 3.2
"""Side of the window of local mean and deviation, in radii of the median object."""


def filter_banks(
    picture: Picture, radius: float, pause: Callable[[], None] = lambda: None
) -> Iterator[tuple[Box, np.ndarray]]:
    """Figures of every pixel, tile by tile: the box of each, and what `filter_bank` says there.

    Parameters
    ----------
    picture, radius
        As for `filter_bank`.
    pause
        Called before each tile; what it raises ends the work.
    """
    for tile in tiles_of(picture.shape, _reach(radius, picture.aspect)):
        pause()
        bank = filter_bank(picture.part(tile.window), radius)
        yield tile.core, bank[(slice(None), *tile.inner)]


def _widths(radius: float) -> list[float]:
    """Widths of the Gaussians, in pixels of the finest axis."""
    return [float(np.clip(scale * radius, NARROWEST, WIDEST)) for scale in SCALES]


def _reach(radius: float, aspect: Sequence[float]) -> tuple[int, ...]:
    """How far along each axis surroundings have a say in the figures of a pixel."""
    first, second, last = (margins_of(width, aspect) for width in _widths(radius))
    return tuple(
        max(a + b + 1, c + 2, ceil(WINDOW / 2 * radius / size) + 1)
        for a, b, c, size in zip(first, second, last, aspect, strict=True)
    )


def filter_bank(picture: Picture, radius: float) -> np.ndarray:
    """Figures of every pixel, float32 ``(F, *space)``.

    At each scale: the smoothed channels, steepness, and trace and deviator of the Hessian; at the
    finest also trace and deviator of the structure tensor; then mean, deviation and standardised
    value in a wide window. Trace and deviator say what the eigenvalues say, for any number of axes.

    Parameters
    ----------
    picture
        The picture.
    radius
        Radius of the median object, in pixels of the finest axis.
    """
    channels = picture.channels
    grey = channels.mean(axis=0)
    channels = channels if picture.family > 1 else channels[:0]
    found = [grey, *channels]
    widths = _widths(radius)
    for width in widths:
        smooth = smoothed(np.stack([grey, *channels]), width, picture.aspect)
        found += list(smooth)
        slopes = slopes_of(smooth[0], picture.aspect)
        found.append(width * np.sqrt(sum(slope * slope for slope in slopes)))
        found += [width * width * part for part in _invariants(_hessian(slopes, picture.aspect))]
        if width == widths[0]:
            found += _invariants(_structure(slopes, widths[1], picture.aspect))
    found += _standing(found[1 + len(channels)], grey, radius, picture.aspect)
    return np.stack(found).astype(np.float32, copy=False)


_Tensor = list[list[np.ndarray]]


def _hessian(slopes: Sequence[np.ndarray], aspect: Sequence[float]) -> _Tensor:
    """Second derivatives; those of two axes once."""
    return [
        [slope_along(slope, j, aspect[j]) for j in range(i, len(slopes))] for i, slope in enumerate(slopes)
    ]


def _structure(slopes: Sequence[np.ndarray], width: float, aspect: Sequence[float]) -> _Tensor:
    """Smoothed products of slopes; those of two axes once."""
    return [
        [smoothed((slope * other)[None], width, aspect)[0] for other in slopes[i:]]
        for i, slope in enumerate(slopes)
    ]


def _invariants(tensor: _Tensor) -> list[np.ndarray]:
    """Trace and deviator of a symmetric tensor; in the plane the deviator is the gap between eigenvalues."""
    n = len(tensor)
    trace = sum(row[0] for row in tensor)
    square = sum(row[0] ** 2 + 2 * sum(part**2 for part in row[1:]) for row in tensor)
    deviator = np.sqrt(np.maximum(square - trace * trace / n, 0) * (n / (n - 1)))
    return [np.asarray(trace), np.asarray(deviator)]


def _standing(
    smooth: np.ndarray, grey: np.ndarray, radius: float, aspect: Sequence[float]
) -> list[np.ndarray]:
    """Value among those around it: standardised, their mean and deviation."""
    from scipy.ndimage import uniform_filter

    sides = [2 * round(WINDOW / 2 * radius / size) + 1 for size in aspect]
    mean = uniform_filter(grey, sides)
    deviation = np.sqrt(np.maximum(uniform_filter(grey * grey, sides) - mean * mean, 1e-5))
    return [(smooth - mean) / deviation, mean, deviation]
