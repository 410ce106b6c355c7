"""Figures of boundaries: Boundary IoU and distances between contours, by the rule of a named program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import hypot, inf, nan
from typing import Any

import numpy as np

from segreview.compare.metrics.box import object_boxes
from segreview.compare.metrics.case import Case
from segreview.compare.metrics.convention import Convention, Figures, Result
from segreview.compare.metrics.hit import Hit, threshold_of
from segreview.compare.metrics.options import whole_number
from segreview.compare.metrics.pairing import find_hits
from segreview.compare.metrics.quotient import mean_of_known
from segreview.compare.pixels import foreground, object_mask
from segreview.errors import SegreviewError
from segreview.model.box import Box
from segreview.model.labels import Kind, LabelImage
from segreview.shape.band import band, near_border
from segreview.shape.contour import Gaps, contour_gaps, percentile
from segreview.shape.surfel import surfel_gaps

METRICSRELOADED, MEDPY, DEEPMIND = RULES = ("metricsreloaded", "medpy", "deepmind")
EROSION, EUCLIDEAN = BANDS = ("erosion", "euclidean")
MASK, OBJECTS = "mask", "objects"
SEVERE = 95.0
"""Percentile of HD95."""


@dataclass(frozen=True, slots=True)
class BoundaryOptions:
    """What can be chosen.

    Parameters
    ----------
    rule
        Program whose distances are given: ``"metricsreloaded"``, ``"medpy"`` or ``"deepmind"``.
    ratio
        Width of the boundary band of Boundary IoU, as a share of the image's diagonal; at least 1 pixel.
    pixels
        Width of the band in pixels; it takes the place of `ratio`.
    band
        ``"erosion"``: what an erosion by that many pixels takes away. ``"euclidean"``: what lies nearer than
        that to a border pixel, as MetricsReloaded has it.
    tau
        Distance within which contours agree for NSD, in the unit of the spacing.
    spacing
        Size of a pixel along each axis; by default that of the reference.
    of
        ``"mask"``: figures of all objects of a side as one mask; ``"objects"``: means over matched pairs.
    threshold
        Least IoU of a matched pair.
    """

    rule: str
    ratio: float
    pixels: int | None
    band: str
    tau: float
    spacing: tuple[float, ...] | None
    of: str
    threshold: Fraction


def _options(
    rule: str = METRICSRELOADED,
    ratio: float = 0.02,
    pixels: int | None = None,
    band: str = EROSION,
    tau: float = 1.0,
    spacing: Sequence[float] | None = None,
    of: str = MASK,
    threshold: Any = "0.5",
) -> BoundaryOptions:
    for given, known in ((rule, RULES), (band, BANDS), (of, (MASK, OBJECTS))):
        if given not in known:
            raise SegreviewError(f"{given!r} is not known here.", f"Choose one of {', '.join(known)}.")
    sizes = None if spacing is None else tuple(float(size) for size in np.atleast_1d(spacing))
    if not all(0 < size < inf for size in (ratio, *(sizes or ()))) or not tau >= 0:
        raise SegreviewError(
            "A band, a distance or a spacing is no number above 0.",
            "Give ratio and spacing above 0, and tau of 0 or more.",
        )
    width = None if pixels is None else whole_number("pixels", pixels, 1)
    return BoundaryOptions(rule, ratio, width, band, tau, sizes, of, threshold_of(threshold))


# -------------------------------------------------------------------- one pair of masks
def boundary_figures(
    first: np.ndarray, second: np.ndarray, width: int, spacing: Sequence[float], options: BoundaryOptions
) -> dict[str, float]:
    """All figures of two masks of one shape.

    Parameters
    ----------
    first, second
        Boolean masks of the reference and the prediction; what lies beyond them is outside.
    width
        Width of the band in pixels.
    spacing
        Size of a pixel along each axis.
    options
        Which rules are followed.
    """
    found = {"boundary_iou": boundary_iou(first, second, width, options.band)}
    if options.rule == DEEPMIND:
        gaps = surfel_gaps(first, second, spacing)
        return found | _surfel_figures(gaps, options.tau)
    gaps = contour_gaps(first, second, spacing)
    if not (gaps.there.size and gaps.back.size):
        return found | _empty_figures(both=not (gaps.there.size or gaps.back.size))
    return found | _border_figures(gaps, options)


def boundary_iou(first: np.ndarray, second: np.ndarray, width: int, rule: str = EROSION) -> float:
    """IoU of the bands within two masks along their boundaries (Cheng et al. 2021, CVPR).

    nan when both masks are empty; 1 then with ``"euclidean"``, as in MetricsReloaded.
    """
    bands = near_border if rule == EUCLIDEAN else band
    a, b = bands(first, width), bands(second, width)
    union = int(np.count_nonzero(a | b))
    if not union:
        return 1.0 if rule == EUCLIDEAN else nan
    return int(np.count_nonzero(a & b)) / union


def _border_figures(gaps: Gaps, options: BoundaryOptions) -> dict[str, float]:
    """Distances between border pixels, all of which count the same."""
    if options.rule == MEDPY:
        severe = percentile(np.concatenate([gaps.there, gaps.back]), SEVERE)
    else:
        severe = max(percentile(gaps.there, SEVERE), percentile(gaps.back, SEVERE))
    return _figures(gaps.farthest, severe, gaps, options.tau)


def _surfel_figures(gaps: Gaps, tau: float) -> dict[str, float]:
    """Distances between surface elements, weighted by their sizes."""
    sides = ((gaps.there, gaps.there_sizes), (gaps.back, gaps.back_sizes))
    farthest, severe = (
        max(_weighted_percentile(*side, percent) for side in sides) for percent in (100, SEVERE)
    )
    return _figures(farthest, severe, gaps, tau)


def _figures(farthest: float, severe: float, gaps: Gaps, tau: float) -> dict[str, float]:
    there, back = gaps.means()
    return {
        "hd": farthest,
        "hd95": severe,
        "assd": gaps.mean(),
        "nsd": gaps.within(tau),
        "asd_gt_to_pred": there,
        "asd_pred_to_gt": back,
    }


def _empty_figures(*, both: bool) -> dict[str, float]:
    """Figures of border pixels where one side has none, or neither has: MetricsReloaded's."""
    distance, agreed = (0.0, 1.0) if both else (nan, 0.0)
    distances = ("hd", "hd95", "assd", "asd_gt_to_pred", "asd_pred_to_gt")
    return {**dict.fromkeys(distances, distance), "nsd": agreed}


def _weighted_percentile(gaps: np.ndarray, sizes: np.ndarray | None, percent: float) -> float:
    """Distance up to which a share of the surface lies; infinite for a surface without elements."""
    if not gaps.size or sizes is None:
        return inf
    order = np.lexsort((sizes, gaps))
    share = np.cumsum(sizes[order]) / sizes.sum()
    place = min(int(np.searchsorted(share, percent / 100)), gaps.size - 1)
    return float(gaps[order][place])


# -------------------------------------------------------------------- one image
_Tally = list[tuple[int | None, dict[str, float]]]
"""Class, or None, and figures of every pair of masks that is looked at."""


def _tally(case: Case, options: BoundaryOptions) -> _Tally:
    if options.of == OBJECTS:
        return [(None, {n: record[n] for n in _NAMES}) for record in _objects(case, options)]
    found: _Tally = []
    for category, first, second in _masks(case):
        for a, b in _times(case.reference, first, second):
            spacing = _spacing(case.reference, options, a.ndim)
            found.append((category, boundary_figures(a, b, band_width(a.shape, options), spacing, options)))
    return found


def band_width(shape: Sequence[int], options: BoundaryOptions) -> int:
    """Width of the boundary band in an image, in pixels."""
    if options.pixels is not None:
        return options.pixels
    return max(1, round(options.ratio * hypot(*shape)))


def _masks(case: Case) -> Iterator[tuple[int | None, np.ndarray, np.ndarray]]:
    """All objects of each side as one mask or, where ids are classes, a mask for each class."""
    if case.reference.in_chunks or case.prediction.in_chunks:
        raise SegreviewError(
            f"{case.name}: the boundary of a whole mask needs all pixels, and they are read block by block.",
            "Choose of='objects', which looks at one pair of objects at a time, or give numpy.asarray(...) "
            "of both sides where they fit into memory.",
        )
    if case.reference.kind is not Kind.SEMANTIC:
        yield None, foreground(case.reference), foreground(case.prediction)
        return
    counts = case.counts
    void = np.isin(case.reference.data, list(case.reference.void))
    for category in sorted({*counts.reference_ids.tolist(), *counts.prediction_ids.tolist()}):
        yield category, case.reference.data == category, (case.prediction.data == category) & ~void


def _times(labels: LabelImage, *masks: np.ndarray) -> Iterator[tuple[np.ndarray, ...]]:
    """Masks of each time of a series, or the masks themselves."""
    yield from zip(*masks, strict=True) if labels.axes.startswith("T") else [masks]


def _spacing(labels: LabelImage, options: BoundaryOptions, ndim: int) -> tuple[float, ...]:
    """Size of a pixel along the axes of space."""
    sizes = labels.spacing if options.spacing is None else options.spacing
    if len(sizes) < ndim:
        raise SegreviewError(
            f"The spacing has {len(sizes)} sizes, and the labels have {ndim} axes.",
            "Give one size for each axis, in the order of the array.",
        )
    return tuple(sizes[-ndim:])


# -------------------------------------------------------------------- matched objects
_NAMES = ("boundary_iou", "hd", "hd95", "assd", "nsd", "asd_gt_to_pred", "asd_pred_to_gt")


def _objects(case: Case, options: BoundaryOptions) -> list[dict[str, Any]]:
    """Figures of every matched pair, each measured in the hull of its two boxes."""
    if case.reference.kind is Kind.SEMANTIC:
        raise SegreviewError(
            f"{case.name}: the reference holds classes, which are no objects to be matched.",
            "Leave out of='objects' and the list of objects; each class is then a mask.",
        )
    counts = case.counts
    pairs = find_hits(counts, Hit(options.threshold, strict=False)).pairs
    rows, columns = counts.rows[pairs], counts.columns[pairs]
    width = band_width(case.reference.shape[case.reference.axes.startswith("T") :], options)
    boxes = _hulls(case, rows, columns)
    ids = (counts.reference_ids[rows].tolist(), counts.prediction_ids[columns].tolist())
    return [
        {
            "reference_id": r,
            "prediction_id": p,
            "iou": iou,
            **_object_figures(case, box, (r, p), width, options),
        }
        for r, p, iou, box in zip(*ids, counts.ious[pairs].tolist(), boxes, strict=True)
    ]


def _hulls(case: Case, rows: np.ndarray, columns: np.ndarray) -> list[Box]:
    """Box around both objects of each pair."""
    counts = case.counts
    r_start, r_stop = (ends[rows] for ends in object_boxes(case.reference, counts.reference_ids))
    p_start, p_stop = (ends[columns] for ends in object_boxes(case.prediction, counts.prediction_ids))
    start, stop = np.minimum(r_start, p_start).tolist(), np.maximum(r_stop, p_stop).tolist()
    return [Box(tuple(a), tuple(b)) for a, b in zip(start, stop, strict=True)]


def _object_figures(
    case: Case, box: Box, pair: tuple[int, int], width: int, options: BoundaryOptions
) -> Mapping[str, float]:
    """Figures of a pair of objects; over the times at which they are, in a series."""
    sides = zip((case.reference, case.prediction), pair, strict=True)
    masks = [object_mask(side, [object_id], box) for side, object_id in sides]
    found = [
        boundary_figures(a, b, width, _spacing(case.reference, options, a.ndim), options)
        for a, b in _times(case.reference, *masks)
    ]
    return found[0] if len(found) == 1 else _means(found)


# -------------------------------------------------------------------- several images
def _pool(tallies: Sequence[_Tally], _: BoundaryOptions) -> Result:
    everything = [one for tally in tallies for one in tally]
    categories = sorted({category for category, _ in everything if category is not None})
    if not categories:
        return Result(_means([figures for _, figures in everything]))
    per_class = {
        category: _means([figures for own, figures in everything if own == category])
        for category in categories
    }
    return Result(_means(list(per_class.values())), per_class)


def _means(found: Sequence[Figures]) -> Figures:
    """Mean of each figure over those that have one."""
    return {name: mean_of_known([figures[name] for figures in found]) for name in _NAMES}


BOUNDARY = Convention(
    name="boundary",
    title="boundary figures",
    rule="Boundary IoU: IoU of the bands within both masks along their boundaries, of a width given in "
    "pixels or as a share of the image's diagonal; the image's edge is a boundary. hd, hd95, assd: distances "
    "between contours, largest, 95th percentile and mean; nsd: share of both contours within tau of the "
    "other. metricsreloaded: border pixels by faces, hd95 the larger of the two directed percentiles; a side "
    "that is empty gives nan and nsd 0, two give 0 and nsd 1. medpy: the same with one percentile over both "
    "directions. deepmind: surface elements weighted by their size; an empty side gives inf and nsd 0, two "
    "inf and nan. Distances are in the unit of the spacing. All objects of a side are one mask; "
    "of='objects': means over the matched pairs (IoU >= threshold); classes: a mask for each, and the mean.",
    hit="IoU >= threshold, where objects are looked at",
    assignment="as many pairs as there can be, then the largest sum of IoU (Hungarian)",
    void="of the reference, in both masks of a class",
    pooling="mean over the images (times of a series are images), without those that have no figure",
    source="Cheng et al. 2021, CVPR (boundary-iou-api); MetricsReloaded; medpy 0.5; surface-distance",
    headline="boundary_iou",
    needs=frozenset(),
    options=_options,
    tally=_tally,
    pool=_pool,
    list_objects=_objects,
)

CONVENTIONS = (BOUNDARY,)
