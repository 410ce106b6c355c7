"""Annotation errors planted in the true instance map of the street scene."""

from collections.abc import Callable

import numpy as np
from scipy import ndimage

from make_samples import faults
from make_samples.annotation import Annotation
from make_samples.street import categories as cs
from make_samples.street.canvas import Canvas
from make_samples.street.person import Look, draw_walker
from make_samples.street.solid import Place
from make_samples.truth import Planted

Random = np.random.Generator

SMALL, ORDINARY = 250, 1200
"""Least area in pixels of an instance whose fault is still seen, and of one that can hold a smaller fault."""


def plant(
    sample: str, true: np.ndarray, behind: Callable[[frozenset[int]], np.ndarray], rng: Random
) -> tuple[np.ndarray, list[Planted]]:
    """Faulty instance map, int32 like `true`, and the faults in it.

    `behind` gives the map as it is without some instances.
    """
    annotation = Annotation(sample, true, behind, cs.FIRST_INSTANCE, rng)
    # Outlines first, names last: an outline may uncover a part of an object that is renamed later.
    renamed = [(_largest(annotation, really), called) for really, called in CONFUSED]
    pairs = [annotation.take_pair(SMALL, _same_category) for _ in range(2)]
    for _ in range(3):
        _missed(annotation)
    for redrawn in (_shifted, _dilated, _polygon, _hole):
        redrawn(annotation, rng)
        redrawn(annotation, rng)
    for _ in range(5):
        _jitter(annotation, rng)
    for place in GHOSTS:
        _spurious(annotation, place)
    for region in REGIONS:
        _stuff(annotation, rng, *region)
    for one, called in renamed:
        _confused(annotation, one, called)
    for one, other in pairs:
        _merged(annotation, one, other)
    return annotation.gt, annotation.errors


CONFUSED = ((cs.RIDER, cs.PERSON), (cs.TRUCK, cs.CAR), (cs.MOTORCYCLE, cs.BICYCLE))
GHOSTS = (Place(-13.0, 29.0), Place(8.0, 19.6))
REGIONS = (
    # What it is, what it is called, a pixel (y, x) in it, and how far the error reaches in pixels.
    (cs.SIDEWALK, cs.ROAD, (800, 2000), 150),
    (cs.TERRAIN, cs.VEGETATION, (430, 250), 45),
)
NAMES = {
    cs.ROAD: "road", cs.SIDEWALK: "sidewalk", cs.VEGETATION: "vegetation", cs.TERRAIN: "terrain",
    cs.PERSON: "person", cs.RIDER: "rider", cs.CAR: "car", cs.TRUCK: "truck",
    cs.MOTORCYCLE: "motorcycle", cs.BICYCLE: "bicycle",
}  # fmt: skip


def _largest(annotation: Annotation, category: int) -> int:
    """Claim the largest instance of a category."""
    of_category = [one for one in annotation.unspoilt if one // cs.FIRST_INSTANCE == category]
    return annotation.claim(max(of_category, key=annotation.areas.__getitem__))


def _confused(annotation: Annotation, one: int, called: int) -> None:
    """Give an instance to another category."""
    new = cs.next_instance(annotation.gt, called)
    annotation.gt[annotation.gt == one] = new
    really = one // cs.FIRST_INSTANCE
    annotation.record("class", [new], [one], f"a {NAMES[really]} that is called a {NAMES[called]}")


def _same_category(one: int, other: int) -> bool:
    return one // cs.FIRST_INSTANCE == other // cs.FIRST_INSTANCE


def _merged(annotation: Annotation, one: int, other: int) -> None:
    annotation.gt[annotation.gt == other] = one
    annotation.record("merged", [one], [one, other], "covers two objects")


def _missed(annotation: Annotation) -> None:
    gone = annotation.take(SMALL, 6000, contact=0.5)
    annotation.erase(gone)
    annotation.record("missed", [], [gone], "an object without a label")


def _shifted(annotation: Annotation, rng: Random) -> None:
    moved = annotation.take(SMALL, 25_000, contact=0.5)
    crop = annotation.crop(moved)
    dy, dx = (int(sign * rng.integers(7, 11)) for sign in rng.choice([-1, 1], 2))
    annotation.redraw(moved, crop, faults.shifted(annotation.true[crop] == moved, dy, dx))
    annotation.record("shifted", [moved], [moved], faults.described_shift(dy, dx))


def _dilated(annotation: Annotation, rng: Random) -> None:
    grown = annotation.take(SMALL, 25_000, contact=0.5)
    crop = annotation.crop(grown)
    width = int(rng.integers(5, 8))
    annotation.redraw(grown, crop, faults.dilated(annotation.true[crop] == grown, width))
    annotation.record("dilated", [grown], [grown], f"{width} px too large on all sides")


def _polygon(annotation: Annotation, rng: Random) -> None:
    drawn = annotation.take(ORDINARY, contact=0.5)
    crop = annotation.crop(drawn)
    corners = int(rng.integers(5, 7))
    mask = faults.crude_polygon(annotation.true[crop] == drawn, corners, rng.uniform(0, 2), 1.05)
    annotation.redraw(drawn, crop, mask)
    annotation.record("polygon", [drawn], [drawn], f"a polygon of {corners} corners")


def _hole(annotation: Annotation, rng: Random) -> None:
    pierced = annotation.take(ORDINARY)
    crop = annotation.crop(pierced)
    mask = annotation.true[crop] == pierced
    annotation.redraw(pierced, crop, mask & ~faults.hole(mask, 0.12, rng))
    annotation.record("hole", [pierced], [pierced], "a hole in the middle of the label")


def _spurious(annotation: Annotation, place: Place) -> None:
    """Label of a person where nobody stands."""
    ghost = Canvas(coloured=False)
    draw_walker(ghost, place, Look(*[(0, 0, 0)] * 4), 1)
    new = cs.next_instance(annotation.gt, cs.PERSON)
    seen = annotation.vacant & (annotation.gt < cs.FIRST_INSTANCE) & ~np.isin(annotation.true, list(cs.VOID))
    annotation.gt[(ghost.segments() == 1) & seen] = new
    annotation.record("spurious", [new], [], "a person where nobody is")


def _stuff(
    annotation: Annotation, rng: Random, really: int, called: int, seed: tuple[int, int], reach: int
) -> None:
    """Give a patch of one kind of stuff to another; the edge of the patch is ragged."""
    y, x = np.ogrid[: annotation.true.shape[0], : annotation.true.shape[1]]
    ragged = ndimage.gaussian_filter(rng.standard_normal(annotation.true.shape), 6)
    distance = np.hypot(y - seed[0], x - seed[1]) + 8 * ragged / ragged.std()
    patch = (distance < reach) & (annotation.true == really) & (annotation.gt == really)
    annotation.gt[patch] = called
    note = f"a patch of {NAMES[really]} that is called {NAMES[called]}"
    annotation.record_patch(patch, called, really, note)


def _jitter(annotation: Annotation, rng: Random) -> None:
    trembling = annotation.take(ORDINARY)
    crop = annotation.crop(trembling)
    annotation.redraw(trembling, crop, faults.jittered(annotation.true[crop] == trembling, rng))
    annotation.record("jitter", [trembling], [trembling], "outline off by 1 px at most", harmless=True)
