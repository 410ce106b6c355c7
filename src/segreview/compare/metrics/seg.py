"""SEG, the segmentation accuracy of the Cell Tracking Challenge."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from segreview.compare.metrics.case import Case
from segreview.compare.metrics.convention import Convention, Figures, Need, Result
from segreview.compare.metrics.options import NoOptions

_Tally = tuple[float, int]
"""Sum of the scores, and number of objects of the reference."""


def _scored(case: Case) -> np.ndarray:
    """Places of the pairs that count: the prediction holds more than half of the reference."""
    counts = case.counts
    return np.flatnonzero(2 * counts.shared > counts.reference_areas[counts.rows])


def _tally(case: Case, _: NoOptions) -> _Tally:
    return float(case.counts.ious[_scored(case)].sum()), int(case.counts.reference_ids.size)


def _pool(tallies: Sequence[_Tally], _: NoOptions) -> Result:
    scores, objects = (sum(column) for column in zip(*tallies, strict=True)) if tallies else (0.0, 0)
    return Result({"score": scores / objects if objects else float("nan")})


def _objects(case: Case, _: NoOptions) -> list[Figures]:
    """Score of every object of the reference, with the prediction that gives it."""
    counts = case.counts
    found = {int(counts.rows[pair]): int(pair) for pair in _scored(case)}
    records: list[Figures] = []
    for row, reference_id in enumerate(counts.reference_ids.tolist()):
        pair = found.get(row)
        partner = None if pair is None else int(counts.prediction_ids[counts.columns[pair]])
        iou = 0.0 if pair is None else float(counts.ious[pair])
        records.append({"reference_id": reference_id, "prediction_id": partner, "iou": iou})
    return records


SEG = Convention(
    name="seg",
    title="SEG of the Cell Tracking Challenge",
    rule="For each object of the reference the IoU with the one predicted object that holds more than half "
    "of it, or 0 when there is none; the mean over all objects of all images. Predictions without a partner "
    "cost nothing. Without an object in the reference there is no figure (nan).",
    hit="more than half of the reference object",
    assignment="at most one prediction can hold more than half",
    pooling="objects of all images together",
    source="Ulman et al. 2017, Nature Methods; py-ctcmetrics 1.3",
    headline="score",
    needs=frozenset({Need.OBJECTS}),
    options=NoOptions,
    tally=_tally,
    pool=_pool,
    segments=True,
    list_objects=_objects,
)

CONVENTIONS = (SEG,)
