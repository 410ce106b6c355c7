"""Where the layers of someone's own napari lie in the world, and which of them belong together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from napari.layers import Layer
from napari.viewer import Viewer

from segreview.errors import PairingError
from segreview.model.box import shape_text

_CLOSE = 1e-6
"""What is left of a rotation by rounding, as a part of a pixel."""

_APART = 0.01
"""Part of a pixel by which two layers may lie apart and still count as one place."""


@dataclass(frozen=True)
class World:
    """The world of a viewer, and what is in view of it.

    Parameters
    ----------
    units
        Units of its axes; None where the layers' are of different sorts, which napari then ignores.
    names
        Names of its axes.
    point
        World coordinates of the slice in view.
    """

    units: tuple[Any, ...] | None
    names: tuple[str, ...]
    point: tuple[float, ...]

    @classmethod
    def of_viewer(cls, viewer: Viewer) -> World:
        """World of a viewer as it is now."""
        return cls(viewer.layers.extent.units, tuple(viewer.dims.axis_labels), tuple(viewer.dims.point))

    def units_of(self, layer: Layer) -> tuple[Any, ...]:
        """Units of the axes of a layer in the world."""
        return layer.units if self.units is None else self.units[-layer.ndim :]

    def sizes_of(self, layer: Layer) -> np.ndarray:
        """How many units of the world make one of a layer's, along each of its axes."""
        units = zip(layer.units, self.units_of(layer), strict=True)
        return np.array([1.0 if unit == ours else (1 * unit).to(ours).magnitude for unit, ours in units])

    def index_in(self, layer: Layer, shape: Sequence[int]) -> tuple[int, ...]:
        """Pixel of a layer of this shape that is in view, or the nearest to it."""
        point = np.array(self.point[-layer.ndim :]) / self.sizes_of(layer)
        index = np.round(layer.world_to_data(point)).astype(int)
        return tuple(np.clip(index, 0, np.array(shape) - 1).tolist())


@dataclass(frozen=True, eq=False)
class Place:
    """Where the pixels of a layer lie in the world.

    Parameters
    ----------
    steps
        World vector of one pixel along each axis, in columns, ``(n, n)``.
    corner
        World coordinates of the centre of the first pixel.
    units
        Units of its axes in the world.
    upright
        Whether the axes of the layer are those of the world, in the same direction.
    """

    steps: np.ndarray
    corner: np.ndarray
    units: tuple[Any, ...]
    upright: bool

    @classmethod
    def of_layer(cls, layer: Layer, world: World, axes: Iterable[int] | None = None) -> Place:
        """Place of a layer, or of its part along some of its axes, in the order of the array."""
        sizes = world.sizes_of(layer)
        corner = np.array(layer.data_to_world((0.0,) * layer.ndim)) * sizes
        ends = np.array([layer.data_to_world(tuple(step)) for step in np.eye(layer.ndim)]) * sizes
        steps = (ends - corner).T
        lengths = np.diagonal(steps)
        skew = np.abs(steps - np.diag(lengths)).max()
        upright = bool(skew <= _CLOSE * np.abs(steps).max() and lengths.min() > 0)
        kept = list(range(layer.ndim) if axes is None else axes)
        units = world.units_of(layer)
        return cls(steps[np.ix_(kept, kept)], corner[kept], tuple(units[axis] for axis in kept), upright)

    @property
    def spacing(self) -> tuple[float, ...]:
        """World length of a pixel along each axis."""
        return tuple(np.linalg.norm(self.steps, axis=0).tolist())

    @property
    def offset(self) -> tuple[float, ...]:
        """Where a review of the layer lies: over it, but at the origin where outlines cannot follow."""
        return tuple(self.corner.tolist()) if self.upright else (0.0,) * len(self.corner)

    def is_that_of(self, other: Place, shape: Sequence[int]) -> bool:
        """Whether arrays of a shape lie on each other, pixel on pixel, in both places."""
        far = np.abs(self.steps - other.steps) @ np.array(shape)
        near = np.abs(self.corner - other.corner)
        return bool(np.all(near + far <= _APART * min(self.spacing)))

    def meets(self, other: Place, shape: Sequence[int]) -> bool:
        """Whether the boxes around arrays of a shape have a part in common."""
        (low, high), (first, last) = self._hull(shape), other._hull(shape)
        return bool(np.all(np.maximum(low, first) < np.minimum(high, last)))

    def _hull(self, shape: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
        """Least and greatest world coordinates of an array."""
        ends = self.steps * -0.5, self.steps * (np.array(shape) - 0.5)
        return self.corner + np.minimum(*ends).sum(axis=1), self.corner + np.maximum(*ends).sum(axis=1)

    def __str__(self) -> str:
        turned = "" if self.upright else ", rotated, sheared or mirrored"
        return f"scale {_listed(self.spacing)}, translate {_listed(self.corner.tolist())}{turned}"


def misplaced(names: Sequence[str], places: Sequence[Place], shape: Sequence[int]) -> str:
    """What is to be said of layers of one shape that do not lie on the first one; empty when all do.

    Raises
    ------
    PairingError
        When one does not even touch it.
    """
    told = []
    for name, place in zip(names[1:], places[1:], strict=True):
        if place.is_that_of(places[0], shape):
            continue
        where = f"{names[0]} ({places[0]}) and {name} ({place})"
        if not place.meets(places[0], shape):
            raise PairingError(
                f"The layers {where} do not overlap anywhere.",
                "Give both the same scale and translate if they are of one image.",
            )
        told.append(f"{where} lie in different places. They are compared pixel by pixel, as two arrays.")
    return "\n".join(told)


def _listed(numbers: Sequence[float]) -> str:
    return shape_text(f"{number:g}" for number in numbers)
