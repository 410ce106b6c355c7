"""Masks that may overlap, stacked into the planes of a label image."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

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
    boxes = ((number, Box.of_mask(mask), mask) for number, mask in enumerate(masks, start=1))
    return laid(shape, ((number, box, mask[box.slices]) for number, box, mask in boxes))


def laid(
    shape: tuple[int, ...],
    crops: Iterable[tuple[int, Box, np.ndarray]],
    check: Callable[[int], None] = lambda _: None,
    dtype: type[np.signedinteger[Any]] = np.int32,
) -> tuple[np.ndarray, ...]:
    """Planes in which masks given by crops have their ids, at least one plane.

    Each mask goes to the first plane where its pixels are free, so that masks without overlap share one.

    Parameters
    ----------
    shape
        Shape of the image.
    crops
        Of each object its id, a box of the image, and the mask in it.
    check
        Called with the number of planes before there is one more; what it raises ends the work.
    dtype
        Type that holds the ids.
    """
    check(1)
    planes = [np.zeros(shape, dtype)]
    for id_, box, crop in crops:
        plane = next((one for one in planes if not one[box.slices][crop].any()), None)
        if plane is None:
            check(len(planes) + 1)
            plane = np.zeros(shape, dtype)
            planes.append(plane)
        plane[box.slices][crop] = id_
    return tuple(planes)
