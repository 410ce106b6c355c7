"""Disagreements of two label images, or of a data set, as a plain list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from numbers import Real
from typing import Any

import numpy as np

from segreview.compare.disagreement import Disagreement, Relation
from segreview.compare.live import find_live_disagreements
from segreview.compare.metrics.hit import threshold_of
from segreview.compare.objects import TOLERANCE
from segreview.compare.overlap import OverlapTable
from segreview.compare.sides import image_pairs, is_one, label_images, told
from segreview.errors import SegreviewError
from segreview.model.labels import LabelImage

AGREED = frozenset({Relation.MATCHED, Relation.IGNORED})
"""Relations that are no disagreement: contours within the tolerance, or outside the comparison."""


def find_disagreements(
    reference: Any,
    prediction: Any,
    image: Any = None,
    probability: Any = None,
    *,
    threshold: Fraction | float | str = "0.5",
    tolerance: Any = TOLERANCE,
    everything: bool = False,
) -> list[Disagreement]:
    """Disagreements of a reference and a prediction, those without a partner first, then the lowest IoU.

    Parameters
    ----------
    reference, prediction
        Label images, or integer arrays in which 0 is the background, or sequences of such: a data
        set, whose items are in one list, each with the place of its image.
    image, probability
        Pixels of the image and of the model's confidence; their shape must hold the labels'. Of a
        data set a sequence with those of each image, or None for an image that has none.
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
        When the sides are not as many, shapes do not fit, an array does not hold integers, the
        threshold is none, or the tolerance is none or too large.
    """
    pairs = image_pairs(reference, prediction)
    several = not is_one(reference)
    pixels = zip(*(_of_each(one, pairs, several) for one in (image, probability)), strict=True)
    if not isinstance(tolerance, Real):
        raise SegreviewError(f"{tolerance!r} is no tolerance.", "Give a number of pixels, 0 or more.")
    rule = (threshold_of(threshold), float(tolerance))
    found: list[Disagreement] = []
    for place, (sides, (own_image, own_probability)) in enumerate(zip(pairs, pixels, strict=True)):
        name = f"image {place + 1}" if several else ""
        labels = label_images(*sides, name)
        _check_pixels(labels[0], own_image, own_probability, name)
        table = OverlapTable.build(*labels, name)
        items = find_live_disagreements(*labels, table, *rule).items.values()
        found += [replace(item, image=place) for item in items] if several else items
    found = [item for item in found if everything or item.relation not in AGREED]
    return sorted(found, key=_urgency)


def _of_each(pixels: Any, pairs: Sequence[Any], several: bool) -> Sequence[Any]:
    """Pixels that go with each image."""
    if pixels is None or not several:
        return [pixels] * len(pairs)
    if not isinstance(pixels, (Sequence, np.ndarray)) or len(pixels) != len(pairs):
        raise SegreviewError(
            f"There are {len(pairs)} pairs of labels, and not as many images or probability maps.",
            "Give a list with one for each pair, in the same order; None where there is none.",
        )
    return list(pixels)


def _check_pixels(labels: LabelImage, image: Any, probability: Any, name: str) -> None:
    """Refuse pixels of another image."""
    for what, pixels in (("image", image), ("probability map", probability)):
        if pixels is not None and not _holds(np.shape(pixels), labels.shape):
            raise SegreviewError(
                f"{told(what, name)} has shape {np.shape(pixels)}, the reference {labels.shape}.",
                "Give pixels of the same image, with channels as a first or last axis.",
            )


def _urgency(item: Disagreement) -> tuple[bool, bool, float, int]:
    """Sort key; the sort is stable, so equal items stay in raster order."""
    alone = not (item.reference_ids and item.prediction_ids)
    return item.relation in AGREED, not alone, item.iou, -item.area


def _holds(shape: Sequence[int], labels_shape: tuple[int, ...]) -> bool:
    """Whether the axes of labels are neighbouring axes of pixels."""
    n = len(labels_shape)
    return any(tuple(shape[i : i + n]) == labels_shape for i in range(len(shape) - n + 1))
