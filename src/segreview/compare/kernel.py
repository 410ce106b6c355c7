"""Passes over whole label arrays: pixels of every pair of ids, boxes of every id.

They work on runs of equal pixels, in blocks small enough for the cache, with one plain sort of
packed 64-bit keys per block. Arrays in chunks are read window by window. Cost grows with the
number of runs, memory with the number of ids; neither depends on how large the ids are.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

from segreview.model.box import Box
from segreview.model.chunked import windows

BLOCK = 1 << 18
"""Most pixels of a block: its keys and scratch arrays stay in the cache."""

DENSE = 4
"""A table of all pairs of ids is used where it has at most this many cells for each run."""

KEPT = 1 << 23
"""Bytes up to which memory that was freed is used again."""

FEW_ROWS = 1 << 20
"""Rows of blocks' tables that wait until they are merged."""

_COUNT_BITS = 19
"""Bits that hold the length of a run or the number of a run within a block (0 to 2^18)."""

_KEY_SPAN = 1 << (64 - _COUNT_BITS)


class PairCounts(NamedTuple):
    """Pixels of every pair of ids that occurs.

    Parameters
    ----------
    first, second
        Ids of the pair, 1-D, in the arrays' dtypes, sorted by first and then second.
    pixels
        Number of pixels, int64.
    """

    first: np.ndarray
    second: np.ndarray
    pixels: np.ndarray


class IdBoxes(NamedTuple):
    """Tight boxes of all ids of an array.

    Parameters
    ----------
    ids
        Ids, 1-D, sorted, in the array's dtype.
    start, stop
        Half-open boxes, int64, ``(n, ndim)``.
    """

    ids: np.ndarray
    start: np.ndarray
    stop: np.ndarray


_Rows = TypeVar("_Rows", PairCounts, IdBoxes)


def count_pairs(first: np.ndarray, second: np.ndarray) -> PairCounts:
    """Pixels of every pair of ids of two arrays of one shape and any integer dtypes."""
    nothing = PairCounts(np.zeros(0, first.dtype), np.zeros(0, second.dtype), np.zeros(0, np.int64))
    parts = (
        _block_pairs(a[index].reshape(-1), b[index].reshape(-1))
        for _, (a, b) in _read(first, second)
        for index in _blocks(a.shape)
    )
    return _gathered(parts, _merged_pairs, nothing)


def find_boxes(data: np.ndarray) -> IdBoxes:
    """Tight boxes of all ids of an integer array, the background's among them."""
    none = np.zeros((0, data.ndim), np.int64)
    parts = (
        _block_boxes(pixels[index], offset + window.start)
        for window, (pixels,) in _read(data)
        for index, offset in _placed_blocks(pixels.shape)
    )
    return _gathered(parts, _merged_boxes, IdBoxes(np.zeros(0, data.dtype), none, none))


def rank_ids(data: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sorted ids of an integer array, and for every pixel the position of its id among them."""
    flat = data.reshape(-1)
    if not flat.size:
        return flat, np.zeros(data.shape, np.intp)
    at = _group_starts(flat)
    ids, ranks = np.unique(flat[at], return_inverse=True)
    return ids, np.repeat(ranks, run_lengths(at, flat.size)).reshape(data.shape)


def pair_keys(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Numbers from 0 to 2^62, uint64, that are equal where both ids of 1-D arrays are."""
    return _packed(first, second, 1 << 62).keys if first.size else np.zeros(0, np.uint64)


def run_lengths(starts: np.ndarray, size: int) -> np.ndarray:
    """Lengths of the runs that begin at some places, ascending, of an array; the last ends with it."""
    lengths = np.empty_like(starts)  # numpy.diff with append copies all places first
    np.subtract(starts[1:], starts[:-1], out=lengths[:-1])
    lengths[-1:] = size - starts[-1:]
    return lengths


class _Scratch(threading.local):
    """Memory of each thread that every block is worked on in.

    An allocator that gives such pieces back to the system at once has to fetch them again for the
    next image, at half of the whole cost for small ones. So the largest are kept here; and that of
    Linux keeps pieces of up to the size of one that was freed before.
    """

    rows = np.empty((2, 0), bool)

    def __init__(self) -> None:
        np.empty(KEPT, np.uint8)  # freed at once


_memory = _Scratch()


def _scratch(size: int) -> np.ndarray:
    """Two boolean arrays with room for `_places`, whose values are left over from before."""
    size += size // 8 + 1
    if _memory.rows.shape[1] < size:
        _memory.rows = np.empty((2, size), bool)
    rows: np.ndarray = _memory.rows[:, :size]
    return rows


def _places(mask: np.ndarray, size: int) -> np.ndarray:
    """Places of True among the first ``size`` values of a mask that has an eighth more of room behind.

    numpy looks for them in one way in masks of up to a tenth True, and in another, several times as
    fast for all but very few, in denser ones. So such a mask is made denser by what is behind.
    """
    found = int(np.count_nonzero(mask[:size]))
    if found < size // 30 or found > size // 9:
        return np.flatnonzero(mask[:size])
    mask[size:] = True
    return np.flatnonzero(mask)[:found]


def _read(*arrays: np.ndarray) -> Iterator[tuple[Box, list[np.ndarray]]]:
    """Boxes that cover arrays of one shape, with the arrays' pixels in them; one box for arrays in memory."""
    for window in windows(*arrays):
        yield window, [one[window.slices] for one in arrays]


def _blocks(shape: tuple[int, ...]) -> Iterator[tuple[slice, ...]]:
    """Indices that cut an array into blocks of at most `BLOCK` pixels, in raster order."""
    if 0 in shape:
        return
    if not shape:
        yield ()
        return
    row = int(np.prod(shape[1:], dtype=np.int64))
    rows = max(1, BLOCK // row)
    for top in range(0, shape[0], rows):
        here = slice(top, min(top + rows, shape[0]))
        if row <= BLOCK:
            yield (here,)
        else:
            yield from ((here, *rest) for rest in _blocks(shape[1:]))


def _placed_blocks(shape: tuple[int, ...]) -> Iterator[tuple[tuple[slice, ...], np.ndarray]]:
    """Blocks of an array, each with the coordinates of its first pixel."""
    for index in _blocks(shape):
        offset = np.zeros(len(shape), np.int64)
        offset[: len(index)] = [part.start for part in index]
        yield index, offset


def _gathered(parts: Iterable[_Rows], merged: Callable[[Sequence[_Rows]], _Rows], nothing: _Rows) -> _Rows:
    """Rows of all parts in one table.

    What has come in is merged whenever it has grown to twice the last table: memory follows the
    ids, however many blocks there are, and time the rows.
    """
    waiting: list[_Rows] = []
    rows, most = 0, FEW_ROWS
    for part in parts:
        waiting.append(part)
        rows += part[0].size
        if rows > most:
            waiting = [merged(waiting)]
            rows = waiting[0][0].size
            most = max(FEW_ROWS, 2 * rows)
    if len(waiting) > 1:
        return merged(waiting)
    return waiting[0] if waiting else nothing


def _block_pairs(a: np.ndarray, b: np.ndarray) -> PairCounts:
    """Pairs of the ids of one block, of 1-D arrays."""
    n = a.size
    changed, other = _scratch(n)
    changed[0] = True
    np.not_equal(a[1:], a[:-1], out=changed[1:n])
    np.not_equal(b[1:], b[:-1], out=other[1:n])
    np.logical_or(changed[1:n], other[1:n], out=changed[1:n])
    at = _places(changed, n)
    return _counted(a[at], b[at], run_lengths(at, a.size))


def _counted(a: np.ndarray, b: np.ndarray, lengths: np.ndarray) -> PairCounts:
    """Sums of the run lengths of each pair within one block.

    Where there are few pairs of ids a table of all of them is summed up at once. Else the length
    rides in the low bits of the key, so that one plain sort (vectorised in numpy) does the work of
    an argsort and a gather.
    """
    packed = _packed(a, b, _KEY_SPAN)
    if packed.first.span * packed.second.span <= DENSE * lengths.size:
        sums = np.bincount(packed.keys.view(np.int64), weights=lengths)  # floats are exact up to 2^53
        found = np.flatnonzero(sums)
        return PairCounts(*packed.unpacked(found.astype(np.uint64)), sums[found].astype(np.int64))
    keys = np.sort(packed.keys << np.uint64(_COUNT_BITS) | lengths.astype(np.uint64))
    pixels = (keys & np.uint64((1 << _COUNT_BITS) - 1)).astype(np.int64)
    keys >>= np.uint64(_COUNT_BITS)
    begin = _group_starts(keys)
    return PairCounts(*packed.unpacked(keys[begin]), np.add.reduceat(pixels, begin))


def _merged_pairs(parts: Sequence[PairCounts]) -> PairCounts:
    """Table of one row per pair, from rows of several blocks."""
    a, b, pixels = _columns(parts)
    packed = _packed(a, b, 1 << 63)
    order = np.argsort(packed.keys, kind="stable")
    keys = packed.keys[order]
    begin = _group_starts(keys)
    return PairCounts(*packed.unpacked(keys[begin]), np.add.reduceat(pixels[order], begin))


def _merged_boxes(parts: Sequence[IdBoxes]) -> IdBoxes:
    """Table of one hull per id, from boxes of several blocks."""
    ids, start, stop = _columns(parts)
    order = np.argsort(ids, kind="stable")
    return _hulls(ids[order], start[order], stop[order])


def _columns(parts: Sequence[Sequence[np.ndarray]]) -> Iterator[np.ndarray]:
    return map(np.concatenate, zip(*parts, strict=True))


class _Packed(NamedTuple):
    """Pairs of ids as single keys that sort like the pairs."""

    keys: np.ndarray
    span: int
    first: _Axis
    second: _Axis

    def unpacked(self, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        high, low = keys // np.uint64(self.span), keys % np.uint64(self.span)
        return self.first.ids(high), self.second.ids(low)


class _Axis(NamedTuple):
    """Ids as small numbers: distances from the lowest id or, where these are large, ranks."""

    numbers: np.ndarray
    span: int
    lowest: int
    dtype: np.dtype[np.integer]
    table: np.ndarray | None

    def ids(self, numbers: np.ndarray) -> np.ndarray:
        if self.table is not None:
            known: np.ndarray = self.table[numbers]
            return known
        return _shifted(numbers, self.lowest).astype(self.dtype)


def _packed(a: np.ndarray, b: np.ndarray, limit: int) -> _Packed:
    """Keys below ``limit`` for pairs of ids; ids too far apart are numbered by rank."""
    first, second = _by_distance(a), _by_distance(b)
    if first.span * second.span > limit:
        first, second = _by_rank(a), _by_rank(b)
    keys = first.numbers * np.uint64(second.span) + second.numbers
    return _Packed(keys, second.span, first, second)


def _by_distance(ids: np.ndarray) -> _Axis:
    lowest, highest = int(ids.min()), int(ids.max())
    return _Axis(_shifted(ids, -lowest), highest - lowest + 1, lowest, ids.dtype, None)


def _by_rank(ids: np.ndarray) -> _Axis:
    table, ranks = np.unique(ids, return_inverse=True)
    return _Axis(ranks.astype(np.uint64), table.size, 0, ids.dtype, table)


def _shifted(numbers: np.ndarray, by: int) -> np.ndarray:
    """Numbers moved by an offset modulo 2^64, where signed and unsigned ids are alike."""
    wide = numbers.astype(np.uint64)
    return wide + np.uint64(by % (1 << 64)) if by else wide


def _group_starts(ordered: np.ndarray) -> np.ndarray:
    """Positions at which a new value begins in an ordered array that is not empty."""
    fresh = np.empty(ordered.size, bool)
    fresh[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
    return np.flatnonzero(fresh)


def _block_boxes(block: np.ndarray, offset: np.ndarray) -> IdBoxes:
    """Boxes of the ids of one block, in the coordinates of the whole array."""
    width = block.shape[-1]
    flat = block.reshape(-1)
    changed, _ = _scratch(flat.size)
    np.not_equal(flat[1:], flat[:-1], out=changed[1 : flat.size])
    changed[: flat.size : width] = True
    at = _places(changed, flat.size)
    axis = _by_distance(flat[at])
    if axis.span > _KEY_SPAN:
        axis = _by_rank(flat[at])
    number = np.arange(at.size, dtype=np.uint64)
    keys = np.sort(axis.numbers << np.uint64(_COUNT_BITS) | number)
    order = (keys & np.uint64((1 << _COUNT_BITS) - 1)).astype(np.intp)
    lengths = run_lengths(at, flat.size)[order]
    start = np.stack(np.unravel_index(at[order], block.shape), axis=1) + offset
    stop = start + 1
    stop[:, -1] += lengths - 1
    return _hulls(axis.ids(keys >> np.uint64(_COUNT_BITS)), start, stop)


def _hulls(ids: np.ndarray, start: np.ndarray, stop: np.ndarray) -> IdBoxes:
    """One hull per id, from boxes that are ordered by id."""
    begin = _group_starts(ids)
    return IdBoxes(
        ids[begin],
        np.minimum.reduceat(start, begin, axis=0),
        np.maximum.reduceat(stop, begin, axis=0),
    )
