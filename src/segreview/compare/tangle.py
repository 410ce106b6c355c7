"""Objects that compete for each other: which of them are hits at every threshold.

Where a pair with enough IoU is the only one of both of its objects, it is a hit. Other pairs hang
together in tangles, which are solved as stardist does: as many hits as there can be and, of all
such choices, the one with the largest sum of IoU, those of pairs below the threshold among them. A
pair that is a hit for certain takes its objects out of the choice, and what is left is small.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from segreview.compare.assignment import heaviest_assignment, hit_weights
from segreview.compare.matching import Pair
from segreview.compare.overlap import OTHER, SIDES, OverlapTable
from segreview.model.sample import PREDICTION, REFERENCE

LARGEST = 48
"""Most objects of a tangle that is climbed level by level, and among which a choice is weighed."""

_SHED = 8
"""Of a larger one the weakest pair in so many is left out until it has come apart."""

Member = tuple[str, int]
"""Side and id of an object."""

_Edges = dict[Pair, Fraction]
"""IoU of pairs."""


class Span(NamedTuple):
    """Thresholds at which two objects are a hit: those above ``low``, up to ``high`` and with it."""

    pair: Pair
    low: Fraction
    high: Fraction


class Flip(NamedTuple):
    """Objects that flip at a threshold: hits up to it and with it, but not above, or the other way round."""

    value: Fraction
    reference_ids: tuple[int, ...]
    prediction_ids: tuple[int, ...]


@dataclass(frozen=True)
class Solved:
    """A tangle at every threshold.

    Parameters
    ----------
    spans
        When which of its pairs are hits.
    seen
        All objects that were looked at: when one of them changes, it has to be solved again.
    coarse
        Its pairs where it has more than `LARGEST` objects, which is solved at single thresholds only
        before it has come apart.
    until
        Level up to which that is so; 0 where the spans tell everything.
    """

    spans: tuple[Span, ...]
    seen: frozenset[Member]
    coarse: tuple[Pair, ...] = ()
    until: Fraction = Fraction(0)

    def flips(self) -> list[Flip]:
        """Where its objects flip, in ascending order."""
        ends: dict[Fraction, set[Member]] = {}
        for span in self.spans:
            for value in (span.low, span.high):  # what ends here and begins anew does not flip
                ends.setdefault(value, set()).symmetric_difference_update(_members(span.pair))
        return [
            Flip(value, *(tuple(sorted(i for s, i in found if s == side)) for side in SIDES))
            for value, found in sorted(ends.items())
            if found and value > self.until
        ]


def _members(pair: Pair) -> tuple[Member, Member]:
    return (REFERENCE, pair[0]), (PREDICTION, pair[1])


class Climber:
    """Solves tangles of an overlap table as it is now.

    Parameters
    ----------
    table
        The table.
    """

    def __init__(self, table: OverlapTable) -> None:
        self._table = table

    def climb(self, pairs: Iterable[Pair], floor: Fraction) -> Solved:
        """Solve a tangle at every threshold from a floor on.

        Parameters
        ----------
        pairs
            All pairs of its objects whose IoU reaches the floor; they hang together.
        floor
            Least threshold; every other level is one above which something changes.
        """
        everything = {pair: self._iou(pair) for pair in sorted(pairs)}
        found: dict[Pair, list[tuple[Fraction, Fraction]]] = {}
        seen = {member for pair in everything for member in _members(pair)}
        until, below = Fraction(0), Fraction(0)
        waiting = [(below, everything)]
        while waiting:
            level, edges = waiting.pop()
            if len(edges) == 1:
                ((pair, iou),) = edges.items()
                _extend(found.setdefault(pair, []), level, iou)
                continue
            if len({member for pair in edges for member in _members(pair)}) > LARGEST:
                end = sorted(edges.values())[len(edges) // _SHED]
                until = max(until, end)
            else:
                hits, end = self._solve(edges, max(level, floor), strict=level > 0, seen=seen)
                for pair in hits:
                    _extend(found.setdefault(pair, []), level, end)
            left = {pair: iou for pair, iou in edges.items() if iou > end}
            waiting += [(end, part) for part in _parts(left)]
        spans = tuple(
            Span(pair, max(low, until), high)
            for pair in sorted(found)
            for low, high in found[pair]
            if high > until
        )
        return Solved(spans, frozenset(seen), tuple(everything) if until else (), until)

    def hits_at(self, pairs: Iterable[Pair], threshold: Fraction) -> set[Pair]:
        """Hits among all pairs of a tangle at one threshold."""
        edges = {pair: iou for pair in sorted(pairs) if (iou := self._iou(pair)) >= threshold}
        hits: set[Pair] = set()
        for part in _parts(edges):
            hits |= part.keys() if len(part) == 1 else self._solve(part, threshold)[0]
        return hits

    def near(self, side: str, object_id: int, level: Fraction, *, strict: bool = False) -> list[Pair]:
        """Pairs of an object whose IoU reaches a level, or exceeds it."""
        table, n, d = self._table, level.numerator, level.denominator
        area, found = table.area(side, object_id), []
        for other, shared in table.partners(side, object_id).items():
            surplus = shared * d - n * (area + table.area(OTHER[side], other) - shared)
            if surplus > 0 or not (surplus or strict):
                found.append((object_id, other) if side == REFERENCE else (other, object_id))
        return found

    # ---------------------------------------------------------------- one threshold
    def _solve(
        self, edges: _Edges, level: Fraction, *, strict: bool = False, seen: set[Member] | None = None
    ) -> tuple[set[Pair], Fraction]:
        """Hits among pairs that hang together, and the threshold up to which they stay the same."""
        members, bounds = self._rivals(edges, level, strict=strict)
        if seen is not None:
            seen |= members
            seen.update(member for pair in bounds for member in _members(pair))
        if len(members) > LARGEST:
            choice, bounds = edges, set()
        else:
            choice = {pair: self._iou(pair) for pair in sorted(self._between(members))}
        near = {pair for pair, iou in choice.items() if iou > level or (iou == level and not strict)}
        weights: dict[int, dict[int, int]] = {}
        ratios = [(*self._table.ratio(*pair), pair in near) for pair in choice]
        for (r, p), weight in zip(choice, hit_weights(ratios), strict=True):
            weights.setdefault(r, {})[p] = weight
        chosen = set(heaviest_assignment(weights).items())
        ends = {Fraction(1), *(choice[pair] for pair in near), *(self._iou(pair) for pair in bounds)}
        return chosen & near & edges.keys(), min(ends)

    def _rivals(self, edges: _Edges, level: Fraction, *, strict: bool) -> tuple[set[Member], set[Pair]]:
        """Objects that take part in the choice, and the pairs beside it that are hits for certain.

        Every object that overlaps one of them takes part, unless it is in such a pair. No more than
        one beyond `LARGEST` are looked for.
        """
        members = {member for pair in edges for member in _members(pair)}
        bounds: set[Pair] = set()
        waiting = sorted(members)
        while waiting and len(members) <= LARGEST:
            side, object_id = waiting.pop()
            for other in self._table.partners(side, object_id):
                member = (OTHER[side], other)
                if member in members:
                    continue
                certain = self._certain(*member, level, strict=strict)
                if certain is not None:
                    bounds.add(certain)
                else:
                    members.add(member)
                    waiting.append(member)
        return members, bounds

    def _certain(self, side: str, object_id: int, level: Fraction, *, strict: bool) -> Pair | None:
        """Pair of an object that is the only one near enough for both, or None."""
        near = self.near(side, object_id, level, strict=strict)
        if len(near) != 1:
            return None
        other = near[0][1] if side == REFERENCE else near[0][0]
        return near[0] if len(self.near(OTHER[side], other, level, strict=strict)) == 1 else None

    def _between(self, members: set[Member]) -> Iterator[Pair]:
        """Pairs of objects that overlap."""
        for side, object_id in members:
            if side == REFERENCE:
                for other in self._table.partners(side, object_id):
                    if (PREDICTION, other) in members:
                        yield object_id, other

    def _iou(self, pair: Pair) -> Fraction:
        return Fraction(*self._table.ratio(*pair))


def _extend(spans: list[tuple[Fraction, Fraction]], low: Fraction, high: Fraction) -> None:
    """Add a span to those of a pair; one that follows upon the last becomes one with it."""
    if spans and spans[-1][1] == low:
        spans[-1] = (spans[-1][0], high)
    else:
        spans.append((low, high))


def _parts(edges: _Edges) -> list[_Edges]:
    """Pairs that hang together, each group by itself."""
    group_of: dict[Member, _Edges] = {}
    for pair, iou in edges.items():
        groups = {id(group): group for member in _members(pair) if (group := group_of.get(member))}
        large, *small = sorted(groups.values(), key=len, reverse=True) or [_Edges()]
        large[pair] = iou
        for group in small:
            large.update(group)
        for joined in ({pair: iou}, *small):
            group_of.update((member, large) for other in joined for member in _members(other))
    return [
        dict(sorted(group.items())) for group in {id(group): group for group in group_of.values()}.values()
    ]
