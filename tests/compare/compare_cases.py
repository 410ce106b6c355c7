"""Random label images and edits for the tests of this room, and slow references to compare with."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
from hypothesis import strategies as st

from segreview.model.box import Box
from segreview.model.edit import Edit, painted
from segreview.model.labels import Kind, LabelImage

Rectangle = tuple[tuple[int, ...], tuple[int, ...], int]


@dataclass(frozen=True)
class Dab:
    """One random stroke: which array, where, which id, and a seed for its ragged shape."""

    side: str
    plane: int
    rectangle: Rectangle
    seed: int

    def edit(self, labels: LabelImage) -> Edit | None:
        start, size, value = self.rectangle
        box = Box(start, tuple(a + n for a, n in zip(start, size, strict=True)))
        box &= Box.of_shape(labels.shape)
        plane = labels.planes[self.plane % len(labels.planes)]
        mask = np.random.default_rng(self.seed).random(box.shape) < 0.8
        patches = tuple(painted(plane, box, mask, value)) if box else ()
        return Edit(self.side, self.plane % len(labels.planes), patches, "test") if patches else None


def rectangles(shape: tuple[int, ...], ids: st.SearchStrategy[int], most: int = 8):
    """Lists of rectangles that are painted one over another."""
    starts = st.tuples(*(st.integers(0, n - 1) for n in shape))
    sizes = st.tuples(*(st.integers(1, max(2, n // 2)) for n in shape))
    return st.lists(st.tuples(starts, sizes, ids), max_size=most)


def drawn(shape: tuple[int, ...], marks: list[Rectangle], dtype: str = "int64") -> np.ndarray:
    """Array with rectangles painted on zeros."""
    data = np.zeros(shape, dtype)
    for start, size, value in marks:
        data[tuple(slice(a, a + n) for a, n in zip(start, size, strict=True))] = value
    return data


SHAPES = {2: (14, 17), 3: (5, 9, 10)}
SMALL_IDS = st.integers(0, 6)
SPARSE_IDS = st.sampled_from([0, 1, 2, 7, 300, 2**31, 2**40 + 1, 2**62, 2**63 - 1])


@st.composite
def scenes(draw, ndim: int = 2, planes: int = 1, ids: st.SearchStrategy[int] = SMALL_IDS, void: bool = False):
    """Two label images; in several planes every plane has ids of its own."""
    shape = SHAPES[ndim]
    sides = []
    for _ in range(2):
        layers = []
        for n in range(planes):
            data = drawn(shape, draw(rectangles(shape, ids)))
            layers.append(np.where(data, data * planes + n, 0) if planes > 1 else data)
        axes = "ZYX"[-ndim:]
        voids = frozenset({6}) if void else frozenset()
        sides.append(LabelImage(tuple(layers), axes=axes, void=voids))
    return tuple(sides)


@st.composite
def tessellations(draw, ndim: int = 2):
    """Two label images of which at least one has no background: its cells touch each other everywhere.

    The other one holds the same cells about displaced points, some of them left out, so that their
    neighbours take their place; or other cells; or rectangles on a background.
    """
    shape = SHAPES[ndim]
    random = np.random.default_rng(draw(st.integers(0, 10_000)))
    points = random.random((draw(st.integers(1, 24)), ndim)) * shape
    other = draw(st.sampled_from(["displaced", "left out", "unrelated", "rectangles"]))
    if other == "rectangles":
        second = drawn(shape, draw(rectangles(shape, SMALL_IDS)))
    elif other == "unrelated":
        second = tessellated(shape, random.random((draw(st.integers(1, 24)), ndim)) * shape, random)
    else:
        moved = points + random.normal(0, draw(st.sampled_from([0, 0.5, 2])), points.shape)
        kept = random.random(len(points)) < (1 if other == "displaced" else 0.6)
        second = tessellated(shape, moved[kept] if kept.any() else moved, random)
    sides = [tessellated(shape, points, random), second][:: draw(st.sampled_from([1, -1]))]
    return tuple(LabelImage((side,), axes="ZYX"[-ndim:]) for side in sides)


def tessellated(shape: tuple[int, ...], points: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Every pixel holds the number, in random order from 1, of the point that is nearest."""
    pixels = np.moveaxis(np.indices(shape), 0, -1)[..., None, :]
    nearest = np.square(pixels - points).sum(-1).argmin(-1)
    return 1 + random.permutation(len(points))[nearest]


@st.composite
def dabs(draw, ndim: int = 2, planes: int = 1, ids: st.SearchStrategy[int] = SMALL_IDS, most: int = 6):
    """Random strokes on either side."""
    shape = SHAPES[ndim]
    found = []
    for mark in draw(rectangles(shape, ids, most)):
        side = draw(st.sampled_from(["reference", "prediction"]))
        found.append(Dab(side, draw(st.integers(0, planes - 1)), mark, draw(st.integers(0, 99))))
    return found


def semantic(labels: LabelImage, axes: str | None = None, void: frozenset[int] = frozenset()) -> LabelImage:
    """Same arrays read as classes."""
    return replace(labels, kind=Kind.SEMANTIC, background=None, void=void, axes=axes or labels.axes)


def counted(reference: LabelImage, prediction: LabelImage) -> Counter:
    """Slow pair table, with the ids that are no objects."""
    found: Counter = Counter()
    for a in reference.planes:
        for b in prediction.planes:
            found.update(zip(a.ravel().tolist(), b.ravel().tolist(), strict=True))
    return found


def ids_of(labels: LabelImage) -> set[int]:
    """All objects."""
    return {int(i) for plane in labels.planes for i in np.unique(plane)} - labels.outside
