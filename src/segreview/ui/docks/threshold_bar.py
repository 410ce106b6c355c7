"""The IoU histogram with the slider of the threshold, and a tick wherever an object flips."""

from __future__ import annotations

import numpy as np
from qtpy.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from qtpy.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPalette
from qtpy.QtWidgets import QToolTip

from segreview.ui.docks.histogram import EDGE, Histogram, quiet

_BINS = 20
_HEIGHT, _FOOT = 42, 14
"""Height of all, and of what lies below the axis: ticks and knob."""
_NEAR = 3
"""Pixels within which the pointer is on the knob's line."""
_CHOSEN = QColor(86, 180, 233, 70)
"""Ground of the bars that the queue is narrowed down to, as that of a chip that is on."""


class ThresholdBar(Histogram):
    """Histogram of IoU whose bars can be clicked, over a slider.

    Attributes
    ----------
    moved
        Emitted with the threshold while the knob is dragged.
    reset
        Emitted when the knob is to go back to where it was at first.
    clicked
        Emitted with the number of a bar, and whether it is to be added to those that are chosen.
    """

    moved = Signal(float)
    reset = Signal()
    clicked = Signal(int, bool)

    def __init__(self) -> None:
        super().__init__(bins=_BINS, height=_HEIGHT)
        self._everything, self._listed = (np.zeros(_BINS, int) for _ in range(2))
        self._ticks = np.zeros(0)
        self._threshold = 0.5
        self._chosen: tuple[int, int] | None = None
        self._dragging = False

    # ---------------------------------------------------------------- values
    def show_values(self, everything: np.ndarray, listed: np.ndarray) -> None:
        """Draw the IoU of all items, and within each bar how many are of the kinds that are listed."""
        self._everything, self._listed = self.counted(everything), self.counted(listed)
        self.update()

    def show_ticks(self, values: np.ndarray) -> None:
        """Draw a tick at each of these thresholds."""
        self._ticks = values
        self.update()

    def show_threshold(self, threshold: float) -> None:
        """Put the knob at a threshold."""
        self._threshold = threshold
        self.update()

    def show_chosen(self, bars: tuple[int, int] | None) -> None:
        """Mark the bars from one to another as chosen, both included."""
        self._chosen = bars
        self.update()

    @property
    def chosen(self) -> tuple[int, int] | None:
        """First and last of the bars that are chosen."""
        return self._chosen

    # ---------------------------------------------------------------- mouse
    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Take the knob, or choose a bar."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self._is_knob(event.pos()):
            self._dragging = True
            self.moved.emit(self.share_at(event))
        else:
            more = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.clicked.emit(self._bar_at(event.pos()), bool(more))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Move the knob, or show what a click would do."""
        if self._dragging:
            self.moved.emit(self.share_at(event))
        on_knob = self._dragging or self._is_knob(event.pos())
        self.setCursor(Qt.CursorShape.SizeHorCursor if on_knob else Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002, N802 (Qt's name and argument)
        """Let the knob go."""
        self._dragging = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Put the knob back; on a bar, click once more."""
        if self._is_knob(event.pos()):
            self._dragging = False
            self.reset.emit()
        else:
            self.mousePressEvent(event)

    def _is_knob(self, place: QPoint) -> bool:
        """Whether a place belongs to the slider."""
        return place.y() >= self._base or abs(place.x() - self._x(self._threshold)) <= _NEAR

    def _bar_at(self, place: QPoint) -> int:
        return min(max(int((place.x() - EDGE) * self.bins / self.length), 0), self.bins - 1)

    def event(self, event: QEvent) -> bool:
        """Tell what lies under the pointer."""
        if event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.words_at(event.pos()), self)
            return True
        return bool(super().event(event))

    def words_at(self, place: QPoint) -> str:
        """What a place shows, and what can be done there."""
        if self._is_knob(place):
            return (
                "Drag: the IoU from which on a pair is a hit in the figures\n"
                "Ticks: where objects flip between hit and miss; , and . go there\n"
                "Double-click: back to 0.50"
            )
        n = self._bar_at(place)
        low, high = self.value(n / self.bins), self.value((n + 1) / self.bins)
        words = (
            f"IoU {low:.2f} – {high:.2f}: {self._everything[n]:,} items, {self._listed[n]:,} of listed kinds"
        )
        return f"{words}\nClick: list these alone, or all again; Shift+click: up to here"

    # ---------------------------------------------------------------- looks
    @property
    def _base(self) -> float:
        return float(self.height() - _FOOT)

    def _x(self, value: float) -> float:
        return EDGE + value * self.length

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 (Qt's name and argument)
        """Draw bars, ticks and knob."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        text, base = self.palette().color(QPalette.ColorRole.WindowText), self._base
        if self._chosen is not None:
            left, right = (self._x(n / self.bins) for n in (self._chosen[0], self._chosen[1] + 1))
            painter.fillRect(QRectF(left - 0.5, 0, right - left, base), _CHOSEN)
        self._draw_counts(painter, text)
        soft = QColor(text)
        soft.setAlpha(130)
        taken = np.bincount(np.rint(self._ticks * self.length).astype(int), minlength=1)
        for place in np.flatnonzero(taken).tolist():
            painter.fillRect(QRectF(EDGE + place - 0.5, base + 3, 1, 5), soft)
        x = self._x(self._threshold)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(text)
        painter.drawRect(QRectF(x - 0.75, 1, 1.5, base))
        painter.drawEllipse(QPointF(x, base + 6), 5, 5)
        painter.end()

    def _draw_counts(self, painter: QPainter, text: QColor) -> None:
        """Draw all items quietly, and in front of them those of the kinds that are listed."""
        self.draw_bars(painter, self._everything, self._base, lambda _: quiet())
        strong = QColor(text)
        strong.setAlpha(170)
        largest = max(self._everything.max(), 1)
        self.draw_bars(painter, self._listed, self._base, lambda _: strong, largest)
