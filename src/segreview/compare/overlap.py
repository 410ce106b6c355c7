"""The overlap table: how many pixels every object of one side shares with every object of the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product, repeat
from typing import Any, overload

import numpy as np

from segreview.compare.collector import collector_paused
from segreview.compare.hulls import Hulls
from segreview.compare.kernel import PairCounts, count_pairs
from segreview.compare.sides import check_shapes, image_pairs, is_one, label_images
from segreview.model.box import Box
from segreview.model.edit import Edit, Patch
from segreview.model.labels import LabelImage
from segreview.model.sample import PREDICTION, REFERENCE

SIDES = (REFERENCE, PREDICTION)
"""Names of both sides, the reference first."""

OTHER = {REFERENCE: PREDICTION, PREDICTION: REFERENCE}
"""Side that faces a side."""

_Partners = dict[int, dict[int, int]]


@dataclass(frozen=True, slots=True)
class Touched:
    """Objects that an edit concerns: their area, an overlap or their pixels changed."""

    reference: frozenset[int]
    prediction: frozenset[int]

    def of(self, side: str) -> frozenset[int]:
        """Ids of one side."""
        return self.reference if side == REFERENCE else self.prediction


class OverlapTable:
    """Sparse contingency table of two label images, with areas and boxes of their objects.

    The table reads the images' arrays, which their owner edits in place: each edit is first
    written there and then handed to `update`, whose cost follows the changed pixels. Sizes are
    pixels as Python integers, so every ratio made of them is exact. An object lies in one plane;
    pairs are counted over all pairs of planes.

    Parameters
    ----------
    reference, prediction
        The two sides, of one shape.
    """

    def __init__(self, reference: LabelImage, prediction: LabelImage) -> None:
        self.reference = reference
        self.prediction = prediction
        self._areas: dict[str, dict[int, int]] = {side: {} for side in SIDES}
        self._partners: dict[str, _Partners] = {side: {} for side in SIDES}
        self._hulls: dict[str, Hulls] = {}
        self._fill()

    @classmethod
    def build(cls, reference: LabelImage, prediction: LabelImage, name: str = "") -> OverlapTable:
        """Table of two label images; their name is for messages.

        Raises
        ------
        SegreviewError
            When their shapes differ.
        """
        check_shapes(reference, prediction, name)
        return cls(reference, prediction)

    def __eq__(self, other: object) -> bool:
        """Whether two tables hold the same numbers; their images may be different ones."""
        if not isinstance(other, OverlapTable):
            return NotImplemented
        return self._areas == other._areas and self._partners == other._partners

    __hash__ = None  # type: ignore[assignment]  # the table changes

    # ---------------------------------------------------------------- reading
    def labels(self, side: str) -> LabelImage:
        """Label image of a side, ``"reference"`` or ``"prediction"``."""
        return self.reference if side == REFERENCE else self.prediction

    def pairs(self) -> dict[tuple[int, int], int]:
        """Pixels of every pair of objects that overlap, as ``{(reference id, prediction id): n}``."""
        no_reference, no_prediction = self.reference.outside, self.prediction.outside
        return {
            (r, p): n
            for r, row in self._partners[REFERENCE].items()
            if r not in no_reference
            for p, n in row.items()
            if p not in no_prediction
        }

    def areas(self, side: str) -> dict[int, int]:
        """Pixels of every object of a side."""
        outside = self.labels(side).outside
        return {i: n for i, n in self._areas[side].items() if i not in outside}

    def count(self, side: str) -> int:
        """Number of objects of a side."""
        areas = self._areas[side]
        return len(areas) - sum(i in areas for i in self.labels(side).outside)

    def columns(self) -> PairCounts:
        """Pixels of every pair of ids, those that are no objects among them, as `count_pairs` gives them."""
        rows = sorted(self._partners[REFERENCE].items())
        first = np.repeat(_as_ids([r for r, _ in rows]), [len(row) for _, row in rows])
        pairs = [pair for _, row in rows for pair in sorted(row.items())]
        second, pixels = zip(*pairs, strict=True) if pairs else ((), ())
        return PairCounts(first, _as_ids(second), np.array(pixels, np.int64))

    def area(self, side: str, object_id: int) -> int:
        """Pixels of an id, 0 for one that does not occur."""
        return self._areas[side].get(object_id, 0)

    def box(self, side: str, object_id: int) -> Box:
        """Tight box of an object.

        The boxes of a side are found in one pass when the first of them is asked for.

        Raises
        ------
        KeyError
            For an id that has no pixels or is no object.
        """
        if side not in self._hulls:
            self._hulls[side] = Hulls(self.labels(side))
        return self._hulls[side][object_id]

    def partners(self, side: str, object_id: int) -> dict[int, int]:
        """Objects of the other side that an object overlaps, as ``{id: pixels}``."""
        outside = self.labels(OTHER[side]).outside
        row = self._partners[side].get(object_id, {})
        return {i: n for i, n in row.items() if i not in outside}

    def intersection(self, reference_id: int, prediction_id: int) -> int:
        """Pixels that two ids share."""
        return self._partners[REFERENCE].get(reference_id, {}).get(prediction_id, 0)

    def ratio(self, reference_id: int, prediction_id: int) -> tuple[int, int]:
        """Pixels of intersection and of union of two ids."""
        shared = self.intersection(reference_id, prediction_id)
        areas = self.area(REFERENCE, reference_id) + self.area(PREDICTION, prediction_id)
        return shared, areas - shared

    def iou(self, reference_id: int, prediction_id: int) -> float:
        """Intersection over union of two ids; nan when neither occurs."""
        shared, union = self.ratio(reference_id, prediction_id)
        return shared / union if union else float("nan")

    def void_pixels(self, side: str, object_id: int) -> int:
        """Pixels of an object that lie under void of the other side."""
        row = self._partners[side].get(object_id, {})
        return sum(row.get(void, 0) for void in self.labels(OTHER[side]).void)

    # ---------------------------------------------------------------- changes
    def update(self, edit: Edit) -> Touched:
        """Follow an edit that has been written into its array, and return the objects concerned.

        Needs the patches and the other side's array within their boxes, nothing else.
        """
        side = edit.source
        if side not in SIDES:
            raise ValueError(f"an edit of {side!r} does not concern this table")
        own: set[int] = set()
        facing: set[int] = set()
        for patch in edit.patches:
            own_here, facing_here = self._follow(side, patch)
            own |= own_here
            facing |= facing_here
        for object_id in own:
            if not self.area(side, object_id) and side in self._hulls:
                self._hulls[side].forget(object_id)
        mine = frozenset(own - self.labels(side).outside)
        theirs = frozenset(facing - self.labels(OTHER[side]).outside)
        return Touched(mine, theirs) if side == REFERENCE else Touched(theirs, mine)

    def _follow(self, side: str, patch: Patch) -> tuple[set[int], set[int]]:
        """Follow one patch; return the ids of its own and of the other side that it concerns."""
        where = patch.where()
        count = int(np.count_nonzero(where))
        old, new = (np.broadcast_to(values, count) for values in (patch.old, patch.new))
        lost: dict[int, int] = {}
        gained: dict[int, int] = {}
        facing: set[int] = set()
        for n, plane in enumerate(self.labels(OTHER[side]).planes):
            under = plane[patch.box.slices][where]
            for values, sign, sums in ((old, -1, lost), (new, 1, gained)):
                for own_id, other_id, pixels in _rows(values, under):
                    self._add_pair(side, own_id, other_id, sign * pixels)
                    facing.add(other_id)
                    if n == 0:
                        sums[own_id] = sums.get(own_id, 0) + pixels
        for sums, sign in ((lost, -1), (gained, 1)):
            for own_id, pixels in sums.items():
                _add(self._areas[side], own_id, sign * pixels)
        if side in self._hulls:
            outside = self.labels(side).outside
            self._hulls[side].follow(patch, where, lost.keys() - outside, gained.keys() - outside)
        return lost.keys() | gained.keys(), facing

    def _add_pair(self, side: str, own_id: int, other_id: int, pixels: int) -> None:
        for rows, key, partner in (
            (self._partners[side], own_id, other_id),
            (self._partners[OTHER[side]], other_id, own_id),
        ):
            row = rows.setdefault(key, {})
            _add(row, partner, pixels)
            if not row:
                del rows[key]

    def _fill(self) -> None:
        """Count all pixels of all pairs of planes."""
        with collector_paused():
            self._count_planes()

    def _count_planes(self) -> None:
        planes = product(enumerate(self.reference.planes), enumerate(self.prediction.planes))
        for (i, a), (j, b) in planes:
            counts = count_pairs(a, b)
            columns = {REFERENCE: counts.first, PREDICTION: counts.second}
            for side, first_facing in ((REFERENCE, j == 0), (PREDICTION, i == 0)):
                own, other, pixels = _ordered(columns[side], columns[OTHER[side]], counts.pixels)
                for own_id, row in _grouped(own, other, pixels):
                    if first_facing:
                        _add(self._areas[side], own_id, sum(row.values()))
                    _add_row(self._partners[side], own_id, row)


def _as_ids(ids: Sequence[int]) -> np.ndarray:
    """Column of ids, int64, or uint64 where one needs it."""
    return np.array(ids, np.uint64 if max(ids, default=0) >= 1 << 63 else np.int64)


@overload
def overlap_table(
    reference: LabelImage | np.ndarray, prediction: LabelImage | np.ndarray
) -> OverlapTable: ...


@overload
def overlap_table(reference: Sequence[Any], prediction: Sequence[Any]) -> tuple[OverlapTable, ...]: ...


@overload
def overlap_table(reference: Any, prediction: Any) -> Any: ...


def overlap_table(reference: Any, prediction: Any) -> OverlapTable | tuple[OverlapTable, ...]:
    """Overlap table of two label arrays or label images; of two sequences of them one for each pair.

    Parameters
    ----------
    reference, prediction
        `LabelImage`, or array of any integer dtype in which 0 is the background, or a sequence of
        such: a data set. An array beside a label image is read as that image is: same kind,
        background, void and classes. Arrays in chunks (zarr, dask, h5py) are read block by block.

    Returns
    -------
    OverlapTable or tuple of OverlapTable
        A tuple, in the order of the images, where sequences are given.

    Raises
    ------
    SegreviewError
        When the sides are not as many, shapes differ, or an array does not hold integers.
    """
    pairs = image_pairs(reference, prediction)
    if is_one(reference):
        return OverlapTable.build(*label_images(*pairs[0]))
    return tuple(
        OverlapTable.build(*label_images(*pair, name), name)
        for name, pair in ((f"image {n}", pair) for n, pair in enumerate(pairs, start=1))
    )


def _rows(own: np.ndarray, other: np.ndarray) -> Iterator[tuple[int, int, int]]:
    """Every pair of ids of two 1-D arrays with its pixels."""
    if own.size and own.strides == (0,):  # one id, as strokes and tools write it
        ids, pixels = np.unique(other, return_counts=True)
        return zip(repeat(int(own[0])), ids.tolist(), pixels.tolist(), strict=False)
    counts = count_pairs(own, other)
    return zip(counts.first.tolist(), counts.second.tolist(), counts.pixels.tolist(), strict=True)


def _ordered(own: np.ndarray, other: np.ndarray, pixels: np.ndarray) -> tuple[np.ndarray, ...]:
    order = np.argsort(own, kind="stable")
    return own[order], other[order], pixels[order]


def _grouped(own: np.ndarray, other: np.ndarray, pixels: np.ndarray) -> Iterator[tuple[int, dict[int, int]]]:
    """Rows ``{other id: pixels}`` of every own id, from columns that are ordered by own id."""
    if not own.size:
        return
    cuts = [*np.flatnonzero(np.append(True, own[1:] != own[:-1])).tolist(), own.size]
    ids, others, counts = own[cuts[:-1]].tolist(), other.tolist(), pixels.tolist()
    for own_id, a, b in zip(ids, cuts[:-1], cuts[1:], strict=True):
        yield own_id, dict(zip(others[a:b], counts[a:b], strict=True))


def _add_row(rows: _Partners, own_id: int, row: Mapping[int, int]) -> None:
    known = rows.setdefault(own_id, {})
    for other_id, pixels in row.items():
        _add(known, other_id, pixels)


def _add(sums: dict[int, int], key: int, pixels: int) -> None:
    """Add to one sum; a sum that becomes 0 goes."""
    total = sums.get(key, 0) + pixels
    if total:
        sums[key] = total
    else:
        sums.pop(key, None)
