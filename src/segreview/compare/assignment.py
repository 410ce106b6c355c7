"""The heaviest one-to-one assignment of a sparse bipartite graph, exact in whole numbers."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from typing import Generic, TypeVar

_FINE = 64
"""Bits to which an IoU is kept where sums of several are compared."""

Row = TypeVar("Row", bound=Hashable)
Column = TypeVar("Column", bound=Hashable)


def heaviest_assignment(weights: Mapping[Row, Mapping[Column, int]]) -> dict[Row, Column]:
    """One-to-one pairs of rows and columns with the largest sum of weights.

    Shortest augmenting paths with potentials (Kuhn 1955; Jonker and Volgenant 1987), on the pairs
    that exist only and with Python integers, so that nothing is lost to rounding and a tie is a
    true tie. The search for a row stops at the first free column; its cost follows the
    neighbourhood and not the graph.

    Parameters
    ----------
    weights
        Positive weight of every pair that may be assigned, by row and column.

    Returns
    -------
    dict
        Column of each assigned row.
    """
    search = _Search(weights)
    for row in weights:
        search.add(row)
    return search.column_of


def hit_weights(ratios: Sequence[tuple[int, int, bool]]) -> list[int]:
    """Weights whose sums compare like (hits, sum of IoU, sum of the hits' IoU), one after the other.

    So choose stardist and cellpose, who sum the IoU of pairs below the threshold as well (Kuhn 1955 on
    ``-hit - IoU / (2 min(n, m))``); the third part settles what is a tie to them.

    Parameters
    ----------
    ratios
        Pixels of intersection and of union of every pair, and whether it is a hit.
    """
    many = (len(ratios) + 1) << _FINE  # more than all parts of one kind together
    ious = ((shared << _FINE) // union for shared, union, _ in ratios)
    return [hit * (many * many + iou) + iou * many for iou, (_, _, hit) in zip(ious, ratios, strict=True)]


@dataclass
class _Search(Generic[Row, Column]):
    """An optimal assignment of the rows so far, with the prices that prove it.

    For every pair ``row_price + column_price >= weight``, with equality where it is assigned; a
    row without a column has price 0, and so has a free column.
    """

    weights: Mapping[Row, Mapping[Column, int]]
    column_of: dict[Row, Column] = field(default_factory=dict)
    row_of: dict[Column, Row] = field(default_factory=dict)
    row_price: dict[Row, int] = field(default_factory=dict)
    column_price: dict[Column, int] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        """Assign one more row along the best alternating path, or leave a row of that path out."""
        offers = self.weights[row]
        best = max((w - self.column_price.get(c, 0) for c, w in offers.items()), default=0)
        self.row_price[row] = max(0, best)
        rows: dict[Row, int] = {row: 0}
        columns: dict[Column, int] = {}
        came_from: dict[Column, Row] = {}
        leave, limit = row, self.row_price[row]
        ticket = count()
        queue: list[tuple[int, int, Column, Row]] = []
        self._look_around(row, 0, queue, ticket)
        target: Column | None = None
        while queue and queue[0][0] < limit:
            distance, _, column, via = heappop(queue)
            if column in columns:
                continue
            columns[column] = distance
            came_from[column] = via
            if column not in self.row_of:
                target, limit = column, distance
                break
            owner = self.row_of[column]
            rows[owner] = distance
            if distance + self.row_price[owner] < limit:
                leave, limit = owner, distance + self.row_price[owner]
            self._look_around(owner, distance, queue, ticket)
        self._reprice(rows, columns, limit)
        self._flip(row, leave, target, came_from)

    def _look_around(
        self, row: Row, distance: int, queue: list[tuple[int, int, Column, Row]], ticket: count[int]
    ) -> None:
        """Queue the columns of a row by their distance along the alternating path."""
        taken = self.column_of.get(row)
        for column, weight in self.weights[row].items():
            if column != taken:
                slack = self.row_price[row] + self.column_price.get(column, 0) - weight
                heappush(queue, (distance + slack, next(ticket), column, row))

    def _reprice(self, rows: Mapping[Row, int], columns: Mapping[Column, int], limit: int) -> None:
        """Shift the prices of what the search has passed, so that its path becomes tight."""
        for row, distance in rows.items():
            self.row_price[row] -= max(0, limit - distance)
        for column, distance in columns.items():
            if distance < limit:
                self.column_price[column] = self.column_price.get(column, 0) + limit - distance

    def _flip(self, row: Row, leave: Row, target: Column | None, came_from: Mapping[Column, Row]) -> None:
        """Exchange assigned and unassigned pairs along the path that ends at a column or a row."""
        if target is None:
            if leave == row:
                return
            column = self.column_of.pop(leave)
        else:
            column = target
        while True:
            via = came_from[column]
            before = self.column_of.get(via)
            self.column_of[via], self.row_of[column] = column, via
            if via == row:
                return
            assert before is not None
            column = before
