"""Codes of ids: what a picture shows of each object, looked up for the ids that are in view.

The cost follows the pixels of the picture, never the number of objects in the whole image.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np

CodeOf = Callable[[np.ndarray], np.ndarray]
"""Gives the code, uint8, of each id of a one-dimensional array."""


def look_up(view: np.ndarray, code_of: CodeOf) -> np.ndarray:
    """Code of every pixel of a view.

    Parameters
    ----------
    view
        Ids ``(H, W)``, any integer dtype.
    code_of
        Gives the codes of some ids; they have the dtype of the view.

    Returns
    -------
    ndarray of uint8, shape (H, W)
    """
    if not view.size:
        return np.zeros(view.shape, np.uint8)
    low, high = int(view.min()), int(view.max())
    span = high - low + 1
    if span <= view.size // 4:  # a table of every id between the two is shorter than the picture
        first = view.dtype.type(low)
        table = code_of(np.arange(span).astype(view.dtype) + first)
        found: np.ndarray = table.take(view - first if low else view, mode="clip")
        return found
    begins = np.ones(view.shape, bool)
    np.not_equal(view[:, 1:], view[:, :-1], out=begins[:, 1:])
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
