"""Worth: what taking the model's masks would do to the figures of a sample, row by row."""

from __future__ import annotations

import numpy as np

from segreview.compare.stakes import stakes_of
from segreview.compare.what_if import WhatIf, what_if_taken
from segreview.session.change import Change, What
from segreview.session.review import Review
from segreview.triage.facts import Facts
from segreview.triage.queue import Row


class Worth:
    """Effect and expected gain of the rows of a review; counted when it is asked for.

    Parameters
    ----------
    review
        The review.
    facts
        Columns of its rows.
    """

    def __init__(self, review: Review, facts: Facts) -> None:
        self._review, self._facts = review, facts
        self._stakes = stakes_of(review.disagreements)
        self._stale: set[int] | None = None  # rows to be put in anew; None for all
        self._gone: set[int] = set()
        self._gains: dict[str, np.ndarray] = {}

    @property
    def metrics(self) -> tuple[str, ...]:
        """Names of the figures, the usual one first; none without a model."""
        return self._stakes.metrics if self._review.sample.has_prediction else ()

    def follow(self, change: Change) -> None:
        """Take in what has changed, once the facts have."""
        self._gains.clear()
        if self._stale is not None and change.what & {What.ROWS, What.PIXELS}:
            self._stale.update(change.rows)
        if change.relabels:
            self._stakes.renew()

    def gains(self, metric: str) -> np.ndarray:
        """Expected gain of a figure by the numbers of rows: that of taking, times how suspect the GT is.

        Rows that are gone or take part in no figure, and those of which nothing is suspected yet, have
        nan.
        """
        if metric not in self._gains:
            self._renew()
            after = self._stakes.after(metric)
            gains = np.full(len(self._facts), np.nan)
            gains[: len(after)] = after - self._stakes.before(metric)
            gains[list(self._gone)] = np.nan
            likely = self._facts.suspect
            self._gains[metric] = np.where(likely < 0, np.nan, likely * gains)
        return self._gains[metric]

    def effects(self, row: Row, metric: str) -> tuple[WhatIf, ...]:
        """What taking the row's item would do: to a figure, and to those that are quickly found."""
        if row.gone or metric not in self.metrics:
            return ()
        self._stakes.put({row.number: row.item})
        return what_if_taken(self._stakes, row.number, dict.fromkeys((metric, *self._stakes.quick)))

    def _renew(self) -> None:
        queue = self._review.queue
        rows = list(queue if self._stale is None else map(queue.row, self._stale))
        self._stakes.put({row.number: row.item for row in rows})
        self._gone.difference_update(row.number for row in rows)
        self._gone.update(row.number for row in rows if row.gone)
        self._stale = set()
