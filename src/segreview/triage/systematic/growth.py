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
from segreview.shape.transform import CROSS, SQUARE, grown, shrunk
from segreview.triage.systematic.agreement import flat
from segreview.triage.systematic.case import IMAGE, MODEL, Case, measure, remade, standing
from segreview.triage.systematic.finding import EITHER, Finding, Flaw
from segreview.triage.systematic.offsets import MOST, Drift, drift_of, explained, normals_of, signed_distance

FARTHEST = 5
"""Distances from the contour, inwards and outwards, at which edges are looked at."""

REST = -0.4
LEAST_BY_IMAGE, LEAST_BY_MODEL = 0.45, 0.6
"""Pixels of growth that are told."""

VOTES = 0.6
LEFT = 0.92
"""Share of the gaps that a growth may leave unexplained."""

SHARP = 0.9
"""A peak is sharp when two pixels beside it the edges have at most this share of its strength."""

FEWEST_BY_IMAGE, FEWEST_BY_MODEL = 40, 10
"""Objects that tell a growth: single images have edges of their own, of which a few dozen say little."""

PER_STEP = {CROSS: 1.0, SQUARE: 1.25}
"""Mean growth of a round object by one step, in pixels: along diagonals a square reaches farther."""


UPRIGHT = {MODEL: {2: 0.1, 3: 0.85}, IMAGE: {2: -0.08, 3: 0.3}}
"""By how much wider right masks seem along diagonals, in 2D and 3D: between what crosses and squares make."""


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
        if len(self.rows) < FEWEST_BY_IMAGE or not 2 <= top < len(mean) - 2:
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
    if profile.is_sharp and abs(profile.growth) >= LEAST_BY_IMAGE:
        votes = profile.votes(profile.growth)
        if votes >= VOTES * len(profile.rows):
            evidence = ("the image's edges", votes, len(profile.rows))
            return [_finding(able, REFERENCE, profile.growth, evidence)]
    return _by_model(able, PREDICTION if profile.is_sharp else EITHER)


def _by_model(cases: Sequence[Case], side: str) -> list[Finding]:
    offsets = [one for case in cases for one in case.offsets]
    if len(offsets) < FEWEST_BY_MODEL:
        return []
    growth = drift_of(offsets).growth
    none, drift = (Drift(np.zeros(offsets[0].normals.shape[1]), by) for by in (0.0, growth))
    before, after = (np.array([explained(one, by) for one in offsets]) for by in (none, drift))
    votes = int((after < before).sum())
    if abs(growth) < LEAST_BY_MODEL or votes < VOTES * len(offsets) or after.mean() > LEFT * before.mean():
        return []
    finding = _finding(cases, side, growth, ("the model", votes, len(offsets)))
    return [finding] if finding.after > finding.before else []


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
    """Footprint by which the objects were grown or shrunk: a square reaches farther along diagonals."""
    ndim = sum(axis != "T" for axis in cases[0].reference.axes)
    by_model = all(case.prediction is not None for case in cases)
    lean = _lean_by_model(cases) if by_model else _lean_by_image(cases)
    far = lean > UPRIGHT[MODEL if by_model else IMAGE][ndim]
    return SQUARE if far == wide else CROSS


def _lean_by_model(cases: Sequence[Case]) -> float:
    """By how much wider the objects are along diagonals than along axes, against the model's."""
    gaps: tuple[list[float], list[float]] = ([], [])
    for one in (one for case in cases for one in case.offsets):
        for found, chosen in zip(gaps, _directions(one.normals), strict=True):
            if chosen.any():
                found.append(float(one.gaps[chosen].mean()))
    along, across = (float(np.median(found)) if found else 0.0 for found in gaps)
    return across - along


def _directions(normals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where normals lie along an axis, and where along a diagonal."""
    largest = np.abs(normals).max(axis=-1)
    return largest > 0.92, (largest < 0.8) & (largest > 0)


def _lean_by_image(cases: Sequence[Case]) -> float:
    """The same against the image's edges."""
    width = 2 * FARTHEST + 1
    sums, counts = np.zeros((2, width)), np.zeros((2, width))
    for case in cases:
        data, edges = flat(case.reference), case.image_edges
        for number, tight in _boxes(case.reference, data):
            box = tight.grown(FARTHEST + 1, data.shape)
            distances = signed_distance(data[box.slices] == number, case.reference.axes)
            directions = _directions(normals_of(distances, case.reference.axes))
            for n, at in enumerate(_bands(data[box.slices], number, distances, case.reference)):
                for m, chosen in enumerate(directions):
                    counts[m, n] += np.count_nonzero(at & chosen)
                    sums[m, n] += 0.0 if edges is None else edges[box.slices][at & chosen].sum()
    along, across = (_peak(row) for row in sums / np.maximum(counts, 1))
    return along - across


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
    """Mean edges at each distance from one object's contour; nan where none can be seen."""
    distances = signed_distance(crop == number, labels.axes)
    bands = _bands(crop, number, distances, labels)
    return np.array([edges[at].mean() if at.any() else np.nan for at in bands])


def _bands(crop: np.ndarray, number: int, distances: np.ndarray, labels: LabelImage) -> Iterator[np.ndarray]:
    """Pixels at each distance from one object's contour, in it or on the background alone."""
    free = (crop == number) | (crop == labels.background)
    for at in range(-FARTHEST, FARTHEST + 1):
        yield free & (np.abs(distances - at) <= 0.51)


def _peak(strength: np.ndarray) -> float:
    """Distance at which a profile is largest, between pixels by a parabola."""
    top = int(strength.argmax())
    if not 0 < top < len(strength) - 1:
        return float(top - FARTHEST)
    before, here, behind = strength[top - 1 : top + 2].tolist()
    bend = before - 2 * here + behind
    return top - FARTHEST + ((before - behind) / (2 * bend) if bend < 0 else 0.0)
