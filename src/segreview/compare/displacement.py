"""Whether the contours of a matched pair lie within the tolerance, kept up to date by edits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from segreview.compare.overlap import SIDES, OverlapTable
from segreview.compare.places import count_places
from segreview.model.box import Box, hull
from segreview.model.edit import Edit, Patch, touched_cells
from segreview.model.sample import PREDICTION, REFERENCE
from segreview.shape.ball import ball_centers, ball_radii, ball_size

SMALL = 1 << 14
"""Pairs whose hull has no more pixels are counted anew: that costs less than looking for changes."""

WORTH_A_PAIR = 1 << 12
"""Pixels of a pass over the image that take as long as looking at one pair alone."""

_Crops = Mapping[str, Sequence[np.ndarray]]


class Displacement:
    """Where a ball of the tolerance fits between the contours of both objects of a pair.

    The displaced pixels of a pair are those that one object has and the other lacks. A piece of
    them survives an opening by a ball if and only if the ball fits somewhere; the number of these
    places is kept for every pair that was asked for. An edit changes it only near its patches, so
    a stroke on a road costs as much as one on a cell.

    Parameters
    ----------
    table
        The two sides.
    tolerance
        Radius of the ball, in pixels of the finest axis.
    """

    def __init__(self, table: OverlapTable, tolerance: float) -> None:
        self._table = table
        self._radii = ball_radii(tolerance, table.reference.spacing, table.reference.axes)
        self._size = ball_size(self._radii)
        self._places: dict[tuple[int, int], int] = {}
        self._partner: dict[str, dict[int, int]] = {REFERENCE: {}, PREDICTION: {}}

    def exceeds(self, reference_id: int, prediction_id: int) -> bool:
        """Whether the contours of a pair lie further apart, somewhere, than the tolerance."""
        pair = (reference_id, prediction_id)
        if pair not in self._places:
            self._keep(reference_id, prediction_id, self._count(reference_id, prediction_id))
        return self._places[pair] > 0

    def prepare(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Count many pairs in one pass over the image, where that is less work than looking at each."""
        sides = [self._table.labels(side) for side in SIDES]
        unsure = [pair for pair in pairs if self._may_exceed(*pair)]
        image = Box.of_shape(sides[0].shape)
        if len(unsure) * WORTH_A_PAIR >= image.size and all(len(side.planes) == 1 for side in sides):
            counts = count_places(sides[0].data, sides[1].data, unsure, self._radii)
            for pair, places in zip(unsure, counts.tolist(), strict=True):
                self._keep(*pair, places)

    def forget(self, reference_id: int, prediction_id: int) -> None:
        """Drop a pair that is no longer matched."""
        self._places.pop((reference_id, prediction_id), None)
        # by now either object may be known with another partner
        if self._partner[REFERENCE].get(reference_id) == prediction_id:
            del self._partner[REFERENCE][reference_id]
        if self._partner[PREDICTION].get(prediction_id) == reference_id:
            del self._partner[PREDICTION][prediction_id]

    def follow(self, edit: Edit) -> None:
        """Bring the counts of the edited pairs up to date, after the edit was written."""
        large = []
        for pair in list(self._edited(edit)):
            if any(not self._table.area(side, i) for side, i in zip(SIDES, pair, strict=True)):
                self.forget(*pair)
            elif self._hull(*pair).size <= SMALL:
                self._places[pair] = self._count(*pair)
            else:
                large.append(pair)
        if large:
            for after, before in self._changes(edit):
                for pair in large:
                    self._places[pair] += self._places_in(after, *pair) - self._places_in(before, *pair)

    def _keep(self, reference_id: int, prediction_id: int, places: int) -> None:
        self._places[reference_id, prediction_id] = places
        self._partner[REFERENCE][reference_id] = prediction_id
        self._partner[PREDICTION][prediction_id] = reference_id

    def _edited(self, edit: Edit) -> Iterator[tuple[int, int]]:
        """Known pairs one of whose objects gains or loses pixels."""
        for own_id in edit.ids:
            other_id = self._partner[edit.source].get(own_id)
            if other_id is not None:
                yield (own_id, other_id) if edit.source == REFERENCE else (other_id, own_id)

    def _hull(self, reference_id: int, prediction_id: int) -> Box:
        return self._table.box(REFERENCE, reference_id) | self._table.box(PREDICTION, prediction_id)

    def _count(self, reference_id: int, prediction_id: int) -> int:
        """Number of places in the whole of a pair."""
        if not self._may_exceed(reference_id, prediction_id):
            return 0
        return self._places_in(
            self._crops(self._hull(reference_id, prediction_id)), reference_id, prediction_id
        )

    def _may_exceed(self, reference_id: int, prediction_id: int) -> bool:
        """Whether as many pixels are displaced as a ball has."""
        shared, union = self._table.ratio(reference_id, prediction_id)
        return union - shared >= self._size

    def _crops(self, box: Box) -> dict[str, list[np.ndarray]]:
        """Planes of both sides within a box."""
        return {side: [plane[box.slices] for plane in self._table.labels(side).planes] for side in SIDES}

    def _places_in(self, crops: _Crops, reference_id: int, prediction_id: int) -> int:
        """Number of places whose ball lies within crops of both sides."""
        displaced = _held(crops[REFERENCE], reference_id) ^ _held(crops[PREDICTION], prediction_id)
        return int(ball_centers(displaced, self._radii).size)

    def _changes(self, edit: Edit) -> Iterator[tuple[_Crops, _Crops]]:
        """Crops after and before an edit that hold each place it can have changed exactly once.

        These places lie within a ball's reach of a patch. They are gone through by the cells of
        the patch grid, each in a crop one reach wider, whose own places are those of the cell.
        """
        shape = self._table.reference.shape
        reach = [int(r) for r in self._radii]
        near = [_grown(patch.box, reach, shape) for patch in edit.patches]
        for cell in touched_cells(near, shape):
            part = hull(box & cell for box in near)
            assert part is not None
            window = _grown(part, reach, shape)
            after = self._crops(window)
            planes = list(after[edit.source])
            planes[edit.plane] = planes[edit.plane].copy()
            for patch in reversed(edit.patches):
                _undo(patch, planes[edit.plane], window)
            yield after, {**after, edit.source: planes}


def _held(planes: Sequence[np.ndarray], object_id: int) -> np.ndarray:
    """Pixels that hold an id in any of the planes."""
    held: np.ndarray = planes[0] == object_id
    for plane in planes[1:]:
        held |= plane == object_id
    return held


def _grown(box: Box, reach: Sequence[int], shape: Sequence[int]) -> Box:
    """Box with a margin of its own on each axis, kept inside an array of ``shape``."""
    start = tuple(a - r for a, r in zip(box.start, reach, strict=True))
    stop = tuple(b + r for b, r in zip(box.stop, reach, strict=True))
    return Box(start, stop) & Box.of_shape(shape)


def _undo(patch: Patch, crop: np.ndarray, window: Box) -> None:
    """Write the old values of a patch into a crop, as far as both overlap."""
    common = patch.box & window
    if not common:
        return
    where = patch.where()
    old = np.zeros(where.shape, crop.dtype)
    old[where] = patch.old
    inner = common.relative_to(patch.box).slices
    changed = where[inner]
    crop[common.relative_to(window).slices][changed] = old[inner][changed]
