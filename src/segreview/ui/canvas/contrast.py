"""Contrast: the grey values between which an image is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from napari.layers import Image

_MOST = 1e6
"""Pixels that are looked at, evenly spaced."""
_SHARES = (0.2, 99.8)
"""Percentiles that become black and white: a few hot pixels do not darken all others."""

Limits = tuple[float, float]


def contrast_limits(data: np.ndarray) -> Limits:
    """Grey values between which an image is shown at first: its `spread`, or one step where all are equal."""
    found = spread(data)
    if found is not None:
        return found
    low = float(data.flat[0]) if data.size and np.isfinite(data.flat[0]) else 0.0
    return low, max(low + 1.0, float(np.nextafter(low, np.inf)))


def spread(data: np.ndarray) -> Limits | None:
    """Percentiles .2 and 99.8 of some pixels, or the least and the greatest where these are equal.

    Parameters
    ----------
    data
        Pixels of any real type; what is not finite is left out.

    Returns
    -------
    tuple of float or None
        The two values; None where all pixels are equal, or there are none.
    """
    seen = sampled(data, _MOST)
    if seen.size == 0:
        return None
    low, high = (float(value) for value in np.percentile(seen, _SHARES))
    if low == high:
        low, high = float(seen.min()), float(seen.max())
    return (low, high) if high > low else None


def sampled(data: np.ndarray, most: float) -> np.ndarray:
    """Finite values of at most about ``most`` pixels, evenly spaced, ``(n,)``."""
    if data.dtype == bool:
        data = data.view(np.uint8)
    step = max(1, round((data.size / most) ** (1 / data.ndim)))
    seen = data[tuple(slice(None, None, step) for _ in data.shape)].ravel()
    return seen[np.isfinite(seen)] if seen.dtype.kind == "f" else seen


def grey_text(value: float) -> str:
    """Grey value as people write it: whole numbers up to ten millions, else three figures."""
    whole = abs(value) >= 100 or float(value).is_integer()
    return f"{value:,.0f}" if whole and abs(value) < 1e7 else f"{value:.3g}"


def stretch(images: Iterable[Image], part: Callable[[np.ndarray], np.ndarray]) -> list[Limits]:
    """Show grey images between the values of a part of each; return those that were set.

    Parameters
    ----------
    images
        Layers with one grey value for each pixel.
    part
        Gives the part of an image's data.
    """
    found = []
    for layer in images:
        limits = spread(part(layer.data))
        if limits is not None:
            layer.contrast_limits = limits
            found.append(limits)
    return found
