"""Why one side of an item is likely to be the wrong one: lines that can be folded away."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QLabel, QToolButton, QVBoxLayout, QWidget


class Reasons(QWidget):
    """Lines under a heading; without lines it takes no room."""

    def __init__(self) -> None:
        super().__init__()
        self._heading, self._lines = QToolButton(), QLabel()
        self._heading.setText("Reasons")
        self._heading.setAutoRaise(True)
        self._heading.setCheckable(True)
        self._heading.setChecked(True)
        self._heading.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._heading.toggled.connect(self._fold)
        self._lines.setWordWrap(True)
        self._lines.setTextFormat(Qt.TextFormat.PlainText)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self._heading)
        layout.addWidget(self._lines)
        self._fold(True)
        self.hide()

    def show_lines(self, lines: Sequence[str]) -> None:
        """Show these reasons, the strongest first."""
        self._lines.setText("\n".join(f"·  {line}" for line in lines))
        self.setVisible(bool(lines))

    def _fold(self, opened: bool) -> None:
        self._heading.setArrowType(Qt.ArrowType.DownArrow if opened else Qt.ArrowType.RightArrow)
        self._lines.setVisible(opened)
