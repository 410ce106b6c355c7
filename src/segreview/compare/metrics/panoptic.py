"""Panoptic quality: PQ = SQ x RQ, of all classes, of things and of stuff."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import nan
from typing import Any

import numpy as np

from segreview.compare.metrics.case import Case
from segreview.compare.metrics.convention import Convention, Figures, Need, Result
from segreview.compare.metrics.hit import Hit
from segreview.compare.metrics.matching import Tally
from segreview.compare.metrics.quotient import share
from segreview.compare.metrics.segments import VOID, Segments, segments_of
from segreview.errors import SegreviewError

_HIT = Hit(Fraction(1, 2), strict=True)

_AS_ORACLE = ("last", "panopticapi")


@dataclass(frozen=True, slots=True)
class PanopticOptions:
    """What can be chosen.

    Parameters
    ----------
    categories
        Classes that take part, each with its ``id`` and whether it ``isthing``; None for those of the
        reference's class table that are not ignored.
    compat
        ``"panopticapi"``, or ``"last"``, to do as that program does where it is peculiar: of several
        crowds of one class the last one that is listed counts, and segments of stuff stay as they are.
    """

    categories: tuple[Mapping[str, Any], ...] | None = None
    compat: str | None = None


def _options(
    categories: Iterable[Mapping[str, Any]] | None = None, compat: str | None = None
) -> PanopticOptions:
    if compat not in (None, *_AS_ORACLE):
        raise SegreviewError(
            f"panoptic knows no compat={compat!r}.",
            f"Leave it out, or choose one of {', '.join(_AS_ORACLE)}.",
        )
    if categories is None:
        return PanopticOptions(None, compat)
    try:
        table = tuple({"id": int(one["id"]), "isthing": bool(one["isthing"])} for one in categories)
    except (TypeError, KeyError, ValueError) as error:
        raise SegreviewError(
            "categories is a list of classes, each with its id and whether it is a thing.",
            'For example [{"id": 1, "isthing": 1}, {"id": 2, "isthing": 0}].',
        ) from error
    return PanopticOptions(table, compat)


@dataclass(frozen=True, eq=False)
class _Counts:
    """What one image has to say.

    Parameters
    ----------
    things
        For every class whether its segments are things.
    classes
        Counts of each class that occurs.
    """

    things: Mapping[int, bool]
    classes: Mapping[int, Tally]


@dataclass(frozen=True, eq=False)
class _Match:
    """Segments of both sides, and which of them are hits.

    Parameters
    ----------
    reference, prediction
        The segments.
    rows, columns
        Numbers of the segments of each hit.
    ious
        IoU of each hit.
    missed, spurious
        Whether a segment of the reference is missed, one of the prediction a false alarm, boolean.
    """

    reference: Segments
    prediction: Segments
    rows: np.ndarray
    columns: np.ndarray
    ious: np.ndarray
    missed: np.ndarray
    spurious: np.ndarray


def _tally(case: Case, options: PanopticOptions) -> _Counts:
    things = _things(case, options)
    match = _match(case, things, options)
    reference, prediction = match.reference.categories, match.prediction.categories
    found = reference[match.rows]
    classes = {
        category: Tally(
            tp=int(np.count_nonzero(found == category)),
            fp=int(np.count_nonzero(prediction[match.spurious] == category)),
            fn=int(np.count_nonzero(reference[match.missed] == category)),
            iou_sum=float(match.ious[found == category].sum()),
        )
        for category in {*reference.tolist(), *prediction.tolist()}
    }
    return _Counts(things, classes)


def _list_objects(case: Case, options: PanopticOptions) -> list[Figures]:
    """Hits, then what was missed, then false alarms; crowds and what is ignored under them are not listed."""
    match = _match(case, _things(case, options), options)
    reference, prediction = match.reference, match.prediction
    ids = (reference.ids[match.rows], prediction.ids[match.columns], reference.categories[match.rows])
    columns = zip(*(part.tolist() for part in (*ids, match.ious)), strict=True)
    alone = [(i, None, category) for i, category in _alone(reference, match.missed)]
    alone += [(None, i, category) for i, category in _alone(prediction, match.spurious)]
    return [
        {"reference_id": r, "prediction_id": p, "category": category, "iou": iou}
        for r, p, category, iou in (*columns, *((*one, 0.0) for one in alone))
    ]


def _alone(segments: Segments, which: np.ndarray) -> Iterable[tuple[Any, int]]:
    return zip(segments.ids[which].tolist(), segments.categories[which].tolist(), strict=True)


def _things(case: Case, options: PanopticOptions) -> dict[int, bool]:
    """For every class that takes part whether it is a thing."""
    if options.categories is not None:
        return {one["id"]: one["isthing"] for one in options.categories}
    ontology = case.reference.ontology or case.prediction.ontology
    if ontology is None:
        raise SegreviewError(
            f"{case.name}: panoptic quality is counted for each class, and no class table is known.",
            "Name one (--classes), or give categories=[{id, isthing}, ...].",
        )
    return {category.id: category.isthing for category in ontology if not category.ignore}


def _match(case: Case, things: Mapping[int, bool], options: PanopticOptions) -> _Match:
    """Hits, misses and false alarms."""
    as_listed, pixels = options.compat is not None, case.pairs.pixels
    reference = segments_of(case.pairs.first, case.reference, things, as_listed=as_listed)
    prediction = segments_of(case.pairs.second, case.prediction, things, as_listed=as_listed)
    r, p = reference.numbers, prediction.numbers
    alike = (r >= 0) & (p >= 0)
    alike[alike] = reference.categories[r[alike]] == prediction.categories[p[alike]]
    absorbed = alike.copy()
    absorbed[alike] = reference.absorbing[r[alike]]
    areas, void, under_crowds = (
        _sums(p[here], pixels[here], len(prediction)) for here in (p >= 0, r == VOID, absorbed)
    )

    keys, inverse = np.unique(r[alike] * len(prediction) + p[alike], return_inverse=True)
    rows, columns = np.divmod(keys, max(len(prediction), 1))
    shared = _sums(inverse, pixels[alike], keys.size)
    unions = _sums(r, pixels, len(reference))[rows] + areas[columns] - shared - void[columns]
    hits = _HIT.of(shared, unions) & ~reference.crowds[rows]
    rows, columns = rows[hits], columns[hits]

    missed = ~reference.crowds
    missed[rows] = False
    spurious = 2 * (void + under_crowds) <= areas
    spurious[columns] = False
    return _Match(reference, prediction, rows, columns, shared[hits] / unions[hits], missed, spurious)


def _sums(numbers: np.ndarray, pixels: np.ndarray, count: int) -> np.ndarray:
    """Pixels of each number from 0 to below ``count``, int64; negative numbers are left out."""
    some = numbers >= 0
    sums = np.zeros(count, np.int64)
    np.add.at(sums, numbers[some], pixels[some])
    return sums


# -------------------------------------------------------------------- figures
def _pool(tallies: Sequence[_Counts], _: PanopticOptions) -> Result:
    things: dict[int, bool] = {}
    totals: dict[int, Tally] = {}
    for one in tallies:
        things |= one.things
        for category, tally in one.classes.items():
            totals[category] = totals[category] + tally if category in totals else tally
    per_class = {category: _class_figures(totals.get(category)) for category in things}
    present = [category for category in things if _counted(per_class[category])]
    return Result(
        {
            "All": _mean([per_class[i] for i in present]),
            "Things": _mean([per_class[i] for i in present if things[i]]),
            "Stuff": _mean([per_class[i] for i in present if not things[i]]),
        },
        per_class,
    )


def _class_figures(tally: Tally | None) -> Figures:
    """Figures of one class; 0 where nothing of it was counted, as panopticapi has it."""
    tp, fp, fn, iou_sum = (tally.tp, tally.fp, tally.fn, tally.iou_sum) if tally else (0, 0, 0, 0.0)
    weight = tp + fp / 2 + fn / 2
    return {
        "pq": share(iou_sum, weight, empty=0.0),
        "sq": share(iou_sum, tp, empty=0.0),
        "rq": share(tp, weight, empty=0.0),
        "tp": tp,
        "fp": fp,
        "fn": fn,
        "iou_sum": iou_sum,
    }


def _counted(figures: Figures) -> bool:
    return bool(figures["tp"] + figures["fp"] + figures["fn"])


def _mean(classes: Sequence[Figures]) -> Figures:
    """Means over classes; nan where there is none."""
    n = len(classes)
    means = {name: sum(one[name] for one in classes) / n if n else nan for name in ("pq", "sq", "rq")}
    return {**means, "n": n}


PANOPTIC = Convention(
    name="panoptic",
    title="Panoptic quality",
    rule="PQ = SQ x RQ = sum of the hits' IoU / (TP + FP / 2 + FN / 2) for each class, then the mean over "
    "the classes that occur. A pair of one class is a hit where IoU > 0.5; pixels of the prediction under "
    "void leave the union. A predicted segment that lies by more than half under void and crowds of its "
    "class is no false alarm; crowds are never missed. Stuff is one segment per class and image. Areas are "
    "counted, never taken from a file.",
    hit="IoU > 0.5 within a class",
    assignment="unique above one half",
    void="leaves the union; a prediction more than half under it is ignored. Unlabelled pixels of the "
    "reference are void where the labels have classes everywhere (panoptic, semantic)",
    crowd="never missed; ignores predictions of its class that lie more than half under crowds and void, all "
    "crowds together (compat: the last one listed)",
    pooling="counts of each class over all images together",
    source="Kirillov et al. 2019, Panoptic Segmentation, CVPR; panopticapi",
    headline="All.pq",
    needs=frozenset({Need.CLASSES}),
    options=_options,
    tally=_tally,
    pool=_pool,
    list_objects=_list_objects,
)
