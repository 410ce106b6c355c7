"""What labels must have for a convention to fit them; what is missing is told in words."""

from __future__ import annotations

from math import isnan
from typing import Any

from segreview.compare.matching import has_classes
from segreview.compare.metrics.case import SegmentCase
from segreview.compare.metrics.convention import Convention, Need
from segreview.errors import ScoreError, SegreviewError
from segreview.model.labels import Kind, LabelImage
from segreview.model.sample import PREDICTION, REFERENCE

CITYSCAPES = "cityscapes"
"""Name of the class table with the ids that the Cityscapes conventions know."""


def check_needs(case: Any, convention: Convention) -> None:
    """Refuse an image that a convention does not fit.

    Raises
    ------
    SegreviewError
        With what is missing, and which convention would do.
    """
    if isinstance(case, SegmentCase):
        if not convention.segments:
            raise SegreviewError(
                f"{case.name}: {convention.title} looks at label images, and these are lists of segments.",
                "Give label images, or choose a convention of objects, such as coco or stardist.",
            )
        if Need.SCORES in convention.needs:
            _check_scores(case, convention, [one.score for one in case.prediction])
        return
    for side in (REFERENCE, PREDICTION):
        labels = getattr(case, side, None)
        if labels is not None:
            _check_side(case.name, side, labels, convention)
    if Need.SCORES in convention.needs:
        segments = case.prediction.segments
        ids = case.counts.prediction_ids.tolist()
        if Need.CITYSCAPES in convention.needs:  # which looks at things only
            ids = [i for i in ids if _is_thing(case.prediction, i)]
        _check_scores(case, convention, [segments[i].score if i in segments else None for i in ids])


def _is_thing(labels: LabelImage, segment_id: int) -> bool:
    """Whether a segment is of a countable class, or of none that is known."""
    category = labels.category(segment_id)
    return category is None or category.isthing


def _check_side(name: str, side: str, labels: LabelImage, convention: Convention) -> None:
    if Need.OBJECTS in convention.needs and labels.kind is Kind.SEMANTIC:
        raise SegreviewError(
            f"{name}: {convention.title} counts objects, and the {side} holds classes only.",
            "Choose the convention semantic, or read the labels as instances.",
        )
    # a two-valued mask has two classes: object and background
    if Need.CLASSES in convention.needs and labels.kind is not Kind.BINARY and not has_classes(labels):
        raise SegreviewError(
            f"{name}: {convention.title} looks at classes, and nothing is known of those of the {side}.",
            "Give a class table or segments with categories, or choose stardist or f1, which need none.",
        )
    if Need.CITYSCAPES in convention.needs and (
        labels.ontology is None or labels.ontology.name != CITYSCAPES
    ):
        raise SegreviewError(
            f"{name}: {convention.title} knows the ids of Cityscapes, and the {side} has others.",
            "Read the labels with classes='cityscapes', or choose the convention semantic or panoptic.",
        )


def _check_scores(case: Any, convention: Convention, scores: list[float | None]) -> None:
    missing = sum(score is None or isnan(score) for score in scores)
    if missing:
        raise ScoreError(
            f"{case.name}: {convention.title} ranks the predicted objects by their scores, and {missing} of "
            f"{len(scores)} have none that is a number.",
            "Give the model's scores, or choose stardist or cellpose, which need none.",
        )
