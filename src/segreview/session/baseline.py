"""The baseline: what was known of every item before the first verdict, which what is learned corrects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from segreview.compare.disagreement import Relation
from segreview.triage.exploration import Exploration, explore
from segreview.triage.judge import LIMIT
from segreview.triage.queue import Queue, Row, is_settled
from segreview.triage.rules import SILENT
from segreview.triage.traits import COUNT, trait_matrix

FEWEST = 200
"""Items from which on random checks are worth their time: of fewer, nine in ten have to be reviewed first."""

_LEAST = 1e-4
"""Smallest chance that is told from none."""


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """Figures on the rows that the queue was made of, by their serial numbers.

    These rows are the same at every start, for they are made of the labels as they were first opened.
    Rows that edits bring, and places that neither side has, are none of them: there was no annotation
    that could be wrong.

    Parameters
    ----------
    figures
        Shipped log-odds that the annotation needs a hand, then the traits, (n, 1 + `COUNT`), float16.
    members
        Boolean mask of the rows that the estimate of what is left speaks of, (n,): all but void, and for
        classes the thin regions along their contours.
    exploration
        Draws the picks.
    """

    figures: np.ndarray
    members: np.ndarray
    exploration: Exploration

    @classmethod
    def of(cls, rows: Sequence[Row], figures: np.ndarray, seed: int) -> Baseline:
        """Baseline of the queue's first rows."""
        members = np.array([_is_member(row) for row in rows], bool)
        stratum = np.zeros(len(rows), np.int8)
        stratum[members] = explore(figures[members, 0].astype(float), seed).stratum
        return cls(figures, members, Exploration(stratum, seed))

    def __len__(self) -> int:
        return len(self.figures)

    @property
    def shipped(self) -> np.ndarray:
        """Shipped log-odds, (n,)."""
        return self.figures[:, 0].astype(float)

    @property
    def evidence(self) -> np.ndarray:
        """Traits, (n, `COUNT`)."""
        return self.figures[:, 1:].astype(float)

    @property
    def explores(self) -> bool:
        """Whether there are enough items for random checks."""
        return int(self.members.sum()) >= FEWEST


def first_rows(queue: Queue) -> list[Row]:
    """Rows that the queue was made of, by their serial numbers."""
    rows = map(queue.row, range(len(queue)))
    return [row for row in rows if not row.added and row.first.relation is not Relation.UNCLAIMED]


def figures_on(rows: Sequence[Row]) -> np.ndarray:
    """What is known of rows now, as float16, so that it is the same when it comes from a journal."""
    traits = trait_matrix((row.item, row.found) for row in rows)
    shipped = np.array([SILENT if row.found is None else _log_odds(row.found.urgency) for row in rows])
    return np.column_stack([shipped.astype(np.float16), traits])


def digest_of(rows: Sequence[Row]) -> str:
    """What tells these rows from those of other files: their first items."""
    text = "\n".join(f"{row.first.relation} {tuple(row.first.handle)}" for row in rows)
    return blake2b(f"{COUNT} {LIMIT}\n{text}".encode(), digest_size=16).hexdigest()


def _log_odds(chance: float) -> float:
    kept = min(max(chance, _LEAST), 1 - _LEAST)
    return float(np.log(kept / (1 - kept)))


def _is_member(row: Row) -> bool:
    item = row.first
    return item.relation is not Relation.IGNORED and not (item.region and is_settled(item))
