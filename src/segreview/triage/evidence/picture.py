"""Pictures: an image made ready for evidence, its channels in one range and its objects of a known size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from segreview.errors import SegreviewError
from segreview.model.box import shape_text
from segreview.model.sample import Image

GREY = 2.0
"""Channels that differ by no more than this, of 255, are one grey channel."""

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

    Raises
    ------
    SegreviewError
        When an image has other axes than its labels.
    """
    channels = [channel for image in images for channel in _channels(image, frame)]
    for image, channel in zip(images, channels[:1], strict=False):
        if channel.ndim != len(spacing):
            raise SegreviewError(
                f"The image is {shape_text(image.spatial_shape)}, its labels have {len(spacing)} axes.",
                "Give an image with the axes of its labels, its channels as first or last axis.",
            )
    finest = min(spacing)
    aspect = tuple(size / finest for size in spacing)
    return Picture(np.stack([_ranged(channel) for channel in _told_apart(channels)]), aspect)


def _channels(image: Image, frame: int | None) -> Iterator[np.ndarray]:
    """Each channel without alpha, at one time."""
    axis = -1 if image.rgb else image.channel_axis
    channels = image.data[None] if axis is None else np.moveaxis(image.data, axis, 0)
    for channel in channels[:3] if image.rgb else channels:
        yield channel if frame is None else channel[frame]


def _told_apart(channels: Sequence[np.ndarray]) -> Sequence[np.ndarray]:
    """One channel where all are the same, as in grey images that are stored in colour."""
    first = channels[0].astype(np.float32)
    if all(np.abs(other - first).max(initial=0) <= GREY for other in channels[1:]):
        return channels[:1]
    return channels


def _ranged(channel: np.ndarray) -> np.ndarray:
    """Values of a channel between its percentiles."""
    values = channel.astype(np.float32)
    low, high = np.percentile(values, (LOW, HIGH))
    ranged: np.ndarray = np.clip((values - low) / max(high - low, 1e-6), -0.2, 1.5)
    return ranged
