"""How strong the image's edges are along the contours of masks."""

from __future__ import annotations

import numpy as np

from segreview.model.labels import LabelImage
from segreview.model.sample import Image
from segreview.triage.systematic.agreement import flat

_BLUR = 1.0
"""Scale of the edges in pixels."""


def edge_map(image: Image) -> np.ndarray:
    """Strength of the edges at every pixel, over its mean: the largest gradient of the channels, float32."""
    from scipy.ndimage import gaussian_gradient_magnitude

    channels = _channels(image)
    strengths = [
        gaussian_gradient_magnitude(channel / (channel.std() + 1e-9), _BLUR, mode="nearest")
        for channel in channels
    ]
    strongest = np.maximum.reduce(strengths)
    found: np.ndarray = strongest / (strongest.mean() + 1e-9)
    return found


def contour_edges(labels: LabelImage) -> np.ndarray:
    """Contours of masks, blurred like the edges of an image, over their mean, float32."""
    from scipy.ndimage import gaussian_filter

    sigmas = [0.0 if axis == "T" else _BLUR for axis in labels.axes]
    blurred = gaussian_filter(contour_map(labels).astype(np.float32), sigmas)
    found: np.ndarray = blurred / (blurred.mean() + 1e-9)
    return found


def contour_map(labels: LabelImage) -> np.ndarray:
    """Pixels on either side of a contour, as a mask; neither the image's edge nor time has any."""
    data = flat(labels)
    found = np.zeros(data.shape, bool)
    for axis, letter in enumerate(labels.axes):
        if letter != "T":
            along, marked = data.swapaxes(0, axis), found.swapaxes(0, axis)
            differs = along[1:] != along[:-1]
            marked[1:] |= differs
            marked[:-1] |= differs
    return found


def edge_strength(labels: LabelImage, edges: np.ndarray) -> float:
    """Mean strength of the edges along the contours, over that of the whole image; 0 without contours."""
    if labels.shape != edges.shape:
        return 0.0
    at = contour_map(labels)
    return float(edges[at].mean()) if at.any() else 0.0


def _channels(image: Image) -> list[np.ndarray]:
    data = image.data.astype(np.float32)
    if image.rgb:
        return [data[..., n] for n in range(3)]
    if image.channel_axis is not None:
        return list(np.moveaxis(data, image.channel_axis, 0))
    return [data]
