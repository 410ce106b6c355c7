"""One picture over the canvas, or over one cell of it: what it shows, and how it is brought up to date."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
from napari import Viewer

from segreview.model.box import Box
from segreview.shape.fill import Fill, Ground
from segreview.shape.outline import Outline, draw_outlines, sample_view, spread_span
from segreview.triage.trace.trace import Trace
from segreview.ui.canvas.haze import Haze
from segreview.ui.canvas.sheet import NAME, Sheet
from segreview.ui.canvas.trace_pen import Slice, paint_on, paint_traces
from segreview.ui.canvas.viewport import Grid, Window
from segreview.ui.palette import MARK_COLOR, rgb_bytes

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


GroundOf = Callable[[Window, np.ndarray, np.ndarray], Ground]
"""Gives what lies below the outlines at rows and columns of the screen."""


@dataclass(eq=False)
class Drawing:
    """What is drawn of a review, whichever part of it is in view.

    Parameters
    ----------
    sides
        The reference and the prediction.
    spacing
        World length of a data pixel along each axis of the labels.
    offset
        World coordinates of the centre of their first pixel.
    painted
        Ids of the reference that are being painted.
    ground
        What lies below the outlines; None for the areas of `fills`, or nothing.
    haze
        What the tolerance lens leaves of that ground; None without it.
    traces, stressed
        Where the reasons of the current item are seen, and the one that stands out.
    """

    sides: tuple[Side, ...]
    spacing: np.ndarray
    offset: np.ndarray
    current: tuple[frozenset[int], ...] = (frozenset(), frozenset())
    agreed: tuple[np.ndarray, ...] = (_NO_IDS, _NO_IDS)
    fills: tuple[Fill | None, ...] = (None, None)
    ground: GroundOf | None = None
    mark: tuple[Box, np.ndarray] | None = None
    painted: frozenset[int] = frozenset()
    haze: Haze | None = None
    traces: tuple[Trace, ...] = ()
    stressed: str = ""
    shape: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.shape = np.array(self.sides[0].planes[0].shape)

    def outlines(
        self, window: Window, rows: np.ndarray, columns: np.ndarray, shown: Sequence[bool | None]
    ) -> list[Outline]:
        """Sides and mark as these rows and columns of the screen show them.

        Parameters
        ----------
        shown
            For each side whether it is shown; None for no more than the faint outline of its current objects,
            and of the one that is painted.
        """
        drawn = []
        for n, side in enumerate(self.sides):
            faint = shown[n] is None
            current = self.current[n] | self.painted if faint and n == 0 else self.current[n]
            if not (shown[n] or (faint and current)):
                continue
            views = [sample_view(window.section(plane), rows, columns) for plane in side.planes]
            fill = None if faint else self.fills[n]
            more = self.agreed[n], current, fill, faint
            drawn.append(Outline(views, side.rgb, side.dashed, side.outside, *more))
        if self.mark is not None and window.holds(self.mark[0]):
            view = window.view_of(*self.mark, rows, columns)
            drawn.append(Outline([view], rgb_bytes(MARK_COLOR), current=(1,)))
        return drawn

    def picture(
        self, window: Window, grid: Grid, spans: tuple[slice, slice], shown: Sequence[bool | None]
    ) -> np.ndarray | None:
        """Part of a grid as it is drawn, RGBA; None where there is nothing to draw."""
        rows, columns = (indices[span] for indices, span in zip(grid.indices, spans, strict=True))
        outlines = self.outlines(window, rows, columns, shown)
        ground = None if self.ground is None else self.ground(window, rows, columns)
        if not outlines and ground is None:
            return None
        if ground is not None and self.haze is not None:
            ground = self.haze.over(ground, window, rows, columns)
        origin = (grid.origin[0] + spans[0].start, grid.origin[1] + spans[1].start)
        return draw_outlines(outlines, origin, ground)


class Pane:
    """A picture of some sides over the canvas.

    Parameters
    ----------
    viewer
        Viewer that shows it; it gets one layer.
    on_eye
        Called with the new state when someone else shows or hides the layer.
    alone
        Number of the side that has the pane for itself; None where both share it.
    """

    def __init__(self, viewer: Viewer, on_eye: Callable[[bool], None], alone: int | None = None) -> None:
        self.alone = alone
        self.sheet = Sheet(viewer, on_eye, NAME if alone is None else f"{NAME} {alone + 1}")

    def blank(self, drawing: Drawing) -> None:
        """Stand for the labels, without a picture."""
        self.sheet.cover(drawing.shape, drawing.spacing, drawing.offset)

    def draw(self, drawing: Drawing, window: Window | None, shown: Sequence[bool]) -> None:
        """Draw all that is in view."""
        grid = None if window is None else Grid.of_window(window, drawing.spacing, drawing.shape)
        if window is None or grid is None or grid.empty:
            self.blank(drawing)
            return
        whole = slice(0, grid.indices[0].size), slice(0, grid.indices[1].size)
        picture = drawing.picture(window, grid, whole, self._share(shown))
        if picture is not None:
            self._trace(picture, drawing, window, grid.start)
            self.sheet.place(picture, window.axes, grid.start, grid.pixel)
        else:
            self.blank(drawing)

    def patch(self, drawing: Drawing, window: Window, box: Box, shown: Sequence[bool]) -> None:
        """Draw anew what the edited pixels can have changed."""
        grid = Grid.of_window(window, drawing.spacing, drawing.shape)
        renewed, needed = [], []
        for axis, indices in zip(window.axes, grid.indices, strict=True):
            inner, outer = spread_span(indices, box.start[axis], box.stop[axis])
            renewed.append(inner)
            needed.append(outer)
        if any(span.start >= span.stop for span in needed):
            return  # edited out of sight
        part = drawing.picture(window, grid, (needed[0], needed[1]), self._share(shown))
        if part is None:
            return
        start = [at + window.pitch * span.start for at, span in zip(grid.start, needed, strict=True)]
        self._trace(part, drawing, window, start)
        inside = tuple(
            slice(inner.start - outer.start, inner.stop - outer.start)
            for inner, outer in zip(renewed, needed, strict=True)
        )
        self.sheet.patch(part[inside], renewed[0], renewed[1])

    def _trace(self, picture: np.ndarray, drawing: Drawing, window: Window, start: Sequence[float]) -> None:
        """Draw the traces over a picture whose first pixel has its centre there; on the model's side none."""
        if drawing.traces and self.alone != 1:
            spacing = drawing.spacing[list(window.axes)]
            paint_on(
                picture,
                lambda painter: paint_traces(
                    painter,
                    drawing.traces,
                    drawing.stressed,
                    Slice(window.axes, window.index),
                    lambda points: (points * spacing - start) / window.pitch + 0.5,
                ),
            )

    def _share(self, shown: Sequence[bool]) -> list[bool | None]:
        """What this pane shows of each side: of one that it does not show, the current item's objects."""
        if self.alone is None:
            return list(shown)
        return [on if n == self.alone else (None if on else False) for n, on in enumerate(shown)]
