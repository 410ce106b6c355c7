"""The layers dock: GT, model, heatmap and images as they are shown, and the tools in hand."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtCore import QSize, QTimer, Signal
from qtpy.QtGui import QResizeEvent
from qtpy.QtWidgets import QFrame, QVBoxLayout, QWidget

from segreview.session.review import Review
from segreview.ui.actions import Action
from segreview.ui.docks.action_buttons import ActionButtons
from segreview.ui.docks.glyph import GLYPH_STYLE, WIDTH
from segreview.ui.docks.image_rows import ImageRows
from segreview.ui.docks.scrolled import scrolled
from segreview.ui.docks.side_rows import SEGMENT_STYLE, SideRows
from segreview.ui.docks.tool_strip import COLUMNS, ToolStrip
from segreview.ui.keymap import KeyMap
from segreview.ui.workbench import Workbench

_EDGE = 6
_LEAST = 120
"""Height down to which the dock can be made smaller; it scrolls then."""
_SETTLED = 50
"""Milliseconds after which rows that have come are laid out, and it is known how high they are."""
_BAR = 7
_STYLE = f"""
{GLYPH_STYLE}
{SEGMENT_STYLE}
QFrame#seam {{ background: rgba(128, 128, 128, 70); }}
QScrollBar:vertical {{ max-width: {_BAR}px; min-width: {_BAR}px; margin: 0px; background: transparent; }}
QScrollBar::add-line, QScrollBar::sub-line {{ height: 0px; }}
"""


class LayersDock(QWidget):
    """Everything that is seen on the canvas, and what the hand does there.

    Parameters
    ----------
    bench
        What is worked on.
    run
        Runs an action; the buttons call it.
    keymap
        Which keys do what, as the tooltips name them.

    Attributes
    ----------
    grown
        Emitted when the dock may ask for more height than before.
    """

    grown = Signal()

    def __init__(self, bench: Workbench, run: Callable[[Action], object], keymap: KeyMap) -> None:
        super().__init__()
        self._bench = bench
        self._review: Review | None = None
        self._narrow = False
        self._wide = 0  # what words need
        self._buttons = ActionButtons(bench, run, keymap)
        self.sides, self.images = SideRows(self._buttons), ImageRows()
        self.tools = ToolStrip(bench, self._buttons)
        self._parts = (self.sides, self.images, self.tools)
        self._growing = QTimer(self)
        self._growing.setSingleShot(True)
        self._growing.setInterval(_SETTLED)
        self._growing.timeout.connect(self.grown)
        self.setStyleSheet(_STYLE)
        self._lay_out()
        self._fold(False)
        bench.focus.focused.connect(self._on_focus)
        self._on_focus()
        self._buttons.show_switches()

    def _lay_out(self) -> None:
        self._content = QWidget()
        inner = QVBoxLayout(self._content)
        inner.setContentsMargins(_EDGE, 2, _EDGE, _EDGE)
        inner.setSpacing(4)
        for widget in (self.sides, _seam(), self.images, _seam(), self.tools):
            inner.addWidget(widget)
        inner.addStretch(1)
        self._scroll = scrolled(self._content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._scroll)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Room for everything, with words."""
        return QSize(self._wide, self._content.sizeHint().height() + 2)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Some tools side by side."""
        return QSize(COLUMNS * WIDTH + 2 * _EDGE + _BAR, _LEAST)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Leave out words where there is no room for them."""
        super().resizeEvent(event)
        if not self._narrow:
            wanted = self._content.minimumSizeHint().width()
            self._wide = max(self._wide, wanted)  # less than before is that of the narrow dock, when hidden
        narrow = self.width() < self._wide
        if narrow != self._narrow:
            self._fold(narrow)

    def _fold(self, narrow: bool) -> None:
        self._narrow = narrow
        for part in self._parts:
            part.fold(narrow)
        self._growing.start()

    # ---------------------------------------------------------------- following
    def _on_focus(self) -> None:
        """Show what belongs to the review that has come on stage."""
        review, scene = self._bench.review, self._bench.scene
        self._scroll.setVisible(review is not None)
        if review is self._review:
            return
        self._review = review
        self.tools.follow(review)
        self.images.show_layers(() if scene is None or review is None else scene.layers.images)
        self._growing.start()


def _seam() -> QFrame:
    """Thin line between two parts."""
    line = QFrame()
    line.setObjectName("seam")
    line.setFixedHeight(1)
    return line
