"""The legend, on a card over a corner of the canvas."""

from __future__ import annotations

from qtpy.QtCore import QEvent, QRectF, Qt
from qtpy.QtGui import QColor, QPainter
from qtpy.QtWidgets import QWidget

from segreview.ui.banner import Banner
from segreview.ui.canvas.corner import Corner
from segreview.ui.canvas.meaning import Line, legend_lines
from segreview.ui.canvas.sample import draw_sample
from segreview.ui.hands.explainer import Explainer
from segreview.ui.switches import Coloring
from segreview.ui.workbench import Workbench

_PATIENCE = 150
"""Milliseconds after a drawing before the classes in view are looked for."""

_MARGIN, _SAMPLE, _GAP = 10, 30, 8


class Legend(Explainer["Card"]):
    """Shows the legend when it is asked for, and when the colours need one.

    Parameters
    ----------
    bench
        Workbench whose scene it explains.
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench, Card, _PATIENCE)

    @property
    def wanted(self) -> bool:
        """Whether the legend is to be seen."""
        switches = self.bench.switches
        colors = self.bench.scene is not None and self.bench.scene.tints is not None
        colors = colors and switches.coloring != Coloring.SIDE
        return self.bench.scene is not None and (switches.legend or colors)

    @property
    def depends_on_view(self) -> bool:
        """Whether classes are listed."""
        return self.wanted and self.bench.switches.coloring == Coloring.CATEGORY

    def settle(self) -> None:
        """List the classes in view."""
        self.show_now()

    def show_now(self) -> None:
        """Write the legend anew."""
        if self.card is None:
            return
        if not self.wanted:
            self.card.hide()
            return
        counts = self.review.counts
        tints = self.scene.tints
        self.card.show_lines(
            legend_lines(
                self.bench.switches,
                () if tints is None else tints.entries,
                self.scene.contours.tints_in_view(),
                [kind for kind, count in counts.items() if count],
            )
        )


class Card(Corner):
    """Lines in a corner of a widget; the mouse goes through.

    Parameters
    ----------
    host
        Widget over which it lies.
    """

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, "legend")
        self.lines: list[Line] = []

    def show_lines(self, lines: list[Line]) -> None:
        """Show other lines."""
        self.lines = lines
        self.place()
        self.show()
        self.raise_()
        self.update()

    @property
    def _step(self) -> int:
        return int(self.fontMetrics().height()) + 3

    def lie_over(self, host: QWidget) -> None:
        """Take the room that the lines need."""
        widest = max((self.fontMetrics().horizontalAdvance(line.text) for line in self.lines), default=0)
        width = 2 * _MARGIN + _SAMPLE + _GAP + widest
        height = 2 * _MARGIN + self._step * len(self.lines)
        top = 12
        for banner in host.findChildren(Banner, options=Qt.FindChildOption.FindDirectChildrenOnly):
            if not banner.isHidden():
                top += banner.geometry().bottom()
        self.setGeometry(host.width() - width - 12, top, width, min(height, host.height() - top - 12))

    def paintEvent(self, event: QEvent) -> None:  # noqa: ARG002, N802 (Qt's name)
        """Draw the lines."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(20, 22, 26, 205))
        painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        for n, line in enumerate(self.lines):
            row = QRectF(_MARGIN, _MARGIN + n * self._step, _SAMPLE, self._step)
            draw_sample(painter, row, line)
            painter.setPen(QColor("#F2F2F2"))
            left = _MARGIN + _SAMPLE + _GAP
            place = QRectF(left, row.top(), self.width() - left, self._step)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, line.text)
        painter.end()
