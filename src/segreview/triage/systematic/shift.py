"""Masks that lie a few pixels off, all in the same direction.

The mean strength of the edges (of the image, or of the model's contours) along the reference's contours
is taken with these moved by every whole number of pixels up to `FARTHEST`, over all samples. Where it
is largest, the contours belong. That is a shift when it is `GAIN` times as much as where they are, and
most objects say so. Of places that have nearly all of the gain (`NEAR`) the one with the least shift is
taken. A parabola through the neighbours gives the estimate between pixels; the fix moves whole ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from segreview.model.box import Box
from segreview.model.edit import PATCH_SIDE
from segreview.model.labels import Kind, LabelImage
from segreview.model.sample import PREDICTION, REFERENCE, Sample
from segreview.shape.transform import moved
from segreview.triage.systematic.agreement import flat
from segreview.triage.systematic.case import IMAGE, MODEL, WITNESS, Case, measure, remade, standing
from segreview.triage.systematic.edges import contour_map
from segreview.triage.systematic.finding import EITHER, Finding, Flaw

FARTHEST = 24
GAIN, GAIN_OF_ONE = 1.06, 1.12
"""More is asked for where the samples are not all shifted alike, ..."""

NEAR = 0.9
VOTES, VOTES_OF_ONE = 0.6, 0.8
"""... of their objects too."""

FEWEST = 5
"""Objects that a shift is told by."""

SPREAD = 0.75
"""Pixels from the best whole offset to the estimate between pixels: more where the peak is flat."""

TELLING = 1.15
"""An image tells where contours belong when its edges are so much stronger there than elsewhere."""


@dataclass(frozen=True, eq=False)
class _Table:
    """Mean strength of edges along the contours, by how far these are moved along each axis."""

    strength: np.ndarray
    reach: tuple[int, ...]

    def at(self, offset: Sequence[int]) -> float:
        place = tuple(r + o for r, o in zip(self.reach, offset, strict=True))
        return float(self.strength[place])

    @property
    def best(self) -> tuple[int, ...]:
        """Least offset that has nearly all that can be gained."""
        here = self.at((0,) * len(self.reach))
        enough = here + NEAR * (self.strength.max() - here)
        good = np.argwhere(self.strength >= enough) - self.reach
        return tuple(good[np.argmin((good**2).sum(axis=1))].tolist())

    @property
    def gain(self) -> float:
        """How much stronger the edges are at the best offset than where the contours are."""
        here = self.at((0,) * len(self.reach))
        return self.at(self.best) / here if here else 1.0

    @property
    def estimate(self) -> list[float]:
        """Best offset between whole pixels, along each axis."""
        found = []
        for axis, (by, reach) in enumerate(zip(self.best, self.reach, strict=True)):
            sides = [self._beside(axis, step) for step in (-1, 0, 1)]
            bend = sides[0] - 2 * sides[1] + sides[2]
            inner = abs(by) < reach and bend < 0
            found.append(by + (float(np.clip((sides[0] - sides[2]) / (2 * bend), -1, 1)) if inner else 0.0))
        return found

    def _beside(self, axis: int, step: int) -> float:
        offset = list(self.best)
        offset[axis] = int(np.clip(offset[axis] + step, -self.reach[axis], self.reach[axis]))
        return self.at(offset)

    @property
    def telling(self) -> bool:
        """Whether the edges say where the contours belong: clearly, and at one place."""
        spread = max(abs(a - b) for a, b in zip(self.estimate, self.best, strict=True))
        return spread <= SPREAD and bool(self.strength.max() >= TELLING * np.median(self.strength))


def find_shifts(cases: Sequence[Case]) -> list[Finding]:
    """One finding when all samples are shifted alike; else one for each shift that samples have."""
    fitting = [case for case in cases if case.fits]
    together = _look(fitting, GAIN, VOTES) if fitting else None
    if together is not None or len(fitting) < 2:
        return [] if together is None else [_finding(fitting, together)]
    alike: dict[_Look, list[Case]] = defaultdict(list)
    for case in fitting:
        found = _look([case], GAIN_OF_ONE, VOTES_OF_ONE)
        if found is not None:
            alike[found].append(case)
    return [_finding(group, look) for look, group in alike.items()]


class _Look(NamedTuple):
    """Whose masks are off, what tells it, and by how much they have to be moved."""

    side: str
    witness: str
    offset: tuple[int, ...]


def _look(cases: Sequence[Case], gain: float, share: float) -> _Look | None:
    by_image, by_model = _table(cases, IMAGE), _table(cases, MODEL)
    if by_image is not None and _holds(cases, IMAGE, by_image, gain, share):
        return _Look(REFERENCE, IMAGE, by_image.best)
    if by_model is not None and _holds(cases, MODEL, by_model, gain, share):
        side = PREDICTION if by_image is not None and by_image.telling else EITHER
        return _Look(side, MODEL, by_model.best)
    return None


def _holds(cases: Sequence[Case], witness: str, table: _Table, gain: float, share: float) -> bool:
    """Whether a table speaks of a shift, the objects agree, and the masks fit better without it."""
    if not any(table.best) or table.gain < gain or not table.telling:
        return False
    votes = _votes(cases, witness, table.best)
    if votes.size < FEWEST or votes.mean() < share:
        return False
    after = [case.with_reference(shifted(case.reference, table.best)) for case in cases]
    return standing(after) >= standing(cases)


def _finding(cases: Sequence[Case], look: _Look) -> Finding:
    side, witness, offset = look
    votes, table = _votes(cases, witness, offset), _table(cases, witness)
    assert table is not None
    what = "objects" if cases[0].reference.kind is not Kind.SEMANTIC else "stretches of contours"
    where = _direction(cases[0].reference.axes, offset)
    text = f"GT lies {where} {WITNESS[witness]} in {int(votes.sum())} of {votes.size} {what}"
    text += f" (between pixels: {_numbers(-by for by in table.estimate)} px)"

    def correct(sample: Sample) -> LabelImage:
        return shifted(sample.reference, offset)

    after = [case.with_reference(correct(case.sample)) for case in cases]
    return Finding(
        Flaw.SHIFTED,
        text,
        float(votes.mean()),
        side,
        tuple(case.name for case in cases),
        measure(cases),
        standing(cases),
        standing(after),
        correct,
    )


def shifted(labels: LabelImage, offset: Sequence[int]) -> LabelImage:
    """Labels moved by whole pixels: what comes in is background, and without one the pixels at the edge."""
    return remade(labels, [moved(plane, offset, labels.background) for plane in labels.planes])


def _direction(axes: str, offset: Sequence[int]) -> str:
    """Where masks lie that have to be moved by an offset: ``2 px right of and 1 px above``."""
    parts = [
        _WORDS[axis][by < 0].format(abs(by), "s" * (abs(by) > 1))
        for axis, by in zip(axes, offset, strict=True)
        if by
    ]
    return " and ".join(reversed(parts))


_WORDS = {
    "X": ("{} px left of", "{} px right of"),
    "Y": ("{} px above", "{} px below"),
    "Z": ("{} slice{} before", "{} slice{} behind"),
}


def _numbers(values: Iterable[float]) -> str:
    return ", ".join(f"{value + 0.0:.1f}".replace("-0.0", "0.0") for value in values)


# ---------------------------------------------------------------- tables and votes
def _table(cases: Sequence[Case], witness: str) -> _Table | None:
    """Table of all cases together, those with more contours weighing more; None where one has no edges."""
    edges = [case.edges(witness) for case in cases]
    if not cases or any(found is None for found in edges):
        return None
    reach = tuple(np.min([_reach(case.reference) for case in cases], axis=0).tolist())
    total, count = (np.zeros([2 * r + 1 for r in reach]) for _ in range(2))
    for case, found in zip(cases, edges, strict=True):
        assert found is not None
        contours = contour_map(case.reference)
        for tile in Box.of_shape(contours.shape).tiles(_TILE):
            if contours[tile.slices].any():
                more, pixels = _correlated(contours[tile.slices], found[tile.slices], reach)
                total += more
                count += pixels
    return _Table(total / np.maximum(count, 1), reach) if count.any() else None


_TILE = 2048
"""Side of the parts in which large images are looked at."""


def _reach(labels: LabelImage) -> tuple[int, ...]:
    """How far contours are moved along each axis: an eighth of the image at most, and never in time."""
    return tuple(
        0 if axis == "T" else min(FARTHEST, n // 8) for axis, n in zip(labels.axes, labels.shape, strict=True)
    )


def _correlated(
    contours: np.ndarray, edges: np.ndarray, reach: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Sum of the edges under moved contours, and how many pixels of these are in the image."""
    from scipy.fft import irfftn, next_fast_len, rfftn

    size = [next_fast_len(n + r, real=True) for n, r in zip(edges.shape, reach, strict=True)]
    moving = np.conj(rfftn(contours.astype(np.float32), size))
    places = np.ix_(*(np.arange(-r, r + 1) for r in reach))
    still = (edges.astype(np.float32), np.ones(edges.shape, np.float32))
    total, count = (irfftn(rfftn(one, size) * moving, size)[places] for one in still)
    return total, count


def _votes(cases: Sequence[Case], witness: str, offset: Sequence[int]) -> np.ndarray:
    """For every object whether its edges are stronger at an offset; of classes for those in each tile."""
    votes = [np.zeros(0, bool)]
    for case in cases:
        edges = case.edges(witness)
        if edges is not None:
            votes.append(_votes_of(case.reference, edges, offset))
    return np.concatenate(votes)


def _votes_of(labels: LabelImage, edges: np.ndarray, offset: Sequence[int]) -> np.ndarray:
    data = flat(labels)
    at = np.argwhere(contour_map(labels))
    there = at + np.array(offset)
    inside = ((there >= 0) & (there < np.array(data.shape))).all(axis=1)
    at, there = at[inside], there[inside]
    ids = data[tuple(at.T)]
    outside = labels.void if labels.kind is Kind.SEMANTIC else labels.outside
    kept = ~np.isin(ids, list(outside))
    keys = ids[kept].astype(np.int64)
    if labels.kind is Kind.SEMANTIC:
        tiles = np.ravel_multi_index(tuple((at[kept] // PATCH_SIDE).T), data.shape)
        keys = keys * data.size + tiles
    _, ranks = np.unique(keys, return_inverse=True)
    difference = edges[tuple(there[kept].T)] - edges[tuple(at[kept].T)]
    found: np.ndarray = np.bincount(ranks, difference) > 0 if ranks.size else np.zeros(0, bool)
    return found
