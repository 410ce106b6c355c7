"""A sample made of layers: the GT's masks, on loan, with the model's and the image's pixels beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from napari.layers import Image as NapariImage
from napari.layers import Layer

from segreview.errors import PairingError
from segreview.model.box import shape_text
from segreview.model.labels import Kind
from segreview.model.sample import PREDICTION, REFERENCE, Image, Sample, Source
from segreview.ui.arrival import Load
from segreview.ui.guest.holding import part_in_view, pixels, shape_of, told_part
from segreview.ui.guest.loan import Loan
from segreview.ui.guest.place import Place, World, misplaced

_MOST_CHANNELS = 4
"""Longest axis of an image that is taken for its channels, where the masks do not have it."""


@dataclass(frozen=True)
class Lent:
    """What layers have lent: the GT's masks, what reads the sample, and what is to be said about it."""

    loan: Loan
    load: Load
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Lending:
    """Layers that were chosen for a review.

    Parameters
    ----------
    world
        Where they are seen.
    gt, model, images
        The layers.
    """

    world: World
    gt: Layer
    model: Layer | None = None
    images: Sequence[NapariImage] = ()

    @property
    def layers(self) -> list[Layer]:
        """Every layer that was chosen."""
        return [self.gt, *([] if self.model is None else [self.model]), *self.images]

    def lend(self, kind: Kind | None = None) -> Lent:
        """Copies of the layers; ``kind`` is how the labels are read, by default what the rule says.

        Raises
        ------
        SegreviewError
            When a layer cannot be read, or does not fit the GT.
        """
        gt = Loan.of_layer(self.gt, self.world, kind)
        model = None if self.model is None else self._model(self.model, gt, kind)
        shown = [self._image(layer, gt) for layer in self.images]
        masks = [gt] if model is None else [gt, model]
        names = [loan.layer.name for loan in masks] + [layer.name for layer in self.images]
        places = [loan.place for loan in masks] + [place for _, place, _ in shown]
        remarks = [loan.remark for loan in masks] + [remark for _, _, remark in shown]
        remarks.append(misplaced(names, places, gt.labels.shape))
        if not gt.place.upright:
            remarks.append(f"{names[0]} is rotated, sheared or mirrored: it is shown upright, and alone.")
        sources = [] if model is None else [Source(PREDICTION, model.labels)]
        images = self._together([image for image, _, _ in shown])

        def load(_: object) -> Sample:
            return Sample(names[0], images, (Source(REFERENCE, gt.again()), *sources))

        return Lent(gt, load, tuple(remark for remark in remarks if remark))

    def _model(self, layer: Layer, gt: Loan, kind: Kind | None) -> Loan:
        """The model's masks; where the GT's numbers are classes, its are read as classes too."""
        shape = gt.labels.shape
        if shape_of(layer)[-len(shape) :] != shape:
            raise self._misfit(layer, shape)
        if gt.labels.kind is Kind.SEMANTIC:
            kind = Kind.SEMANTIC
        return Loan.of_layer(layer, self.world, kind, ndim=len(shape), kept=False)

    def _image(self, layer: NapariImage, gt: Loan) -> tuple[Image, Place, str]:
        """Pixels of an image, where they lie, and what is to be said."""
        fit = _fit(shape_of(layer), gt.labels.shape)
        if fit is None:
            raise self._misfit(layer, gt.labels.shape)
        leading, channels = fit
        at = part_in_view(layer, self.world, layer.ndim - leading)
        data = pixels(layer, at)
        data = data.view(np.uint8) if data.dtype == bool else data
        axes = [axis for axis in range(leading, layer.ndim) if axis != channels]
        image = Image(data, rgb=layer.rgb, channel_axis=None if channels is None else channels - leading)
        return image, Place.of_layer(layer, self.world, axes), told_part(layer, self.world, at)

    def _together(self, images: list[Image]) -> tuple[Image, ...]:
        """Several grey images as the channels of one."""
        if len(images) < 2 or any(image.rgb or image.channel_axis is not None for image in images):
            return tuple(images)
        stack = np.stack([image.data for image in images])
        return (Image(stack, channel_axis=0, channel_names=tuple(layer.name for layer in self.images)),)

    def _misfit(self, layer: Layer, shape: tuple[int, ...]) -> PairingError:
        """Refusal of a layer of another shape than the GT's."""
        name, found = self.gt.name, shape_of(layer)
        message = f"The layer {name} is {shape_text(shape)} pixels, {layer.name} is {shape_text(found)}."
        if len(found) < len(shape):
            return PairingError(message, f"Review one slice of {name}, as a layer of its own.")
        return PairingError(message, "Choose layers of one image.")


def _fit(found: tuple[int, ...], shape: tuple[int, ...]) -> tuple[int, int | None] | None:
    """How an image fits masks: how many first axes are left out, and which axis is its channels'.

    A short axis that the masks do not have is that of the channels; along other first ones, what is in
    view is shown. None where it does not fit.
    """
    leading = len(found) - len(shape) - 1
    if leading >= 0 and math.prod(found[:leading]) == 1:
        for axis in range(leading, len(found)):
            if found[leading:axis] + found[axis + 1 :] == shape and 1 < found[axis] <= _MOST_CHANNELS:
                return leading, axis
    return (len(found) - len(shape), None) if found[-len(shape) :] == shape else None
