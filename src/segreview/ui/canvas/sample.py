"""Samples of what is drawn on the canvas, for the legend and the list of layers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qtpy.QtCore import QPointF, QRectF, Qt
from qtpy.QtGui import QBrush, QColor, QLinearGradient, QPainter, QPen

from segreview.ui.canvas.meaning import Line
from segreview.ui.palette import HEAT_COLORS

_CASING = QColor(20, 22, 26)


def draw_sample(painter: QPainter, row: QRectF, line: Line) -> None:
    """Draw what a line of the legend stands for, at most as strong as the painter draws now.

    Parameters
    ----------
    painter
        Draws.
    row
        Where there is room for it.
    line
        The line.
    """
    painter.save()
    painter.setOpacity(painter.opacity() * line.opacity)
    area = row.adjusted(2, 3, -2, -3)
    if line.look in ("line", "dashes"):
        _draw_line(painter, row, line)
    elif line.look == "sign":
        painter.setPen(QColor("#F2F2F2"))
        painter.drawText(row, Qt.AlignmentFlag.AlignCenter, line.sign)
    elif line.look == "heat":
        painter.fillRect(area, ramp(area, evenly(HEAT_COLORS)))
    else:
        painter.fillRect(area, QColor(line.color))
        if line.look == "stripes":
            painter.fillRect(area, QBrush(_CASING, Qt.BrushStyle.BDiagPattern))
    painter.restore()


def _draw_line(painter: QPainter, row: QRectF, line: Line) -> None:
    """Draw a line or dashes with the dark casing that they have on the canvas."""
    left, right = QPointF(row.left(), row.center().y()), QPointF(row.right(), row.center().y())
    for color, width in ((_CASING, line.width + 2), (QColor(line.color), line.width)):
        pen = QPen(color, width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if line.look == "dashes":
            unit = line.width / width  # dashes are counted in widths of the line
            pen.setDashPattern([3.0 * unit, 2.0 * unit])
        painter.setPen(pen)
        painter.drawLine(left, right)


def evenly(colors: Sequence[str]) -> list[tuple[float, QColor]]:
    """Colours of a ramp, each as far from the next."""
    return [(n / (len(colors) - 1), QColor(color)) for n, color in enumerate(colors)]


def ramp(area: QRectF, stops: Iterable[tuple[float, QColor]]) -> QBrush:
    """Colours from left to right."""
    gradient = QLinearGradient(area.topLeft(), area.topRight())
    for place, color in stops:
        gradient.setColorAt(place, color)
    return QBrush(gradient)
