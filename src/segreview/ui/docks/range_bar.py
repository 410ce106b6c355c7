"""A small histogram with two handles, to choose a range of values."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from qtpy.QtCore import QPointF, QRectF, Qt, Signal
from qtpy.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPalette

from segreview.ui.docks.histogram import EDGE, Histogram, quiet
from segreview.ui.palette import GT_COLOR

_END = 1e-6
"""Share of the axis within which a handle is at its end."""


class RangeBar(Histogram):
    """Histogram of values, and the range of them that is chosen with two handles.

    Parameters
    ----------
    tell
        Writes a value as the user reads it.
    logarithmic
        The axis is logarithmic; values are then 1 or more.
    height
        Height of the bar on the screen.

    Attributes
    ----------
    changed
        Emitted with the least and the largest value while a handle is dragged. A handle at its end
        lets everything through: its value is then the end of the axis.
    """

    changed = Signal(float, float)

    def __init__(self, tell: Callable[[float], str], *, logarithmic: bool = False, height: int = 30) -> None:
        super().__init__(logarithmic=logarithmic, height=height)
        self._tell = tell
        self._counts: np.ndarray = np.zeros(self.bins, int)
        self._range = (0.0, 1.0)  # as shares of the axis
        self._dragged = -1
        self._color = QColor(GT_COLOR)
        self.setToolTip("Drag the two ends to narrow the range; double-click for all")

    def set_color(self, color: QColor) -> None:
        """Draw what is chosen in another colour."""
        self._color = color
        self.update()

    # ---------------------------------------------------------------- values
    def show_values(self, values: np.ndarray, ends: tuple[float, float] | None = None) -> None:
        """Draw the histogram of values; the axis reaches from the least to the largest, or as told."""
        if ends is None:
            ends = (float(values.min()), float(values.max())) if values.size else self._ends
        chosen = self.chosen()
        self.stretch(ends)
        self._counts = self.counted(values)
        self.choose(*chosen)

    def choose(self, least: float, largest: float) -> None:
        """Put the handles at two values; beyond the axis, at its ends."""
        low, high = self.share(np.clip(np.array([least, largest], float), *self._ends)).tolist()
        self._range = (low, high)
        self.update()

    def chosen(self) -> tuple[float, float]:
        """Least and largest value that are let through; infinite where a handle is at its end."""
        low, high = self._range
        return (
            -math.inf if low < _END else self.value(low),
            math.inf if high > 1 - _END else self.value(high),
        )

    def color_of(self, bar: int) -> QColor:
        """Colour of a bar: what is chosen stands out."""
        low, high = (share * self.bins for share in self._range)
        return self._color if low < bar + 1 and bar < high else quiet()

    def text(self) -> str:
        """The chosen range in words."""
        return f"{self._tell(self.value(self._range[0]))} – {self._tell(self.value(self._range[1]))}"

    # ---------------------------------------------------------------- mouse
    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Take the nearer handle."""
        if event.button() == Qt.MouseButton.LeftButton:
            share = self.share_at(event)
            low, high = self._range
            nearer_high = abs(share - high) < abs(share - low) or (low == high and share > low)
            self._dragged = int(nearer_high)
            self._drag(share)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Move the handle, or show that it can be moved."""
        if self._dragged >= 0:
            self._drag(self.share_at(event))
        near = min(abs(self.share_at(event) - share) for share in self._range) * self.length < EDGE
        self.setCursor(Qt.CursorShape.SizeHorCursor if near else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002, N802 (Qt's name)
        """Let the handle go."""
        self._dragged = -1

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002, N802 (Qt's name)
        """Let everything through."""
        self._dragged = -1
        self._set((0.0, 1.0))

    def _drag(self, share: float) -> None:
        low, high = self._range
        self._set((min(share, high), high) if self._dragged == 0 else (low, max(share, low)))

    def _set(self, shares: tuple[float, float]) -> None:
        if shares != self._range:
            self._range = shares
            self.update()
            self.changed.emit(*self.chosen())

    # ---------------------------------------------------------------- looks
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 (Qt's name)
        """Draw the bars, bright within the range, and the two handles."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        base = self.height() - 5.0
        self.draw_bars(painter, self._counts, base, self.color_of)
        text = self.palette().color(QPalette.ColorRole.WindowText)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(text)
        for share in self._range:
            x = EDGE + share * self.length
            painter.drawRect(QRectF(x - 0.75, 1, 1.5, base - 1))
            painter.drawEllipse(QPointF(x, base), 4.5, 4.5)
        painter.end()
