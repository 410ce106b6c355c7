"""One-to-one pairs of the objects of two label images, as a plain table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from segreview.compare.metrics.case import Case, SegmentCase, pair_cases
from segreview.compare.metrics.hit import Hit, threshold_of
from segreview.compare.metrics.pairing import find_hits
from segreview.errors import SegreviewError


@dataclass(frozen=True, slots=True)
class Match:
    """An object of the reference and one of the prediction that belong together."""

    reference_id: int
    prediction_id: int
    iou: float


@dataclass(frozen=True, slots=True)
class MatchTable:
    """Pairs of the objects of two label images, and those without a partner.

    Parameters
    ----------
    hit
        When a pair counts.
    matches
        Pairs, ordered by the id of the reference.
    unmatched_reference, unmatched_prediction
        Ids of the objects without a partner, ascending.
    """

    hit: Hit
    matches: tuple[Match, ...]
    unmatched_reference: tuple[int, ...]
    unmatched_prediction: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.matches)

    def __iter__(self) -> Iterator[Match]:
        return iter(self.matches)

    def pairs(self) -> dict[tuple[int, int], float]:
        """IoU of every pair, as ``{(reference id, prediction id): IoU}``."""
        return {(one.reference_id, one.prediction_id): one.iou for one in self.matches}


def match(
    reference: Any, prediction: Any, threshold: Fraction | float | str = "0.5", *, strict: bool = False
) -> MatchTable:
    """One-to-one pairs of objects: as many hits as there can be, then the largest sum of IoU.

    Parameters
    ----------
    reference, prediction
        Label images, or integer arrays in which 0 is the background, or lists of segments of one image.
    threshold
        IoU of a hit, as a decimal; compared exactly.
    strict
        Whether a hit lies above the threshold (``>``) or may be at it (``>=``).

    Raises
    ------
    SegreviewError
        When shapes do not fit, an array does not hold integers, the threshold is none, or there are
        several images.
    """
    cases = pair_cases(reference, prediction)
    if len(cases) != 1:
        raise SegreviewError(
            f"There are {len(cases)} images, and objects are matched within one.",
            "Match the images one by one.",
        )
    return _table(cases[0], Hit(threshold_of(threshold), strict))


def _table(case: Case | SegmentCase, hit: Hit) -> MatchTable:
    counts = case.counts
    pairs = find_hits(counts, hit).pairs
    rows, columns = counts.rows[pairs], counts.columns[pairs]
    ids = (counts.reference_ids[rows].tolist(), counts.prediction_ids[columns].tolist())
    matches = sorted(zip(*ids, counts.ious[pairs].tolist(), strict=True))
    return MatchTable(
        hit,
        tuple(Match(*one) for one in matches),
        tuple(sorted(np.delete(counts.reference_ids, rows).tolist())),
        tuple(sorted(np.delete(counts.prediction_ids, columns).tolist())),
    )
