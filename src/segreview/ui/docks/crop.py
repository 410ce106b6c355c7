"""One of the three close-ups: a picture, its title, a scale bar and a crosshair."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from qtpy.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from qtpy.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from qtpy.QtWidgets import QSizePolicy, QWidget

from segreview.ui.canvas.scale_bar import LINE, SHADE, paint_bar, write
from segreview.ui.docks.sight import Point

SMALLEST = 72
"""Shortest side of a crop on the screen, in pixels."""

_GROUND, _FAINT = QColor(24, 24, 24), QColor("#B8BEC6")
_INSET = 5


class Crop(QWidget):
    """One close-up.

    Parameters
    ----------
    color
        Colour of its title.
    draw
        Gives the picture when it is needed, in pixels of the device; None for none.
    """

    zoomed = Signal(float, float, float)
    """The wheel was turned: by what factor, at what offset down and across from the middle."""
    dragged = Signal(float, float)
    """The picture was drawn along, down and across."""
    pointed = Signal(float, float)
    """The pointer is at an offset down and across from the middle."""
    left = Signal()
    """The pointer has gone."""
    asked_back = Signal()
    """A double click: show the item as at first."""

    def __init__(self, color: str, draw: Callable[[], np.ndarray | None]) -> None:
        super().__init__()
        self._color = QColor(color)
        self._draw = draw
        self._hand: QPointF | None = None
        self.title = self.message = ""
        self.bar: tuple[float, str] | None = None
        self.cross: Point | None = None
        self.over: Callable[[QPainter], None] = lambda _: None
        self.setMouseTracking(True)
        self.setMinimumSize(SMALLEST, SMALLEST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Square."""
        return QSize(SMALLEST, SMALLEST)

    # ---------------------------------------------------------------- painting
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 (Qt's name)
        """Draw the picture, and what lies over it."""
        picture = self._draw()
        painter = QPainter(self)
        painter.fillRect(self.rect(), _GROUND)
        if picture is not None:
            image = _image_of(picture)
            image.setDevicePixelRatio(self.devicePixelRatioF())
            painter.drawImage(QPointF(0, 0), image)
            self.over(painter)
            self._paint_cross(painter)
            if self.bar is not None:
                corner = QPointF(self.width() - _INSET, self.height() - _INSET - 1.0)
                paint_bar(painter, corner, self.bar)
        elif self.message:
            painter.setPen(_FAINT)
            area = QRectF(self.rect()).adjusted(_INSET, 18, -_INSET, -_INSET)
            painter.drawText(
                area, int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap), self.message
            )
        metrics = painter.fontMetrics()
        title = metrics.elidedText(self.title, Qt.TextElideMode.ElideRight, self.width() - 2 * _INSET)
        write(painter, _INSET, metrics.ascent() + 3, title, self._color)

    def _paint_cross(self, painter: QPainter) -> None:
        if self.cross is None:
            return
        y, x = self.height() / 2 + self.cross[0], self.width() / 2 + self.cross[1]
        for color, width in ((SHADE, 3.0), (LINE, 1.0)):
            painter.setPen(QPen(color, width))
            painter.drawLine(QPointF(0, y), QPointF(self.width(), y))
            painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))

    # ---------------------------------------------------------------- the mouse
    def _offset(self, place: QPointF) -> Point:
        return place.y() - self.height() / 2, place.x() - self.width() / 2

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 (Qt's name)
        """Come closer to the pointer, or go away from it."""
        self.zoomed.emit(1.25 ** (event.angleDelta().y() / 120), *self._offset(event.position()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Take hold of the picture."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._hand = _place(event)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw the picture along; point at the same place in all three."""
        place = _place(event)
        if self._hand is not None:
            self.dragged.emit(place.y() - self._hand.y(), place.x() - self._hand.x())
            self._hand = place
        self.pointed.emit(*self._offset(place))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002, N802 (Qt's name)
        """Let the picture go."""
        self._hand = None
        self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002, N802 (Qt's name)
        """Ask for the item as at first."""
        self.asked_back.emit()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: ARG002, N802 (Qt's name)
        """Point nowhere."""
        self.left.emit()


def _place(event: QMouseEvent) -> QPointF:
    """Where the pointer is; the two bindings name it differently."""
    place: QPointF = event.position() if hasattr(event, "position") else event.localPos()
    return place


def _image_of(picture: np.ndarray) -> QImage:
    """Image of RGB pixels, ``(H, W, 3)`` uint8."""
    data = np.ascontiguousarray(picture)
    height, width = data.shape[:2]
    return QImage(data.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()
