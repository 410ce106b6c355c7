"""A small histogram with two handles, to choose a range of values."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from qtpy.QtCore import QPointF, QRectF, QSize, Qt, Signal
from qtpy.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPalette
from qtpy.QtWidgets import QWidget

from segreview.ui.palette import GT_COLOR, QUIET_COLOR

_BINS = 40
_EDGE = 6
"""Room for half a handle at each end, in pixels."""
_END = 1e-6
"""Share of the axis within which a handle is at its end."""


class RangeBar(QWidget):
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
        super().__init__()
        self._tell = tell
        self._log = logarithmic
        self._ends = (1.0, 10.0) if logarithmic else (0.0, 1.0)
        self._counts: np.ndarray = np.zeros(_BINS, int)
        self._range = (0.0, 1.0)  # as shares of the axis
        self._dragged = -1
        self._color = QColor(GT_COLOR)
        self.setFixedHeight(height)
        self.setMouseTracking(True)
        self.setToolTip("Drag the two ends to narrow the range; double-click for all")

    def set_color(self, color: QColor) -> None:
        """Draw what is chosen in another colour."""
        self._color = color
        self.update()

    # ---------------------------------------------------------------- values
    @property
    def ends(self) -> tuple[float, float]:
        """Least and largest value of the axis."""
        return self._ends

    def show_values(self, values: np.ndarray, ends: tuple[float, float] | None = None) -> None:
        """Draw the histogram of values; the axis reaches from the least to the largest, or as told."""
        if ends is None:
            ends = (float(values.min()), float(values.max())) if values.size else self._ends
        chosen = self.chosen()
        least = ends[0] + max(1e-9 * abs(ends[0]), float(np.finfo(float).tiny))
        self._ends = (ends[0], max(ends[1], least))
        shares = self._share(np.clip(values, *self._ends))
        self._counts = np.bincount(np.minimum((shares * _BINS).astype(int), _BINS - 1), minlength=_BINS)
        self.choose(*chosen)

    def choose(self, least: float, largest: float) -> None:
        """Put the handles at two values; beyond the axis, at its ends."""
        low, high = self._share(np.clip(np.array([least, largest], float), *self._ends)).tolist()
        self._range = (low, high)
        self.update()

    def chosen(self) -> tuple[float, float]:
        """Least and largest value that are let through; infinite where a handle is at its end."""
        low, high = self._range
        return (
            -math.inf if low < _END else self._value(low),
            math.inf if high > 1 - _END else self._value(high),
        )

    def text(self) -> str:
        """The chosen range in words."""
        return f"{self._tell(self._value(self._range[0]))} – {self._tell(self._value(self._range[1]))}"

    def _share(self, values: np.ndarray) -> np.ndarray:
        least, largest = self._ends
        if self._log:
            values, least, largest = np.log(np.maximum(values, 1)), math.log(max(least, 1)), math.log(largest)
        shares: np.ndarray = (values - least) / (largest - least)
        return shares

    def _value(self, share: float) -> float:
        least, largest = self._ends
        if self._log:
            low = math.log(max(least, 1))
            return math.exp(low + share * (math.log(largest) - low))
        return least + share * (largest - least)

    # ---------------------------------------------------------------- mouse
    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Take the nearer handle."""
        if event.button() == Qt.MouseButton.LeftButton:
            share = self._share_at(event)
            low, high = self._range
            nearer_high = abs(share - high) < abs(share - low) or (low == high and share > low)
            self._dragged = int(nearer_high)
            self._drag(share)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Move the handle, or show that it can be moved."""
        if self._dragged >= 0:
            self._drag(self._share_at(event))
        near = min(abs(self._share_at(event) - share) for share in self._range) * self._length < _EDGE
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

    @property
    def _length(self) -> int:
        return max(self.width() - 2 * _EDGE, 1)

    def _share_at(self, event: QMouseEvent) -> float:
        return min(max((event.pos().x() - _EDGE) / self._length, 0.0), 1.0)

    # ---------------------------------------------------------------- looks
    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Low and wide."""
        return QSize(160, self.height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Still wide enough to aim at."""
        return QSize(80, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 (Qt's name)
        """Draw the bars, bright within the range, and the two handles."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        base = self.height() - 5.0
        chosen, left_out = self._color, QColor(QUIET_COLOR)
        left_out.setAlpha(110)
        heights = np.sqrt(self._counts / max(self._counts.max(), 1)) * (base - 3)
        low, high = self._range
        width = self._length / _BINS
        for n, height in enumerate(heights.tolist()):
            inside = low * _BINS < n + 1 and n < high * _BINS
            if height:
                bar = QRectF(_EDGE + n * width, base - max(height, 2), max(width - 1, 1), max(height, 2))
                painter.fillRect(bar, chosen if inside else left_out)
        painter.fillRect(QRectF(_EDGE, base, self._length, 1), left_out)
        text = self.palette().color(QPalette.ColorRole.WindowText)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(text)
        for share in self._range:
            x = _EDGE + share * self._length
            painter.drawRect(QRectF(x - 0.75, 1, 1.5, base - 1))
            painter.drawEllipse(QPointF(x, base), 4.5, 4.5)
        painter.end()
