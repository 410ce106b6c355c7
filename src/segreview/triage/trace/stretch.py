"""Stretches: where an outline is displaced, and the edge beside it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from segreview.triage.evidence.backdrop import Backdrop
from segreview.triage.evidence.cutout import Cutout
from segreview.triage.evidence.edge import (
    FEWEST,
    Profiles,
    best_edges,
    crossing,
    falls_of,
    is_weak,
    profiles_of,
)
from segreview.triage.trace.line import Line, Role

LEAST = 0.7
"""Offset in pixels from which an outline is drawn as displaced."""

SHARE = 0.5
"""The same, as a share of the largest offset: the rest of the outline is right beside that."""

_TOLD = 0.75
"""Quantile of the offsets of a stretch that is written beside it: they fade out towards its ends."""


def opinion_stretches(cutout: Cutout, backdrop: Backdrop) -> list[Line]:
    """Stretches that lie beside the edge of what looks like an object, with that edge; none in a stack."""
    if backdrop.objects is None or cutout.mask.ndim > 2:
        return []
    profiles = profiles_of(cutout)
    if profiles.free.sum() < FEWEST:
        return []
    (objects,) = profiles.values(cutout.view(backdrop.objects))
    at, crossed = crossing(objects, profiles.offsets)
    return _displaced(cutout, profiles, np.where(crossed, at, np.nan))


def edge_stretches(cutout: Cutout, backdrop: Backdrop) -> list[Line]:
    """Stretches that lie beside the best edge of the image, with that edge; none in a stack."""
    found = _falls(cutout, backdrop)
    return [] if found is None else _displaced(cutout, found[0], best_edges(*found))


def weak_stretches(cutout: Cutout, backdrop: Backdrop) -> list[Line]:
    """Stretches that lie on no edge of the image; none in a stack."""
    found = _falls(cutout, backdrop)
    if found is None:
        return []
    profiles, falls = found
    weak = np.zeros(len(profiles.points))
    weak[profiles.free] = is_weak(falls)
    runs = _runs(cutout, profiles, weak)
    return [Line(Role.OUTLINE, contour) for contour, _ in runs]


def _falls(cutout: Cutout, backdrop: Backdrop) -> tuple[Profiles, np.ndarray] | None:
    """Normals, and how far the grey falls along each that is free; None where too few are."""
    if cutout.mask.ndim > 2:
        return None
    profiles = profiles_of(cutout)
    if profiles.free.sum() < FEWEST:
        return None
    (grey,) = profiles.values(cutout.view(backdrop.grey))
    return profiles, falls_of(grey)


def _displaced(cutout: Cutout, profiles: Profiles, at: np.ndarray) -> list[Line]:
    """Displaced stretches and the edges beside them; offsets are those of the free points, nan for none."""
    offsets = np.zeros(len(profiles.points))
    offsets[profiles.free] = np.nan_to_num(at)
    least = max(LEAST, SHARE * float(np.abs(offsets).max()))
    aspect = np.array(cutout.subject.aspect)
    lines = []
    for sign in (1, -1):
        for contour, places in _runs(cutout, profiles, np.where(sign * offsets >= least, offsets, 0)):
            edge = profiles.points[places] + profiles.normals[places] * offsets[places, None] / aspect
            by = float(np.quantile(np.abs(offsets[places]), _TOLD))
            lines.append(Line(Role.OUTLINE, contour))
            lines.append(Line(Role.EDGE, edge, f"{by:.0f} px" if by >= 1 else ""))
    return lines


def _runs(cutout: Cutout, profiles: Profiles, values: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Stretches of the outline along which values are not 0: their corners, and the points on them in order.

    A point that stands alone is none; a gap of one point does not end a stretch.
    """
    from skimage.measure import find_contours

    number_at = {_mark(point): n for n, point in enumerate(profiles.points)}
    # the library has no types
    for contour in find_contours(cutout.mask.astype(np.float32), 0.5):  # type: ignore[no-untyped-call]  # scikit-image
        closed = len(contour) > 2 and np.array_equal(contour[0], contour[-1])
        ring = contour[:-1] if closed else contour
        stops = [(n, number_at[mark]) for n, mark in enumerate(map(_mark, ring)) if mark in number_at]
        if len(stops) < 2:
            continue
        corners, places = np.array(stops).T
        for first, last in _spans(_bridged(values[places] != 0, closed=closed), closed=closed):
            chosen = np.arange(first, last + 1) % len(places)
            whole = last - first + 1 == len(places)
            start = corners[first]
            stop = start + len(ring) if whole and closed else corners[last % len(corners)]
            stop += len(ring) * (stop < start)
            along = np.arange(start, stop + 1) % len(ring)
            kept = chosen[values[places[chosen]] != 0]
            if whole and closed:
                kept = np.append(kept, kept[0])
            yield ring[along], places[kept]


def _mark(point: np.ndarray) -> tuple[int, ...]:
    """What a point halfway between two pixels is recognised by."""
    return tuple(np.rint(2 * point).astype(int).tolist())


def _bridged(on: np.ndarray, *, closed: bool) -> np.ndarray:
    """Which points belong to a stretch: gaps of one are closed, points alone are dropped."""
    before, after = np.roll(on, 1), np.roll(on, -1)
    if not closed:
        before[0] = after[-1] = False
    on = on | (before & after)
    before, after = np.roll(on, 1), np.roll(on, -1)
    if not closed:
        before[0] = after[-1] = False
    kept: np.ndarray = on & (before | after)
    return kept


def _spans(on: np.ndarray, *, closed: bool) -> list[tuple[int, int]]:
    """First and last place of every run; one that goes on at the start has its end beyond the last place."""
    count = len(on)
    if on.all():
        return [(0, count - 1)]
    turn = int(np.argmin(on)) if closed else 0
    turned = np.roll(on, -turn)
    steps = np.diff(np.concatenate([[0], turned.astype(int), [0]]))
    firsts, stops = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
    spans = []
    for first, stop in zip(firsts.tolist(), stops.tolist(), strict=True):
        start = (first + turn) % count
        spans.append((start, start + stop - first - 1))
    return spans
