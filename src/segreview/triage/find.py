"""Disagreements of two label images, or of a data set, by how likely the annotation is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np

from segreview.compare.disagreement import SETTLED
from segreview.compare.find import Case, compared
from segreview.compare.objects import TOLERANCE
from segreview.model.sample import PREDICTION, REFERENCE, Image, Sample, Source
from segreview.triage.audit import Audit
from segreview.triage.item import Item

_COLOURS = (3, 4)
"""Lengths of a last axis that holds red, green, blue, and maybe alpha."""

MOST = 1 << 27
"""Pixels up to which labels in blocks are looked at, which takes 12 bytes each; larger ones are compared."""


def find_disagreements(
    reference: Any,
    prediction: Any,
    image: Any = None,
    probability: Any = None,
    *,
    threshold: Fraction | float | str = "0.5",
    tolerance: Any = TOLERANCE,
    everything: bool = False,
) -> list[Item]:
    """Disagreements of a reference and a prediction, the most suspicious annotation first.

    Each item is a `Disagreement` that also has a `suspicion`: how likely each side is wrong, and why.

    Parameters
    ----------
    reference, prediction
        Label images, or integer arrays in which 0 is the background, or sequences of such: a data
        set, whose items are in one list, each with the place of its image.
    image, probability
        Pixels of the image, with channels as a first or last axis, and of the model's probability
        that a pixel belongs to an object, 0 to 1. Of a data set a sequence with those of each
        image, or None for an image that has none. Without an image only the masks are looked at.
    threshold
        Least IoU of a hit, as a decimal; compared exactly, as ``>=``.
    tolerance
        Displaced contours within this many pixels count as the same.
    everything
        Whether to list matched and ignored objects too.

    Raises
    ------
    SegreviewError
        When the sides are not as many, shapes do not fit, an array does not hold integers, the
        threshold is none, or the tolerance is none or too large.
    """
    cases = compared((reference, prediction), (image, probability), threshold, tolerance)
    audit = Audit()
    samples = [_sample(place, case) for place, case in enumerate(cases)]
    for place, (case, sample) in enumerate(zip(cases, samples, strict=True)):
        if sample is not None:
            audit.learn(place, case.reference, sample.images, case.prediction)
    items: list[Item] = []
    for place, (case, sample) in enumerate(zip(cases, samples, strict=True)):
        if sample is None:
            items += map(Item.of, case.items)
        else:
            items += audit.items(place, sample, _shares(case.probability), case.items)
    kept = (item for item in items if item.reference_ids or item.prediction_ids)
    chosen = (item for item in kept if everything or item.relation not in SETTLED)
    return sorted(chosen, key=lambda item: item.urgency)


def _sample(place: int, case: Case) -> Sample | None:
    """Sample of both sides and the pixels of an image; None for labels in blocks that are too large."""
    reference, prediction = case.reference, case.prediction
    if case.in_chunks and prod(reference.shape) > MOST:
        return None
    images = () if case.image is None else (image_of(np.asarray(case.image), reference.shape),)
    return Sample(str(place), images, (Source(REFERENCE, reference), Source(PREDICTION, prediction)))


def image_of(pixels: np.ndarray, shape: Sequence[int]) -> Image:
    """Image of an array, whose axis beside those of its labels holds the channels.

    Parameters
    ----------
    pixels
        The array.
    shape
        Shape of the labels, which are neighbouring axes of it.
    """
    if pixels.shape == tuple(shape):
        return Image(pixels)
    if pixels.shape[:-1] == tuple(shape):
        colour = pixels.shape[-1] in _COLOURS
        return Image(pixels, rgb=colour, channel_axis=None if colour else pixels.ndim - 1)
    return Image(pixels, channel_axis=0)


def _shares(given: Any) -> np.ndarray | None:
    """Probabilities of 0 to 1, from floats or from whole numbers of 8 or 16 bits."""
    if given is None:
        return None
    pixels = np.asarray(given)
    return pixels / np.iinfo(pixels.dtype).max if pixels.dtype.kind in "iu" else pixels
