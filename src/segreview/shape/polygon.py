"""Pixels of polygons by the rule of the COCO API, pixel for pixel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from segreview.errors import SegreviewError
from segreview.shape.rle import Rle

_FINE = 5
"""Points of the outline per pixel along each axis."""

_CENTRE = 2
"""Place of a pixel's centre among them."""

_FARTHEST = 1 << 18
"""Pixels from the corner of the image within which outlines are walked, step by step."""


def rle_of_polygons(polygons: Iterable[Sequence[float]], shape: Sequence[int]) -> Rle:
    """Runs of the pixels that lie in any of some polygons.

    The outline is walked in steps of a fifth of a pixel along its longer axis, its corners rounded to
    fifths. Where it crosses the centre line of a column, what is inside begins or ends, at the first pixel
    whose centre does not lie above (Lin et al. 2014, the COCO API). Pixels that a polygon covers twice are
    outside of it again; those of two polygons are inside.

    Parameters
    ----------
    polygons
        Of each the corners ``x, y, x, y, …``, in pixels from the upper left corner of the image.
    shape
        Height and width of the image.

    Raises
    ------
    SegreviewError
        When a polygon has fewer than three corners, or a coordinate is missing, no number or far away.
    """
    height, width = (int(n) for n in shape)
    masks = [_rle(polygon, height, width) for polygon in polygons]
    if len(masks) == 1:
        return masks[0]
    return _union(masks, (height, width))


def _rle(polygon: Sequence[float], height: int, width: int) -> Rle:
    u, v = _outline(_corners(polygon))
    crossed = u[1:] != u[:-1]
    columns, place = np.divmod(np.minimum(u[1:], u[:-1])[crossed], _FINE)
    top = np.minimum(v[1:], v[:-1])[crossed]
    here = (place == _CENTRE) & (columns >= 0) & (columns < width)
    rows = np.clip(-((_CENTRE - top[here]) // _FINE), 0, height)
    edges = np.sort(columns[here] * height + rows)
    lengths = np.diff(np.concatenate([[0], edges, [height * width]]))
    return Rle.of_counts(lengths, (height, width))


def _corners(polygon: Sequence[float]) -> np.ndarray:
    """Corners in fifths of a pixel, int64 ``(n + 1, 2)``, the first one again at the end."""
    try:
        numbers = np.asarray(polygon, float).reshape(-1, 2)
    except (TypeError, ValueError):
        numbers = np.full((1, 2), np.nan)
    if len(numbers) < 3 or not np.isfinite(numbers).all():
        raise SegreviewError(
            f"A polygon has {len(polygon)} coordinates, or some that are no numbers.",
            "It needs three corners or more, as x, y, x, y, …",
        )
    farthest = float(np.abs(numbers).max())
    if farthest > _FARTHEST:
        raise SegreviewError(
            f"A polygon has a corner at {farthest:g}, which is no place in or near an image.",
            f"Coordinates are pixels from the upper left corner of the image, up to {_FARTHEST:,}.",
        )
    fine = np.trunc(_FINE * numbers + 0.5).astype(np.int64)
    return np.concatenate([fine, fine[:1]])


def _outline(corners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Points of all edges one behind the other: along the longer axis in steps of one.

    An edge is interpolated from its lower end, so that it has the same points whichever way it is walked.
    """
    start, stop = corners[:-1], corners[1:]
    along = np.abs(stop - start)
    axis = np.where(along[:, 0] >= along[:, 1], 0, 1)
    edges = np.arange(len(start))
    steps = along[edges, axis]
    backward = start[edges, axis] > stop[edges, axis]
    low = np.where(backward[:, np.newaxis], stop, start)
    high = np.where(backward[:, np.newaxis], start, stop)
    rise = (high - low)[edges, 1 - axis] / np.maximum(steps, 1)

    edge = np.repeat(edges, steps + 1)
    step = np.arange(edge.size) - np.repeat(np.cumsum(steps + 1) - steps - 1, steps + 1)
    step = np.where(backward[edge], steps[edge] - step, step)
    major = low[edge, axis[edge]] + step
    minor = np.trunc(low[edge, 1 - axis[edge]] + rise[edge] * step + 0.5).astype(np.int64)
    flat = axis[edge] == 0
    return np.where(flat, major, minor), np.where(flat, minor, major)


def _union(masks: Sequence[Rle], shape: tuple[int, int]) -> Rle:
    """Runs of the pixels that lie in any of some masks."""
    if not masks:
        return Rle.of_counts([shape[0] * shape[1]], shape)
    start, stop = np.concatenate([(one.start, one.stop) for one in masks], axis=1)
    order = np.argsort(start, kind="stable")
    start, furthest = start[order], np.maximum.accumulate(stop[order])
    fresh = np.ones(start.size, bool)
    fresh[1:] = start[1:] > furthest[:-1]
    last = np.append(fresh[1:], True)[: start.size]
    return Rle(shape, start[fresh], furthest[last])
