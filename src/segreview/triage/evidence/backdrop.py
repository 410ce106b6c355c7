"""Backdrops: what an image shows behind all masks that are judged on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from segreview.triage.evidence.picture import Picture
from segreview.triage.evidence.subject import Subject

EDGE_BLUR = 0.6
"""Width of the smoothing before the gradient, in pixels."""

SOFT_BLUR = 0.7
"""Width of the smoothing of the second opinion, in pixels."""


@dataclass(frozen=True, eq=False)
class Backdrop:
    """What an image shows behind the masks.

    Parameters
    ----------
    grey
        Grey value in which the annotated objects stand out most, float32: background 0, objects 1.
    classes
        Second opinion: float32 ``(4, *space)``, the share of background, interior, rim and seam;
        None where there is none.
    aspect
        Size of a pixel along each axis, in units of the finest.
    """

    grey: np.ndarray
    classes: np.ndarray | None
    aspect: tuple[float, ...]

    @classmethod
    def of(cls, annotated: Subject, picture: Picture, classes: np.ndarray | None = None) -> Backdrop:
        """Backdrop of a picture, seen as its annotation tells objects and background apart."""
        return cls(grey_of(annotated, picture), classes, annotated.aspect)

    @cached_property
    def gradient(self) -> np.ndarray:
        """Steepness of the grey values, per pixel of the finest axis, float32."""
        grey = smoothed(self.grey[None], EDGE_BLUR, self.aspect)[0]
        steep: np.ndarray = np.sqrt(sum(part * part for part in slopes_of(grey, self.aspect)))
        return steep

    @cached_property
    def objects(self) -> np.ndarray | None:
        """Second opinion: how likely each pixel belongs to an object, float32."""
        return None if self.classes is None else 1 - self.classes[0]

    @cached_property
    def soft(self) -> np.ndarray | None:
        """Second opinion without the noise of single pixels: objects and interiors, ``(2, *space)``."""
        if self.classes is None or self.objects is None:
            return None
        return smoothed(np.stack([self.objects, self.classes[1]]), SOFT_BLUR, self.aspect)


def grey_of(annotated: Subject, picture: Picture) -> np.ndarray:
    """One grey value per pixel, float32, in which objects stand out most.

    Fisher's axis of the smoothed channels between objects and background, shifted and scaled so
    that the mean of the background is 0 and that of the objects is 1.
    """
    smooth = smoothed(picture.channels, max(0.7, 0.1 * annotated.radius), picture.aspect)
    pixels = smooth.reshape(len(smooth), -1)
    inside = annotated.foreground.ravel()
    outside = ~inside if annotated.void is None else ~(inside | annotated.void.ravel())
    if not (inside.any() and outside.any()):
        return np.asarray(pixels.mean(axis=0).reshape(picture.shape), np.float32)
    bright, dark = pixels[:, inside], pixels[:, outside]
    spread = _scatter(bright) + _scatter(dark) + 1e-4 * np.eye(len(pixels))
    grey = np.linalg.solve(spread, bright.mean(axis=1) - dark.mean(axis=1)) @ pixels
    zero, one = grey[outside].mean(), grey[inside].mean()
    return np.asarray(((grey - zero) / max(one - zero, 1e-6)).reshape(picture.shape), np.float32)


def _scatter(pixels: np.ndarray) -> np.ndarray:
    """Covariance of the channels."""
    if pixels.shape[1] < 2:
        return np.zeros((len(pixels),) * 2)
    return np.atleast_2d(np.cov(pixels))


def slopes_of(values: np.ndarray, aspect: Sequence[float]) -> list[np.ndarray]:
    """Slope along each axis, per pixel of the finest."""
    return [slope_along(values, axis, size) for axis, size in enumerate(aspect)]


def slope_along(values: np.ndarray, axis: int, size: float) -> np.ndarray:
    """Slope along one axis; 0 where it has no two pixels."""
    if values.shape[axis] < 2:
        return np.zeros_like(values)
    slope: np.ndarray = np.gradient(values, size, axis=axis)
    return slope


def smoothed(channels: np.ndarray, sigma: float, aspect: Sequence[float]) -> np.ndarray:
    """Channels smoothed by a Gaussian whose width is counted in pixels of the finest axis, float32."""
    from scipy.ndimage import gaussian_filter

    widths = [0.0, *(sigma / size for size in aspect)]
    return np.asarray(gaussian_filter(channels, widths, truncate=3.0, output=np.float32))
