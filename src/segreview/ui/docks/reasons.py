"""What speaks against the GT of an item: short lines in the colour of its side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from qtpy.QtCore import QEvent, QRect, Qt
from qtpy.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPalette
from qtpy.QtWidgets import QLabel

from segreview.ui.docks.ink import side_color
from segreview.ui.palette import GT_COLOR, QUIET_COLOR

_WRAPPED = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
_FLAGS = int(_WRAPPED) | int(Qt.TextFlag.TextWordWrap)
_VEIL = 60
"""Opacity of what lies under the reason that the pointer is on, of 255."""


class Reasons(QLabel):
    """Lines, the strongest first; without any it takes no room.

    Parameters
    ----------
    stress
        Told which reason the pointer is on, so that it stands out where it is drawn; an empty one when
        the pointer has gone.
    """

    def __init__(self, stress: Callable[[str], None]) -> None:
        super().__init__()
        self._stress = stress
        self._lines: tuple[str, ...] = ()
        self._stressed = ""
        self.setWordWrap(True)
        self.setMouseTracking(True)
        self.setAlignment(_WRAPPED)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setToolTip("What speaks against the GT, the strongest first; drawn where it has a place")
        self.hide()

    def show_lines(self, lines: Sequence[str]) -> None:
        """Show these reasons."""
        if tuple(lines) != self._lines:
            self._lines, self._stressed = tuple(lines), ""
        self.setText("\n".join(map(_line, lines)))
        self.setVisible(bool(lines))

    def _places(self) -> Iterator[tuple[str, QRect]]:
        """Each reason and where it is written."""
        room = self.contentsRect()
        for reason in self._lines:
            height = self.fontMetrics().boundingRect(room, _FLAGS, _line(reason)).height()
            yield reason, QRect(room.left(), room.top(), room.width(), height)
            room.setTop(room.top() + height)

    def _point(self, reason: str) -> None:
        if reason != self._stressed:
            self._stressed = reason
            self._stress(reason)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Bring out where the reason under the pointer is seen."""
        self._point(next((reason for reason, place in self._places() if place.contains(event.pos())), ""))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: ARG002, N802 (Qt's name)
        """Bring out nothing."""
        self._point("")

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Write in the ink of the GT, as it can be read on the ground of the theme."""
        painter = QPainter(self)
        painter.setPen(side_color(GT_COLOR, self.palette()))
        veil, style = QColor(QUIET_COLOR), self.style()
        veil.setAlpha(_VEIL)
        assert style is not None
        for reason, place in self._places():
            if reason == self._stressed:
                painter.fillRect(place, veil)
            none = QPalette.ColorRole.NoRole
            style.drawItemText(painter, place, _FLAGS, self.palette(), True, _line(reason), none)


def _line(reason: str) -> str:
    return f"·  {reason}"
