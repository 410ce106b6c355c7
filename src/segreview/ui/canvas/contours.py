"""Outlines and filled areas of both sides over the image, drawn anew for the part of the scene in view.

One napari image layer lies exactly over the canvas, one element per screen pixel, so lines keep their width
at any zoom and nothing costs more in a larger image. Where the sides stand beside each other there are two
such layers, one for each cell. Screen pixels are those in which napari counts its zoom and the size of its
canvas: on a HiDPI screen device-independent ones, so that a line has the same width for the eye.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np
from napari import Viewer
from psygnal import Signal

from segreview.model.box import Box
from segreview.shape.fill import Fill, tints
from segreview.shape.lattice import Lattice
from segreview.triage.trace.trace import Trace
from segreview.ui.canvas.haze import Haze
from segreview.ui.canvas.pane import Drawing, GroundOf, Pane, Side
from segreview.ui.canvas.sheet import Image
from segreview.ui.canvas.soon import Soon
from segreview.ui.canvas.viewport import Grid, Window

__all__ = ["Contours", "Side"]

_COARSE = 3
"""Screen pixels from one to the next that are looked at for the colours in view."""


class Contours:
    """Outlines and areas of the reference and the prediction, kept in step with the viewer.

    To be made when the sample's own layers are there: napari fits its view to the first layer it gets.

    Parameters
    ----------
    viewer
        Viewer that shows them; it gets one layer of ours, or two.
    sides
        The reference and the prediction.
    scale
        World length of a data pixel along each axis of the labels; 1 when not given.
    offset
        World coordinates of the centre of their first pixel; 0 when not given.

    Attributes
    ----------
    drawn
        Emitted after the picture as a whole was drawn anew.
    """

    drawn = Signal()

    def __init__(
        self,
        viewer: Viewer,
        sides: Sequence[Side],
        scale: Sequence[float] | None = None,
        offset: Sequence[float] | None = None,
    ) -> None:
        self._viewer = viewer
        self._panes = [Pane(viewer, self._on_eye)]
        self._visible = True
        self._shown = (True, True)
        self._glance: tuple[bool, bool] | None = None  # what is shown for now, whatever is chosen
        self._drawn: Window | None = None  # what the picture shows; None when it must be drawn as a whole
        self._changed: Box | None = None  # pixels edited since
        self._buried = False  # whether a layer was put on top of ours
        self._soon = Soon(self._renew)
        for emitter, callback in self._links():
            emitter.connect(callback, position="first")
        self.set_sides(sides, scale, offset)

    @property
    def layer(self) -> Image | None:
        """The layer that carries the outlines, or those of the reference, as long as the viewer has it."""
        return self._panes[0].sheet.layer

    @property
    def layers(self) -> list[Image]:
        """Every layer of ours that the viewer has: one, or one for each side."""
        return [layer for pane in self._panes if (layer := pane.sheet.layer) is not None]

    @property
    def visible(self) -> bool:
        """Whether outlines are shown where there are any."""
        return self._visible

    @visible.setter
    def visible(self, visible: bool) -> None:
        self._visible = visible
        self._adapt()

    def show(self, reference: bool, prediction: bool) -> None:
        """Choose the sides that are shown."""
        if self._shown != (reference, prediction):
            self._shown = (reference, prediction)
            self._adapt()

    @property
    def shown(self) -> tuple[bool, bool]:
        """Which sides are to be seen now."""
        return self._shown if self._glance is None else self._glance

    @property
    def glanced(self) -> tuple[bool, bool] | None:
        """Which sides are shown for now, or None."""
        return self._glance

    def glance(self, sides: tuple[bool, bool] | None) -> None:
        """Show other sides for now; None brings back what was chosen."""
        if sides != self._glance:
            self._glance = sides
            self._adapt(at_once=True)

    def fill(self, fills: Sequence[Fill] | None) -> None:
        """Colour the areas of both sides, or leave them clear."""
        chosen = (None, None) if fills is None else tuple(fills)
        if chosen != self._drawing.fills:
            self._drawing.fills = chosen
            self.redraw()

    def look_through(self, haze: Haze | None) -> None:
        """Draw what the tolerance lens calls jitter faintly in the heatmap; None without the lens."""
        if haze is not None or self._drawing.haze is not None:
            self._drawing.haze = haze
            self.redraw()

    def lay(self, ground: GroundOf | None) -> None:
        """Lay something below the outlines in place of filled areas, or nothing."""
        if ground != self._drawing.ground:
            self._drawing.ground = ground
            self._adapt()

    def split(self, apart: bool) -> None:
        """Show each side on a layer of its own, for a cell of its own, or both on one layer."""
        if apart == (len(self._panes) > 1):
            return
        if apart:
            self._panes[0].alone = 0
            self._panes.append(Pane(self._viewer, self._on_eye, 1))
            self._panes[1].blank(self._drawing)
        else:
            self._panes.pop().sheet.remove()
            self._panes[0].alone = None
            self._buried = True
        self.redraw()

    def set_sides(
        self,
        sides: Sequence[Side],
        scale: Sequence[float] | None = None,
        offset: Sequence[float] | None = None,
    ) -> None:
        """Show other labels; nothing in them is agreed or current yet."""
        ndim = sides[0].planes[0].ndim
        spacing = np.ones(ndim) if scale is None else np.array(scale, float)
        self._drawing = Drawing(
            tuple(sides), spacing, np.zeros(ndim) if offset is None else np.array(offset, float)
        )
        self._glance = None
        for pane in self._panes:
            pane.blank(self._drawing)
        self._adapt()

    def emphasise(self, reference_ids: Collection[int], prediction_ids: Collection[int]) -> None:
        """Make the objects of the current item stand out."""
        current = (frozenset(reference_ids), frozenset(prediction_ids))
        if current != self._drawing.current:
            self._drawing.current = current
            self.redraw()

    def accompany(self, number: int | None) -> None:
        """Show the reference object that is painted beside the prediction as well, faintly; None for none."""
        painted = frozenset[int]() if number is None else frozenset({number})
        if painted != self._drawing.painted:
            self._drawing.painted = painted
            if len(self._panes) > 1:
                self.redraw()

    def set_agreed(self, reference_ids: np.ndarray, prediction_ids: np.ndarray) -> None:
        """Draw the objects on which both sides agree quietly; the ids come in any order."""
        agreed = (_ascending(reference_ids), _ascending(prediction_ids))
        if not all(map(np.array_equal, agreed, self._drawing.agreed)):
            self._drawing.agreed = agreed
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
        if mark is not None or self._drawing.mark is not None:
            self._drawing.mark = mark
            self.redraw()

    def trace(self, traces: Sequence[Trace], stressed: str = "") -> None:
        """Draw where the reasons of the current item are seen, one of them stronger than the others."""
        if (traces, stressed) != (self._drawing.traces, self._drawing.stressed):
            self._drawing.traces, self._drawing.stressed = tuple(traces), stressed
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
        if self._wanted:
            self._soon.ask()

    def redraw_now(self) -> None:
        """Draw anew at once, unless hidden."""
        self._drawn = None
        self._renew()

    def close(self) -> None:
        """Take our layers away and stop following the viewer."""
        self._soon.drop()
        for emitter, callback in self._links():
            emitter.disconnect(callback)
        for pane in self._panes:
            pane.sheet.remove()

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
            (dims.ndisplay, self._on_ndisplay),
        )

    @property
    def _wanted(self) -> bool:
        """Whether outlines are to be seen; not once our layer is gone with the sample's others."""
        there = self.layer is not None and self._viewer.dims.ndisplay == 2
        ground = self._drawing.ground is not None and self._glance is None
        return there and self._visible and (ground or any(self.shown))

    def _adapt(self, *, at_once: bool = False) -> None:
        """Hide the outlines at once, or show them once they are drawn."""
        if not self._wanted:
            self._soon.drop()
            self._switch(False)
        elif at_once:
            self.redraw_now()
        else:
            self.redraw()

    def _switch(self, on: bool) -> None:
        for pane in self._panes:
            pane.sheet.switch(on)

    def _follow(self) -> None:
        self.redraw()  # not itself: napari would pass its event to an argument

    def _on_ndisplay(self) -> None:
        self._adapt()

    def _on_inserted(self) -> None:
        self._buried = True
        self.redraw()

    def _on_eye(self, visible: bool) -> None:
        self.visible = visible

    def _renew(self) -> None:
        """Bring the picture up to date, as a whole or in the part that changed."""
        self._soon.drop()
        if not self._wanted:
            return
        if self._buried and len(self._panes) == 1:  # two have their places among the layers of their cells
            self._panes[0].sheet.lift()
            self._buried = False
        window = self._window()
        whole = window is None or window != self._drawn
        for pane in self._panes:
            if whole:
                pane.draw(self._drawing, window, self.shown)
            elif window is not None and self._changed is not None and window.holds(self._changed):
                pane.patch(self._drawing, window, self._changed, self.shown)
        self._drawn, self._changed = window, None
        self._switch(True)
        if whole:
            self.drawn.emit()

    @property
    def box_in_view(self) -> Box | None:
        """Box of the labels that lies on the screen; None where nothing does."""
        window = self._window() if self._viewer.dims.ndisplay == 2 else None
        grid = None if window is None else Grid.of_window(window, self._drawing.spacing, self._drawing.shape)
        if window is None or grid is None or grid.empty:
            return None
        start, stop = list(window.index), [n + 1 for n in window.index]
        for axis, indices in zip(window.axes, grid.indices, strict=True):
            start[axis], stop[axis] = int(indices[0]), int(indices[-1]) + 1
        return Box(tuple(start), tuple(stop))

    def part_in_view(self, data: np.ndarray) -> np.ndarray:
        """Part of an array in the shape of the labels that lies on the screen; all of it where none does."""
        window = self._window() if self._viewer.dims.ndisplay == 2 else None
        grid = None if window is None else Grid.of_window(window, self._drawing.spacing, self._drawing.shape)
        if window is None or grid is None or grid.empty:
            return data
        rows, columns = (slice(indices[0], indices[-1] + 1) for indices in grid.indices)
        return window.section(data)[rows, columns]

    def lattice_in_view(self) -> Lattice | None:
        """Pixels that the screen shows, every few of them; None where it shows none."""
        window = self._window() if self._viewer.dims.ndisplay == 2 else None
        grid = None if window is None else Grid.of_window(window, self._drawing.spacing, self._drawing.shape)
        if window is None or grid is None or grid.empty:
            return None
        rows, columns = (np.unique(indices[::_COARSE]) for indices in grid.indices)
        return window.lattice(rows, columns)

    def tints_in_view(self) -> set[int]:
        """Tints of the areas on the screen, as far as they are a few pixels large."""
        window = self._window()
        if not self._wanted or window is None:
            return set()
        grid = Grid.of_window(window, self._drawing.spacing, self._drawing.shape)
        rows, columns = (indices[::_COARSE] for indices in grid.indices)
        outlines = self._drawing.outlines(window, rows, columns, self.shown)
        found = [tints(o.views, o.fill, o.outside) for o in outlines if o.fill is not None]
        return {int(tint) for seen in found for tint in np.unique(seen)} - {0}

    def _window(self) -> Window | None:
        """The part of the labels in view; None when the viewer shows an axis or a slice that they lack."""
        viewer, drawing, shape = self._viewer, self._drawing, self._drawing.shape
        extra = viewer.dims.ndim - shape.size
        axes = [axis - extra for axis in viewer.dims.displayed]
        point = np.array(viewer.dims.point[extra:]) - drawing.offset
        index = np.floor(point / drawing.spacing + 0.5).astype(int)
        index[axes] = 0
        if min(axes) < 0 or (index < 0).any() or (index >= shape).any():
            return None
        size = np.array(viewer.canvas.viewbox_size(viewer.layers))
        pitch = 1 / viewer.scene.camera.zoom
        center = np.array(viewer.scene.camera.center[-2:]) - drawing.offset[axes]
        corner = center - size / 2 * pitch
        return Window(tuple(axes), tuple(index.tolist()), tuple(corner), tuple(size.astype(int)), pitch)


def _ascending(ids: np.ndarray) -> np.ndarray:
    """Ids in ascending order; looked over rather than sorted where they are so already."""
    return ids if (ids[1:] > ids[:-1]).all() else np.unique(ids)
