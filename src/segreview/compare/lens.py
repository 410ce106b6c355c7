"""The tolerance lens: which pixels of a disagreement are jitter of contours, and which are errors.

A pixel that one object has and its partner lacks is jitter at a tolerance of k pixels when the
contours of *both* lie within k pixels of it: a contour that was drawn k pixels off passes over it.
Else it is a real error. So an object without a partner is an error at any k, and so is the inside of
a hole or of a bite; their number never grows with k; and the k at which a pixel turns into jitter, its
*reach*, is found once for all k.

A pixel's distance from a contour is that from its centre to the nearest centre on the other side of
the contour, less √n - 1 along n axes, so that a step to any of the neighbours counts as one pixel; it
is counted in pixels of the finest axis. Where pixels go from one object to another, both pairs must
call it jitter. For classes the partner is the same class of the other side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from math import prod
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from segreview.compare.figures import finest
from segreview.compare.kernel import count_pairs
from segreview.compare.overlap import SIDES, OverlapTable, Touched
from segreview.compare.partner import Partners
from segreview.compare.pixels import object_mask
from segreview.model.box import Box, hull
from segreview.model.edit import PATCH_SIDE, Edit, touched_cells
from segreview.model.labels import Kind
from segreview.model.sample import PREDICTION, REFERENCE
from segreview.shape.contour import border, nearest, rim

LARGEST = 16
"""Largest tolerance in pixels; what is no jitter then is none at any."""

_ROUNDING = 1e-4
"""What single precision may lose of a reach."""

_FAR = 1e9
"""Distance from one time of a series to the next."""

_Pair = tuple[int | None, int | None]


@dataclass(frozen=True, eq=False)
class ToleranceCurve:
    """How many pixels of disagreement are real errors at every tolerance.

    Parameters
    ----------
    reaches
        Tolerance from which on each pixel is jitter, ascending; infinite where it never is.
    """

    reaches: np.ndarray

    @property
    def total(self) -> int:
        """Pixels on which the sides differ."""
        return int(self.reaches.size)

    def real(self, tolerance: float) -> int:
        """Pixels that are real errors at a tolerance of so many pixels."""
        return self.total - int(np.searchsorted(self.reaches, tolerance + _ROUNDING, side="right"))

    def jitter(self, tolerance: float) -> int:
        """Pixels that are jitter at a tolerance of so many pixels."""
        return self.total - self.real(tolerance)


class Tile(NamedTuple):
    """Reaches above 0 of a small box, and their places in raster order."""

    places: np.ndarray
    reaches: np.ndarray

    @classmethod
    def of(cls, reach: np.ndarray) -> Tile:
        """Tile with the reach of every pixel of its box."""
        places = np.flatnonzero(reach).astype(np.uint32)
        return cls(places, reach.reshape(-1)[places])

    def spread(self, shape: tuple[int, ...]) -> np.ndarray:
        """Reach of every pixel of the box."""
        reach = np.zeros(shape, np.float32)
        reach.reshape(-1)[self.places] = self.reaches
        return reach


class Lens:
    """Reach of every pixel of a disagreement, found tile by tile and kept up to date by edits.

    Parameters
    ----------
    table
        The two sides; it is updated by its owner first.

    Attributes
    ----------
    version
        Counts what has changed in the tiles that are known.
    """

    def __init__(self, table: OverlapTable) -> None:
        self._table = table
        self.version = 0
        self._partners = Partners(table)
        axes, spacing = table.reference.axes, table.reference.spacing
        one = finest(spacing, axes)
        self._steps = np.array(
            [_FAR if axis == "T" else size / one for size, axis in zip(spacing, axes, strict=True)]
        )
        self._slack = float(np.sqrt(len(axes) - axes.count("T"))) - 1
        self._margin = [int((LARGEST + self._slack) / step) + (step < _FAR) for step in self._steps]
        self._tiles: dict[Box, Tile] = {}

    # ---------------------------------------------------------------- reading
    def reach(self, box: Box) -> np.ndarray:
        """Reach of a box's pixels, float32: 0 where the sides agree, infinite where it never is jitter."""
        found = np.zeros(box.shape, np.float32)
        for cell in touched_cells([box], self._table.reference.shape):
            common = cell & box
            tile = self._tile(cell).spread(cell.shape)
            found[common.relative_to(box).slices] = tile[common.relative_to(cell).slices]
        return found

    def errors(self, box: Box, tolerance: float) -> np.ndarray:
        """Boolean mask of the real errors in a box at a tolerance of so many pixels."""
        wrong: np.ndarray = self.reach(box) > tolerance + _ROUNDING
        return wrong

    def curve(self) -> ToleranceCurve:
        """Errors of the whole image at every tolerance."""
        whole = Box.of_shape(self._table.reference.shape)
        values = [self._tile(cell).reaches for cell in whole.tiles(PATCH_SIDE)]
        return ToleranceCurve(np.sort(np.concatenate([np.zeros(0, np.float32), *values])))

    # ---------------------------------------------------------------- ahead of time
    @property
    def unseen(self) -> list[Box]:
        """Tiles that nobody has looked at since they changed last."""
        whole = Box.of_shape(self._table.reference.shape)
        return [cell for cell in whole.tiles(PATCH_SIDE) if cell not in self._tiles]

    @property
    def share(self) -> float:
        """Share of the tiles that are known, 0 to 1."""
        return len(self._tiles) / prod(-(-n // PATCH_SIDE) for n in self._table.reference.shape)

    def look(self, cell: Box) -> Tile:
        """What a tile holds; nothing is kept, so that it may be asked for in another thread."""
        return Tile.of(self._look(cell))

    def keep(self, found: Mapping[Box, Tile]) -> None:
        """Know tiles that were looked at, since when nothing has changed."""
        self._tiles.update(found)
        self.version += 1

    @property
    def tiles(self) -> Mapping[Box, Tile]:
        """What is known of the tiles."""
        return MappingProxyType(self._tiles)

    def snapshot(self) -> Lens:
        """Lens that knows the same tiles and keeps what it finds out to itself: for another thread."""
        twin = copy(self)
        twin._tiles = dict(self._tiles)
        return twin

    # ---------------------------------------------------------------- changes
    def follow(self, touched: Touched, edit: Edit) -> None:
        """Forget the tiles that an edit may have changed, after the table has followed it."""
        shape = self._table.reference.shape
        near = [self.around(patch.box) for patch in edit.patches]
        for side, object_id in self._partners.follow(touched):
            if self._table.area(side, object_id):
                near.append(self._table.box(side, object_id))
        for cell in touched_cells(near, shape):
            self._tiles.pop(cell, None)
        self.version += 1

    def around(self, box: Box) -> Box:
        """Box with the surroundings in which its pixels have a say."""
        start = tuple(a - m for a, m in zip(box.start, self._margin, strict=True))
        stop = tuple(b + m for b, m in zip(box.stop, self._margin, strict=True))
        return Box(start, stop) & Box.of_shape(self._table.reference.shape)

    # ---------------------------------------------------------------- tiles
    def _tile(self, cell: Box) -> Tile:
        if cell not in self._tiles:
            self._tiles[cell] = self.look(cell)
        return self._tiles[cell]

    def _look(self, cell: Box) -> np.ndarray:
        found = np.zeros(cell.shape, np.float32)
        for pair in self._pairs_in(cell):
            self._add_pair(found, cell, pair)
        for side in SIDES:
            labels = self._table.labels(side)
            found[object_mask(labels, labels.void, cell)] = 0
        return found

    def _pairs_in(self, cell: Box) -> set[_Pair]:
        """Pairs of partners, and objects without one, that differ within a cell."""
        pairs: set[_Pair] = set()
        for ours in self._table.reference.planes:
            for theirs in self._table.prediction.planes:
                counts = count_pairs(ours[cell.slices], theirs[cell.slices])
                for reference_id, prediction_id in zip(
                    counts.first.tolist(), counts.second.tolist(), strict=True
                ):
                    pairs.update(self._involved(reference_id, prediction_id))
        return pairs

    def _involved(self, reference_id: int, prediction_id: int) -> Iterator[_Pair]:
        """Pairs that differ at pixels with these ids."""
        ours = self._is_object(REFERENCE, reference_id)
        theirs = self._is_object(PREDICTION, prediction_id)
        partner = self._partners.of(REFERENCE, reference_id) if ours else None
        if ours and theirs and partner == prediction_id:
            return
        if ours:
            yield reference_id, partner
        if theirs:
            yield self._partners.of(PREDICTION, prediction_id), prediction_id

    def _is_object(self, side: str, object_id: int) -> bool:
        labels = self._table.labels(side)
        outside = labels.void if labels.kind is Kind.SEMANTIC else labels.outside
        return object_id not in outside

    def _add_pair(self, found: np.ndarray, cell: Box, pair: _Pair) -> None:
        """Raise the reach of a cell's pixels where the objects of a pair differ, in place."""
        window = self._window(cell, pair)
        masks = [
            np.zeros(window.shape, bool)
            if object_id is None
            else object_mask(self._table.labels(side), [object_id], window)
            for side, object_id in zip(SIDES, pair, strict=True)
        ]
        asked = np.zeros(window.shape, bool)
        part = cell & window
        asked[part.relative_to(window).slices] = True
        for own, other in (masks, masks[::-1]):
            at = np.argwhere(asked & own & ~other)
            if len(at):
                inside = tuple((at + np.subtract(window.start, cell.start)).T)
                reach = np.maximum(self._gaps(at, border(other)), self._gaps(at, rim(own)))
                found[inside] = np.maximum(found[inside], reach)

    def _window(self, cell: Box, pair: _Pair) -> Box:
        """Part of the surroundings of a cell that holds all of a pair, and one pixel around it."""
        around = self.around(cell)
        if self._table.reference.kind is Kind.SEMANTIC:
            return around
        boxes = (self._table.box(side, i) for side, i in zip(SIDES, pair, strict=True) if i is not None)
        whole = hull(boxes)
        assert whole is not None
        return whole.grown(1, self._table.reference.shape) & around

    def _gaps(self, points: np.ndarray, contour: np.ndarray) -> np.ndarray:
        """Distances of pixels from a contour, which is told by the pixels beyond it."""
        limit = LARGEST + self._slack
        return nearest(points * self._steps, np.argwhere(contour) * self._steps, limit) - self._slack
