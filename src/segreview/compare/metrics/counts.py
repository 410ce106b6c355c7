"""Objects of two sides and the pixels they share, as columns: what figures of objects are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import NamedTuple

import numpy as np

from segreview.compare.kernel import PairCounts, count_pairs, run_lengths
from segreview.model.labels import LabelImage
from segreview.shape.rle import pair_overlaps
from segreview.shape.segment import SegmentMask


@dataclass(frozen=True, eq=False)
class Counts:
    """Areas of all objects and overlaps of all pairs, from one pass over the pixels.

    Parameters
    ----------
    reference_ids, prediction_ids
        Ids of the objects of each side, 1-D; ascending where they come from label images.
    reference_areas, prediction_areas
        Their pixels, int64.
    rows, columns
        For every pair that overlaps, places of its objects in the two columns above; ordered by rows.
    shared
        Pixels of their intersections, int64.
    """

    reference_ids: np.ndarray
    reference_areas: np.ndarray
    prediction_ids: np.ndarray
    prediction_areas: np.ndarray
    rows: np.ndarray
    columns: np.ndarray
    shared: np.ndarray

    @classmethod
    def of(cls, reference: LabelImage, prediction: LabelImage) -> Counts:
        """Count two label images of one shape; objects of one side may overlap in several planes."""
        planes = product(enumerate(reference.planes), enumerate(prediction.planes))
        parts = [_part(i, a, j, b) for (i, a), (j, b) in planes]
        pairs, for_reference, for_prediction = parts[0] if len(parts) == 1 else _joined(parts)
        r = _objects(pairs.first, for_reference, reference.outside, ascending=len(parts) == 1)
        p = _objects(pairs.second, for_prediction, prediction.outside)
        both = np.flatnonzero((r.places >= 0) & (p.places >= 0))
        if len(parts) > 1:
            both = both[np.argsort(r.places[both], kind="stable")]
        return cls(r.ids, r.areas, p.ids, p.areas, r.places[both], p.places[both], pairs.pixels[both])

    @classmethod
    def of_segments(cls, reference: Sequence[SegmentMask], prediction: Sequence[SegmentMask]) -> Counts:
        """Count two lists of segments of one image; those without an id are numbered from 1."""
        sides = [[one.rle for one in side] for side in (reference, prediction)]
        ids = [
            np.array([n if one.id is None else one.id for n, one in enumerate(side, start=1)], np.int64)
            for side in (reference, prediction)
        ]
        areas = [np.array([rle.area for rle in side], np.int64) for side in sides]
        return cls(ids[0], areas[0], ids[1], areas[1], *pair_overlaps(*sides))

    @cached_property
    def unions(self) -> np.ndarray:
        """Pixels of the union of every pair, int64."""
        both: np.ndarray = self.reference_areas[self.rows] + self.prediction_areas[self.columns]
        both -= self.shared
        return both

    @cached_property
    def ious(self) -> np.ndarray:
        """IoU of every pair, float64; exact comparisons are made of `shared` and `unions`."""
        quotient: np.ndarray = self.shared / self.unions
        return quotient


class _Part(NamedTuple):
    """Pixels of all pairs of two planes, and how often they count for the areas of each side.

    Every plane is counted against each of the other side; the areas of its objects are those it has
    against the first of them.
    """

    pairs: PairCounts
    reference_pixels: np.ndarray
    prediction_pixels: np.ndarray


class _Objects(NamedTuple):
    """Objects of one side with their areas, and for each pair the place of its object or -1."""

    ids: np.ndarray
    areas: np.ndarray
    places: np.ndarray


def _objects(
    ids: np.ndarray, pixels: np.ndarray, outside: Iterable[int], *, ascending: bool = False
) -> _Objects:
    """Objects of one side, from its column of all pairs with the pixels that count for it."""
    order: np.ndarray | slice = slice(None) if ascending else np.argsort(ids, kind="stable")
    ordered = ids[order]
    begins = np.ones(ids.size, bool)
    np.not_equal(ordered[1:], ordered[:-1], out=begins[1:])
    starts = np.flatnonzero(begins)
    known = ordered[starts]
    areas = np.add.reduceat(pixels[order], starts) if starts.size else np.zeros(0, np.int64)
    objects = np.ones(known.size, bool)
    for no_object in outside:
        objects &= known != no_object
    numbers = np.cumsum(objects) - 1
    numbers[~objects] = -1
    places = np.empty(ids.size, np.intp)
    places[order] = np.repeat(numbers, run_lengths(starts, ids.size))
    return _Objects(known[objects], areas[objects], places)


def _part(i: int, reference: np.ndarray, j: int, prediction: np.ndarray) -> _Part:
    pairs = count_pairs(reference, prediction)
    nothing = np.zeros_like(pairs.pixels) if i or j else pairs.pixels
    return _Part(pairs, nothing if j else pairs.pixels, nothing if i else pairs.pixels)


def _joined(parts: Sequence[_Part]) -> _Part:
    """Pairs of all planes one behind the other."""
    columns = (np.concatenate(column) for column in zip(*(part.pairs for part in parts), strict=True))
    pixels = (np.concatenate([part[n] for part in parts]) for n in (1, 2))
    return _Part(PairCounts(*columns), *pixels)
