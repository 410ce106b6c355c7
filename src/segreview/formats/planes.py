"""Planes of labels whose objects have masks of their own: stacked, seen from above, and edited there.

A file of masks may hold objects that overlap. As labels these lie in several planes. Whoever edits sees
one: the planes from above, where a smaller object covers a larger one. What was painted there is brought
back to the objects as a difference, so that what lay hidden stays as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from segreview.model.box import Box, hull
from segreview.model.labels import LabelImage
from segreview.model.stack import laid


@dataclass(frozen=True, eq=False, slots=True)
class Part:
    """Pixels of one object: a box, and in it a boolean mask of the box's shape."""

    box: Box
    mask: np.ndarray

    @classmethod
    def of_mask(cls, mask: np.ndarray) -> Part:
        """Pixels of a mask of the whole image; an empty box for one without any."""
        return cls(Box.of_shape(mask.shape), mask).tight()

    @classmethod
    def union(cls, parts: Sequence[Part]) -> Part:
        """Pixels of some parts together, at least one."""
        box = hull(part.box for part in parts) or parts[0].box
        mask = np.zeros(box.shape, bool)
        for part in parts:
            if part.box:
                mask[part.box.relative_to(box).slices] |= part.mask
        return cls(box, mask)

    @property
    def area(self) -> int:
        """Number of pixels."""
        return int(self.mask.sum())

    @property
    def key(self) -> tuple[Box, bytes]:
        """Equal for the same pixels, whatever their boxes."""
        tight = self.tight()
        return tight.box, tight.mask.tobytes()

    def equals(self, other: Part) -> bool:
        """Whether both hold the same pixels."""
        return self.key == other.key

    def tight(self) -> Part:
        """Same pixels in their tightest box."""
        inner = Box.of_mask(self.mask)
        return Part(inner.shifted(self.box.start) if inner else inner, self.mask[inner.slices])

    def clipped(self, shape: Sequence[int]) -> Part:
        """Those of its pixels that lie in an image."""
        box = self.box & Box.of_shape(shape)
        return Part(box, self.mask[box.relative_to(self.box).slices])

    def within(self, box: Box) -> np.ndarray:
        """Boolean mask of a box that holds this part."""
        found = np.zeros(box.shape, bool)
        if self.box:
            found[self.box.relative_to(box).slices] = self.mask
        return found


def stacked(
    parts: Mapping[int, Part], shape: tuple[int, ...], check: Callable[[int], None] = lambda _: None
) -> tuple[np.ndarray, ...]:
    """Planes in which no two objects overlap: each object lies in the first plane that has room for it.

    Parameters
    ----------
    parts
        Pixels of the objects by their ids.
    shape
        Shape of the image.
    check
        See `laid`.
    """
    dtype = np.int32 if max(parts, default=0) <= np.iinfo(np.int32).max else np.int64
    return laid(shape, ((id_, part.box, part.mask) for id_, part in parts.items()), check, dtype)


def parts_of(labels: LabelImage) -> dict[int, Part]:
    """Pixels of every id but the background's, in order of the ids."""
    found = {}
    for plane in labels.planes:
        for id_, box in _boxes(plane):
            if id_ != labels.background:
                found[id_] = Part(box, plane[box.slices] == id_)
    return dict(sorted(found.items()))


def flattened(labels: LabelImage) -> LabelImage:
    """Same labels from above, in one plane: where objects overlap, the smallest is seen.

    Parameters
    ----------
    labels
        Labels, whose objects are connected to their files as before.
    """
    if len(labels.planes) == 1:
        return labels
    plane, below = _from_above(labels)
    count = sum(part.area for part in below.values())
    told = f"{labels.reading}; objects overlap: of {count} pixels the smaller object is shown, none is lost"
    origin = labels.origin and replace(labels.origin, hidden=stacked(below, labels.shape))
    return replace(labels, planes=(plane,), origin=origin, reading=told)


def _from_above(labels: LabelImage) -> tuple[np.ndarray, dict[int, Part]]:
    """Plane in which smaller objects cover larger ones, and what lies below others, by id."""
    plane = np.full(labels.shape, labels.background or 0, labels.planes[0].dtype)
    parts = parts_of(labels)
    for id_, part in sorted(parts.items(), key=lambda entry: (-entry[1].area, entry[0])):
        plane[part.box.slices][part.mask] = id_
    below = {id_: Part(part.box, part.mask & (plane[part.box.slices] != id_)) for id_, part in parts.items()}
    return plane, {id_: part for id_, part in below.items() if part.mask.any()}


def restored(labels: LabelImage) -> LabelImage:
    """Same labels in planes again, with what lies below other objects, after edits from above."""
    if len(labels.planes) > 1 or labels.origin is None or not labels.origin.hidden:
        return labels
    parts = {id_: part for id_, part in repainted({}, labels).items() if part is not None}
    return replace(labels, planes=stacked(parts, labels.shape), origin=replace(labels.origin, hidden=()))


def repainted(before: Mapping[int, Part], labels: LabelImage) -> dict[int, Part | None]:
    """Objects that are others now than they were in their files.

    Parameters
    ----------
    before
        Pixels of the objects as the files hold them, by id; some may have none.
    labels
        The labels after edits: in planes, or as `flattened` gave them.

    Returns
    -------
    dict of int to Part or None
        By id, those that are others, are new, or are gone (None). Of an object that is seen the pixels that
        lay below others when the labels were first seen from above are part, however often they were saved
        since. One of which nothing is left of what was seen is gone.
    """
    now = parts_of(labels) if len(labels.planes) > 1 else _painted(before, labels)
    changed: dict[int, Part | None] = {}
    for id_, part in before.items():
        if id_ not in now and part.area:
            changed[id_] = None
        elif id_ in now and not now[id_].equals(part):
            changed[id_] = now[id_]
    return changed | {id_: now[id_] for id_ in sorted(now.keys() - before.keys())}


def _painted(before: Mapping[int, Part], after: LabelImage) -> dict[int, Part]:
    """Pixels of every object of labels from above, by id: what is seen, and what lies below others."""
    seen, below = parts_of(after), _below(before, after)
    nothing = Part.of_mask(np.zeros((1,) * len(after.shape), bool))
    for id_, hidden in below.items():
        new = seen.get(id_, nothing)
        if not new.box and not hidden.equals(before.get(id_, nothing)):
            continue  # deleted: nothing of it is seen any more, and it was
        seen[id_] = Part.union((hidden, new))
    return seen


def _below(before: Mapping[int, Part], after: LabelImage) -> Mapping[int, Part]:
    """Pixels of objects that lie below others, by id: as the labels know it, else as the files have it."""
    if after.origin is not None and after.origin.hidden:
        return parts_of(LabelImage(after.origin.hidden))
    planes = stacked(before, after.shape)
    return _from_above(LabelImage(planes))[1] if len(planes) > 1 else {}


def _boxes(plane: np.ndarray) -> Iterator[tuple[int, Box]]:
    """Ids of a plane with the boxes around their pixels."""
    from scipy.ndimage import find_objects

    flat = plane.reshape(-1)
    runs = np.flatnonzero(np.concatenate([[True], flat[1:] != flat[:-1]]))  # far fewer than pixels to sort
    ids, ranks = np.unique(flat[runs], return_inverse=True)
    places = np.repeat(ranks + 1, np.diff(runs, append=flat.size)).reshape(plane.shape)
    slices: Iterable[tuple[slice, ...]] = find_objects(places)
    for id_, place in zip(ids.tolist(), slices, strict=True):
        yield id_, Box.of_slices(place)
