"""Backdrops: what an image shows behind all masks that are judged on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from segreview.model.box import Box
from segreview.shape.tile import surrounded, tiles_of
from segreview.triage.evidence.field import Field, Shares
from segreview.triage.evidence.picture import Picture
from segreview.triage.evidence.subject import Subject

EDGE_BLUR = 0.6
"""Width of the smoothing before the gradient, in pixels."""

SOFT_BLUR = 0.7
"""Width of the smoothing of the second opinion, in pixels."""

_TRUNCATED = 3.0
"""Widths from the middle at which a Gaussian ends."""


@dataclass(frozen=True, eq=False)
class Backdrop:
    """What an image shows behind the masks.

    Parameters
    ----------
    grey
        Grey value in which the annotated objects stand out most, float32: background 0, objects 1.
    classes
        Second opinion: the share of background, interior, rim and seam at every pixel, ``(4,
        *space)``; None where there is none.
    aspect
        Size of a pixel along each axis, in units of the finest.
    """

    grey: np.ndarray
    classes: Shares | np.ndarray | None
    aspect: tuple[float, ...]

    @classmethod
    def of(cls, annotated: Subject, picture: Picture, classes: Shares | np.ndarray | None = None) -> Backdrop:
        """Backdrop of a picture, seen as its annotation tells objects and background apart."""
        return cls(grey_of(annotated, picture), classes, annotated.aspect)

    @property
    def gradient(self) -> Field:
        """Steepness of the grey values, per pixel of the finest axis, float32."""
        return Field(self._steepness)

    def _steepness(self, box: Box) -> np.ndarray:
        wide = self._around(box, EDGE_BLUR, 1)
        grey = smoothed(self.grey[wide.slices][None], EDGE_BLUR, self.aspect)[0]
        steep: np.ndarray = np.sqrt(sum(part * part for part in slopes_of(grey, self.aspect)))
        return steep[box.relative_to(wide).slices]

    @property
    def objects(self) -> Field | None:
        """Second opinion: how likely each pixel belongs to an object, float32."""
        if self.classes is None:
            return None
        background = self.classes[0]
        return Field(lambda box: 1 - background[box.slices])

    @property
    def soft(self) -> tuple[Field, Field] | None:
        """Second opinion without the noise of single pixels: objects and interiors, float32."""
        if self.classes is None or self.objects is None:
            return None
        objects, interior = self._softened(self.objects), self._softened(self.classes[1])
        return objects, interior

    def _softened(self, sharp: Field | np.ndarray) -> Field:
        def made(box: Box) -> np.ndarray:
            wide = self._around(box, SOFT_BLUR)
            soft: np.ndarray = smoothed(sharp[wide.slices][None], SOFT_BLUR, self.aspect)[0]
            return soft[box.relative_to(wide).slices]

        return Field(made)

    def _around(self, box: Box, width: float, more: int = 0) -> Box:
        """Box with all that a Gaussian brings into it from around, and some pixels more."""
        margins = [margin + more for margin in margins_of(width, self.aspect)]
        return surrounded(box, margins, Box.of_shape(self.grey.shape))


def grey_of(annotated: Subject, picture: Picture) -> np.ndarray:
    """One grey value per pixel, float32, in which objects stand out most.

    Fisher's axis of the smoothed channels between objects and background, shifted and scaled so
    that the mean of the background is 0 and that of the objects is 1.
    """
    smooth = _smoothed_channels(picture, max(0.7, 0.1 * annotated.radius))
    bright, dark = _Spread(len(smooth)), _Spread(len(smooth))
    places = [tile.core.slices for tile in tiles_of(picture.shape)]
    for place in places:
        pixels, inside = smooth[(slice(None), *place)], annotated.ranks[place] > 0
        outside = ~inside if annotated.void is None else ~(inside | annotated.void[place])
        bright.add(pixels[:, inside])
        dark.add(pixels[:, outside])
    weights, zero = np.full(len(smooth), 1 / len(smooth)), 0.0
    if bright.count and dark.count:
        spread = bright.scatter() + dark.scatter() + 1e-4 * np.eye(len(smooth))
        weights = np.linalg.solve(spread, bright.mean - dark.mean)
        weights /= max(weights @ (bright.mean - dark.mean), 1e-6)
        zero = float(weights @ dark.mean)
    for place in places:  # in place, as a large image has no room for another copy
        smooth[0][place] = np.tensordot(weights, smooth[:, *place], 1) - zero
    grey: np.ndarray = smooth[0]
    return grey if len(smooth) == 1 else grey.copy()


def _smoothed_channels(picture: Picture, width: float) -> np.ndarray:
    smooth = np.empty((picture.family, *picture.shape), np.float32)
    for tile in tiles_of(picture.shape, margins_of(width, picture.aspect)):
        part = smoothed(picture.part(tile.window).channels, width, picture.aspect)
        smooth[(slice(None), *tile.core.slices)] = part[(slice(None), *tile.inner)]
    return smooth


class _Spread:
    """Mean and covariance of pixels that come in parts.

    Parameters
    ----------
    channels
        Number of values of each pixel.
    """

    def __init__(self, channels: int) -> None:
        self.count = 0
        self.mean = np.zeros(channels)
        self._products = np.zeros((channels, channels))

    def add(self, pixels: np.ndarray) -> None:
        """Take in some pixels, ``(channels, n)``."""
        count = pixels.shape[1]
        if not count:
            return
        mean = pixels.mean(axis=1, dtype=np.float64)
        if len(mean) > 1:  # Chan, Golub and LeVeque (1983): products about the mean of all
            apart, off = mean - self.mean, pixels - mean[:, None]
            self._products += off @ off.T
            self._products += np.outer(apart, apart) * (self.count * count / (self.count + count))
        self.count += count
        self.mean += (mean - self.mean) * (count / self.count)

    def scatter(self) -> np.ndarray:
        """Covariance of the channels; 0 of a single one, or of a single pixel."""
        return self._products / max(self.count - 1, 1)


def slopes_of(values: np.ndarray, aspect: Sequence[float]) -> list[np.ndarray]:
    """Slope along each axis, per pixel of the finest."""
    return [slope_along(values, axis, size) for axis, size in enumerate(aspect)]


def slope_along(values: np.ndarray, axis: int, size: float) -> np.ndarray:
    """Slope along one axis, one-sided at its ends; 0 where it has no two pixels.

    It is `numpy.gradient`, whose care for all that can be given costs more than the rest on small windows.
    """
    slope = np.zeros_like(values)
    along, into = values.swapaxes(0, axis), slope.swapaxes(0, axis)
    if len(along) > 1:
        into[1:-1] = (along[2:] - along[:-2]) / (2 * size)
        into[0] = (along[1] - along[0]) / size
        into[-1] = (along[-1] - along[-2]) / size
    return slope


def margins_of(width: float, aspect: Sequence[float]) -> tuple[int, ...]:
    """How far along each axis `smoothed` looks."""
    return tuple(int(_TRUNCATED * width / size + 0.5) for size in aspect)


def smoothed(channels: np.ndarray, sigma: float, aspect: Sequence[float]) -> np.ndarray:
    """Channels smoothed by a Gaussian whose width is counted in pixels of the finest axis, float32."""
    from scipy.ndimage import correlate1d

    found = channels
    for axis, size in enumerate(aspect, 1):
        found = correlate1d(found, _bell(sigma / size), axis, np.float32)
    return found


@lru_cache(maxsize=256)
def _bell(width: float) -> np.ndarray:
    """Weights of a Gaussian that add up to 1, float64."""
    (reach,) = margins_of(width, (1.0,))
    weights = np.exp(-0.5 / width**2 * np.arange(-reach, reach + 1) ** 2)
    bell: np.ndarray = weights / weights.sum()
    return bell
