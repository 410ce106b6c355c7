"""What volumes of all formats have in common: numbers behind a header, the slowest axis first in arrays."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from segreview.formats.format import Keeps
from segreview.formats.guard import decoding, refuse_absurd

# Not formatted: a line for each would say no more.
KEEPS = Keeps(
    dtypes=(
        "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "int8", "float32", "float64",
    ),
    ndim=(2, 3),
    spacing=True,
)  # fmt: skip

_SLACK = 2**20
"""Bytes that may lie behind the numbers."""


@dataclass(frozen=True)
class Volume:
    """What the header of a file tells.

    Parameters
    ----------
    shape
        As stored, its axes in the order of the format.
    kept
        Places of the axes of the label image among those, in the order of the image.
    axes
        Their letters.
    dtype
        Type of the numbers in the file's byte order.
    start
        Where the numbers begin.
    """

    shape: tuple[int, ...]
    kept: tuple[int, ...]
    axes: str
    dtype: np.dtype[Any]
    start: int

    @property
    def nbytes(self) -> int:
        """Size of the numbers."""
        return math.prod(self.shape) * self.dtype.itemsize

    @property
    def squeezed(self) -> tuple[int, ...]:
        """Shape of the label image."""
        return tuple(self.shape[i] for i in self.kept)

    def numbers(self, data: bytes, at: int = 0) -> np.ndarray:
        """Numbers of the label image, which begin at a place of some bytes, in our own byte order."""
        flat = np.frombuffer(data, self.dtype, math.prod(self.shape), at)
        return flat.reshape(self.squeezed).astype(self.dtype.newbyteorder("="))

    def unpacked(self, unpack: Callable[[int], bytes], path: Path, title: str, before: int = 0) -> bytes:
        """Unpacked bytes that hold all numbers that the header announces, and what lies behind them.

        Parameters
        ----------
        unpack
            Unpacks so many bytes, and no more.
        path, title
            The file and the name of its format, for messages.
        before
            Bytes before the numbers that are unpacked with them.

        Raises
        ------
        ReadError
            When they do not fit into memory, are damaged or cut short.
        """
        refuse_absurd(path, self.nbytes)
        with decoding(path, title):
            data = unpack(before + self.nbytes + _SLACK)
            if len(data) < before + self.nbytes:
                raise EOFError(f"{self.nbytes:,} bytes of numbers are announced")
        return data
