"""GT, model and heatmap in the layers dock, and how the masks are filled."""

from __future__ import annotations

from functools import partial

from qtpy.QtCore import QRectF, Qt
from qtpy.QtGui import QPainter
from qtpy.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from segreview.ui.actions import Action, action
from segreview.ui.canvas.meaning import Line
from segreview.ui.canvas.sample import draw_sample
from segreview.ui.docks.action_buttons import ActionButtons
from segreview.ui.docks.glyph import GlyphButton
from segreview.ui.docks.layer_row import LayerRow
from segreview.ui.palette import GT_COLOR, MODEL_COLOR
from segreview.ui.switches import Switches

_ROWS = (
    ("toggle_gt", "GT", Line("GT", GT_COLOR)),
    ("toggle_model", "model", Line("model", MODEL_COLOR, "dashes")),
    ("toggle_heat", "heatmap", Line("heatmap", look="heat")),
)
_COLORINGS = (
    ("color_by_side", "side", "first"),
    ("color_by_iou", "IoU", "middle"),
    ("color_by_class", "class", "last"),
)
SEGMENT_STYLE = """
Segment { border: 1px solid rgba(128, 128, 128, 90); padding: 2px 4px; background: transparent;
    margin: 0px; border-radius: 0px; }
Segment:hover { background: rgba(128, 128, 128, 60); }
Segment:checked { background: rgba(86, 180, 233, 70); border-color: rgba(86, 180, 233, 220); }
Segment#first { border-top-left-radius: 5px; border-bottom-left-radius: 5px; }
Segment#last { border-top-right-radius: 5px; border-bottom-right-radius: 5px; }
Segment#alone { border-radius: 5px; }
"""
"""Style sheet of what holds such buttons."""


class SideRows(QWidget):
    """Rows of both sides and the heatmap, and the choice of how masks are filled.

    Parameters
    ----------
    buttons
        Runs what is clicked, and shows what is switched on.
    """

    def __init__(self, buttons: ActionButtons) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        self.rows: dict[str, LayerRow] = {}
        for name, title, line in _ROWS:
            row = self.rows[name] = LayerRow(partial(_draw, line), title)
            buttons.bind(row.eye, name, row, row.name)
            layout.addWidget(row)
        self._short = GlyphButton("outlines", checked="filled")
        self._filled, self._legend = Segment("filled", "alone"), GlyphButton("legend")
        for button, name in (
            (self._short, "toggle_filled"),
            (self._filled, "toggle_filled"),
            (self._legend, "toggle_legend"),
        ):
            buttons.bind(button, name)
        self._colorings: list[Segment] = []
        for name, title, place in _COLORINGS:
            self._colorings.append(Segment(title, place))
            buttons.bind(self._colorings[-1], name, is_on=partial(_fills, action(name)))
        layout.addLayout(self._choice())

    def _choice(self) -> QHBoxLayout:
        """Line with the choice of how masks are filled."""
        line = QHBoxLayout()
        line.setContentsMargins(0, 2, 0, 0)
        line.setSpacing(0)
        line.addWidget(self._short)
        line.addWidget(self._filled)
        line.addSpacing(6)
        for button in self._colorings:
            line.addWidget(button)
        line.addStretch(1)
        line.addWidget(self._legend)
        return line

    def fold(self, narrow: bool) -> None:
        """Leave out words where there is no room for them."""
        for row in self.rows.values():
            row.fold(narrow)
        self._short.setVisible(narrow)
        for button in (self._filled, *self._colorings):
            button.setVisible(not narrow)


def _fills(coloring: Action, switches: Switches) -> bool:
    """Whether masks are filled in a colouring."""
    return switches.filled and coloring.is_on(switches)


def _draw(line: Line, painter: QPainter, area: QRectF) -> None:
    draw_sample(painter, area, line)


class Segment(QToolButton):
    """Button of a row of which the first and the last have round corners.

    Parameters
    ----------
    title
        What it says.
    place
        ``"first"``, ``"middle"``, ``"last"`` or ``"alone"``.
    """

    def __init__(self, title: str, place: str) -> None:
        super().__init__()
        self.setText(title)
        self.setObjectName(place)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
