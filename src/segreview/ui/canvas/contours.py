"""Outlines of both sides over the image, drawn anew for the part of the scene that is in view.

One napari image layer lies exactly over the canvas, one element per screen pixel, so lines keep their width
at any zoom. Screen pixels are those in which napari counts its zoom and the size of its canvas: on a HiDPI
screen device-independent ones, so that a line has the same width for the eye.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from napari import Viewer
from qtpy.QtCore import QTimer

from segreview.model.box import Box
from segreview.shape.outline import Outline, draw_outlines, sample_view, spread_span
from segreview.ui.canvas.sheet import Image, Sheet
from segreview.ui.canvas.viewport import Grid, Window

_NO_IDS = np.empty(0, np.int64)
_MARK_RGB = (240, 228, 66)


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
        self._sheet = Sheet(viewer, on_eye=self._on_eye)
        self._visible = True
        self._shown = (True, True)
        self._drawn: Window | None = None  # what the picture shows; None when it must be drawn as a whole
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
        self._current: tuple[frozenset[int], ...] = (frozenset(), frozenset())
        self._agreed = (_NO_IDS, _NO_IDS)
        self._mark: tuple[Box, np.ndarray] | None = None
        self._sheet.cover(self._shape, self._spacing)
        self._adapt()

    def emphasise(self, reference_ids: Collection[int], prediction_ids: Collection[int]) -> None:
        """Make the objects of the current item stand out."""
        current = (frozenset(reference_ids), frozenset(prediction_ids))
        if current != self._current:
            self._current = current
            self.redraw()

    def set_agreed(self, reference_ids: np.ndarray, prediction_ids: np.ndarray) -> None:
        """Draw the objects on which both sides agree quietly; the ids come in any order."""
        agreed = (_ascending(reference_ids), _ascending(prediction_ids))
        if not all(map(np.array_equal, agreed, self._agreed)):
            self._agreed = agreed
            self.redraw()

    def mark(self, box: Box | None, mask: np.ndarray | None = None) -> None:
        """Outline a region that is no object of either side; without one the mark goes.

        Parameters
        ----------
        box
            Where the region lies.
        mask
            Its pixels, boolean, in the shape of the box.
        """
        mark = None if box is None or mask is None else (box, mask)
        if mark is not None or self._mark is not None:
            self._mark = mark
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

    def _window(self) -> Window | None:
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
        return Window(tuple(axes), tuple(index.tolist()), tuple(corner), tuple(size.astype(int)), pitch)

    def _draw(self, window: Window | None) -> None:
        """Draw all that is in view."""
        grid = None if window is None else Grid.of_window(window, self._spacing, self._shape)
        if window is None or grid is None or grid.empty:
            self._sheet.cover(self._shape, self._spacing)
        else:
            picture = draw_outlines(self._outlines(window, *grid.indices), grid.origin)
            self._sheet.place(picture, window.axes, grid.start, grid.pixel)

    def _patch(self, window: Window, box: Box) -> None:
        """Draw anew what the edited pixels can have changed."""
        grid = Grid.of_window(window, self._spacing, self._shape)
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

    def _outlines(self, window: Window, rows: np.ndarray, columns: np.ndarray) -> list[Outline]:
        """The sides that are shown, and the mark, as these rows and columns of the screen show them."""
        sides = [
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
        if self._mark is not None and window.holds(self._mark[0]):
            view = window.view_of(*self._mark, rows, columns)
            sides.append(Outline([view], _MARK_RGB, current=(1,)))
        return sides


def _ascending(ids: np.ndarray) -> np.ndarray:
    """Ids in ascending order; looked over rather than sorted where they are so already."""
    return ids if (ids[1:] > ids[:-1]).all() else np.unique(ids)
