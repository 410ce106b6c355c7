"""The button that mends the current item's marks of hygiene, named for what it does."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QToolButton

from segreview.session.mending import Blot
from segreview.triage.hygiene import FRAGMENTS, HOLE, SLIVER, SPECK
from segreview.ui.actions import Action, action
from segreview.ui.docks.filter_strip import CHIP

_DOING = {
    HOLE: "fill holes",
    SPECK: "drop specks",
    SLIVER: "remove slivers",
    FRAGMENTS: "separate loose pieces",
}


class MendButton(QToolButton):
    """Button that is there while the item has marks that can be mended.

    Parameters
    ----------
    run
        Runs an action.
    """

    def __init__(self, run: Callable[[Action], object]) -> None:
        super().__init__()
        self.setStyleSheet(CHIP)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.clicked.connect(lambda _=False: run(action("mend_item")))
        self.hide()

    def show_blots(self, blots: Sequence[Blot]) -> None:
        """Name what would be done about them; without any it takes no room."""
        doing = dict.fromkeys(_DOING[blot.name] for blot in blots)
        self.setText(f"Mend: {', '.join(doing)}")
        self.setToolTip("\n".join(f"GT {blot.object_id}: {blot.text}" for blot in blots))
        self.setVisible(bool(blots))
