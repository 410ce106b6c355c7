"""The tools in the layers dock: which is in hand, the size of the brush, and what is protected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QCheckBox, QGridLayout, QVBoxLayout, QWidget

from segreview.session.change import Change
from segreview.session.review import Review
from segreview.ui.canvas.soon import Soon
from segreview.ui.docks.action_buttons import ActionButtons
from segreview.ui.docks.brush_line import BrushLine
from segreview.ui.docks.glyph import GlyphButton
from segreview.ui.docks.hand_line import HandLine
from segreview.ui.docks.settle import settle
from segreview.ui.workbench import Workbench

_TOOLS = {
    "tool_move": ("move", "pan_zoom"),
    "tool_paint": ("brush", "paint"),
    "tool_erase": ("eraser", "erase"),
    "tool_polygon": ("polygon", "polygon"),
    "tool_fill": ("fill", "fill"),
    "tool_pick": ("pick", "pick"),
    "tool_split": ("split", "split"),
}
"""Glyph of each tool, and what it is called while it is in hand."""
_DEEDS = {"join_objects": "join", "new_object": "new", "delete_object": "delete"}
"""Glyph of what is done at once."""
COLUMNS = 3
"""Tools in a line of a narrow column."""
_PROTECTING = {"protect_neighbours": "neighbours", "protect_void": "void"}


class ToolStrip(QWidget):
    """Tools as buttons, the size of the brush, the id in hand, and what is protected.

    Parameters
    ----------
    bench
        What is worked on.
    buttons
        Runs what is clicked, and shows what is switched on.
    """

    def __init__(self, bench: Workbench, buttons: ActionButtons) -> None:
        super().__init__()
        self._bench = bench
        self._unfollow: list[Callable[[], object]] = []
        self._soon = Soon(self._show_hand)
        self.tools = {name: GlyphButton(glyph) for name, (glyph, _) in _TOOLS.items()}
        self.deeds = {name: GlyphButton(glyph) for name, glyph in _DEEDS.items()}
        self.brush, self.hand = BrushLine(), HandLine()
        self.checks = [QCheckBox(f"protect {word}") for word in _PROTECTING.values()]
        self._shields = [GlyphButton(word) for word in _PROTECTING.values()]
        for button in self.tools.values():
            button.setCheckable(True)
            button.clicked.connect(self._soon.ask)  # Qt has checked it by itself
        for names, made in (
            (self.tools, self.tools.values()),
            (self.deeds, self.deeds.values()),
            (_PROTECTING, self.checks),
            (_PROTECTING, self._shields),
        ):
            for name, button in zip(names, made, strict=True):
                button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
                buttons.bind(button, name)
        self._lay_out()
        self.brush.chosen.connect(self._on_size)
        bench.taken.connect(self._soon.ask)

    def _lay_out(self) -> None:
        self._buttons = _Grid([*self.tools.values(), *self.deeds.values()])
        self._protection = _Grid(self._shields)
        self._protection.set_columns(len(_PROTECTING))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        for widget in (self._buttons, self.brush, self.hand, self._protection, *self.checks):
            layout.addWidget(widget)

    def fold(self, narrow: bool) -> None:
        """Leave out words and slider where there is no room for them."""
        self._buttons.set_columns(COLUMNS if narrow else len(_TOOLS) + len(_DEEDS))
        self.brush.fold(narrow)
        self.hand.fold(narrow)
        self._protection.setVisible(narrow)
        for check in self.checks:
            check.setVisible(not narrow)

    # ---------------------------------------------------------------- following
    def follow(self, review: Review | None) -> None:
        """Follow the tools of the review that has come on stage, or none."""
        for end in self._unfollow:
            end()
        self._unfollow = []
        scene = self._bench.scene
        if review is None or scene is None:
            return
        self._unfollow.append(review.watch(self._on_change))
        for name in ("mode", "brush_size", "selected_label", "colormap"):
            self._listen(getattr(scene.gt.events, name))
        self._soon.ask()

    def _listen(self, event: Any) -> None:
        event.connect(self._soon.ask)
        self._unfollow.append(lambda: event.disconnect(self._soon.ask))

    def _on_change(self, change: Change) -> None:
        if change.relabels:
            self._soon.ask()  # a new object may have become one

    def _on_size(self, size: int) -> None:
        if self._bench.scene is not None:
            self._bench.scene.gt.brush_size = size

    # ---------------------------------------------------------------- showing
    def _show_hand(self) -> None:
        """Show tool, size and id."""
        review, scene = self._bench.review, self._bench.scene
        if review is None or scene is None:
            return
        taken = self._bench.in_hand or str(scene.gt.mode)
        for name, (_, called) in _TOOLS.items():
            self.tools[name].setChecked(called == taken)
        self.brush.show_size(scene.gt.brush_size)
        self.hand.show_id(review, scene)
        settle(self)


class _Grid(QWidget):
    """Buttons in lines of a number of columns."""

    def __init__(self, buttons: Sequence[QWidget]) -> None:
        super().__init__()
        self._buttons = buttons
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(0)

    def set_columns(self, columns: int) -> None:
        """Lay the buttons out anew, from the left."""
        for n, button in enumerate(self._buttons):
            self._grid.addWidget(button, n // columns, n % columns)
        for column in range(len(self._buttons) + 1):
            self._grid.setColumnStretch(column, int(column == columns))
