"""The filter strip: text, IoU, size, border and what is judged, above the table of the queue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from typing import Any

from qtpy.QtCore import QEvent, QObject, QPointF, QSize, Qt, QTimer
from qtpy.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPalette, QPolygonF
from qtpy.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from segreview.session.listing import Listing
from segreview.triage.filter import ANY_AREA, ANY_IOU, Border, Stage
from segreview.ui.docks.range_bar import RangeBar
from segreview.ui.focus import Focus
from segreview.ui.palette import MODEL_COLOR

_SHAPE = """
QToolButton { border: 1px solid rgba(128, 128, 128, 90); border-radius: 9px; padding: 2px 6px;
    background: transparent; }
QToolButton:hover { border-color: rgba(128, 128, 128, 200); }
"""
CHIP = (
    _SHAPE
    + "QToolButton:checked { background: rgba(86, 180, 233, 70); border-color: rgba(86, 180, 233, 220); }"
)
_QUIET_CHIP = _SHAPE + "QToolButton:checked { border-color: rgba(128, 128, 128, 255); }"

_PAUSE = 120
"""Milliseconds without a further key or movement after which the table is filtered."""

_BORDERS = {
    Border.ANY: ("any place", "Objects anywhere in the image"),
    Border.INSIDE: ("inside", "Without objects that touch the border of the image"),
    Border.ONLY: ("at the border", "Only objects that touch the border of the image"),
}
_STAGES = {
    Stage.ALL: ("all", "Judged or not"),
    Stage.OPEN: ("open", "Only what still waits for a verdict"),
    Stage.JUDGED: ("judged", "Only what has a verdict, or was resolved by an edit"),
}


class FilterStrip(QWidget):
    """Everything by which the queue can be narrowed down beside the kinds.

    Parameters
    ----------
    focus
        Holds the filter; the strip shows it and changes it.
    leave
        Gives the keyboard back when the user is done with the text.
    """

    def __init__(self, focus: Focus, leave: Callable[[], None]) -> None:
        super().__init__()
        self._focus = focus
        self._leave = leave
        self._showing = False
        self.text = QLineEdit()
        self.text.setPlaceholderText("kind, id, class, note or hygiene")
        self.text.setClearButtonEnabled(True)
        self.text.setToolTip(
            "Rows where every word is found; Esc clears it.\nhygiene: holes, specks and slivers of the GT"
        )
        self.text.installEventFilter(self)
        self.iou = RangeBar(lambda value: f"{value:.2f}")
        self.area = RangeBar(lambda value: f"{value:,.0f}", logarithmic=True)
        self._stages, stages = _choice(_STAGES, self._on_choice)
        self._borders, borders = _choice(_BORDERS, self._on_choice)
        self._lay_out(stages, borders)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self.apply)
        self.text.textChanged.connect(self._on_input)
        for bar in (self.iou, self.area):
            bar.changed.connect(self._on_input)
        self.show_filter()

    def _lay_out(self, stages: QHBoxLayout, borders: QHBoxLayout) -> None:
        self._iou_text, self._area_text = QLabel(), QLabel()
        grid = QGridLayout()
        grid.setSpacing(4)
        for row, (name, bar, label) in enumerate(
            (("IoU", self.iou, self._iou_text), ("area", self.area, self._area_text))
        ):
            grid.addWidget(QLabel(name), row, 0)
            grid.addWidget(bar, row, 1)
            grid.addWidget(label, row, 2)
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            label.setMinimumWidth(92)
        grid.setColumnStretch(1, 1)
        choices = QHBoxLayout()
        choices.setSpacing(4)
        choices.addLayout(stages)
        choices.addStretch(1)
        choices.addLayout(borders)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 2)
        layout.setSpacing(4)
        layout.addWidget(self.text)
        layout.addLayout(grid)
        layout.addLayout(choices)

    # ---------------------------------------------------------------- from the user
    def _on_input(self, *_: object) -> None:
        if not self._showing:
            self._write_ranges()
            self._pause.start()

    def _on_choice(self) -> None:
        if not self._showing:
            self.apply()

    def apply(self) -> None:
        """Filter the queue by what the strip says, at once."""
        self._pause.stop()
        wanted = replace(
            self._focus.filter,
            text=self.text.text(),
            iou=_within(self.iou.chosen(), ANY_IOU),
            area=_within(self.area.chosen(), ANY_AREA),
            stage=_chosen(self._stages, Stage),
            border=_chosen(self._borders, Border),
        )
        if wanted != self._focus.filter:
            self._focus.filter_by(wanted)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Clear the text on Esc, and leave it on a second one, or on Enter."""
        if watched is self.text and event.type() == QEvent.Type.KeyPress:
            return self._on_key(event)
        return False

    def _on_key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape and self.text.text():
            self.text.clear()
        elif event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._leave()
        else:
            return False
        self.apply()
        return True

    # ---------------------------------------------------------------- showing
    def show_filter(self) -> None:
        """Show the filter as it is now."""
        self._showing = True
        now = self._focus.filter
        if self.text.text().strip() != now.text.strip():
            self.text.setText(now.text)
        if not self._pause.isActive():
            self.iou.choose(*now.iou)
            self.area.choose(*now.area)
        for group, value in ((self._stages, now.stage), (self._borders, now.border)):
            for button in group.buttons():
                button.setChecked(button.property("value") == str(value))
        self._write_ranges()
        self._showing = False

    def show_values(self, listing: Listing | None) -> None:
        """Draw the histograms of the kinds that are listed."""
        if listing is None:
            return
        facts = listing.facts
        mask = listing.filter.kinds(facts)
        self.iou.show_values(facts.iou[mask], ANY_IOU)
        self.area.show_values(facts.area[mask])
        self.area.choose(*self._focus.filter.area)
        self._write_ranges()

    def _write_ranges(self) -> None:
        self._iou_text.setText(self.iou.text())
        self._area_text.setText(f"{self.area.text()} px")


class FunnelButton(QToolButton):
    """Button that opens the filter strip; a dot says that a filter is on."""

    def __init__(self) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setStyleSheet(CHIP)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setToolTip("Filter by text, IoU, size, border and what is judged")
        self._active = False

    def set_active(self, active: bool) -> None:
        """Show whether a filter is on."""
        self._active = active
        self.setAccessibleName("Filter, on" if active else "Filter")
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Room for the funnel and the dot; as high as a chip."""
        return QSize(34, self.fontMetrics().height() + 8)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw the funnel, and the dot beside it."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.ButtonText))
        x, y = self.width() / 2 - 3, self.height() / 2
        outline = ((-6, -5), (6, -5), (1.3, 0.5), (1.3, 5), (-1.3, 3.5), (-1.3, 0.5))
        painter.drawPolygon(QPolygonF([QPointF(x + dx, y + dy) for dx, dy in outline]))
        if self._active:
            painter.setBrush(QColor(MODEL_COLOR))
            painter.drawEllipse(QPointF(x + 9, y - 3), 3.2, 3.2)
        painter.end()


def _choice(
    options: dict[Any, tuple[str, str]], on_choice: Callable[[], None]
) -> tuple[QButtonGroup, QHBoxLayout]:
    """Chips of which one is on."""
    group, layout = QButtonGroup(), QHBoxLayout()
    layout.setSpacing(2)
    for n, (value, (title, hint)) in enumerate(options.items()):
        button = QToolButton()
        button.setText(title)
        button.setToolTip(hint)
        button.setCheckable(True)
        button.setProperty("value", str(value))
        button.setStyleSheet(CHIP if n else _QUIET_CHIP)  # the first one holds nothing back
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(on_choice)
        group.addButton(button)
        layout.addWidget(button)
    return group, layout


def _chosen(group: QButtonGroup, kind: type[StrEnum]) -> Any:
    button = group.checkedButton()
    return next(iter(kind)) if button is None else kind(button.property("value"))


def _within(chosen: tuple[float, float], whole: tuple[float, float]) -> tuple[float, float]:
    """Chosen range, open at the ends where nothing was chosen, in round numbers."""
    low, high = chosen
    rounded = (lambda value: round(value, 2)) if whole == ANY_IOU else round
    return (
        whole[0] if low == float("-inf") else rounded(low),
        whole[1] if high == float("inf") else rounded(high),
    )
