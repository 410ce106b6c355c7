"""Figures of Cityscapes' benchmark of pixels: IoU and iIoU of classes and categories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np

from segreview.compare.metrics.arrays import reader_of
from segreview.compare.metrics.case import Case
from segreview.compare.metrics.cityscapes import (
    AVERAGE_SIZES,
    CATEGORIES,
    CATEGORIES_OF_INSTANCES,
    CLASSES,
    FACTOR,
    JUDGED,
    WITH_INSTANCES,
    classes_of,
    instance_ids,
    refuse_unknown,
)
from segreview.compare.metrics.convention import Convention, Need, Result
from segreview.compare.metrics.options import NoOptions
from segreview.compare.metrics.quotient import mean_of_known, share
from segreview.model.labels import Kind
from segreview.model.sample import PREDICTION, REFERENCE


@dataclass(frozen=True, eq=False)
class _Counts:
    """What one image has to say.

    Parameters
    ----------
    matrix
        ``(CLASSES, CLASSES)`` pixels by the label id of the reference and of the prediction, int64.
    found, size
        By class or category, pixels of its instances that are found and all of them, each instance
        weighted by the average size of its class over its own; empty where they are not told apart.
    """

    matrix: np.ndarray
    found: Mapping[int | str, float]
    size: Mapping[int | str, float]


def _tally(case: Case, _: NoOptions) -> _Counts:
    pairs = case.pairs
    true, said = classes_of(pairs.first), classes_of(pairs.second)
    refuse_unknown(true, case.reference, REFERENCE, least=-1)
    known = true >= 0
    refuse_unknown(said[known], case.prediction, PREDICTION)
    matrix = np.zeros((CLASSES, CLASSES), np.int64)
    np.add.at(matrix, (true[known], said[known]), pairs.pixels[known])
    if case.reference.kind is Kind.SEMANTIC:
        return _Counts(matrix, {}, {})
    return _Counts(matrix, *_instances(pairs.first, said, pairs.pixels))


def _instances(
    ids: np.ndarray, said: np.ndarray, pixels: np.ndarray
) -> tuple[dict[int | str, float], dict[int | str, float]]:
    """Weighted pixels that are found, and all, by class and by category."""
    found: dict[int | str, float] = dict.fromkeys((*WITH_INSTANCES, *CATEGORIES_OF_INSTANCES), 0.0)
    whole = dict(found)
    for id_ in np.unique(ids[ids > FACTOR]).tolist():
        class_id = id_ // FACTOR
        if class_id not in WITH_INSTANCES:
            continue
        here = ids == id_
        under, size = said[here], int(pixels[here].sum())
        category = next(name for name, members in CATEGORIES_OF_INSTANCES.items() if class_id in members)
        weight = AVERAGE_SIZES[class_id] / size
        for key, members in ((class_id, (class_id,)), (category, CATEGORIES_OF_INSTANCES[category])):
            found[key] += weight * int(pixels[here][np.isin(under, members)].sum())
            whole[key] += weight * size
    return found, whole


# -------------------------------------------------------------------- figures
def _pool(tallies: Sequence[_Counts], _: NoOptions) -> Result:
    total = sum((one.matrix for one in tallies), np.zeros((CLASSES, CLASSES), np.int64))
    ious = {id_: _iou(total, (id_,)) for id_ in JUDGED}
    iious = {id_: _iiou(tallies, total, id_, (id_,)) for id_ in JUDGED}
    categories = {name: _iou(total, members) for name, members in CATEGORIES.items()}
    instances = {
        name: _iiou(tallies, total, name, CATEGORIES_OF_INSTANCES.get(name, ())) for name in CATEGORIES
    }
    return Result(
        {
            "averageScoreClasses": mean_of_known(ious.values()),
            "averageScoreInstClasses": mean_of_known(iious.values()),
            "averageScoreCategories": mean_of_known(categories.values()),
            "averageScoreInstCategories": mean_of_known(instances.values()),
            "categoryScores": categories,
            "categoryInstScores": instances,
        },
        {id_: {"iou": ious[id_], "iiou": iious[id_]} for id_ in JUDGED},
    )


def _iou(matrix: np.ndarray, members: Iterable[int]) -> float:
    """IoU of some classes taken as one; what they are predicted as costs them, ignored classes too."""
    ids = list(members)
    hits, all_of_them = int(matrix[np.ix_(ids, ids)].sum()), int(matrix[ids].sum())
    return share(hits, all_of_them + _false_alarms(matrix, ids))


def _false_alarms(matrix: np.ndarray, ids: Sequence[int]) -> int:
    """Pixels predicted as some classes where another class that is judged is true."""
    others = [id_ for id_ in JUDGED if id_ not in ids]
    return int(matrix[np.ix_(others, ids)].sum())


def _iiou(tallies: Sequence[_Counts], matrix: np.ndarray, key: int | str, members: Sequence[int]) -> float:
    """IoU in which every instance weighs the same; nan where there are none, or they are not told apart."""
    if not all(key in one.found for one in tallies):
        return nan
    found = sum(one.found[key] for one in tallies)
    return share(found, sum(one.size[key] for one in tallies) + _false_alarms(matrix, members))


CITYSCAPES_SEMANTIC = Convention(
    name="cityscapes_semantic",
    title="Cityscapes, pixels",
    rule="IoU of each of the 19 classes = TP / (TP + FP + FN) over the pixels of all images. Pixels whose "
    "reference is an ignored class are no false alarm; to predict an ignored class where another is true "
    "is a miss. iIoU: TP and FN of every instance are weighted by the average size of its class over its "
    "own size, groups left out. Categories: confusions within one are right. Means are over what occurs.",
    hit="same label id",
    assignment="pixel by pixel",
    void="pixels of ignored classes and of the license plate in the reference",
    crowd="groups (ids below 1000) count in IoU, not in iIoU",
    pooling="pixels, and weighted pixels of instances, of all images together",
    source="Cordts et al. 2016, The Cityscapes Dataset, CVPR; cityscapesScripts 2.3, "
    "evalPixelLevelSemanticLabeling",
    headline="averageScoreClasses",
    needs=frozenset({Need.CITYSCAPES}),
    options=NoOptions,
    tally=_tally,
    pool=_pool,
    read=reader_of(instance_ids),
)
