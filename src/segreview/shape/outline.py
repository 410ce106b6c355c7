"""Outlines of label images as a raster of the screen: lines keep their width at any zoom.

Label arrays come in as the screen shows them, one element per screen pixel, and leave as RGBA. A line lies
on the inner side of its object, so two touching objects show two lines and what is no object shows none.
Areas can be filled below the lines.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np

from segreview.shape.fill import Fill, Ground, paint, paint_ground, tints
from segreview.shape.lookup import among, look_up

DASH = 10  # screen pixels from one dash to the next
DASH_ON = 6  # of which are drawn
REACH = 4  # how far an outline looks beyond a pixel: 3 px of line and 1 px of casing
QUIET_ALPHA = 130  # half of the full strength: less is lost on stained tissue
FULL_ALPHA = 255
CASING_SHARE = 0.6  # strength of the dark casing, as a share of its line's

_NO_IDS = np.empty(0, np.int64)
_QUIET, _FULL, _CURRENT = 1, 2, 3
_WIDE = 128  # marks the codes of objects with a wide line


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """One side of a comparison, ready to be drawn.

    Parameters
    ----------
    views
        Label arrays of one shape ``(H, W)`` as the screen shows them, one per plane of the labels.
    rgb
        Colour of the line, 0 to 255.
    dashed
        Whether the line is dashed, so that a solid one below it shows in the gaps.
    outside
        Ids that are no objects and get no line.
    agreed
        Ids of the objects on which both sides agree, ascending: drawn at half of the strength.
    current
        Ids of the item under review: drawn at full strength and 3 px wide instead of 2.
    fill
        How the areas are coloured; None leaves them clear.
    faint
        True for the current objects alone, as quiet lines: they are shown beside those of another side.
    """

    views: Sequence[np.ndarray]
    rgb: tuple[int, int, int]
    dashed: bool = False
    outside: Collection[int] = (0,)
    agreed: np.ndarray = field(default_factory=lambda: _NO_IDS)
    current: Collection[int] = ()
    fill: Fill | None = None
    faint: bool = False

    def level_of(self, ids: np.ndarray) -> np.ndarray:
        """How the outlines of some ids are drawn: a casing's strength, or 0 for none."""
        if self.faint:
            return among(ids, self.current).astype(np.uint8) * np.uint8(_QUIET)
        levels = np.full(ids.shape, _FULL, np.uint8)
        levels[among(ids, self.agreed)] = _QUIET
        levels[among(ids, self.current)] = _CURRENT
        levels[among(ids, self.outside)] = 0
        return levels


def sample_grid(
    corner: float, pitch: float, count: int, spacing: float, length: int
) -> tuple[int, np.ndarray]:
    """Which data rows the pixel rows of a screen show, or which columns its columns.

    Screen pixels that reach beyond the data are left out, so a picture of the rest never sticks out of it.

    Parameters
    ----------
    corner
        World coordinate of the screen's edge, where its first pixel begins.
    pitch
        World length of a screen pixel.
    count
        Number of screen pixels.
    spacing
        World length of a data pixel; the centre of the first one lies at 0.
    length
        Number of data pixels.

    Returns
    -------
    first : int
        First screen pixel that lies on the data.
    indices : ndarray of int, shape (n,)
        Data index under the centre of each screen pixel from the first on, ascending.
    """
    edges = (
        corner + pitch * np.arange(count + 1)
    ) / spacing + 0.5  # in data pixels from the edge of the data
    first = int(np.searchsorted(edges, 0))
    last = max(first, int(np.searchsorted(edges, length, side="right")) - 1)
    centres = edges[first:last] + 0.5 * pitch / spacing
    return first, np.minimum(centres.astype(np.intp), length - 1)


def sample_view(plane: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Labels under the pixels of a screen.

    Parameters
    ----------
    plane
        Label array ``(Y, X)``.
    rows, columns
        Data index of each screen row and column, ascending.

    Returns
    -------
    ndarray, shape (len(rows), len(columns))
        Labels in the dtype of the plane.
    """
    if _is_span(rows) and _is_span(columns):  # at 1:1, which is looked at often
        return plane[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].copy()
    view = np.empty((rows.size, columns.size), plane.dtype)
    previous = -1
    for i, row in enumerate(rows):
        if row == previous:  # zoomed in: the screen repeats data rows, and copying one is cheaper
            view[i] = view[i - 1]
        else:
            plane[row].take(columns, out=view[i], mode="clip")
        previous = row
    return view


def _is_span(indices: np.ndarray) -> bool:
    """Whether ascending indices are all those from the first to the last."""
    return (
        indices.size > 0 and int(indices[-1] - indices[0]) == indices.size - 1 == np.unique(indices).size - 1
    )


def spread_span(indices: np.ndarray, start: int, stop: int) -> tuple[slice, slice]:
    """Screen rows to renew when the data rows ``start`` to ``stop`` have changed, or columns likewise.

    Parameters
    ----------
    indices
        Data index of each screen row, ascending.

    Returns
    -------
    renewed, needed : slice
        The screen rows whose outlines may differ, and the wider ones to draw them from.
    """
    first, last = np.searchsorted(indices, (start, stop))
    # In whole tiles: a border steers the dashes of its own tile and of the next ones.
    low = (int(first) - REACH) // DASH - 1
    high = -(-(int(last) + REACH) // DASH) + 1
    return _tiles(low, high, indices.size), _tiles(low - 2, high + 2, indices.size)


def _tiles(low: int, high: int, size: int) -> slice:
    """The pixels of tiles, as far as there are any."""
    return slice(max(low * DASH, 0), min(high * DASH, size))


def draw_outlines(
    outlines: Sequence[Outline], origin: tuple[int, int] = (0, 0), ground: Ground | None = None
) -> np.ndarray:
    """Picture of all outlines over the filled areas; a later outline covers an earlier one.

    Parameters
    ----------
    outlines
        The sides, each with at least one view; all views have one shape ``(H, W)``.
    origin
        Row and column of the picture's first pixel on an endless screen, to which the dashes are tied: a
        picture of a shifted part of the same scene has its dashes in the same places.
    ground
        What lies below the outlines in place of filled areas; without any outlines it is the picture.

    Returns
    -------
    ndarray of uint8, shape (H, W, 4)
        Red, green, blue and opacity, not premultiplied.
    """
    codes = np.zeros(outlines[0].views[0].shape if ground is None else ground.levels.shape, np.uint8)
    full = 2 + len(outlines)
    for rank, outline in enumerate(outlines, start=1):
        for view in outline.views:
            _draw(view, outline, codes, rank, full, origin)
    palette = _palette(outlines)
    if ground is not None:
        return paint_ground(codes, palette, ground)
    filled = [(outline, outline.fill) for outline in outlines if outline.fill is not None]
    if not filled:
        return palette.view(np.uint32).ravel().take(codes).view(np.uint8).reshape(*codes.shape, 4)
    layers = [tints(outline.views, fill, outline.outside) for outline, fill in filled]
    return paint(codes, palette, [fill for _, fill in filled], layers, origin)


def lay_over(picture: np.ndarray, lines: np.ndarray) -> None:
    """Draw an RGBA raster, ``(H, W, 4)``, over an RGB picture, ``(H, W, 3)`` uint8, in place."""
    alpha = lines[..., 3:].astype(np.uint16)
    picture[...] = ((lines[..., :3] * alpha + picture * (255 - alpha)) // 255).astype(np.uint8)


# A pixel's code says what is drawn there, and the larger code covers the smaller:
#   0 nothing | 1 quiet casing, 2.. quiet lines by rank | full: full casing, full + 1.. full lines by rank


def _palette(outlines: Sequence[Outline]) -> np.ndarray:
    """Colour of each code, ``(n, 4)``."""
    rows = [(0, 0, 0, 0)]
    for alpha in (QUIET_ALPHA, FULL_ALPHA):
        rows.append((0, 0, 0, round(CASING_SHARE * alpha)))
        rows += [(*outline.rgb, alpha) for outline in outlines]
    return np.array(rows, np.uint8)


def _draw(
    view: np.ndarray, outline: Outline, codes: np.ndarray, rank: int, full: int, origin: tuple[int, int]
) -> None:
    """Lay the outlines of one view over what is drawn already."""
    across = view[:, 1:] != view[:, :-1]
    down = view[1:] != view[:-1]
    line = _line(view, across, down, outline, full)
    if line is None:
        return
    np.maximum(codes, _spread(line), out=codes)
    drawn = line > 0
    if outline.dashed:
        drawn &= _dashes(across, down, view.shape, origin)
    line += drawn.view(np.uint8) * np.uint8(rank)
    np.maximum(codes, line, out=codes)


def _line(
    view: np.ndarray, across: np.ndarray, down: np.ndarray, outline: Outline, full: int
) -> np.ndarray | None:
    """Casing code of each pixel that a line covers, 0 elsewhere; None when there is no line."""
    casing = np.array([0, 1, full, full | _WIDE], np.uint8)
    inside = look_up(view, lambda ids: casing.take(outline.level_of(ids)))
    strongest = int(inside.max(initial=0))
    if not strongest:
        return None
    near = _spread(_rim(across, down, view.shape), diagonal=True)
    line: np.ndarray = inside * near
    if strongest & _WIDE:
        line &= np.uint8(~_WIDE & 255)
        np.copyto(line, full, where=(inside >= _WIDE) & _spread(near))
    return line


def _rim(across: np.ndarray, down: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Pixels that touch a pixel of another id by a side."""
    rim = np.zeros(shape, bool)
    rim[:, 1:] = across
    rim[:, :-1] |= across
    rim[1:] |= down
    rim[:-1] |= down
    return rim


def _spread(mask: np.ndarray, diagonal: bool = False) -> np.ndarray:
    """Largest value of each pixel and its four neighbours, or its eight.

    Widening by eight and by four in turn keeps slanting lines about as wide as level ones.
    """
    wide = mask.copy()
    _grow(wide[:, 1:], mask[:, :-1])
    _grow(wide[:, :-1], mask[:, 1:])
    source = wide.copy() if diagonal else mask
    _grow(wide[1:], source[:-1])
    _grow(wide[:-1], source[1:])
    return wide


def _grow(target: np.ndarray, by: np.ndarray) -> None:
    """Raise each pixel to the other's value where that is larger."""
    np.maximum(target, by, out=target)


def _dashes(
    across: np.ndarray, down: np.ndarray, shape: tuple[int, ...], origin: tuple[int, int]
) -> np.ndarray:
    """Pixels on which a dashed line is drawn.

    Dashes are counted along the rows where lines are rather level, and along the columns where they are
    steep: a pattern that looks at no direction would vanish along one. Tiles of one dash period decide.
    """
    height, width = (-(-n // DASH) for n in shape)
    level = _balance(_per_tile(down, height, width) - _per_tile(across, height, width)) >= 0
    rows = (np.arange(height * DASH) + origin[0]) % DASH < DASH_ON
    columns = (np.arange(width * DASH) + origin[1]) % DASH < DASH_ON
    wide = np.repeat(level, DASH, axis=1)[:, None, :]
    drawn = ~wide & rows.reshape(height, DASH, 1)
    drawn |= wide & columns
    return drawn.reshape(height * DASH, width * DASH)[: shape[0], : shape[1]]


def _per_tile(mask: np.ndarray, height: int, width: int) -> np.ndarray:
    """Number of set pixels in each tile of ``DASH`` by ``DASH``."""
    padded = np.zeros((height * DASH, width * DASH), np.uint8)
    padded[: mask.shape[0], : mask.shape[1]] = mask
    in_rows = padded.reshape(height, DASH, width * DASH).sum(axis=1, dtype=np.uint8)
    counts: np.ndarray = np.add.reduceat(in_rows, np.arange(0, width * DASH, DASH), axis=1, dtype=np.int16)
    return counts


def _balance(tiles: np.ndarray) -> np.ndarray:
    """The tiles, with the sum of its neighbours for each that is undecided.

    A line may reach into a tile that its border does not touch.
    """
    padded = np.pad(tiles, 1)
    across = padded[:, 2:] + padded[:, 1:-1] + padded[:, :-2]
    return np.where(tiles == 0, across[2:] + across[1:-1] + across[:-2], tiles)
