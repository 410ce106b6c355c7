"""What the mask of an object says alone: holes, specks, thin parts, and how round and whole it is."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from segreview.shape.window import closed, cross_opened, opened
from segreview.triage.evidence.cutout import Cutout

LEAST_PART = 0.08
"""Parts of an object that a valley tells apart have at least this share of it."""

TOGETHER = 1 << 18
"""Pixels of all the levels that are looked at in one go."""

CHORDS = (6, 9, 13, 19, 28, 41, 60, 88)
"""Steps along a contour over which it may be straight."""

TURN = 4
"""Steps along a contour over which its direction is measured."""


def mask_evidence(cutout: Cutout) -> dict[str, float]:
    """Flaws of a mask: holes, loose parts, thin parts, contact with the border."""
    inner = cutout.inner.slices
    mask, area = cutout.mask[inner], cutout.area
    holes = cutout.holes[inner]
    filled = cutout.ranks[inner][holes] > 0
    parts = _part_sizes(mask)
    box, shape = cutout.subject.boxes[cutout.rank - 1], cutout.subject.ranks.shape
    faces = _border_pixels(mask, box.start, box.stop, shape)
    return {
        "hole pixels": float(np.log1p(holes.sum())),
        "hole": float(holes.any()),
        "hole share": float(holes.sum() / area),
        "holes": float(min(_count_parts(holes), 8)),
        "hole of background": float(np.log1p((~filled).sum())),
        "hole of others": float(np.log1p(filled.sum())),
        "parts": float(min(len(parts), 8)),
        "speck pixels": float(np.log1p(area - parts[0])),
        "second part": float(parts[1] / area if len(parts) > 1 else 0.0),
        "width": float(min(2 * cutout.height - 1, 40.0)),
        "thin share": float((area - opened(mask_wide := np.pad(mask, 1)).sum()) / area),
        "notch share": float((closed(mask) & ~mask & ~holes).sum() / area),
        "whisker pixels": float(np.log1p(area - cross_opened(mask_wide).sum())),
        "border": float(faces > 0),
        "border share": float(faces / area),
    }


def _part_sizes(mask: np.ndarray) -> np.ndarray:
    """Pixels of each part of a mask that hangs together by faces, edges or corners, the largest first."""
    from scipy.ndimage import label

    numbers, count = label(mask, np.ones((3,) * mask.ndim, bool))
    if count == 1:
        return np.array([int(mask.sum())])
    return np.sort(np.bincount(numbers.ravel())[1:])[::-1]


def _count_parts(mask: np.ndarray) -> int:
    from scipy.ndimage import label

    return int(label(mask)[1]) if mask.any() else 0


def _border_pixels(
    mask: np.ndarray, start: tuple[int, ...], stop: tuple[int, ...], shape: tuple[int, ...]
) -> int:
    """Pixels of a mask in the first and last rows and columns of the image; slices are no border."""
    touches = np.zeros(mask.shape, bool)
    for axis in (-2, -1):
        side = touches.swapaxes(axis, -1)
        if start[axis] == 0:
            side[..., 0] = True
        if stop[axis] == shape[axis]:
            side[..., -1] = True
    return int((touches & mask).sum())


def form_evidence(cutout: Cutout) -> dict[str, float]:
    """How round, whole and smooth an object is."""
    inner = cutout.inner.slices
    mask, aspect, area = cutout.mask[inner], cutout.subject.aspect, cutout.area
    spread = _second_moments(mask, aspect)
    return {
        "solidity": solidity(mask),
        "compactness": _compactness(mask, aspect),
        "elongation": float(np.sqrt(spread[0] / spread[-1])),
        "fill of the box": float(area / mask.size),
        "fit of an ellipse": min(_ellipse_fit(spread, area * float(np.prod(aspect))), 1.5),
        "neck": depth_of(neck_of(cutout)) / cutout.height,
        **_crudeness(mask, area),
    }


class Parting(NamedTuple):
    """Two parts into which a valley of some values parts a mask.

    Parameters
    ----------
    depth
        How far the saddle between them lies below the lower of their peaks.
    parts
        1 and 2 where the two parts are, above the saddle; 0 elsewhere.
    """

    depth: float
    parts: np.ndarray


def depth_of(parting: Parting | None) -> float:
    """How deep a valley is; 0 where there is none."""
    return 0.0 if parting is None else parting.depth


def neck_of(cutout: Cutout) -> Parting | None:
    """Parts of an object beside its neck, in its tight box; None where it has no neck."""
    inner = cutout.inner.slices
    return parting(cutout.depth[inner], cutout.mask[inner], np.linspace(0.15, 0.85, 7) * cutout.height)


def parting(values: np.ndarray, mask: np.ndarray, levels: np.ndarray) -> Parting | None:
    """What the deepest saddle parts a mask into.

    The first of some ascending levels above which the mask falls into two parts, each with at
    least 8 % of its pixels, is subtracted from the lower of the two parts' peaks; None when none does.
    """
    from scipy.ndimage import label

    least, size = LEAST_PART * mask.sum(), max(1, TOGETHER // mask.size)
    for start in range(0, len(levels), size):
        some = levels[start : start + size]
        above = mask & (values >= some.reshape(-1, *(1,) * mask.ndim))
        numbers, count = label(above, _faces_within(mask.ndim))
        sizes = np.bincount(numbers.ravel(), minlength=count + 1)
        last = 0
        for level, parts in zip(some, numbers, strict=True):
            first, last = last, max(last, int(parts.max(initial=0)))
            if last - first < 2:
                continue
            larger, smaller = np.argsort(-sizes[first + 1 : last + 1], kind="stable")[:2] + first + 1
            if sizes[smaller] >= least:
                two = (parts == larger) + np.uint8(2) * (parts == smaller)
                return Parting(float(min(values[two == n].max() for n in (1, 2)) - level), two)
    return None


@cache
def _faces_within(ndim: int) -> np.ndarray:
    """Neighbours by faces of pixels in a stack of masks, none of them in another mask."""
    from scipy.ndimage import generate_binary_structure

    faces = np.zeros((3,) * (ndim + 1), bool)
    faces[1] = generate_binary_structure(ndim, 1)
    return faces


def solidity(mask: np.ndarray) -> float:
    """Volume of a mask over that of its convex hull; 1 where that is flat."""
    if mask.ndim == 2:
        return float(min(mask.sum() / _hull_area(mask), 1.0))
    return _solidity_in_space(mask)


def _hull_area(mask: np.ndarray) -> float:
    """Area of the convex hull of the faces of a mask in the plane, as `_outer_points` has them in space."""
    rows = mask.any(axis=1)
    first = np.where(rows, mask.argmax(axis=1), np.inf)
    last = np.where(rows, mask.shape[1] - 1 - mask[:, ::-1].argmax(axis=1), -np.inf)
    return -_area_below(first) - _area_below(-last)


def _area_below(first: np.ndarray) -> float:
    """Area below the lower convex hull of the faces of each row's first pixel."""
    places = np.full(2 * len(first) + 1, np.inf)
    places[1::2] = first - 0.5
    places[:-1:2] = first
    places[2::2] = np.minimum(places[2::2], first)
    hull: list[tuple[float, float]] = []
    for point in zip(np.arange(len(places)).tolist(), places.tolist(), strict=True):
        if point[1] == np.inf:
            continue
        while len(hull) > 1 and _turns_up(hull[-2], hull[-1], point) <= 0:
            hull.pop()
        hull.append(point)
    return sum((b[0] - a[0]) * (a[1] + b[1]) for a, b in pairwise(hull)) / 4


def _turns_up(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])


def _solidity_in_space(mask: np.ndarray) -> float:
    from scipy.spatial import ConvexHull, QhullError

    try:
        hull = ConvexHull(_outer_points(mask))
    except QhullError:
        return 1.0
    return float(min(mask.sum() / max(hull.volume, 1e-9), 1.0))


def _outer_points(mask: np.ndarray) -> np.ndarray:
    """Centres of the faces of the first and last pixel of every line along the last axis.

    Their hull is that of all faces of the mask; corners would count the steps of slanted edges in.
    """
    lines = mask.any(axis=-1)
    places = np.argwhere(lines).astype(float)
    rows = mask[lines]
    first = rows.argmax(axis=1).astype(float)
    last = rows.shape[1] - 1.0 - rows[:, ::-1].argmax(axis=1)
    found = [np.column_stack([places, first - 0.5]), np.column_stack([places, last + 0.5])]
    for axis in range(mask.ndim - 1):
        for end in (first, last):
            for step in (-0.5, 0.5):
                points = np.column_stack([places, end])
                points[:, axis] += step
                found.append(points)
    return np.concatenate(found)


def _second_moments(mask: np.ndarray, aspect: tuple[float, ...]) -> np.ndarray:
    """Ascending eigenvalues of the pixels' second moments, with each pixel's own extent."""
    places = np.argwhere(mask) * np.array(aspect)
    centred = places - places.mean(axis=0)
    spread = centred.T @ centred / len(places) + np.diag(np.square(aspect)) / 12
    return np.asarray(np.linalg.eigvalsh(spread))


def _ellipse_fit(spread: np.ndarray, volume: float) -> float:
    """Volume of a mask over that of the ellipsoid with its second moments."""
    half_axes = np.sqrt((len(spread) + 2) * spread)
    unit = np.pi if len(spread) == 2 else 4 * np.pi / 3
    return float(volume / (unit * half_axes.prod()))


def _compactness(mask: np.ndarray, aspect: tuple[float, ...]) -> float:
    """Volume against that of a ball with the same surface: 1 for a ball, less for all else."""
    volume = float(mask.sum() * np.prod(aspect))
    surface = crofton(mask, aspect)
    if mask.ndim == 2:
        return min(4 * np.pi * volume / surface**2, 1.5)
    return min(36 * np.pi * volume**2 / surface**3, 1.5)


def crofton(mask: np.ndarray, aspect: tuple[float, ...]) -> float:
    """Perimeter or surface by Cauchy and Crofton: from how often lines of a few directions cross it.

    In the plane lines along both axes and both diagonals, in space along the axes.
    """
    wide = np.pad(mask, 1)
    if mask.ndim == 2 and aspect[0] == aspect[1]:
        straight = sum(int((wide[a] != wide[b]).sum()) for a, b in _STRAIGHT)
        slanted = sum(int((wide[a] != wide[b]).sum()) for a, b in _SLANTED)
        return float(np.pi / 8 * (straight + slanted / np.sqrt(2)))
    faces = 0.0
    for axis, size in enumerate(aspect):
        faces += int(np.diff(wide, axis=axis).sum()) * float(np.prod(aspect)) / size
    return faces * (np.pi / 4 if mask.ndim == 2 else 2 / 3)


_TO, _FROM, _ALL = slice(None, -1), slice(1, None), slice(None)
_STRAIGHT = (((_TO, _ALL), (_FROM, _ALL)), ((_ALL, _TO), (_ALL, _FROM)))
_SLANTED = (((_TO, _TO), (_FROM, _FROM)), ((_TO, _FROM), (_FROM, _TO)))


def _crudeness(mask: np.ndarray, area: int) -> dict[str, float]:
    """How far an outline is a coarse polygon: long straight sides, few sharp corners.

    In space the outline of the largest slice.
    """
    from skimage.measure import find_contours

    if mask.ndim == 3:
        mask = mask[mask.sum(axis=(1, 2)).argmax()]
        area = int(mask.sum())
    # the library has no types
    found = find_contours(np.pad(mask, 1).astype(np.float32), 0.5)  # type: ignore[no-untyped-call]
    contour = max(found, key=len)[:-1]
    return {
        "longest side": float(min(_longest_side(contour) / np.sqrt(area), 4.0)),
        "corners": _corner_sharpness(contour),
    }


def _longest_side(contour: np.ndarray) -> float:
    """Length of the longest of some chords that no point of the closed contour between leaves by 0.8 px."""
    longest = 0.0
    for span in CHORDS:
        if span >= len(contour):
            break
        ring = np.concatenate([contour, contour[:span]])
        stretches = np.lib.stride_tricks.sliding_window_view(ring, span + 1, axis=0)[: len(contour)]
        chord = ring[span : span + len(contour)] - contour
        length = np.hypot(*chord.T)
        off = stretches[:, 0] * chord[:, 1:] - stretches[:, 1] * chord[:, :1]
        leave = np.abs(off - off[:, :1]).max(axis=1)
        straight = leave <= 0.8 * np.maximum(length, 1e-6)
        if not straight.any():
            break
        longest = max(longest, float(length[straight].max()))
    return longest


def _corner_sharpness(contour: np.ndarray) -> float:
    """How unevenly a closed contour turns: 1 for a circle, more where a few corners do all the turning."""
    if len(contour) <= 2 * TURN:
        return 1.0
    ahead = np.roll(contour, -TURN, axis=0) - contour
    behind = np.roll(ahead, TURN, axis=0)
    turns = np.arctan2(behind[:, 0] * ahead[:, 1] - behind[:, 1] * ahead[:, 0], (behind * ahead).sum(axis=1))
    return float(min(np.sqrt(np.mean(turns * turns)) / max(np.abs(turns).mean(), 1e-6), 4.0))
