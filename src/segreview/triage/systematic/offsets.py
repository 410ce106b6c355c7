"""How far the contours of the reference lie off those of the prediction, and what explains it at once.

At points of the contour of a mask the signed distance from the contour of its partner is taken. Where
one lies ``t`` off the other and is ``d`` px wider, this is about ``d + n·t``, with ``n`` the outward
normal: ``d`` and ``t`` come from least absolute deviations over all points, those of each object
weighing the same (so that a minority of wrong objects has no say).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from segreview.compare.overlap import OverlapTable
from segreview.compare.partner import Partners
from segreview.compare.pixels import object_mask
from segreview.model.box import Box
from segreview.model.edit import PATCH_SIDE
from segreview.model.labels import Kind, LabelImage
from segreview.model.sample import PREDICTION, REFERENCE
from segreview.shape.contour import rim

REACH = 8
"""Contours that lie farther apart than so many pixels are not the same one."""

MOST = 200
"""Objects of an image that are looked at; they are taken evenly from all."""

_FAR = 1e6
_POINTS = 64
"""Points of one object's contour."""

_FEWEST = 8
_ROUNDS = 12


@dataclass(frozen=True, eq=False)
class Offsets:
    """Points of the contours of one object, or of one class within a tile.

    Parameters
    ----------
    places
        Where they lie, ``(n, ndim)``.
    normals
        Outward normals of the reference, ``(n, ndim)``.
    gaps
        How far outside of the prediction's contour the reference's lies, in pixels; negative inside.
    """

    places: np.ndarray
    normals: np.ndarray
    gaps: np.ndarray


@dataclass(frozen=True, eq=False)
class Drift:
    """What explains the gaps of many objects.

    Parameters
    ----------
    shift
        By how many pixels the reference lies behind the prediction along each axis.
    growth
        By how many pixels it is wider on all sides.
    """

    shift: np.ndarray
    growth: float


def offsets_of(reference: LabelImage, prediction: LabelImage) -> list[Offsets]:
    """Offsets of partners; of classes in tiles of 128 pixels."""
    table = OverlapTable.build(reference, prediction)
    regions = list(_classes(table) if reference.kind is Kind.SEMANTIC else _objects(table))
    step = max(1, len(regions) // MOST)
    found = (_offsets(table, *region) for region in regions[::step])
    return [offsets for offsets in found if len(offsets.gaps) >= _FEWEST]


def drift_of(offsets: Sequence[Offsets]) -> Drift:
    """Shift and growth that leave the least of the gaps."""
    normals = np.concatenate([one.normals for one in offsets])
    gaps = np.concatenate([one.gaps for one in offsets])
    share = np.concatenate([np.full(len(one.gaps), 1 / len(one.gaps)) for one in offsets])
    columns = np.column_stack([np.ones(len(gaps)), normals])
    weights, solution = share.copy(), np.zeros(columns.shape[1])
    for _ in range(_ROUNDS):
        weighted = columns * weights[:, None]
        system = columns.T @ weighted + 1e-6 * np.eye(columns.shape[1])
        solution = np.linalg.solve(system, weighted.T @ gaps)
        weights = share / np.maximum(np.abs(gaps - columns @ solution), 0.1)
    return Drift(solution[1:], float(solution[0]))


def explained(one: Offsets, drift: Drift) -> float:
    """Mean gap that is left when a drift is taken away, in pixels."""
    left = one.gaps - drift.growth - one.normals @ drift.shift
    return float(np.abs(left).mean())


def _objects(table: OverlapTable) -> Iterator[tuple[int, int, Box]]:
    """Partners that share a fifth of their pixels, with their box."""
    for ours, theirs in Partners(table).pairs():
        shared, union = table.ratio(ours, theirs)
        if 5 * shared >= union:
            yield ours, theirs, table.box(REFERENCE, ours) | table.box(PREDICTION, theirs)


def _classes(table: OverlapTable) -> Iterator[tuple[int, int, Box]]:
    """Classes of both sides that meet in a tile, with its box."""
    void = table.reference.void | table.prediction.void
    for tile in Box.of_shape(table.reference.shape).tiles(PATCH_SIDE):
        ours, theirs = (np.unique(table.labels(side).data[tile.slices]) for side in (REFERENCE, PREDICTION))
        for number in np.intersect1d(ours, theirs).tolist():
            if number not in void:
                yield number, number, tile


def _offsets(table: OverlapTable, ours: int, theirs: int, box: Box) -> Offsets:
    """Offsets of one pair; the image's edge is no contour, and nothing is told across time."""
    axes, shape = table.reference.axes, table.reference.shape
    window = box.grown(REACH + 1, shape)
    own = object_mask(table.reference, [ours], window)
    other = object_mask(table.prediction, [theirs], window)
    at = np.argwhere(rim(~own))
    at = at[:: max(1, len(at) // _POINTS)]
    if not len(at) or not other.any() or other.all():
        return Offsets(at, np.zeros((0, len(axes))), np.zeros(0))
    height = signed_distance(own, axes)
    gaps = (signed_distance(other, axes) - height)[tuple(at.T)]
    normals = normals_of(height, axes)[tuple(at.T)]
    near = (np.abs(gaps) <= REACH) & (np.abs(normals).sum(axis=1) > 0)
    return Offsets(at[near] + window.start, normals[near], gaps[near])


def signed_distance(mask: np.ndarray, axes: str) -> np.ndarray:
    """Distance of every pixel from the contour of a mask in pixels, negative inside; times lie far apart."""
    from scipy.ndimage import distance_transform_edt

    steps = [_FAR if axis == "T" else 1.0 for axis in axes]
    outside = distance_transform_edt(~mask, sampling=steps)
    inside = distance_transform_edt(mask, sampling=steps)
    found: np.ndarray = np.where(mask, 0.5 - inside, outside - 0.5)
    return found


def normals_of(height: np.ndarray, axes: str) -> np.ndarray:
    """Directions in which a signed distance grows, ``(..., ndim)``; 0 along time."""
    from scipy.ndimage import gaussian_filter

    spatial = [n for n, axis in enumerate(axes) if axis != "T" and height.shape[n] > 1]
    smooth = gaussian_filter(height, [1.0 if n in spatial else 0.0 for n in range(height.ndim)])
    slopes = np.zeros((*height.shape, height.ndim))
    for n in spatial:
        slopes[..., n] = np.gradient(smooth, axis=n)
    length = np.linalg.norm(slopes, axis=-1, keepdims=True)
    normals: np.ndarray = slopes / np.maximum(length, 1e-9)
    return normals
