"""Coloured areas of objects as a raster of the screen, below their outlines.

Every pixel gets a small number, its tint, by its id; where two sides lie over each other the pair of tints
decides. Colours come last, from a table of all cases: what a picture costs depends on its pixels alone.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from segreview.shape.lookup import CodeOf, among, look_up

STRIPE = 4
"""Screen pixels across one stripe, counted along a row."""

_THIN = 0.35
"""Strength of every other stripe of a hatched area, as a share of the full one."""


@dataclass(frozen=True, eq=False)
class Fill:
    """How the areas of one side's objects are coloured.

    Parameters
    ----------
    tint_of
        Gives the tint of each id: a row of ``colors``.
    colors
        Red, green, blue and opacity of each tint, uint8, ``(n, 4)``; the first is that of nothing.
    hatched
        Tints that are drawn as stripes, to be told without their colour.
    mixed
        Whether the colours of two sides are mixed where they overlap. If not, areas of one tint show it
        once, and those of two tints show them as stripes.
    """

    tint_of: CodeOf
    colors: np.ndarray
    hatched: frozenset[int] = frozenset()
    mixed: bool = True


@dataclass(frozen=True, eq=False)
class Ground:
    """Colours that lie below the lines in place of coloured areas, whatever objects there are.

    Parameters
    ----------
    levels
        Row of ``colors`` that each pixel shows, uint8 or uint16, ``(H, W)``.
    colors
        Red, green, blue and opacity, uint8, ``(n, 4)``.
    """

    levels: np.ndarray
    colors: np.ndarray


def tints(views: Sequence[np.ndarray], fill: Fill, outside: Collection[int]) -> np.ndarray:
    """Tint of each pixel, uint8; a later view lies over an earlier one, and what is no object has none."""

    def tint_of(ids: np.ndarray) -> np.ndarray:
        found = fill.tint_of(ids)
        found[among(ids, outside)] = 0
        return found

    whole = look_up(views[0], tint_of)
    for view in views[1:]:
        upper = look_up(view, tint_of)
        np.copyto(whole, upper, where=upper > 0)
    return whole


def paint(
    codes: np.ndarray,
    palette: np.ndarray,
    fills: Sequence[Fill],
    layers: Sequence[np.ndarray],
    origin: tuple[int, int] = (0, 0),
) -> np.ndarray:
    """Picture of lines over coloured areas.

    Parameters
    ----------
    codes
        What line lies on each pixel: a row of ``palette``, uint8, ``(H, W)``.
    palette
        Red, green, blue and opacity of each code, uint8, ``(n, 4)``.
    fills
        One or two, the lower one first.
    layers
        Tint of each pixel in each fill, uint8, ``(H, W)``.
    origin
        Row and column of the first pixel on an endless screen, to which the stripes are tied.

    Returns
    -------
    ndarray of uint8, shape (H, W, 4)
        Red, green, blue and opacity, not premultiplied.
    """
    table = _table(_key(palette), tuple(_Case.of(fill) for fill in fills))
    number: Any = np.uint16 if len(table) <= 1 << 16 else np.uint32
    case = codes.astype(number)
    for fill, tint in zip(fills, layers, strict=True):
        case = case * number(len(fill.colors)) + tint
    case = case * number(2) + _stripes(codes.shape, origin)
    picture: np.ndarray = table.take(case, mode="clip")
    return picture.view(np.uint8).reshape(*codes.shape, 4)


def paint_ground(codes: np.ndarray, palette: np.ndarray, ground: Ground) -> np.ndarray:
    """Picture of lines over a ground; as `paint`."""
    table = _lines_over(_key(palette), _key(ground.colors))
    case = codes.astype(np.uint16) * np.uint16(len(ground.colors)) + ground.levels
    picture: np.ndarray = table.take(case, mode="clip")
    return picture.view(np.uint8).reshape(*codes.shape, 4)


def _stripes(shape: tuple[int, ...], origin: tuple[int, int]) -> np.ndarray:
    """0 and 1 in turn, as slanting stripes."""
    rows, columns = ((np.arange(n) + o) % (2 * STRIPE) for n, o in zip(shape, origin, strict=True))
    place = rows.astype(np.uint8)[:, None] + columns.astype(np.uint8)
    place //= np.uint8(STRIPE)
    place &= np.uint8(1)
    return place


# ---------------------------------------------------------------- colours of all cases


@dataclass(frozen=True)
class _Case:
    """A fill without its ids, in a form that can be compared."""

    colors: tuple[tuple[int, ...], ...]
    hatched: frozenset[int]
    mixed: bool

    @classmethod
    def of(cls, fill: Fill) -> _Case:
        """The colours of a fill."""
        return cls(_key(fill.colors), fill.hatched, fill.mixed)

    @property
    def striped(self) -> np.ndarray:
        """Colour of each tint on both kinds of stripes, 0 to 1, ``(n, 2, 4)``."""
        both = np.repeat(np.array(self.colors, float)[:, None] / 255, 2, axis=1)
        both[list(self.hatched), 1, 3] *= _THIN
        return both


def _key(colors: np.ndarray) -> tuple[tuple[int, ...], ...]:
    return tuple(map(tuple, colors.tolist()))


@lru_cache(maxsize=16)  # made anew only when a colouring is chosen, not for every picture
def _table(palette: tuple[tuple[int, ...], ...], cases: tuple[_Case, ...]) -> np.ndarray:
    """Colour of every line over every tint, or pair of tints, on both kinds of stripes; 4 bytes in one."""
    areas = cases[0].striped if len(cases) == 1 else _pairs(*cases)
    lines = np.array(palette, float)[:, None, None] / 255
    return _packed(_over(lines, areas.reshape(1, -1, 2, 4)))


@lru_cache(maxsize=16)
def _lines_over(palette: tuple[tuple[int, ...], ...], ground: tuple[tuple[int, ...], ...]) -> np.ndarray:
    """Colour of every line over every colour of a ground; 4 bytes in one."""
    return _packed(_over(np.array(palette, float)[:, None] / 255, np.array(ground, float)[None] / 255))


def _packed(colors: np.ndarray) -> np.ndarray:
    """Colours of 0 to 1 as 4 bytes in one."""
    return np.round(colors * 255).astype(np.uint8).reshape(-1, 4).view(np.uint32).ravel()


def _pairs(lower: _Case, upper: _Case) -> np.ndarray:
    """Colours of every pair of tints on both kinds of stripes, ``(n, m, 2, 4)``."""
    below, above = lower.striped[:, None], upper.striped[None]
    if lower.mixed:
        return _over(above, below)
    shape = (below.shape[0], above.shape[1])
    first, second = np.ogrid[: shape[0], : shape[1]]
    pairs = np.where(((first > 0) & ((second == 0) | (first == second)))[..., None, None], below, above)
    differ = (first > 0) & (second > 0) & (first != second)
    pairs[..., 0, :] = np.where(differ[..., None], below[..., 0, :], pairs[..., 0, :])
    pairs[..., 1, :] = np.where(differ[..., None], above[..., 0, :], pairs[..., 1, :])
    return pairs


def _over(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """One colour laid over another, each with its opacity (Porter and Duff 1984)."""
    shown = below[..., 3:] * (1 - above[..., 3:])
    opacity = above[..., 3:] + shown
    mixed = above[..., :3] * above[..., 3:] + below[..., :3] * shown
    colors = np.divide(mixed, opacity, out=np.zeros_like(mixed), where=opacity > 0)
    return np.concatenate([colors, opacity], axis=-1)
