"""Pixels of objects and regions, looked up within their boxes."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from segreview.compare.overlap import OverlapTable
from segreview.model.box import Box
from segreview.model.labels import LabelImage
from segreview.model.sample import PREDICTION, REFERENCE


def object_mask(labels: LabelImage, ids: Iterable[int], box: Box) -> np.ndarray:
    """Boolean mask, in the shape of a box, of the pixels that hold one of the ids in any plane."""
    mask = np.zeros(box.shape, bool)
    for plane in labels.planes:
        crop = plane[box.slices]
        for object_id in ids:
            mask |= crop == object_id
    return mask


def foreground(labels: LabelImage, box: Box | None = None) -> np.ndarray:
    """Boolean mask of the pixels that hold an object in any plane: neither background nor void.

    Parameters
    ----------
    labels
        The labels.
    box
        The part that is asked for; all of it by default.
    """
    inside = np.zeros(labels.shape if box is None else box.shape, bool)
    for plane in labels.planes:
        crop = plane if box is None else plane[box.slices]
        held = np.ones(inside.shape, bool)
        for no_object in labels.outside:
            held &= crop != no_object
        inside |= held
    return inside


def first_shared_pixel(table: OverlapTable, reference_id: int, prediction_id: int) -> tuple[int, ...]:
    """Place of the first pixel that two overlapping objects share: in raster order, then by plane.

    Returns
    -------
    tuple of int
        Raster position, sum of the two planes' numbers, number of the reference's plane. The sum
        comes first so that exchanging the sides rarely matters.
    """
    box = table.box(REFERENCE, reference_id) & table.box(PREDICTION, prediction_id)
    places = []
    for i, reference in enumerate(table.reference.planes):
        for j, prediction in enumerate(table.prediction.planes):
            both = (reference[box.slices] == reference_id) & (prediction[box.slices] == prediction_id)
            if both.any():
                index = np.unravel_index(int(both.argmax()), box.shape)
                places.append((raster_position(index, box, table.reference.shape), i + j, i))
    return min(places)


def raster_position(index: Iterable[np.intp | int], box: Box, shape: tuple[int, ...]) -> int:
    """Position in raster order, in an array of ``shape``, of an index into a crop."""
    position = 0
    for offset, start, side in zip(index, box.start, shape, strict=True):
        position = position * side + start + int(offset)
    return position
