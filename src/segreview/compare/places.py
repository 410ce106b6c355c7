"""Where balls fit between the contours of many pairs of objects, in one pass over the image."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from segreview.compare.kernel import rank_ids
from segreview.model.box import Box
from segreview.model.chunked import windows
from segreview.shape.ball import Radii, ball_offsets

TILE = 1 << 18
"""Pixels of a tile, about: its arrays stay in the cache."""

SPARSE = 16
"""Numbers of ids are looked up in a table when it has at most so many entries for each id."""

_Numbers = Callable[[np.ndarray], np.ndarray]
"""Gives for pixels the number of their pair from 1, or 0."""


def count_places(
    reference: np.ndarray, prediction: np.ndarray, pairs: Sequence[tuple[int, int]], radii: Radii
) -> np.ndarray:
    """For every pair the number of pixels around which a whole ball lies in one of its objects, not both.

    Parameters
    ----------
    reference, prediction
        Label arrays of one shape.
    pairs
        Ids of both sides; no object is in two of them.
    radii
        Half axes of the ball.

    Returns
    -------
    ndarray
        int64, in the order of the pairs.
    """
    if not pairs:
        return np.zeros(0, np.int64)
    references, predictions = zip(*pairs, strict=True)
    first = _numbers(np.array(references, reference.dtype))
    second = _numbers(np.array(predictions, prediction.dtype))
    found = [_places(first(a), second(b), radii) for a, b in _tiles(reference, prediction, radii)]
    return np.bincount(np.concatenate(found), minlength=len(pairs) + 1)[1:]


def _tiles(reference: np.ndarray, prediction: np.ndarray, radii: Radii) -> Iterator[list[np.ndarray]]:
    """Crops of both sides around tiles that cover the image, wider than these by the reach of the ball."""
    side = max(1, round(TILE ** (1 / reference.ndim)))
    for window in windows(reference, prediction):
        outer = _grown(window, radii, reference.shape)
        crops = [plane[outer.slices] for plane in (reference, prediction)]
        for tile in window.relative_to(outer).tiles(side):
            around = _grown(tile, radii, outer.shape)
            yield [crop[around.slices] for crop in crops]


def _grown(box: Box, radii: Radii, shape: Sequence[int]) -> Box:
    """Box with a margin as wide as the ball reaches, kept inside an array of ``shape``."""
    start = tuple(a - int(r) for a, r in zip(box.start, radii, strict=True))
    stop = tuple(b + int(r) for b, r in zip(box.stop, radii, strict=True))
    return Box(start, stop) & Box.of_shape(shape)


def _places(first: np.ndarray, second: np.ndarray, radii: Radii) -> np.ndarray:
    """Number of the pair at every place whose ball lies within two crops of pairs' numbers."""
    displaced = np.zeros(first.shape, bool)
    inner = tuple(slice(int(r), max(int(r), n - int(r))) for r, n in zip(radii, first.shape, strict=True))
    np.not_equal(first[inner], second[inner], out=displaced[inner])
    at = np.flatnonzero(displaced)
    flat = first.reshape(-1), second.reshape(-1)
    owners = np.concatenate([side[at] for side in flat])
    centers = np.concatenate([at, at])[owners > 0]
    owners = owners[owners > 0]
    steps = np.cumprod((1, *first.shape[:0:-1]))[::-1]
    for offset in ball_offsets(radii):
        if not centers.size:
            break
        moved = centers + int(steps @ offset)
        fits = (flat[0][moved] == owners) != (flat[1][moved] == owners)
        centers, owners = centers[fits], owners[fits]
    return owners


def _numbers(ids: np.ndarray) -> _Numbers:
    """Look-up of the places of ids among ``ids``, counted from 1."""
    if int(ids.min()) > 0 and int(ids.max()) <= SPARSE * (ids.size + TILE):
        table = np.zeros(int(ids.max()) + 2, np.int32)
        table[ids] = np.arange(1, ids.size + 1)
        # what lies beyond is taken for the first or the last entry, which are 0
        return lambda pixels: table.take(pixels.astype(np.intp, copy=False), mode="clip")
    order = np.argsort(ids)

    def look_up(pixels: np.ndarray) -> np.ndarray:
        known, ranks = rank_ids(pixels)
        places = order.take(np.searchsorted(ids, known, sorter=order), mode="clip")
        numbers = np.where(ids[places] == known, places + 1, 0).astype(np.int32)
        found: np.ndarray = numbers[ranks]
        return found

    return look_up
