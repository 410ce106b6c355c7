"""The images in the layers dock: one row for each, with the range of its grey values that is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from napari.layers import Image
from qtpy.QtCore import QRectF
from qtpy.QtGui import QColor, QPainter
from qtpy.QtWidgets import QVBoxLayout, QWidget

from segreview.ui.canvas.contrast import contrast_limits, grey_text, sampled
from segreview.ui.canvas.sample import ramp
from segreview.ui.docks.glyph import GlyphButton
from segreview.ui.docks.layer_row import LayerRow
from segreview.ui.docks.range_bar import RangeBar
from segreview.ui.palette import QUIET_COLOR

_SEEN = 1e5
"""Pixels of an image that its histogram is made of."""
_SHADES = np.linspace(0, 1, 5)
_GREY = 25
"""Saturation, of 255, below which a colour is a grey."""
_RAINBOW = ((0.0, "#D0342C"), (0.5, "#3FA34D"), (1.0, "#3566C8"))
"""What stands for an image with colours of its own."""


class ImageRows(QWidget):
    """Rows of the images of a review, the lowest first."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[ImageRow] = []
        self._narrow = False
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2)

    def show_layers(self, layers: Sequence[Image]) -> None:
        """Show other layers; the rows of those that have a row stay."""
        if [row.layer for row in self.rows] == list(layers):
            return
        for row in self.rows:
            row.close_for_good()
        self.rows = [ImageRow(layer) for layer in layers]
        for row in self.rows:
            row.fold(self._narrow)
            self._layout.addWidget(row)

    def fold(self, narrow: bool) -> None:
        """Leave out names and ranges where there is no room for them."""
        self._narrow = narrow
        for row in self.rows:
            row.fold(narrow)


class ImageRow(QWidget):
    """One image: eye, colours, name, and below the range of its grey values.

    Parameters
    ----------
    layer
        Layer that shows it; the row follows it and changes it.
    """

    def __init__(self, layer: Image) -> None:
        super().__init__()
        self.layer = layer
        self._steering = False  # the range is changed by hand: its axis must not move
        self.auto = GlyphButton("contrast", (22, 22))
        self.auto.setToolTip("Auto contrast: percentiles 0.2 to 99.8 of this image")
        self.auto.setAccessibleName("Auto contrast")
        self.row = LayerRow(self._draw, layer.name, None if layer.rgb else self.auto)
        self.range = RangeBar(grey_text, height=24)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.row)
        layout.addWidget(self.range)
        self.row.eye.clicked.connect(self._on_eye)
        self.auto.clicked.connect(lambda _=False: self.reset())
        self.range.changed.connect(self._on_range)
        self._links: list[tuple[Any, Any]] = [(layer.events.visible, self._show_eye)]
        if not layer.rgb:
            self._links += [
                (layer.events.contrast_limits, self._on_limits),
                (layer.events.colormap, self._show_color),
            ]
        for event, callback in self._links:
            event.connect(callback)
        self._show_eye()
        self._show_color()
        self._look_at_pixels()

    def close_for_good(self) -> None:
        """Let go of the layer."""
        for event, callback in self._links:
            event.disconnect(callback)
        self.setParent(None)
        self.deleteLater()

    def fold(self, narrow: bool) -> None:
        """Leave out name and range where there is no room for them."""
        self.row.fold(narrow)
        self.range.setVisible(not narrow and not self.layer.rgb)

    # ---------------------------------------------------------------- the layer
    def _look_at_pixels(self) -> None:
        """Draw the histogram of the pixels that the layer has now, on an axis for its limits."""
        if self.layer.rgb:
            return
        values = sampled(self.layer.data, _SEEN)
        ends = axis_around(self.layer.contrast_limits, values)
        self.range.show_values(values[(values >= ends[0]) & (values <= ends[1])], ends)
        self._show_limits()

    def reset(self) -> None:
        """Show the grey values between the percentiles of the image."""
        self.layer.contrast_limits = contrast_limits(self.layer.data)

    def _on_eye(self) -> None:
        self.layer.visible = not self.layer.visible
        self._show_eye()

    def _on_range(self, low: float, high: float) -> None:
        least, largest = self.range.ends
        low, high = max(low, least), min(high, largest)
        if high > low:
            self._steering = True
            self.layer.contrast_limits = (low, high)
            self._steering = False

    def _on_limits(self) -> None:
        """The layer has other limits, and with another sample other pixels."""
        if self._steering:
            self._show_limits()
        else:
            self._look_at_pixels()

    # ---------------------------------------------------------------- showing
    def _show_eye(self) -> None:
        self.row.eye.setChecked(self.layer.visible)

    def _show_limits(self) -> None:
        low, high = self.layer.contrast_limits
        self.range.choose(low, high)
        self.range.setToolTip(
            f"Shown from {grey_text(low)} to {grey_text(high)}\nDouble click: all grey values"
        )

    def _show_color(self) -> None:
        if not self.layer.rgb:
            brightest = QColor.fromRgbF(*_shades(self.layer)[-1])
            grey = brightest.saturation() < _GREY
            self.range.set_color(QColor(QUIET_COLOR) if grey else brightest)  # white is not seen on white
        self.row.sample.update()

    def _draw(self, painter: QPainter, area: QRectF) -> None:
        """Draw the colours of the image from dark to bright."""
        area = area.adjusted(2, 4, -2, -4)
        if self.layer.rgb:
            stops = [(place, QColor(color)) for place, color in _RAINBOW]
        else:
            colors = [QColor.fromRgbF(*color) for color in _shades(self.layer)]
            stops = list(zip(_SHADES.tolist(), colors, strict=True))
        painter.setPen(QColor(128, 128, 128, 160))
        painter.setBrush(ramp(area, stops))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.drawRect(area)


def _shades(layer: Image) -> list[list[float]]:
    """Colours of a layer from its least to its largest value."""
    return np.clip(layer.colormap.map(_SHADES), 0, 1).tolist()


def axis_around(limits: Sequence[float], values: np.ndarray) -> tuple[float, float]:
    """Ends of an axis on which a range can be narrowed and widened.

    It reaches as far as the values do, but not farther below the range than this is long, and not
    farther above than twice that: with one hot pixel nothing else could be aimed at.
    """
    low, high = limits
    length = high - low
    least, largest = (float(values.min()), float(values.max())) if values.size else (low, high)
    return min(low, max(least, low - length)), max(high, min(largest, high + 2 * length))
