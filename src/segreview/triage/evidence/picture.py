"""Pictures: an image made ready for evidence, its channels in one range and its objects of a known size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from segreview.model.box import Box
from segreview.model.sample import Image

GREY = 2 / 255
"""Channels that differ by no more than this share of their range are one grey channel."""

LOW, HIGH = 1.0, 99.5
"""Percentiles of the image that become 0 and 1."""


@dataclass(frozen=True, eq=False)
class Channel:
    """A channel of an image, whose values are put into one range when they are asked for.

    Parameters
    ----------
    data
        Its values as they are stored.
    low, high
        The values that become 0 and 1.
    least, most
        What stands for values that are infinite; the least also for those that are no number.
    """

    data: np.ndarray
    low: float
    high: float
    least: float
    most: float

    @classmethod
    def of(cls, data: np.ndarray) -> Channel:
        """Channel of an image, with its percentiles."""
        values = _single(data)
        finite = np.isfinite(values)
        if not finite.any():
            return cls(data, 0.0, 1.0, 0.0, 0.0)
        known = values if finite.all() else values[finite]
        least, most = float(known.min()), float(known.max())
        if known.size < values.size:
            values = np.nan_to_num(values, nan=least, posinf=most, neginf=least)
        low, high = np.percentile(values, (LOW, HIGH))
        return cls(data, float(low), float(high), least, most)

    @property
    def values(self) -> np.ndarray:
        """Values between the percentiles, float64."""
        values = _single(self.data)
        if self.data.dtype.kind == "f":
            values = np.nan_to_num(values, nan=self.least, posinf=self.most, neginf=self.least)
        ranged: np.ndarray = (values - np.float64(self.low)) / max(self.high - self.low, 1e-6)
        return np.clip(ranged, -0.2, 1.5, out=ranged)


def _single(data: np.ndarray) -> np.ndarray:
    """Values in single precision; what lies beyond it is infinite."""
    with np.errstate(over="ignore"):
        return data.astype(np.float32)


@dataclass(frozen=True, eq=False)
class Picture:
    """An image made ready for evidence.

    Parameters
    ----------
    sources
        The channels.
    aspect
        Size of a pixel along each axis, in units of the finest.
    """

    sources: tuple[Channel, ...]
    aspect: tuple[float, ...]

    @property
    def channels(self) -> np.ndarray:
        """Values of all pixels, float64 ``(C, *space)``, which are not kept.

        0 and 1 are the 1st and the 99.5th percentile of the image; values beyond are kept up to -0.2
        and 1.5.
        """
        return np.stack([source.values for source in self.sources])

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape without the channels."""
        return self.sources[0].data.shape

    @property
    def family(self) -> int:
        """Number of channels: pictures of different families are described by different figures."""
        return len(self.sources)

    def part(self, box: Box) -> Picture:
        """Part of the picture, in the range of the whole."""
        return replace(self, sources=tuple(replace(s, data=s.data[box.slices]) for s in self.sources))


def picture_of(images: Sequence[Image], spacing: tuple[float, ...], frame: int | None = None) -> Picture:
    """Picture of the images of a sample, or of one frame of theirs.

    Parameters
    ----------
    images
        Grey, colour or multichannel images of one shape, two or three axes in space.
    spacing
        Size of a pixel along each axis in space.
    frame
        Place on the first axis, time; None where there is no such axis.
    """
    channels = [channel for image in images for channel in _channels(image, frame)]
    finest = min(spacing)
    aspect = tuple(size / finest for size in spacing)
    return Picture(tuple(map(Channel.of, _told_apart(channels))), aspect)


def _channels(image: Image, frame: int | None) -> Iterator[np.ndarray]:
    """Each channel without alpha, at one time."""
    data = image.data
    axis = data.ndim - 1 if image.rgb else image.channel_axis
    count = 1 if axis is None else data.shape[axis]
    for number in range(min(count, 3) if image.rgb else count):
        index: list[slice | int] = [slice(None)] * data.ndim
        if axis is not None:
            index[axis] = number
        if frame is not None:
            index[1 if axis == 0 else 0] = frame
        yield np.asarray(data[tuple(index)])


def _told_apart(channels: Sequence[np.ndarray]) -> Sequence[np.ndarray]:
    """One channel where all are the same, as in grey images that are stored in colour."""
    if len(channels) == 1:
        return channels
    first, limit = channels[0].astype(float), GREY * max(map(_range_of, channels))
    same = all(np.abs(other - first).max(initial=0) <= limit for other in channels[1:])
    return channels[:1] if same else channels


def _range_of(channel: np.ndarray) -> float:
    """How far values can lie apart: of 8 bits, or as they are."""
    if channel.dtype == np.uint8:
        return 255.0
    known = channel[np.isfinite(channel)].astype(float)
    return float(np.ptp(known)) if known.size else 0.0
