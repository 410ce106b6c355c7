"""Small drawings in the colour of the text, for buttons: sharp at any scale, right on any theme."""

from __future__ import annotations

from qtpy.QtCore import QByteArray, QRectF, QSize, Qt
from qtpy.QtGui import QColor, QPainter, QPaintEvent, QPalette
from qtpy.QtSvg import QSvgRenderer
from qtpy.QtWidgets import QToolButton

_SHIELD = '<path d="M8 1.6 13.4 3.6V8Q13 12.4 8 14.6 3 12.4 2.6 8V3.6z"/>'
_GLYPHS = {
    "eye": '<path d="M1.5 8Q8 1 14.5 8Q8 15 1.5 8z"/><circle cx="8" cy="8" r="2" fill="INK"/>',
    "closed eye": '<path d="M1.5 7Q8 13 14.5 7M4 9.6l-1.3 2M8 10.5v2.3M12 9.6l1.3 2"/>',
    "outlines": '<circle cx="8" cy="8" r="5.3"/>',
    "filled": '<circle cx="8" cy="8" r="5.3" fill="INK"/>',
    "legend": '<path d="M7 4h7M7 8h7M7 12h7"/><path d="M3 4h.01M3 8h.01M3 12h.01" stroke-width="3"/>',
    "contrast": '<circle cx="8" cy="8" r="5.8"/><path d="M8 2.2a5.8 5.8 0 0 1 0 11.6z" fill="INK"/>',
    "move": '<path d="M8 1.8v12.4M1.8 8h12.4M6 3.6l2-2 2 2M6 12.4l2 2 2-2M3.6 6l-2 2 2 2M12.4 6l2 2-2 2"/>',
    "brush": '<path d="M13.8 2.2 8.6 8"/>'
    '<path d="M7.2 8.2Q4 8 3.6 10.8 3.4 13 1.8 13.6 6.6 15 8.3 12.3 9.4 10 7.2 8.2z" fill="INK"/>',
    "eraser": '<path d="M6.2 13.4 2.6 9.8Q2 9.2 2.6 8.6L8.6 2.6Q9.2 2 9.8 2.6L13.4 6.2Q14 6.8 13.4 7.4'
    'L7.4 13.4zM5.6 5.6l4.8 4.8M5.6 13.4h8.2"/>',
    "polygon": '<path d="M3 6.2 9 2.8 13.2 7.4 10.6 13H4.2z"/>'
    '<path d="M3 6.2h.01M9 2.8h.01M13.2 7.4h.01M10.6 13h.01M4.2 13h.01" stroke-width="3.4"/>',
    "fill": '<path d="M6.4 1.6 7.4 2.6M7.4 2.6 12.6 7.8 7.8 12.6Q7.2 13.2 6.6 12.6L2.6 8.6Q2 8 2.6 7.4z"/>'
    '<path d="M2.4 8.1h10L7.2 13z" fill="INK"/><path d="M14 10.6Q15.4 13 14 13.4 12.6 13 14 10.6z"/>',
    "pick": '<path d="M2.2 13.8 2.8 11.2 8.8 5.2 10.8 7.2 4.8 13.2zM7.6 4 12 8.4"/>'
    '<path d="M10.8 5.2 12.8 3.2" stroke-width="3.2"/>',
    "split": '<path d="M5.6 3.2Q1.6 4.4 1.6 8T5.6 12.8zM10.4 3.2Q14.4 4.4 14.4 8T10.4 12.8z"/>'
    '<path d="M8 1.4v13.2" stroke-dasharray="2.2 2.6"/>',
    "join": '<path d="M8 4.3A4.5 4.5 0 1 0 8 11.7 4.5 4.5 0 1 0 8 4.3z"/>'
    '<path d="M8 5.7v5" stroke-dasharray=".1 2.3"/>',
    "new": '<circle cx="8" cy="8" r="6" stroke-dasharray="2.6 2.1"/><path d="M8 5.2v5.6M5.2 8h5.6"/>',
    "delete": '<path d="M2.4 4.4h11.2M6 4.2V2.2h4v2M4 4.6l.6 9.2h6.8l.6-9.2M6.7 7v4.2M9.3 7v4.2"/>',
    "neighbours": f'{_SHIELD}<path d="M5.4 8l2 2 3.4-4"/>',
    "void": f'{_SHIELD}<path d="M5.4 10.6 10.6 5.4"/>',
}
"""What is drawn on a square of 16 units, as SVG; ``INK`` stands for the colour."""

WIDTH = 22
"""Width of a button with a drawing: ten of them fit into a column."""

_SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><g fill="none" stroke="INK"
 stroke-width="1.3" stroke-linecap="round" stroke-linejoin="round">{}</g></svg>"""

GLYPH_STYLE = """
GlyphButton { border: 1px solid transparent; border-radius: 4px; background: transparent; padding: 0px; }
GlyphButton:hover { background: rgba(128, 128, 128, 60); }
GlyphButton:pressed { background: rgba(128, 128, 128, 100); }
GlyphButton#marked:checked { background: rgba(86, 180, 233, 70); border-color: rgba(86, 180, 233, 220); }
"""
"""Style sheet of what holds such buttons: one for all of them is read faster than one for each."""


class GlyphButton(QToolButton):
    """Button that shows a drawing, and another one while it is checked if it has two.

    Parameters
    ----------
    name
        Name of the drawing.
    size
        Width and height of the button in pixels; by default those of a tool.
    checked
        Name of the drawing while it is checked; a button without one is marked by its frame.
    """

    def __init__(self, name: str, size: tuple[int, int] = (WIDTH, 24), checked: str = "") -> None:
        super().__init__()
        self._names = (name, checked or name)
        self._drawn: tuple[str, str, QSvgRenderer] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keyboard stays with the work
        self.setObjectName("" if checked else "marked")
        self.setFixedSize(QSize(*size))

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Its one size; a style would ask for more."""
        return self.maximumSize()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw the frame, and the drawing on it."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setOpacity(1.0 if self.isEnabled() else 0.35)
        area = QRectF(0, 0, 16, 16)
        area.moveCenter(QRectF(self.rect()).center())
        self._renderer().render(painter, area)
        painter.end()

    def _renderer(self) -> QSvgRenderer:
        """What draws the drawing of now in the colour of the text of now."""
        name = self._names[self.isChecked()]
        ink = self.palette().color(QPalette.ColorRole.WindowText).name()
        if self._drawn is None or self._drawn[:2] != (name, ink):
            self._drawn = name, ink, renderer(name, ink)
        return self._drawn[2]


def renderer(name: str, ink: str) -> QSvgRenderer:
    """What draws a glyph in a colour, written as ``#rrggbb``."""
    return QSvgRenderer(QByteArray(_SVG.format(_GLYPHS[name]).replace("INK", QColor(ink).name()).encode()))
