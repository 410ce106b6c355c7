"""Where the layers of someone's own napari lie in the world, and which of them belong together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from napari.layers import Layer

from segreview.errors import PairingError

_CLOSE = 1e-6
"""What is left of a rotation by rounding, as a part of a pixel."""

_APART = 0.01
"""Part of a pixel by which two layers may lie apart and still count as one place."""


@dataclass(frozen=True)
class Place:
    """Where the pixels of a layer lie in the world.

    Parameters
    ----------
    spacing
        World length of a pixel along each axis.
    corner
        World coordinates of the centre of the first pixel.
    """

    spacing: tuple[float, ...]
    corner: tuple[float, ...]

    @classmethod
    def of_layer(cls, layer: Layer, without: int | None = None) -> Place:
        """Place of a layer; ``without`` is an axis that is not of space, its channels.

        Raises
        ------
        PairingError
            When the layer is rotated, sheared or mirrored.
        """
        corner = np.array(layer.data_to_world((0.0,) * layer.ndim))
        steps = np.array([layer.data_to_world(tuple(step)) for step in np.eye(layer.ndim)]) - corner
        spacing = np.diagonal(steps)
        if np.abs(steps - np.diag(spacing)).max() > _CLOSE * np.abs(steps).max() or spacing.min() <= 0:
            raise PairingError(
                f"The layer {layer.name} is rotated, sheared or mirrored; a review follows scale and "
                "translation only.",
                "Take its rotate, shear and affine back, or review a resampled copy.",
            )
        axes = [axis for axis in range(layer.ndim) if axis != without]
        return cls(tuple(map(float, spacing[axes])), tuple(map(float, corner[axes])))

    @property
    def at_origin(self) -> bool:
        """Whether the first pixel lies at the world's origin."""
        return bool(np.all(np.abs(self.corner) <= _CLOSE * np.array(self.spacing)))

    def is_that_of(self, other: Place, shape: Sequence[int]) -> bool:
        """Whether arrays of a shape lie on each other, pixel on pixel, in both places."""
        far = np.array(shape) * np.abs(np.subtract(self.spacing, other.spacing))
        near = np.abs(np.subtract(self.corner, other.corner))
        return bool(np.all(near + far <= _APART * np.array(self.spacing)))


def check_places(names: Sequence[str], places: Sequence[Place], shape: Sequence[int]) -> None:
    """Make sure that layers of one shape lie on each other; the first is the one to go by.

    Raises
    ------
    PairingError
        When one lies elsewhere.
    """
    for name, place in zip(names, places, strict=True):
        if not place.is_that_of(places[0], shape):
            raise PairingError(
                f"The layers {names[0]} and {name} have one shape but lie in different places: "
                f"scale {_listed(places[0].spacing)} and {_listed(place.spacing)}, "
                f"translation {_listed(places[0].corner)} and {_listed(place.corner)}.",
                "Give both layers the same scale and translate.",
            )


def _listed(numbers: Sequence[float]) -> str:
    return " x ".join(f"{number:g}" for number in numbers)
