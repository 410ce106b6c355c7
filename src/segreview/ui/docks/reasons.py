"""What speaks against the GT of an item: short lines in the colour of its side."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtCore import Qt
from qtpy.QtGui import QPainter, QPaintEvent, QPalette
from qtpy.QtWidgets import QLabel

from segreview.ui.docks.ink import side_color
from segreview.ui.palette import GT_COLOR

_WRAPPED = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


class Reasons(QLabel):
    """Lines, the strongest first; without any it takes no room."""

    def __init__(self) -> None:
        super().__init__()
        self.setWordWrap(True)
        self.setAlignment(_WRAPPED)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setToolTip("What speaks against the GT, the strongest first")
        self.hide()

    def show_lines(self, lines: Sequence[str]) -> None:
        """Show these reasons."""
        self.setText("\n".join(f"·  {line}" for line in lines))
        self.setVisible(bool(lines))

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Write in the ink of the GT, as it can be read on the ground of the theme."""
        painter = QPainter(self)
        painter.setPen(side_color(GT_COLOR, self.palette()))
        flags = int(_WRAPPED) | int(Qt.TextFlag.TextWordWrap)
        room, style = self.contentsRect(), self.style()
        assert style is not None
        style.drawItemText(painter, room, flags, self.palette(), True, self.text(), QPalette.ColorRole.NoRole)
