"""Audits: a data set learns how its objects look, then each of its samples is inspected."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from segreview.compare.disagreement import Disagreement
from segreview.compare.live import find_live_disagreements
from segreview.errors import SegreviewError
from segreview.model.box import Box
from segreview.model.labels import Kind, LabelImage
from segreview.model.sample import Image, Sample
from segreview.triage.appearance.classifier import Lesson
from segreview.triage.appearance.filters import filter_banks
from segreview.triage.appearance.opinion import Banks, SecondOpinion, family_of
from segreview.triage.evidence.field import Shares
from segreview.triage.inspection import Inspection, View, alike, inspect, refuse_misfit, views_of
from segreview.triage.item import Item, items_of
from segreview.triage.scene.items import Seen, class_items, contested_spots, learn_classes
from segreview.triage.scene.survey import Survey
from segreview.triage.trace.spot import Spot

KEPT = 400_000_000
"""Bytes that are kept for one reading of the whole data set; images beyond it are filtered again."""


@dataclass(eq=False)
class Audit:
    """What a data set has taught so far.

    Parameters
    ----------
    keep
        Bytes of filtered images that are kept from learning to reading.

    Every sample is first handed to `learn`, and then to `inspect`: it is read by a classifier that
    learnt from other samples, or where there is none, from its other objects.
    """

    keep: int = KEPT
    _lessons: list[Lesson] = field(default_factory=list)
    _families: list[Hashable] = field(default_factory=list)
    _numbers: dict[tuple[Hashable, int | None, int], int] = field(default_factory=dict)
    _banks: dict[int, np.ndarray] = field(default_factory=dict)
    _kept: int = 0
    _opinion: SecondOpinion | None = None
    _survey: Survey = field(default_factory=Survey)

    def learn(
        self,
        name: Hashable,
        labels: LabelImage,
        images: Sequence[Image],
        model: LabelImage | None = None,
        pause: Callable[[], None] = lambda: None,
    ) -> None:
        """Learn from a sample.

        Parameters
        ----------
        name
            Name by which the sample will be inspected.
        labels
            Its annotation.
        images
            Its images; without any there is nothing to learn.
        model
            A model's masks of it: where they are classes, a judge learns from how they differ.
        pause
            Called between the steps; what it raises ends the work.
        """
        self._opinion = None
        learn_classes(self._survey, name, labels, images, model)
        for view in views_of(labels, images):
            if view.picture is None or not len(view.subject):
                continue
            number = len(self._lessons)
            banks = filter_banks(view.picture, view.subject.radius, pause)
            lesson = Lesson.of(view.subject, self._kept_of(number, view, banks), seed=number)
            self._lessons.append(lesson)
            self._families.append(family_of(view.subject, view.picture))
            self._numbers[name, view.frame, view.plane] = number

    def _kept_of(self, number: int, view: View, banks: Banks) -> Banks:
        """Filtered tiles of an image; where it is a single one, it is kept for when the image is read."""
        for box, bank in banks:
            if box.shape == view.labels.shape and self._kept + bank.nbytes // 2 <= self.keep:
                self._banks[number] = bank.astype(np.float16)
                self._kept += self._banks[number].nbytes
            yield box, bank

    def inspect(
        self,
        name: Hashable,
        labels: LabelImage,
        images: Sequence[Image] = (),
        model: LabelImage | None = None,
        probability: np.ndarray | None = None,
        pause: Callable[[], None] = lambda: None,
    ) -> Iterator[Inspection]:
        """Evidence on a sample that was learnt from, view by view.

        Parameters
        ----------
        name
            Name by which it was learnt from.
        labels, images
            Its annotation and images.
        model
            A model's masks of it, or None.
        probability
            The model's probability that a pixel belongs to an object, 0 to 1, or None.
        pause
            Called between the steps; what it raises ends the work.

        Raises
        ------
        SegreviewError
            When an array has another shape than the annotation, or what is no probability.
        """
        if probability is not None:
            check_probability(probability, labels)
        masks = {} if model is None else {one.frame: one.labels for one in views_of(alike(model, labels))}
        for view in views_of(labels, images):
            pause()
            opinion = self._read(name, view, pause)
            yield inspect(view, opinion, masks.get(view.frame), view.part(probability), pause)

    def items(
        self,
        name: Hashable,
        sample: Sample,
        probability: np.ndarray | None = None,
        disagreements: Iterable[Disagreement] | None = None,
        pause: Callable[[], None] = lambda: None,
        seen: Seen = lambda *_: None,
    ) -> list[Item]:
        """Items of a sample that was learnt from, the most urgent first.

        Parameters
        ----------
        name
            Name by which it was learnt from.
        sample
            The sample.
        probability
            The model's probability that a pixel belongs to an object, 0 to 1.
        disagreements
            How its sides differ; found where they are not given.
        pause
            Called between the steps; what it raises ends the work.
        seen
            Of semantic labels, told of every view how likely each pixel has its annotated class.
        """
        model = sample.prediction if sample.has_prediction else None
        if disagreements is None and model is not None:
            disagreements = find_live_disagreements(sample.reference, model).items.values()
        if sample.reference.kind is Kind.SEMANTIC:
            return class_items(self._survey, name, sample, disagreements, pause, seen)
        inspections = self.inspect(name, sample.reference, sample.images, model, probability, pause)
        return items_of(inspections, disagreements, self.spots(name, sample, pause))

    def spots(
        self,
        name: Hashable,
        sample: Sample,
        pause: Callable[[], None] = lambda: None,
        seen: Seen = lambda *_: None,
    ) -> Iterator[Spot]:
        """Places of a sample that was learnt from whose class is contested, by themselves.

        Parameters
        ----------
        name, sample, pause
            As `items`.
        seen
            Told of every view how likely each pixel has its annotated class.
        """
        return contested_spots(self._survey, name, sample, pause, seen)

    def _read(self, name: Hashable, view: View, pause: Callable[[], None]) -> Shares | None:
        """Second opinion on a view."""
        number = self._numbers.get((name, view.frame, view.plane))
        if number is None or view.picture is None:
            return None
        if self._opinion is None:
            self._opinion = SecondOpinion(self._lessons, self._families)
        return self._opinion.read(number, view.subject, self._banks_of(number, view, pause))

    def _banks_of(self, number: int, view: View, pause: Callable[[], None]) -> Banks:
        """Figures of all pixels, alike whether they were kept or are made again."""
        assert view.picture is not None
        kept = self._banks.pop(number, None)
        if kept is not None:
            yield Box.of_shape(view.picture.shape), kept.astype(np.float32)
            return
        for box, bank in filter_banks(view.picture, view.subject.radius, pause):
            yield box, bank.astype(np.float16).astype(np.float32)


def check_probability(probability: np.ndarray, labels: LabelImage) -> None:
    """Refusal of what is not one probability, 0 to 1, for each pixel of labels."""
    refuse_misfit("The model's probabilities are", probability.shape, labels)
    if not ((probability >= 0) & (probability <= 1)).all():
        raise SegreviewError(
            "The model's probabilities do not all lie between 0 and 1.",
            "Give one probability of foreground for each pixel, as floats of 0 to 1 or as 8 or 16 bits.",
        )
