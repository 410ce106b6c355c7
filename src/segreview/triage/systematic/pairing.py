"""Samples whose masks belong to one another's images.

Of every mask and model (or image) a thumbnail is made: how much of each cell of a grid is covered by
objects, or by each class (or how strong contours and edges are). The correlations of all with all are
solved as an assignment. A sample is told as wrongly paired when the assignment gives it the masks of
another one and these fit far better at full size, each or all that pass theirs around together.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from segreview.model.labels import Kind, LabelImage
from segreview.model.sample import Sample
from segreview.shape.lookup import among
from segreview.triage.systematic.agreement import flat
from segreview.triage.systematic.case import Case, standing_of
from segreview.triage.systematic.edges import contour_map
from segreview.triage.systematic.finding import Finding, Flaw
from segreview.triage.systematic.pose import Fixed, best_pose, is_far_better

GRID = 32
"""Cells of a thumbnail along each axis; those of edges have twice as many."""

PLAUSIBLE = 0.25
"""Agreement with the model that masks have at least when they are the right ones."""

CLASSES = 24
"""Classes that thumbnails tell apart, the most common ones."""


def find_pairing(cases: Sequence[Case]) -> list[Finding]:
    """At most one finding: which samples have each other's masks."""
    if len(cases) < 2:
        return []
    owner = _assigned(cases)
    wrong = sorted(n for cycle in _cycles(owner) for n in _wrong_of(cycle, cases, owner))
    if not wrong:
        return []
    masks = {cases[n].name: cases[owner[n]].reference for n in wrong}

    def correct(sample: Sample) -> LabelImage:
        return masks[sample.name]

    fixed = Fixed.of([cases[n] for n in wrong], correct)
    pairs = ", ".join(f"that of {cases[owner[n]].name} belongs to {cases[n].name}" for n in wrong[:4])
    more = f" and {len(wrong) - 4} more" if len(wrong) > 4 else ""
    text = f"GT of {len(wrong)} of {len(cases)} samples is paired wrongly: {pairs}{more}; {fixed.told}"
    return [fixed.finding(Flaw.PAIRING, text, len(wrong) / len(cases))]


def _cycles(owner: Sequence[int]) -> list[list[int]]:
    """Samples that pass their masks around, each list in the order in which they do."""
    left = {n for n, other in enumerate(owner) if other != n}
    found = []
    while left:
        cycle = [min(left)]
        while owner[cycle[-1]] != cycle[0]:
            cycle.append(owner[cycle[-1]])
        left.difference_update(cycle)
        found.append(cycle)
    return found


def _wrong_of(cycle: Sequence[int], cases: Sequence[Case], owner: Sequence[int]) -> list[int]:
    """Those of a cycle that are paired wrongly: all when all gain and on the mean far, else those who do.

    Masks that fit as well when they are mirrored or rotated are no sign of a wrong pairing.
    """
    before = np.array([best_pose(cases[n])[1] for n in cycle])
    after = np.array([standing_of(cases[n], cases[owner[n]].reference) for n in cycle])
    if (after >= before).all() and _is_right(cases[cycle[0]], before.mean(), after.mean()):
        return list(cycle)
    gains = zip(cycle, before.tolist(), after.tolist(), strict=True)
    return [n for n, old, new in gains if _is_right(cases[n], old, new)]


def _is_right(case: Case, before: float, after: float) -> bool:
    """Whether masks that stand so well are the right ones, and not only better than those that a case has."""
    return is_far_better(case, before, after) and (case.prediction is None or after >= PLAUSIBLE)


def _assigned(cases: Sequence[Case]) -> list[int]:
    """For every case the number of the one whose masks fit it best, each given once."""
    from scipy.optimize import linear_sum_assignment

    by_model = all(case.prediction is not None for case in cases)
    classes = _common_classes(cases)
    if by_model:
        masks = [_cover(case.reference, classes) for case in cases]
        facing = [_cover(case.prediction, classes) for case in cases if case.prediction is not None]
    elif all(case.image_edges is not None for case in cases):
        masks = [_cells(contour_map(case.reference).astype(float), 2 * GRID) for case in cases]
        facing = [_cells(case.image_edges, 2 * GRID) for case in cases if case.image_edges is not None]
    else:
        return list(range(len(cases)))
    likeness = _standardised(facing) @ _standardised(masks).T
    for n, case in enumerate(cases):
        for m, other in enumerate(cases):
            if other.reference.shape != case.shape:
                likeness[n, m] = -1.0
    return [int(column) for column in linear_sum_assignment(-likeness)[1]]


def _common_classes(cases: Sequence[Case]) -> list[int]:
    """Most common classes of semantic labels; none for objects, which are all alike."""
    if cases[0].reference.kind is not Kind.SEMANTIC:
        return []
    ids, counts = np.unique(
        np.concatenate([flat(case.reference)[..., ::8, ::8].ravel() for case in cases]), return_counts=True
    )
    return [int(i) for i in ids[np.argsort(-counts, kind="stable")][:CLASSES]]


def _cover(labels: LabelImage, classes: Sequence[int]) -> np.ndarray:
    """Share of every cell that objects, or each of some classes, cover."""
    data = flat(labels)
    if not classes:
        return _cells((~among(data, labels.outside)).astype(float), GRID)
    return np.concatenate([_cells((data == number).astype(float), GRID) for number in classes])


def _cells(values: np.ndarray, grid: int) -> np.ndarray:
    """Mean of an array in the cells of a grid over its last two axes, others averaged, as one column."""
    plane = values.reshape(-1, *values.shape[-2:]).mean(axis=0)
    for axis, n in enumerate(plane.shape):
        starts = np.linspace(0, n, min(grid, n) + 1).astype(int)[:-1]
        sizes = np.diff(starts, append=n)
        plane = np.add.reduceat(plane, starts, axis=axis) / (sizes[:, None] if axis == 0 else sizes)
    full = np.zeros((grid, grid))
    full[: plane.shape[0], : plane.shape[1]] = plane
    return full.ravel()


def _standardised(rows: Sequence[np.ndarray]) -> np.ndarray:
    """Rows with mean 0 and length 1, so that their products are correlations."""
    table = np.array(rows)
    table -= table.mean(axis=1, keepdims=True)
    found: np.ndarray = table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)
    return found
