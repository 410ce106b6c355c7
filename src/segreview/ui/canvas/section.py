"""Which slice of the labels the viewer shows, and what lies where in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from napari.viewer import Viewer

from segreview.model.box import Box
from segreview.model.edit import Edit
from segreview.model.labels import LabelImage


@dataclass(frozen=True)
class Section:
    """A slice of labels as the screen shows it.

    Parameters
    ----------
    axes
        Axes of the labels that run down and across the screen.
    index
        Index into the labels on every axis; 0 on these two.
    spacing
        World length of a pixel along each axis.
    offset
        World coordinates of the centre of the first pixel.
    """

    axes: tuple[int, int]
    index: tuple[int, ...]
    spacing: tuple[float, ...]
    offset: tuple[float, ...]

    @classmethod
    def of_viewer(cls, viewer: Viewer, labels: LabelImage) -> Section | None:
        """What a viewer shows of labels; None for a volume, or a slice that they lack."""
        extra = viewer.dims.ndim - len(labels.shape)
        axes = [axis - extra for axis in viewer.dims.displayed]
        if len(axes) != 2 or min(axes) < 0:
            return None
        point = np.array(viewer.dims.point[extra:]) - labels.offset
        index = np.floor(point / labels.spacing + 0.5).astype(int)
        index[axes] = 0
        if (index < 0).any() or (index >= labels.shape).any():
            return None
        return cls((axes[0], axes[1]), tuple(index.tolist()), labels.spacing, labels.offset)

    def point(self, position: Sequence[float]) -> tuple[float, ...]:
        """Array indices of a world position, in this slice."""
        world = position[len(position) - len(self.index) :]
        return tuple(
            (world[axis] - self.offset[axis]) / self.spacing[axis] if axis in self.axes else float(n)
            for axis, n in enumerate(self.index)
        )

    def shows(self, point: Sequence[float]) -> bool:
        """Whether array indices lie in this slice."""
        return all(axis in self.axes or round(point[axis]) == n for axis, n in enumerate(self.index))

    def place(self, point: Sequence[float]) -> tuple[float, float]:
        """World position of array indices, down and across the screen."""
        down, across = (self.offset[axis] + point[axis] * self.spacing[axis] for axis in self.axes)
        return down, across

    def slab(self, box: Box) -> Box:
        """Part of a box that lies in this slice; empty when it lies in others."""
        start, stop = list(box.start), list(box.stop)
        for axis, n in enumerate(self.index):
            if axis not in self.axes:
                start[axis], stop[axis] = max(start[axis], n), min(stop[axis], n + 1)
        return Box(tuple(start), tuple(max(a, b) for a, b in zip(start, stop, strict=True)))

    def flat(self, crop: np.ndarray) -> np.ndarray:
        """Crop of a slab as rows and columns of the screen."""
        hidden = tuple(axis for axis in range(crop.ndim) if axis not in self.axes)
        flat: np.ndarray = crop.squeeze(hidden)
        return flat if self.axes[0] < self.axes[1] else flat.T

    def corner(self, box: Box) -> tuple[float, float]:
        """World position of the outer corner of a box, down and across the screen."""
        return self.place([a - 0.5 for a in box.start])

    @property
    def pixel(self) -> tuple[float, float]:
        """World size of a pixel, down and across the screen."""
        return self.spacing[self.axes[0]], self.spacing[self.axes[1]]


def slice_events(viewer: Viewer) -> tuple[Any, ...]:
    """Emitters of a viewer that tell when another slice is shown, or the same one turned."""
    events = viewer.dims.events
    return events.current_step, events.order, events.ndisplay


def crop_after(plane: np.ndarray, box: Box, edits: Iterable[Edit]) -> np.ndarray:
    """Crop of a plane as it would be after edits; the plane stays as it is."""
    after = plane[box.slices].copy()
    for edit in edits:
        for patch in edit.patches:
            common = patch.box & box
            if common:
                whole = plane[patch.box.slices].copy()
                whole[patch.where()] = patch.new
                after[common.relative_to(box).slices] = whole[common.relative_to(patch.box).slices]
    return after
