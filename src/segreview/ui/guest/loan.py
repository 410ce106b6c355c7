"""Masks lent by the layers of someone's own napari: a review works on copies of them."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from napari.layers import Image as NapariImage
from napari.layers import Labels, Layer

from segreview.errors import EditRefused, PairingError, ReadError
from segreview.formats.format import ReadOptions
from segreview.formats.raster import Raster, labels_of, numbers_of
from segreview.formats.registry import read
from segreview.model.labels import LabelImage, Origin
from segreview.model.sample import PREDICTION, REFERENCE, Image, Sample, Source
from segreview.session.places import state_folder
from segreview.ui.arrival import Load
from segreview.ui.guest.copies import kept_copy
from segreview.ui.guest.place import Place, check_places
from segreview.ui.guest.plugin import FACTS, file_behind

_MOST_BYTES = 4 * 2**30
"""Largest array outside the memory that is read into it."""

_MOST_CHANNELS = 4
"""Longest axis of an image that is taken for its channels, where the masks do not have it."""

_REVIEWED = " reviewed"
"""What the name of a new layer of ours ends with."""


@dataclass(eq=False)
class Loan:
    """Masks of a layer, lent for a review: it works on a copy, and gives back what it corrected.

    Parameters
    ----------
    layer
        Whose masks they are.
    labels
        The copy.
    given
        The layer's numbers as they were lent, or last given back.
    as_stored
        Whether the layer holds the numbers of its file, where a review edits other ids: those of
        the connected components of a two-valued mask.
    ours
        Whether the file behind the labels is one of ours, because the layer's own is missing or
        holds other pixels.
    """

    layer: Labels
    labels: LabelImage
    given: np.ndarray
    as_stored: bool = False
    ours: bool = False

    @classmethod
    def of_layer(cls, layer: Labels, *, at_home: bool = True) -> Loan:
        """Loan of a layer; ``at_home`` gives labels without a file one of ours, for the journal.

        Raises
        ------
        SegreviewError
            When the layer cannot be reviewed.
        """
        spacing = Place.of_layer(layer).spacing
        data = pixels(layer).copy()
        if data.ndim not in (2, 3):
            raise ReadError(
                f"The layer {layer.name} has {data.ndim} dimensions; a review takes 2 or 3.",
                "Review one time point or one channel of it, as a layer of its own.",
            )
        labels = _file_of(layer)
        if labels is not None and len(labels.planes) == 1:
            labels = replace(labels, spacing=spacing[-labels.data.ndim :])
            if np.array_equal(labels.data, data):
                return cls(layer, labels, data)
            if np.array_equal(numbers_of(labels), data):
                return cls(layer, labels, data, as_stored=True)
        raster = Raster(data, _axes(layer), spacing)
        if at_home:
            labels = kept_copy(raster)
        else:
            nowhere = Origin("npy", (state_folder() / layer.name,), ("",))
            labels = replace(labels_of(raster, ReadOptions(), nowhere), origin=None)
        return cls(layer, labels, data, not np.array_equal(labels.data, data), at_home)

    def again(self) -> LabelImage:
        """The copy as its file holds it now: a save has changed the file, and with it the origin."""
        origin = self.labels.origin
        if self.ours or origin is None:
            return self.labels
        now = read(origin.path, origin.format, kind=self.labels.kind)
        return replace(now, spacing=self.labels.spacing)

    # ---------------------------------------------------------------- giving back
    def hindrance(self, labels: LabelImage) -> str:
        """Why the layer itself cannot take masks, as the end of a sentence; empty when it can."""
        data, dtype = self.layer.data, self.given.dtype
        if not isinstance(data, np.ndarray) or not data.flags.writeable:
            return "cannot be written to"
        if not np.array_equal(data, self.given):
            return "was changed since the review began"
        numbers = self._numbers(labels)
        fits = np.array_equal(numbers.astype(dtype), numbers)
        return "" if fits else f"holds {dtype} numbers, which are too small for some ids"

    def _numbers(self, labels: LabelImage) -> np.ndarray:
        """Corrected masks in the numbers of the layer."""
        return numbers_of(labels) if self.as_stored else labels.data

    def give_back(self, labels: LabelImage) -> int:
        """Put corrected masks into the layer, as one step of its undo; return how many pixels changed.

        Raises
        ------
        EditRefused
            When the layer cannot take them.
        """
        why = self.hindrance(labels)
        if why:
            raise EditRefused(f"The layer {self.layer.name} {why}.")
        numbers = self._numbers(labels).astype(self.given.dtype)
        where = np.nonzero(numbers != self.given)
        if where[0].size:
            hidden = not self.layer.visible
            self.layer.visible = True  # napari leaves hidden layers in a slice of long ago
            self.layer.data_setitem(where, numbers[where])
            self.layer.visible = not hidden
        self.given = numbers
        return int(where[0].size)

    def as_new_layer(self, labels: LabelImage) -> Labels:
        """Corrected masks as a new layer beside the one that lent them, which takes its place here."""
        before, self.given = self.layer, self._numbers(labels).copy()
        name = before.name if before.name.endswith(_REVIEWED) else f"{before.name}{_REVIEWED}"
        self.layer = Labels(
            self.given.copy(),
            name=name,
            scale=before.scale,
            translate=before.translate,
            affine=before.affine,
            opacity=before.opacity,
            colormap=before.colormap,
            metadata=dict(before.metadata),
        )
        return self.layer

    @property
    def digest(self) -> str:
        """SHA-256 of what the layer was given back, in hexadecimal."""
        return hashlib.sha256(np.ascontiguousarray(self.given).tobytes()).hexdigest()


# -------------------------------------------------------------------- reading layers
def pixels(layer: Layer) -> np.ndarray:
    """Pixels of a layer in memory; of a pyramid, those at full resolution.

    Raises
    ------
    ReadError
        When they lie outside the memory and are too many.
    """
    data = _array(layer)
    size = math.prod(data.shape) * np.dtype(data.dtype).itemsize
    if not isinstance(data, np.ndarray) and size > _MOST_BYTES:
        raise ReadError(
            f"The layer {layer.name} holds {size / 2**30:.1f} GB outside the memory; "
            f"a review reads {_MOST_BYTES / 2**30:.0f} GB at most.",
            "Review a part of it, as a layer of its own.",
        )
    return np.asarray(data)


def _array(layer: Layer) -> Any:
    """What a layer holds, in memory or not; of a pyramid, its full resolution."""
    return layer.data[0] if layer.multiscale else layer.data


def _file_of(layer: Labels) -> LabelImage | None:
    """Labels of the file behind a layer, or None."""
    facts = layer.metadata.get(FACTS)
    if facts is not None:
        return file_behind(facts)
    if not layer.source.path:
        return None
    try:
        return read(layer.source.path)
    except ReadError:
        return None  # of a format that only napari's readers know


def _axes(layer: Layer) -> str:
    """One letter for each axis; the first of three is time where the layer says so."""
    if layer.ndim == 3 and layer.axis_labels[0].lower() in ("t", "time", "frame"):
        return "TYX"
    return "ZYX"[-layer.ndim :]


# -------------------------------------------------------------------- a sample
def sample_of(gt: Loan, model: Labels | None, images: Sequence[NapariImage]) -> Load:
    """Sample of layers: a function that gives it, with the GT as it is kept by then.

    Raises
    ------
    SegreviewError
        When a layer cannot be read, or does not fit the GT.
    """
    layers, shape = [gt.layer], gt.labels.shape
    sources, places = [], [Place.of_layer(gt.layer)]
    if model is not None:
        sources.append(Source(PREDICTION, Loan.of_layer(model, at_home=False).labels))
        _check_shape(gt.layer, model, sources[0].labels.shape)
        layers.append(model)
        places.append(Place.of_layer(model))
    pictures = []
    for layer in images:
        channels = _channel_axis(layer, shape)
        pictures.append((layer, _image(layer, channels)))
        _check_shape(gt.layer, layer, pictures[-1][1].spatial_shape)
        layers.append(layer)
        places.append(Place.of_layer(layer, without=channels))
    check_places([layer.name for layer in layers], places, shape)
    shown = tuple(image for _, image in pictures)
    if len(shown) > 1 and all(image.channel_axis is None and not image.rgb for image in shown):
        shown = (_as_channels([layer.name for layer in images], shown),)
    name = gt.layer.name
    return lambda _: Sample(name, shown, (Source(REFERENCE, gt.again()), *sources))


def _image(layer: NapariImage, channels: int | None) -> Image:
    data = pixels(layer)
    data = data.view(np.uint8) if data.dtype == bool else data
    return Image(data, rgb=layer.rgb, channel_axis=channels)


def _channel_axis(layer: NapariImage, shape: tuple[int, ...]) -> int | None:
    """Axis of an image's channels: a short one that the masks do not have."""
    found = tuple(_array(layer).shape[: layer.ndim])
    if len(found) != len(shape) + 1:
        return None
    fitting = (n for n in range(len(found)) if found[:n] + found[n + 1 :] == shape)
    return next((n for n in fitting if found[n] <= _MOST_CHANNELS), None)


def _as_channels(names: Sequence[str], images: Sequence[Image]) -> Image:
    """Grey images as the channels of one."""
    stack = np.stack([image.data for image in images])
    return Image(stack, channel_axis=0, channel_names=tuple(names))


def _check_shape(gt: Layer, layer: Layer, shape: tuple[int, ...]) -> None:
    """Refuse a layer of another shape than the GT's.

    Raises
    ------
    PairingError
        When it has one.
    """
    expected = tuple(_array(gt).shape)
    if shape == expected:
        return
    if len(shape) != len(expected):
        hint = "Choose layers of as many dimensions, or one slice of the larger one as a layer of its own."
    else:
        hint = "Choose layers of one image."
    raise PairingError(
        f"The layer {gt.name} is {_times(expected)} pixels, {layer.name} is {_times(shape)}.", hint
    )


def _times(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))
