"""Average precision and recall of scored objects as COCO defines them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from segreview.compare.metrics.case import Case, SegmentCase
from segreview.compare.metrics.coco_image import CocoImage, Scene, image_of
from segreview.compare.metrics.coco_matching import match_detections
from segreview.compare.metrics.convention import Convention, Figures, Need, Result
from segreview.errors import SegreviewError

THRESHOLDS = tuple(Fraction(n, 20) for n in range(10, 20))
"""IoU from .5 to .95 in steps of .05."""

RECALLS = np.linspace(0, 1, 101)
"""Recalls at which precision is read."""

AREAS = {"": (0, 10**10), "s": (0, 32**2), "m": (32**2, 96**2), "l": (96**2, 10**10)}
"""Area ranges in pixels; both ends belong to each, so that an object of 1,024 pixels is small and medium."""

NOTHING = -1.0
"""What a figure is where there is no object to be found; left out of means."""


@dataclass(frozen=True, slots=True)
class CocoOptions:
    """What can be chosen.

    Parameters
    ----------
    categories
        Ids of the classes that are evaluated; None for all that occur.
    max_detections
        How many detections of an image and class are looked at, those with the highest scores; three
        numbers, the largest of which holds for all figures but the first two recalls.
    """

    categories: tuple[int, ...] | None
    max_detections: tuple[int, int, int]


def _options(
    categories: Sequence[int] | None = None, max_detections: Sequence[int] = (1, 10, 100)
) -> CocoOptions:
    limits = [int(n) for n in max_detections]
    if len(limits) != 3 or min(limits) < 1 or sorted(limits) != limits:
        raise SegreviewError(
            f"{max_detections!r} are no numbers of detections.",
            "Give three numbers of 1 or more in ascending order, for example 1, 10, 100.",
        )
    chosen = None if categories is None else tuple(int(category) for category in categories)
    return CocoOptions(chosen, (limits[0], limits[1], limits[2]))


def _tally(case: Case | SegmentCase, _: CocoOptions) -> CocoImage:
    return image_of(case)


# -------------------------------------------------------------------- figures
@dataclass(frozen=True, eq=False)
class _Curve:
    """Precision and recall of one class.

    Parameters
    ----------
    precision
        At each area range, IoU threshold and recall of `RECALLS`; `NOTHING` in ranges without objects.
    recall
        At each area range, IoU threshold and number of detections.
    """

    precision: np.ndarray
    recall: np.ndarray


def _pool(images: Sequence[CocoImage], options: CocoOptions) -> Result:
    scene = Scene.of(images)
    chosen = scene.categories() if options.categories is None else list(options.categories)
    curves = dict(_curves(scene, chosen, options))
    empty = _Curve(*(np.full(shape, NOTHING) for shape in _shapes()))
    by_category = {category: curves.get(category, empty) for category in chosen}
    per_class = {category: {"AP": _mean(curve.precision[0])} for category, curve in by_category.items()}
    whole = list(by_category.values()) or [empty]
    return Result(_figures(whole, options), per_class, scene.notes())


def _figures(curves: Sequence[_Curve], options: CocoOptions) -> Figures:
    """The twelve figures, by the names that COCO's users give them."""
    precision = np.stack([curve.precision for curve in curves])
    recall = np.stack([curve.recall for curve in curves])
    found = {"AP": _mean(precision[:, 0])}
    found |= {f"AP{int(100 * t)}": _mean(precision[:, 0, THRESHOLDS.index(t)]) for t in THRESHOLDS[:6:5]}
    found |= {f"AP{area}": _mean(precision[:, n]) for n, area in enumerate(AREAS) if area}
    found |= {f"AR{most}": _mean(recall[:, 0, :, n]) for n, most in enumerate(options.max_detections)}
    return found | {f"AR{area}": _mean(recall[:, n, :, -1]) for n, area in enumerate(AREAS) if area}


def _mean(values: np.ndarray) -> float:
    known = values[values > NOTHING]
    return float(known.mean()) if known.size else NOTHING


def _shapes() -> tuple[tuple[int, ...], tuple[int, ...]]:
    areas, thresholds = len(AREAS), len(THRESHOLDS)
    return (areas, thresholds, RECALLS.size), (areas, thresholds, 3)


def _curves(scene: Scene, chosen: Sequence[int], options: CocoOptions) -> Iterator[tuple[int, _Curve]]:
    """Curve of every chosen class that occurs."""
    ranges = list(AREAS.values())
    outside = np.array([~_within(scene.reference_sizes, *limits) for limits in ranges]).T
    ignored = outside | scene.crowds[:, None]
    rank = scene.ranks()
    kept = rank < options.max_detections[-1]
    matched, forgiven = match_detections(scene, THRESHOLDS, ignored, kept)
    beyond = np.array([~_within(scene.prediction_areas, *limits) for limits in ranges]).T
    forgiven |= ~matched & beyond[:, :, None]
    order = np.lexsort((rank, scene.prediction_images, -scene.scores, scene.prediction_categories))
    order = order[kept[order]]
    for category in chosen:
        own = order[slice(*np.searchsorted(scene.prediction_categories[order], [category, category + 1]))]
        objects = np.count_nonzero(~ignored[scene.reference_categories == category], axis=0)
        if own.size or objects.any():
            hits = matched[own] & ~forgiven[own]
            false = ~matched[own] & ~forgiven[own]
            yield category, _curve(hits, false, rank[own], objects, options)


def _curve(
    hits: np.ndarray, false: np.ndarray, rank: np.ndarray, objects: np.ndarray, options: CocoOptions
) -> _Curve:
    """Curve of detections of one class in the order of their scores, ``(detections, areas, thresholds)``."""
    curve = _Curve(*(np.full(shape, NOTHING) for shape in _shapes()))
    found = [hits[rank < most].sum(axis=0) for most in options.max_detections]
    tp, fp = (np.cumsum(part, axis=0, dtype=float) for part in (hits, false))
    fp += tp
    fp += np.spacing(1)
    precise = np.divide(tp, fp, out=fp)[::-1]
    precise = np.maximum.accumulate(precise, axis=0, out=precise)[::-1]
    for area in np.flatnonzero(objects):
        curve.precision[area] = 0.0
        recall = tp[:, area] / objects[area]
        for t in range(len(THRESHOLDS)):
            at = np.searchsorted(recall[:, t], RECALLS)
            at = at[at < len(recall)]
            curve.precision[area, t, : at.size] = precise[at, area, t]
        for n, hit in enumerate(found):
            curve.recall[area, :, n] = hit[area] / objects[area]
    return curve


def _within(areas: np.ndarray, low: float, high: float) -> np.ndarray:
    inside: np.ndarray = (areas >= low) & (areas <= high)
    return inside


COCO = Convention(
    name="coco",
    title="COCO average precision",
    rule="Detections take, in the order of their scores, the free object of their class with the largest "
    "IoU >= t, for t = .5, .55 … .95; at most 100 of an image and class. Precision is read at 101 recalls "
    "from its monotone envelope; AP is the mean over classes, thresholds and recalls, AR that of the "
    "recalls. A crowd, or an object outside of the area range, is taken only where nothing else fits, and "
    "its detection is then left out; a crowd may be taken by many, with IoU = intersection / area of the "
    "detection. A detection without object is left out where its own area is outside of the range. Areas up "
    "to 1,024 pixels are small, from 1,024 to 9,216 medium, from there large. -1 where no object counts. "
    "Equal scores keep their order.",
    hit="IoU >= t",
    assignment="greedy by score, largest IoU first; later objects win ties",
    crowd="absorbs detections that lie in it; counts as nothing",
    smallest="area ranges; objects outside are ignored",
    pooling="detections of all images in one ranking for each class",
    source="COCOeval of pycocotools 2.0 (Lin et al. 2014, ECCV)",
    headline="AP",
    needs=frozenset({Need.OBJECTS, Need.SCORES}),
    options=_options,
    tally=_tally,
    pool=_pool,
    segments=True,
    per_image=False,
)

CONVENTIONS = (COCO,)
