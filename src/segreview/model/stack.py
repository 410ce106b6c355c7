"""Masks that may overlap, stacked into the planes of a label image."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from segreview.model.box import Box


def stacked(shape: tuple[int, ...], masks: Iterable[np.ndarray]) -> tuple[np.ndarray, ...]:
    """Planes in which masks are numbered from 1, at least one plane.

    Each mask goes to the first plane where its pixels are free, so that masks without overlap share one.

    Parameters
    ----------
    shape
        Shape of the image.
    masks
        Boolean arrays of that shape.
    """
    planes = [np.zeros(shape, np.int32)]
    for number, mask in enumerate(masks, start=1):
        box = Box.of_mask(mask)
        crop = mask[box.slices]
        plane = next((one for one in planes if not one[box.slices][crop].any()), None)
        if plane is None:
            plane = np.zeros(shape, np.int32)
            planes.append(plane)
        plane[box.slices][crop] = number
    return tuple(planes)
