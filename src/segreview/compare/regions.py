"""Disagreements about classes: connected regions where semantic labels differ, kept up to date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import fsum
from types import MappingProxyType

import numpy as np

from segreview.compare.disagreement import Disagreement, Handle, Replaced, Summary, item_mask
from segreview.compare.kernel import count_pairs, find_boxes, pair_keys
from segreview.compare.objects import TOLERANCE
from segreview.compare.overlap import SIDES, OverlapTable, Touched
from segreview.compare.pixels import raster_position
from segreview.compare.taxonomy import Relation
from segreview.errors import SegreviewError
from segreview.model.box import Box, hull
from segreview.model.edit import Edit
from segreview.model.sample import PREDICTION, REFERENCE
from segreview.shape.ball import ball_centers, ball_radii
from segreview.shape.components import connected_regions
from segreview.shape.lattice import Lattice

_NONE: Mapping[int, int] = MappingProxyType({})


class Regions:
    """Items of two sides whose labels are classes.

    An item is a connected region (by faces, within one time) of one reference class and one
    other predicted class; void of the reference is left out. Regions too thin to hold a ball of
    the tolerance are ``boundary``, all others ``class``.

    Parameters
    ----------
    table
        Overlap table of both sides, one plane each; it is updated by its owner first.
    tolerance
        Radius of the ball, in pixels of the finest axis.

    Raises
    ------
    SegreviewError
        When the labels are read block by block: regions hang together across blocks.
    """

    def __init__(self, table: OverlapTable, tolerance: float = TOLERANCE) -> None:
        if table.reference.in_chunks or table.prediction.in_chunks:
            raise SegreviewError(
                "Regions of classes hang together across blocks, and the labels are read block by block.",
                "Give numpy.asarray(...) of both sides where they fit into memory, or crops of them; "
                "segreview.evaluate reads blocks.",
            )
        self.table = table
        self.tolerance = tolerance
        self._reference = table.reference.data
        self._prediction = table.prediction.data
        self._radii = ball_radii(tolerance, table.reference.spacing, table.reference.axes)
        self._items: dict[Handle, Disagreement] = {}
        self._counts: Counter[Relation] = Counter()
        whole = Box.of_shape(self._reference.shape)
        self._numbers = self._label(whole)
        self._by_number = self._measure(self._numbers, whole)
        self._last = max(self._by_number, default=0)
        self._insert(sorted(self._by_number.values(), key=lambda item: item.region))

    # ---------------------------------------------------------------- reading
    @property
    def items(self) -> Mapping[Handle, Disagreement]:
        """All items by their handle: in raster order of their first pixels, later ones behind."""
        return MappingProxyType(self._items)

    @property
    def partners(self) -> Mapping[int, int]:
        """Empty: classes have no partners."""
        return _NONE

    def at(self, index: Sequence[int]) -> Disagreement | None:
        """Item under a pixel, or None where both sides agree."""
        return self._by_number.get(int(self._numbers[tuple(index)]))

    def with_ids(self, reference_ids: Iterable[int], prediction_ids: Iterable[int]) -> list[Disagreement]:
        """Items with exactly these classes."""
        wanted = (tuple(reference_ids), tuple(prediction_ids))
        return [item for handle, item in self._items.items() if handle[:2] == wanted]

    def mask(self, side: str, disagreement: Disagreement) -> np.ndarray:
        """Boolean mask of a region, in the shape of its box; the same for both sides."""
        return item_mask(disagreement, side, self.table.reference, self.table.prediction)

    def seen(self, lattice: Lattice) -> tuple[np.ndarray, Mapping[int, Disagreement]]:
        """Number of the region at some pixels (0 for none), and the item of each number."""
        return lattice.view(self._numbers), self._by_number

    def summary(self) -> Summary:
        """Counts of items, and mean IoU over the classes that either side holds.

        The IoU of class k is ``n_kk / (row_k + column_k - n_kk)``, void pixels of the reference
        left out of the columns (Everingham et al. 2010; Cordts et al. 2016).
        """
        counts = {relation: self._counts[relation] for relation in Relation}
        ious = [shared / union for shared, union in self.class_ratios().values() if union]
        mean = fsum(ious) / len(ious) if ious else float("nan")
        present = [sum(self.table.area(side, k) > 0 for k in self._classes()) for side in SIDES]
        return Summary(counts, mean, 0, *present)

    def class_ratios(self) -> dict[int, tuple[int, int]]:
        """Pixels of intersection and union of every class that counts."""
        return {k: self._class_ratio(k) for k in self._classes()}

    def _classes(self) -> set[int]:
        """Classes of either side, the background among them, but not the reference's void."""
        classes = set(self.table.areas(REFERENCE)) | set(self.table.areas(PREDICTION))
        for labels in (self.table.reference, self.table.prediction):
            classes |= labels.outside - labels.void
        return classes - self.table.reference.void

    def _class_ratio(self, class_id: int) -> tuple[int, int]:
        """Pixels of intersection and union of a class."""
        shared, union = self.table.ratio(class_id, class_id)
        return shared, union - self.table.void_pixels(PREDICTION, class_id)

    # ---------------------------------------------------------------- changes
    def update(self, touched: Touched, edit: Edit) -> Replaced:  # noqa: ARG002 (the protocol's)
        """Find the regions near an edit anew, and return those that changed.

        Looks only within the hull of the edit's patches and of the regions that touch them.
        """
        near = [patch.box.grown(1, self._numbers.shape) for patch in edit.patches]
        old = {n for box in near for n in np.unique(self._numbers[box.slices]).tolist() if n}
        window = hull([*near, *(self._by_number[n].box for n in old)])
        assert window is not None
        before = self._numbers[window.slices]
        concerned = np.isin(before, list(old))
        for patch in edit.patches:
            concerned[patch.box.relative_to(window).slices] = True
        after = self._label(window)
        after = _chosen(after, np.unique(after[concerned]), self._last)
        self._last = max(self._last, int(after.max(initial=0)))
        measured = self._measure(after, window)
        removed = {n: self._by_number.pop(n) for n in old}
        added = dict(measured)
        for new, was in self._unchanged(measured, removed, after, before):
            measured[new] = removed.pop(was)
            del added[new]
        before[concerned] = 0
        np.copyto(before, after, where=after > 0)
        self._by_number.update(measured)
        self._remove(removed.values())
        self._insert(added.values())
        return Replaced(tuple(removed.values()), tuple(added.values()))

    def _unchanged(
        self,
        measured: Mapping[int, Disagreement],
        removed: Mapping[int, Disagreement],
        after: np.ndarray,
        before: np.ndarray,
    ) -> list[tuple[int, int]]:
        """New and old number of every region that came out with the same classes and pixels."""
        first, second, pixels = (column.tolist() for column in count_pairs(after, before))
        return [
            (new, was)
            for new, was, n in zip(first, second, pixels, strict=True)
            if new in measured and measured[new] == removed.get(was) and n == measured[new].area
        ]

    def _insert(self, items: Iterable[Disagreement]) -> None:
        for item in items:
            self._items[item.handle] = item
            self._counts[item.relation] += 1

    def _remove(self, items: Iterable[Disagreement]) -> None:
        for item in items:
            del self._items[item.handle]
            self._counts[item.relation] -= 1

    # ---------------------------------------------------------------- items
    def _label(self, box: Box) -> np.ndarray:
        """Numbers from 1 for the regions within a box, int32; 0 where there is none."""
        reference, prediction = self._reference[box.slices], self._prediction[box.slices]
        differs = reference != prediction
        for void in self.table.reference.void:
            differs &= reference != void
        kinds = np.zeros(box.shape, np.int64)
        kinds[differs] = pair_keys(reference[differs], prediction[differs]).astype(np.int64) + 1
        return connected_regions(kinds, self.table.reference.axes)

    def _measure(self, numbers: np.ndarray, box: Box) -> dict[int, Disagreement]:
        """Item of every region number within a box that holds the regions as a whole."""
        thick = set(np.unique(ball_centers(numbers, self._radii)).tolist())
        inside = np.flatnonzero(numbers)
        found, first, areas = np.unique(numbers.reshape(-1)[inside], return_index=True, return_counts=True)
        firsts = np.stack(np.unravel_index(inside[first], numbers.shape), axis=-1)
        ids, starts, stops = find_boxes(numbers)
        boxes = dict(zip(ids.tolist(), zip(starts.tolist(), stops.tolist(), strict=True), strict=True))
        items = {}
        for number, index, area in zip(found.tolist(), firsts.tolist(), areas.tolist(), strict=True):
            start, stop = boxes[number]
            at = tuple(a + i for a, i in zip(box.start, index, strict=True))
            items[number] = Disagreement(
                Relation.CLASS if number in thick else Relation.BOUNDARY,
                (int(self._reference[at]),),
                (int(self._prediction[at]),),
                Box(tuple(start), tuple(stop)).shifted(box.start),
                iou=0.0,
                area=area,
                error=area,
                region=1 + raster_position(index, box, self._reference.shape),
                subcode="" if number in thick else "boundary",
            )
        return items


def _chosen(numbers: np.ndarray, wanted: np.ndarray, last: int) -> np.ndarray:
    """Wanted regions alone, numbered from ``last + 1``."""
    wanted = wanted[wanted > 0]
    table = np.zeros(int(numbers.max(initial=0)) + 1, numbers.dtype)
    table[wanted] = np.arange(last + 1, last + 1 + wanted.size)
    kept: np.ndarray = table[numbers]
    return kept
