"""A small histogram: values counted into bars along an axis."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from qtpy.QtCore import QRectF, QSize
from qtpy.QtGui import QColor, QMouseEvent, QPainter
from qtpy.QtWidgets import QWidget

from segreview.ui.palette import QUIET_COLOR

EDGE = 6
"""Room for half a handle at each end, in pixels."""


class Histogram(QWidget):
    """Bars over an axis; what else is drawn and done there is for those that are made of it.

    Parameters
    ----------
    bins
        Number of bars.
    logarithmic
        The axis is logarithmic; values are then 1 or more.
    height
        Height on the screen.
    """

    def __init__(self, *, bins: int = 40, logarithmic: bool = False, height: int = 30) -> None:
        super().__init__()
        self.bins = bins
        self._log = logarithmic
        self._ends = (1.0, 10.0) if logarithmic else (0.0, 1.0)
        self.setFixedHeight(height)
        self.setMouseTracking(True)

    # ---------------------------------------------------------------- values
    @property
    def ends(self) -> tuple[float, float]:
        """Least and largest value of the axis."""
        return self._ends

    def stretch(self, ends: tuple[float, float]) -> None:
        """Let the axis reach from one value to another, larger one."""
        least = ends[0] + max(1e-9 * abs(ends[0]), float(np.finfo(float).tiny))
        self._ends = (ends[0], max(ends[1], least))

    def counted(self, values: np.ndarray) -> np.ndarray:
        """Number of values in each bar; those beyond the axis are in the first and the last."""
        shares = self.share(np.clip(values, *self._ends))
        return np.bincount(np.minimum((shares * self.bins).astype(int), self.bins - 1), minlength=self.bins)

    def share(self, values: np.ndarray) -> np.ndarray:
        """Where values lie along the axis, from 0 to 1."""
        least, largest = self._ends
        if self._log:
            values, least, largest = np.log(np.maximum(values, 1)), math.log(max(least, 1)), math.log(largest)
        shares: np.ndarray = (values - least) / (largest - least)
        return shares

    def value(self, share: float) -> float:
        """Value at a place of the axis."""
        least, largest = self._ends
        if self._log:
            low = math.log(max(least, 1))
            return math.exp(low + share * (math.log(largest) - low))
        return least + share * (largest - least)

    # ---------------------------------------------------------------- places
    @property
    def length(self) -> int:
        """Length of the axis on the screen."""
        return max(self.width() - 2 * EDGE, 1)

    def share_at(self, event: QMouseEvent) -> float:
        """Place of the axis under the pointer."""
        return min(max((event.pos().x() - EDGE) / self.length, 0.0), 1.0)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Low and wide."""
        return QSize(160, self.height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Still wide enough to aim at."""
        return QSize(80, self.height())

    # ---------------------------------------------------------------- looks
    def draw_bars(
        self,
        painter: QPainter,
        counts: np.ndarray,
        base: float,
        color_of: Callable[[int], QColor],
        largest: int = 0,
    ) -> None:
        """Draw the bars and the axis below them.

        Parameters
        ----------
        painter
            Draws on the widget.
        counts
            Number of values in each bar; heights follow its square root.
        base
            Where the axis lies, from the top.
        color_of
            Gives the colour of a bar.
        largest
            Number of values that a bar of full height stands for; by default that of the highest.
        """
        heights = np.sqrt(counts / (largest or max(counts.max(), 1))) * (base - 3)
        width = self.length / self.bins
        for n, height in enumerate(heights.tolist()):
            if height:
                bar = QRectF(EDGE + n * width, base - max(height, 2), max(width - 1, 1), max(height, 2))
                painter.fillRect(bar, color_of(n))
        painter.fillRect(QRectF(EDGE, base, self.length, 1), quiet())


def quiet() -> QColor:
    """Colour of what is left out."""
    color = QColor(QUIET_COLOR)
    color.setAlpha(110)
    return color
