"""Which objects belong together: the graph of their overlaps, and the best one-to-one pairs.

Two objects are joined by an edge when they share at least half of the smaller one, or when they
can be a hit (IoU at least the threshold). Where classes are known, stuff stands apart, since a
road holds nearly everything that lies on it: two stuff segments are joined when they are of one
class or can be a hit, a thing and stuff only when they can be a hit. Objects that mostly lie under
void or under a crowd of their class take no part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from segreview.compare.assignment import heaviest_assignment
from segreview.compare.overlap import OTHER, SIDES, OverlapTable
from segreview.model.labels import Kind, LabelImage
from segreview.model.sample import PREDICTION, REFERENCE

HALF = Fraction(1, 2)
"""Threshold of a hit unless another is chosen; compared as ``>=``."""

Pair = tuple[int, int]
"""Reference id and prediction id."""

FirstPixel = Callable[[int, int], tuple[int, ...]]
"""Gives the place of the first pixel that a pair shares, in a form that can be ordered."""


class Edge(NamedTuple):
    """Overlap of two objects that are joined in the graph.

    Parameters
    ----------
    shared
        Pixels of their intersection.
    reference_area, prediction_area
        Pixels of each.
    near
        Whether their IoU reaches the threshold.
    agree
        Whether their classes agree; true where either has none.
    """

    shared: int
    reference_area: int
    prediction_area: int
    near: bool
    agree: bool

    @property
    def union(self) -> int:
        """Pixels of their union."""
        return self.reference_area + self.prediction_area - self.shared

    @property
    def strength(self) -> Fraction:
        """Share of the smaller object that lies in the other."""
        return Fraction(self.shared, min(self.reference_area, self.prediction_area))


@dataclass(frozen=True)
class Component:
    """Objects that are joined by edges, directly or through others.

    Parameters
    ----------
    ids
        Ids of each side.
    edges
        Edges among them.
    ignored
        True for an object that takes no part; it is alone.
    """

    ids: Mapping[str, frozenset[int]]
    edges: Mapping[Pair, Edge] = field(default_factory=dict)
    ignored: bool = False

    @classmethod
    def of_pair(cls, pair: Pair, edge: Edge) -> Component:
        """Two objects and the edge between them."""
        return cls({REFERENCE: frozenset(pair[:1]), PREDICTION: frozenset(pair[1:])}, {pair: edge})


class Graph:
    """Bipartite graph of the objects of both sides, read from an overlap table as it is now.

    Parameters
    ----------
    table
        Overlaps and areas.
    threshold
        Least IoU of a hit, above 0.
    """

    def __init__(self, table: OverlapTable, threshold: Fraction = HALF) -> None:
        if not 0 < threshold <= 1:
            raise ValueError(f"an IoU threshold lies above 0 and is at most 1, not {threshold}")
        self.table = table
        self.threshold = threshold
        self._with_classes = has_classes(table.reference) or has_classes(table.prediction)
        self._with_ignored = self._with_classes or bool(table.reference.void or table.prediction.void)

    def edges(self, side: str, object_id: int) -> Iterator[tuple[Pair, Edge]]:
        """Edges of an object that is not ignored."""
        for other, shared in self.table.partners(side, object_id).items():
            pair = (object_id, other) if side == REFERENCE else (other, object_id)
            edge = self._edge(*pair, shared)
            if edge is not None and not self.is_ignored(OTHER[side], other):
                yield pair, edge

    def lone_edges(self) -> dict[Pair, Edge]:
        """Edges between two objects that have no other: nearly all of a good prediction."""
        found: dict[Pair, Edge] = {}
        for pair, shared in self.table.pairs().items():
            edge = self._edge(*pair, shared)
            if edge is None or (self._with_ignored and any(map(self.is_ignored, SIDES, pair))):
                continue
            found[pair] = edge
        references, predictions = (Counter(pair[n] for pair in found) for n in (0, 1))
        return {(r, p): edge for (r, p), edge in found.items() if references[r] == predictions[p] == 1}

    def component(self, side: str, object_id: int) -> Component:
        """Component of an object."""
        found = {name: set[int]() for name in SIDES}
        found[side].add(object_id)
        edges: dict[Pair, Edge] = {}
        ignored = self.is_ignored(side, object_id)
        waiting = [] if ignored else [(side, object_id)]
        while waiting:
            here, current = waiting.pop()
            for pair, edge in self.edges(here, current):
                edges[pair] = edge
                other = pair[1] if here == REFERENCE else pair[0]
                if other not in found[OTHER[here]]:
                    found[OTHER[here]].add(other)
                    waiting.append((OTHER[here], other))
        return Component({name: frozenset(ids) for name, ids in found.items()}, edges, ignored)

    def is_ignored(self, side: str, object_id: int) -> bool:
        """Whether an object is a crowd, or lies by more than half under void or a crowd of its class."""
        if not self._with_ignored:
            return False
        own, other = self.table.labels(side), self.table.labels(OTHER[side])
        if _is_crowd(own, object_id):
            return True
        hidden = self.table.void_pixels(side, object_id)
        if has_classes(other):
            hidden += sum(
                shared
                for partner, shared in self.table.partners(side, object_id).items()
                if _is_crowd(other, partner) and _agree(own, object_id, other, partner)
            )
        return 2 * hidden > self.table.area(side, object_id)

    def _edge(self, reference_id: int, prediction_id: int, shared: int) -> Edge | None:
        """Edge of two overlapping objects, or None when they share too little."""
        area_r = self.table.area(REFERENCE, reference_id)
        area_p = self.table.area(PREDICTION, prediction_id)
        t = self.threshold
        near = shared * t.denominator >= t.numerator * (area_r + area_p - shared)
        mostly = 2 * shared >= min(area_r, area_p)
        if not self._with_classes:
            return Edge(shared, area_r, area_p, near, True) if near or mostly else None
        reference, prediction = self.table.reference, self.table.prediction
        agree = _agree(reference, reference_id, prediction, prediction_id)
        things = reference.is_instance(reference_id) + prediction.is_instance(prediction_id)
        joined = near or (things == 2 and mostly) or (things == 0 and agree)
        return Edge(shared, area_r, area_p, near, agree) if joined else None


def assign(edges: Mapping[Pair, Edge], first_pixel: FirstPixel) -> set[Pair]:
    """Best one-to-one pairs: as many as possible, then the largest sum of IoU.

    Ties go to the larger sum of intersections, then to the pairs that come first in raster order,
    so that the choice never depends on ids.

    Parameters
    ----------
    edges
        Pairs that may be chosen.
    first_pixel
        Place of the first pixel that a pair shares; asked only where a choice exists.
    """
    of_reference: dict[int, list[Pair]] = {}
    of_prediction: dict[int, list[Pair]] = {}
    for pair in edges:
        of_reference.setdefault(pair[0], []).append(pair)
        of_prediction.setdefault(pair[1], []).append(pair)
    alone = {pair for pair in edges if len(of_reference[pair[0]]) == 1 and len(of_prediction[pair[1]]) == 1}
    if len(alone) == len(edges):
        return alone
    open_edges = {pair: edge for pair, edge in edges.items() if pair not in alone}
    weights: dict[int, dict[int, int]] = {}
    for (r, p), weight in _weights(open_edges, first_pixel).items():
        weights.setdefault(r, {})[p] = weight
    return alone | set(heaviest_assignment(weights).items())


def _weights(edges: Mapping[Pair, Edge], first_pixel: FirstPixel) -> dict[Pair, int]:
    """Whole numbers whose sums compare like (pairs, sum of IoU, sum of intersections, raster order).

    Each level is scaled so far up that no sum of the lower ones reaches it; IoUs are brought to
    their common denominator.
    """
    n = len(edges)
    order = sorted(edges, key=lambda pair: (first_pixel(*pair), pair))
    early = {pair: 1 << (n - 1 - rank) for rank, pair in enumerate(order)}
    common = lcm(*(edge.union for edge in edges.values()))
    one_pair = n * common + 1
    one_iou = n * max(edge.shared for edge in edges.values()) + 1
    return {
        pair: (((one_pair + edge.shared * (common // edge.union)) * one_iou + edge.shared) << n) + early[pair]
        for pair, edge in edges.items()
    }


def has_classes(labels: LabelImage) -> bool:
    """Whether anything is known of the classes of a label image's segments."""
    told = bool(labels.segments) or labels.ontology is not None
    return told or labels.kind in (Kind.SEMANTIC, Kind.PANOPTIC)


def _agree(own: LabelImage, own_id: int, other: LabelImage, other_id: int) -> bool:
    mine, theirs = own.category_of(own_id), other.category_of(other_id)
    return mine is None or theirs is None or mine == theirs


def _is_crowd(labels: LabelImage, object_id: int) -> bool:
    """Whether a segment stands for several objects of a countable class."""
    if not has_classes(labels):
        return False
    segment = labels.segments.get(object_id)
    if segment is not None and segment.iscrowd:
        return True
    if labels.kind is not Kind.PANOPTIC or labels.is_instance(object_id):
        return False
    category = labels.category(object_id)
    return category is not None and category.isthing
