"""A label that asks for room for its text and cuts the text where there is less."""

from __future__ import annotations

from qtpy.QtCore import QSize, Qt
from qtpy.QtGui import QPainter, QPaintEvent, QPalette
from qtpy.QtWidgets import QLabel

from segreview.ui.docks.ink import side_color

_LEAST = 24
"""Width that is asked for at least, in pixels: two letters and the dots."""


class ElidedLabel(QLabel):
    """Label whose text is cut where there is no room for it, and whole in the tooltip.

    The text is cut as it is painted. A label that were given the shorter text would ask for other room,
    and the window would be laid out and painted twice for every item.

    Parameters
    ----------
    style
        Style sheet of the label.
    color
        Colour of the text, of a side; None for that of all text.
    """

    def __init__(self, style: str = "", color: str | None = None) -> None:
        super().__init__()
        self._color = color
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setStyleSheet(style)

    def show_text(self, text: str, tooltip: str = "") -> None:
        """Show a text; the tooltip says it too, unless it has something else to say."""
        self.setText(text)
        self.setToolTip(tooltip or text)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Room for the beginning of the text."""
        whole = super().minimumSizeHint()
        return QSize(min(_LEAST, whole.width()), whole.height())

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw as much of the text as there is room for."""
        room = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter = QPainter(self)
        painter.setPen(side_color(self._color, self.palette()))
        self.style().drawItemText(
            painter,
            room,
            int(self.alignment()),
            self.palette(),
            self.isEnabled(),
            text,
            QPalette.ColorRole.NoRole,
        )
