"""Figures of one-to-one matching: those of stardist, of cellpose, of DSB 2018, and F1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from segreview.compare.metrics.case import Case
from segreview.compare.metrics.convention import Convention, Figures, Need, Result
from segreview.compare.metrics.hit import Hit, thresholds_of
from segreview.compare.metrics.pairing import Hits, find_hits, find_hits_at
from segreview.compare.metrics.quotient import mean_of_known, share

_USUAL = tuple(f"0.{n}" for n in range(50, 100, 5))
"""Thresholds from .5 to .95 in steps of .05."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What one image has to say at one threshold."""

    tp: int
    fp: int
    fn: int
    iou_sum: float

    def __add__(self, other: Tally) -> Tally:
        """Both images together."""
        return Tally(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn, self.iou_sum + other.iou_sum)


_NOTHING = Tally(0, 0, 0, 0.0)


@dataclass(frozen=True, slots=True)
class MatchingOptions:
    """What can be chosen.

    Parameters
    ----------
    threshold
        One IoU threshold or several.
    by_image
        Whether figures are made for each image and averaged, or of the counts of all images together.
    """

    threshold: tuple[Fraction, ...]
    by_image: bool = False


def _options(usual: Sequence[str], *, by_image: bool = False) -> Any:
    def read(threshold: Any = None, by_image: bool = by_image) -> MatchingOptions:
        return MatchingOptions(thresholds_of(threshold, usual), by_image)

    return read


def _tally(strict: bool) -> Any:
    def tally(case: Case, options: MatchingOptions) -> tuple[Tally, ...]:
        found = find_hits_at(case.counts, [Hit(threshold, strict) for threshold in options.threshold])
        return tuple(Tally(hits.tp, hits.fp, hits.fn, hits.iou_sum) for hits in found)

    return tally


def _objects(strict: bool) -> Any:
    def list_objects(case: Case, options: MatchingOptions) -> list[Figures]:
        """Hits at the first threshold, then the objects of either side without one."""
        return object_records(find_hits(case.counts, Hit(options.threshold[0], strict)))

    return list_objects


def object_records(hits: Hits) -> list[Figures]:
    """One record for each pair of a matching and for each object without a partner."""
    counts, pairs = hits.counts, hits.pairs
    rows, columns = counts.rows[pairs], counts.columns[pairs]
    ids = (counts.reference_ids[rows].tolist(), counts.prediction_ids[columns].tolist())
    records: list[Figures] = [
        {"reference_id": r, "prediction_id": p, "iou": iou}
        for r, p, iou in zip(*ids, counts.ious[pairs].tolist(), strict=True)
    ]
    records += [
        {"reference_id": r, "prediction_id": None, "iou": 0.0}
        for r in np.delete(counts.reference_ids, rows).tolist()
    ]
    records += [
        {"reference_id": None, "prediction_id": p, "iou": 0.0}
        for p in np.delete(counts.prediction_ids, columns).tolist()
    ]
    return records


def _pooled(tallies: Sequence[tuple[Tally, ...]], options: MatchingOptions) -> list[Tally]:
    """Counts of all images together, at each threshold."""
    return [sum((one[n] for one in tallies), _NOTHING) for n in range(len(options.threshold))]


# -------------------------------------------------------------------- stardist
def stardist_figures(tally: Tally) -> Figures:
    """Figures of ``stardist.matching``; a quotient without a denominator is 0 there, and here."""
    tp, fp, fn, iou_sum = tally.tp, tally.fp, tally.fn, tally.iou_sum
    return {
        "tp": tp,
        "fp": fp,
        "fn": fn,
        "precision": share(tp, tp + fp, empty=0.0),
        "recall": share(tp, tp + fn, empty=0.0),
        "accuracy": share(tp, tp + fp + fn, empty=0.0),
        "f1": share(2 * tp, 2 * tp + fp + fn, empty=0.0),
        "n_true": tp + fn,
        "n_pred": tp + fp,
        "mean_true_score": share(iou_sum, tp + fn, empty=0.0),
        "mean_matched_score": share(iou_sum, tp, empty=0.0),
        "panoptic_quality": share(iou_sum, tp + fp / 2 + fn / 2, empty=0.0),
    }


def _stardist(tallies: Sequence[tuple[Tally, ...]], options: MatchingOptions) -> Result:
    if options.by_image:
        per_image = [[stardist_figures(one) for one in tally] for tally in tallies]
        found = [_mean([one[n] for one in per_image]) for n in range(len(options.threshold))]
    else:
        found = [stardist_figures(one) for one in _pooled(tallies, options)]
    return Result(_per_threshold(found, options))


def _mean(figures: Sequence[Figures]) -> Figures:
    """Counts are added; all other figures averaged over the images, the empty ones among them."""
    counts = ("tp", "fp", "fn", "n_true", "n_pred")
    return {
        name: sum(one[name] for one in figures) / (1 if name in counts else len(figures))
        for name in figures[0]
    }


# -------------------------------------------------------------------- cellpose, DSB 2018, F1
def _cellpose(tallies: Sequence[tuple[Tally, ...]], options: MatchingOptions) -> Result:
    """Average precision of each threshold; of several images their mean, as cellpose reports it."""
    pooled = _pooled(tallies, options)
    found = []
    for n, total in enumerate(pooled):
        shares = [share(one[n].tp, one[n].tp + one[n].fp + one[n].fn) for one in tallies]
        found.append({"AP": mean_of_known(shares), "tp": total.tp, "fp": total.fp, "fn": total.fn})
    return Result(_per_threshold(found, options))


def _dsb2018(tallies: Sequence[tuple[Tally, ...]], _: MatchingOptions) -> Result:
    """Mean over thresholds of TP / (TP + FP + FN), and of that over images."""
    scores = [sum(share(one.tp, one.tp + one.fp + one.fn) for one in tally) / len(tally) for tally in tallies]
    return Result({"score": mean_of_known(scores)})


def _f1(tallies: Sequence[tuple[Tally, ...]], options: MatchingOptions) -> Result:
    found = [
        {"score": share(2 * total.tp, 2 * total.tp + total.fp + total.fn, empty=0.0)}
        for total in _pooled(tallies, options)
    ]
    return Result(_per_threshold(found, options))


def _per_threshold(found: Sequence[Figures], options: MatchingOptions) -> Mapping[str, Any]:
    """Figures of the one threshold, or a list of them under ``per_threshold``."""
    if len(found) == 1:
        return found[0]
    return {
        "per_threshold": [
            {"threshold": float(t), **figures} for t, figures in zip(options.threshold, found, strict=True)
        ]
    }


_BEST_IOU = "as many hits as there can be, then the largest sum of IoU (Hungarian)"

STARDIST = Convention(
    name="stardist",
    title="stardist matching",
    rule="A pair is a hit where IoU >= threshold. Pairs are one-to-one: as many hits as there can be, then "
    "the largest sum of IoU. Counts of several images are added up before figures are made of them. "
    "A quotient without a denominator is 0.",
    hit="IoU >= threshold",
    assignment=_BEST_IOU,
    pooling="counts of all images together; by_image: the mean, where an image without objects counts 0",
    source="stardist.matching (stardist 0.9)",
    headline="f1",
    needs=frozenset({Need.OBJECTS}),
    options=_options(["0.5"]),
    tally=_tally(strict=False),
    list_objects=_objects(strict=False),
    segments=True,
    pool=_stardist,
)

CELLPOSE = Convention(
    name="cellpose",
    title="cellpose average precision",
    rule="AP = TP / (TP + FP + FN) at each threshold; a pair is a hit where IoU >= threshold. Pairs are "
    "one-to-one: as many hits as there can be, then the largest sum of IoU. Several images: the mean of "
    "their APs, without those that are empty on both sides.",
    hit="IoU >= threshold",
    assignment=_BEST_IOU,
    pooling="mean of the images' AP; counts are added up",
    source="cellpose.metrics.average_precision (cellpose 4)",
    headline="AP",
    needs=frozenset({Need.OBJECTS}),
    options=_options(["0.5", "0.75", "0.9"]),
    tally=_tally(strict=False),
    list_objects=_objects(strict=False),
    segments=True,
    pool=_cellpose,
)

DSB2018 = Convention(
    name="dsb2018",
    title="Data Science Bowl 2018",
    rule="Mean over the thresholds .5, .55 … .95 of TP / (TP + FP + FN); a pair is a hit where "
    "IoU > threshold. Several images: the mean of their scores, without those that are empty on both sides.",
    hit="IoU > threshold",
    assignment="unique above one half",
    pooling="mean of the images' scores",
    source="Data Science Bowl 2018, stage 1 (Caicedo et al. 2019, Nature Methods)",
    headline="score",
    needs=frozenset({Need.OBJECTS}),
    options=_options(_USUAL),
    tally=_tally(strict=True),
    list_objects=_objects(strict=True),
    segments=True,
    pool=_dsb2018,
)

F1 = Convention(
    name="f1",
    title="F1",
    rule="F1 = 2 TP / (2 TP + FP + FN); a pair is a hit where IoU > threshold. Counts of several images are "
    "added up before. Without any object it is 0.",
    hit="IoU > threshold",
    assignment="unique above one half; below, as many hits as there can be",
    pooling="counts of all images together",
    source="Caicedo et al. 2019, Cytometry A",
    headline="score",
    needs=frozenset({Need.OBJECTS}),
    options=_options(["0.5"]),
    tally=_tally(strict=True),
    list_objects=_objects(strict=True),
    segments=True,
    pool=_f1,
)

CONVENTIONS = (STARDIST, CELLPOSE, DSB2018, F1)
