"""Masks lent by the layers of someone's own napari: a review works on copies of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import numpy as np
from napari.layers import Image as NapariImage
from napari.layers import Labels, Layer

from segreview.errors import EditRefused, PairingError, ReadError
from segreview.formats import npy
from segreview.formats.format import ReadOptions
from segreview.formats.kind import refuse_too_large
from segreview.formats.raster import Raster, labels_of, numbers_of
from segreview.formats.registry import read
from segreview.formats.replacing import replace_verified
from segreview.model.labels import LabelImage, Origin
from segreview.model.sample import PREDICTION, REFERENCE, Image, Sample, Source
from segreview.session.places import made_folder, state_folder
from segreview.ui.guest.plugin import FACTS, file_behind


@dataclass(frozen=True, eq=False)
class Loan:
    """Masks of a layer, lent for a review: it works on a copy, and gives back what it corrected.

    Parameters
    ----------
    layer
        Whose masks they are.
    labels
        The copy.
    as_stored
        Whether the layer holds the numbers of its file, where a review edits other ids: those of
        the connected components of a two-valued mask.
    ours
        Whether the file behind the labels is one of ours, because the layer's own is missing or
        holds other pixels.
    """

    layer: Labels
    labels: LabelImage
    as_stored: bool = False
    ours: bool = False

    @classmethod
    def of_layer(cls, layer: Labels, *, at_home: bool = True) -> Loan:
        """Loan of a layer; ``at_home`` gives labels without a file one of ours, for the journal."""
        data = pixels(layer).copy()
        labels = _file_of(layer)
        if labels is not None and np.array_equal(labels.data, data):
            return cls(layer, labels)
        if labels is not None and np.array_equal(numbers_of(labels), data):
            return cls(layer, labels, as_stored=True)
        spacing = tuple(float(size) for size in layer.scale)
        raster = Raster(data, "TZYX"[-data.ndim :], spacing)
        if at_home:
            labels = replace(_kept(raster), spacing=spacing)
        else:
            nowhere = Origin("npy", (state_folder() / layer.name,), ("",))
            labels = replace(labels_of(raster, ReadOptions(), nowhere), origin=None)
        return cls(layer, labels, not np.array_equal(labels.data, data), at_home)

    def give_back(self, labels: LabelImage) -> int:
        """Put corrected masks into the layer, as one step of its undo; return how many pixels changed.

        Raises
        ------
        LossError
            When an id does not fit the layer's type.
        EditRefused
            When the layer has another shape by now.
        """
        numbers = numbers_of(labels) if self.as_stored else labels.data
        data = pixels(self.layer)
        if numbers.shape != data.shape:
            raise EditRefused(
                f"The layer {self.layer.name} has another shape by now: {_times(data.shape)}.",
                "Save the masks to a file, or put the layer's data back.",
            )
        refuse_too_large(numbers, data.dtype, f"The layer {self.layer.name}")
        where = np.nonzero(numbers != data)
        self.layer.data_setitem(where, numbers[where])
        return int(where[0].size)


def pixels(layer: Layer) -> np.ndarray:
    """Pixels of a layer.

    Raises
    ------
    ReadError
        When it is a pyramid.
    """
    if layer.multiscale:
        raise ReadError(
            f"The layer {layer.name} is a pyramid of several scales, which cannot be edited.",
            "Add its full resolution as a layer of its own.",
        )
    return np.asarray(layer.data)


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


def _kept(raster: Raster) -> LabelImage:
    """Labels from a file of ours, named by its content: the same pixels find their journal again."""
    content = npy.encode(raster, None, state_folder())
    path = state_folder() / "layers" / f"{hashlib.sha256(content).hexdigest()[:16]}.npy"
    made_folder(path.parent)
    if not path.exists():
        replace_verified((npy.CODEC.draft(path, content, raster.numbers),))
    return read(path)


def sample_of(gt: Loan, model: Labels | None, image: NapariImage | None) -> Sample:
    """Sample of layers.

    Raises
    ------
    PairingError
        When their shapes differ.
    """
    sources = [Source(REFERENCE, gt.labels)]
    if model is not None:
        sources.append(Source(PREDICTION, Loan.of_layer(model, at_home=False).labels))
    images = () if image is None else (Image(pixels(image), rgb=image.rgb),)
    shapes = [source.labels.shape for source in sources] + [found.spatial_shape for found in images]
    layers = [layer for layer in (gt.layer, model, image) if layer is not None]
    for layer, shape in zip(layers, shapes, strict=True):
        if shape != shapes[0]:
            raise PairingError(
                f"The layer {gt.layer.name} is {_times(shapes[0])} pixels, {layer.name} is {_times(shape)}.",
                "Choose layers of one image.",
            )
    return Sample(gt.layer.name, images, tuple(sources))


def _times(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))
