"""Square in a colour: of an object, or of its class."""

from __future__ import annotations

from qtpy.QtCore import QSize
from qtpy.QtGui import QColor, QPainter, QPaintEvent
from qtpy.QtWidgets import QWidget


class Swatch(QWidget):
    """Square in a colour, with a frame that is seen on both themes."""

    def __init__(self, side: int = 14) -> None:
        super().__init__()
        self._shown: QColor | None = None
        self.setFixedSize(QSize(side, side))

    def show_color(self, color: QColor | None) -> None:
        """Show a colour; an empty frame for none."""
        if color != self._shown:
            self._shown = color
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 (Qt's name)
        """Draw the square."""
        painter = QPainter(self)
        painter.setPen(QColor(128, 128, 128, 160))
        if self._shown is not None and self._shown.alpha():
            painter.setBrush(self._shown)
        painter.drawRect(0, 0, self.width() - 1, self.height() - 1)
        painter.end()
