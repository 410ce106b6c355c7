"""Which tolerance fits: as far as annotators differ, or as the data themselves tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import ceil

import numpy as np

from segreview.compare.figures import finest, gaps_by_time
from segreview.compare.lens import LARGEST, ToleranceCurve
from segreview.compare.overlap import OverlapTable
from segreview.compare.partner import Partners
from segreview.compare.pixels import object_mask
from segreview.model.labels import LabelImage
from segreview.model.sample import PREDICTION, REFERENCE
from segreview.shape.contour import percentile

USUAL = 95.0
"""Percentage of the contours that the annotators' tolerance has to hold."""

LEAST_IOU = (1, 2)
"""Only objects that two annotators share to this part tell how far their contours differ."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A tolerance in whole pixels, and why."""

    pixels: int
    text: str


def tolerance_of_annotators(annotations: Sequence[LabelImage]) -> Suggestion | None:
    """Tolerance that holds `USUAL` percent of the contour points of repeated annotations of one image.

    For every two annotators and every two partners of IoU at or above 1/2 the distances of each contour
    to the other are taken both ways; of all of them together the percentile is rounded up to whole pixels.
    None when no two annotators share an object.
    """
    gaps = [gap for first, second in combinations(annotations, 2) for gap in _gaps(first, second)]
    if not gaps:
        return None
    apart = percentile(np.concatenate(gaps), USUAL)
    people = f"{len(annotations)} annotators"
    text = f"{USUAL:.0f} % of the outlines of {people} lie within {apart:.1f} px of each other"
    return Suggestion(max(1, ceil(apart - 1e-9)), text)


def tolerance_of_curve(curve: ToleranceCurve) -> Suggestion | None:
    """Tolerance at the knee of the errors: beyond it a larger one turns few more into jitter.

    Of the pixels that are jitter at any tolerance, the share that is not yet at k falls from 1 (k = 0)
    towards 0 (k = `LARGEST`); the knee is the k at which it lies farthest below the straight line between
    both ends (Satopää et al. 2011), the smallest of several. None when there are no such pixels.
    """
    finite = int(np.count_nonzero(np.isfinite(curve.reaches)))
    if not finite:
        return None
    never = curve.total - finite
    steps = np.arange(LARGEST + 1)
    shares = np.array([(curve.real(k) - never) / finite for k in steps.tolist()])
    knee = int((1 - steps / LARGEST - shares).argmax())
    text = f"{100 * (1 - shares[knee]):.0f} % of what could be jitter is within {knee} px"
    return Suggestion(knee, text)


def _gaps(first: LabelImage, second: LabelImage) -> list[np.ndarray]:
    """Distances between the contours of partners, in pixels of the finest axis, both ways."""
    table = OverlapTable.build(first, second)
    one = finest(first.spacing, first.axes)
    steps = [size / one for size in first.spacing]
    found = []
    for ours, theirs in Partners(table).pairs():
        shared, union = table.ratio(ours, theirs)
        if shared * LEAST_IOU[1] >= union * LEAST_IOU[0]:
            box = table.box(REFERENCE, ours) | table.box(PREDICTION, theirs)
            masks = (object_mask(first, [ours], box), object_mask(second, [theirs], box))
            for gaps in gaps_by_time(*masks, first.axes, steps):
                found += [gaps.there, gaps.back]
    return found
