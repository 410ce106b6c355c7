"""The scale bar, over a corner of the canvas."""

from __future__ import annotations

from math import ceil
from typing import Any

from qtpy.QtCore import QPointF
from qtpy.QtGui import QPainter, QPaintEvent
from qtpy.QtWidgets import QWidget

from segreview.ui.canvas.corner import Corner
from segreview.ui.canvas.scale_bar import paint_bar, scale_bar
from segreview.ui.hands.stagehand import Stagehand
from segreview.ui.units import unit_of
from segreview.ui.workbench import Workbench

_LONGEST = 150
"""Most pixels of the screen that the bar takes."""
_MARGIN = 14
"""Distance from the corner of the canvas, in pixels."""
_THICKNESS = 3.0


class Scale(Stagehand):
    """Shows how large things are, in the unit of the sample, as the camera sees them.

    Parameters
    ----------
    bench
        Workbench whose scene it measures.
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.bar: Bar | None = None

    def begin(self) -> None:
        """Follow switches and camera."""
        self.bar = Bar(self.native)
        self.bench.changed.connect(self.show_now)
        for emitter in self._links():
            emitter.connect(self.show_now)
        self.show_now()

    def end(self) -> None:
        """Take the bar away."""
        self.bench.changed.disconnect(self.show_now)
        for emitter in self._links():
            emitter.disconnect(self.show_now)
        if self.bar is not None:
            self.bar.hide()
            self.bar.deleteLater()
        self.bar = None

    def _links(self) -> tuple[Any, ...]:
        """What is followed in the viewer."""
        viewer = self.bench.viewer
        theirs = viewer.canvas.overlays.scale_bar.events.visible
        return viewer.scene.camera.events.zoom, viewer.dims.events.order, theirs

    @property
    def wanted(self) -> bool:
        """Whether the bar is to be seen: one is enough where napari's own is shown."""
        return self.bench.switches.scale and not self.bench.viewer.canvas.overlays.scale_bar.visible

    def show_now(self) -> None:
        """Measure anew."""
        if self.bar is not None:
            self.bar.tell(scale_bar(*self._pixel(), _LONGEST) if self.wanted else None)

    def _pixel(self) -> tuple[float, str]:
        """Length of a pixel of the screen, and its unit."""
        viewer, labels = self.bench.viewer, self.review.reference
        size, unit = unit_of(self.review.sample)
        length = 1 / viewer.scene.camera.zoom
        across = viewer.dims.displayed[-1] - viewer.dims.ndim
        if unit == "px" and across >= -len(labels.spacing):
            return length / labels.spacing[across], unit
        return length * size, unit


class Bar(Corner):
    """Scale bar in a corner of a widget; the mouse goes through.

    Parameters
    ----------
    host
        Widget over which it lies.
    """

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, "scale bar")
        self.shown: tuple[float, str] | None = None
        self.place()

    def tell(self, bar: tuple[float, str] | None) -> None:
        """Show a bar, or none."""
        if bar != self.shown:
            self.shown = bar
            self.place()
            self.update()
        self.setVisible(bar is not None)

    def lie_over(self, host: QWidget) -> None:
        """Take the same room whenever it is enough: to be moved costs a drawing of the canvas."""
        length = 0.0 if self.shown is None else self.shown[0]
        width = max(_LONGEST, ceil(length)) + _MARGIN
        height = self.fontMetrics().height() + round(_THICKNESS) + 8
        self.setGeometry(host.width() - width - _MARGIN, host.height() - height - _MARGIN, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 (Qt's name)
        """Draw the bar."""
        if self.shown is not None:
            painter = QPainter(self)
            corner = QPointF(self.width() - 2.0, self.height() - _THICKNESS)
            paint_bar(painter, corner, self.shown, _THICKNESS)
            painter.end()
