"""The program's sign: one object as the GT draws it, and as the model does."""

from __future__ import annotations

from qtpy.QtCore import QPointF, Qt
from qtpy.QtGui import QColor, QIcon, QPainter, QPen, QPixmap

from segreview.ui.palette import GT_COLOR, MODEL_COLOR

_SIZES = (16, 24, 32, 48, 64, 128, 256)


def window_icon() -> QIcon:
    """Icon of the window in the sizes that desktops ask for."""
    icon = QIcon()
    for size in _SIZES:
        icon.addPixmap(_picture(size))
    return icon


def _picture(size: int) -> QPixmap:
    """The sign, ``size`` pixels on a side: a blue outline, and an orange dashed one a little beside it."""
    picture = QPixmap(size, size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size / 64, size / 64)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#1D2026"))
    painter.drawRoundedRect(1, 1, 62, 62, 12, 12)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    solid = QPen(QColor(GT_COLOR), 6)
    dashed = QPen(QColor(MODEL_COLOR), 6)
    dashed.setDashPattern([2.2, 1.3])
    dashed.setCapStyle(Qt.PenCapStyle.FlatCap)
    for pen, center in ((solid, QPointF(27, 28)), (dashed, QPointF(38, 37))):
        painter.setPen(pen)
        painter.drawEllipse(center, 17.0, 16.0)
    painter.end()
    return picture
