"""Edits: frozen, invertible changes of a label array, as large as the pixels that they change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from segreview.model.box import Box, hull

PATCH_SIDE = 128
"""Longest side of a patch in pixels: long thin strokes cost tiles, not their bounding box."""


@dataclass(frozen=True, eq=False)
class Patch:
    """Changed pixels within one small box.

    Parameters
    ----------
    box
        Where; no side longer than `PATCH_SIDE`.
    mask
        Changed pixels of the box, packed to bits in C order; empty when every pixel changed.
    old, new
        Values before and after, 1-D in the order of the mask, in the labels' dtype; a single
        value when all are equal.
    """

    box: Box
    mask: bytes
    old: np.ndarray
    new: np.ndarray

    @classmethod
    def of_change(cls, box: Box, before: np.ndarray, after: np.ndarray) -> Patch | None:
        """Patch that turns one crop into another, with its box drawn tight; None when they are equal."""
        changed = before != after
        inner = Box.of_mask(changed)
        if not inner:
            return None
        changed = changed[inner.slices]
        mask = b"" if changed.all() else np.packbits(changed).tobytes()
        old, new = before[inner.slices][changed], after[inner.slices][changed]
        return cls(inner.shifted(box.start), mask, _condensed(old), _condensed(new))

    @property
    def count(self) -> int:
        """Number of changed pixels."""
        return int(self.where().sum())

    @property
    def nbytes(self) -> int:
        """Memory of the mask and the values in bytes."""
        return len(self.mask) + int(self.old.nbytes) + int(self.new.nbytes)

    def where(self) -> np.ndarray:
        """Boolean mask of the changed pixels in the shape of the box."""
        shape = self.box.shape
        if not self.mask:
            return np.ones(shape, bool)
        bits = np.frombuffer(self.mask, np.uint8)
        return np.unpackbits(bits, count=self.box.size).astype(bool).reshape(shape)

    def apply_to(self, data: np.ndarray) -> None:
        """Write the new values into an array, in place."""
        crop = data[self.box.slices]
        if self.mask:
            crop[self.where()] = self.new
        else:
            crop[...] = self.new if self.new.size == 1 else self.new.reshape(crop.shape)

    def inverse(self) -> Patch:
        """Patch that takes this one back."""
        return Patch(self.box, self.mask, self.new, self.old)

    def where_old_in(self, data: np.ndarray) -> Patch | None:
        """Part of the patch whose old values stand in an array, or None."""
        before = data[self.box.slices]
        after = before.copy()
        where = self.where()
        fits = before[where] == self.old
        after[where] = np.where(fits, self.new, before[where])
        return Patch.of_change(self.box, before, after)

    def ids(self) -> set[int]:
        """Every value that the patch removes or writes."""
        return {int(i) for i in np.union1d(self.old, self.new)}


def _condensed(values: np.ndarray) -> np.ndarray:
    """Single value when all are equal, else a copy that does not keep a larger array alive."""
    same = values[:1] if (values == values[0]).all() else values
    return np.ascontiguousarray(same).copy()


@dataclass(frozen=True, eq=False)
class Edit:
    """A change of one plane of one mask source.

    Parameters
    ----------
    source
        Role of the mask source within its sample, for example ``"reference"``.
    plane
        Index of the plane of the `LabelImage`.
    patches
        The changed pixels, in order of application.
    tool
        What made the edit, for example ``"brush"``.
    author
        Who made it; empty when unknown.
    time
        When, in seconds since the epoch (UTC).
    """

    source: str
    plane: int
    patches: tuple[Patch, ...]
    tool: str
    author: str = ""
    time: float = 0.0

    @cached_property
    def box(self) -> Box:
        """Hull of all patches."""
        whole = hull(patch.box for patch in self.patches)
        if whole is None:
            raise ValueError("an edit without patches has no box")
        return whole

    @cached_property
    def ids(self) -> frozenset[int]:
        """Every id that loses or gains pixels, background included."""
        return frozenset().union(*(patch.ids() for patch in self.patches))

    @property
    def count(self) -> int:
        """Number of changed pixels, summed over the patches."""
        return sum(patch.count for patch in self.patches)

    @property
    def nbytes(self) -> int:
        """Memory of all patches in bytes."""
        return sum(patch.nbytes for patch in self.patches)

    def apply_to(self, data: np.ndarray) -> None:
        """Write the new values into an array, in place."""
        for patch in self.patches:
            patch.apply_to(data)

    def inverse(self) -> Edit:
        """Edit that takes this one back."""
        return replace(self, patches=tuple(patch.inverse() for patch in reversed(self.patches)))

    def where_old_in(self, data: np.ndarray) -> Edit | None:
        """Part of the edit whose old values stand in an array, or None."""
        patches = (patch.where_old_in(data) for patch in self.patches)
        left = tuple(patch for patch in patches if patch is not None)
        return replace(self, patches=left) if left else None

    def signed(self, author: str, time: float) -> Edit:
        """Same edit with its author and time."""
        return replace(self, author=author, time=time)


def held(data: np.ndarray, ids: Iterable[int]) -> np.ndarray:
    """Boolean mask of the pixels that hold one of the ids.

    Exact for all ids: `numpy.isin` on Python integers compares uint64 labels as floats. An id
    that the array's dtype cannot hold is nowhere.
    """
    limits = np.iinfo(data.dtype)
    holdable = [i for i in ids if limits.min <= i <= limits.max]
    return np.isin(data, np.array(holdable, data.dtype))


def touched_cells(boxes: Iterable[Box], shape: Iterable[int]) -> list[Box]:
    """Cells of the patch grid that any of the boxes meets, each once, cut to an array of ``shape``."""
    whole = Box.of_shape(shape)
    found: dict[Box, None] = {}
    for box in boxes:
        for tile in (box & whole).tiles(PATCH_SIDE):
            corner = tuple(a // PATCH_SIDE * PATCH_SIDE for a in tile.start)
            found[Box(corner, tuple(a + PATCH_SIDE for a in corner)) & whole] = None
    return list(found)


def difference(before: np.ndarray, after: np.ndarray, boxes: Iterable[Box]) -> Iterator[Patch]:
    """Patches that turn ``before`` into ``after`` within the boxes, cut along the patch grid."""
    for cell in touched_cells(boxes, before.shape):
        patch = Patch.of_change(cell, before[cell.slices], after[cell.slices])
        if patch is not None:
            yield patch


def painted(data: np.ndarray, box: Box, mask: np.ndarray, values: np.ndarray | int) -> Iterator[Patch]:
    """Patches that write ``values`` under ``mask`` within one box of an array.

    Parameters
    ----------
    data
        Label array; it is not changed.
    box
        Region that is looked at.
    mask
        Boolean array of the box's shape: pixels to write.
    values
        One id, or an array of the box's shape.
    """
    for tile in box.tiles(PATCH_SIDE):
        inner = tile.relative_to(box).slices
        if not mask[inner].any():
            continue
        before = data[tile.slices]
        after = before.copy()
        chosen = values if np.ndim(values) == 0 else np.asarray(values)[inner][mask[inner]]
        after[mask[inner]] = chosen
        patch = Patch.of_change(tile, before, after)
        if patch is not None:
            yield patch


def without_old(edit: Edit, kept: frozenset[int]) -> Edit | None:
    """Edit without the pixels that hold one of the kept ids; None when nothing is left.

    Parameters
    ----------
    edit
        Any edit.
    kept
        Ids whose pixels must stay as they are, for example void.
    """
    if all(kept.isdisjoint(patch.old.tolist()) for patch in edit.patches):
        return edit
    patches = (_patch_without_old(patch, kept) for patch in edit.patches)
    left = tuple(patch for patch in patches if patch is not None)
    return replace(edit, patches=left) if left else None


def _patch_without_old(patch: Patch, kept: frozenset[int]) -> Patch | None:
    where = patch.where()
    before = np.zeros(where.shape, patch.old.dtype)
    after = before.copy()
    before[where], after[where] = patch.old, patch.new
    stays = where & held(before, kept)
    after[stays] = before[stays]
    return Patch.of_change(patch.box, before, after)
