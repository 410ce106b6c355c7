"""Chips that leave out words where there is no room for them."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QToolButton, QWidget

from segreview.ui.docks.filter_strip import CHIP

_LINES = 2
"""Lines into which chips flow as long as words can be left out."""


_TIGHT, _SAVED = "QToolButton { padding: 2px 3px; }", 6
"""Style of a chip with less room around its text, and by how much it is narrower, in pixels."""


class BriefChip(QToolButton):
    """Chip with a text, and a shorter one that says it to who knows the signs.

    Parameters
    ----------
    style
        Style sheet beside that of all chips.
    """

    def __init__(self, style: str = "") -> None:
        super().__init__()
        self._style = f"{CHIP} {style}"
        self.setStyleSheet(self._style)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._short = ""
        self._brief = False

    def say(self, text: str, short: str) -> None:
        """Take on a text; it is what a screen reader says, too."""
        self.setAccessibleName(text)
        self._short = short
        self._write()

    def be_brief(self, brief: bool) -> None:
        """Show the shorter text with less room around it, or the longer one again."""
        if brief != self._brief:
            self._brief = brief
            self.setStyleSheet(f"{self._style} {_TIGHT}" if brief else self._style)
        self._write()

    def _write(self) -> None:
        text = self._short if self._brief else self.accessibleName()
        if text != self.text():  # else Qt would lay out the dock anew
            self.setText(text)

    def width_if(self, *, brief: bool) -> int:
        """Width that it asks for with the shorter or the longer text."""
        metrics = self.fontMetrics()
        text = self._short if brief else self.accessibleName()
        now = self.sizeHint().width() + _SAVED * self._brief - metrics.horizontalAdvance(self.text())
        return int(now + metrics.horizontalAdvance(text) - _SAVED * brief)


def lines_of(widths: Sequence[int], room: int, gap: int) -> int:
    """Number of lines into which widgets of these widths flow."""
    lines, used = 0, room
    for width in widths:
        used += gap + width
        if used > room:
            lines, used = lines + 1, width
    return lines


def shorten(buttons: Sequence[QWidget], steps: Sequence[Sequence[BriefChip]], room: int, gap: int) -> None:
    """Let chips be brief, step by step, until all buttons flow into two lines.

    Parameters
    ----------
    buttons
        What is laid out, in order.
    steps
        Chips that are brief first, then those that are so as well, and so on.
    room, gap
        Width of a line, and what is left free between two buttons.
    """
    brief: set[BriefChip] = set()
    for step in (*steps, ()):
        widths = [
            button.width_if(brief=button in brief)
            if isinstance(button, BriefChip)
            else button.sizeHint().width()
            for button in buttons
        ]
        if lines_of(widths, room, gap) <= _LINES:
            break
        brief.update(step)
    for button in buttons:
        if isinstance(button, BriefChip):
            button.be_brief(button in brief)
