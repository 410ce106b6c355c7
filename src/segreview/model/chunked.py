"""Label arrays in chunks (zarr, dask, HDF5), which are read piece by piece and never as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from math import isnan, prod
from typing import Any, NoReturn, cast

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from segreview.errors import SegreviewError
from segreview.model.box import Box

WINDOW = 1 << 22
"""Pixels up to which neighbouring chunks are read together."""

MOST_AXES = 4
"""Axes that labels may have: time, and three of space."""

_Edges = tuple[tuple[int, ...], ...]
"""For every axis where pieces begin, and at last where the axis ends."""


class ChunkedArray(NDArrayOperatorsMixin):
    """An integer array of which pieces are read, each as an ndarray, when they are asked for.

    All that would read the array as a whole, an operator or a function of numpy, is refused in words.

    Parameters
    ----------
    source
        Array of zarr, dask, h5py or their like: it has a shape, a dtype and chunks, and gives a
        piece of itself for slices.

    Raises
    ------
    SegreviewError
        When the sizes of its chunks are not known, as those of dask can be.
    """

    def __init__(self, source: Any) -> None:
        self._source = source
        _check_known(source.shape, source.chunks)
        self.shape = tuple(int(n) for n in source.shape)
        self.ndim = len(self.shape)
        self.dtype = np.dtype(np.uint8 if source.dtype == bool else source.dtype)
        self.edges = _edges(self.shape, source.chunks)

    def __getitem__(self, index: Any) -> np.ndarray:
        piece = np.asarray(self._source[index])
        return piece.view(np.uint8) if piece.dtype == bool else piece

    def __array__(self, *_: Any, **__: Any) -> NoReturn:
        raise SegreviewError(
            "This needs all pixels at once, and the labels are read block by block.",
            "Give numpy.asarray(...) of both sides where they fit into memory, or crops of them.",
        )

    __array_ufunc__ = __array__


def label_array(data: Any, told: str = "An image") -> np.ndarray:
    """Array of what was given as labels; a two-valued one holds 0 and 1.

    An array in chunks stays where it is: a `ChunkedArray` stands for it, and for an ndarray wherever
    only pieces are read.

    Parameters
    ----------
    data
        An array, or rows of numbers.
    told
        What it is called in messages.

    Raises
    ------
    SegreviewError
        When it has no axes or more than four, rows of different lengths, or values that are masked.
    """
    if isinstance(data, ChunkedArray):
        return cast("np.ndarray", data)
    array = cast("np.ndarray", ChunkedArray(data)) if _has_chunks(data) else _in_memory(data, told)
    if not 1 <= array.ndim <= MOST_AXES:
        what = f"has {array.ndim} axes" if array.ndim else f"is a single {type(data).__name__}"
        raise SegreviewError(
            f"{told} {what}, and labels are an array of one to four axes.",
            "Give an array such as (Y, X), (Z, Y, X) or (T, Y, X); segreview.read reads files.",
        )
    return array


def _in_memory(data: Any, told: str) -> np.ndarray:
    if isinstance(data, np.ma.MaskedArray) and np.ma.is_masked(data):
        raise SegreviewError(
            f"{told} is a masked array, and nothing is known of what its mask means.",
            "Give labels.filled(0) where masked pixels are background, or LabelImage(..., void={255}) "
            "around labels.filled(255) where they are void.",
        )
    try:
        array = np.asarray(data)
    except ValueError as error:
        raise SegreviewError(
            f"{told} has rows of different lengths.", "Give rows of one length, or an array."
        ) from error
    return array.view(np.uint8) if array.dtype == bool else array


def windows(*arrays: Any) -> Iterator[Box]:
    """Boxes that cover arrays of one shape and are read one by one, in raster order of a grid.

    Arrays in memory have one. Else boxes end where chunks end, and small chunks are read together. Of
    arrays that are chunked differently the one with fewer cuts decides along each axis, so that
    chunks are read few times; where that would make boxes much larger than any chunk, the array
    with the larger chunks decides.
    """
    edges = [one.edges for one in arrays if isinstance(one, ChunkedArray)]
    if not edges:
        yield Box.of_shape(arrays[0].shape)
        return
    for sides in product(*map(pairwise, _joined(_common(edges)))):
        yield Box(*zip(*sides, strict=True))


def _has_chunks(data: Any) -> bool:
    """Whether something is an array in chunks rather than one in memory."""
    parts = ("shape", "dtype", "chunks", "__getitem__")
    return not isinstance(data, np.ndarray) and all(hasattr(data, name) for name in parts)


def _check_known(shape: Sequence[float], chunks: Any) -> None:
    """Refuse an array of dask that says nan, since nobody has counted yet."""
    told = [shape, *(sizes for sizes in chunks or () if isinstance(sizes, Sequence))]
    if any(isnan(size) for sizes in told for size in sizes):
        raise SegreviewError(
            "The sizes of the array's chunks are not known.", "Call compute_chunk_sizes() of it first."
        )


def _edges(shape: Sequence[int], chunks: Any) -> _Edges:
    """Edges of chunks that are told as dask does (all sizes of an axis), as zarr does (one), or not."""
    if chunks is None:
        return tuple(tuple(range(n + 1)) for n in shape)
    return tuple(_axis_edges(n, sizes) for n, sizes in zip(shape, chunks, strict=True))


def _axis_edges(length: int, sizes: Any) -> tuple[int, ...]:
    if isinstance(sizes, Sequence):
        return (0, *np.cumsum(sizes).tolist())
    return (*range(0, length, int(sizes)), length) if length else (0, 0)


def _common(edges: Sequence[_Edges]) -> _Edges:
    """Grid for arrays of one shape, from the edges of each."""
    fewest = tuple(min(axis, key=len) for axis in zip(*edges, strict=True))
    largest = max(edges, key=_piece)
    return fewest if _piece(fewest) <= max(WINDOW, _piece(largest)) else largest


def _joined(edges: _Edges) -> _Edges:
    """Coarser grid, whose pieces are a chunk or have at most `WINDOW` pixels; last axes first."""
    sides = [_longest(axis) for axis in edges]
    joined = list(edges)
    for n in reversed(range(len(edges))):
        room = WINDOW // max(1, prod(sides[:n] + sides[n + 1 :]))
        joined[n] = _thinned(edges[n], room)
        sides[n] = _longest(joined[n])
    return tuple(joined)


def _thinned(edges: Sequence[int], room: int) -> tuple[int, ...]:
    """Some of the edges, so that pieces between them are as long as there is room for."""
    kept = [edges[0]]
    for before, edge in pairwise(edges[1:]):
        if edge - kept[-1] > room:
            kept.append(before)
    return (*kept, edges[-1])


def _longest(edges: Sequence[int]) -> int:
    return max(b - a for a, b in pairwise(edges))


def _piece(edges: _Edges) -> int:
    """Pixels of the largest piece of a grid."""
    return prod(map(_longest, edges))
