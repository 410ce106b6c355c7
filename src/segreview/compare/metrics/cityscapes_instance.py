"""Figures of Cityscapes' benchmark of instances: average precision of predictions with confidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import nan
from typing import Any

import numpy as np

from segreview.compare.kernel import count_pairs
from segreview.compare.metrics.arrays import with_meaning
from segreview.compare.metrics.case import Case, SegmentCase, pair_cases
from segreview.compare.metrics.cityscapes import (
    CLASSES,
    FACTOR,
    JUDGED,
    TABLE,
    WITH_INSTANCES,
    classes_of,
    instance_ids,
)
from segreview.compare.metrics.convention import Convention, Figures, Need, Result
from segreview.compare.metrics.hit import Hit
from segreview.compare.metrics.options import whole_number
from segreview.compare.metrics.quotient import mean_of_known
from segreview.compare.sides import check_given, is_one
from segreview.errors import SegreviewError
from segreview.model.labels import LabelImage, Segment
from segreview.model.stack import stacked

OVERLAPS = tuple(Fraction(n, 100) for n in range(50, 100, 5))
"""IoU thresholds from .5 to .95 in steps of .05, exactly."""

_VOID = tuple(id_ for id_ in range(-1, CLASSES) if id_ not in JUDGED)
"""Ids that are void: of ignored classes the plain ones, not those of their instances (29001)."""


@dataclass(frozen=True, slots=True)
class InstanceOptions:
    """What can be chosen.

    Parameters
    ----------
    min_size
        Instances of the reference with fewer pixels are ignored.
    """

    min_size: int = 100


def _options(min_size: Any = 100) -> InstanceOptions:
    return InstanceOptions(whole_number("min_size", min_size, 0))


@dataclass(frozen=True, eq=False)
class _Marks:
    """Predictions of one class that count, at one threshold.

    Parameters
    ----------
    right
        Whether each is a hit, boolean.
    scores
        Its confidence.
    missed
        Instances of the reference that no prediction hits.
    """

    right: np.ndarray
    scores: np.ndarray
    missed: int


@dataclass(frozen=True, slots=True)
class _Counts:
    """What one image has to say on one class: whether either side has it, and the marks per threshold."""

    in_reference: bool
    in_prediction: bool
    marks: tuple[_Marks, ...]


@dataclass(frozen=True, eq=False)
class _Overlaps:
    """Instances of one class on both sides, and the pixels they share.

    Parameters
    ----------
    ids, sizes
        Ids and pixels of the instances and groups of the reference.
    areas, scores, void
        Pixels of the predictions, their confidences, and their pixels under void.
    rows, columns, shared
        For every pair that overlaps its places in the two and the pixels it shares.
    """

    ids: np.ndarray
    sizes: np.ndarray
    areas: np.ndarray
    scores: np.ndarray
    void: np.ndarray
    rows: np.ndarray
    columns: np.ndarray
    shared: np.ndarray

    def marks(self, overlap: Fraction, min_size: int) -> _Marks:
        """Which predictions are hits, false alarms or neither."""
        hit = Hit(overlap, strict=True)
        grouped, small = self.ids < FACTOR, self.sizes < min_size
        over = hit.of(self.shared, self.sizes[self.rows] + self.areas[self.columns] - self.shared)
        right, scores, counted = [], [], np.flatnonzero(~(grouped | small))
        for row in counted:
            hits = self.scores[self.columns[over & (self.rows == row)]]
            best = np.sort(hits)[::-1]
            right += [n == 0 for n in range(best.size)]
            scores += best.tolist()
        missed = counted.size - sum(right)
        # The two are added: pixels on a group that is small count twice, as in the benchmark.
        ignored = self.void.copy()
        for sort in (grouped, small):
            np.add.at(ignored, self.columns[sort[self.rows]], self.shared[sort[self.rows]])
        alarms = ~hit.of(ignored, self.areas)
        alarms[self.columns[over]] = False
        right += [False] * int(np.count_nonzero(alarms))
        scores += self.scores[alarms].tolist()
        return _Marks(np.array(right, bool), np.array(scores, float), missed)


def _read(reference: Any, prediction: Any) -> list[Case | SegmentCase]:
    """Cases of images of instance ids, and of predictions as label images or as lists with a mask each."""
    check_given(prediction)
    references = [reference] if is_one(reference) else list(reference)
    predictions = [prediction] if is_one(reference) else list(prediction)
    if len(references) != len(predictions):
        raise SegreviewError(
            f"There are {len(references)} references and {len(predictions)} lists of predictions.",
            "Give the same images on both sides, in the same order.",
        )
    return [
        _case(f"image {n}", with_meaning(one, instance_ids), said)
        for n, (one, said) in enumerate(zip(references, predictions, strict=True), start=1)
    ]


def _case(name: str, reference: Any, said: Any) -> Case | SegmentCase:
    if not isinstance(reference, LabelImage) or isinstance(said, (LabelImage, np.ndarray)):
        return pair_cases(reference, said)[0]
    own = reference.path.name if reference.path is not None else name
    if not isinstance(said, Sequence):
        raise SegreviewError(
            f"{own}: the predictions are no list.",
            "Give a list of (mask, labelID, confidence), an empty one where nothing is predicted.",
        )
    parts = [_parts(one, own, n, reference.shape) for n, one in enumerate(said, start=1)]
    prediction = LabelImage(
        stacked(reference.shape, (mask for mask, _ in parts)),
        axes=reference.axes,
        segments={n: segment for n, (_, segment) in enumerate(parts, start=1)},
        ontology=TABLE,
    )
    return Case(own, reference, prediction)


def _parts(one: Any, name: str, place: int, shape: tuple[int, ...]) -> tuple[np.ndarray, Segment]:
    """Mask and facts of a prediction; every value but 0 is in the mask."""
    if isinstance(one, Mapping) and {"mask", "labelID", "confidence"} <= set(one):
        one = (one["mask"], one["labelID"], one["confidence"])
    if not isinstance(one, (tuple, list)) or len(one) != 3:
        raise SegreviewError(
            f"{name}: prediction {place} is no (mask, labelID, confidence).",
            "Give of each its mask of the whole image, its label id and its confidence.",
        )
    mask = np.asarray(one[0]) != 0
    if mask.shape != shape:
        raise SegreviewError(
            f"{name}: the mask of prediction {place} has shape {mask.shape}, the reference {shape}.",
            "Give masks of the whole image.",
        )
    try:
        return mask, Segment(category=int(one[1]), score=float(one[2]))
    except (TypeError, ValueError) as error:
        raise SegreviewError(
            f"{name}: prediction {place} has the label id {one[1]!r} and the confidence {one[2]!r}.",
            "Both are numbers: 26 is a car.",
        ) from error


def _tally(case: Case, options: InstanceOptions) -> dict[int, _Counts]:
    return {
        class_id: _counts(overlaps, options.min_size)
        for class_id, overlaps in _overlaps_by_class(case).items()
    }


def _counts(overlaps: _Overlaps, min_size: int) -> _Counts:
    counted = (overlaps.ids >= FACTOR) & (overlaps.sizes >= min_size)
    marks = tuple(overlaps.marks(overlap, min_size) for overlap in OVERLAPS)
    return _Counts(bool(counted.any()), overlaps.areas.size > 0, marks)


def _overlaps_by_class(case: Case) -> dict[int, _Overlaps]:
    """Overlaps of the instances of each class; predictions may overlap each other."""
    parts = [count_pairs(case.reference.data, plane) for plane in case.prediction.planes]
    r, p, pixels = (np.concatenate([part[n].astype(np.int64) for part in parts]) for n in range(3))
    instances = np.unique(r)
    sizes = _sums(instances, parts[0].first.astype(np.int64), parts[0].pixels)
    predictions = _predictions(case, np.unique(p))
    void = np.isin(r, _VOID)
    found = {}
    for class_id in WITH_INSTANCES:
        own = predictions.get(class_id, {})
        of_class = classes_of(instances) == class_id
        ids, own_ids = instances[of_class], np.array(list(own), np.int64)
        predicted = np.isin(p, own_ids)
        alike = predicted & np.isin(r, ids)
        found[class_id] = _Overlaps(
            ids=ids,
            sizes=sizes[of_class],
            areas=_sums(own_ids, p[predicted], pixels[predicted]),
            scores=np.array(list(own.values()), float),
            void=_sums(own_ids, p[predicted & void], pixels[predicted & void]),
            rows=np.searchsorted(ids, r[alike]),
            columns=np.searchsorted(own_ids, p[alike]),
            shared=pixels[alike],
        )
    return found


def _sums(known: np.ndarray, ids: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    """Pixels of each of some ids, which are ascending."""
    sums = np.zeros(known.size, np.int64)
    np.add.at(sums, np.searchsorted(known, ids), pixels)
    return sums


def _predictions(case: Case, ids: np.ndarray) -> dict[int, dict[int, float]]:
    """Confidence of every predicted instance, by class and id, ids ascending."""
    known = case.prediction.segments.items()
    scores = {id_: segment.score for id_, segment in known if segment.score is not None}
    found: dict[int, dict[int, float]] = {}
    for id_ in ids.tolist():
        if id_ in case.prediction.outside:
            continue
        category = case.prediction.category_of(id_)
        if category is None or not 0 <= category < CLASSES:
            raise SegreviewError(
                f"{case.name}: prediction {id_} is of class {category}, which Cityscapes does not have.",
                "Give label ids from 0 to 33, not train ids.",
            )
        if category not in WITH_INSTANCES:
            continue
        found.setdefault(category, {})[id_] = scores[id_]
    return found


# -------------------------------------------------------------------- figures
def _pool(tallies: Sequence[Mapping[int, _Counts]], _: InstanceOptions) -> Result:
    table = np.array([_aps([one[class_id] for one in tallies]) for class_id in WITH_INSTANCES])
    per_class = {
        class_id: _class_figures(aps.tolist()) for class_id, aps in zip(WITH_INSTANCES, table, strict=True)
    }
    figures = {
        "allAp": mean_of_known(table.ravel().tolist()),
        "allAp50%": mean_of_known(table[:, 0].tolist()),
    }
    return Result(figures, per_class)


def _class_figures(aps: Sequence[float]) -> Figures:
    return {"ap": sum(aps) / len(aps), "ap50%": aps[0], "ap_by_overlap": aps}


def _aps(images: Sequence[_Counts]) -> list[float]:
    """Average precision of one class at each threshold; nan without an instance, 0 without a prediction."""
    if not any(one.in_reference for one in images):
        return [nan] * len(OVERLAPS)
    if not any(one.in_prediction for one in images):
        return [0.0] * len(OVERLAPS)
    return [_average_precision([one.marks[n] for one in images]) for n in range(len(OVERLAPS))]


def _average_precision(marks: Sequence[_Marks]) -> float:
    """Area under the curve of precision over recall, by steps to the middle between neighbours.

    The curve has one point for each confidence, from the lowest up, and an artificial last one at recall
    0 and precision 1.
    """
    right = np.concatenate([one.right for one in marks])
    scores = np.concatenate([one.scores for one in marks])
    if not right.size:
        return 0.0  # every prediction is ignored; the benchmark's program fails here
    instances = int(right.sum()) + sum(one.missed for one in marks)
    thresholds = np.unique(scores)
    at_least = scores[np.newaxis, :] >= thresholds[:, np.newaxis]
    hits = (at_least & right).sum(axis=1)
    precision = hits / at_least.sum(axis=1)
    recall = np.concatenate([hits / instances, [0.0]])
    around = np.concatenate([recall[:1], recall, [0.0]])
    steps = (around[:-2] - around[2:]) / 2
    return float(np.append(precision, 1.0) @ steps)


CITYSCAPES_INSTANCE = Convention(
    name="cityscapes_instance",
    title="Cityscapes, instances",
    rule="Average precision over the thresholds .5, .55 … .95 and the 8 classes with instances. A prediction "
    "hits an instance of its class where IoU > threshold; of several that do, the most confident is right "
    "and the others are false alarms. A prediction without an instance is dropped where the share of its "
    "pixels under void, groups of its class and small instances is above the threshold. The curve of "
    "precision over recall is taken as it is, without an envelope.",
    hit="IoU > threshold within a class",
    assignment="none: every prediction over the threshold is tied to its instance",
    void="pixels with the plain id of an ignored class",
    crowd="groups (ids below 1000): never missed, count as void for their class",
    smallest="instances of the reference below 100 pixels are ignored (min_size)",
    pooling="predictions of all images ranked together",
    source="Cordts et al. 2016, The Cityscapes Dataset, CVPR; cityscapesScripts 2.3, "
    "evalInstanceLevelSemanticLabeling",
    headline="allAp",
    needs=frozenset({Need.CITYSCAPES, Need.SCORES}),
    options=_options,
    tally=_tally,
    pool=_pool,
    read=_read,
    per_image=False,
)
