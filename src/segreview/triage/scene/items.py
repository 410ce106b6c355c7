"""Items of classes: regions where the sides differ, or that the class opinion contests."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from segreview.compare.disagreement import Disagreement
from segreview.compare.taxonomy import Relation
from segreview.triage.inspection import View
from segreview.triage.item import Item, placed
from segreview.triage.scene.survey import Contested
from segreview.triage.suspicion import Suspicion, blamed, probability


def suspicion_of(contested: Contested, prediction_wrong: float = 0.0) -> Suspicion:
    """What is suspected of a place."""
    chance = float(probability(np.array(contested.log_odds)))
    return Suspicion(chance, prediction_wrong, (), contested.reasons, Relation.CLASS)


def contested_items(view: View, found: Iterable[Contested]) -> list[Item]:
    """Items of a view without a model: kind ``class``, with the annotated class alone."""
    items = []
    for contested in found:
        place = contested.place
        where = Disagreement(
            Relation.CLASS,
            (contested.class_id,),
            (),
            placed(place.box, view.frame),
            iou=0.0,
            area=place.area,
            error=place.area,
            region=region_of(view, contested),
        )
        items.append(Item.of(where, suspicion_of(contested)))
    return items


def disputed_item(disagreement: Disagreement, contested: Contested | None) -> Item:
    """Item of a region where the sides differ; nothing is suspected where boundaries are jittered."""
    told = Suspicion(0.0) if contested is None else suspicion_of(contested)
    wrong = blamed(told.reference_wrong, 0.0, disagreement.relation)
    return Item.of(disagreement, Suspicion(told.reference_wrong, wrong, (), told.reasons, told.suspect))


def region_of(view: View, contested: Contested) -> int:
    """Region number of a place in the whole labels: 1 + the raster position of its first pixel."""
    before = (view.frame or 0) * int(np.prod(view.labels.shape))
    return 1 + before + contested.place.first
