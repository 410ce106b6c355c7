"""Aggregated Jaccard index: pixels of all pairs together, over pixels of their unions and of all the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from segreview.compare.metrics.case import Case
from segreview.compare.metrics.convention import Convention, Need, Result
from segreview.compare.metrics.counts import Counts
from segreview.compare.metrics.options import NoOptions
from segreview.compare.metrics.pairing import best_pairs
from segreview.compare.metrics.quotient import mean_of_known

_Pairing = Callable[[Counts], np.ndarray]
"""Gives the places of the pairs that are compared."""


def closest_pairs(counts: Counts) -> np.ndarray:
    """For each object of the reference its pair with the largest IoU; of equal ones the first.

    One prediction may be chosen by several.
    """
    if not counts.rows.size:
        return counts.rows
    order = np.lexsort((-counts.ious, counts.rows))
    rows = counts.rows[order]
    found: np.ndarray = order[np.append(True, rows[1:] != rows[:-1])]
    return found


def aggregated_jaccard(counts: Counts, pairs: np.ndarray) -> float:
    """Sum of intersections over the sum of unions, of objects without a partner their areas.

    1 when both sides are empty, 0 when one is.
    """
    whole = int(counts.unions[pairs].sum())
    whole += int(np.delete(counts.reference_areas, counts.rows[pairs]).sum())
    whole += int(np.delete(counts.prediction_areas, counts.columns[pairs]).sum())
    return int(counts.shared[pairs].sum()) / whole if whole else 1.0


def _tally(pairing: _Pairing) -> Callable[[Case, NoOptions], float]:
    return lambda case, _: aggregated_jaccard(case.counts, pairing(case.counts))


def _pool(scores: Sequence[float], _: NoOptions) -> Result:
    return Result({"score": mean_of_known(scores)})


_SCORE = (
    "AJI = sum of the pairs' intersections / (sum of their unions + areas of all objects without a pair). "
    "1 when both sides are empty, 0 when one is. Several images: the mean of their scores."
)

AJI = Convention(
    name="aji",
    title="aggregated Jaccard index",
    rule="Each object of the reference takes the prediction with the largest IoU, of equal ones the first; a "
    f"prediction may be taken by several. {_SCORE}",
    hit="largest IoU above 0",
    assignment="each reference object takes its best; predictions can be taken again",
    pooling="mean of the images' scores",
    source="Kumar et al. 2017, IEEE TMI; get_fast_aji of HoVer-Net",
    headline="score",
    needs=frozenset({Need.OBJECTS}),
    options=NoOptions,
    tally=_tally(closest_pairs),
    pool=_pool,
    segments=True,
)

AJI_PLUS = Convention(
    name="aji_plus",
    title="AJI+",
    rule=f"Pairs are one-to-one, with the largest sum of IoU. {_SCORE}",
    hit="IoU above 0",
    assignment="one-to-one with the largest sum of IoU (Hungarian)",
    pooling="mean of the images' scores",
    source="get_fast_aji_plus of HoVer-Net (Graham et al. 2019, Medical Image Analysis)",
    headline="score",
    needs=frozenset({Need.OBJECTS}),
    options=NoOptions,
    tally=_tally(best_pairs),
    pool=_pool,
    segments=True,
)

CONVENTIONS = (AJI, AJI_PLUS)
