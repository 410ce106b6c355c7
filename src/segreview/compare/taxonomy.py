"""Every object gets exactly one relation: the taxonomy of object errors.

Section 5 of the project's science notes, made complete. A component of the graph of overlaps is
solved in this order:

1. the best one-to-one pairs among those whose IoU reaches the threshold and whose classes agree
   (`hits`), then among the objects left those whose classes differ;
2. parts: a reference object of which at least two predictions hold 5 % or more each, each lying
   at least half inside it, and at least half jointly; and the mirror image;
3. objects linked by a pair or as whole and part form an item: one to one ``matched`` or
   ``class``, one to several ``split``, several to one ``merged``, several to several ``many``;
4. of the objects left, those joined by an edge are paired as ``poor``; the rest are ``missed``
   or ``spurious``.

An item with several objects on both sides is never larger than `LARGEST_TANGLE`: its weakest
links are cut, and it says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from segreview.compare.matching import Component, Edge, FirstPixel, Pair, assign
from segreview.model.sample import PREDICTION, REFERENCE

LEAST_PART = 20
"""A part holds at least one in so many pixels of its whole; smaller ones are specks."""

LARGEST_TANGLE = 12
"""Most objects of an item that has several on both sides."""


class Relation(StrEnum):
    """How an object stands to the other side; ``unclaimed`` is a place where neither side has one."""

    MATCHED = "matched"
    BOUNDARY = "boundary"
    POOR = "poor"
    SPLIT = "split"
    MERGED = "merged"
    MANY = "many"
    CLASS = "class"
    MISSED = "missed"
    SPURIOUS = "spurious"
    IGNORED = "ignored"
    UNCLAIMED = "unclaimed"


SETTLED = frozenset({Relation.MATCHED, Relation.IGNORED})
"""Relations that are no disagreement: contours within the tolerance, or outside the comparison."""


@dataclass(frozen=True, slots=True)
class Group:
    """Objects that make one item.

    Parameters
    ----------
    relation
        Their relation; `Relation.BOUNDARY` is told from `Relation.MATCHED` by pixels, later.
    reference_ids, prediction_ids
        Sorted ids.
    cut
        Whether links to other objects were cut.
    """

    relation: Relation
    reference_ids: tuple[int, ...]
    prediction_ids: tuple[int, ...]
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Solution:
    """Items of a component, and its true positives, whatever items they are part of."""

    groups: tuple[Group, ...]
    hits: frozenset[Pair]


def solve(component: Component, first_pixel: FirstPixel) -> Solution:
    """Groups of the objects of a component, each object in exactly one.

    Parameters
    ----------
    component
        Objects and edges.
    first_pixel
        Place of the first pixel that a pair shares; settles ties.
    """
    references, predictions = component.ids[REFERENCE], component.ids[PREDICTION]
    if component.ignored:
        ids = (tuple(sorted(references)), tuple(sorted(predictions)))
        return Solution((Group(Relation.IGNORED, *ids),), frozenset())
    edges = component.edges
    if len(edges) == 1:
        return _solve_pair(*next(iter(edges.items())))
    hits = assign({pair: e for pair, e in edges.items() if e.near and e.agree}, first_pixel)
    free = _between(edges, references - {r for r, _ in hits}, predictions - {p for _, p in hits})
    confused = assign({pair: e for pair, e in free.items() if e.near}, first_pixel)
    pairs = hits | confused
    links = pairs | set(_parts(edges))
    groups = [_named(tangle, hits, confused) for tangle in _joined(links, pairs, edges, first_pixel)]
    references = references.difference(*(group.reference_ids for group in groups))
    predictions = predictions.difference(*(group.prediction_ids for group in groups))
    for r, p in assign(_between(edges, references, predictions), first_pixel):
        groups.append(Group(Relation.POOR, (r,), (p,)))
        references, predictions = references - {r}, predictions - {p}
    groups += [Group(Relation.MISSED, (r,), ()) for r in references]
    groups += [Group(Relation.SPURIOUS, (), (p,)) for p in predictions]
    return Solution(tuple(groups), frozenset(hits))


def _solve_pair(pair: Pair, edge: Edge) -> Solution:
    """Solution of two objects that have nobody else: nearly every component of a good prediction."""
    if edge.near:
        relation = Relation.MATCHED if edge.agree else Relation.CLASS
    else:
        relation = Relation.POOR
    group = Group(relation, pair[:1], pair[1:])
    return Solution((group,), frozenset({pair} if relation is Relation.MATCHED else ()))


def _between(
    edges: Mapping[Pair, Edge], references: frozenset[int], predictions: frozenset[int]
) -> dict[Pair, Edge]:
    """Edges among some of the objects."""
    return {(r, p): edge for (r, p), edge in edges.items() if r in references and p in predictions}


def _parts(edges: Mapping[Pair, Edge]) -> Iterator[Pair]:
    """Pairs of a whole and one of its several parts, whichever side the whole is on."""
    parts_of: dict[tuple[str, int], list[Pair]] = {}
    for pair, edge in edges.items():
        large = LEAST_PART * edge.shared
        if 2 * edge.shared >= edge.prediction_area and large >= edge.reference_area:
            parts_of.setdefault((REFERENCE, pair[0]), []).append(pair)
        if 2 * edge.shared >= edge.reference_area and large >= edge.prediction_area:
            parts_of.setdefault((PREDICTION, pair[1]), []).append(pair)
    for (side, _), pairs in parts_of.items():
        first = edges[pairs[0]]
        whole = first.reference_area if side == REFERENCE else first.prediction_area
        if len(pairs) > 1 and 2 * sum(edges[pair].shared for pair in pairs) >= whole:
            yield from pairs


@dataclass
class _Tangle:
    """Objects that links have joined so far."""

    references: set[int]
    predictions: set[int]
    cut: bool = False

    @property
    def size(self) -> int:
        return len(self.references) + len(self.predictions)

    def fits(self, other: _Tangle) -> bool:
        """Whether both together are a star, or small enough."""
        sides = (
            len(self.references) + len(other.references),
            len(self.predictions) + len(other.predictions),
        )
        return min(sides) <= 1 or sum(sides) <= LARGEST_TANGLE

    def absorb(self, other: _Tangle) -> None:
        self.references |= other.references
        self.predictions |= other.predictions
        self.cut |= other.cut


def _joined(
    links: set[Pair],
    pairs: set[Pair],
    edges: Mapping[Pair, Edge],
    first_pixel: FirstPixel,
) -> list[_Tangle]:
    """Objects joined by links; where that makes too large a tangle, the weakest links give way."""
    order: Iterable[Pair] = links
    if len(links) >= LARGEST_TANGLE:
        order = sorted(
            links,
            key=lambda pair: (
                pair not in pairs,
                -edges[pair].strength,
                -edges[pair].shared,
                first_pixel(*pair),
            ),
        )
    of_reference: dict[int, _Tangle] = {}
    of_prediction: dict[int, _Tangle] = {}
    for r, p in order:
        a = of_reference.setdefault(r, _Tangle({r}, set()))
        b = of_prediction.setdefault(p, _Tangle(set(), {p}))
        if a is b:
            continue
        if not a.fits(b):
            a.cut = b.cut = True
            continue
        if b.size > a.size:
            a, b = b, a
        a.absorb(b)
        of_reference.update(dict.fromkeys(b.references, a))
        of_prediction.update(dict.fromkeys(b.predictions, a))
    tangles = {id(tangle): tangle for tangle in of_reference.values()}
    return [tangle for tangle in tangles.values() if tangle.predictions]


def _named(tangle: _Tangle, hits: set[Pair], confused: set[Pair]) -> Group:
    """Group of a tangle, with its relation."""
    references, predictions = tuple(sorted(tangle.references)), tuple(sorted(tangle.predictions))
    sides = (min(2, len(references)), min(2, len(predictions)))
    relation = {(1, 2): Relation.SPLIT, (2, 1): Relation.MERGED, (2, 2): Relation.MANY}.get(sides)
    if relation is None:
        pair = (references[0], predictions[0])
        relation = Relation.MATCHED if pair in hits else Relation.POOR
        if pair in confused:
            relation = Relation.CLASS
    return Group(relation, references, predictions, tangle.cut)
