"""The chips of the queue: one for each kind of disagreement, with its number."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from qtpy.QtCore import Qt
from qtpy.QtGui import QResizeEvent
from qtpy.QtWidgets import QApplication, QToolButton, QWidget
from superqt import QFlowLayout

from segreview.compare.disagreement import Relation
from segreview.ui.docks.filter_strip import CHIP
from segreview.ui.palette import RELATION_HINTS, RELATION_SIGNS


class QueueChips(QWidget):
    """Chips of which one or more are on: a click means this kind alone, with Ctrl this one as well.

    Parameters
    ----------
    choose
        Is told which kinds to list; none for all that ask for a judgement.
    last
        Buttons behind the chips.
    """

    def __init__(self, choose: Callable[[frozenset[Relation]], None], *last: QWidget) -> None:
        super().__init__()
        self._choose = choose
        self._on: frozenset[Relation] = frozenset()
        self.chips: dict[Relation | None, QToolButton] = {}
        self._layout = QFlowLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._last = last
        for relation in (None, *Relation):
            self.chips[relation] = self._chip(relation)
        self._place([*self.chips.values(), *last])

    def _place(self, buttons: Sequence[QWidget]) -> None:
        """Lay out buttons; a hidden one would leave a gap."""
        while self._layout.takeAt(0) is not None:
            pass
        for button in buttons:
            self._layout.addWidget(button)
        self._layout.update()
        self._ask_for_height()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Ask for as many lines as the chips need at another width."""
        super().resizeEvent(event)
        self._ask_for_height()

    def _ask_for_height(self) -> None:
        """Keep every line of chips in sight: what lies in a dock is not asked for its height by its width."""
        self.setMinimumHeight(self._layout.heightForWidth(self.width()))

    def _chip(self, relation: Relation | None) -> QToolButton:
        chip = QToolButton()
        chip.setCheckable(True)
        chip.setStyleSheet(CHIP)
        chip.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        hint = "everything that asks for a judgement" if relation is None else RELATION_HINTS[relation]
        chip.setToolTip(hint if relation is None else f"{hint}\nCtrl+click: besides the other kinds")
        chip.clicked.connect(lambda: self._on_click(relation))
        return chip

    def _on_click(self, relation: Relation | None) -> None:
        also = QApplication.keyboardModifiers() & Qt.KeyboardModifier.ControlModifier
        if relation is None:
            wanted: frozenset[Relation] = frozenset()
        else:
            wanted = self._on ^ {relation} if also else frozenset({relation})
        self._choose(wanted)
        self.show_chosen(wanted)

    def show_chosen(self, relations: frozenset[Relation]) -> None:
        """Show which kinds are listed."""
        self._on = relations
        for relation, chip in self.chips.items():
            chip.setChecked(not relations if relation is None else relation in relations)

    def show_counts(self, counts: Mapping[Relation, int], to_judge: int | None) -> None:
        """Write the number of rows on each chip, and hide chips without any."""
        before = [chip for chip in self.chips.values() if not chip.isHidden()]
        for relation, chip in self.chips.items():
            if relation is None:
                text, visible = "to judge" if to_judge is None else f"to judge {to_judge}", True
            else:
                count = counts.get(relation, 0)
                text = f"{RELATION_SIGNS[relation]} {relation} {count}"
                visible = bool(count) or chip.isChecked()
            if chip.text() != text:
                chip.setText(text)
            chip.setVisible(visible)
        shown = [chip for chip in self.chips.values() if not chip.isHidden()]
        if shown != before:
            self._place([*shown, *self._last])
