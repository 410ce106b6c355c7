"""A pane of glass over the canvas, on which a tool shows what it is about to do.

It is a widget rather than a layer: nothing of it can stay in the viewer, and drawing on it costs
neither slicing nor uploading.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from napari.viewer import Viewer
from qtpy.QtCore import QLineF, QPointF, QRectF, Qt
from qtpy.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from qtpy.QtWidgets import QWidget

from segreview.ui.canvas.film import Film

Place = tuple[float, float]
"""World position, down and across the screen."""

_CASING = QColor(10, 12, 16, 200)
_TINT = 55
"""Opacity of an area, 0 to 255: the image stays readable under it."""
_MOST_EDGES = 20_000
"""An area with more edges than these has no outline: drawing it would hold up the hand."""


@dataclass(frozen=True, eq=False)
class Area:
    """A region that is shown on the glass.

    Parameters
    ----------
    mask
        Its pixels as rows and columns of the screen, boolean.
    corner
        World position of the outer corner of the first pixel.
    pixel
        World size of a pixel.
    color
        Colour of tint and outline.
    text
        Words in its middle; empty for none.
    """

    mask: np.ndarray
    corner: Place
    pixel: Place
    color: str
    text: str = ""

    @cached_property
    def tint(self) -> QImage:
        """Picture of the mask, a pixel for a pixel."""
        color = QColor(self.color)
        rgba = np.zeros((*self.mask.shape, 4), np.uint8)
        rgba[self.mask] = (color.red(), color.green(), color.blue(), _TINT)
        height, width = self.mask.shape
        return QImage(rgba.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()

    @cached_property
    def edges(self) -> np.ndarray:
        """Borders of the mask, ``(n, 4)``: row and column of both ends, in pixels from the corner."""
        padded = np.pad(self.mask, 1)
        row, column = np.nonzero(padded[1:, 1:-1] != padded[:-1, 1:-1])
        level = np.stack([row, column, row, column + 1], axis=1)
        row, column = np.nonzero(padded[1:-1, 1:] != padded[1:-1, :-1])
        return np.concatenate([level, np.stack([row, column, row + 1, column], axis=1)])

    @cached_property
    def middle(self) -> Place:
        """World position of the pixel that is nearest to the centre of mass."""
        where = np.argwhere(self.mask)
        nearest = where[np.square(where - where.mean(axis=0)).sum(axis=1).argmin()] + 0.5
        return (
            self.corner[0] + float(nearest[0]) * self.pixel[0],
            self.corner[1] + float(nearest[1]) * self.pixel[1],
        )


class Glass(Film):
    """Film that is there while there is something to show.

    Parameters
    ----------
    host
        Qt widget of the canvas.
    viewer
        Viewer whose camera says what lies where.
    """

    def __init__(self, host: QWidget, viewer: Viewer) -> None:
        super().__init__(host)
        self.setObjectName("glass")
        self._viewer = viewer
        self._areas: tuple[Area, ...] = ()
        self._line: tuple[Place, ...] = ()
        self._middle: tuple[float, float] | None = None  # of the view in which the pointer was, on screen
        camera = viewer.scene.camera.events
        self._links = (camera.center, camera.zoom)
        for emitter in self._links:
            emitter.connect(self._follow)
        self.hide()

    def close_for_good(self) -> None:
        """Let go of canvas and camera."""
        for emitter in self._links:
            emitter.disconnect(self._follow)
        super().close_for_good()

    # ---------------------------------------------------------------- what is shown
    def show_areas(self, areas: Iterable[Area], line: Sequence[Place] = ()) -> None:
        """Show regions and a line in place of what was shown before."""
        self._areas, self._line = tuple(area for area in areas if area.mask.any()), tuple(line)
        if self._areas or self._line:
            self.show()
            self.update()
        else:
            self.hide()

    def clear(self) -> None:
        """Show nothing."""
        self.show_areas(())

    @property
    def shown(self) -> tuple[tuple[Area, ...], tuple[Place, ...]]:
        """Regions and line that are on the glass."""
        return self._areas, self._line

    def look_from(self, event: Any) -> None:
        """Learn from a mouse event which of several views side by side the hand is in."""
        center, zoom = self._viewer.scene.camera.center[-2:], self._viewer.scene.camera.zoom
        down, across = (event.position[axis] for axis in event.dims_displayed[-2:])
        self._middle = (event.pos[0] - (across - center[1]) * zoom, event.pos[1] - (down - center[0]) * zoom)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Forget where the cells were."""
        self._middle = None
        super().resizeEvent(event)

    def _follow(self) -> None:
        if self.isVisible():
            self.update()

    # ---------------------------------------------------------------- drawing
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 (Qt's)
        """Draw what is shown as the camera sees it."""
        painter = QPainter(self)
        for area in self._areas:
            self._draw_area(painter, area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._line:
            self._draw_line(painter)
        for area in self._areas:
            if area.text:
                self._draw_text(painter, area)
        painter.end()

    def _on_screen(self, place: Place) -> QPointF:
        camera = self._viewer.scene.camera
        x, y = self._middle or (self.width() / 2, self.height() / 2)
        return QPointF(
            x + (place[1] - camera.center[-1]) * camera.zoom, y + (place[0] - camera.center[-2]) * camera.zoom
        )

    def _draw_area(self, painter: QPainter, area: Area) -> None:
        zoom = self._viewer.scene.camera.zoom
        start = self._on_screen(area.corner)
        height, width = (n * size * zoom for n, size in zip(area.mask.shape, area.pixel, strict=True))
        painter.drawImage(QRectF(start.x(), start.y(), width, height), area.tint)
        if len(area.edges) > _MOST_EDGES:
            return
        down, across = (size * zoom for size in area.pixel)
        ends = area.edges * (down, across, down, across) + (start.y(), start.x(), start.y(), start.x())
        lines = [QLineF(x1, y1, x2, y2) for y1, x1, y2, x2 in ends.tolist()]
        for color, width in ((_CASING, 4.0), (QColor(area.color), 2.0)):
            painter.setPen(QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap))
            painter.drawLines(lines)

    def _draw_line(self, painter: QPainter) -> None:
        points = QPolygonF([self._on_screen(place) for place in self._line])
        for color, width in ((_CASING, 5.0), (QColor("white"), 2.0)):
            pen = QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawPolyline(points)
            painter.drawPoint(points[0])

    def _draw_text(self, painter: QPainter, area: Area) -> None:
        """Words on a dark pill, readable on any image."""
        size = painter.fontMetrics().boundingRect(area.text).adjusted(-7, -3, 7, 3)
        pill = QRectF(size)
        pill.moveCenter(self._on_screen(area.middle))
        painter.setPen(QPen(QColor(area.color), 1))
        painter.setBrush(QColor(20, 22, 26, 225))
        painter.drawRoundedRect(pill, 6, 6)
        painter.setPen(QColor("#F2F2F2"))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, area.text)
