"""Codes of ids: what a picture shows of each object, looked up for the ids that are in view.

The cost follows the pixels of the picture, never the number of objects in the whole image.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import numpy as np

CodeOf = Callable[[np.ndarray], np.ndarray]
"""Gives the code of each id of a one-dimensional array; where nothing else is said, uint8."""


def look_up(view: np.ndarray, code_of: CodeOf) -> np.ndarray:
    """Code of every pixel of a view.

    Parameters
    ----------
    view
        Ids, any integer dtype, ``(H, W)`` or of more axes.
    code_of
        Gives the codes of some ids; they have the dtype of the view.

    Returns
    -------
    ndarray, shape (H, W)
        In the dtype of the codes.
    """
    if not view.size:
        return code_of(view.ravel()).reshape(view.shape)
    low, high = int(view.min()), int(view.max())
    span = high - low + 1
    if span <= view.size // 4:  # a table of every id between the two is shorter than the picture
        first = view.dtype.type(low)
        table = code_of(np.arange(span).astype(view.dtype) + first)
        found: np.ndarray = table.take(view - first if low else view, mode="clip")
        return found
    begins = np.ones(view.shape, bool)
    np.not_equal(view[..., 1:], view[..., :-1], out=begins[..., 1:])
    starts = np.flatnonzero(begins)
    codes = code_of(view.ravel()[starts])
    return np.repeat(codes, np.diff(starts, append=view.size)).reshape(view.shape)


def among(ids: np.ndarray, wanted: Collection[int] | np.ndarray) -> np.ndarray:
    """Mask of the ids that are wanted; ids that the dtype cannot hold are never found.

    Parameters
    ----------
    ids
        Ids, any integer dtype.
    wanted
        Ids; an array holds them in ascending order.
    """
    if not isinstance(wanted, np.ndarray):
        wanted = np.array(sorted(wanted), object)
    bounds = np.iinfo(ids.dtype)
    known = wanted[(wanted >= bounds.min) & (wanted <= bounds.max)].astype(ids.dtype)
    if not known.size:
        return np.zeros(ids.shape, bool)
    if known.size < 8 or int(known[-1]) - int(known[0]) < 4 * ids.size:
        return np.isin(ids, known)  # a few comparisons, or a table no longer than a few views
    found: np.ndarray = known.take(np.searchsorted(known, ids), mode="clip") == ids
    return found


class IdTable:
    """Codes of ids as two sorted arrays.

    Parameters
    ----------
    codes
        Code of each id.
    other
        Code of all other ids.
    dtype
        Of the codes.
    """

    def __init__(
        self, codes: Mapping[int, float], other: float, dtype: type[np.number[Any]] = np.uint8
    ) -> None:
        self._dtype = dtype
        self._ids, self._codes = self._sorted(codes)
        self._other = np.array(other, dtype)

    def of(self, ids: np.ndarray) -> np.ndarray:
        """Code of each of some ids."""
        if not self._ids.size:
            return np.full(ids.shape, self._other)
        places = np.searchsorted(self._ids, ids.astype(np.int64)).clip(max=self._ids.size - 1)
        codes: np.ndarray = np.where(self._ids[places] == ids, self._codes[places], self._other)
        return codes

    def exchange(self, touched: Iterable[int], fresh: Mapping[int, float]) -> None:
        """Forget some ids and learn others, at the cost of copying two arrays."""
        gone = np.array(sorted({*touched, *fresh}), np.int64)
        places = np.searchsorted(self._ids, gone)
        there = places < self._ids.size
        there[there] = self._ids[places[there]] == gone[there]
        left = np.delete(self._ids, places[there])
        ids, codes = self._sorted(fresh)
        at = np.searchsorted(left, ids)
        self._codes = np.insert(np.delete(self._codes, places[there]), at, codes)
        self._ids = np.insert(left, at, ids)

    def _sorted(self, codes: Mapping[int, float]) -> tuple[np.ndarray, np.ndarray]:
        ids = np.fromiter(codes, np.int64, len(codes))
        order = np.argsort(ids)
        return ids[order], np.fromiter(codes.values(), self._dtype, len(codes))[order]
