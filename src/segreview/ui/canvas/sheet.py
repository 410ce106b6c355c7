"""One layer of our own over the canvas: a picture that lies where the camera looks."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
from napari import Viewer
from napari.layers import Image as NapariImage
from napari.layers import Layer
from napari.layers.utils.layer_utils import Extent

NAME = "outlines"


class Image(NapariImage):  # napari saves a layer by the name of its class
    """Picture of a part of the scene that claims the extent of the whole.

    Otherwise the range and the step of the viewer's sliders would follow the camera.
    """

    claimed: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None  # shape, spacing, offset of the whole

    @cached_property  # napari clears it by name when the layer moves
    def extent(self) -> Extent:
        """Extent of the picture in its own pixels, but of the whole in the world."""
        own = super().extent
        if self.claimed is None:
            return own
        shape, spacing, offset = self.claimed
        return own._replace(world=np.stack([offset, offset + (shape - 1) * spacing]), step=spacing)

    def _update_thumbnail(self) -> None:
        """Leave the list of layers alone: a part of the scene is no thumbnail, and lists repaint for it."""


def units_of(viewer: Viewer, ndim: int, but: Layer | None = None) -> tuple[Any, ...] | None:
    """Units of the world as the viewer's layers, but for one, have it; None where they say nothing.

    napari warns and ignores all units where a layer's are of another sort.
    """
    others = [layer for layer in viewer.layers if layer is not but]
    units = viewer.layers.get_extent(others).units if others else None
    return None if units is None or len(units) < ndim else tuple(units[-ndim:])


def add_quietly(layers: Any, layer: NapariImage) -> None:
    """Put a layer on top, behind the back of the selection: whoever has a tool in hand keeps it."""
    selected = set(layers.selection)
    with layers.selection.events.blocker_all():
        layers.append(layer)
        layers.selection.clear()
        layers.selection.update(selected)


class Sheet:
    """A layer of ours: a picture that lies over the canvas, or over one cell of it.

    Parameters
    ----------
    viewer
        Viewer that gets the layer, on top of the others and without a change of the selection.
    on_eye
        Called with the new state when someone else shows or hides the layer.
    name
        Name of the layer.
    """

    def __init__(self, viewer: Viewer, on_eye: Callable[[bool], None], name: str = NAME) -> None:
        self._viewer = viewer
        self._on_eye = on_eye
        self._name = name
        self._layer: Image | None = None
        self._switching = False

    @property
    def layer(self) -> Image | None:
        """The layer, as long as the viewer has it."""
        return self._layer if self._layer in self._viewer.layers else None

    def cover(self, shape: np.ndarray, spacing: np.ndarray, offset: np.ndarray) -> None:
        """Stand for labels that lie there, in a layer of our own; blank until the next picture."""
        self._shape, self._spacing, self._offset = shape, spacing, offset
        self._axes = (shape.size - 2, shape.size - 1)
        self._picture = np.zeros((1, 1, 4), np.uint8)
        layer = self.layer or self._add()
        layer.claimed = shape, spacing, offset
        layer.data = self._spread()
        layer.units = units_of(self._viewer, shape.size, layer)
        self._move(layer, (0.0, 0.0), (spacing[-2], spacing[-1]))

    def place(
        self,
        picture: np.ndarray,
        axes: tuple[int, int],
        start: tuple[float, float],
        pixel: tuple[float, float],
    ) -> None:
        """Lay a picture at its place in the world.

        Parameters
        ----------
        picture
            RGBA, ``(H, W, 4)``.
        axes
            Axes of the labels along its rows and columns.
        start
            Coordinates of the centre of its first pixel, from the centre of the labels' first pixel.
        pixel
            World size of its pixels.
        """
        layer = self.layer
        if layer is None:
            return
        if (picture.shape, axes) == (self._picture.shape, self._axes):
            self._picture[:] = picture  # the layer sees it, and new data would cost more than a move
        else:
            self._picture, self._axes = picture, axes
            layer.data = self._spread()
        self._move(layer, start, pixel)

    def patch(self, part: np.ndarray, rows: slice, columns: slice) -> None:
        """Renew a part of the picture in its place."""
        self._picture[rows, columns] = part
        if self.layer is not None:
            self.layer.refresh(thumbnail=False, highlight=False, extent=False)

    def switch(self, on: bool) -> None:
        """Show or hide the layer."""
        layer = self.layer
        if layer is not None and layer.visible != on:
            self._switching = True
            layer.visible = on
            self._switching = False

    def lift(self) -> None:
        """Lay the layer on top of the others."""
        layers = self._viewer.layers
        if self.layer is not None and layers[-1] is not self.layer:
            layers.move(layers.index(self.layer), len(layers))

    def remove(self) -> None:
        """Take the layer away."""
        layer = self.layer
        if layer is not None:
            layer.events.visible.disconnect(self._pass_on)
            self._viewer.layers.remove(layer)

    def _add(self) -> Image:
        """Put a new layer on top, hidden, behind the back of the selection."""
        layers = self._viewer.layers
        units = units_of(self._viewer, self._shape.size)
        layer = Image(self._spread(), name=self._name, rgb=True, visible=False, units=units)
        layer.editable = False
        layer.locked = True
        layer.claimed = self._shape, self._spacing, self._offset
        add_quietly(layers, layer)
        layer.events.visible.connect(self._pass_on)
        self._layer = layer
        return layer

    def _spread(self) -> np.ndarray:
        """The picture as the layer's data: the same in every slice, without a copy."""
        image = self._picture if self._axes[0] < self._axes[1] else self._picture.swapaxes(0, 1)
        hidden = [axis for axis in range(self._shape.size) if axis not in self._axes]
        image = np.expand_dims(image, hidden)
        shape = np.array(image.shape)
        shape[hidden] = self._shape[hidden]
        return np.broadcast_to(image, shape)

    def _move(self, layer: Image, start: tuple[float, float], pixel: tuple[float, float]) -> None:
        """Set position and pixel size in one assignment, each of which makes napari slice and notify."""
        size, position = self._spacing.copy(), self._offset.copy()
        size[list(self._axes)] = pixel
        position[list(self._axes)] += start
        affine = np.diag([*size, 1.0])
        affine[:-1, -1] = position
        layer.affine = affine

    def _pass_on(self) -> None:
        if self.layer is not None and not self._switching:
            self._on_eye(bool(self.layer.visible))
