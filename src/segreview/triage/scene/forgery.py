"""Faults forged into a copy of class labels: what wrong annotations look like in this very data set.

Eight kinds, three strengths. A judge that learns from them needs no known faults.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from segreview.model.box import Box

KINDS = ("swapped", "removed", "dilated", "eroded", "shifted", "hole", "added", "cut")
"""Every kind of fault."""

STRENGTHS = (1, 2, 3)
"""How plain a fault is: 1 is hard to see."""

LEAST, MOST = 60, 0.15
"""Pixels of the smallest component that gets a fault, and share of the image that the largest may have."""

REACH = 25
"""Faults of outlines go no farther than those of an object with this radius, in pixels."""

PLAIN = 40
"""A fault changes so many pixels at least."""


@dataclass(frozen=True)
class Forgery:
    """One fault.

    Parameters
    ----------
    kind, strength
        What it is.
    window, changed
        Where it is, and the pixels there whose class is wrong.
    """

    kind: str
    strength: int
    window: Box
    changed: np.ndarray


@dataclass(frozen=True, eq=False)
class _Component:
    """One component to work on, and all labels around it."""

    class_id: int
    mask: np.ndarray
    labels: np.ndarray
    strength: int
    rng: np.random.Generator
    present: np.ndarray

    def by(self, *shares: float, least: float) -> float:
        """Length in pixels: a share of the component's radius that grows with the strength."""
        radius = min(float(np.sqrt(self.mask.sum() / np.pi)), REACH)
        return max(least, shares[self.strength - 1] * radius)

    def filled(self, part: np.ndarray) -> np.ndarray:
        """Labels in which a part has gone to the nearest other class."""
        from scipy.ndimage import distance_transform_edt

        gone = self.mask | (self.labels < 0)
        new = self.labels.copy()
        if not gone.all():
            nearest = distance_transform_edt(gone, return_distances=False, return_indices=True)
            new[part] = self.labels[tuple(nearest)][part]
        return new

    def other_class(self) -> int:
        """Another class that the image holds."""
        return int(self.rng.choice(self.present[self.present != self.class_id]))


def _swapped(at: _Component) -> np.ndarray:
    return np.where(at.mask, at.other_class(), at.labels)


def _removed(at: _Component) -> np.ndarray:
    return at.filled(at.mask)


def _dilated(at: _Component) -> np.ndarray:
    from scipy.ndimage import distance_transform_edt

    grown = distance_transform_edt(~at.mask) <= at.by(0.2, 0.35, 0.5, least=3)
    return np.where(grown & (at.labels >= 0), at.class_id, at.labels)


def _eroded(at: _Component) -> np.ndarray:
    from scipy.ndimage import distance_transform_edt

    return at.filled(at.mask & (distance_transform_edt(at.mask) <= at.by(0.2, 0.35, 0.5, least=3)))


def _shifted(at: _Component) -> np.ndarray:
    direction = at.rng.normal(size=at.mask.ndim)
    by = at.by(0.3, 0.45, 0.6, least=4)
    step = np.rint(by * direction / np.linalg.norm(direction)).astype(int)
    moved = np.roll(at.mask, step, axis=tuple(range(at.mask.ndim)))
    return np.where(moved & (at.labels >= 0), at.class_id, at.filled(at.mask))


def _hole(at: _Component) -> np.ndarray:
    from scipy.ndimage import distance_transform_edt

    depth = distance_transform_edt(at.mask)
    centre = np.unravel_index(int(depth.argmax()), depth.shape)
    radius = max(4.0, (0.3, 0.45, 0.6)[at.strength - 1] * float(depth.max()))
    square = sum((axis - i) ** 2 for axis, i in zip(np.indices(at.mask.shape), centre, strict=True))
    return np.where(at.mask & (square <= radius * radius), at.other_class(), at.labels)


def _cut(at: _Component) -> np.ndarray:
    places = np.argwhere(at.mask)
    along = places @ at.rng.normal(size=at.mask.ndim)
    part = np.zeros_like(at.mask)
    part[at.mask] = along < np.quantile(along, (0.3, 0.4, 0.5)[at.strength - 1])
    return at.filled(part)


_MAKERS: dict[str, Callable[[_Component], np.ndarray]] = {
    "swapped": _swapped,
    "removed": _removed,
    "dilated": _dilated,
    "eroded": _eroded,
    "shifted": _shifted,
    "hole": _hole,
    "cut": _cut,
}


def forged(
    classes: np.ndarray, seed: int, share: float, kinds: tuple[str, ...] = KINDS
) -> tuple[np.ndarray, tuple[Forgery, ...]]:
    """Class labels in which a share of the components, one at least, is wrong, and what is wrong.

    Parameters
    ----------
    classes
        The right labels in the plane; negative for void, which stays.
    seed
        Seed of the chance.
    share
        Share of the components that get a fault.
    kinds
        From which kinds faults are chosen.
    """
    rng = np.random.default_rng(seed)
    found = _components(classes)
    rng.shuffle(found)
    present = np.unique(classes[classes >= 0])
    new, used, made = classes.copy(), np.zeros(classes.shape, bool), list[Forgery]()
    count = max(1, round(share * len(found)))
    for class_id, box, mask in found if len(present) > 1 else ():
        if len(made) == count:
            break
        kind, strength = str(rng.choice(kinds)), int(rng.choice(STRENGTHS))
        window = _elsewhere(box, classes.shape, rng) if kind == "added" else box.grown(REACH, classes.shape)
        view = new[window.slices]
        if kind == "added":
            concerned = mask
            after = np.where(mask & (view >= 0), class_id, view)
        else:
            concerned = np.zeros(window.shape, bool)
            concerned[box.relative_to(window).slices] = mask
            after = _MAKERS[kind](_Component(class_id, concerned, view, strength, rng, present))
        changed = (after != view) & (view >= 0)
        if used[window.slices][concerned | changed].any() or changed.sum() < PLAIN:
            continue
        view[changed] = after[changed]
        used[window.slices] |= concerned | changed
        made.append(Forgery(kind, strength, window, changed))
    return new, tuple(made)


def _components(classes: np.ndarray) -> list[tuple[int, Box, np.ndarray]]:
    """Class, box and mask of every component that may get a fault."""
    from scipy.ndimage import find_objects, label

    found = []
    for class_id in np.unique(classes[classes >= 0]).tolist():
        numbers, _ = label(classes == class_id)
        for number, slices in enumerate(find_objects(numbers), 1):
            mask = numbers[slices] == number
            if LEAST <= mask.sum() <= MOST * classes.size:
                box = Box(tuple(s.start for s in slices), tuple(s.stop for s in slices))
                found.append((class_id, box, mask))
    return found


def _elsewhere(box: Box, shape: tuple[int, ...], rng: np.random.Generator) -> Box:
    """Box of the same size anywhere in the image."""
    start = tuple(int(rng.integers(0, n - side + 1)) for n, side in zip(shape, box.shape, strict=True))
    return Box(start, tuple(a + side for a, side in zip(start, box.shape, strict=True)))
