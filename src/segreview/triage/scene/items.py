"""Items of classes: regions where the sides differ, or that the class opinion contests."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

import numpy as np

from segreview.compare.disagreement import Disagreement
from segreview.compare.taxonomy import Relation
from segreview.model.labels import Kind, LabelImage
from segreview.model.sample import Image, Sample
from segreview.triage.inspection import View, alike, views_of
from segreview.triage.item import Item, placed
from segreview.triage.judge import probability
from segreview.triage.scene.survey import Contested, Survey
from segreview.triage.suspicion import NONE, Suspicion, blamed
from segreview.triage.trace.spot import Spot

Seen = Callable[[View, np.ndarray], object]
"""Told how likely each pixel of a view has its annotated class, float32."""


def learn_classes(
    survey: Survey, name: Hashable, labels: LabelImage, images: Sequence[Image], model: LabelImage | None
) -> None:
    """Let a survey learn from a sample whose pixels have classes, and from no other.

    Parameters
    ----------
    survey
        What learns.
    name, labels, images, model
        The sample; a model of panoptic labels is compared object by object, not here.
    """
    if labels.kind in (Kind.SEMANTIC, Kind.PANOPTIC):
        for view, other in _beside(labels, images, model if labels.kind is Kind.SEMANTIC else None):
            survey.learn((name, view.frame, view.plane), view, other)


def class_items(
    survey: Survey,
    name: Hashable,
    sample: Sample,
    disagreements: Iterable[Disagreement] | None,
    pause: Callable[[], None],
    seen: Seen = lambda *_: None,
) -> list[Item]:
    """Items of semantic labels, the most urgent first.

    Parameters
    ----------
    survey
        What learnt from the sample.
    name, sample
        The sample.
    disagreements
        How its sides differ; None without a model: then what the class opinion contests is an item.
    pause
        Called between the steps; what it raises ends the work.
    seen
        Told of every view how likely each pixel has its annotated class.
    """
    model = sample.prediction if sample.has_prediction else None
    found: list[Item] = []
    by_region: dict[int, Contested] = {}
    for view, other in _beside(sample.reference, sample.images, model):
        contested = survey.contested((name, view.frame, view.plane), view, other, pause, seen)
        by_region |= {_region(view, one): one for one in contested}
        if model is None:
            found += (_contested_item(view, one) for one in contested)
    found += (_disputed_item(one, by_region.get(one.region)) for one in disagreements or ())
    return sorted(found, key=lambda item: item.urgency)


def contested_spots(
    survey: Survey,
    name: Hashable,
    sample: Sample,
    pause: Callable[[], None],
    seen: Seen = lambda *_: None,
) -> Iterator[Spot]:
    """Places whose class is contested: in segments of panoptic labels, or in classes without a model."""
    kind = sample.reference.kind
    if kind is not Kind.PANOPTIC and not (kind is Kind.SEMANTIC and not sample.has_prediction):
        return
    for view in views_of(sample.reference, sample.images):
        for one in survey.contested((name, view.frame, view.plane), view, None, pause, seen):
            ids = view.labels.data[one.place.box.slices][one.place.mask]
            values, counts = np.unique(ids, return_counts=True)
            yield _spot(view, one, int(values[counts.argmax()]))


def _spot(view: View, contested: Contested, object_id: int) -> Spot:
    box = placed(contested.place.box, view.frame)
    return Spot(object_id, _suspicion(contested), box, contested.place.mask.reshape(box.shape))


def _beside(
    labels: LabelImage, images: Sequence[Image], model: LabelImage | None
) -> Iterator[tuple[View, View | None]]:
    """Every view of labels, with that of a model at the same time."""
    others = {} if model is None else {view.frame: view for view in views_of(alike(model, labels))}
    for view in views_of(labels, images):
        yield view, others.get(view.frame)


def _suspicion(contested: Contested) -> Suspicion:
    chance = float(probability(np.array(contested.log_odds)))
    return Suspicion(chance, 0.0, (), contested.reasons, Relation.CLASS)


def _contested_item(view: View, contested: Contested) -> Item:
    """Item without a model: kind ``class``, with the annotated class alone."""
    box, area = placed(contested.place.box, view.frame), contested.place.area
    ids = (contested.class_id,)
    where = Disagreement(Relation.CLASS, ids, (), box, 0.0, area, area, _region(view, contested))
    return Item.of(where, _suspicion(contested))


def _disputed_item(disagreement: Disagreement, contested: Contested | None) -> Item:
    """Item of a region where the sides differ; nothing is suspected where boundaries are jittered."""
    told = NONE if contested is None else _suspicion(contested)
    wrong = blamed(told.reference_wrong, 0.0, disagreement.relation)
    return Item.of(disagreement, Suspicion(told.reference_wrong, wrong, (), told.reasons, told.suspect))


def _region(view: View, contested: Contested) -> int:
    """Region number of a place in the whole labels: 1 + the raster position of its first pixel."""
    before = (view.frame or 0) * int(np.prod(view.labels.shape))
    return 1 + before + contested.place.first
