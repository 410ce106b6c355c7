"""Masks that are too wide or too narrow by the same number of pixels all around.

Two witnesses. *The image*: the mean strength of its edges at every distance from the contours, over
all objects; the contours belong where it peaks, which on right masks is 0.4 px inside of them
(`REST`, measured on nuclei in 2D and 3D, real and simulated). It is heard only where the peak is sharp.
*The model*: the growth that explains the distances of the contours best, see `offsets`.

An image that is sharp decides which side is off; else a finding says only that the sides differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from segreview.compare.kernel import find_boxes
from segreview.model.box import Box
from segreview.model.labels import Kind, LabelImage
from segreview.model.sample import PREDICTION, REFERENCE, Sample
from segreview.shape.lookup import among
from segreview.shape.silhouette import silhouettes
from segreview.shape.transform import CROSS, FOOTPRINTS, SQUARE, grown, shrunk
from segreview.triage.systematic.agreement import flat
from segreview.triage.systematic.case import Case, measure, remade, standing
from segreview.triage.systematic.finding import EITHER, Finding, Flaw
from segreview.triage.systematic.offsets import MOST, Drift, drift_of, explained, signed_distance

FARTHEST = 5
"""Distances from the contour, inwards and outwards, at which edges are looked at."""

REST = -0.4
LEAST = 0.6
"""Pixels of growth that are told."""

VOTES = 0.6
LEFT = 0.92
"""Share of the gaps that a growth may leave unexplained."""

SHARP = 0.85
"""A peak is sharp when two pixels beside it the edges have at most this share of its strength."""

FEWEST = 10

PER_STEP = {CROSS: 1.0, SQUARE: 1.25}
"""Mean growth of a round object by one step, in pixels: along diagonals a square reaches farther."""


@dataclass(frozen=True, eq=False)
class _Profile:
    """Strength of the edges by distance from the contour, for each object; nan where it cannot be seen."""

    rows: np.ndarray

    @property
    def mean(self) -> np.ndarray:
        known = np.isfinite(self.rows)
        found: np.ndarray = np.where(known, self.rows, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
        return found

    @property
    def growth(self) -> float:
        """By how many pixels the contours lie outside of where they belong."""
        return REST - _peak(self.mean)

    @property
    def is_sharp(self) -> bool:
        """Whether the edges peak within reach, and clearly."""
        mean = self.mean
        top = int(mean.argmax())
        if len(self.rows) < FEWEST or not 2 <= top < len(mean) - 2:
            return False
        return bool(max(mean[top - 2], mean[top + 2]) <= SHARP * mean[top])

    def votes(self, growth: float) -> int:
        """Number of objects whose own peak lies on the same side."""
        peaks = np.array([_peak(row) for row in np.nan_to_num(self.rows, nan=-1.0)])
        return int(np.count_nonzero((REST - peaks) * np.sign(growth) > 0.25))


def find_growth(cases: Sequence[Case]) -> list[Finding]:
    """At most one finding, over all samples whose labels have a background to grow into."""
    able = [case for case in cases if _is_able(case)]
    if not able:
        return []
    profile = _Profile(np.concatenate([_rows(case) for case in able]))
    if profile.is_sharp and abs(profile.growth) >= LEAST:
        votes = profile.votes(profile.growth)
        if votes >= VOTES * len(profile.rows):
            evidence = ("the image's edges", votes, len(profile.rows))
            return [_finding(able, REFERENCE, profile.growth, evidence)]
    return _by_model(able, PREDICTION if profile.is_sharp else EITHER)


def _by_model(cases: Sequence[Case], side: str) -> list[Finding]:
    offsets = [one for case in cases for one in case.offsets]
    if len(offsets) < FEWEST:
        return []
    growth = drift_of(offsets).growth
    none, drift = (Drift(np.zeros(offsets[0].normals.shape[1]), by) for by in (0.0, growth))
    before, after = (np.array([explained(one, by) for one in offsets]) for by in (none, drift))
    votes = int((after < before).sum())
    if abs(growth) < LEAST or votes < VOTES * len(offsets) or after.mean() > LEFT * before.mean():
        return []
    return [_finding(cases, side, growth, ("the model", votes, len(offsets)))]


def _is_able(case: Case) -> bool:
    labels = case.reference
    return case.fits and labels.kind is not Kind.SEMANTIC and labels.background is not None


def _finding(cases: Sequence[Case], side: str, growth: float, evidence: tuple[str, int, int]) -> Finding:
    witness, votes, count = evidence
    wide = growth > 0
    footprint = _footprint(cases, wide)
    steps = max(1, round(abs(growth) / PER_STEP[footprint]))
    text = (
        f"GT is {steps} px {'wider' if wide else 'narrower'} than {witness} all around "
        f"in {votes} of {count} objects (between pixels: {abs(growth):.1f} px)"
    )

    def correct(sample: Sample) -> LabelImage:
        return _resized(sample.reference, steps, footprint, wide)

    after = [case.with_reference(correct(case.sample)) for case in cases]
    return Finding(
        Flaw.DILATED if wide else Flaw.ERODED,
        text,
        votes / count,
        side,
        tuple(case.name for case in cases),
        measure(cases),
        standing(cases),
        standing(after),
        correct,
    )


# ---------------------------------------------------------------- the fix
def _resized(labels: LabelImage, steps: int, footprint: str, wide: bool) -> LabelImage:
    """Objects narrower by so many pixels where they were too wide, else wider."""
    assert labels.background is not None
    options = (footprint, labels.axes, labels.outside)
    if wide:
        planes = [shrunk(plane, steps, *options, labels.background) for plane in labels.planes]
    else:
        planes = [grown(plane, steps, *options, labels.background) for plane in labels.planes]
    return remade(labels, planes)


def _footprint(cases: Sequence[Case], wide: bool) -> str:
    """Footprint by which the objects were grown or shrunk.

    What was grown by a footprint is open by it, and what was shrunk is closed: an opening, or a closing, of
    each object changes nothing. The footprint is taken that changes the least share of what it might.
    """
    masks = [mask for case in cases for mask in _masks(case.reference)]

    def share(footprint: str) -> float:
        changed = [_changes(mask, footprint, wide) for mask in masks]
        return sum(back for back, _ in changed) / max(1, sum(there for _, there in changed))

    return min(FOOTPRINTS, key=share)


def _changes(mask: np.ndarray, footprint: str, wide: bool) -> tuple[int, int]:
    """Pixels that an opening, or a closing, changes, and those that its first half does."""
    from scipy.ndimage import binary_dilation, binary_erosion, generate_binary_structure

    structure = generate_binary_structure(mask.ndim, 1 if footprint == CROSS else mask.ndim)
    first, second = (binary_erosion, binary_dilation)[:: 1 if wide else -1]
    there = first(mask, structure)
    back = second(there, structure)
    return int(np.count_nonzero(back != mask)), int(np.count_nonzero(there != mask))


def _masks(labels: LabelImage) -> Iterator[np.ndarray]:
    """Masks, with room to grow in, of objects that neither the image's edge nor another object cuts."""
    data, timed = flat(labels), labels.axes.startswith("T")
    for number, box in _boxes(labels, data):
        inner = zip(box.start[timed:], box.stop[timed:], data.shape[timed:], strict=True)
        around = data[box.grown(1, data.shape).slices]
        alone = among(around, labels.outside | {number}).all()
        if alone and all(a > 0 and b < n for a, b, n in inner):
            for shape in silhouettes(data, number, box, labels.axes, labels.spacing):
                yield np.pad(shape.frame, 1)


def _boxes(labels: LabelImage, data: np.ndarray) -> list[tuple[int, Box]]:
    """Objects with their boxes, evenly taken from all."""
    ids, starts, stops = find_boxes(data)
    corners = zip(ids.tolist(), starts.tolist(), stops.tolist(), strict=True)
    found = [(number, Box(tuple(a), tuple(b))) for number, a, b in corners if number not in labels.outside]
    return found[:: max(1, len(found) // MOST)]


# ---------------------------------------------------------------- the image
def _rows(case: Case) -> np.ndarray:
    """Profiles of the objects of a case, one row each."""
    width = 2 * FARTHEST + 1
    edges, labels = case.image_edges, case.reference
    if edges is None:
        return np.zeros((0, width))
    data = flat(labels)
    rows = []
    for number, tight in _boxes(labels, data):
        box = tight.grown(FARTHEST + 1, data.shape)
        rows.append(_row(data[box.slices], number, edges[box.slices], labels))
    return np.array(rows).reshape(-1, width)


def _row(crop: np.ndarray, number: int, edges: np.ndarray, labels: LabelImage) -> np.ndarray:
    """Mean edges at each distance from one object's contour, beside the background alone."""
    mask = crop == number
    distances = signed_distance(mask, labels.axes)
    free = mask | (crop == labels.background)
    row = np.full(2 * FARTHEST + 1, np.nan)
    for n, at in enumerate(range(-FARTHEST, FARTHEST + 1)):
        here = free & (np.abs(distances - at) <= 0.51)
        if here.any():
            row[n] = edges[here].mean()
    return row


def _peak(strength: np.ndarray) -> float:
    """Distance at which a profile is largest, between pixels by a parabola."""
    top = int(strength.argmax())
    if not 0 < top < len(strength) - 1:
        return float(top - FARTHEST)
    before, here, behind = strength[top - 1 : top + 2].tolist()
    bend = before - 2 * here + behind
    return top - FARTHEST + ((before - behind) / (2 * bend) if bend < 0 else 0.0)
