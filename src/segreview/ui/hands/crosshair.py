"""The crosshair: the place that the pointer is at, in all other pictures of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from napari.viewer import Viewer
from qtpy.QtCore import QEvent, QLineF, QObject, QPointF, QRectF
from qtpy.QtGui import QColor, QPainter, QPaintEvent, QPen
from qtpy.QtWidgets import QWidget

from segreview.ui.canvas.film import Film, cells
from segreview.ui.canvas.section import Section, slice_events
from segreview.ui.focus import Focus
from segreview.ui.hands.stagehand import Stagehand
from segreview.ui.workbench import Workbench

_GAP = 9.0
"""Pixels around the place that stay free: it is what is looked at."""
_SHADE, _LINE = QColor(0, 0, 0, 90), QColor(255, 255, 255, 170)


class Crosshair(Stagehand):
    """Tells the other views what the pointer is at on the canvas, and marks on it what theirs are at.

    Parameters
    ----------
    bench
        What it looks at.
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._move = self._on_move  # one object, to be found again
        self._cell: tuple[int, int] | None = None  # in which the pointer is, None elsewhere
        self.lines: Lines | None = None

    def begin(self) -> None:
        """Follow the pointer, here and elsewhere."""
        self._cell = None
        self.lines = Lines(self.native, self.bench.focus)
        self.lines.show()
        self.bench.viewer.mouse_move_callbacks.append(self._move)
        for emitter in self._links():
            emitter.connect(self.show_now)

    def end(self) -> None:
        """Leave no line behind."""
        self.bench.viewer.mouse_move_callbacks.remove(self._move)
        for emitter in self._links():
            emitter.disconnect(self.show_now)
        if self.lines is not None:
            self.lines.close_for_good()
        self.lines = None

    def _links(self) -> tuple[Any, ...]:
        """What tells that a line belongs elsewhere."""
        viewer = self.bench.viewer
        camera = viewer.scene.camera.events
        grid = viewer.canvas.grid.events.enabled
        return self.bench.focus.pointed, camera.center, camera.zoom, grid, *slice_events(viewer)

    def _on_move(self, viewer: Viewer, event: Any) -> None:
        """Tell where the pointer is; beyond the image it is nowhere."""
        labels = self.review.reference
        section = Section.of_viewer(viewer, labels)
        index = None if section is None else section.point(event.position)
        if index is not None and not all(
            -0.5 <= n < size - 0.5 for n, size in zip(index, labels.shape, strict=True)
        ):
            index = None
        self._cell = event.viewbox
        self.bench.focus.point_at(index, self)

    def show_now(self) -> None:
        """Draw the lines where they belong."""
        if self.lines is None:
            return
        focus, viewer = self.bench.focus, self.bench.viewer
        section = None if focus.pointer is None else Section.of_viewer(viewer, self.review.reference)
        if focus.pointer is None or section is None or not section.shows(focus.pointer):
            self.lines.show_at(())
            return
        down, across = section.place(focus.pointer)
        camera = viewer.scene.camera
        here = self._cell if focus.pointing is self else None
        y, x = (down - camera.center[-2]) * camera.zoom, (across - camera.center[-1]) * camera.zoom
        self.lines.show_at(
            [
                (area, area.center() + QPointF(x, y))
                for cell, area in cells(viewer, self.native).items()
                if cell != here
            ]
        )


Cross = tuple[QRectF, QPointF]
"""Part of a widget, and the place in it that is marked."""


class Lines(Film):
    """Level and upright lines through a place, in one or several parts of a widget.

    Parameters
    ----------
    host
        Widget over which they lie.
    focus
        Is told when the pointer leaves the host.
    """

    def __init__(self, host: QWidget, focus: Focus) -> None:
        super().__init__(host)
        self.setObjectName("crosshair")
        self._focus = focus
        self.shown: tuple[Cross, ...] = ()

    def show_at(self, crosses: Sequence[Cross]) -> None:
        """Mark other places; only what changes is painted."""
        crosses = tuple(cross for cross in crosses if cross[0].contains(cross[1]))
        if crosses == self.shown:
            return
        for cross in (*self.shown, *crosses):
            for line in _lines(cross):
                margin = QRectF(line.p1(), line.p2()).adjusted(-2, -2, 2, 2)
                self.update(margin.toAlignedRect())
        self.shown = crosses

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Point nowhere once the pointer has left."""
        if event.type() == QEvent.Type.Leave:
            self._focus.point_at(None)
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 (Qt's name)
        """Draw the lines."""
        painter = QPainter(self)
        for color, width in ((_SHADE, 3.0), (_LINE, 1.0)):
            painter.setPen(QPen(color, width))
            painter.drawLines([line for cross in self.shown for line in _lines(cross)])
        painter.end()


def _lines(cross: Cross) -> list[QLineF]:
    """The four arms, from the edges of the area to the gap around the place."""
    area, place = cross
    x, y = round(place.x()) + 0.5, round(place.y()) + 0.5  # sharp: along the pixels of the screen
    arms = (
        QLineF(area.left(), y, x - _GAP, y),
        QLineF(x + _GAP, y, area.right(), y),
        QLineF(x, area.top(), x, y - _GAP),
        QLineF(x, y + _GAP, x, area.bottom()),
    )
    return [line for line in arms if line.dx() >= 0 and line.dy() >= 0]
