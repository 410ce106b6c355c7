"""How traces are drawn, over the canvas and over close-ups: light lines on a dark rim, and captions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from qtpy.QtCore import QPointF, Qt
from qtpy.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from segreview.triage.trace.line import Line, Role
from segreview.triage.trace.trace import Trace
from segreview.ui.canvas.scale_bar import SHADE, write
from segreview.ui.palette import MARK_COLOR

_WIDTHS = {Role.SEAM: 2.0, Role.AREA: 2.0, Role.EDGE: 2.4, Role.OUTLINE: 8.0}
_DOTS = [0.1, 2.0]
"""Dots of an edge, and the gaps between them, in widths of the line."""
_RIM = 2.0
"""What the dark rim is wider than its line, in pixels."""
_BAND, _FAINT = 0.4, 0.35
"""Strength of the band along an outline, and of what is drawn beside a stressed reason."""
_ORDER = (Role.OUTLINE, Role.AREA, Role.EDGE, Role.SEAM)

Place = Callable[[np.ndarray], np.ndarray]
"""Places of the screen, down and across, ``(n, 2)``, of data coordinates in the slice, ``(n, 2)``."""


@dataclass(frozen=True, eq=False)
class Slice:
    """The slice in which traces are drawn.

    Parameters
    ----------
    axes
        Axes that run down and across the screen.
    index
        Place on every axis; on these two it says nothing.
    """

    axes: tuple[int, int]
    index: tuple[int, ...]

    def of(self, line: Line) -> np.ndarray | None:
        """Corners of a line down and across, ``(n, 2)``; None where it lies in another slice."""
        others = [axis for axis in range(len(self.index)) if axis not in self.axes]
        if (np.rint(line.points[:, others]) != np.array(self.index)[others]).any():
            return None
        return line.points[:, list(self.axes)]


def paint_traces(
    painter: QPainter, traces: Sequence[Trace], stressed: str, where: Slice, place: Place
) -> None:
    """Draw traces.

    Parameters
    ----------
    painter
        Draws.
    traces
        What is drawn.
    stressed
        Reason that stands out; the others are faint beside it. Empty for none.
    where
        The slice in view.
    place
        Where its pixels lie on the screen.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for trace in sorted(traces, key=lambda one: one.reason == stressed):  # what stands out comes last
        strength = _FAINT if stressed and trace.reason != stressed else 1.0
        lines = [(line, place(found)) for line in trace.lines if (found := where.of(line)) is not None]
        for role in _ORDER:
            chosen = [(line, points) for line, points in lines if line.role is role]
            painter.setOpacity(strength * (_BAND if role is Role.OUTLINE else 1.0))
            _paint_lines(painter, role, [_polygon(points) for _, points in chosen])
        painter.setOpacity(strength)
        for line, points in lines:
            _write_caption(painter, line, points)
    painter.restore()


def paint_on(picture: np.ndarray, paint: Callable[[QPainter], None]) -> None:
    """Paint on a picture in its place, ``(H, W, 4)`` uint8."""
    height, width = picture.shape[:2]
    image = QImage(picture.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()
    painter = QPainter(image)
    paint(painter)
    painter.end()
    pixels = image.constBits()
    assert pixels is not None
    pixels.setsize(image.sizeInBytes())
    picture[:] = np.frombuffer(pixels, np.uint8).reshape(picture.shape)


def _paint_lines(painter: QPainter, role: Role, polygons: Sequence[QPolygonF]) -> None:
    for pen in _pens(role):
        painter.setPen(pen)
        for polygon in polygons:
            painter.drawPolyline(polygon)


def _pens(role: Role) -> Iterator[QPen]:
    """The pen of a rim, where the role has one, and that of the line."""
    width = _WIDTHS[role]
    for color, wide in ((SHADE, width + _RIM), (QColor(MARK_COLOR), width)):
        if role is Role.OUTLINE and color is SHADE:
            continue
        pen = QPen(color, wide, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        if role is Role.EDGE:
            pen.setDashPattern([part * width / wide for part in _DOTS])  # it is counted in widths
        yield pen


def _polygon(points: np.ndarray) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for y, x in points.tolist()])


def _write_caption(painter: QPainter, line: Line, points: np.ndarray) -> None:
    """Write what was measured at the point of a line that lies farthest to the right."""
    if line.caption:
        y, x = points[points[:, 1].argmax()]
        metrics = painter.fontMetrics()
        room = painter.viewport().width() - metrics.horizontalAdvance(line.caption) - 2
        write(painter, min(x + 5, room), y + metrics.ascent() / 2, line.caption, QColor(MARK_COLOR))
