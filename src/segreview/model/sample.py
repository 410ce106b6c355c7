"""Samples: an image together with the mask sources that describe it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from segreview.model.labels import LabelImage

REFERENCE = "reference"
PREDICTION = "prediction"
ANNOTATOR = "annotator"


@dataclass(frozen=True, eq=False)
class Image:
    """Pixels of an image.

    Parameters
    ----------
    data
        ``(Y, X)``, ``(Z, Y, X)``, with a last axis of 3 or 4 when `rgb`, with a channel axis where
        `channel_axis` says so; any real dtype.
    rgb
        True when the last axis holds red, green, blue (and alpha).
    channel_axis
        Axis of the channels, or None.
    spacing
        Size of a pixel along each spatial axis, in ``unit``.
    path
        The file; None for an image made in memory.
    """

    data: np.ndarray
    rgb: bool = False
    channel_axis: int | None = None
    channel_names: tuple[str, ...] = ()
    spacing: tuple[float, ...] = ()
    unit: str = "pixel"
    path: Path | None = None

    @property
    def spatial_shape(self) -> tuple[int, ...]:
        """Shape without colours and channels: what labels of this image must have."""
        shape = self.data.shape[:-1] if self.rgb else self.data.shape
        if self.channel_axis is None:
            return shape
        return shape[: self.channel_axis] + shape[self.channel_axis + 1 :]


@dataclass(frozen=True, eq=False)
class Source:
    """One set of masks of a sample.

    Parameters
    ----------
    role
        ``"reference"``, ``"prediction"`` or ``"annotator"``.
    labels
        The masks.
    author
        Who or what made them; empty when unknown.
    stand_in
        True for empty masks that stand in where there are none.
    """

    role: str
    labels: LabelImage
    author: str = ""
    stand_in: bool = False


@dataclass(frozen=True, eq=False)
class Sample:
    """An image and the mask sources that describe it.

    Parameters
    ----------
    name
        What the files of the sample share: their common stem.
    images
        Images of one spatial shape; may be empty.
    sources
        Mask sources; at most one reference and one prediction.
    probability
        File of its probability maps, which are read when they are asked for; None without.
    """

    name: str
    images: tuple[Image, ...]
    sources: tuple[Source, ...]
    probability: Path | None = None

    def source(self, role: str) -> Source | None:
        """First source with this role, or None."""
        return next((source for source in self.sources if source.role == role), None)

    @property
    def reference(self) -> LabelImage:
        """Masks that are under review: the "ground truth".

        Raises
        ------
        LookupError
            When the sample has none.
        """
        source = self.source(REFERENCE)
        if source is None:
            raise LookupError(f"sample {self.name!r} has no reference masks")
        return source.labels

    def with_reference(self, labels: LabelImage) -> Sample:
        """Same sample with other masks under review."""
        sources = tuple(
            replace(source, labels=labels) if source.role == REFERENCE else source for source in self.sources
        )
        return replace(self, sources=sources)

    @property
    def prediction(self) -> LabelImage | None:
        """The model's masks, or None."""
        source = self.source(PREDICTION)
        return None if source is None else source.labels

    @property
    def has_prediction(self) -> bool:
        """Whether there are masks of a model, and not empty ones in their place."""
        source = self.source(PREDICTION)
        return source is not None and not source.stand_in
