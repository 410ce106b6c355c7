"""Annotation errors of every kind, planted in the true label image of nuclei."""

from collections.abc import Callable

import numpy as np
from scipy import ndimage

from make_samples import faults
from make_samples.annotation import Annotation
from make_samples.cells.nuclei import Nucleus
from make_samples.truth import Planted

Random = np.random.Generator

SMALL, ORDINARY = 110, 190
"""Least area in pixels of a nucleus whose fault is still seen, and of one that can hold a smaller fault."""


def plant(sample: str, true: np.ndarray, dim: list[int], rng: Random) -> tuple[np.ndarray, list[Planted]]:
    """Faulty ground truth, uint16 like `true`, and the faults in it; `dim` nuclei are spared."""
    annotation = Annotation(sample, true, lambda _: np.zeros_like(true), 1, rng)
    for nucleus in dim:
        annotation.claim(nucleus)
    for fault, times in PLAN:
        for _ in range(times):
            fault(annotation, rng)
    return annotation.gt, annotation.errors


def _merged(annotation: Annotation, _: Random) -> None:
    one, other = annotation.take_pair(SMALL, lambda *_: True)
    annotation.gt[annotation.true == other] = one
    annotation.record("merged", [one], [one, other], "covers two nuclei")


def _split(annotation: Annotation, rng: Random) -> None:
    whole = annotation.take(ORDINARY)
    crop = annotation.crop(whole)
    part = faults.half(annotation.true[crop] == whole, rng.uniform(-0.5, 0.5))
    new = _next_id(annotation)
    annotation.gt[crop][part] = new
    annotation.record("split", [whole, new], [whole], "two labels on one nucleus")


def _missed(annotation: Annotation, _: Random) -> None:
    gone = annotation.take(SMALL)
    annotation.erase(gone)
    annotation.record("missed", [], [gone], "a nucleus without a label")


def _spurious(annotation: Annotation, rng: Random) -> None:
    room = ndimage.distance_transform_edt((annotation.gt == 0) & annotation.vacant)
    inside = (slice(20, -20), slice(20, -20))
    places = np.argwhere(room[inside] > 17) + 20
    y, x = places[rng.integers(len(places))]
    ripple = np.stack([rng.uniform(0, 0.06, 4), rng.uniform(0, 2 * np.pi, 4)], axis=1)
    ghost = Nucleus(y, x, rng.uniform(8, 11), rng.uniform(1.0, 1.4), rng.uniform(0, np.pi), ripple, 0.0)
    crop = ghost.crop(len(room))
    new = _next_id(annotation)
    annotation.gt[crop][(ghost.depth(crop) < 1) & (room[crop] > 0)] = new
    annotation.record("spurious", [new], [], "a label where there is no nucleus")


def _shifted(annotation: Annotation, rng: Random) -> None:
    moved = annotation.take(SMALL, clearance=7)
    crop = annotation.crop(moved)
    length, turn = rng.uniform(4.2, 5.8), rng.uniform(0, 2 * np.pi)
    dy, dx = round(length * np.sin(turn)), round(length * np.cos(turn))
    annotation.redraw(moved, crop, faults.shifted(annotation.true[crop] == moved, dy, dx))
    annotation.record("shifted", [moved], [moved], faults.described_shift(dy, dx))


def _dilated(annotation: Annotation, rng: Random) -> None:
    grown = annotation.take(SMALL, clearance=5)
    crop = annotation.crop(grown)
    width = int(rng.integers(3, 5))
    annotation.redraw(grown, crop, faults.dilated(annotation.true[crop] == grown, width))
    annotation.record("dilated", [grown], [grown], f"{width} px too large on all sides")


def _polygon(annotation: Annotation, rng: Random) -> None:
    drawn = annotation.take(ORDINARY, clearance=4)
    crop = annotation.crop(drawn)
    corners = int(rng.integers(4, 6))
    mask = faults.crude_polygon(annotation.true[crop] == drawn, corners, rng.uniform(0, 2))
    annotation.redraw(drawn, crop, mask)
    annotation.record("polygon", [drawn], [drawn], f"a polygon of {corners} corners")


def _hole(annotation: Annotation, rng: Random) -> None:
    pierced = annotation.take(ORDINARY)
    crop = annotation.crop(pierced)
    mask = annotation.true[crop] == pierced
    annotation.redraw(pierced, crop, mask & ~faults.hole(mask, 0.15, rng))
    annotation.record("hole", [pierced], [pierced], "a hole in the middle of the label")


def _sliver(annotation: Annotation, rng: Random) -> None:
    beside = annotation.take(SMALL, clearance=4)
    crop = annotation.crop(beside)
    rim = faults.sliver(annotation.true[crop] == beside, 1.5, 1.6, rng.uniform(0, 2 * np.pi))
    new = _next_id(annotation)
    annotation.gt[crop][rim] = new
    annotation.record("sliver", [new], [], f"a leftover strip along the nucleus {beside}")


def _jitter(annotation: Annotation, rng: Random) -> None:
    trembling = annotation.take(SMALL, clearance=2)
    crop = annotation.crop(trembling)
    annotation.redraw(trembling, crop, faults.jittered(annotation.true[crop] == trembling, rng))
    annotation.record("jitter", [trembling], [trembling], "outline off by 1 px at most", harmless=True)


def _next_id(annotation: Annotation) -> int:
    """An id that neither map uses."""
    return int(max(annotation.gt.max(), annotation.true.max())) + 1


Fault = Callable[[Annotation, Random], None]

# Faults that need room around their nucleus choose first; a merge needs two nuclei that touch.
PLAN: tuple[tuple[Fault, int], ...] = (
    (_shifted, 3),
    (_dilated, 3),
    (_polygon, 3),
    (_sliver, 2),
    (_jitter, 6),
    (_merged, 3),
    (_split, 3),
    (_hole, 2),
    (_missed, 4),
    (_spurious, 3),
)
