"""Scale bars: how long they are, what is written at them, and how they are drawn on any image."""

from __future__ import annotations

from math import floor, log10

from qtpy.QtCore import QPointF, Qt
from qtpy.QtGui import QColor, QPainter, QPen

LINE, SHADE = QColor("#FFFFFF"), QColor(0, 0, 0, 170)
"""What lies over an image: a light line on a dark rim can be read on any."""


def scale_bar(pixel: float, unit: str, longest: float) -> tuple[float, str]:
    """Length of a scale bar in pixels of the screen, and its text: 1, 2 or 5 of a power of ten.

    Parameters
    ----------
    pixel
        Length of a pixel of the screen in the unit.
    unit
        Name of the unit; ``"px"`` has no fractions.
    longest
        Most pixels of the screen that the bar may have.
    """
    most = pixel * longest
    if unit == "px":
        most = max(most, 1.0)
    power = 10.0 ** floor(log10(most) + 1e-9)
    length = next(n * power for n in (5, 2, 1) if n * power <= most * (1 + 1e-9))
    return length / pixel, f"{length:.6g} {unit}"


def paint_bar(painter: QPainter, corner: QPointF, bar: tuple[float, str], thickness: float = 2.0) -> None:
    """Draw a scale bar that ends at its lower right corner, with the text above.

    Parameters
    ----------
    painter
        What it is drawn with.
    corner
        Where it ends, in the middle of its line.
    bar
        Length in pixels and text, from `scale_bar`.
    thickness
        Width of the line.
    """
    length, text = bar
    right, y = corner.x(), corner.y()
    for color, width, more in ((SHADE, thickness + 2, 1.0), (LINE, thickness, 0.0)):
        painter.setPen(QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawLine(QPointF(right - length - more, y), QPointF(right + more, y))
    letters = painter.fontMetrics().horizontalAdvance(text)
    write(painter, right - letters, y - thickness - 3, text, LINE)


def write(painter: QPainter, x: float, y: float, text: str, color: QColor) -> None:
    """Write on any ground: with a dark rim."""
    painter.setPen(SHADE)
    for down, across in ((0, 1), (1, 0), (0, -1), (-1, 0)):
        painter.drawText(QPointF(x + across, y + down), text)
    painter.setPen(color)
    painter.drawText(QPointF(x, y), text)
