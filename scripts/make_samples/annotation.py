"""A ground truth that is being spoilt: the true map, its faulty copy and the record of what was done."""

from collections.abc import Callable, Iterable

import numpy as np
from scipy import ndimage

from make_samples.truth import Planted, hull

Random = np.random.Generator
Crop = tuple[slice, slice]

MARGIN = 16
"""Pixels around an object that a fault may reach."""


class Annotation:
    """The faulty copy of a true map, in which each object takes part in one fault at most.

    Parameters
    ----------
    sample : str
        Stem of the sample.
    true : array of integers, shape (Y, X)
        The true map; its objects are the ids from `first_object` on, lower ids are background or stuff.
    behind : callable
        Gives, for a set of ids, the map as it is without these objects: integers, shape (Y, X).
    first_object : int
        Lowest id of an object.
    rng : numpy.random.Generator
        Chooses which objects are spoilt.

    Attributes
    ----------
    gt : array like `true`
        The faulty map.
    errors : list of Planted
        What was planted so far.
    left_out : frozenset of int
        True objects that the faulty map does not show, not even where another object is taken away.
    """

    def __init__(
        self,
        sample: str,
        true: np.ndarray,
        behind: Callable[[frozenset[int]], np.ndarray],
        first_object: int,
        rng: Random,
    ) -> None:
        self.sample = sample
        self.true = true
        self.gt = true.copy()
        self.behind = behind
        self.vacant = true < first_object
        self.errors: list[Planted] = []
        self.left_out: frozenset[int] = frozenset()
        ids, self.areas = self._measured()
        self.unspoilt = [int(i) for i in rng.permutation(ids)]

    def _measured(self) -> tuple[np.ndarray, dict[int, int]]:
        """Ids of the objects, ascending, and the area of each in pixels."""
        ids, areas = np.unique(self.true[~self.vacant], return_counts=True)
        return ids, {int(i): int(a) for i, a in zip(ids, areas, strict=True)}

    def crop(self, *ids: int) -> Crop:
        """Window around true objects with a margin, cut at the border of the image."""
        box = hull(*(self.true == i for i in ids))
        y, x = (slice(max(0, start - MARGIN), stop + MARGIN) for start, stop in box)
        return y, x

    def clearance(self, object_id: int) -> float:
        """Pixels from a true object to the next one: `MARGIN` when none is near, 0 at the border."""
        box = hull(self.true == object_id)
        if any(start == 0 or stop == size for (start, stop), size in zip(box, self.true.shape, strict=True)):
            return 0.0
        crop = self.crop(object_id)
        mask = self.true[crop] == object_id
        others = ~self.vacant[crop] & ~mask
        return float(ndimage.distance_transform_edt(~mask)[others].min()) if others.any() else float(MARGIN)

    def contact(self, object_id: int) -> float:
        """Share of a true object's rim that other objects touch."""
        crop = self.crop(object_id)
        mask = self.true[crop] == object_id
        rim = ndimage.binary_dilation(mask) & ~mask
        return float(1 - self.vacant[crop][rim].mean())

    def pristine(self, object_id: int) -> bool:
        """Tell whether no fault in front of a true object has uncovered or hidden a part of it."""
        return np.array_equal(self.gt == object_id, self.true == object_id)

    def take(self, least: int, most: int = 1_000_000, *, clearance: float = 0.0, contact: float = 1.0) -> int:
        """Claim an unspoilt object of `least` to `most` pixels.

        Its clearance is `clearance` pixels at least; others touch at most the share `contact` of its rim.
        """
        for object_id in self.unspoilt:
            fits = least <= self.areas[object_id] <= most and self.pristine(object_id)
            if fits and self.clearance(object_id) >= clearance and self.contact(object_id) <= contact:
                return self.claim(object_id)
        raise LookupError(f"no object of {self.sample} fits: {least=}, {most=}, {clearance=}, {contact=}")

    def take_pair(self, least: int, alike: Callable[[int, int], bool]) -> tuple[int, int]:
        """Claim two unspoilt objects that touch, are `alike` and have at least `least` pixels each."""
        for one in self.unspoilt:
            other = self.neighbour(one)
            if other is None or not alike(one, other) or min(self.areas[one], self.areas[other]) < least:
                continue
            if self.pristine(one) and self.pristine(other):
                return self.claim(one), self.claim(other)
        raise LookupError(f"no two objects of {self.sample} touch: {least=}")

    def claim(self, object_id: int) -> int:
        """Keep an object from being spoilt a second time."""
        self.unspoilt.remove(object_id)
        return object_id

    def neighbour(self, object_id: int) -> int | None:
        """Unspoilt object with the longest common border, or None; a border under 5 pixels does not count."""
        crop = self.crop(object_id)
        mask = self.true[crop] == object_id
        rim = ndimage.binary_dilation(mask) & ~mask
        ids, lengths = np.unique(self.true[crop][rim], return_counts=True)
        touching = {int(i): n for i, n in zip(ids, lengths, strict=True) if i in self.unspoilt and n >= 5}
        return max(touching, key=touching.__getitem__, default=None)

    def redraw(self, object_id: int, crop: Crop, mask: np.ndarray) -> None:
        """Give an object another outline, bool of the crop's shape; no other object loses a pixel."""
        old = self.true[crop] == object_id
        uncovered = old & ~mask
        self.gt[crop][uncovered] = self.behind(self.left_out | {object_id})[crop][uncovered]
        self.gt[crop][mask & (old | self.vacant[crop])] = object_id

    def erase(self, object_id: int) -> None:
        """Leave an object out: what stands behind it is seen."""
        self.left_out |= {object_id}
        shown = self.gt == object_id
        self.gt[shown] = self.behind(self.left_out)[shown]

    def record(
        self, kind: str, gt_ids: Iterable[int], true_ids: Iterable[int], note: str, harmless: bool = False
    ) -> None:
        """Write down one fault after it was drawn."""
        there, really = tuple(gt_ids), tuple(true_ids)
        box = hull(*(self.gt == i for i in there), *(self.true == i for i in really))
        self.errors.append(Planted(self.sample, kind, there, really, box, note, harmless))

    def record_patch(self, patch: np.ndarray, called: int, really: int, note: str) -> None:
        """Write down a patch of stuff, bool ``(Y, X)``, that was given to other stuff."""
        self.errors.append(Planted(self.sample, "stuff", (called,), (really,), hull(patch), note))
