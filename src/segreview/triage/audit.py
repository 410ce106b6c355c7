"""Audits: a data set learns how its objects look, then each of its samples is inspected."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from segreview.compare.disagreement import Disagreement
from segreview.compare.live import find_live_disagreements
from segreview.model.labels import Kind, LabelImage
from segreview.model.sample import Image, Sample
from segreview.triage.appearance.classifier import Lesson
from segreview.triage.appearance.filters import filter_bank
from segreview.triage.appearance.opinion import SecondOpinion, family_of
from segreview.triage.inspection import Inspection, View, inspect, views_of
from segreview.triage.item import Item, Suspects, items_of, placed
from segreview.triage.scene.items import contested_items, disputed_item, region_of, suspicion_of
from segreview.triage.scene.survey import Contested, Survey

CLASSES = frozenset({Kind.SEMANTIC, Kind.PANOPTIC})
"""Kinds of labels whose pixels have classes."""

KEPT = 400_000_000
"""Bytes of filtered images that are kept from learning to reading; the others are filtered again."""


@dataclass(eq=False)
class Audit:
    """What a data set has taught so far.

    Every sample is first handed to `learn`, and then to `inspect`: it is read by a classifier that
    learnt from other samples, or where there is none, from its other objects.
    """

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
            A model's masks of it; where they are classes, a judge learns from how they differ.
        """
        self._opinion = None
        only_classes = labels.kind is Kind.SEMANTIC
        for view, other in _beside(labels, images, model):
            if labels.kind in CLASSES:
                self._survey.learn((name, view.frame, view.plane), view, other if only_classes else None)
            if view.picture is None or not len(view.subject):
                continue
            number = len(self._lessons)
            bank = filter_bank(view.picture, view.subject.radius)
            self._lessons.append(Lesson.of(view.subject, bank, seed=number))
            self._families.append(family_of(view.subject, view.picture))
            self._numbers[name, view.frame, view.plane] = number
            if self._kept + bank.nbytes // 2 <= KEPT:
                self._banks[number] = bank.astype(np.float16)
                self._kept += bank.nbytes // 2

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
        """
        for view, other in _beside(labels, images, model):
            pause()
            opinion = self._read(name, view)
            masks = None if other is None else other.labels
            yield inspect(view, opinion, masks, view.part(probability), pause)

    def items(
        self,
        name: Hashable,
        sample: Sample,
        probability: np.ndarray | None = None,
        disagreements: Iterable[Disagreement] | None = None,
        pause: Callable[[], None] = lambda: None,
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
        """
        model = sample.prediction if sample.has_prediction else None
        if disagreements is None and model is not None:
            disagreements = find_live_disagreements(sample.reference, model).items.values()
        if sample.reference.kind is Kind.SEMANTIC:
            return self._class_items(name, sample, model, disagreements, pause)
        inspections = self.inspect(name, sample.reference, sample.images, model, probability, pause)
        return items_of(inspections, disagreements, self._suspects(name, sample, pause))

    def _class_items(
        self,
        name: Hashable,
        sample: Sample,
        model: LabelImage | None,
        disagreements: Iterable[Disagreement] | None,
        pause: Callable[[], None],
    ) -> list[Item]:
        """Items of class labels."""
        found: list[Item] = []
        by_region: dict[int, Contested] = {}
        for view, other in _beside(sample.reference, sample.images, model):
            contested = self._survey.contested((name, view.frame, view.plane), view, other, pause)
            by_region |= {region_of(view, one): one for one in contested}
            found += contested_items(view, contested) if model is None else ()
        for disagreement in disagreements or ():
            found.append(disputed_item(disagreement, by_region.get(disagreement.region)))
        return sorted(found, key=lambda item: item.urgency)

    def _suspects(self, name: Hashable, sample: Sample, pause: Callable[[], None]) -> Suspects:
        """Objects and segments of stuff whose class is contested."""
        suspects = Suspects()
        if sample.reference.kind not in CLASSES:
            return suspects
        for view in views_of(sample.reference, sample.images):
            for one in self._survey.contested((name, view.frame, view.plane), view, None, pause):
                ids = view.labels.data[one.place.box.slices][one.place.mask]
                values, counts = np.unique(ids, return_counts=True)
                box = placed(one.place.box, view.frame)
                suspects.suspect(int(values[counts.argmax()]), suspicion_of(one), box, one.place.area)
        return suspects

    def _read(self, name: Hashable, view: View) -> np.ndarray | None:
        """Second opinion on a view."""
        number = self._numbers.get((name, view.frame, view.plane))
        if number is None or view.picture is None:
            return None
        if self._opinion is None:
            self._opinion = SecondOpinion(self._lessons, self._families)
        bank = self._banks.pop(number, None)
        if bank is None:
            bank = filter_bank(view.picture, view.subject.radius)
        return self._opinion.read(number, view.subject, bank.astype(np.float32))


def _beside(
    labels: LabelImage, images: Sequence[Image], model: LabelImage | None
) -> Iterator[tuple[View, View | None]]:
    """Every view of labels, with that of a model at the same time."""
    others = [] if model is None else list(views_of(model))
    for view in views_of(labels, images):
        yield view, next((other for other in others if other.frame == view.frame), None)
