"""Disagreements of two label images as a plain list."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from segreview.compare.disagreement import Disagreement, Relation
from segreview.compare.live import find_live_disagreements
from segreview.compare.metrics.hit import threshold_of
from segreview.compare.objects import TOLERANCE
from segreview.compare.overlap import label_images
from segreview.errors import SegreviewError

AGREED = frozenset({Relation.MATCHED, Relation.IGNORED})
"""Relations that are no disagreement: contours within the tolerance, or outside the comparison."""


def find_disagreements(
    reference: Any,
    prediction: Any,
    image: Any = None,
    probability: Any = None,
    *,
    threshold: Fraction | float | str = "0.5",
    tolerance: float = TOLERANCE,
    everything: bool = False,
) -> list[Disagreement]:
    """Disagreements of a reference and a prediction, those without a partner first, then the lowest IoU.

    Parameters
    ----------
    reference, prediction
        Label images, or integer arrays in which 0 is the background.
    image, probability
        Pixels of the image and of the model's confidence; their shape must hold the labels'.
        They serve to rank the items and do not change which there are.
    threshold
        Least IoU of a hit, as a decimal; compared exactly, as ``>=``.
    tolerance
        Displaced contours within this many pixels count as the same.
    everything
        Whether to list matched and ignored objects too, at the end.

    Raises
    ------
    SegreviewError
        When shapes do not fit, an array does not hold integers, or the threshold is none.
    """
    sides = label_images(reference, prediction)
    for name, pixels in (("image", image), ("probability map", probability)):
        if pixels is not None and not _holds(np.shape(pixels), sides[0].shape):
            raise SegreviewError(
                f"The {name} has shape {np.shape(pixels)}, the reference {sides[0].shape}.",
                "Give pixels of the same image, with channels as a first or last axis.",
            )
    live = find_live_disagreements(*sides, threshold=threshold_of(threshold), tolerance=tolerance)
    items = sorted(live.items.values(), key=_urgency)
    return [item for item in items if everything or item.relation not in AGREED]


def _urgency(item: Disagreement) -> tuple[bool, bool, float, int]:
    """Sort key; the sort is stable, so equal items stay in raster order."""
    alone = not (item.reference_ids and item.prediction_ids)
    return item.relation in AGREED, not alone, item.iou, -item.area


def _holds(shape: Sequence[int], labels_shape: tuple[int, ...]) -> bool:
    """Whether the axes of labels are neighbouring axes of pixels."""
    n = len(labels_shape)
    return any(tuple(shape[i : i + n]) == labels_shape for i in range(len(shape) - n + 1))
