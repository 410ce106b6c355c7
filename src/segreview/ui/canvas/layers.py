"""The napari layers of a review: image, the model's masks and the GT's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from napari.layers import Image as NapariImage
from napari.layers import Labels, Layer
from napari.utils.colormaps import CyclicLabelColormap
from napari.viewer import Viewer

from segreview.model.labels import LabelImage
from segreview.model.sample import Image, Sample
from segreview.session.review import Review
from segreview.ui.canvas.contrast import contrast_limits
from segreview.ui.canvas.sheet import units_of
from segreview.ui.palette import GT_COLOR, MODEL_COLOR, rgb

GT_NAME, MODEL_NAME = "GT", "model"
_FILLED = 0.45
_SHADES = 7
"""Shades of one side's colour, so that touching objects can be told apart when filled."""


@dataclass(frozen=True, eq=False)
class Picture:
    """What one image layer shows.

    Parameters
    ----------
    name
        Name of the layer.
    data
        Its pixels.
    rgb
        Whether the last axis holds colours.
    colormap, blending
        How it is shown at first; the user may change that.
    """

    name: str
    data: np.ndarray
    rgb: bool = False
    colormap: str | None = None
    blending: str | None = None

    @property
    def limits(self) -> tuple[float, float] | None:
        """Grey values between which it is shown at first; None for colours."""
        return None if self.rgb else contrast_limits(self.data)

    @property
    def sort(self) -> tuple[object, ...]:
        """What the layers of two pictures must have in common."""
        return self.name, self.rgb, self.data.dtype, self.data.ndim


class Layers:
    """Layers of a review in a viewer; `contours` are drawn apart, above them.

    Making and removing layers takes napari most of a second: the next review gets the same ones,
    where they fit.

    Parameters
    ----------
    viewer
        Viewer that gets the layers.
    review
        The review.
    """

    def __init__(self, viewer: Viewer, review: Review) -> None:
        self._viewer = viewer
        place = self._place(review)
        pictures = pictures_of(review.sample)
        self.images = [_image(picture, place) for picture in pictures]
        self._sorts = [picture.sort for picture in pictures]
        viewer.layers.extend(self.images)
        self.model = _add_labels(viewer, review.prediction, MODEL_NAME, MODEL_COLOR, place)
        self.model.editable = False
        self.gt = _add_labels(viewer, review.reference, GT_NAME, GT_COLOR, place)
        for layer in (self.gt, self.model):
            layer.locked = True
        self.fill(False, False)
        _spare_brush_box(viewer)
        viewer.layers.selection.active = self.gt

    @property
    def all(self) -> list[Layer]:
        """Every layer, lowest first."""
        return [*self.images, self.model, self.gt]

    @property
    def there(self) -> bool:
        """Whether the viewer still has every layer."""
        return all(layer in self._viewer.layers for layer in self.all)

    def _place(self, review: Review) -> dict[str, Any]:
        """Where the layers of a review lie in the world."""
        labels = review.reference
        units = units_of(self._viewer, len(labels.shape))
        return {"scale": labels.spacing, "translate": labels.offset, "units": units}

    def close(self) -> None:
        """Remove the layers; the caller does so in one batch."""
        _remove(self._viewer, self.all)

    # ---------------------------------------------------------------- another review
    def fit(self, review: Review) -> bool:
        """Whether another review can be shown in these layers; its images may need others."""
        return self.there and all(
            (layer.data.dtype, layer.ndim) == (labels.planes[0].dtype, len(labels.shape))
            for layer, labels, _ in self._sides(review)
        )

    def fit_images(self, review: Review) -> bool:
        """Whether the image layers can show those of another review as well."""
        return [picture.sort for picture in pictures_of(review.sample)] == self._sorts

    def exchange(self, review: Review) -> None:
        """Show another review, which fits, in the same layers.

        What the user chose for a layer, a colour map for example, stays; the tool is put away, as its
        id would mean another object.
        """
        self.gt.mode = "pan_zoom"
        self.gt.selected_label = 1
        self._exchange_images(review)
        reference = review.reference
        for layer, labels, color in self._sides(review):
            give(layer, stacked(labels).copy(), reference.spacing, reference.offset)
            if layer.colormap.background_value != (labels.background or 0):
                layer.colormap = _shades(color, labels.background)
        self.gt._reset_history()  # napari's own undo would write the old pixels into the new
        self.model.editable = False  # new data make a layer editable
        self._viewer.layers.selection.active = self.gt

    def _exchange_images(self, review: Review) -> None:
        """Show other images, in layers of their own where these are of another sort."""
        pictures = pictures_of(review.sample)
        if self.fit_images(review):
            for layer, picture in zip(self.images, pictures, strict=True):
                give(layer, picture.data, review.reference.spacing, review.reference.offset)
                if picture.limits is not None:
                    layer.contrast_limits = picture.limits
            return
        before, self._sorts = self.images, [picture.sort for picture in pictures]
        place = self._viewer.layers.index(before[0] if before else self.model)
        with self._viewer.layers.batched_update():  # else napari collects garbage after each layer
            _remove(self._viewer, before)
        self.images = [_image(picture, self._place(review)) for picture in pictures]
        for n, layer in enumerate(self.images):
            self._viewer.layers.insert(place + n, layer)

    def _sides(self, review: Review) -> tuple[tuple[Labels, LabelImage, str], ...]:
        return (self.model, review.prediction, MODEL_COLOR), (self.gt, review.reference, GT_COLOR)

    # ---------------------------------------------------------------- what is seen
    def fill(self, reference: bool, prediction: bool) -> None:
        """Show the masks as coloured areas, or leave them to `contours`, which draw slices only."""
        for layer, filled in ((self.gt, reference), (self.model, prediction)):
            layer.opacity = _FILLED if filled else 0.0


def _spare_brush_box(viewer: Viewer) -> None:
    """Leave out the box of napari's brush circle, which has no size and is not to be seen.

    napari 0.9.2 goes on drawing it after the layer in hand was removed, and Mesa crashes on that.
    """
    circle = viewer.canvas.overlays.get("_brush_circle")
    if circle is not None:
        circle.box = False


def give(layer: Layer, data: np.ndarray, scale: Sequence[float], translate: Sequence[float]) -> None:
    """Give a layer other data, and their place."""
    layer.data = data
    if not (layer.visible and np.array_equal(layer.scale, scale)):
        layer.scale = scale  # also makes napari measure a hidden layer anew
    if not np.array_equal(layer.translate, translate):
        layer.translate = translate


def _remove(viewer: Viewer, layers: Sequence[Layer]) -> None:
    """Remove layers; the caller does so in one batch."""
    for layer in reversed(layers):
        if layer in viewer.layers:
            layer.locked = False
            viewer.layers.remove(layer)


def _image(picture: Picture, place: Mapping[str, Any]) -> NapariImage:
    """Layer that shows a picture."""
    given = {"contrast_limits": picture.limits, "colormap": picture.colormap, "blending": picture.blending}
    options = {name: value for name, value in given.items() if value is not None}
    layer = NapariImage(picture.data, name=picture.name, rgb=picture.rgb, **place, **options)
    layer.locked = True
    return layer


def pictures_of(sample: Sample) -> list[Picture]:
    """Pictures of a sample's images: one of each, or one of each channel."""
    return [
        picture
        for n, image in enumerate(sample.images)
        for picture in _pictures(image, "image" if n == 0 else f"image {n + 1}")
    ]


def _pictures(image: Image, name: str) -> list[Picture]:
    if image.rgb:
        return [Picture(name, image.data, rgb=True)]
    if image.channel_axis is None:
        return [Picture(name, image.data, colormap="gray")]
    channels = np.moveaxis(image.data, image.channel_axis, 0)
    names = image.channel_names or tuple(f"channel {n + 1}" for n in range(len(channels)))
    return [
        Picture(
            f"{name}: {title}",
            channel,
            colormap=_CHANNEL_COLORS[n % len(_CHANNEL_COLORS)],
            blending="additive",
        )
        for n, (channel, title) in enumerate(zip(channels, names, strict=True))
    ]


_CHANNEL_COLORS = ("gray", "green", "magenta", "cyan", "yellow", "red", "blue")


def _add_labels(
    viewer: Viewer, labels: LabelImage, name: str, color: str, place: Mapping[str, Any]
) -> Labels:
    layer: Labels = viewer.add_labels(
        stacked(labels).copy(), name=name, **place, colormap=_shades(color, labels.background)
    )
    return layer


def stacked(labels: LabelImage) -> np.ndarray:
    """One array with the objects of all planes, later planes on top."""
    bottom, *others = labels.planes
    if not others:
        return bottom
    flat = bottom.copy()
    for plane in others:
        np.copyto(flat, plane, where=~np.isin(plane, list(labels.outside)))
    return flat


def _shades(color: str, background: int | None) -> CyclicLabelColormap:
    """Colour map that gives every id a shade of one colour, and the background none."""
    light = np.linspace(0.0, 0.45, _SHADES)[:, None]
    tones = np.array(rgb(color))[None, :] * (1 - light) + light
    colors = np.concatenate([[(0, 0, 0, 0)], np.c_[tones, np.ones(_SHADES)]])
    return CyclicLabelColormap(colors=colors, background_value=background or 0)
