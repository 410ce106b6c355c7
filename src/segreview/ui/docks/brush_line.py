"""The size of the brush as a slider whose steps look equally large."""

from __future__ import annotations

from bisect import bisect_left

from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QWheelEvent
from qtpy.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from segreview.ui.hands.brush import SIZES

_WIDEST = f"{SIZES[-1]} px"


class BrushLine(QWidget):
    """Slider and size in pixels; without room the size alone.

    Attributes
    ----------
    chosen
        Emitted with the size that the user has chosen.
    """

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.slider, self.size = _Slider(Qt.Orientation.Horizontal), QLabel()
        self.slider.setRange(0, len(SIZES) - 1)
        self.slider.setPageStep(1)
        self.slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.size.setMinimumWidth(self.size.fontMetrics().horizontalAdvance(_WIDEST) + 4)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.slider, 1)
        layout.addWidget(self.size)
        self.slider.valueChanged.connect(lambda place: self.chosen.emit(SIZES[place]))

    def show_size(self, size: float) -> None:
        """Show a size; the slider stands at the nearest of its steps."""
        self.slider.blockSignals(True)
        self.slider.setValue(min(bisect_left(SIZES, size), len(SIZES) - 1))
        self.slider.blockSignals(False)
        self.size.setText(f"{size:g} px")

    def fold(self, narrow: bool) -> None:
        """Leave out the slider where there is no room for it."""
        self.slider.setVisible(not narrow)
        side = Qt.AlignmentFlag.AlignLeft if narrow else Qt.AlignmentFlag.AlignRight
        self.size.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)


class _Slider(QSlider):
    """Slider that the wheel passes by: over the dock it scrolls."""

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 (Qt's name)
        """Leave the wheel to what lies behind."""
        event.ignore()
