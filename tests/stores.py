"""Arrays in chunks for the tests of several rooms."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import strategies as st


class Store:
    """An array like those of zarr and h5py, which remembers the shapes of what was read of it."""

    def __init__(self, data: np.ndarray, chunks):
        self.data, self.chunks = data, chunks
        self.shape, self.dtype = data.shape, data.dtype
        self.read: list[tuple[int, ...]] = []

    def __getitem__(self, index) -> np.ndarray:
        piece = self.data[index]
        self.read.append(piece.shape)
        return piece


def sizes(length: int):
    """Ways to tell the chunks of an axis: all sizes, or one for all."""
    parts = st.lists(st.integers(0, length), max_size=4).map(sorted).map(lambda cuts: [0, *cuts, length])
    return parts.map(lambda cuts: tuple(b - a for a, b in pairwise(cuts)))


@st.composite
def grids(draw, shape: tuple[int, ...]):
    if draw(st.booleans()):
        return tuple(draw(st.integers(1, n + 2)) for n in shape)
    return tuple(draw(sizes(n)) for n in shape)
