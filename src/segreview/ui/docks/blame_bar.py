"""Which side of an item is likely the wrong one: one bar between the two."""

from __future__ import annotations

from qtpy.QtCore import QRectF, QSize, Qt
from qtpy.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPalette
from qtpy.QtWidgets import QSizePolicy, QWidget

from segreview.triage.suspicion import Suspicion
from segreview.ui.docks.ink import side_color
from segreview.ui.docks.queue_model import percent_text
from segreview.ui.palette import GT_COLOR, MODEL_COLOR, QUIET_COLOR

_NAMES = ("GT wrong", "model wrong")
_GAP = 6
"""Room between the bar and the names beside it, in pixels."""
_THICK = 10
_FAINT = 70
"""Opacity of what is not known, of 255."""


class BlameBar(QWidget):
    """A bar whose blue part is as long as the GT is likely wrong, and whose orange part as the model is.

    Between them lies what is unclear. While nothing is known the bar is an empty groove, so that what
    lies below keeps its place.
    """

    def __init__(self) -> None:
        super().__init__()
        self._shown: Suspicion | None = None
        self._has_model = True
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_suspicion(self, suspicion: Suspicion | None, *, has_model: bool = True) -> None:
        """Show what is suspected; None while that is not known."""
        self._shown, self._has_model = suspicion, has_model
        self.setToolTip("" if suspicion is None else _told(suspicion, has_model=has_model))
        self.update()

    @property
    def shares(self) -> tuple[float, float, float] | None:
        """Lengths of the parts: the GT's structure, its hygiene, and the model; None when not known."""
        told = self._shown
        if told is None:
            return None
        return told.reference_wrong, told.urgency - told.reference_wrong, _model_share(told)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """A line of text."""
        return QSize(200, self.fontMetrics().height() + 4)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """A line of text, as narrow as need be."""
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw the names of the sides, and the bar between them."""
        painter = QPainter(self)
        names = _NAMES if self._has_model else (_NAMES[0], "")
        widths = [self.fontMetrics().horizontalAdvance(name) for name in names]
        flags = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight)
        for name, color, flag in zip(names, (GT_COLOR, MODEL_COLOR), flags, strict=True):
            ink = side_color(color, self.palette())
            if self._shown is None:
                ink.setAlpha(2 * _FAINT)
            painter.setPen(ink)
            painter.drawText(self.rect(), int(flag | Qt.AlignmentFlag.AlignVCenter), name)
        left, right = (width + _GAP if width else 0 for width in widths)
        bar = QRectF(left, (self.height() - _THICK) / 2, self.width() - left - right, _THICK)
        self._paint_bar(painter, bar)

    def _paint_bar(self, painter: QPainter, bar: QRectF) -> None:
        ground = QColor(QUIET_COLOR)
        ground.setAlpha(_FAINT)
        painter.fillRect(bar, ground)
        shares = self.shares
        if shares is None:
            return
        structure, hygiene, model = (share * bar.width() for share in shares)
        blue, orange = QColor(GT_COLOR), QColor(MODEL_COLOR)
        painter.fillRect(QRectF(bar.left(), bar.top(), structure, _THICK), blue)
        painter.fillRect(
            QRectF(bar.left() + structure, bar.top(), hygiene, _THICK),
            QBrush(blue, Qt.BrushStyle.Dense4Pattern),
        )
        painter.fillRect(QRectF(bar.right() - model, bar.top(), model, _THICK), orange)
        painter.setPen(self.palette().color(QPalette.ColorRole.Window))
        for x in (bar.left() + structure + hygiene, bar.right() - model):
            painter.drawLine(round(x), round(bar.top()), round(x), round(bar.bottom()))


def _model_share(told: Suspicion) -> float:
    """How likely the model alone is wrong: what the GT's faults leave of it."""
    return min(told.prediction_wrong, 1 - told.urgency)


def _told(told: Suspicion, *, has_model: bool) -> str:
    """Figures behind the bar, line by line."""
    lines = [f"GT wrong: {percent_text(told.reference_wrong)}"]
    if told.hygiene:
        lines.append(f"GT not clean ({', '.join(told.hygiene)}): {percent_text(told.urgency)} with that")
    if has_model:
        lines.append(f"GT right, model wrong: {percent_text(_model_share(told))}")
    lines.append(f"unclear: {percent_text(1 - told.urgency - _model_share(told))}")
    lines.append("By the image, the other objects and the model; fitted on corrected annotations.")
    if told.learned is not None:
        lines.append("Corrected by your verdicts.")
    return "\n".join(lines)
