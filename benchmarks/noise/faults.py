"""Annotation faults made on purpose: eight kinds, three strengths, in the plane and in space.

Outlines that are displaced by one pixel are made too; they count as right.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

KINDS = ("missed", "spurious", "merged", "split", "dilated", "eroded", "shifted", "hole")
"""Every kind of fault of objects."""

STRENGTHS = (1, 2, 3)
"""How plain a fault is: 1 is hard to see."""

TRIES = 30


@dataclass(frozen=True)
class Fault:
    """One fault.

    Parameters
    ----------
    kind, strength
        What it is.
    ids
        Ids in the faulty annotation that are wrong; empty for a missed object.
    place
        A pixel of the object in question.
    true_ids
        Ids of the right annotation.
    """

    kind: str
    strength: int
    ids: tuple[int, ...]
    place: tuple[int, ...]
    true_ids: tuple[int, ...]


class Forger:
    """Makes faults in a copy of an annotation, each on an object of its own.

    Parameters
    ----------
    labels
        The right annotation, integers, 0 is the background.
    rng
        Source of chance.
    aspect
        Size of a pixel along each axis.
    """

    def __init__(
        self, labels: np.ndarray, rng: np.random.Generator, aspect: tuple[float, ...] | None = None
    ) -> None:
        self.right = labels.astype(np.int32)
        self.labels = self.right.copy()
        self.rng = rng
        self.aspect = aspect or (1.0,) * labels.ndim
        self.faults: list[Fault] = []
        self._boxes = ndimage.find_objects(self.right)
        self._areas = np.bincount(self.right.ravel())
        self._used: set[int] = set()
        self._next = int(self.right.max()) + 1

    def forge(self, kind: str, strength: int) -> Fault | None:
        """Make one fault on an object chosen at random; None when no object suits."""
        make: Callable[[int, int], Fault | None] = getattr(self, f"_{kind}")
        free = [i for i, box in enumerate(self._boxes, 1) if box is not None and i not in self._used]
        self.rng.shuffle(free)
        for object_id in free[:TRIES]:
            if self._areas[object_id] < 30:
                continue
            fault = make(object_id, strength)
            if fault is not None:
                self._used.update(fault.true_ids)
                self.faults.append(fault)
                return fault
        return None

    def jitter(self, share: float) -> None:
        """Displace the outlines of some of the untouched objects by one pixel."""
        for object_id, box in enumerate(self._boxes, 1):
            if box is None or object_id in self._used or self.rng.random() >= share:
                continue
            window, mask = self._crop(object_id, 2)
            if self.rng.random() < 0.5:
                self._write(window, mask, ndimage.binary_dilation(mask), object_id)
            elif (less := ndimage.binary_erosion(mask, border_value=1)).sum() > 0.5 * mask.sum():
                self._write(window, mask, less, object_id)

    # ---------------------------------------------------------------- the kinds
    def _missed(self, object_id: int, strength: int) -> Fault | None:
        window, mask = self._crop(object_id, 0)
        place = self._place(window, mask)
        self.labels[window][mask] = 0
        return Fault("missed", strength, (), place, (object_id,))

    def _spurious(self, object_id: int, strength: int) -> Fault | None:
        """A copy of an object where there is none; the stronger, the farther from all objects."""
        _, mask = self._crop(object_id, 0)
        clear = (0.0, 2.0, 5.0)[strength - 1]
        distance = ndimage.distance_transform_edt(self.labels == 0, sampling=self.aspect)
        for _ in range(TRIES):
            start = [
                int(self.rng.integers(0, n - m + 1))
                for n, m in zip(self.labels.shape, mask.shape, strict=True)
            ]
            there = tuple(slice(a, a + m) for a, m in zip(start, mask.shape, strict=True))
            if (distance[there][mask] > clear).all():
                self.labels[there][mask] = self._next
                self._next += 1
                return Fault("spurious", strength, (self._next - 1,), self._place(there, mask), ())
        return None

    def _merged(self, object_id: int, strength: int) -> Fault | None:
        """Two neighbours, of which the weaker faults touch, as one object."""
        gap = (1.5, 3.0, 6.0)[strength - 1]
        window, mask = self._crop(object_id, int(gap) + 2)
        near = ndimage.distance_transform_edt(~mask, sampling=self.aspect) <= gap
        others = [i for i in np.unique(self.labels[window][near & ~mask]) if i and i not in self._used]
        others = [i for i in others if i < len(self._areas) and self._areas[i] > 30]
        if not others:
            return None
        other = int(self.rng.choice(others))
        both = self.labels == other
        self.labels[both] = object_id
        view = self.labels[window]
        filled = ndimage.binary_closing(np.pad(view == object_id, 8), iterations=int(gap))
        view[filled[(slice(8, -8),) * view.ndim] & (view == 0)] = object_id
        return Fault("merged", strength, (object_id,), self._place(window, mask), (object_id, other))

    def _split(self, object_id: int, strength: int) -> Fault | None:
        """One object cut in two by a straight line; the stronger, the more even."""
        window, mask = self._crop(object_id, 0)
        places = np.argwhere(mask) * np.array(self.aspect)
        normal = self.rng.normal(size=mask.ndim)
        along = (places - places.mean(axis=0)) @ normal
        share = (0.2, 0.35, 0.5)[strength - 1]
        part = np.zeros(mask.shape, bool)
        part[mask] = along < np.quantile(along, share)
        if min(part.sum(), mask.sum() - part.sum()) < 12:
            return None
        self.labels[window][part] = self._next
        self._next += 1
        return Fault("split", strength, (object_id, self._next - 1), self._place(window, mask), (object_id,))

    def _dilated(self, object_id: int, strength: int) -> Fault | None:
        by = self._by(object_id, strength)
        window, mask = self._crop(object_id, int(by) + 2)
        grown = ndimage.distance_transform_edt(~mask, sampling=self.aspect) <= by
        free = (self.labels[window] == 0) | mask
        if (grown & free).sum() < 1.2 * mask.sum():
            return None
        self._write(window, mask, grown & free, object_id)
        return Fault("dilated", strength, (object_id,), self._place(window, mask), (object_id,))

    def _eroded(self, object_id: int, strength: int) -> Fault | None:
        by = self._by(object_id, strength)
        window, mask = self._crop(object_id, 1)
        less = ndimage.distance_transform_edt(mask, sampling=self.aspect) > by
        if less.sum() < max(12, 0.15 * mask.sum()):
            return None
        self._write(window, mask, less, object_id)
        return Fault("eroded", strength, (object_id,), self._place(window, less), (object_id,))

    def _shifted(self, object_id: int, strength: int) -> Fault | None:
        by = max(2.0, (0.3, 0.45, 0.6)[strength - 1] * self._radius(object_id))
        direction = self.rng.normal(size=self.labels.ndim)
        step = np.rint(by * direction / np.linalg.norm(direction) / np.array(self.aspect)).astype(int)
        window, mask = self._crop(object_id, int(np.abs(step).max()) + 1)
        moved = _shifted(mask, step)
        moved &= (self.labels[window] == 0) | mask
        if moved.sum() < 0.6 * mask.sum() or (moved & mask).sum() > 0.9 * mask.sum():
            return None
        self._write(window, mask, moved, object_id)
        return Fault("shifted", strength, (object_id,), self._place(window, moved), (object_id,))

    def _hole(self, object_id: int, strength: int) -> Fault | None:
        radius = max(1.5, (0.15, 0.25, 0.4)[strength - 1] * self._radius(object_id))
        window, mask = self._crop(object_id, 1)
        depth = ndimage.distance_transform_edt(mask, sampling=self.aspect)
        centres = np.argwhere(depth > radius + 1)
        if not len(centres):
            return None
        centre = np.ones(mask.shape, bool)
        centre[tuple(centres[self.rng.integers(len(centres))])] = False
        hole = ndimage.distance_transform_edt(centre, sampling=self.aspect) <= radius
        self._write(window, mask, mask & ~hole, object_id)
        return Fault("hole", strength, (object_id,), self._place(window, mask & ~hole), (object_id,))

    # ---------------------------------------------------------------- steps
    def _radius(self, object_id: int) -> float:
        volume = self._areas[object_id] * np.prod(self.aspect)
        return float(np.sqrt(volume / np.pi) if self.labels.ndim == 2 else np.cbrt(0.75 * volume / np.pi))

    def _by(self, object_id: int, strength: int) -> float:
        return max(2.0, (0.15, 0.25, 0.35)[strength - 1] * self._radius(object_id))

    def _crop(self, object_id: int, margin: int) -> tuple[tuple[slice, ...], np.ndarray]:
        window = tuple(
            slice(max(s.start - margin, 0), min(s.stop + margin, n))
            for s, n in zip(self._boxes[object_id - 1], self.labels.shape, strict=True)
        )
        return window, self.labels[window] == object_id

    def _write(self, window: tuple[slice, ...], old: np.ndarray, new: np.ndarray, object_id: int) -> None:
        view = self.labels[window]
        new = new & ((view == 0) | old)
        view[old] = 0
        view[new] = object_id

    @staticmethod
    def _place(window: tuple[slice, ...], mask: np.ndarray) -> tuple[int, ...]:
        """The deepest pixel of a mask."""
        depth = ndimage.distance_transform_edt(np.pad(mask, 1))[(slice(1, -1),) * mask.ndim]
        index = np.unravel_index(int(depth.argmax()), mask.shape)
        return tuple(int(i) + s.start for i, s in zip(index, window, strict=True))


def _shifted(mask: np.ndarray, step: np.ndarray) -> np.ndarray:
    """Mask moved by whole pixels; what leaves its array is gone."""
    return np.asarray(ndimage.shift(mask.astype(np.uint8), step, order=0, mode="constant") > 0)


def forged(
    labels: np.ndarray,
    seed: int,
    share: float,
    kinds: tuple[str, ...] = KINDS,
    strengths: tuple[int, ...] = STRENGTHS,
    aspect: tuple[float, ...] | None = None,
    jitter: float = 0.15,
) -> tuple[np.ndarray, tuple[Fault, ...]]:
    """Annotation in which a share of the objects, one at least, is wrong, and what is wrong.

    There are fewer where too few objects suit the kinds asked for.

    Parameters
    ----------
    labels
        The right annotation.
    seed
        Seed of the chance.
    share
        Share of the objects that get a fault.
    kinds, strengths
        From which faults are chosen.
    aspect
        Size of a pixel along each axis.
    jitter
        Share of the other objects whose outline is displaced by one pixel.
    """
    rng = np.random.default_rng(seed)
    forger = Forger(labels, rng, aspect)
    count = max(1, round(share * (len(np.unique(labels)) - 1)))
    for _ in range(3 * count):
        if len(forger.faults) == count:
            break
        forger.forge(str(rng.choice(kinds)), int(rng.choice(strengths)))
    forger.jitter(jitter)
    return forger.labels, tuple(forger.faults)
