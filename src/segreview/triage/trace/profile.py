"""Profiles: what an image shows from the inside of a contour to its outside, in one slice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from segreview.model.box import Box
from segreview.model.sample import Image
from segreview.triage.evidence.edge import contour_points, crossing, interpolated, normals_of

REACH = 8.0
"""How far a normal is followed to either side, in pixels of the finest axis."""

STEP = 0.5
"""From one place on a normal to the next."""

OFFSETS = np.arange(-REACH, REACH + STEP / 2, STEP)

MARGIN = int(REACH) + 4
"""Pixels around an object that a profile looks at."""

LARGEST = 1 << 22
"""Pixels of a window that is looked at, at most."""

_MOST = 512
"""Normals of which the mean is taken, at most."""

_NEAR = 1.5
"""Normals within so many pixels of a place are its profile."""

_CROSSED = 0.25
"""The other contour is marked where at least this share of the normals meets it."""


@dataclass(frozen=True, eq=False)
class Profile:
    """Image values along the outward normal of a contour.

    Parameters
    ----------
    values
        ``(channels, 33)``, at `OFFSETS`; nan where there is nothing to be seen.
    other
        Offset of the other side's contour in pixels; None where it is not near.
    edge
        Offset of the steepest place, near ones before far ones; None where all is even.
    place
        Point of the contour, in the pixels of the labels; None for the mean of the whole contour.
    """

    values: np.ndarray
    other: float | None
    edge: float | None
    place: tuple[float, float] | None = None


@dataclass(frozen=True, eq=False)
class Across:
    """A contour on an image.

    Parameters
    ----------
    mask
        Pixels of the object, ``(H, W)``, with its surroundings.
    channels
        The image there, ``(channels, H, W)``.
    other
        Pixels of the other side's object; None without one.
    elsewhere
        Pixels that are left out: those of other objects.
    aspect
        Size of a pixel along both axes, in units of the finer.
    start
        Where the window starts in the slice.
    """

    mask: np.ndarray
    channels: np.ndarray
    other: np.ndarray | None
    elsewhere: np.ndarray
    aspect: tuple[float, float]
    start: tuple[int, int] = (0, 0)

    @cached_property
    def points(self) -> np.ndarray:
        """Points of the contour, ``(n, 2)``, in the window; none where the object fills it."""
        return contour_points(self.mask, self.mask.size)

    @cached_property
    def _normals(self) -> np.ndarray:
        from scipy.ndimage import distance_transform_edt

        outside, inside = (
            distance_transform_edt(part, sampling=self.aspect) for part in (~self.mask, self.mask)
        )
        return normals_of((outside - inside).astype(np.float32), self.points, self.aspect)

    @cached_property
    def mean(self) -> Profile | None:
        """Mean over the contour; None without one."""
        count = len(self.points)
        chosen = np.linspace(0, count - 1, min(count, _MOST)).round().astype(int)
        return self._profile(chosen) if count else None

    def at(self, place: Sequence[float], within: float) -> Profile | None:
        """Profile at the point of the contour that is nearest to a place.

        Parameters
        ----------
        place
            Row and column in the slice.
        within
            How far the contour may be, in pixels of the finest axis; None where it is farther.
        """
        if not len(self.points):
            return None
        away = self._distances(np.array(place) - self.start)
        nearest = int(away.argmin())
        if away[nearest] > within:
            return None
        chosen = np.flatnonzero(self._distances(self.points[nearest]) <= _NEAR)
        y, x = self.points[nearest] + self.start
        return self._profile(chosen, (float(y), float(x)))

    def _distances(self, place: np.ndarray) -> np.ndarray:
        """Distance of every point of the contour to a place in the window."""
        found: np.ndarray = np.hypot(*((self.points - place) * self.aspect).T)
        return found

    def _profile(self, chosen: np.ndarray, place: tuple[float, float] | None = None) -> Profile:
        """Mean along some normals."""
        points, normals = self.points[chosen], self._normals[chosen]
        places = points[:, None] + normals[:, None] * OFFSETS[:, None] / np.array(self.aspect)
        places = np.moveaxis(places, -1, 0)
        values = _mean(np.stack(interpolated(list(self.channels), places)), self._seen(places))
        return Profile(values, self._other_at(places), _steepest(values), place)

    def _seen(self, places: np.ndarray) -> np.ndarray:
        """Which places lie in the window, and in no pixel of another object or next to one."""
        last = np.array(self.mask.shape).reshape(2, 1, 1) - 1
        inside = ((places >= 0) & (places <= last)).all(axis=0)
        (others,) = interpolated([self.elsewhere.astype(np.float32)], places)
        seen: np.ndarray = inside & (others == 0)
        return seen

    def _other_at(self, places: np.ndarray) -> float | None:
        """Median offset at which normals leave the other side's object."""
        if self.other is None or not self.other.any():
            return None
        (held,) = interpolated([self.other.astype(np.float32)], places)
        at, crossed = crossing(held, OFFSETS)
        return float(np.median(at[crossed])) if crossed.mean() >= _CROSSED else None


def channels_in(images: Sequence[Image], box: Box) -> np.ndarray:
    """Pixels of all channels in a box that is one slice thick, ``(channels, H, W)`` float32; no alpha."""
    return np.concatenate([_channels(image, box) for image in images])


def _channels(image: Image, box: Box) -> np.ndarray:
    index: list[slice] = list(box.slices)
    axis = len(index) if image.rgb else image.channel_axis
    if axis is not None:
        index.insert(axis, slice(3) if image.rgb else slice(None))
    pixels = np.asarray(image.data[tuple(index)], np.float32)
    pixels = pixels[None] if axis is None else np.moveaxis(pixels, axis, 0)
    return pixels.reshape(len(pixels), *box.shape[-2:])


def _mean(values: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Mean of ``(channels, normals, places)`` over the normals that are seen; nan where none is."""
    count = seen.sum(axis=0)
    total = np.where(seen, values, 0).sum(axis=1)
    mean: np.ndarray = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return mean


def _steepest(values: np.ndarray) -> float | None:
    """Offset of the steepest place over all channels, each in its own range."""
    known = np.isfinite(values).all(axis=0)
    if known.sum() < 3:
        return None
    ranges = np.ptp(values[:, known], axis=1)
    if not ranges.any():
        return None
    slopes = np.gradient(values, axis=1)[ranges > 0] / ranges[ranges > 0, None]
    nearby = np.exp(-0.5 * (OFFSETS / (0.5 * REACH)) ** 2)
    steep = np.nan_to_num(np.square(slopes).sum(axis=0)) * nearby**2
    return float(OFFSETS[steep.argmax()])
