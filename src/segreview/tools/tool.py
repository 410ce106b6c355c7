"""What every correction tool takes and gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from segreview.errors import EditRefused
from segreview.model.box import Box
from segreview.model.edit import Edit, Patch, painted, touched_cells
from segreview.model.labels import LabelImage
from segreview.model.sample import REFERENCE
from segreview.shape.line import Line

_NONE: Mapping[int, int] = MappingProxyType({})
_NO_BOXES: Mapping[int, Box] = MappingProxyType({})

Brush = tuple[Box, np.ndarray, int]
"""Where a tool writes: a box, a boolean mask of its shape, and the id that the pixels get."""


@dataclass(frozen=True, eq=False)
class Target:
    """What a tool works on: labels, and the objects of both sides that are meant.

    Parameters
    ----------
    reference
        Labels to correct; tools read them and never write.
    prediction
        The model's labels, or None.
    box
        Hull of the objects that are meant.
    reference_ids, prediction_ids
        The objects that are meant, on each side.
    fresh
        Gives the next unused reference id for a category (or None).
    partners
        Reference object that matches a prediction object, for objects that are not meant.
    region
        For semantic labels: boolean mask of the box's shape, the pixels that are meant.
    protect
        True when objects that are not meant keep their pixels.
    plane
        Plane of the reference that is corrected.
    boxes
        Boxes of single reference objects, where they are known.
    line
        What the user has drawn to cut along.
    """

    reference: LabelImage
    prediction: LabelImage | None
    box: Box
    reference_ids: tuple[int, ...]
    prediction_ids: tuple[int, ...]
    fresh: Callable[[int | None], int]
    partners: Mapping[int, int] = field(default_factory=lambda: _NONE)
    region: np.ndarray | None = None
    protect: bool = True
    plane: int = 0
    boxes: Mapping[int, Box] = field(default_factory=lambda: _NO_BOXES)
    line: Line | None = None

    @property
    def before(self) -> np.ndarray:
        """Reference ids within the box (a view)."""
        return self.within(self.box)

    def within(self, box: Box) -> np.ndarray:
        """Reference ids within any box (a view)."""
        return self.reference.planes[self.plane][box.slices]

    def box_of(self, number: int) -> Box:
        """Box that holds a reference object that is meant."""
        return self.boxes.get(number, self.box)

    def predicted(self) -> np.ndarray:
        """Prediction ids within the box; objects of later planes lie on top."""
        if self.prediction is None:
            return np.zeros(self.box.shape, np.int64)
        bottom, *others = self.prediction.planes
        seen = bottom[self.box.slices]
        for plane in others:
            crop = plane[self.box.slices]
            empty = np.isin(crop, list(self.prediction.outside))
            seen = np.where(empty, seen, crop)
        return seen

    def edit(self, after: np.ndarray, tool: str) -> Edit | None:
        """Edit that turns the box into ``after``, or None when nothing would change."""
        changed = after != self.before
        patches = tuple(painted(self.reference.planes[self.plane], self.box, changed, after))
        return Edit(REFERENCE, self.plane, patches, tool) if patches else None

    def written(self, brushes: Iterable[Brush], tool: str) -> Edit | None:
        """Edit that writes ids under masks, at the cost of their boxes; None when nothing would change."""
        shape, after = self.reference.shape, {}
        for box, mask, number in brushes:
            for cell in touched_cells([box], shape):
                if cell not in after:
                    after[cell] = self.within(cell).copy()
                common = cell & box
                after[cell][common.relative_to(cell).slices][mask[common.relative_to(box).slices]] = number
        changes = (Patch.of_change(cell, self.within(cell), new) for cell, new in after.items())
        patches = tuple(patch for patch in changes if patch is not None)
        return Edit(REFERENCE, self.plane, patches, tool) if patches else None


@dataclass(frozen=True)
class Tool:
    """A correction tool.

    Parameters
    ----------
    name
        Short name, written into the journal.
    title
        Name that the user reads.
    function
        Pure function from a target to an edit, or None when there is nothing to do.
    """

    name: str
    title: str
    function: Callable[[Target], Edit | None]

    def __call__(self, target: Target) -> Edit | None:
        """Edit that the tool proposes for a target."""
        return self.function(target)


def check_fits(before: np.ndarray, number: int) -> None:
    """Refuse an id that the array cannot hold."""
    limits = np.iinfo(before.dtype)
    if not limits.min <= number <= limits.max:
        raise EditRefused(
            f"Id {number} does not fit: {before.dtype} labels hold ids from {limits.min} to {limits.max}.",
            "Choose Correct > Promote labels to save them with a wider type.",
        )
