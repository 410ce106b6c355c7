"""Masks that were resampled: of another size than their image, enlarged from a smaller one, or scaled.

*Another size*: they are resampled to the right one. *Enlarged by the nearest pixel*: all contours lie on
a grid of lines two or more pixels apart, which needs no witness; the masks are enlarged anew with smooth
outlines. *Scaled* to twice or half the size on a canvas of the right size: undone and compared with the
model, as poses are. The offset at which they fit best is found over all samples together; masks that
were enlarged without a loss are read pixel by pixel from their blocks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import gcd

import numpy as np

from segreview.model.labels import LabelImage
from segreview.model.sample import Sample
from segreview.shape.transform import enlarged, picked
from segreview.triage.systematic.agreement import agreement, flat, thinned
from segreview.triage.systematic.case import Case, remade
from segreview.triage.systematic.edges import edge_strength
from segreview.triage.systematic.finding import Finding, Flaw
from segreview.triage.systematic.pose import Fixed, is_far_better

FEWEST = 12
"""Lines with a contour, along each axis, that tell a grid."""

_SOME = 8
"""Samples that tell the offset."""

_Offset = tuple[float, float]
"""How far behind its place each pixel is read along Y and X, in pixels of the result."""


@dataclass(frozen=True)
class _Way:
    """What happened to masks, how it is undone, and the offsets that are tried along each axis."""

    words: str
    remake: Callable[[Case, _Offset], LabelImage]
    offsets: tuple[float, ...]

    @property
    def key(self) -> tuple[str, tuple[float, ...]]:
        """What the ways of several samples are compared by."""
        return self.words, self.offsets


def find_sizes(cases: Sequence[Case]) -> list[Finding]:
    """One finding for each way in which masks were resampled."""
    alike: dict[tuple[str, tuple[float, ...]], list[Case]] = defaultdict(list)
    ways: dict[tuple[str, tuple[float, ...]], _Way] = {}
    for case in cases:
        way = _way_of(case)
        if way is not None:
            alike[way.key].append(case)
            ways[way.key] = way
    return [_finding(ways[key], group, len(cases)) for key, group in alike.items()]


def _way_of(case: Case) -> _Way | None:
    if not case.fits:
        return _of_another_size(case)
    side = block_side(case.reference)
    if side > 1:
        words = f"has outlines in steps of {side} px, enlarged from a smaller size,"
        return _Way(words, _smoothed, _half_steps(side))
    return None if case.prediction is None else _scaled(case)


def _half_steps(reach: float) -> tuple[float, ...]:
    """Offsets up to a reach, the smallest first."""
    return tuple(sorted(np.arange(-reach, reach + 0.1, 0.5).tolist(), key=abs))


def _finding(way: _Way, cases: Sequence[Case], total: int) -> Finding:
    offset = _best_offset(way, cases)

    def correct(sample: Sample) -> LabelImage:
        return way.remake(Case(sample), offset)

    fixed = Fixed.of(cases, correct)
    text = f"GT {way.words} in {len(cases)} of {total} samples: {fixed.told}"
    return fixed.finding(Flaw.RESIZED, text, len(cases) / total)


def _best_offset(way: _Way, cases: Sequence[Case]) -> _Offset:
    """Offset at which the contours of some cases lie on the strongest edges, one axis after the other."""
    some = cases[:: -(-len(cases) // _SOME)]
    witnesses = [(case, edges) for case in some for edges in (case.image_edges, case.model_edges)]

    def fit(offset: _Offset) -> float:
        return sum(
            edge_strength(way.remake(case, offset), edges) for case, edges in witnesses if edges is not None
        )

    y = max(way.offsets, key=lambda by: fit((by, 0.0)))
    x = max(way.offsets, key=lambda by: fit((y, by)))
    return max(way.offsets, key=lambda by: fit((by, x))), x


# ---------------------------------------------------------------- another size
def _of_another_size(case: Case) -> _Way | None:
    shape, target = case.reference.shape, case.shape
    if len(shape) != len(target) or shape[:-2] != target[:-2]:
        return None
    factors = [n / m for n, m in zip(shape[-2:], target[-2:], strict=True)]
    if abs(factors[0] / factors[1] - 1) > _SQUARE:
        return None
    factor = max(factors)
    words = f"is {factor:.3g} times as large as the image"
    if factor == round(factor) and block_side(case.reference) % round(factor) == 0:
        return _Way(words, _unblocked, (0.0, -1.0))
    return _Way(words, _resized, _half_steps(1.5))


_SQUARE = 0.05
"""By how much the factors of both axes may differ, for sizes that were rounded."""


def _resized(case: Case, offset: _Offset) -> LabelImage:
    """Masks as large as their image: of larger ones the nearest pixels, of smaller ones smooth outlines."""
    labels = case.reference
    places = []
    for axis, (n, m) in enumerate(zip(labels.shape, case.shape, strict=True), -len(labels.shape)):
        by = offset[axis] if axis >= -2 else 0.0
        places.append((np.arange(m) + 0.5 + by) * n / m - 0.5)
    return _read_at(labels, places, smooth=labels.shape[-1] < case.shape[-1])


def _read_at(labels: LabelImage, places: Sequence[np.ndarray], *, smooth: bool) -> LabelImage:
    if smooth:
        return remade(labels, [enlarged(plane, places, labels.background) for plane in labels.planes])
    nearest = [np.floor(at + 0.5).astype(np.intp) for at in places]
    return remade(labels, [picked(plane, nearest, labels.background) for plane in labels.planes])


# ---------------------------------------------------------------- blocks
def block_side(labels: LabelImage) -> int:
    """Distance of the lines on which all contours lie, along both Y and X; 1 for masks drawn by pixels."""
    lines = [_lines(flat(labels), axis) for axis in (-2, -1)]
    if any(len(at) < FEWEST for at in lines):
        return 1
    return gcd(*(gcd(*(at - at[0]).tolist()) for at in lines))


def _lines(data: np.ndarray, axis: int) -> np.ndarray:
    """Places along an axis before which any pixel differs from the one before it."""
    along = data.swapaxes(0, axis)
    differs = (along[1:] != along[:-1]).reshape(len(along) - 1, -1).any(axis=1)
    return 1 + np.flatnonzero(differs)


def _first_blocks(labels: LabelImage, side: int) -> tuple[int, int]:
    """Where the first block begins along Y and X; before 0 when the image's edge cuts it."""
    phases = [int(_lines(flat(labels), axis)[0]) % side for axis in (-2, -1)]
    y, x = (phase - side if phase else 0 for phase in phases)
    return y, x


def _unblocked(case: Case, offset: _Offset) -> LabelImage:
    """Masks with one pixel for each block, the first block of each axis left out where there is one more."""
    labels = case.reference
    side = labels.shape[-1] // case.shape[-1]
    places = [np.arange(n) for n in labels.shape]
    for axis, first in zip((-2, -1), _first_blocks(labels, side), strict=True):
        skipped = round(-offset[axis]) * side if first else 0
        at = first + skipped + side * np.arange(case.shape[axis])
        places[axis] = np.where(at < 0, 0, at)
    return remade(labels, [picked(plane, places, labels.background) for plane in labels.planes])


def _smoothed(case: Case, offset: _Offset) -> LabelImage:
    """Masks with smooth outlines instead of blocks."""
    labels = case.reference
    side = block_side(labels)
    coarse = [np.arange(n) for n in labels.shape]
    places = [np.arange(n, dtype=float) for n in labels.shape]
    for axis, first in zip((-2, -1), _first_blocks(labels, side), strict=True):
        n = labels.shape[axis]
        coarse[axis] = np.maximum(np.arange(first, n, side), 0)
        places[axis] = (np.arange(n) + offset[axis] - first - (side - 1) / 2) / side
    return _read_at(
        remade(labels, [picked(plane, coarse, None) for plane in labels.planes]), places, smooth=True
    )


# ---------------------------------------------------------------- scaled on the canvas
def _scaled(case: Case) -> _Way | None:
    """Scaling by 2 or 1/2 about the corner or the centre that explains the masks far better.

    It is looked for on a few pixels of every row and column.
    """
    assert case.prediction is not None
    ours, theirs = thinned(case.reference, _SIGHT), thinned(case.prediction, _SIGHT)
    ways = []
    for factor, size in ((0.5, "half"), (2.0, "twice")):
        for about in ("corner", "centre"):
            after = agreement(_rescaled(ours, factor, about, smooth=False), theirs).value
            ways.append((after, factor, about, f"is drawn at {size} the size about the {about}"))
    after, factor, about, words = max(ways)
    if not is_far_better(case, agreement(ours, theirs).value, after):
        return None

    def remake(case: Case, offset: _Offset) -> LabelImage:
        return _rescaled(case.reference, factor, about, offset, smooth=factor < 1)

    return _Way(words, remake, _half_steps(1.5))


_SIGHT = 256


def _rescaled(
    labels: LabelImage, factor: float, about: str, offset: _Offset = (0.0, 0.0), *, smooth: bool
) -> LabelImage:
    """Masks in which what lay at a distance of ``factor`` from the fixed point lies at 1."""
    places = [np.arange(n, dtype=float) for n in labels.shape]
    for axis in (-2, -1):
        fixed = labels.shape[axis] / 2 if about == "centre" else 0.0
        places[axis] = fixed + (places[axis] + 0.5 + offset[axis] - fixed) * factor - 0.5
    return _read_at(labels, places, smooth=smooth)
