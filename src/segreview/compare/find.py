"""Disagreements of two label images, or of a data set, image by image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from numbers import Real
from typing import Any

import numpy as np

from segreview.compare.disagreement import SETTLED, Disagreement
from segreview.compare.live import find_live_disagreements
from segreview.compare.metrics.hit import threshold_of
from segreview.compare.overlap import OverlapTable
from segreview.compare.sides import image_pairs, is_one, label_images, told
from segreview.errors import SegreviewError
from segreview.model.labels import LabelImage


@dataclass(frozen=True, eq=False)
class Case:
    """One image of a comparison.

    Parameters
    ----------
    reference, prediction
        Labels of both sides.
    image, probability
        Pixels that go with them, or None.
    items
        How the sides differ, matched and ignored objects at the end: those without a partner
        first, then the lowest IoU.
    """

    reference: LabelImage
    prediction: LabelImage
    image: Any
    probability: Any
    items: tuple[Disagreement, ...]

    @property
    def in_chunks(self) -> bool:
        """Whether labels are read piece by piece."""
        return self.reference.in_chunks or self.prediction.in_chunks


def compared(sides: Sequence[Any], pixels: Sequence[Any], threshold: Any, tolerance: Any) -> list[Case]:
    """Each image of a comparison.

    Parameters
    ----------
    sides
        Reference and prediction, as `segreview.find_disagreements` takes them.
    pixels
        Image and probability, as it takes them; their shapes are looked at, and nothing else.
    threshold, tolerance
        As it takes them.

    Raises
    ------
    SegreviewError
        When the sides are not as many, shapes do not fit, an array does not hold integers, the
        threshold is none, or the tolerance is none or too large.
    """
    pairs = image_pairs(*sides)
    several = not is_one(sides[0])
    images, maps = (_of_each(one, pairs, several) for one in pixels)
    if not isinstance(tolerance, Real):
        raise SegreviewError(f"{tolerance!r} is no tolerance.", "Give a number of pixels, 0 or more.")
    rule = (threshold_of(threshold), float(tolerance))
    cases = []
    for place, (pair, image, probability) in enumerate(zip(pairs, images, maps, strict=True)):
        name = f"image {place + 1}" if several else ""
        labels = label_images(*pair, name)
        _check_pixels(labels[0], image, probability, name)
        found = find_live_disagreements(*labels, OverlapTable.build(*labels, name), *rule).items.values()
        items = [replace(item, image=place) for item in found] if several else found
        cases.append(Case(*labels, image, probability, tuple(sorted(items, key=_urgency))))
    return cases


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
    return item.relation in SETTLED, not alone, item.iou, -item.area


def _holds(shape: Sequence[int], labels_shape: tuple[int, ...]) -> bool:
    """Whether the axes of labels are neighbouring axes of pixels."""
    n = len(labels_shape)
    return any(tuple(shape[i : i + n]) == labels_shape for i in range(len(shape) - n + 1))
