"""The napari layers of a review: image, heatmap, the model's masks and the GT's."""

from __future__ import annotations

import numpy as np
from napari.layers import Image as NapariImage
from napari.layers import Labels, Layer
from napari.utils.colormaps import Colormap, CyclicLabelColormap
from napari.viewer import Viewer

from segreview.compare.heatmap import heat
from segreview.model.box import Box
from segreview.model.labels import LabelImage
from segreview.model.sample import Image
from segreview.session.change import Change, What
from segreview.session.review import Review
from segreview.ui.palette import GT_COLOR, MODEL_COLOR, rgb

GT_NAME, MODEL_NAME, HEAT_NAME = "GT", "model", "disagreement"
_FILLED = 0.45
_SHADES = 7
"""Shades of one side's colour, so that touching objects can be told apart when filled."""


class Layers:
    """Layers of one review in a viewer; `contours` are drawn apart, above them.

    Parameters
    ----------
    viewer
        Viewer that gets the layers.
    review
        The review.
    """

    def __init__(self, viewer: Viewer, review: Review) -> None:
        self._viewer = viewer
        self._review = review
        scale = review.reference.spacing
        self.images = [
            layer
            for n, image in enumerate(review.sample.images)
            for layer in _add_image(viewer, image, n, scale)
        ]
        self.heat: NapariImage = viewer.add_image(
            np.zeros(review.reference.shape, np.uint8),
            name=HEAT_NAME,
            scale=scale,
            colormap=_heat_colormap(),
            contrast_limits=(0, 255),
            blending="translucent",
            visible=False,
        )
        self._heat_is_fresh = False
        self.model = _add_labels(viewer, review.prediction, MODEL_NAME, MODEL_COLOR, scale)
        self.model.editable = False
        self.gt = _add_labels(viewer, review.reference, GT_NAME, GT_COLOR, scale)
        for layer in (self.gt, self.model, self.heat):
            layer.locked = True
        self.fill(False)
        self._unwatch = review.watch(self._on_change)
        _spare_brush_box(viewer)
        viewer.layers.selection.active = self.gt

    @property
    def all(self) -> list[Layer]:
        """Every layer, lowest first."""
        return [*self.images, self.heat, self.model, self.gt]

    def close(self) -> None:
        """Remove the layers."""
        self._unwatch()
        for layer in reversed(self.all):
            if layer in self._viewer.layers:
                layer.locked = False
                self._viewer.layers.remove(layer)

    def fill(self, filled: bool) -> None:
        """Show the masks as coloured areas, or leave them to the outlines."""
        for layer in (self.gt, self.model):
            layer.opacity = _FILLED if filled else 0.0

    def show_heat(self, shown: bool) -> None:
        """Show or hide the disagreement heatmap; it is computed when it is first shown."""
        if shown and not self._heat_is_fresh:
            self.heat.data[...] = heat(self._review.disagreements, Box.of_shape(self.heat.data.shape))
            self._heat_is_fresh = True
            self.heat.refresh()
        if self.heat.visible != shown:
            self.heat.visible = shown

    def _on_change(self, change: Change) -> None:
        if What.PIXELS not in change.what:
            return
        self._heat_is_fresh = self._heat_is_fresh and self.heat.visible
        if not self._heat_is_fresh:
            return
        for box in change.boxes:
            self.heat.data[box.slices] = heat(self._review.disagreements, box)
        self.heat.refresh(extent=False, thumbnail=False)


def _spare_brush_box(viewer: Viewer) -> None:
    """Leave out the box of napari's brush circle, which has no size and is not to be seen.

    napari 0.9.2 goes on drawing it after the layer in hand was removed, and Mesa crashes on that.
    """
    circle = viewer.canvas.overlays.get("_brush_circle")
    if circle is not None:
        circle.box = False


def _add_image(viewer: Viewer, image: Image, number: int, scale: tuple[float, ...]) -> list[NapariImage]:
    """Layers of an image: one, or one for each channel; contrast from percentiles."""
    name = "image" if number == 0 else f"image {number + 1}"
    if image.rgb:
        return [viewer.add_image(image.data, name=name, rgb=True, scale=scale)]
    if image.channel_axis is None:
        limits = contrast_limits(image.data)
        return [viewer.add_image(image.data, name=name, colormap="gray", contrast_limits=limits, scale=scale)]
    channels = np.moveaxis(image.data, image.channel_axis, 0)
    names = image.channel_names or tuple(f"channel {n + 1}" for n in range(len(channels)))
    return [
        viewer.add_image(
            channel,
            name=f"{name}: {title}",
            colormap=_CHANNEL_COLORS[n % len(_CHANNEL_COLORS)],
            contrast_limits=contrast_limits(channel),
            blending="additive",
            scale=scale,
        )
        for n, (channel, title) in enumerate(zip(channels, names, strict=True))
    ]


_CHANNEL_COLORS = ("gray", "green", "magenta", "cyan", "yellow", "red", "blue")


def contrast_limits(data: np.ndarray) -> tuple[float, float]:
    """Grey values between which an image is shown: its percentiles .2 and 99.8.

    At most about a million pixels, evenly spaced, are looked at.
    """
    step = max(1, round((data.size / 1e6) ** (1 / data.ndim)))
    seen = data[tuple(slice(None, None, step) for _ in data.shape)]
    seen = seen[np.isfinite(seen)] if seen.dtype.kind == "f" else seen
    if seen.size == 0:
        return 0.0, 1.0
    low, high = (float(v) for v in np.percentile(seen, (0.2, 99.8)))
    return (low, high) if high > low else (low, low + 1.0)


def _add_labels(
    viewer: Viewer, labels: LabelImage, name: str, color: str, scale: tuple[float, ...]
) -> Labels:
    layer: Labels = viewer.add_labels(
        stacked(labels).copy(), name=name, scale=scale, colormap=_shades(color, labels.background)
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


def _heat_colormap() -> Colormap:
    """From nothing, over violet and red, to a light yellow; readable on dark and on light images."""
    stops = [(0, 0, 0, 0), (0.35, 0.05, 0.45, 0.55), (0.85, 0.2, 0.25, 0.8), (1.0, 0.95, 0.6, 0.95)]
    return Colormap(stops, controls=(0.0, 0.2, 0.6, 1.0), name="segreview heat")
