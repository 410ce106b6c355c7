"""Objects on which both sides agree, as sorted arrays that follow edits."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from segreview.compare.disagreement import Disagreement, Relation


class Agreed:
    """Ids of the matched objects of both sides.

    Parameters
    ----------
    items
        Every item of the comparison.
    """

    def __init__(self, items: Iterable[Disagreement]) -> None:
        self.arrays = _matched(items)

    def follow(self, items: Iterable[Disagreement], gone: Iterable[int]) -> None:
        """Follow a change, at the cost of copying two arrays.

        Parameters
        ----------
        items
            Items that are new or changed.
        gone
            Reference ids that may have lost their last pixel.
        """
        items = list(items)
        touched = (
            [i for item in items for i in item.reference_ids] + list(gone),
            [i for item in items for i in item.prediction_ids],
        )
        first, second = (
            _exchanged(old, np.unique(np.array(ids, np.int64)), new)
            for old, ids, new in zip(self.arrays, touched, _matched(items), strict=True)
        )
        self.arrays = first, second


def _exchanged(ids: np.ndarray, gone: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Ascending ids without some and with others; it searches for the few and never sorts the many."""
    places = np.searchsorted(ids, gone)
    there = places < ids.size
    there[there] = ids[places[there]] == gone[there]
    left = np.delete(ids, places[there])
    new = (
        np.setdiff1d(new, left[np.searchsorted(left, new).clip(max=max(left.size - 1, 0))])
        if left.size
        else new
    )
    return np.insert(left, np.searchsorted(left, new), new)


def _matched(items: Iterable[Disagreement]) -> tuple[np.ndarray, np.ndarray]:
    matched = [item for item in items if item.relation is Relation.MATCHED]
    return (
        np.unique(np.array([i for item in matched for i in item.reference_ids], np.int64)),
        np.unique(np.array([i for item in matched for i in item.prediction_ids], np.int64)),
    )
