"""Cut-outs: a part of a slice with its masks, as a picture that no window need show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from segreview.model.box import Box
from segreview.model.edit import Edit
from segreview.model.labels import LabelImage
from segreview.model.sample import Sample
from segreview.shape.fill import Fill
from segreview.shape.outline import Outline, draw_outlines, lay_over, sample_view
from segreview.ui.canvas.layers import Picture, pictures_of, stacked
from segreview.ui.canvas.section import crop_after
from segreview.ui.docks.sight import View
from segreview.ui.palette import GT_COLOR, MODEL_COLOR, rgb_bytes, stable_color

GROUND = 24
"""Grey of what lies beyond the data."""

_COLORS = 64
_OPACITY = 110


@dataclass(frozen=True, eq=False)
class Cutout:
    """A part of a slice.

    Parameters
    ----------
    image
        Its pixels, ``(H, W, 3)`` uint8.
    sides
        Ids ``(H, W)`` of the GT, and of the model where it is shown too, each with those that are no objects.
    focus
        Box within it that is to be seen at first.
    spacing
        Height and width of a pixel.
    filled
        Whether the GT is coloured by its ids.
    """

    image: np.ndarray
    sides: tuple[tuple[np.ndarray, frozenset[int]], ...]
    focus: Box
    spacing: tuple[float, ...]
    filled: bool = False

    def draw(self, view: View) -> np.ndarray:
        """Picture of what is in view, ``(H, W, 3)`` uint8."""
        picture = np.full((*view.window.size, 3), GROUND, np.uint8)
        if not view.empty:
            part = picture[view.part]
            part[...] = self.image[np.ix_(view.rows, view.columns)]
            lay_over(part, draw_outlines(self._outlines(view)))
        return picture

    def _outlines(self, view: View) -> list[Outline]:
        fills = (_ids_as_colors() if self.filled else None, None)
        drawn = []
        for n, (ids, outside) in enumerate(self.sides):
            seen = sample_view(ids, view.rows, view.columns)
            color = rgb_bytes((GT_COLOR, MODEL_COLOR)[n])
            drawn.append(Outline([seen], color, n == 1, outside, fill=fills[n]))
        return drawn


def cut_out(
    sample: Sample,
    labels: LabelImage,
    focus: Box,
    edits: Sequence[Edit] = (),
    *,
    model: bool = False,
    filled: bool = False,
) -> Cutout:
    """Cut-out around a box, from the slice in its middle, with as much again on every side.

    Parameters
    ----------
    sample
        Gives the image, and the model's masks.
    labels
        GT that is shown; the sample's own or another one.
    focus
        The box, in pixels of these labels.
    edits
        What is shown as done to the GT.
    model
        Whether the model's masks are shown too.
    filled
        Whether the GT is coloured by its ids.
    """
    slab = _slab(focus, labels.shape)
    planes = [
        crop_after(plane, slab, [edit for edit in edits if edit.plane == n])
        for n, plane in enumerate(labels.planes)
    ]
    shown = [replace(labels, planes=tuple(planes))]
    prediction = sample.prediction
    if model and sample.has_prediction and prediction is not None and prediction.shape == labels.shape:
        shown.append(replace(prediction, planes=tuple(plane[slab.slices] for plane in prediction.planes)))
    flat = (0,) * (len(labels.shape) - 2)
    sides = tuple((stacked(side)[flat], side.outside) for side in shown)
    inner = Box(focus.start[-2:], focus.stop[-2:]).relative_to(Box(slab.start[-2:], slab.stop[-2:]))
    image = _image(sample, labels.shape, slab)
    return Cutout(image, sides, inner, labels.spacing[-2:], filled)


def _slab(focus: Box, shape: Sequence[int]) -> Box:
    """Box with as much again on every side in the plane, and one slice thick."""
    at = [(a + b - 1) // 2 for a, b in zip(focus.start[:-2], focus.stop[:-2], strict=True)]
    sides = zip(focus.start[-2:], focus.stop[-2:], shape[-2:], strict=True)
    spans = [(max(2 * a - b, 0), min(2 * b - a, size)) for a, b, size in sides]
    return Box((*at, *(a for a, _ in spans)), (*(n + 1 for n in at), *(b for _, b in spans)))


def _image(sample: Sample, shape: tuple[int, ...], slab: Box) -> np.ndarray:
    """Pixels of the first image or channel; plain ground where there is none of the labels' shape."""
    images = sample.images[:1]
    if images and images[0].spatial_shape == shape:
        return _shown(pictures_of(sample)[0], slab)
    return np.full((*slab.shape[-2:], 3), 2 * GROUND, np.uint8)


def _shown(picture: Picture, slab: Box) -> np.ndarray:
    """Pixels of a picture as they are shown at first, ``(H, W, 3)`` uint8."""
    pixels = picture.data[slab.start[:-2]][slab.slices[-2:]]
    if picture.rgb:
        full = np.iinfo(pixels.dtype).max if pixels.dtype.kind in "ui" else 1.0
        colors: np.ndarray = (pixels[..., :3].astype(np.float32) * (255 / full)).astype(np.uint8)
        return colors
    low, high = picture.limits or (0.0, 1.0)
    share = (np.nan_to_num(pixels.astype(np.float32)) - low) / max(high - low, 1e-12)
    return np.repeat((np.clip(share, 0, 1) * 255).astype(np.uint8)[..., None], 3, axis=2)


def _ids_as_colors() -> Fill:
    """Fill in which an id always has the same colour."""
    colors = np.array([(0, 0, 0, 0), *((*stable_color(n), _OPACITY) for n in range(1, _COLORS))], np.uint8)
    return Fill(lambda ids: (ids % (_COLORS - 1) + 1).astype(np.uint8), colors)
