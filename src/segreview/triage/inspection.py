"""Inspections: all evidence on one image and its masks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from segreview.errors import SegreviewError
from segreview.model.box import shape_text
from segreview.model.labels import Kind, LabelImage
from segreview.model.sample import Image
from segreview.triage.evidence.backdrop import Backdrop
from segreview.triage.evidence.field import Shares
from segreview.triage.evidence.picture import Picture, picture_of
from segreview.triage.evidence.relation import Relations
from segreview.triage.evidence.subject import Subject, sums_of
from segreview.triage.evidence.table import Evidence, gather
from segreview.triage.missed import Candidates, candidates_of


@dataclass(frozen=True, eq=False)
class View:
    """One plane of labels at one time, with its picture.

    Parameters
    ----------
    labels
        Labels of this plane and time alone, without an axis of time.
    picture
        The image at that time; None without an image.
    frame
        Place on the axis of time, or None.
    plane
        Number of the plane.
    elsewhere
        Pixels of objects that lie in other planes; None where there is one plane.
    """

    labels: LabelImage
    picture: Picture | None
    frame: int | None = None
    plane: int = 0
    elsewhere: np.ndarray | None = None

    @cached_property
    def subject(self) -> Subject:
        """The objects."""
        return Subject.of(self.labels, self.picture, self.elsewhere)

    def part(self, pixels: np.ndarray | None) -> np.ndarray | None:
        """Part at this time of an array of the whole labels' shape."""
        return pixels if pixels is None or self.frame is None else pixels[self.frame]


def views_of(labels: LabelImage, images: Sequence[Image] = ()) -> Iterator[View]:
    """Every plane of labels at every time.

    Raises
    ------
    SegreviewError
        When an image has another shape than the labels.
    """
    for image in images:
        refuse_misfit("The image is", image.spatial_shape, labels)
    in_time = labels.axes.startswith("T")
    spacing = labels.spacing[1:] if in_time else labels.spacing
    for frame in range(labels.shape[0]) if in_time else [None]:
        picture = picture_of(images, spacing, frame) if images else None
        parts = [plane[frame] if frame is not None else _readable(plane, labels) for plane in labels.planes]
        for number, part in enumerate(parts):
            alone = replace(
                labels,
                planes=(part,),
                axes=labels.axes[-part.ndim :],
                spacing=spacing,
                offset=(),
                stored=None,
            )
            others = [holds_object(other, labels) for n, other in enumerate(parts) if n != number]
            yield View(alone, picture, frame, number, np.logical_or.reduce(others) if others else None)


def _readable(plane: np.ndarray, labels: LabelImage) -> np.ndarray:
    """A plane as it can be looked at: classes as a whole, objects window by window."""
    return np.asarray(plane[...]) if labels.kind in (Kind.SEMANTIC, Kind.PANOPTIC) else plane


def holds_object(plane: np.ndarray, labels: LabelImage) -> np.ndarray:
    """Pixels of a plane of labels that are neither background nor void."""
    return np.isin(plane, list(labels.outside), invert=True)


def refuse_misfit(what: str, shape: tuple[int, ...], labels: LabelImage) -> None:
    """Refusal of what has another shape than the annotation."""
    if shape != labels.shape:
        raise SegreviewError(
            f"{what} {shape_text(shape)}, its annotation {shape_text(labels.shape)} pixels.",
            "They are not of one sample, or one of them was resized or cropped.",
        )


def alike(model: LabelImage, labels: LabelImage) -> LabelImage:
    """A model's masks in one plane, the later planes on top, with the axes of the annotation.

    Raises
    ------
    SegreviewError
        When they have another shape than the annotation.
    """
    refuse_misfit("The model's masks are", model.shape, labels)
    flat = model.planes[0]
    for plane in model.planes[1:]:
        flat = np.where(holds_object(plane, model), plane, flat)
    return replace(
        model, planes=(flat,), axes=labels.axes, spacing=labels.spacing, offset=labels.offset, stored=None
    )


@dataclass(frozen=True, eq=False)
class Inspection:
    """Evidence on one view.

    Parameters
    ----------
    view
        What was looked at.
    backdrop
        What the image shows; None without an image.
    relations
        Overlaps with the model's objects; None without a model.
    annotated
        Evidence on each annotated object.
    candidates, unclaimed
        Places where an object may be missing, and evidence on each.
    pause
        Called between objects when more is asked for; what it raises ends the work.
    """

    view: View
    backdrop: Backdrop | None
    relations: Relations | None
    annotated: Evidence
    candidates: Candidates
    unclaimed: Evidence
    pause: Callable[[], None] = lambda: None

    def model(self, ranks: Iterable[int]) -> Evidence:
        """Evidence on some of the model's objects, as if they were the annotation.

        Parameters
        ----------
        ranks
            Their ranks among `Relations.model`.
        """
        if self.relations is None:
            return Evidence(np.zeros(0, np.int64), {})
        return gather(self.relations.model, self.backdrop, _paused(ranks, self.pause), self.annotated)


def inspect(
    view: View,
    opinion: Shares | np.ndarray | None = None,
    model: LabelImage | None = None,
    probability: np.ndarray | None = None,
    pause: Callable[[], None] = lambda: None,
) -> Inspection:
    """Gather all evidence on a view.

    Parameters
    ----------
    view
        The annotation with its picture.
    opinion
        Share of each class of pixels by the second opinion.
    model
        The model's masks, of the same shape.
    probability
        The model's probability that a pixel belongs to an object, of the same shape.
    pause
        Called between objects; what it raises ends the work.
    """
    subject = view.subject
    backdrop = None if view.picture is None else Backdrop.of(subject, view.picture, opinion)
    relations = None if model is None else Relations.of(subject, Subject.of(model, None))
    annotated = gather(subject, backdrop, _paused(range(1, len(subject) + 1), pause))
    seen = backdrop if view.plane == 0 else None  # what no plane claims is told once
    candidates = candidates_of(subject, seen, relations)
    unclaimed = gather(candidates.subject, backdrop, _paused(candidates.ranks, pause), annotated)
    if relations is not None:
        annotated, unclaimed = with_model(annotated, unclaimed, candidates, relations)
    if probability is not None:
        annotated = annotated.with_columns(probability_columns(annotated.ranks, subject.ranks, probability))
        places = candidates.subject.ranks
        unclaimed = unclaimed.with_columns(probability_columns(unclaimed.ranks, places, probability))
    return Inspection(view, backdrop, relations, annotated, candidates, unclaimed, pause)


def with_model(
    annotated: Evidence, unclaimed: Evidence, candidates: Candidates, relations: Relations
) -> tuple[Evidence, Evidence]:
    """Evidence on annotated objects and on candidates, with what the model says of them."""
    trust = np.full(len(unclaimed), relations.trust())
    of_model = np.array([number >= 0 for number in candidates.model_ids], float)
    told = {"trust in the model": trust, "of the model": of_model * trust}
    return annotated.with_columns(relations.columns()), unclaimed.with_columns(told)


def probability_columns(
    ranks: np.ndarray, places: np.ndarray, probability: np.ndarray
) -> dict[str, np.ndarray]:
    """Mean probability that the model gives to the pixels of some objects."""
    count = int(places.max(initial=0)) + 1
    sums, areas = sums_of(places, count, probability), sums_of(places, count)
    return {"probability within": (sums / np.maximum(areas, 1))[ranks]}


def _paused(ranks: Iterable[int], pause: Callable[[], None]) -> Iterator[int]:
    for rank in ranks:
        pause()
        yield rank
