"""The scale of a heatmap, on a card over a corner of the canvas: what it shows, and between which values."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
from qtpy.QtCore import QRectF, QSize, Qt, Signal
from qtpy.QtGui import QColor, QPainter, QPaintEvent
from qtpy.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from segreview.session.heatmaps import Heatmaps
from segreview.triage.heat import SCALES, Heat, Scale
from segreview.ui.canvas.corner import Corner
from segreview.ui.canvas.warmth import Limits, Warmth, colors_of, level_of
from segreview.ui.docks.histogram import EDGE
from segreview.ui.docks.range_bar import RangeBar
from segreview.ui.hands.explainer import Explainer
from segreview.ui.workbench import Workbench

_PATIENCE = 120
"""Milliseconds after a drawing before its values are counted."""

_WIDTH, _MARGIN, _BAR, _RAMP = 232, 12, 46, 7
_TWO_LINES = 30
_STYLE = """
QFrame#heat { background: rgba(20, 22, 26, 225); border-radius: 6px; }
QFrame#heat QWidget { color: #F2F2F2; background: transparent; }
QFrame#heat QLabel { color: #D0D3D8; font-size: 11px; }
QFrame#heat QToolButton { border: none; font-weight: bold;
    padding: 1px 14px 1px 2px; }
QFrame#heat QToolButton:hover { background: rgba(255, 255, 255, 30); border-radius: 4px; }
"""


class HeatScale(Explainer["Card"]):
    """Shows the scale as long as a heatmap is shown; limits that were dragged stay for the next sample.

    Parameters
    ----------
    bench
        Workbench whose scene it explains.
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench, self._card, _PATIENCE)
        self._limits: dict[Heat, Limits] = {}

    def _card(self, host: QWidget) -> Card:
        """Card whose handles and menu are followed."""
        card = Card(host)
        card.bar.limited.connect(self._limit)
        card.chosen.connect(self._choose)
        return card

    def begin(self) -> None:
        """Follow switches, pictures and edits, and the change to 3D."""
        super().begin()
        self._unwatch = self.review.watch(lambda _: self.show_now())
        self.bench.viewer.dims.events.ndisplay.connect(self.show_now)

    def end(self) -> None:
        """Take the card away."""
        self._unwatch()
        self.bench.viewer.dims.events.ndisplay.disconnect(self.show_now)
        super().end()

    @property
    def depends_on_view(self) -> bool:
        """Whether a histogram is shown."""
        return self.card is not None and self.card.isVisible()

    def show_now(self) -> None:
        """Show the scale of the heatmap that is shown now, or why there is none; in 3D none is drawn."""
        if self.card is None:
            return
        switches, scene = self.bench.switches, self.bench.scene
        if not switches.heat or scene is None or self.bench.viewer.dims.ndisplay == 3:
            self.card.hide()
            return
        warmth, wanted = scene.warmth, switches.heatmap
        if warmth is not None and wanted in self._limits:
            scene.limit_heat(self._limits[wanted])
        self.card.tell(wanted, warmth, scene.heats)
        self._timer.start()

    def settle(self) -> None:
        """Count the values in view."""
        scene = self.bench.scene
        if self.card is None or scene is None or scene.warmth is None:
            return
        lattice = scene.contours.lattice_in_view()
        values = np.zeros(0) if lattice is None else scene.warmth.values(lattice)
        self.card.bar.show_values(values[values != 0], (scene.warmth.scale.low, scene.warmth.scale.high))

    def _limit(self, limits: Limits) -> None:
        self._limits[self.bench.switches.heatmap] = limits
        self.scene.limit_heat(limits)

    def _choose(self, heat: Heat) -> None:
        self.bench.switch(heat=True, heatmap=heat)


class HeatBar(RangeBar):
    """Histogram of the values in view in the colours of the heatmap, with the limits of these as handles.

    Attributes
    ----------
    limited
        Emitted with the sizes of values between which the colours are to lie.
    """

    limited = Signal(object)

    def __init__(self) -> None:
        super().__init__(str, height=_BAR)
        self._scale = SCALES[Heat.DIFFERENCE]
        self._limits: Limits = self._scale.first
        self.changed.connect(self._on_changed)

    def show_limits(self, scale: Scale, limits: Limits) -> None:
        """Show other colours, and the limits between which they lie."""
        self._scale, self._limits = scale, limits
        self.stretch((scale.low, scale.high))
        least, most = (-limits[1], limits[1]) if scale.signed else limits
        self.choose(least, most)

    def _on_changed(self, least: float, most: float) -> None:
        """Take over what was dragged; where the scale is signed, both ends move alike."""
        least, most = max(least, self._scale.low), min(most, self._scale.high)
        if self._scale.signed:
            before = self._limits[1]
            most = -least if math.isclose(most, before, abs_tol=1e-6) else most
            least, most = 0.0, max(most, self._scale.high / 50)
        self.show_limits(self._scale, (least, most))
        self.limited.emit((least, most))

    def colors_at(self, shares: np.ndarray) -> np.ndarray:
        """Colour of the values at places along the axis, RGBA."""
        values = np.array([self.value(share) for share in shares.tolist()], np.float32)
        found: np.ndarray = colors_of(self._scale)[level_of(values, self._limits, signed=self._scale.signed)]
        return found

    def color_of(self, bar: int) -> QColor:
        """Colour of the values in a bar."""
        red, green, blue, strength = self.colors_at(np.array([(bar + 0.5) / self.bins]))[0].tolist()
        return QColor(red, green, blue) if strength else super().color_of(-1)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw the ramp of colours below bars and handles."""
        painter = QPainter(self)
        colors = self.colors_at((np.arange(self.length) + 0.5) / self.length)
        for x, (red, green, blue, strength) in enumerate(colors.tolist()):
            color = QColor(red, green, blue) if strength else QColor(70, 74, 82)
            painter.fillRect(QRectF(EDGE + x, self.height() - _RAMP, 1, _RAMP), color)
        painter.end()
        super().paintEvent(event)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """As wide as the card."""
        return QSize(_WIDTH - 20, _BAR)


class Card(Corner):
    """The scale in the lower left corner of a widget, where the mouse can take hold of it.

    Parameters
    ----------
    host
        Widget over which it lies.

    Attributes
    ----------
    chosen
        Emitted with the kind that was chosen from its menu.
    """

    chosen = Signal(object)

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, "heat scale")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, on=False)
        self.setStyleSheet(_STYLE)
        self.title, self.bar = QToolButton(), HeatBar()
        self.title.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.title.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.menu = QMenu(self)
        self.menu.setToolTipsVisible(True)
        self.menu.aboutToShow.connect(self._fill_menu)
        self.title.setMenu(self.menu)
        self.measure, self.ends = QLabel(), (QLabel(), QLabel(), QLabel())
        self.measure.setWordWrap(True)
        self.measure.setMinimumHeight(_TWO_LINES)  # one line or two: the card stays as high
        self.measure.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.bar.limited.connect(self._show_ends)
        self._heats: Heatmaps | None = None
        self._heat = Heat.DIFFERENCE
        self._lay_out()

    def _lay_out(self) -> None:
        self._frame = frame = QFrame()
        frame.setObjectName("heat")
        inner = QVBoxLayout(frame)
        inner.setContentsMargins(8, 5, 8, 6)
        inner.setSpacing(1)
        inner.addWidget(self.title, 0, Qt.AlignmentFlag.AlignLeft)
        inner.addWidget(self.measure)
        inner.addWidget(self.bar)
        line = QHBoxLayout()
        line.setContentsMargins(EDGE // 2, 0, EDGE // 2, 0)
        for n, label in enumerate(self.ends):
            line.addWidget(label)
            if n < len(self.ends) - 1:
                line.addStretch(1)
        inner.addLayout(line)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)

    def tell(self, heat: Heat, warmth: Warmth | None, heats: Heatmaps) -> None:
        """Show the scale of a kind of heatmap, or why there is nothing of it."""
        self._heats, self._heat = heats, heat
        scale = SCALES[heat]
        self.title.setText(scale.title)
        self.measure.setText(scale.measure if warmth is not None else f"Not here: {heats.lacking(heat)}")
        for widget in (self.bar, *self.ends):
            widget.setVisible(warmth is not None)
        if warmth is not None:
            self.bar.show_limits(scale, warmth.limits)
            self._show_ends(warmth.limits)
        self.show()
        self.place()
        self.raise_()

    def _show_ends(self, limits: Limits) -> None:
        """Write what the weakest and the strongest colours mean."""
        (least, most), scale = limits, SCALES[self._heat]
        low, middle, high = self.ends
        low.setText(scale.text(-most if scale.signed else least))
        middle.setText(scale.text(0) if scale.signed else "")
        high.setText(scale.text(most))

    def _fill_menu(self) -> None:
        """List the kinds; those of which there is nothing are grey, and say why."""
        self.menu.clear()
        for heat, scale in SCALES.items():
            reason = "" if self._heats is None else self._heats.lacking(heat)
            entry = self.menu.addAction(f"{scale.title} ({reason})" if reason else scale.title)
            entry.setEnabled(not reason)
            entry.setCheckable(True)
            entry.setChecked(heat is self._heat)
            entry.triggered.connect(partial(self._on_chosen, heat))

    def _on_chosen(self, heat: Heat, _: bool = False) -> None:
        self.chosen.emit(heat)

    def lie_over(self, host: QWidget) -> None:
        """Take the room that it needs, in the lower left corner."""
        width, layout = min(_WIDTH, host.width() - 2 * _MARGIN), self.layout()
        assert layout is not None
        self._frame.updateGeometry()  # its words may be others
        layout.activate()
        height = layout.totalHeightForWidth(width)
        self.setGeometry(_MARGIN, host.height() - height - _MARGIN, width, height)
