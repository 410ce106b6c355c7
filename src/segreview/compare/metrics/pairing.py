"""Which pairs of objects are one-to-one hits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from segreview.compare.assignment import heaviest_assignment, hit_weights
from segreview.compare.metrics.counts import Counts
from segreview.compare.metrics.hit import Hit, reached


@dataclass(frozen=True, eq=False)
class Hits:
    """One-to-one pairs that are hits.

    Parameters
    ----------
    counts
        All objects and pairs.
    pairs
        Places of the hits among the pairs, ascending.
    """

    counts: Counts
    pairs: np.ndarray

    @property
    def tp(self) -> int:
        """Number of hits."""
        return int(self.pairs.size)

    @property
    def fp(self) -> int:
        """Objects of the prediction without a hit."""
        return int(self.counts.prediction_ids.size - self.pairs.size)

    @property
    def fn(self) -> int:
        """Objects of the reference without a hit."""
        return int(self.counts.reference_ids.size - self.pairs.size)

    @property
    def iou_sum(self) -> float:
        """Sum of the hits' IoU."""
        return float(self.counts.ious[self.pairs].sum())


def find_hits(counts: Counts, hit: Hit) -> Hits:
    """As many one-to-one hits as there can be and, of all such choices, the one with the largest IoU.

    The IoU of all chosen pairs is summed, those below the threshold among them, as the assignment of
    stardist and cellpose does (Kuhn 1955 on ``-hit - IoU / (2 min(n, m))``). Pairs above one half are hits
    of each other only, so that nothing has to be solved for them.
    """
    return find_hits_at(counts, [hit])[0]


def find_hits_at(counts: Counts, hits: Sequence[Hit]) -> list[Hits]:
    """Hits by several rules of one sign; see `find_hits`. What they have in common is done once."""
    table = reached(counts.shared, counts.unions, hits)
    candidates = np.flatnonzero(table.any(axis=1))
    table = table[candidates]
    if _is_one_to_one(counts, candidates):
        return [Hits(counts, candidates[column]) for column in table.T]
    return [
        Hits(counts, _chosen(counts, hit, candidates[column]))
        for hit, column in zip(hits, table.T, strict=True)
    ]


def best_pairs(counts: Counts) -> np.ndarray:
    """Places of the one-to-one pairs with the largest sum of IoU, ascending."""
    everything = np.arange(counts.rows.size)
    if _is_one_to_one(counts, everything):
        return everything
    chosen = [_solve(counts, pairs, np.zeros(pairs.size, bool)) for pairs in _components(counts, everything)]
    return np.sort(np.concatenate(chosen))


def _chosen(counts: Counts, hit: Hit, found: np.ndarray) -> np.ndarray:
    """Hits of a choice, from all pairs that could be hits."""
    if _is_one_to_one(counts, found):
        return found
    chosen = [
        _solve(counts, pairs, hit.of(counts.shared[pairs], counts.unions[pairs]))
        for pairs in _components(counts, found)
    ]
    pairs = np.sort(np.concatenate(chosen))
    return pairs[np.isin(pairs, found)]


def _is_one_to_one(counts: Counts, pairs: np.ndarray) -> bool:
    """Whether no object is in two of the pairs; they are ordered by rows."""
    rows, columns = counts.rows[pairs], np.sort(counts.columns[pairs])
    return not ((rows[1:] == rows[:-1]).any() or (columns[1:] == columns[:-1]).any())


def _components(counts: Counts, found: np.ndarray) -> Iterator[np.ndarray]:
    """Pairs that hang together by their objects, as far as one of those found is among them."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n, m = counts.reference_ids.size, counts.prediction_ids.size
    places = (counts.rows, counts.columns + n)
    graph = coo_array((np.ones(counts.rows.size, bool), places), shape=(n + m, n + m))
    component = connected_components(graph, directed=False)[1][counts.rows]
    order = np.argsort(component, kind="stable")
    order = order[np.isin(component[order], component[found])]
    cuts = np.flatnonzero(np.diff(component[order])) + 1
    yield from np.split(order, cuts)


def _solve(counts: Counts, pairs: np.ndarray, is_hit: np.ndarray) -> np.ndarray:
    """Pairs that are chosen among those of one component: most hits, then the largest sum of IoU."""
    if pairs.size == 1:
        return pairs
    weights: dict[int, dict[int, int]] = {}
    at: dict[tuple[int, int], int] = {}
    sizes = zip(
        *(part.tolist() for part in (counts.shared[pairs], counts.unions[pairs], is_hit)), strict=True
    )
    ends = zip(*(part.tolist() for part in (counts.rows[pairs], counts.columns[pairs])), strict=True)
    for pair, (row, column), weight in zip(pairs.tolist(), ends, hit_weights(list(sizes)), strict=True):
        weights.setdefault(row, {})[column] = weight
        at[row, column] = pair
    return np.array([at[pair] for pair in heaviest_assignment(weights).items()], np.intp)
