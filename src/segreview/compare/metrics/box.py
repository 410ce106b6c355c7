"""IoU of the boxes around both objects of a pair, beside that of their masks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from segreview.compare.kernel import find_boxes
from segreview.compare.metrics.case import Case, SegmentCase
from segreview.compare.metrics.convention import Convention, Figures, Need, Result
from segreview.compare.metrics.counts import Counts
from segreview.compare.metrics.hit import Hit, threshold_of
from segreview.compare.metrics.pairing import find_hits
from segreview.compare.metrics.quotient import mean_of_known
from segreview.errors import SegreviewError
from segreview.model.labels import LabelImage
from segreview.shape.segment import SegmentMask

MASK, BOX = "mask", "box"


@dataclass(frozen=True, slots=True)
class BoxOptions:
    """What can be chosen.

    Parameters
    ----------
    threshold
        Least IoU of a pair.
    by
        Which IoU makes a pair: ``"mask"``, or ``"box"`` for detectors that give boxes only.
    """

    threshold: Fraction
    by: str


def _options(threshold: Any = "0.5", by: str = MASK) -> BoxOptions:
    if by not in {MASK, BOX}:
        raise SegreviewError(f"There are no pairs by {by!r}.", "Choose by='mask' or by='box'.")
    return BoxOptions(threshold_of(threshold), by)


def box_counts(case: Case | SegmentCase) -> Counts:
    """Boxes of all objects as if they were filled, and their overlaps for pairs whose masks overlap."""
    counts = case.counts
    sides = (case.reference, case.prediction)
    (r, r_stop), (p, p_stop) = (
        object_boxes(side, ids)
        for side, ids in zip(sides, (counts.reference_ids, counts.prediction_ids), strict=True)
    )
    start = np.maximum(r[counts.rows], p[counts.columns])
    stop = np.minimum(r_stop[counts.rows], p_stop[counts.columns])
    return replace(
        counts,
        reference_areas=np.prod(r_stop - r, axis=1),
        prediction_areas=np.prod(p_stop - p, axis=1),
        shared=np.prod(np.maximum(stop - start, 0), axis=1),
    )


def object_boxes(side: LabelImage | Sequence[SegmentMask], ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Half-open boxes of the objects of a side, ``(n, ndim)`` each for start and stop, int64.

    Parameters
    ----------
    side
        Labels, or segments in the order of the ids.
    ids
        Ids of all its objects.
    """
    if not isinstance(side, LabelImage):
        ends = np.array([(one.rle.box.start, one.rle.box.stop) for one in side], np.int64).reshape(-1, 2, 2)
        return ends[:, 0], ends[:, 1]
    start, stop = np.zeros((2, ids.size, len(side.shape)), np.int64)
    order = np.argsort(ids)
    for plane in side.planes:
        found = find_boxes(plane)
        bounds = np.iinfo(found.ids.dtype)
        fit = order[(ids[order] >= bounds.min) & (ids[order] <= bounds.max)]
        known = ids[fit].astype(found.ids.dtype)  # numpy compares mixed types as floats
        own = np.isin(found.ids, known)
        places = fit[np.searchsorted(known, found.ids[own])]
        start[places], stop[places] = found.start[own], found.stop[own]
    return start, stop


def _tally(case: Case | SegmentCase, options: BoxOptions) -> list[Figures]:
    """One record for each pair."""
    masks, boxes = case.counts, box_counts(case)
    pairs = find_hits(boxes if options.by == BOX else masks, Hit(options.threshold, strict=False)).pairs
    columns = (
        masks.reference_ids[masks.rows[pairs]],
        masks.prediction_ids[masks.columns[pairs]],
        boxes.ious[pairs],
        masks.ious[pairs],
    )
    return [
        {"reference_id": r, "prediction_id": p, "box_iou": box_iou, "iou": iou}
        for r, p, box_iou, iou in zip(*(column.tolist() for column in columns), strict=True)
    ]


def _pool(tallies: Sequence[list[Figures]], _: BoxOptions) -> Result:
    pairs = [pair for tally in tallies for pair in tally]
    return Result(
        {
            "mean_box_iou": mean_of_known([pair["box_iou"] for pair in pairs]),
            "mean_mask_iou": mean_of_known([pair["iou"] for pair in pairs]),
        }
    )


BOXES = Convention(
    name="box",
    title="box IoU",
    rule="IoU of the tight boxes around both objects of each pair, and of their masks beside it. Pairs are "
    "one-to-one: those whose mask IoU (by='box': whose box IoU) >= threshold, as many as there can be, then "
    "the largest sum. The figures are means over the pairs of all images; without a pair there are none "
    "(nan). Objects whose masks share no pixel are no pair.",
    hit="IoU >= threshold",
    assignment="as many pairs as there can be, then the largest sum of IoU (Hungarian)",
    pooling="pairs of all images together",
    source="of our own",
    headline="mean_box_iou",
    needs=frozenset({Need.OBJECTS}),
    options=_options,
    tally=_tally,
    pool=_pool,
    segments=True,
    list_objects=_tally,
    lists_objects=True,
)

CONVENTIONS = (BOXES,)
