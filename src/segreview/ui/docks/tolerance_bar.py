"""The slider of the tolerance, over a histogram of how far outlines lie apart."""

from __future__ import annotations

import numpy as np
from qtpy.QtCore import QPointF, QRectF, Qt, Signal
from qtpy.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPalette

from segreview.compare.lens import LARGEST
from segreview.ui.docks.histogram import EDGE, Histogram, quiet
from segreview.ui.palette import MARK_COLOR

_PER_PIXEL = 2
"""Steps of the slider, and bars, for a pixel."""
_HEIGHT, _FOOT = 32, 12


class ToleranceBar(Histogram):
    """Pixels of disagreement by the tolerance from which on they are jitter, and the knob that chooses one.

    Attributes
    ----------
    moved
        Emitted with the tolerance while the knob is dragged.
    """

    moved = Signal(float)

    def __init__(self) -> None:
        super().__init__(bins=_PER_PIXEL * LARGEST, height=_HEIGHT)
        self.stretch((0.0, float(LARGEST)))
        self._counts = np.zeros(self.bins, int)
        self._tolerance = 0.0
        self._suggested: int | None = None
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(
            "Drag: pixels up to which outlines that lie apart are jitter, and not errors\n"
            "Bars: how many pixels turn into jitter there"
        )

    # ---------------------------------------------------------------- values
    def show_reaches(self, reaches: np.ndarray) -> None:
        """Draw how many pixels are jitter from which tolerance on; those that never are, are left out."""
        self._counts = self.counted(reaches[np.isfinite(reaches)])
        self.update()

    def show_tolerance(self, tolerance: float) -> None:
        """Put the knob at a tolerance."""
        self._tolerance = tolerance
        self.update()

    def show_suggestion(self, tolerance: int | None) -> None:
        """Mark a tolerance that fits, or none."""
        self._suggested = tolerance
        self.update()

    # ---------------------------------------------------------------- mouse
    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Bring the knob to the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw the knob along."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._drag(event)

    def _drag(self, event: QMouseEvent) -> None:
        tolerance = round(self.value(self.share_at(event)) * _PER_PIXEL) / _PER_PIXEL
        if tolerance != self._tolerance:
            self.show_tolerance(tolerance)
            self.moved.emit(tolerance)

    # ---------------------------------------------------------------- looks
    def _x(self, tolerance: float) -> float:
        return EDGE + tolerance / LARGEST * self.length

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 (Qt's name and argument)
        """Draw bars, those of jitter quietly, the suggested tolerance and the knob."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        text, base = self.palette().color(QPalette.ColorRole.WindowText), float(self.height() - _FOOT)
        strong = QColor(text)
        strong.setAlpha(170)
        chosen = self._tolerance * _PER_PIXEL
        self.draw_bars(painter, self._counts, base, lambda n: quiet() if n < chosen else strong)
        if self._suggested is not None:
            painter.fillRect(QRectF(self._x(self._suggested) - 1, base + 3, 2, 9), QColor(MARK_COLOR))
        x = self._x(self._tolerance)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(text)
        painter.drawRect(QRectF(x - 0.75, 1, 1.5, base))
        painter.drawEllipse(QPointF(x, base + 6), 5, 5)
        painter.end()
