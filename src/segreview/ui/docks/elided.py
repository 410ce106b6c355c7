"""A label that asks for room for its text and cuts the text where there is less."""

from __future__ import annotations

from qtpy.QtCore import QSize, Qt
from superqt import QElidingLabel

_PADDING = 5
"""Pixels of the width that the themes keep free of text, and what letters hang over."""


class ElidedLabel(QElidingLabel):
    """Label whose text is cut where there is no room for it, and whole in the tooltip.

    Parameters
    ----------
    style
        Style sheet of the label.
    """

    def __init__(self, style: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setStyleSheet(style)
        self.setEllipsesWidth(_PADDING)

    def show_text(self, text: str, tooltip: str = "") -> None:
        """Show a text; the tooltip says it too, unless it has something else to say."""
        self.setText(text)
        self.setToolTip(tooltip or text)
        self.updateGeometry()  # what is left of the text may be the same as before

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Room for the whole text; superqt asks for what is left of it."""
        width = self.fontMetrics().horizontalAdvance(self.text()) + _PADDING + 2
        return QSize(width, super().sizeHint().height())
