"""The chips of the queue: one for each kind of disagreement, with its number."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from qtpy.QtCore import Qt
from qtpy.QtGui import QResizeEvent
from qtpy.QtWidgets import QApplication, QWidget
from superqt import QFlowLayout

from segreview.compare.disagreement import Relation
from segreview.ui.docks.brief_chip import BriefChip, shorten
from segreview.ui.palette import RELATION_HINTS, RELATION_SIGNS

_GAP = 4


class QueueChips(QWidget):
    """Chips of which one or more are on: a click means this kind alone, with Ctrl this one as well.

    Where they would take more than two lines, first the buttons behind them and then the kinds that are
    not on leave out their names; the table tells which kind has which sign.

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
        self.chips: dict[Relation | None, BriefChip] = {}
        self._layout = QFlowLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(_GAP)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._last = last
        self._placed: Sequence[QWidget] = ()
        for relation in (None, *Relation):
            self.chips[relation] = self._chip(relation)
        self._place([*self.chips.values(), *last])

    def _place(self, buttons: Sequence[QWidget]) -> None:
        """Lay out buttons; a hidden one would leave a gap."""
        while self._layout.takeAt(0) is not None:
            pass
        for button in buttons:
            self._layout.addWidget(button)
        self._placed = buttons
        self._layout.update()
        self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Ask for as many lines as the chips need at another width."""
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Leave out words where lines are short, and keep every line in sight.

        What lies in a dock is not asked for its height by its width.
        """
        last = [button for button in self._last if isinstance(button, BriefChip)]
        off = [chip for relation, chip in self.chips.items() if relation not in {None, *self._on}]
        shorten(self._placed, (last, off), self.width(), _GAP)
        self.setMinimumHeight(self._layout.heightForWidth(self.width()))

    def _chip(self, relation: Relation | None) -> BriefChip:
        chip = BriefChip()
        chip.setCheckable(True)
        if relation is None:
            chip.setToolTip("everything that asks for a judgement")
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
        self.fit()

    def show_counts(self, counts: Mapping[Relation, int], to_judge: int | None) -> None:
        """Write the number of rows on each chip, and hide chips without any."""
        before = [chip for chip in self.chips.values() if not chip.isHidden()]
        for relation, chip in self.chips.items():
            if relation is None:
                text, visible = "to judge" if to_judge is None else f"to judge {to_judge}", True
                chip.say(text, text)
            else:
                count, sign = counts.get(relation, 0), RELATION_SIGNS[relation]
                chip.say(f"{sign} {relation} {count}", f"{sign} {_rounded(count)}")
                hint = f"{count:,} {relation}: {RELATION_HINTS[relation]}"
                chip.setToolTip(f"{hint}\nCtrl+click: besides the other kinds")
                visible = bool(count) or chip.isChecked()
            chip.setVisible(visible)
        shown = [chip for chip in self.chips.values() if not chip.isHidden()]
        if shown != before:
            self._place([*shown, *self._last])
        else:
            self.fit()


def _rounded(count: int) -> str:
    """Number of rows where there is little room: thousands rounded down."""
    if count < 1000:
        return str(count)
    return f"{count // 100 / 10:g}k" if count < 10_000 else f"{count // 1000}k"
