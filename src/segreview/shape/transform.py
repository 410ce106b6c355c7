"""Label arrays as a whole: moved, mirrored, turned, resampled, grown and shrunk; ids are never mixed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from segreview.model.box import Box
from segreview.shape.lookup import among

CROSS, SQUARE = FOOTPRINTS = ("cross", "square")
"""What an object grows by in one step: its neighbours by faces, or by faces, edges and corners."""


def picked(data: np.ndarray, places: Sequence[np.ndarray], fill: int | None) -> np.ndarray:
    """Array of the pixels at places along each axis; outside there is ``fill``, or for None the nearest."""
    inside = [np.clip(at, 0, n - 1) for at, n in zip(places, data.shape, strict=True)]
    out = data[np.ix_(*inside)]
    if fill is not None:
        for axis, (at, kept) in enumerate(zip(places, inside, strict=True)):
            out.swapaxes(0, axis)[at != kept] = fill
    return out


def moved(data: np.ndarray, offset: Sequence[int], fill: int | None) -> np.ndarray:
    """Array moved by whole pixels; what comes in is ``fill``, or for None the pixels at the edge."""
    places = [np.arange(n) - by for n, by in zip(data.shape, offset, strict=True)]
    return picked(data, places, fill)


_Pose = Callable[[np.ndarray], np.ndarray]


def _flip(*axes: int) -> _Pose:
    return lambda data: np.flip(data, axes)


POSES: Mapping[str, _Pose] = MappingProxyType(
    {
        "mirrored left to right": _flip(-1),
        "mirrored top to bottom": _flip(-2),
        "rotated by 180 degrees": _flip(-1, -2),
        "transposed": lambda data: data.swapaxes(-1, -2),
        "transposed about the other diagonal": lambda data: np.flip(data.swapaxes(-1, -2), (-1, -2)),
        "rotated by 90 degrees to the left": lambda data: np.rot90(data, 1, (-2, -1)),
        "rotated by 90 degrees to the right": lambda data: np.rot90(data, -1, (-2, -1)),
        "mirrored along depth": _flip(-3),
    }
)
"""What may have happened to masks of ``(..., Y, X)``; that along depth needs three axes."""

BACK: Mapping[str, str] = MappingProxyType(
    {name: name for name in POSES}
    | {
        "rotated by 90 degrees to the left": "rotated by 90 degrees to the right",
        "rotated by 90 degrees to the right": "rotated by 90 degrees to the left",
    }
)
"""Pose that takes each one back."""


def enlarged(data: np.ndarray, places: Sequence[np.ndarray], background: int | None) -> np.ndarray:
    """Labels between the pixels of coarse ones, with smooth outlines.

    The signed distance from each id's contour is smoothed and interpolated linearly (shape-based
    interpolation, Raya and Udupa 1990); a pixel gets the id in which it lies deepest, if it lies in any.

    Parameters
    ----------
    data
        Labels.
    places
        For each axis the places that are asked for, in pixels of ``data``, ascending.
    background
        Id of the pixels that lie in none; None when all ids share all pixels among them.
    """
    from scipy.ndimage import gaussian_filter

    shape = tuple(len(at) for at in places)
    bounded = background is not None
    depth = np.full(shape, -_TIE if bounded else -np.inf, np.float32)
    out = np.full(shape, background if bounded else data.flat[0], data.dtype)
    for number in np.unique(data).tolist():
        if number == background:
            continue
        mask = data == number
        box = Box.of_mask(mask).grown(_DEEP, data.shape)
        part = tuple(
            slice(*np.searchsorted(at, (a - 1, b)).tolist())
            for at, a, b in zip(places, box.start, box.stop, strict=True)
        )
        own = gaussian_filter(_depth(mask[box.slices]), _SMOOTH)
        for axis, (at, span) in enumerate(zip(places, part, strict=True)):
            own = _interpolated(own, axis, at[span] - box.start[axis])
        deeper = own > depth[part]
        depth[part][deeper] = own[deeper]
        out[part][deeper] = number
    return out


_DEEP = 4
"""Pixels from a contour up to which distances count."""

_SMOOTH = 1.0
_TIE = 0.05
"""What smoothing takes from round objects, in pixels; chosen on ellipses of 15 to 30 px radius."""


def _depth(mask: np.ndarray) -> np.ndarray:
    """Distance of every pixel from the contour, negative outside, float32."""
    from scipy.ndimage import distance_transform_edt

    if mask.all():
        return np.full(mask.shape, _DEEP, np.float32)
    inside, outside = distance_transform_edt(mask), distance_transform_edt(~mask)
    found: np.ndarray = np.clip(np.where(mask, inside - 0.5, 0.5 - outside), -_DEEP, _DEEP)
    return found.astype(np.float32)


def _interpolated(values: np.ndarray, axis: int, at: np.ndarray) -> np.ndarray:
    """Values between those along an axis; beyond its ends these go on."""
    at = np.clip(at, 0, values.shape[axis] - 1)
    low = np.floor(at).astype(np.intp)
    high = np.minimum(low + 1, values.shape[axis] - 1)
    part = (at - low).astype(np.float32).reshape([-1 if n == axis else 1 for n in range(values.ndim)])
    found: np.ndarray = values.take(low, axis) * (1 - part) + values.take(high, axis) * part
    return found


def shrunk(
    data: np.ndarray, steps: int, footprint: str, axes: str, outside: Collection[int], fill: int
) -> np.ndarray:
    """Objects without the pixels beside what is no object, which become ``fill``; touching ones still touch.

    Parameters
    ----------
    data
        Labels.
    steps
        How many layers of pixels go.
    footprint
        `CROSS` or `SQUARE`.
    axes
        One letter per axis; nothing happens along time.
    outside
        Ids that are no objects.
    fill
        Id that the pixels get.
    """
    out = data
    for _ in range(steps):
        no_object = among(out, outside)
        at_contour = np.zeros(out.shape, bool)
        for here, there in _neighbours(out.shape, footprint, axes):
            at_contour[here] |= no_object[there]
        out = np.where(at_contour & ~no_object, np.asarray(fill, out.dtype), out)
    return out


def grown(
    data: np.ndarray, steps: int, footprint: str, axes: str, outside: Collection[int], free: int
) -> np.ndarray:
    """Objects with as many layers of pixels more, taken from ``free`` alone; the higher id wins a pixel.

    Other parameters as `shrunk`.
    """
    out = data
    for _ in range(steps):
        room, is_object = out == free, ~among(out, outside)
        best, found = out.copy(), np.zeros(out.shape, bool)
        for here, there in _neighbours(out.shape, footprint, axes):
            better = room[here] & is_object[there] & (~found[here] | (out[there] > best[here]))
            np.copyto(best[here], out[there], where=better)
            found[here] |= better
        out = best
    return out


def _neighbours(
    shape: Sequence[int], footprint: str, axes: str
) -> list[tuple[tuple[slice, ...], tuple[slice, ...]]]:
    """Slices of the pixels that have a neighbour in each direction, and of these neighbours."""
    spatial = [axis for axis, letter in enumerate(axes) if letter != "T"]
    found = []
    for step in np.ndindex((3,) * len(spatial)):
        by = np.zeros(len(shape), int)
        by[spatial] = np.array(step) - 1
        size = int(np.abs(by).sum())
        if size and (footprint == SQUARE or size == 1):
            here = tuple(slice(max(0, -d), n - max(0, d)) for d, n in zip(by, shape, strict=True))
            there = tuple(slice(max(0, d), n - max(0, -d)) for d, n in zip(by, shape, strict=True))
            found.append((here, there))
    return found
