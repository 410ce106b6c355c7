"""Pictures: an image made ready for evidence, its channels in one range and its objects of a known size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from segreview.model.sample import Image

GREY = 2 / 255
"""Channels that differ by no more than this share of their range are one grey channel."""

LOW, HIGH = 1.0, 99.5
"""Percentiles of the image that become 0 and 1."""


@dataclass(frozen=True, eq=False)
class Picture:
    """An image made ready for evidence.

    Parameters
    ----------
    channels
        float32 ``(C, *space)``; 0 and 1 are the 1st and the 99.5th percentile, values beyond are
        kept up to -0.2 and 1.5.
    aspect
        Size of a pixel along each axis, in units of the finest.
    """

    channels: np.ndarray
    aspect: tuple[float, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape without the channels."""
        return self.channels.shape[1:]

    @property
    def family(self) -> int:
        """Number of channels: pictures of different families are described by different figures."""
        return len(self.channels)


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
    return Picture(np.stack([_ranged(channel) for channel in _told_apart(channels)]), aspect)


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


def _ranged(channel: np.ndarray) -> np.ndarray:
    """Values of a channel between its percentiles; what is not finite is as low or high as the others."""
    with np.errstate(over="ignore"):  # beyond float32 is infinite, which is mended below
        values = channel.astype(np.float32)
    known = values[np.isfinite(values)]
    if not known.size:
        return np.zeros_like(values)
    if known.size < values.size:
        values = np.nan_to_num(values, nan=known.min(), posinf=known.max(), neginf=known.min())
    low, high = np.percentile(values, (LOW, HIGH))
    ranged: np.ndarray = np.clip((values - low) / max(high - low, 1e-6), -0.2, 1.5)
    return ranged
