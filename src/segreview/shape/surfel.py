"""Surface elements of masks, as surface-distance places and weighs them.

A surface passes between pixels: its elements lie at the corners where pixels inside and outside meet, and
weigh as much as the piece of a marching-squares contour, or of a marching-cubes surface, between the
centres of the pixels around (Nikolov et al. 2018, arXiv 1809.04430; Lorensen and Cline 1987).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import product

import numpy as np

from segreview.errors import SegreviewError
from segreview.shape.contour import Gaps, point_gaps


def surfel_gaps(first: np.ndarray, second: np.ndarray, spacing: Sequence[float]) -> Gaps:
    """Distances between the surface elements of two masks of one shape, with their sizes.

    Parameters
    ----------
    first, second
        Boolean masks of two or three axes.
    spacing
        Size of a pixel along each axis.

    Raises
    ------
    SegreviewError
        For masks of another number of axes.
    """
    (a, a_sizes), (b, b_sizes) = (surfels(mask, tuple(spacing)) for mask in (first, second))
    gaps = point_gaps(a, b)
    return Gaps(gaps.there, gaps.back, a_sizes, b_sizes)


def surfels(mask: np.ndarray, spacing: tuple[float, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Places of the surface elements of a mask, ``(n, ndim)``, and their sizes, in units of the spacing."""
    if mask.ndim not in {2, 3}:
        raise SegreviewError(
            f"Surface elements are known in two and three dimensions, not in {mask.ndim}.",
            "Choose the rule metricsreloaded or medpy, which look at border pixels.",
        )
    codes = _codes(mask)
    places = np.argwhere((codes > 0) & (codes < (1 << (1 << mask.ndim)) - 1))
    sizes = np.array(_sizes(spacing))[codes[tuple(places.T)]]
    return places * np.array(spacing), sizes


def _codes(mask: np.ndarray) -> np.ndarray:
    """For each corner of the pixel grid which of the pixels around it are in the mask, one bit for each."""
    padded = np.zeros([n + 2 for n in mask.shape], np.uint8)
    padded[(slice(1, -1),) * mask.ndim] = mask
    codes = np.zeros([n + 1 for n in mask.shape], np.uint8)
    for bit, corner in enumerate(_corners(mask.ndim)):
        around = tuple(slice(c, n + 1 + c) for c, n in zip(corner, mask.shape, strict=True))
        codes |= padded[around] << np.uint8(bit)
    return codes


def _corners(ndim: int) -> list[tuple[int, ...]]:
    return list(product((0, 1), repeat=ndim))


@lru_cache(maxsize=8)
def _sizes(spacing: tuple[float, ...]) -> tuple[float, ...]:
    """Size of the surface element of each code."""
    size = _length if len(spacing) == 2 else _area
    return tuple(size(code, spacing) for code in range(1 << (1 << len(spacing))))


def _length(code: int, spacing: tuple[float, ...]) -> float:
    """Length of the contour between four pixels: each one alone is cut off along a diagonal."""
    high, wide = spacing
    inside = [corner for bit, corner in enumerate(_corners(2)) if code >> bit & 1]
    if len(inside) in {0, 4}:
        return 0.0
    slant = 0.5 * float(np.hypot(high, wide))
    if len(inside) != 2:
        return slant
    (y, x), (v, u) = inside
    if y != v and x != u:
        return 2 * slant
    return wide if y == v else high


def _area(code: int, spacing: tuple[float, ...]) -> float:
    """Area of the marching-cubes surface between eight pixels, the fewer of which are taken as inside."""
    from skimage.measure import marching_cubes

    cube = np.array([code >> bit & 1 for bit in range(8)], float).reshape(2, 2, 2)
    if cube.sum() > 4:
        cube = 1 - cube
    if not cube.any():
        return 0.0
    points, triangles, *_ = marching_cubes(cube, 0.5, method="lorensen")  # type: ignore[no-untyped-call]  # no stubs
    a, b, c = (np.asarray(points, float) * np.array(spacing))[triangles].swapaxes(0, 1)
    return float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum()) / 2
