"""Where the image has its edge, along the outward normals of an object's contour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from segreview.triage.evidence.backdrop import Backdrop, slopes_of, smoothed
from segreview.triage.evidence.cutout import Cutout

POINTS = 64
"""Points of a contour that are looked at, at most; twice as many in space."""

STEPS = 13
"""Places along each normal."""

FEWEST = 4
"""With fewer free points the edge says nothing."""


@dataclass(frozen=True, eq=False)
class Profiles:
    """Values along the outward normals at some points of a contour.

    Parameters
    ----------
    points
        Places on the contour, in coordinates of the window, ``(n, ndim)``.
    normals
        Outward normals, in pixels of the finest axis, ``(n, ndim)``.
    offsets
        Places along a normal, in pixels of the finest axis, ``(13,)``.
    places
        Coordinates of all places in the window, ``(ndim, n, 13)``.
    free
        Points outside of which no other object is near.
    """

    points: np.ndarray
    normals: np.ndarray
    offsets: np.ndarray
    places: np.ndarray
    free: np.ndarray

    @property
    def reach(self) -> float:
        """How far a normal is followed."""
        return float(self.offsets[-1])

    def values(self, *windows: np.ndarray) -> list[np.ndarray]:
        """Values of maps at all places of the free points, linearly interpolated, each ``(k, 13)``."""
        return interpolated(windows, self.places[:, self.free])


def profiles_of(cutout: Cutout) -> Profiles:
    """Normals of a contour, and where along them to look."""
    points = contour_points(cutout.mask, POINTS * (cutout.mask.ndim - 1))
    aspect = np.array(cutout.subject.aspect)
    normals = normals_of(cutout.signed, points, cutout.subject.aspect)
    reach = max(3.0, 0.45 * cutout.radius)
    offsets = np.linspace(-reach, reach, STEPS)
    places = points[:, None] + normals[:, None] * offsets[:, None] / aspect
    beyond = np.rint(points + normals * 2 / aspect).astype(int)
    inside = ((beyond >= 0) & (beyond < cutout.mask.shape)).all(axis=1)
    free = inside.copy()
    free[inside] = cutout.own[tuple(beyond[inside].T)]
    return Profiles(points, normals, offsets, np.moveaxis(places, -1, 0), free)


def contour_points(mask: np.ndarray, most: int) -> np.ndarray:
    """Centres of faces between a mask and its outside, evenly chosen in raster order."""
    found = []
    for axis in range(mask.ndim):
        places = np.argwhere(np.diff(mask, axis=axis)).astype(float)
        places[:, axis] += 0.5
        found.append(places)
    points = np.concatenate(found)
    points = points[np.lexsort(points.T[::-1])]
    if len(points) > most:
        points = points[np.linspace(0, len(points) - 1, most).round().astype(int)]
    return points


def normals_of(signed: np.ndarray, points: np.ndarray, aspect: Sequence[float]) -> np.ndarray:
    """Outward normals: where the smoothed distance to the contour, positive outside, grows."""
    smooth = smoothed(signed[None], 1.0, aspect)[0]
    normals = np.stack(interpolated(slopes_of(smooth, aspect), points.T), axis=-1)
    lengths = np.linalg.norm(normals, axis=1, keepdims=True)
    return np.asarray(normals / (lengths + 1e-6))


def interpolated(windows: Sequence[np.ndarray], places: np.ndarray) -> list[np.ndarray]:
    """Values of maps of one shape at fractional places, linearly; beyond their border the nearest value."""
    shape = windows[0].shape
    limits = np.array(shape).reshape(-1, *(1,) * (places.ndim - 1)) - 1
    places = np.minimum(np.maximum(places, 0), limits)
    low = np.minimum(places.astype(np.intp), np.maximum(limits - 1, 0))
    part = (places - low).astype(np.float32)
    shares = [(1 - along, along) for along in part]
    maps = [np.ascontiguousarray(window).reshape(-1) for window in windows]
    found = [np.zeros(places.shape[1:], np.float32) for _ in windows]
    for corner in product((0, 1), repeat=len(shape)):
        weight, at = shares[0][corner[0]], 0
        for share, up in zip(shares[1:], corner[1:], strict=True):
            weight = weight * share[up]
        for start, up, size in zip(low, corner, shape, strict=True):
            at = at * size + (start + up if up and size > 1 else start)
        for number, flat in enumerate(maps):
            found[number] += weight * flat[at]
    return found


NONE = {
    "free contour": 0.0,
    "edge": 0.0,
    "edge against the best": 0.0,
    "weak edge": 0.0,
    "steepness": 0.0,
    "edge dilation": 0.0,
    "edge shift": 0.0,
    "edge roughness": 0.0,
    "edge dilation px": 0.0,
    "edge shift px": 0.0,
    "opinion dilation": 0.0,
    "opinion shift": 0.0,
    "opinion roughness": 0.0,
    "opinion dilation px": 0.0,
    "opinion shift px": 0.0,
    "opinion crossings": 0.0,
}
"""Evidence of an object without a free contour."""


def edge_evidence(cutout: Cutout, backdrop: Backdrop) -> dict[str, float]:
    """How well the contour of an object follows the edges of the image and of the second opinion."""
    profiles = profiles_of(cutout)
    free = profiles.free
    found = {**NONE, "free contour": float(free.mean()) if len(free) else 0.0}
    if free.sum() < FEWEST:
        return found
    objects = [] if backdrop.objects is None else [backdrop.objects]
    grey, *seen = profiles.values(cutout.view(backdrop.grey), *map(cutout.view, objects))
    falls = falls_of(grey)
    here, best = falls[:, STEPS // 2 - 1], falls.max(axis=1)
    (steep,) = interpolated([cutout.view(backdrop.gradient)], profiles.places[:, free, STEPS // 2])
    found |= {
        "edge": float(here.mean()),
        "edge against the best": float((here / (np.maximum(best, 0) + 0.02)).mean()),
        "weak edge": float(is_weak(falls).mean()),
        "steepness": float(steep.mean()),
    }
    at = best_edges(profiles, falls)
    found |= _displacement("edge", at, profiles.normals[free], profiles.reach)
    for values in seen:
        found |= _opinion_displacement(profiles, values)
    return found


def falls_of(values: np.ndarray) -> np.ndarray:
    """How far values along each normal fall across each place but the first and the last."""
    falls: np.ndarray = values[:, :-2] - values[:, 2:]
    return falls


def best_edges(profiles: Profiles, falls: np.ndarray) -> np.ndarray:
    """Offset of the steepest fall along each free normal; what is near counts for more."""
    offsets = profiles.offsets[1:-1]
    nearby = np.exp(-0.5 * (offsets / (0.5 * profiles.reach)) ** 2)
    at: np.ndarray = offsets[(falls * nearby).argmax(axis=1)]
    return at


def is_weak(falls: np.ndarray) -> np.ndarray:
    """Normals with less than a quarter of the usual edge at the contour."""
    weak: np.ndarray = falls[:, STEPS // 2 - 1] < 0.25 * np.median(falls.max(axis=1))
    return weak


def _opinion_displacement(profiles: Profiles, objects: np.ndarray) -> dict[str, float]:
    at, crossed = crossing(objects, profiles.offsets)
    found = {"opinion crossings": float(crossed.mean())}
    if crossed.sum() >= FEWEST + 2:
        normals = profiles.normals[profiles.free][crossed]
        found |= _displacement("opinion", at[crossed], normals, profiles.reach)
    return found


def crossing(values: np.ndarray, offsets: np.ndarray, level: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
    """Offset, nearest to 0, at which values along each normal fall through a level; and where they do."""
    high = values >= level
    down = high[:, :-1] & ~high[:, 1:]
    middles = np.abs(offsets[:-1] + offsets[1:]) / 2
    nearest = np.where(down, middles, np.inf).argmin(axis=1)
    rows = np.arange(len(values))
    before, after = values[rows, nearest], values[rows, nearest + 1]
    share = np.clip((before - level) / np.maximum(before - after, 1e-6), 0, 1)
    at = offsets[nearest] + (offsets[1] - offsets[0]) * share
    return at, np.asarray(down.any(axis=1))


def _displacement(name: str, at: np.ndarray, normals: np.ndarray, reach: float) -> dict[str, float]:
    """Least squares of offsets by one dilation and one shift, each in units of the reach, ridge 0.5."""
    design = np.column_stack([np.ones(len(at)), normals])
    ridge = 0.5 * np.eye(design.shape[1])
    solved = np.linalg.solve(design.T @ design + ridge, design.T @ at)
    rest = at - design @ solved
    return {
        f"{name} dilation": float(solved[0] / reach),
        f"{name} shift": float(np.linalg.norm(solved[1:]) / reach),
        f"{name} roughness": float(np.sqrt(np.mean(rest * rest)) / reach),
        f"{name} dilation px": float(solved[0]),
        f"{name} shift px": float(np.linalg.norm(solved[1:])),
    }
