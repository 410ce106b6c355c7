"""One image under evaluation: both sides, and what is counted of them once for all conventions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from segreview.compare.kernel import PairCounts, count_pairs
from segreview.compare.metrics.counts import Counts
from segreview.compare.overlap import label_images
from segreview.errors import SegreviewError
from segreview.model.labels import LabelImage
from segreview.model.sample import PREDICTION, REFERENCE
from segreview.shape.segment import SegmentMask


@dataclass(frozen=True, eq=False)
class Case:
    """One image with both sides as label images.

    Parameters
    ----------
    name
        Name of the image.
    reference, prediction
        Its labels, of one shape.
    """

    name: str
    reference: LabelImage
    prediction: LabelImage

    @cached_property
    def pairs(self) -> PairCounts:
        """Pixels of every pair of ids, those of backgrounds and voids among them.

        Raises
        ------
        SegreviewError
            When objects overlap within a side, so that a pixel has no one id.
        """
        self.check_planes()
        return count_pairs(self.reference.data, self.prediction.data)

    def check_planes(self) -> None:
        """Refuse objects that overlap within a side.

        Raises
        ------
        SegreviewError
            When there are such.
        """
        for side, labels in ((REFERENCE, self.reference), (PREDICTION, self.prediction)):
            if len(labels.planes) > 1:
                raise SegreviewError(
                    f"{self.name}: objects of the {side} overlap, and this convention wants one per pixel.",
                    "Choose a convention for objects that overlap, for example coco.",
                )

    @cached_property
    def counts(self) -> Counts:
        """Areas of all objects and overlaps of all pairs."""
        return Counts.of(self.reference, self.prediction)


@dataclass(frozen=True, eq=False)
class SegmentCase:
    """One image with both sides as lists of segments, which may overlap.

    Parameters
    ----------
    name
        Name of the image.
    reference, prediction
        Its segments, all of one shape.
    """

    name: str
    reference: tuple[SegmentMask, ...]
    prediction: tuple[SegmentMask, ...]

    @cached_property
    def counts(self) -> Counts:
        """Areas of all segments and overlaps of all pairs."""
        return Counts.of_segments(self.reference, self.prediction)


def pair_cases(reference: Any, prediction: Any) -> list[Case | SegmentCase]:
    """Both sides of one image or of several, image by image.

    Segments that name their image (``image_id``) are parted by it, in ascending order.

    Raises
    ------
    SegreviewError
        When the sides are not as many, or shapes differ.
    """
    if prediction is None:
        raise SegreviewError(
            "There is no prediction to compare the reference with.",
            "Give one, or choose the convention agreement for several annotators.",
        )
    if are_segments(reference) and are_segments(prediction):
        return _segment_cases(reference, prediction)
    if is_one(reference) != is_one(prediction):
        raise SegreviewError(
            "One side is a single image, the other a sequence.",
            "Give two images, or two sequences of images.",
        )
    if is_one(reference):
        return [_label_case("image", reference, prediction)]
    references, predictions = list(reference), list(prediction)
    if len(references) != len(predictions):
        raise SegreviewError(
            f"There are {len(references)} references and {len(predictions)} predictions.",
            "Give the same images on both sides, in the same order.",
        )
    return [
        _segment_case(f"image {n}", *sides) if are_segments(sides[0]) else _label_case(f"image {n}", *sides)
        for n, sides in enumerate(zip(references, predictions, strict=True), start=1)
    ]


def is_one(side: Any) -> bool:
    """Whether a side is one image (array, label image or rows of numbers) and no sequence of images."""
    if isinstance(side, (LabelImage, np.ndarray)) or not isinstance(side, Sequence):
        return True
    if not side or isinstance(side[0], (LabelImage, np.ndarray)) or are_segments(side[0]):
        return False
    return np.ndim(side[0]) < 2  # a row of an image, not an image


def _label_case(name: str, reference: Any, prediction: Any) -> Case:
    first, second = label_images(reference, prediction)
    if first.shape != second.shape:
        raise SegreviewError(
            f"{name}: the reference has shape {first.shape}, the prediction {second.shape}.",
            "Pair masks of the same image, or resample one of them without interpolation.",
        )
    own = first.path.name if first.path is not None else name
    return Case(own, first, second)


# -------------------------------------------------------------------- segments
def are_segments(side: Any) -> bool:
    """Whether a side is a list of segments, which may be empty."""
    return isinstance(side, Sequence) and all(isinstance(one, (SegmentMask, dict)) for one in side)


def _segment_cases(reference: Sequence[Any], prediction: Sequence[Any]) -> list[Case | SegmentCase]:
    sides = (reference, prediction)
    images = {
        one["image_id"] for side in sides for one in side if isinstance(one, dict) and "image_id" in one
    }
    if not images:
        return [_segment_case("image", reference, prediction)]
    parted: dict[Any, tuple[list[Any], list[Any]]] = {image: ([], []) for image in sorted(images)}
    for n, side in enumerate(sides):
        for one in side:
            if not isinstance(one, dict) or "image_id" not in one:
                raise SegreviewError(
                    "Some segments name their image, others do not.",
                    "Give every segment its image_id, or none of them.",
                )
            parted[one["image_id"]][n].append(one)
    return [_segment_case(f"image {image}", *both) for image, both in parted.items()]


def _segment_case(name: str, reference: Sequence[Any], prediction: Sequence[Any]) -> SegmentCase:
    sides = [tuple(SegmentMask.of(one) for one in side) for side in (reference, prediction)]
    shapes = {one.rle.shape for side in sides for one in side}
    if len(shapes) > 1:
        raise SegreviewError(
            f"{name}: the segments are of images of {len(shapes)} sizes: {sorted(shapes)}.",
            "Give each segment the image_id of its image, or a list of segments for each image.",
        )
    return SegmentCase(name, *sides)
