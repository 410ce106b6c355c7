"""A small plot of image values across a contour, with marks where contours and edge lie."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from qtpy.QtCore import QPointF, QRectF, QSize, Qt
from qtpy.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from qtpy.QtWidgets import QSizePolicy, QWidget

from segreview.triage.trace.profile import OFFSETS, REACH, Profile
from segreview.ui.docks.histogram import quiet
from segreview.ui.docks.ink import is_dark, side_color
from segreview.ui.palette import GT_COLOR, MARK_COLOR, MODEL_COLOR, QUIET_COLOR

_HEIGHT = 76
_EDGE = 4
_COLORS = ("#F0625A", "#4CBB6C", "#6C8CFF")
"""Curves of red, green and blue; other channels take them in turn."""


class ProfilePlot(QWidget):
    """Curves over the distance from a contour: inside at the left, outside at the right.

    Attributes
    ----------
    profile
        What is shown; None leaves the axes empty.
    """

    def __init__(self) -> None:
        super().__init__()
        self.profile: Profile | None = None
        self._colors = (GT_COLOR, MODEL_COLOR)
        self._text = self._end = ""
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Low and wide."""
        return QSize(200, _HEIGHT)

    def show_profile(self, profile: Profile | None, text: str, end: str, colors: tuple[str, str]) -> None:
        """Show a profile.

        Parameters
        ----------
        profile
            The profile.
        text
            What it is a profile of.
        end
            What is written at the end of the axis.
        colors
            Colour of the contour at 0, and of the other one.
        """
        self.profile, self._text, self._end, self._colors = profile, text, end, colors
        self.update()

    # ---------------------------------------------------------------- painting
    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw the marks, the curves over them, and what it is all about."""
        painter = QPainter(self)
        metrics = painter.fontMetrics()
        line = metrics.height()
        room = QRectF(_EDGE, line, self.width() - 2 * _EDGE, self.height() - 2 * line)
        painter.fillRect(QRectF(room.left(), room.bottom(), room.width(), 1), quiet())
        quiet_ink = side_color(QUIET_COLOR, self.palette())
        painter.setPen(quiet_ink)
        painter.drawText(QPointF(room.left(), metrics.ascent()), self._text)
        foot = QRectF(room.left(), room.bottom() + 1, room.width(), line)
        for flag, text in (
            (Qt.AlignmentFlag.AlignLeft, "inside"),
            (Qt.AlignmentFlag.AlignHCenter, "0"),
            (Qt.AlignmentFlag.AlignRight, self._end),
        ):
            painter.drawText(foot, int(flag), text)
        if self.profile is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_marks(painter, room, self.profile)
            self._paint_curves(painter, room, self.profile)

    def _paint_marks(self, painter: QPainter, room: QRectF, profile: Profile) -> None:
        """Lines at both contours and at the edge."""
        here, other = self._colors
        marks = (
            (0.0, here, Qt.PenStyle.SolidLine),
            (profile.other, other, Qt.PenStyle.DashLine),
            (profile.edge, MARK_COLOR, Qt.PenStyle.DotLine),
        )
        for offset, color, style in marks:
            if offset is not None and abs(offset) <= REACH:
                painter.setPen(QPen(side_color(color, self.palette()), 2, style, Qt.PenCapStyle.FlatCap))
                x = _x(room, offset)
                painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))

    def _paint_curves(self, painter: QPainter, room: QRectF, profile: Profile) -> None:
        for color, polygons in zip(
            self._inks(len(profile.values)), _curves(profile.values, room), strict=True
        ):
            painter.setPen(QPen(color, 1.5))
            for polygon in polygons:
                painter.drawPolyline(polygon)

    def _inks(self, count: int) -> list[QColor]:
        if count == 1:
            return [self.palette().color(QPalette.ColorRole.Text)]
        inks = [QColor(_COLORS[n % len(_COLORS)]) for n in range(count)]
        return inks if is_dark(self.palette()) else [ink.darker(130) for ink in inks]


def _x(room: QRectF, offset: float) -> float:
    return room.left() + (offset + REACH) / (2 * REACH) * room.width()


def _curves(values: np.ndarray, room: QRectF) -> Iterator[Sequence[QPolygonF]]:
    """Pieces of each channel's curve, all at one scale, with the middle of each at the same height."""
    known = [np.flatnonzero(np.isfinite(channel)) for channel in values]
    ends = [
        (channel[places].min(), channel[places].max()) if places.size else (0.0, 0.0)
        for channel, places in zip(values, known, strict=True)
    ]
    span = max(high - low for low, high in ends) or 1.0
    for channel, places, (low, high) in zip(values, known, ends, strict=True):
        heights = room.center().y() - (channel - (low + high) / 2) / span * (room.height() - 2)
        runs = np.split(places, np.flatnonzero(np.diff(places) > 1) + 1)
        yield [QPolygonF([QPointF(_x(room, OFFSETS[n]), heights[n]) for n in run]) for run in runs]
