"""One image under evaluation: both sides, and what is counted of them once for all conventions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from segreview.compare.kernel import PairCounts, count_pairs
from segreview.compare.metrics.counts import Counts
from segreview.compare.sides import are_segments, check_shapes, image_pairs, is_one, label_images
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
    if are_segments(reference) and are_segments(prediction):
        return _segment_cases(reference, prediction)
    pairs = image_pairs(reference, prediction)
    if is_one(reference):
        return [_label_case("image", *pairs[0])]
    return [_case(f"image {n}", *sides) for n, sides in enumerate(pairs, start=1)]


def _case(name: str, reference: Any, prediction: Any) -> Case | SegmentCase:
    if are_segments(reference) and are_segments(prediction):
        return _segment_case(name, reference, prediction)
    return _label_case(name, reference, prediction)


def _label_case(name: str, reference: Any, prediction: Any) -> Case:
    first, second = label_images(reference, prediction, name)
    check_shapes(first, second, name)
    own = first.path.name if first.path is not None else name
    return Case(own, first, second)


# -------------------------------------------------------------------- segments
def _segment_cases(reference: Sequence[Any], prediction: Sequence[Any]) -> list[Case | SegmentCase]:
    sides = (reference, prediction)
    images = _image_ids(one for side in sides for one in side)
    if not images:
        return [_segment_case("image", reference, prediction)]
    parted: dict[Any, tuple[list[Any], list[Any]]] = {image: ([], []) for image in images}
    for n, side in enumerate(sides):
        for one in side:
            if not isinstance(one, dict) or "image_id" not in one:
                raise SegreviewError(
                    "Some segments name their image, others do not.",
                    "Give every segment its image_id, or none of them.",
                )
            parted[one["image_id"]][n].append(one)
    return [_segment_case(f"image {image}", *both) for image, both in parted.items()]


def _image_ids(segments: Iterable[Any]) -> list[Any]:
    """Images that segments name, ascending."""
    named = (one["image_id"] for one in segments if isinstance(one, dict) and "image_id" in one)
    try:
        return sorted(set(named))
    except TypeError as error:
        raise SegreviewError(
            "The image_id of some segments is of another sort than that of others, or is no number or text.",
            "Give numbers everywhere, or text everywhere.",
        ) from error


def _segment_case(name: str, reference: Sequence[Any], prediction: Sequence[Any]) -> SegmentCase:
    sides = [tuple(SegmentMask.of(one) for one in side) for side in (reference, prediction)]
    shapes = {one.rle.shape for side in sides for one in side}
    if len(shapes) > 1:
        raise SegreviewError(
            f"{name}: the segments are of images of {len(shapes)} sizes: {sorted(shapes)}.",
            "Give each segment the image_id of its image, or a list of segments for each image.",
        )
    return SegmentCase(name, *sides)
