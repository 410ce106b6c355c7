"""Hits at every IoU threshold, and where objects flip between hit and miss, kept up to date by edits.

Counts are those of stardist: any object of one side may be a hit of any of the other, whatever their
classes; see `segreview.compare.tangle` for how pairs are chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

import numpy as np

from segreview.compare.matching import Pair
from segreview.compare.metrics.matching import Tally
from segreview.compare.overlap import OTHER, SIDES, OverlapTable, Touched
from segreview.compare.slots import Slots
from segreview.compare.tangle import Climber, Flip, Member, Solved, Span
from segreview.model.sample import PREDICTION, REFERENCE

FLOOR = Fraction(1, 10)
"""Least threshold."""

_DOUBT = 1e-12
"""Numbers that lie as near to each other as this are compared as fractions."""

_Lone = tuple[int, int, int, int]
"""A pair that no other competes with: reference id, prediction id, pixels of intersection and union."""


class Sweep:
    """One-to-one hits of two sides at every threshold from `FLOOR` to 1.

    Nearly every object has at most one partner with an IoU of `FLOOR` or more, and is a hit up to
    their IoU. Others are solved for all thresholds at once, and solved again when an edit touches
    what they were solved from. Edits are noted, and followed when something is asked for.

    Parameters
    ----------
    table
        Overlap table of both sides; it is updated by its owner first.
    """

    def __init__(self, table: OverlapTable) -> None:
        self.table = table
        self._climber = Climber(table)
        self._lone: Slots[_Lone] = Slots(1)  # IoU
        self._spans: Slots[Span] = Slots(3)  # IoU, low, high
        self._flips: Slots[Flip] = Slots(1)  # threshold
        self._slot_of: dict[Member, int] = {}  # of those that are alone
        self._watchers: dict[Member, set[_Kept]] = {}
        self._coarse: set[_Kept] = set()
        self._dirty: dict[str, set[int]] = {side: set() for side in SIDES}
        self._fill()

    def __eq__(self, other: object) -> bool:
        """Whether two sweeps say the same of two tables."""
        if not isinstance(other, Sweep):
            return NotImplemented
        return all(
            sorted(getattr(self._followed(), name)) == sorted(getattr(other._followed(), name))
            for name in ("_lone", "_spans", "_flips")
        )

    __hash__ = None  # type: ignore[assignment]  # it follows edits

    # ---------------------------------------------------------------- reading
    def tally(self, threshold: Fraction) -> Tally:
        """Hits, misses, false alarms and the sum of the hits' IoU at a threshold.

        Raises
        ------
        ValueError
            For a threshold below `FLOOR` or above 1.
        """
        if not FLOOR <= threshold <= 1:
            raise ValueError(f"a threshold lies from {FLOOR} to 1, not at {threshold}")
        self._followed()
        ious = np.concatenate([self._lone_above(threshold), self._spans_at(threshold)])
        extra = [pair for kept in self._coarse for pair in kept.hits_at(self._climber, threshold)]
        tp = ious.size + len(extra)
        iou_sum = float(ious.sum()) + sum(self.table.iou(*pair) for pair in extra)
        references, predictions = (self.table.count(side) for side in SIDES)
        return Tally(tp, predictions - tp, references - tp, iou_sum)

    def values(self) -> np.ndarray:
        """Thresholds at which objects flip, in no order, float64."""
        self._followed()
        both = np.concatenate([self._lone.column(0), self._flips.column(0)])
        found: np.ndarray = both[~np.isnan(both)]
        return found

    def above(self, threshold: Fraction) -> Flip | None:
        """The first flip at a higher threshold, with all objects that flip there; None above the last."""
        return self._next(threshold, 1)

    def below(self, threshold: Fraction) -> Flip | None:
        """The last flip at a lower threshold, with all objects that flip there; None below the first."""
        return self._next(threshold, -1)

    def _lone_above(self, threshold: Fraction) -> np.ndarray:
        """IoU of the pairs without a rival that are hits."""
        ious, edge = self._lone.column(0), float(threshold)
        hits = ious > edge
        for slot in np.flatnonzero(np.abs(ious - edge) < _DOUBT).tolist():
            hits[slot] = Fraction(*self._lone[slot][2:]) >= threshold
        found: np.ndarray = ious[hits]
        return found

    def _spans_at(self, threshold: Fraction) -> np.ndarray:
        """IoU of the pairs of tangles that are hits."""
        (ious, low, high), edge = (self._spans.column(n) for n in range(3)), float(threshold)
        hits = (low < edge) & (edge < high)
        doubtful = (np.abs(low - edge) < _DOUBT) | (np.abs(high - edge) < _DOUBT)
        for slot in np.flatnonzero(doubtful).tolist():
            hits[slot] = self._spans[slot].low < threshold <= self._spans[slot].high
        found: np.ndarray = ious[hits]
        return found

    def _next(self, threshold: Fraction, sign: int) -> Flip | None:
        """Nearest flip beyond a threshold, upwards or downwards."""
        self._followed()
        values = sign * np.concatenate([self._lone.column(0), self._flips.column(0)])
        edge = sign * float(threshold) - _DOUBT
        while True:
            beyond = values > edge
            if not beyond.any():
                return None
            nearest = float(values[beyond].min())
            close = np.flatnonzero(beyond & (values < nearest + _DOUBT)).tolist()
            flips = [flip for slot in close if sign * ((flip := self._flip(slot)).value - threshold) > 0]
            if flips:
                return _joined(flips, sign)
            edge = nearest + _DOUBT

    def _flip(self, slot: int) -> Flip:
        """Flip of a pair without a rival, or behind these of a tangle."""
        lone = self._lone.column(0).size
        if slot >= lone:
            return self._flips[slot - lone]
        r, p, shared, union = self._lone[slot]
        return Flip(Fraction(shared, union), (r,), (p,))

    # ---------------------------------------------------------------- changes
    def note(self, touched: Touched) -> None:
        """Note which objects an edit touched, after the table has followed it."""
        for side in SIDES:
            self._dirty[side] |= touched.of(side)

    def _followed(self) -> Sweep:
        """Solve again what the noted edits concern."""
        waiting = [(side, i) for side in SIDES for i in self._dirty[side]]
        self._dirty = {side: set() for side in SIDES}
        retired, placed = set[Member](), set[Member]()
        groups = []
        while waiting:
            member = waiting.pop()
            if member in retired:
                continue
            retired.add(member)
            waiting += self._retire(member)
            if member not in placed:
                members, pairs = self._component(member)
                placed |= members
                waiting += members
                groups.append(pairs)
        for pairs in groups:  # only now: a tangle must not be retired once it is solved again
            self._keep(pairs)
        return self

    def _retire(self, member: Member) -> list[Member]:
        """Forget what is known of an object, and all that was solved from it; return what it was part of."""
        concerned: list[Member] = []
        slot = self._slot_of.get(member)
        if slot is not None:
            r, p, _, _ = self._lone[slot]
            self._lone.remove(slot)
            concerned += [(REFERENCE, r), (PREDICTION, p)]
            for one in concerned:
                del self._slot_of[one]
        for kept in tuple(self._watchers.get(member, ())):
            concerned += self._forget(kept)
        return concerned

    def _forget(self, kept: _Kept) -> list[Member]:
        """Forget a tangle; return its objects."""
        for slots, slot in kept.places:
            slots.remove(slot)
        for member in kept.solved.seen:
            self._watchers[member].remove(kept)
            if not self._watchers[member]:
                del self._watchers[member]
        self._coarse.discard(kept)
        return list(kept.members)

    def _component(self, start: Member) -> tuple[set[Member], set[Pair]]:
        """Objects that hang together with one by pairs that reach the floor, and these pairs."""
        members, pairs, waiting = {start}, set[Pair](), [start]
        while waiting:
            side, object_id = waiting.pop()
            for pair in self._climber.near(side, object_id, FLOOR):
                pairs.add(pair)
                other = (OTHER[side], pair[1] if side == REFERENCE else pair[0])
                if other not in members:
                    members.add(other)
                    waiting.append(other)
        return members, pairs

    def _keep(self, pairs: set[Pair]) -> None:
        """Solve and note pairs that hang together."""
        if len(pairs) == 1:
            ((r, p),) = pairs
            shared, union = self.table.ratio(r, p)
            slot = self._lone.add((r, p, shared, union), shared / union)
            self._slot_of[REFERENCE, r] = self._slot_of[PREDICTION, p] = slot
        elif pairs:
            self._keep_tangle(_Kept(pairs, self._climber.climb(pairs, FLOOR)))

    def _keep_tangle(self, kept: _Kept) -> None:
        for span in kept.solved.spans:
            numbers = self.table.iou(*span.pair), float(span.low), float(span.high)
            kept.places.append((self._spans, self._spans.add(span, *numbers)))
        for flip in kept.solved.flips():
            kept.places.append((self._flips, self._flips.add(flip, float(flip.value))))
        for member in kept.solved.seen:
            self._watchers.setdefault(member, set()).add(kept)
        if kept.solved.coarse:
            self._coarse.add(kept)

    # ---------------------------------------------------------------- the beginning
    def _fill(self) -> None:
        """Find all pairs; those without a rival are taken at once."""
        near = list(self._near_pairs())
        counts: dict[Member, int] = {}
        for r, p, _, _ in near:
            for member in ((REFERENCE, r), (PREDICTION, p)):
                counts[member] = counts.get(member, 0) + 1
        lone = [one for one in near if counts[REFERENCE, one[0]] == counts[PREDICTION, one[1]] == 1]
        self._lone.fill(lone, [(shared / union for _, _, shared, union in lone)])
        for slot, (r, p, _, _) in enumerate(lone):
            self._slot_of[REFERENCE, r] = self._slot_of[PREDICTION, p] = slot
        placed = set[Member](self._slot_of)
        for member in counts:
            if member not in placed:
                members, pairs = self._component(member)
                placed |= members
                self._keep(pairs)

    def _near_pairs(self) -> Iterator[_Lone]:
        """All pairs whose IoU reaches the floor."""
        n, d = FLOOR.numerator, FLOOR.denominator
        first, second = (self.table.areas(side) for side in SIDES)
        for r, area in first.items():
            for p, shared in self.table.partners(REFERENCE, r).items():
                union = area + second[p] - shared
                if shared * d >= n * union:
                    yield r, p, shared, union


class _Kept:
    """A tangle that was solved, and where its spans and flips are kept."""

    def __init__(self, pairs: Iterable[Pair], solved: Solved) -> None:
        self.solved = solved
        self.members = {member for r, p in pairs for member in ((REFERENCE, r), (PREDICTION, p))}
        self.places: list[tuple[Slots[Span] | Slots[Flip], int]] = []

    def hits_at(self, climber: Climber, threshold: Fraction) -> set[Pair]:
        """Hits that the spans do not tell: of a tangle that has not come apart yet at this threshold."""
        if threshold > self.solved.until:
            return set()
        return climber.hits_at(self.solved.coarse, threshold)


def _joined(flips: list[Flip], sign: int) -> Flip:
    """All flips at the nearest of some thresholds as one."""
    nearest = min(sign * flip.value for flip in flips) * sign
    here = [flip for flip in flips if flip.value == nearest]
    first = sorted(i for flip in here for i in flip.reference_ids)
    second = sorted(i for flip in here for i in flip.prediction_ids)
    return Flip(nearest, tuple(first), tuple(second))
