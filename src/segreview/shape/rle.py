"""Masks as runs of pixels, column by column, as COCO writes them: nothing is ever decoded to be compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from segreview.errors import SegreviewError
from segreview.model.box import Box

_CHUNK = 5
"""Bits of a number that one character of COCO's text holds."""

_MORE = 1 << _CHUNK
"""Set in a character that is not the last of its number."""

_FIRST = 48
"""Code of the character that stands for 0."""


@dataclass(frozen=True, eq=False)
class Rle:
    """Mask of an image as the runs of its pixels.

    Pixels are counted column by column: pixel ``(y, x)`` of an image of height ``h`` has position
    ``y + h x``.

    Parameters
    ----------
    shape
        Height and width of the image.
    start, stop
        First position of every run and the one behind its last, int64, ascending; runs do not touch.
    """

    shape: tuple[int, int]
    start: np.ndarray
    stop: np.ndarray

    # ---------------------------------------------------------------- making
    @classmethod
    def of_mask(cls, mask: np.ndarray) -> Rle:
        """Runs of a two-dimensional mask; every value but 0 is in it.

        Raises
        ------
        SegreviewError
            When it has not two axes.
        """
        if mask.ndim != 2:
            raise SegreviewError(
                f"A mask of shape {mask.shape} has no rows and columns.",
                "Give masks (height, width); volumes are compared as label images.",
            )
        columns = np.flatnonzero(mask.any(axis=0))
        if not columns.size:
            return cls(mask.shape, np.zeros(0, np.int64), np.zeros(0, np.int64))
        first, last = int(columns[0]), int(columns[-1])
        pixels = np.zeros(mask.shape[0] * (last + 1 - first) + 2, bool)
        pixels[1:-1] = mask[:, first : last + 1].ravel(order="F")
        edges = np.flatnonzero(pixels[1:] != pixels[:-1]) + first * mask.shape[0]
        return cls(mask.shape, edges[::2], edges[1::2])

    @classmethod
    def of_counts(cls, counts: Iterable[int], shape: Sequence[int]) -> Rle:
        """Runs of COCO's uncompressed form: lengths by turns outside and inside of the mask.

        Raises
        ------
        SegreviewError
            When the lengths do not add up to the pixels of the image.
        """
        lengths = np.asarray(counts, np.int64).reshape(-1)
        height, width = (int(n) for n in shape)
        if (lengths < 0).any() or int(lengths.sum()) != height * width:
            raise SegreviewError(
                f"Run lengths add up to {int(lengths.sum())} pixels, and the image has {height} x {width}.",
                "Check that size and counts belong together; size is [height, width].",
            )
        return cls((height, width), *_runs(lengths))

    @classmethod
    def of_text(cls, text: str | bytes, shape: Sequence[int]) -> Rle:
        """Runs of COCO's compressed form.

        Each length is written, from the fourth on, as its difference to the last but one; a number as groups
        of five bits, the lowest first, with a sixth bit where more follow and the sign in the last fifth
        (Lin et al. 2014, the COCO API).

        Raises
        ------
        SegreviewError
            When it is no such text, or does not fit the image.
        """
        codes = np.frombuffer(text.encode() if isinstance(text, str) else bytes(text), np.uint8)
        bits = codes.astype(np.int64) - _FIRST
        if bits.size and (bits.min() < 0 or bits.max() >= 2 * _MORE or bits[-1] & _MORE):
            raise SegreviewError(
                "A compressed mask is cut off or has characters that do not belong there.",
                "Read it again from its source; counts is text as the COCO API writes it.",
            )
        last = (bits & _MORE) == 0
        begins = np.flatnonzero(np.concatenate([[True], last[:-1]]))[: np.count_nonzero(last)]
        sizes = np.diff(begins, append=bits.size)
        place = np.arange(bits.size) - np.repeat(begins, sizes)
        numbers = _sums((bits & (_MORE - 1)) << (_CHUNK * place), begins)
        negative = (bits[last] & (_MORE >> 1)) != 0
        numbers[negative] -= np.int64(1) << (_CHUNK * sizes[negative])
        numbers[1::2] = np.cumsum(numbers[1::2])
        numbers[2::2] = np.cumsum(numbers[2::2])
        return cls.of_counts(numbers, shape)

    # ---------------------------------------------------------------- writing
    def decode(self) -> np.ndarray:
        """The mask, boolean, ``(height, width)``."""
        lengths = self.counts()
        inside = np.arange(lengths.size) % 2 == 1
        return np.repeat(inside, lengths).reshape(self.shape[::-1]).T

    def counts(self) -> np.ndarray:
        """COCO's uncompressed form: lengths by turns outside and inside of the mask, int64."""
        edges = np.stack([self.start, self.stop], axis=1).reshape(-1)
        end = self.shape[0] * self.shape[1]
        tail = [] if edges.size and edges[-1] == end else [end]
        return np.diff(np.concatenate([[0], edges, tail]).astype(np.int64))

    def text(self) -> str:
        """COCO's compressed form; see `of_text`."""
        numbers = self.counts()
        numbers[3:] -= numbers[1:-2].copy()
        letters = []
        for number in numbers.tolist():
            rest, more = number, True
            while more:
                bits = rest & (_MORE - 1)
                rest >>= _CHUNK
                more = rest != (-1 if bits & (_MORE >> 1) else 0)
                letters.append(bits + _MORE * more + _FIRST)
        return bytes(letters).decode("ascii")

    # ---------------------------------------------------------------- measures
    @cached_property
    def area(self) -> int:
        """Number of pixels."""
        return int((self.stop - self.start).sum())

    @cached_property
    def box(self) -> Box:
        """Tight box around the mask; empty when it has no pixels."""
        if not self.start.size:
            return Box((0, 0), (0, 0))
        height = self.shape[0]
        left, top = np.divmod(self.start, height)
        right, bottom = np.divmod(self.stop - 1, height)
        rows = (0, height) if (left != right).any() else (int(top.min()), int(bottom.max()) + 1)
        return Box((rows[0], int(left[0])), (rows[1], int(right[-1]) + 1))


def pair_overlaps(first: Sequence[Rle], second: Sequence[Rle]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pixels that the masks of two lists share, of all pairs that share some.

    Returns
    -------
    rows, columns, shared
        Places of the masks in their lists, and pixels of their intersection, int64, ordered by rows.
    """
    rows, columns = _near(first, second)
    if not rows.size:
        return rows, columns, np.zeros(0, np.int64)
    counts = np.array([one.start.size for one in first], np.intp)
    firsts = np.concatenate([[0], np.cumsum(counts)])
    starts = np.concatenate([one.start for one in first])
    stops = np.concatenate([one.stop for one in first])
    runs = _ranges(firsts[rows], counts[rows])
    owner = np.repeat(columns, counts[rows])
    cover = _Cover(second)
    pixels = cover.before(stops[runs], owner) - cover.before(starts[runs], owner)
    shared = _sums(pixels, np.concatenate([[0], np.cumsum(counts[rows])[:-1]]))
    some = shared > 0
    return rows[some], columns[some], shared[some]


class _Cover:
    """How many pixels of a mask lie before a position, for many masks of one shape at once."""

    def __init__(self, masks: Sequence[Rle]) -> None:
        sizes = [one.start.size for one in masks]
        self._span = int(np.prod(masks[0].shape, dtype=np.int64)) + 1
        offset = np.repeat(np.arange(len(masks), dtype=np.int64) * self._span, sizes)
        start = np.concatenate([one.start for one in masks])
        self._keys = start + offset
        self._lengths = np.concatenate([one.stop for one in masks]) - start
        self._sums = np.concatenate([[0], np.cumsum(self._lengths)])
        self._begin = np.concatenate([[0], np.cumsum(sizes)])

    def before(self, positions: np.ndarray, owner: np.ndarray) -> np.ndarray:
        """Pixels of mask ``owner`` at lower positions, for columns of both."""
        keys = positions + owner * self._span
        run = np.searchsorted(self._keys, keys, side="right") - 1
        within = run >= self._begin[owner]
        run[~within] = self._begin[owner[~within]]
        part = np.minimum(keys - self._keys.take(run, mode="clip"), self._lengths.take(run, mode="clip"))
        whole = self._sums[run] - self._sums[self._begin[owner]]
        return np.where(within, whole + part, 0)


def _near(first: Sequence[Rle], second: Sequence[Rle]) -> tuple[np.ndarray, np.ndarray]:
    """Pairs whose boxes overlap."""
    if not first or not second:
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    a, b = (np.array([(*one.box.start, *one.box.stop) for one in side]) for side in (first, second))
    near = np.ones((len(a), len(b)), bool)
    for low, high in ((0, 2), (1, 3)):
        near &= a[:, None, low] < b[None, :, high]
        near &= b[None, :, low] < a[:, None, high]
    rows, columns = np.nonzero(near)
    return rows, columns


def _runs(lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Runs inside of the mask; those of length 0 part nothing."""
    edges = np.cumsum(lengths)
    start, stop = edges[: edges.size - edges.size % 2 : 2], edges[1::2]
    some = start < stop
    start, stop = start[some], stop[some]
    apart = np.ones(start.size + 1, bool)
    apart[1:-1] = start[1:] != stop[:-1]
    return start[apart[:-1]], stop[apart[1:]]


def _ranges(begins: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Numbers of several ranges one behind the other."""
    before = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    counted: np.ndarray = np.repeat(begins - before, sizes) + np.arange(int(sizes.sum()))
    return counted


def _sums(values: np.ndarray, begins: np.ndarray) -> np.ndarray:
    """Sum of each stretch of values that begins at a place; every stretch has some."""
    if not begins.size:
        return np.zeros(0, np.int64)
    sums: np.ndarray = np.add.reduceat(values, begins)
    return sums
