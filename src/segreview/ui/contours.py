"""Outlines of both sides over the image, drawn anew for the part of the scene that is in view.

One napari image layer lies exactly over the canvas, one element per screen pixel, so lines keep their width
at any zoom. Screen pixels are those in which napari counts its zoom and the size of its canvas: on a HiDPI
screen device-independent ones, so that a line has the same width for the eye.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from napari import Viewer
from napari.layers import Image as NapariImage
from napari.layers.utils.layer_utils import Extent
from qtpy.QtCore import QTimer

from segreview.model.box import Box
from segreview.shape.outline import REACH, Outline, draw_outlines, sample_grid, sample_view, spread_span

NAME = "outlines"
_NO_IDS = np.empty(0, np.int64)


@dataclass(frozen=True, eq=False)
class Side:
    """One side of the review, as the outlines need it.

    Parameters
    ----------
    name
        Which side it is.
    planes
        Label arrays of one shape; others may edit them in place and then ask for a redraw.
    outside
        Ids that are no objects: the background and void.
    rgb
        Colour of the outlines, 0 to 255.
    dashed
        Whether the outlines are dashed.
    """

    name: str
    planes: Sequence[np.ndarray]
    outside: Collection[int]
    rgb: tuple[int, int, int]
    dashed: bool = False


@dataclass(frozen=True)
class _Window:
    """The part of the scene that the canvas shows.

    Parameters
    ----------
    axes
        Axes of the labels that run down and across the screen.
    index
        Index into the labels on every other axis, 0 on these two.
    corner
        World coordinates of the screen's corner along ``axes``.
    size
        Height and width of the screen in its own pixels.
    pitch
        World length of a screen pixel.
    """

    axes: tuple[int, int]
    index: tuple[int, ...]
    corner: tuple[float, float]
    size: tuple[int, int]
    pitch: float

    def section(self, plane: np.ndarray) -> np.ndarray:
        """The two-dimensional array in view, its rows running down the screen."""
        at = tuple(slice(None) if axis in self.axes else n for axis, n in enumerate(self.index))
        return plane[at] if self.axes[0] < self.axes[1] else plane[at].T

    def holds(self, box: Box) -> bool:
        """Whether a box of the labels meets the slice in view."""
        others = (axis for axis in range(box.ndim) if axis not in self.axes)
        return all(box.start[axis] <= self.index[axis] < box.stop[axis] for axis in others)


@dataclass(frozen=True, eq=False)
class _Grid:
    """Which rows and columns of a section a picture shows, and where in the world it lies.

    Parameters
    ----------
    indices
        Data index of each row and of each column of the picture.
    start
        World coordinates of the centre of its first pixel.
    pixel
        World size of its pixels.
    origin
        Row and column of its first pixel on an endless screen with the same pixels.
    """

    indices: tuple[np.ndarray, np.ndarray]
    start: tuple[float, float]
    pixel: tuple[float, float]
    origin: tuple[int, int]

    @classmethod
    def of_window(cls, window: _Window, spacing: np.ndarray, shape: np.ndarray) -> _Grid:
        """Grid of a window, a little wider, so that lines do not end at the edge of the screen."""
        pitch, indices, start, origin = window.pitch, [], [], []
        for axis, corner, size in zip(window.axes, window.corner, window.size, strict=True):
            edge = corner - REACH * pitch
            first, shown = sample_grid(edge, pitch, size + 2 * REACH, spacing[axis], shape[axis])
            indices.append(shown)
            start.append(edge + (first + 0.5) * pitch)
            origin.append(round(edge / pitch) + first)
        return cls((indices[0], indices[1]), (start[0], start[1]), (pitch, pitch), (origin[0], origin[1]))

    @property
    def empty(self) -> bool:
        """Whether there is nothing to see."""
        return not (self.indices[0].size and self.indices[1].size)


class Image(NapariImage):  # napari saves a layer by the name of its class
    """Picture of a part of the scene that claims the extent of the whole.

    Otherwise the range and the step of the viewer's sliders would follow the camera.
    """

    claimed: tuple[np.ndarray, np.ndarray] | None = None  # shape and spacing of the whole

    @cached_property  # napari clears it by name when the layer moves
    def extent(self) -> Extent:
        """Extent of the picture in its own pixels, but of the whole in the world."""
        own = super().extent
        if self.claimed is None:
            return own
        shape, spacing = self.claimed
        return own._replace(world=np.stack([0 * spacing, (shape - 1) * spacing]), step=spacing)


class _Sheet:
    """The one layer of ours: a picture that lies over the canvas.

    Parameters
    ----------
    viewer
        Viewer that gets the layer, on top of the others and without a change of the selection.
    on_eye
        Called with the new state when someone else shows or hides the layer.
    """

    def __init__(self, viewer: Viewer, on_eye: Callable[[bool], None]) -> None:
        self._viewer = viewer
        self._on_eye = on_eye
        self._layer: Image | None = None
        self._switching = False

    @property
    def layer(self) -> Image | None:
        """The layer, as long as the viewer has it."""
        return self._layer if self._layer in self._viewer.layers else None

    def cover(self, shape: np.ndarray, spacing: np.ndarray) -> None:
        """Stand for labels of this shape and spacing, in a layer of our own; blank until the next picture."""
        self._shape, self._spacing = shape, spacing
        self._axes = (shape.size - 2, shape.size - 1)
        self._picture = np.zeros((1, 1, 4), np.uint8)
        layer = self.layer or self._add()
        layer.claimed = shape, spacing
        layer.data = self._spread()
        layer.units = self._units()
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
            World coordinates of the centre of its first pixel.
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
        layer = Image(self._spread(), name=NAME, rgb=True, visible=False)
        layer.editable = False
        layer.locked = True
        layer.claimed = self._shape, self._spacing
        selected = set(layers.selection)
        with layers.selection.events.blocker_all():
            layers.append(layer)
            layers.selection.clear()
            layers.selection.update(selected)
        layer.events.visible.connect(self._pass_on)
        self._layer = layer
        return layer

    def _units(self) -> tuple[Any, ...] | None:
        """Units of the other layers: napari warns and ignores them all where one differs."""
        others = [layer for layer in self._viewer.layers if layer is not self._layer]
        units = self._viewer.layers.get_extent(others).units if others else None
        ndim = self._shape.size
        return None if units is None or len(units) < ndim else tuple(units[-ndim:])

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
        size, position = self._spacing.copy(), np.zeros(self._spacing.size)
        size[list(self._axes)] = pixel
        position[list(self._axes)] = start
        affine = np.diag([*size, 1.0])
        affine[:-1, -1] = position
        layer.affine = affine

    def _pass_on(self) -> None:
        if self.layer is not None and not self._switching:
            self._on_eye(bool(self.layer.visible))


class Contours:
    """Outlines of the reference and the prediction, kept in step with the viewer.

    To be made when the sample's own layers are there: napari fits its view to the first layer it gets.

    Parameters
    ----------
    viewer
        Viewer that shows them; it gets one layer of ours.
    sides
        The reference and the prediction.
    scale
        World length of a data pixel along each axis of the labels; 1 when not given.
    """

    def __init__(self, viewer: Viewer, sides: Sequence[Side], scale: Sequence[float] | None = None) -> None:
        self._viewer = viewer
        self._sheet = _Sheet(viewer, on_eye=self._on_eye)
        self._visible = True
        self._shown = (True, True)
        self._drawn: _Window | None = None  # what the picture shows; None when it must be drawn as a whole
        self._changed: Box | None = None  # pixels edited since
        self._buried = False  # whether a layer was put on top of ours
        self._timer = QTimer()
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._renew)
        for emitter, callback in self._links():
            emitter.connect(callback, position="first")
        self.set_sides(sides, scale)

    @property
    def layer(self) -> Image | None:
        """The layer that carries the outlines, as long as the viewer has it."""
        return self._sheet.layer

    @property
    def visible(self) -> bool:
        """Whether outlines are shown where there are any."""
        return self._visible

    @visible.setter
    def visible(self, visible: bool) -> None:
        self._visible = visible
        self._adapt()

    def show(self, reference: bool, prediction: bool) -> None:
        """Choose the sides whose outlines are shown."""
        self._shown = (reference, prediction)
        self._adapt()

    def set_sides(self, sides: Sequence[Side], scale: Sequence[float] | None = None) -> None:
        """Show other labels; nothing in them is agreed or current yet."""
        self._sides = tuple(sides)
        self._shape = np.array(sides[0].planes[0].shape)
        self._spacing = np.ones(self._shape.size) if scale is None else np.array(scale, float)
        self._current: tuple[Collection[int], ...] = ((), ())
        self._agreed = (_NO_IDS, _NO_IDS)
        self._sheet.cover(self._shape, self._spacing)
        self._adapt()

    def emphasise(self, reference_ids: Collection[int], prediction_ids: Collection[int]) -> None:
        """Make the objects of the current item stand out."""
        self._current = (frozenset(reference_ids), frozenset(prediction_ids))
        self.redraw()

    def set_agreed(self, reference_ids: np.ndarray, prediction_ids: np.ndarray) -> None:
        """Draw the objects on which both sides agree quietly; the ids come in any order."""
        self._agreed = (np.unique(reference_ids), np.unique(prediction_ids))
        self.redraw()

    def redraw(self, box: Box | None = None) -> None:
        """Draw anew when the event loop is idle; many calls cost one drawing, and none while hidden.

        Parameters
        ----------
        box
            Pixels of the labels that have changed, when nothing else has: only their surroundings are drawn.
        """
        if box is None:
            self._drawn = None
        else:
            self._changed = box if self._changed is None else self._changed | box
        if self._wanted and not self._timer.isActive():
            self._timer.start(0)

    def redraw_now(self) -> None:
        """Draw anew at once, unless hidden."""
        self._drawn = None
        self._renew()

    def close(self) -> None:
        """Take the layer away and stop following the viewer."""
        self._timer.stop()
        for emitter, callback in self._links():
            emitter.disconnect(callback)
        self._sheet.remove()

    def _links(self) -> tuple[tuple[Any, Callable[[], None]], ...]:
        """What is followed in the viewer."""
        camera, dims = self._viewer.scene.camera.events, self._viewer.dims.events
        return (
            (camera.center, self._follow),
            (camera.zoom, self._follow),
            (self._viewer.canvas.events.size, self._follow),
            (dims.order, self._follow),
            (dims.ndim, self._follow),
            (self._viewer.layers.events.inserted, self._on_inserted),
            # At once: outlines of the slice before would be wrong, not just out of place.
            (dims.current_step, self.redraw_now),
            # Before napari looks: it would copy a visible picture for every slice of a volume.
            (dims.ndisplay, self._adapt),
        )

    @property
    def _wanted(self) -> bool:
        """Whether outlines are to be seen; not once our layer is gone with the sample's others."""
        there = self._sheet.layer is not None and self._viewer.dims.ndisplay == 2
        return there and self._visible and any(self._shown)

    def _adapt(self) -> None:
        """Hide the outlines at once, or show them once they are drawn."""
        if self._wanted:
            self.redraw()
        else:
            self._timer.stop()
            self._sheet.switch(False)

    def _follow(self) -> None:
        self.redraw()  # not itself: napari would pass its event to an argument

    def _on_inserted(self) -> None:
        self._buried = True
        self.redraw()

    def _on_eye(self, visible: bool) -> None:
        self.visible = visible

    def _renew(self) -> None:
        """Bring the picture up to date, as a whole or in the part that changed."""
        self._timer.stop()
        if not self._wanted:
            return
        if self._buried:
            self._sheet.lift()
            self._buried = False
        window = self._window()
        if window is None or window != self._drawn:
            self._draw(window)
        elif self._changed is not None and window.holds(self._changed):
            self._patch(window, self._changed)
        self._drawn, self._changed = window, None
        self._sheet.switch(True)

    def _window(self) -> _Window | None:
        """The part of the labels in view; None when the viewer shows an axis or a slice that they lack."""
        viewer = self._viewer
        extra = viewer.dims.ndim - self._shape.size
        axes = [axis - extra for axis in viewer.dims.displayed]
        index = np.floor(np.array(viewer.dims.point[extra:]) / self._spacing + 0.5).astype(int)
        index[axes] = 0
        if min(axes) < 0 or (index < 0).any() or (index >= self._shape).any():
            return None
        size = np.array(viewer.canvas.viewbox_size(viewer.layers))
        pitch = 1 / viewer.scene.camera.zoom
        corner = np.array(viewer.scene.camera.center[-2:]) - size / 2 * pitch
        return _Window(tuple(axes), tuple(index.tolist()), tuple(corner), tuple(size.astype(int)), pitch)

    def _draw(self, window: _Window | None) -> None:
        """Draw all that is in view."""
        grid = None if window is None else _Grid.of_window(window, self._spacing, self._shape)
        if window is None or grid is None or grid.empty:
            self._sheet.cover(self._shape, self._spacing)
        else:
            picture = draw_outlines(self._outlines(window, *grid.indices), grid.origin)
            self._sheet.place(picture, window.axes, grid.start, grid.pixel)

    def _patch(self, window: _Window, box: Box) -> None:
        """Draw anew what the edited pixels can have changed."""
        grid = _Grid.of_window(window, self._spacing, self._shape)
        renewed, needed = [], []
        for axis, indices in zip(window.axes, grid.indices, strict=True):
            inner, outer = spread_span(indices, box.start[axis], box.stop[axis])
            renewed.append(inner)
            needed.append(outer)
        rows, columns = (indices[span] for indices, span in zip(grid.indices, needed, strict=True))
        if not (rows.size and columns.size):
            return  # edited out of sight
        origin = (grid.origin[0] + needed[0].start, grid.origin[1] + needed[1].start)
        part = draw_outlines(self._outlines(window, rows, columns), origin)
        inside = tuple(
            slice(inner.start - outer.start, inner.stop - outer.start)
            for inner, outer in zip(renewed, needed, strict=True)
        )
        self._sheet.patch(part[inside], renewed[0], renewed[1])

    def _outlines(self, window: _Window, rows: np.ndarray, columns: np.ndarray) -> list[Outline]:
        """The sides that are shown, as these rows and columns of the screen show them."""
        return [
            Outline(
                [sample_view(window.section(plane), rows, columns) for plane in side.planes],
                side.rgb,
                side.dashed,
                side.outside,
                agreed,
                current,
            )
            for side, shown, agreed, current in zip(
                self._sides, self._shown, self._agreed, self._current, strict=True
            )
            if shown
        ]
