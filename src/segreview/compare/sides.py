"""Both sides of a comparison as label images: of one image, or image by image of a data set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from segreview.errors import SegreviewError
from segreview.model.box import shape_text
from segreview.model.chunked import label_array
from segreview.model.labels import LabelImage
from segreview.model.sample import PREDICTION, REFERENCE
from segreview.shape.segment import SegmentMask

_CHANNELS = (3, 4)
"""Lengths of the last axis of a colour picture."""


# -------------------------------------------------------------------- what a side is
def are_segments(side: Any) -> bool:
    """Whether a side is a list of segments, which may be empty."""
    return isinstance(side, Sequence) and all(isinstance(one, (SegmentMask, dict)) for one in side)


def is_one(side: Any) -> bool:
    """Whether a side is one image (array, label image or rows of numbers) and no sequence of images.

    Raises
    ------
    SegreviewError
        For what can be gone through only once.
    """
    if isinstance(side, Iterator):
        raise SegreviewError(
            f"A side is a {type(side).__name__}, which can be gone through only once.",
            "Give a list of the images, for example list(...) of it.",
        )
    if isinstance(side, (LabelImage, np.ndarray)) or not isinstance(side, Sequence):
        return True
    if not side or isinstance(side[0], (LabelImage, np.ndarray)) or are_segments(side[0]):
        return False
    return axes_of(side[0]) < 2  # a row of an image, not an image


def axes_of(rows: Any) -> int:
    """Number of axes of an array, or of rows of numbers."""
    try:
        return np.ndim(rows)
    except ValueError:  # rows of different lengths: an image all the same, which is refused as such
        return 2


def check_given(prediction: Any) -> None:
    """Refuse a comparison with nothing.

    Raises
    ------
    SegreviewError
        When there is no prediction.
    """
    if prediction is None:
        raise SegreviewError(
            "There is no prediction to compare the reference with.",
            "Give one, or choose the convention agreement for several annotators.",
        )


def image_pairs(reference: Any, prediction: Any) -> list[tuple[Any, Any]]:
    """Both sides of one image or of several, image by image.

    Raises
    ------
    SegreviewError
        When a side is missing or can be gone through only once, or the sides are not as many.
    """
    check_given(prediction)
    if is_one(reference) != is_one(prediction):
        raise SegreviewError(
            "One side is a single image, the other a sequence.",
            "Give two images, or two sequences of images.",
        )
    if is_one(reference):
        return [(reference, prediction)]
    if len(reference) != len(prediction):
        raise SegreviewError(
            f"There are {len(reference)} references and {len(prediction)} predictions.",
            "Give the same images on both sides, in the same order.",
        )
    return list(zip(reference, prediction, strict=True))


# -------------------------------------------------------------------- one image
def label_images(reference: Any, prediction: Any, name: str = "") -> tuple[LabelImage, LabelImage]:
    """Both sides of one image as label images; an array beside one is read as that image is.

    Parameters
    ----------
    reference, prediction
        `LabelImage`, or array of integers in which 0 is the background.
    name
        Name of the image, for messages.

    Raises
    ------
    SegreviewError
        When a side is no image, or does not hold integers.
    """
    first, second = told(REFERENCE, name), told(PREDICTION, name)
    if isinstance(reference, LabelImage):
        return reference, _as_labels(prediction, second, like=reference)
    labels = _as_labels(prediction, second, like=None)
    like = labels if isinstance(prediction, LabelImage) else None
    return _as_labels(reference, first, like=like), labels


def told(what: str, name: str = "") -> str:
    """How something of an image is called at the beginning of a message."""
    return f"{name}: the {what}" if name else f"The {what}"


def check_shapes(reference: LabelImage, prediction: LabelImage, name: str = "") -> None:
    """Refuse sides of different shapes.

    Raises
    ------
    SegreviewError
        With the shapes, and a word on colour pictures where a side looks like one.
    """
    first, second = reference.shape, prediction.shape
    if first == second:
        return
    hint = "Pair masks of the same image, or resample one of them without interpolation."
    for side, own, other in ((REFERENCE, first, second), (PREDICTION, second, first)):
        if len(own) == 3 and own[:2] == other and own[2] in _CHANNELS:
            hint = (
                f"The {side} looks like a colour picture, and labels are one number for each pixel: "
                f"give one channel of it, {side}[..., 0], or read its file with segreview.read."
            )
    raise SegreviewError(
        f"{told(REFERENCE, name)} has shape {shape_text(first)}, the prediction {shape_text(second)}.",
        hint,
    )


def _as_labels(labels: Any, side: str, like: LabelImage | None) -> LabelImage:
    if isinstance(labels, LabelImage):
        return labels
    if are_segments(labels):
        raise SegreviewError(
            f"{side} is a list of segments, and labels are wanted.",
            "Give label images or arrays on both sides; segreview.evaluate and segreview.match take "
            "lists of segments too, on both sides.",
        )
    if isinstance(labels, list | tuple) and any(hasattr(one, "shape") for one in labels):
        raise SegreviewError(
            f"{side} is a sequence of {len(labels)} images where one is wanted.",
            "Give a sequence of images for each side, without sequences in it.",
        )
    data = label_array(labels, side)
    if data.dtype.kind not in "iu":
        raise SegreviewError(
            f"{side} holds {data.dtype} values, and labels are integers.",
            "Convert them first, for example with labels.astype('int32').",
        )
    if like is None or len(like.shape) != data.ndim:
        return LabelImage.of_array(data)
    return replace(like, planes=(data,), stored=None, segments={}, origin=None)
