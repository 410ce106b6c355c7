"""Ink: colours of text that can be read on the ground of either theme."""

from __future__ import annotations

from qtpy.QtGui import QColor, QPalette


def is_dark(widget_palette: QPalette) -> bool:
    """Whether text is light on dark ground."""
    return bool(widget_palette.color(QPalette.ColorRole.Text).lightness() > 128)


def side_color(color: str | None, palette: QPalette) -> QColor:
    """Colour of a side for text, darker on light ground; without a side, the colour of all text."""
    if color is None:
        return palette.color(QPalette.ColorRole.Text)
    return QColor(color) if is_dark(palette) else QColor(color).darker(175)
