"""What a figure would be once the reference of an item had the shape of the prediction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import fsum, nan

from segreview.compare.disagreement import Disagreement, Relation
from segreview.compare.live import LiveDisagreements
from segreview.compare.regions import Regions


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A figure before and after a change.

    Parameters
    ----------
    name
        ``"PQ"`` of all objects, whatever their class, or ``"mIoU"`` of classes.
    before, after
        Its values; nan where there is nothing to count.
    """

    name: str
    before: float
    after: float


def what_if_taken(found: LiveDisagreements, item: Disagreement) -> WhatIf | None:
    """What taking the prediction's masks would do to the figure; None for an item that takes part in none.

    The neighbours of the item are left as they are; what the prediction takes from them is not counted.

    Parameters
    ----------
    found
        All items.
    item
        The item whose reference would have the shape of its prediction.
    """
    if item.relation is Relation.IGNORED:
        return None
    if isinstance(found, Regions):
        return _of_classes(found, item) if item.region else None
    return _of_objects(found, item)


def _of_objects(found: LiveDisagreements, item: Disagreement) -> WhatIf:
    """PQ = sum of the hits' IoU / (TP + FP / 2 + FN / 2) (Kirillov et al. 2019), whatever the class."""
    summary, table = found.summary(), found.table
    total = summary.mean_iou * summary.hits if summary.hits else 0.0
    objects = summary.references + summary.predictions
    partners = {p: found.partners.get(p) for p in item.prediction_ids}
    lost = fsum(table.iou(r, p) for p, r in partners.items() if r is not None)
    drawn = len(item.prediction_ids) or (item.relation is Relation.UNCLAIMED)
    after = total - lost + len(item.prediction_ids)
    return WhatIf("PQ", _pq(total, objects), _pq(after, objects + drawn - len(item.reference_ids)))


def _pq(iou_sum: float, objects: int) -> float:
    return 2 * iou_sum / objects if objects else nan


def _of_classes(found: Regions, item: Disagreement) -> WhatIf:
    """Mean IoU over the classes, whose pixels in the region would go from one class to the other."""
    ratios = found.class_ratios()
    before = _mean(ratios.values())
    ours, theirs = item.reference_ids[0], item.prediction_ids[0]
    shared, union = ratios.get(ours, (0, 0))
    ratios[ours] = shared, union - item.area
    if theirs in ratios:
        shared, union = ratios[theirs]
        ratios[theirs] = shared + item.area, union
    return WhatIf("mIoU", before, _mean(ratios.values()))


def _mean(ratios: Iterable[tuple[int, int]]) -> float:
    ious = [shared / union for shared, union in ratios if union]
    return fsum(ious) / len(ious) if ious else nan
