"""A case whose pixels were counted before: an overlap table that follows edits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from segreview.compare.kernel import PairCounts
from segreview.compare.metrics.case import Case
from segreview.compare.metrics.counts import Counts
from segreview.compare.overlap import SIDES, OverlapTable


@dataclass(frozen=True, eq=False)
class TableCase(Case):
    """One image as its overlap table is when something is asked for first; no pixel is looked at.

    Parameters
    ----------
    table
        The table; later edits do not change what was read from it.
    """

    table: OverlapTable

    @classmethod
    def of(cls, table: OverlapTable, name: str = "image") -> TableCase:
        """Case of a table."""
        return cls(name, table.reference, table.prediction, table)

    @cached_property
    def pairs(self) -> PairCounts:
        """Pixels of every pair of ids, those of backgrounds and voids among them.

        Raises
        ------
        SegreviewError
            As that of every case.
        """
        self.check_planes()
        return self.table.columns()

    @cached_property
    def counts(self) -> Counts:
        """Areas of all objects and overlaps of all pairs."""
        columns = self.table.columns()
        areas = [dict(sorted(self.table.areas(side).items())) for side in SIDES]
        r, r_areas = _as_columns(areas[0], columns.first.dtype)
        p, p_areas = _as_columns(areas[1], columns.second.dtype)
        both = np.isin(columns.first, r) & np.isin(columns.second, p)
        first, second = columns.first[both], columns.second[both]
        return Counts(
            r,
            r_areas,
            p,
            p_areas,
            np.searchsorted(r, first),
            np.searchsorted(p, second),
            columns.pixels[both],
        )


def _as_columns(areas: dict[int, int], dtype: np.dtype[Any]) -> tuple[np.ndarray, np.ndarray]:
    """Ids and areas; the ids in the type of the pairs', since numpy compares mixed types as floats."""
    return np.array(list(areas), dtype), np.array(list(areas.values()), np.int64)
