"""Which layers of a viewer can be the masks and the image of a review, and which are likely meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from napari.layers import Image, Labels, Layer

from segreview.ui.guest.holding import array_of, could_be_labels, shape_of

_MODEL_WORDS = ("model", "pred", "auto")
_GT_WORDS = ("gt", "truth", "reference", "annotat")

_ROWS = 128
"""Rows of an image that are looked at: enough to tell labels from grey values."""


def masks_among(layers: Iterable[Layer]) -> list[Layer]:
    """Layers that hold masks: Labels, then images that were labels before napari opened them.

    napari opens label files as images unless their numbers are of 32 bits.
    """
    found = list(layers)
    labels = [layer for layer in found if isinstance(layer, Labels)]
    return labels + [layer for layer in found if isinstance(layer, Image) and _looks_like_labels(layer)]


def likely_pair(masks: Sequence[Layer]) -> tuple[Layer | None, Layer | None]:
    """GT and model among masks, by their names, or else the first two."""
    model = next((layer for layer in masks if _sounds_like(layer, _MODEL_WORDS)), None)
    others = [layer for layer in masks if layer is not model]
    gt = next((layer for layer in others if _sounds_like(layer, _GT_WORDS)), others[0] if others else model)
    if model is None:
        model = next((layer for layer in masks if layer is not gt), None)
    return gt, None if model is gt else model


def likely_image(layers: Iterable[Layer], masks: Sequence[Layer]) -> Image | None:
    """The first image that holds no masks."""
    return next((layer for layer in layers if isinstance(layer, Image) and layer not in masks), None)


def channels_among(layers: Iterable[Layer], masks: Sequence[Layer]) -> tuple[Image, ...]:
    """Grey images of one shape, which may be the channels of one; empty where there are no two."""
    grey = [layer for layer in layers if isinstance(layer, Image) and not layer.rgb and layer not in masks]
    together = tuple(layer for layer in grey if shape_of(layer) == shape_of(grey[0]))
    return together if len(together) > 1 else ()


def _sounds_like(layer: Layer, words: Iterable[str]) -> bool:
    return any(word in layer.name.lower() for word in words)


def _looks_like_labels(layer: Image) -> bool:
    """Whether some rows of an image in memory are whole numbers that fill areas."""
    data = array_of(layer)
    if layer.rgb or not isinstance(data, np.ndarray) or data.ndim < 2:
        return False
    plane = data[tuple(size // 2 for size in data.shape[:-2])]
    rows = plane[:: max(1, len(plane) // _ROWS)]
    return bool(rows.any()) and could_be_labels(rows)
