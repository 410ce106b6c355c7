"""Masks that may overlap, stacked into the planes of a label image."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from segreview.model.box import Box


def stacked(shape: tuple[int, ...], masks: Iterable[np.ndarray]) -> tuple[np.ndarray, ...]:
    """Planes in which masks are numbered from 1, at least one plane; see `laid`.

    Parameters
    ----------
    shape
        Shape of the image.
    masks
        Boolean arrays of that shape.
    """
    boxes = ((Box.of_mask(mask), mask) for mask in masks)
    return laid(shape, ((box, mask[box.slices]) for box, mask in boxes))


def laid(
    shape: tuple[int, ...],
    crops: Iterable[tuple[Box, np.ndarray]],
    check: Callable[[int], None] = lambda _: None,
) -> tuple[np.ndarray, ...]:
    """Planes in which masks given by crops are numbered from 1, at least one plane.

    Each mask goes to the first plane where its pixels are free, so that masks without overlap share one.

    Parameters
    ----------
    shape
        Shape of the image.
    crops
        A box of the image and the mask in it, of each object.
    check
        Called with the number of planes before there is one more; what it raises ends the work.
    """
    check(1)
    planes = [np.zeros(shape, np.int32)]
    for number, (box, crop) in enumerate(crops, start=1):
        plane = next((one for one in planes if not one[box.slices][crop].any()), None)
        if plane is None:
            check(len(planes) + 1)
            plane = np.zeros(shape, np.int32)
            planes.append(plane)
        plane[box.slices][crop] = number
    return tuple(planes)
