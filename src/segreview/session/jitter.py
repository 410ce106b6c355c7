"""Jitter: from which tolerance on each row of a review is no more than that, found step by step."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from segreview.compare.disagreement import Disagreement, Relation
from segreview.compare.lens import Lens, Tile, ToleranceCurve
from segreview.compare.live import LiveDisagreements
from segreview.compare.objects import Disagreements
from segreview.compare.overlap import SIDES, OverlapTable, Touched
from segreview.compare.pixels import object_mask
from segreview.compare.regions import Regions
from segreview.compare.tolerance import Suggestion, tolerance_of_annotators, tolerance_of_curve
from segreview.model.box import Box
from segreview.model.edit import Edit
from segreview.model.labels import LabelImage
from segreview.model.sample import REFERENCE
from segreview.shape.lattice import Lattice
from segreview.triage.queue import Queue, Row

Pause = Callable[[], None]
Key = TypeVar("Key")
Value = TypeVar("Value")

_OUTLINES = frozenset({Relation.BOUNDARY, Relation.POOR, Relation.SPLIT, Relation.MERGED, Relation.MANY})
"""Objects that differ in their outlines: all others are right or wrong as a whole."""

_BATCH = 0.25
"""Seconds that one step lasts, about."""

_BREATH = 0.005
"""Seconds between two pauses."""

_ROUNDING = 1e-4


@dataclass(frozen=True, eq=False)
class Step:
    """What one step has found out; all of it holds as long as no edit comes between.

    Parameters
    ----------
    lens
        The lens, with the first step.
    tiles
        Tiles of the lens.
    reaches
        Tolerance from which on rows are jitter, by their serial numbers.
    curve, suggestion
        What all tiles together say, with the last step.
    """

    lens: Lens | None = None
    tiles: Mapping[Box, Tile] = field(default_factory=dict)
    reaches: Mapping[int, float] = field(default_factory=dict)
    curve: ToleranceCurve | None = None
    suggestion: Suggestion | None = None


class Jitter:
    """Tolerance from which on each row is jitter alone; nothing is found out before somebody asks.

    Parameters
    ----------
    table, disagreements, queue
        What the review is made of; their owner updates them first.
    annotations
        Repeated annotations of the same image, which tell how far outlines differ.

    Attributes
    ----------
    lens
        The lens; None before the first step.
    curve
        Errors of the whole image at every tolerance; None while that is not known.
    suggestion
        A tolerance that fits, and why; None while that is not known, or nothing is jitter at any.
    """

    def __init__(
        self,
        table: OverlapTable,
        disagreements: LiveDisagreements,
        queue: Queue,
        annotations: Sequence[LabelImage] = (),
    ) -> None:
        self._table, self._disagreements, self._queue = table, disagreements, queue
        self._annotations = annotations
        self._reaches = np.zeros(0)
        self.lens: Lens | None = None
        self.curve: ToleranceCurve | None = None
        self.suggestion: Suggestion | None = None

    # ---------------------------------------------------------------- reading
    @property
    def reaches(self) -> np.ndarray:
        """Tolerance from which on rows are jitter, by serial number: inf for never, nan while not known."""
        lacking = len(self._queue) - self._reaches.size
        if lacking > 0:
            self._reaches = np.append(self._reaches, np.full(lacking, np.nan))
        return self._reaches

    def alone(self, tolerance: float) -> np.ndarray:
        """Boolean mask, by serial number, of the rows that are known to be jitter alone at a tolerance."""
        found: np.ndarray = self.reaches <= tolerance + _ROUNDING
        return found

    @property
    def known(self) -> bool:
        """Whether everything is known."""
        return self.curve is not None

    @property
    def share(self) -> float:
        """Share of the tiles that are known, 0 to 1."""
        return 0.0 if self.lens is None else self.lens.share

    # ---------------------------------------------------------------- following
    def follow(self, touched: Touched, edit: Edit) -> None:
        """Forget what an edit may have changed, after table and disagreements have followed it."""
        if self.lens is None:
            return
        self.lens.follow(touched, edit)
        self.curve = self.suggestion = None
        self.update(row for patch in edit.patches for row in self._rows_near(self.lens.around(patch.box)))

    def update(self, rows: Iterable[Row]) -> None:
        """Forget what is known of rows."""
        if self.lens is not None:
            self.reaches[[row.number for row in rows]] = np.nan

    def _rows_near(self, box: Box) -> Iterator[Row]:
        for item in self._items_near(box):
            row = self._queue.row_of(item)
            if row is not None:
                yield row

    def _items_near(self, box: Box) -> Iterator[Disagreement]:
        """Items with pixels in a box."""
        found = self._disagreements
        if isinstance(found, Regions):
            numbers, item_of = found.seen(Lattice.of_box(box))
            yield from (item_of[n] for n in np.unique(numbers).tolist() if n)
            return
        assert isinstance(found, Disagreements)
        for side in SIDES:
            for plane in self._table.labels(side).planes:
                items = (found.find(side, number) for number in np.unique(plane[box.slices]).tolist())
                yield from (item for item in items if item is not None)

    # ---------------------------------------------------------------- finding out
    def step(self, pause: Pause = lambda: None, near: Box | None = None) -> Step:
        """Find out a little more; nothing is kept, so that it may be done in another thread.

        Parameters
        ----------
        pause
            Called now and then; what it raises ends the step.
        near
            What is looked at first: the part in view.
        """
        if self.lens is None:
            pause()
            return Step(Lens(self._table))
        lens = self.lens.snapshot()
        cells = lens.unseen
        if cells:
            cells.sort(key=lambda cell: near is not None and not cell & near)
            return Step(tiles=_for_a_while(cells, lens.look, pause))
        rows = np.flatnonzero(np.isnan(self.reaches)).tolist()
        if rows:
            return Step(reaches=_for_a_while(rows, lambda n: self._reach_of(self._queue.row(n), lens), pause))
        pause()
        curve = lens.curve()
        return Step(
            curve=curve, suggestion=tolerance_of_annotators(self._annotations) or tolerance_of_curve(curve)
        )

    def keep(self, step: Step) -> None:
        """Know what a step has found out."""
        self.lens = step.lens or self.lens
        if step.tiles and self.lens is not None:
            self.lens.keep(step.tiles)
        for number, reach in step.reaches.items():
            self.reaches[number] = reach
        if step.curve is not None:
            self.curve, self.suggestion = step.curve, step.suggestion

    def _reach_of(self, row: Row, lens: Lens) -> float:
        """Tolerance from which on the item of a row is jitter; infinite where it never is."""
        item = row.item
        if row.gone or not (item.region or item.relation in _OUTLINES):
            return np.inf
        if item.region:
            mask = self._disagreements.mask(REFERENCE, item)
        else:
            masks = (object_mask(self._table.labels(side), item.ids(side), item.box) for side in SIDES)
            mask = np.logical_or(*masks)
        return float(lens.reach(item.box)[mask].max(initial=0.0))


def _for_a_while(keys: Iterable[Key], look: Callable[[Key], Value], pause: Pause) -> dict[Key, Value]:
    """What is found for the first keys, as many as there is time for."""
    found: dict[Key, Value] = {}
    begun = rested = time.monotonic()
    for key in keys:
        found[key] = look(key)
        now = time.monotonic()
        if now - begun > _BATCH:
            break
        if now - rested > _BREATH:
            pause()
            rested = time.monotonic()
    return found
