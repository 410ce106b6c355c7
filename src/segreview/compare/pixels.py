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


def first_shared_pixel(table: OverlapTable, reference_id: int, prediction_id: int) -> int:
    """Position in raster order of the first pixel that two overlapping objects share."""
    box = table.box(REFERENCE, reference_id) & table.box(PREDICTION, prediction_id)
    both = object_mask(table.reference, [reference_id], box)
    both &= object_mask(table.prediction, [prediction_id], box)
    return raster_position(np.unravel_index(int(both.argmax()), box.shape), box, table.reference.shape)


def raster_position(index: Iterable[np.intp | int], box: Box, shape: tuple[int, ...]) -> int:
    """Position in raster order, in an array of ``shape``, of an index into a crop."""
    position = 0
    for offset, start, side in zip(index, box.start, shape, strict=True):
        position = position * side + start + int(offset)
    return position
