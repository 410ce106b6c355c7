"""Annotations and detections of images as columns: what COCO's figures are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from segreview.compare.metrics.case import Case, SegmentCase
from segreview.compare.metrics.counts import Counts
from segreview.errors import SegreviewError

UNNAMED = 0
"""Class of objects of which none is known."""


@dataclass(frozen=True, eq=False)
class CocoImage:
    """Annotations and detections of one image or of several.

    Parameters
    ----------
    reference_areas, prediction_areas
        Pixels of each mask, int64.
    reference_sizes
        Areas of the annotations as their file states them, float64: what the area ranges look at.
    reference_categories, prediction_categories
        Ids of the classes.
    crowds
        Which annotations are crowds.
    nameless
        Which annotations have the id 0.
    scores
        Scores of the detections, float64.
    rows, columns, shared
        Places of the annotation and the detection of every pair of one class that overlaps, and the
        pixels that both share.
    """

    reference_areas: np.ndarray
    prediction_areas: np.ndarray
    reference_sizes: np.ndarray
    reference_categories: np.ndarray
    prediction_categories: np.ndarray
    crowds: np.ndarray
    nameless: np.ndarray
    scores: np.ndarray
    rows: np.ndarray
    columns: np.ndarray
    shared: np.ndarray


def image_of(case: Case | SegmentCase) -> CocoImage:
    """Columns of one image."""
    counts = case.counts
    if isinstance(case, SegmentCase):
        facts = _of_segments(case, counts)
    else:
        facts = _of_labels(case, counts)
    own = facts["reference_categories"][counts.rows] == facts["prediction_categories"][counts.columns]
    return CocoImage(
        reference_areas=counts.reference_areas,
        prediction_areas=counts.prediction_areas,
        rows=counts.rows[own],
        columns=counts.columns[own],
        shared=counts.shared[own],
        **facts,
    )


def _of_segments(case: SegmentCase, counts: Counts) -> dict[str, np.ndarray]:
    return {
        "reference_sizes": np.array(
            [
                area if one.area is None else one.area
                for one, area in zip(case.reference, counts.reference_areas.tolist(), strict=True)
            ],
            float,
        ),
        **_categories(
            case.name, [one.category for one in case.reference], [one.category for one in case.prediction]
        ),
        "crowds": np.array([one.iscrowd for one in case.reference], bool),
        "nameless": np.array([one.id == 0 for one in case.reference], bool),
        "scores": np.array([one.score for one in case.prediction], float),
    }


def _of_labels(case: Case, counts: Counts) -> dict[str, np.ndarray]:
    reference, prediction = counts.reference_ids.tolist(), counts.prediction_ids.tolist()
    known, scored = case.reference.segments, case.prediction.segments
    return {
        "reference_sizes": counts.reference_areas.astype(float),
        **_categories(
            case.name,
            [case.reference.category_of(i) for i in reference],
            [case.prediction.category_of(i) for i in prediction],
        ),
        "crowds": np.array([i in known and known[i].iscrowd for i in reference], bool),
        "nameless": np.zeros(len(reference), bool),
        "scores": np.array([scored[i].score for i in prediction], float),
    }


def _categories(
    name: str, reference: Sequence[int | None], prediction: Sequence[int | None]
) -> dict[str, np.ndarray]:
    """Classes of both sides; where none is known of any object, all are of one."""
    without = sum(category is None for side in (reference, prediction) for category in side)
    if 0 < without < len(reference) + len(prediction):
        raise SegreviewError(
            f"{name}: objects are compared within their class, and {without} of "
            f"{len(reference) + len(prediction)} have none.",
            "Give each object of both sides its class, or none of them.",
        )
    columns = (
        np.array([UNNAMED if category is None else category for category in side], np.int64)
        for side in (reference, prediction)
    )
    return dict(zip(("reference_categories", "prediction_categories"), columns, strict=True))


@dataclass(frozen=True, eq=False)
class Scene(CocoImage):
    """All images one behind the other.

    Parameters
    ----------
    prediction_images
        Number of the image of each detection.
    """

    prediction_images: np.ndarray

    @classmethod
    def of(cls, images: Sequence[CocoImage]) -> Scene:
        """Join the columns of all images; pairs point to the joined ones."""
        empty = CocoImage(*(np.zeros(0, dtype) for dtype in _DTYPES))
        columns = {
            field.name: np.concatenate([getattr(image, field.name) for image in (empty, *images)])
            for field in fields(CocoImage)
        }
        pairs = [image.rows.size for image in images]
        for name, sizes in (
            ("rows", [image.reference_areas.size for image in images]),
            ("columns", [image.prediction_areas.size for image in images]),
        ):
            before = np.cumsum([0, *sizes])[: len(sizes)]
            columns[name] = columns[name] + np.repeat(before, pairs)
        numbers = np.repeat(np.arange(len(images)), [image.prediction_areas.size for image in images])
        return cls(**columns, prediction_images=numbers)

    def categories(self) -> list[int]:
        """Ids of all classes that occur, ascending."""
        found: list[int] = np.union1d(self.reference_categories, self.prediction_categories).tolist()
        return found

    def ranks(self, detections: np.ndarray | None = None) -> np.ndarray:
        """Place of each detection among those of its image and class, the highest score first, from 0.

        Parameters
        ----------
        detections
            Those that are looked at, all by default.
        """
        chosen = np.arange(self.scores.size) if detections is None else detections
        image, category = self.prediction_images[chosen], self.prediction_categories[chosen]
        order = np.lexsort((-self.scores[chosen], category, image))
        image, category = image[order], category[order]
        begins = np.ones(order.size, bool)
        begins[1:] = (image[1:] != image[:-1]) | (category[1:] != category[:-1])
        starts = np.flatnonzero(begins)
        ranks = np.empty(order.size, np.int64)
        ranks[order] = np.arange(order.size) - np.repeat(starts, np.diff(starts, append=order.size))
        return ranks

    @cached_property
    def wholes(self) -> np.ndarray:
        """What the shared pixels of each pair are divided by: the union, or for crowds the detection."""
        detections = self.prediction_areas[self.columns]
        both = self.reference_areas[self.rows] + detections - self.shared
        wholes: np.ndarray = np.where(self.crowds[self.rows], detections, both)
        return wholes

    def notes(self) -> tuple[str, ...]:
        """What a reader has to know of these annotations."""
        if not self.nameless.any():
            return ()
        return (
            "COCO's own code takes a match with the annotation of id 0 for none, and so do these figures; "
            "number annotations from 1.",
        )


_DTYPES = ("i8", "i8", "f8", "i8", "i8", "?", "?", "f8", "i8", "i8", "i8")
