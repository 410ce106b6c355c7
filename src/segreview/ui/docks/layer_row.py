"""A line of the layers dock: eye, sample of what is drawn, and name."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtCore import QRectF, QSize, Qt
from qtpy.QtGui import QMouseEvent, QPainter, QPaintEvent
from qtpy.QtWidgets import QHBoxLayout, QWidget

from segreview.ui.docks.elided import ElidedLabel
from segreview.ui.docks.glyph import GlyphButton

Draw = Callable[[QPainter, QRectF], None]
"""Draws a sample into an area."""

_SAMPLE = QSize(26, 18)
_LEAST_NAME = 40
_FAINT = 0.35
"""Strength of the sample of what is hidden."""


class LayerRow(QWidget):
    """Eye, sample and name of a layer; a click anywhere on it shows or hides the layer.

    Parameters
    ----------
    draw
        Draws the sample.
    name
        Name of the layer.
    last
        What stands at the right; it goes with the name where there is no room.
    """

    def __init__(self, draw: Draw, name: str = "", last: QWidget | None = None) -> None:
        super().__init__()
        self.eye = GlyphButton("closed eye", (22, 22), checked="eye")
        self.eye.setCheckable(True)
        self.eye.setAccessibleName(name)
        self.sample = _Sample(draw)
        self.name = ElidedLabel()
        self.name.show_text(name)
        self.name.setMinimumWidth(_LEAST_NAME)
        self._last = last
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.eye)
        layout.addWidget(self.sample)
        layout.addSpacing(2)
        layout.addWidget(self.name, 1)
        if last is not None:
            layout.addWidget(last)
        layout.addStretch(0)
        self.eye.toggled.connect(self._show_faint)
        self._show_faint(False)

    def _show_faint(self, shown: bool) -> None:
        """Show the layer as one that is in sight, or as one that is hidden."""
        self.name.setEnabled(shown)
        self.sample.strength = 1.0 if shown else _FAINT
        self.sample.update()

    def fold(self, narrow: bool) -> None:
        """Leave out the name where there is no room for it."""
        self.name.setVisible(not narrow)
        if self._last is not None:
            self._last.setVisible(not narrow)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Do what the eye does."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.pos()):
            self.eye.click()


class _Sample(QWidget):
    """What a layer looks like on the canvas."""

    def __init__(self, draw: Draw) -> None:
        super().__init__()
        self._draw = draw
        self.strength = 1.0
        self.setFixedSize(_SAMPLE)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 (Qt's name)
        """Draw the sample."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(self.strength)
        self._draw(painter, QRectF(self.rect()))
        painter.end()
