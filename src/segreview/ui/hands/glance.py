"""Glances: what is seen as long as a key is down, and one side after the other at a tap."""

from __future__ import annotations

from qtpy.QtCore import QTimer

from segreview.ui.hands.stagehand import Stagehand
from segreview.ui.workbench import Workbench

Sides = tuple[bool, bool]
"""Whether the GT and the model are seen."""

GT_ALONE: Sides = (True, False)
MODEL_ALONE: Sides = (False, True)
BARE: Sides = (False, False)

TAP = 240
"""Milliseconds after which a key counts as held rather than tapped, unless its release is on the way."""

GRACE = 60
"""Milliseconds for a release that waited while the window was busy with drawing."""

BLINK = 250
"""Milliseconds that each side is seen while they blink: twice a second."""

_AFTER: dict[Sides | None, Sides | None] = {None: GT_ALONE, GT_ALONE: MODEL_ALONE, MODEL_ALONE: None}
_WORDS = {None: "GT and model", GT_ALONE: "GT alone", MODEL_ALONE: "Model alone"}


class Glance(Stagehand):
    """Shows the bare image, or one side alone, without a change of any layer or switch.

    Parameters
    ----------
    bench
        Workbench whose scene is looked at.
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._rest: Sides | None = None  # what taps have chosen
        self._blinking: Sides | None = None
        self._bare = False
        self._down = self._waited = False
        self._timer = QTimer()
        self._timer.timeout.connect(self._blink)

    def hide(self, pressed: bool) -> None:
        """Show the bare image while a key is down; a press without a release before it ends that too."""
        self._bare = pressed and not self._bare
        self._show()

    def swap(self, pressed: bool) -> None:
        """Show GT, model and both in turn at every tap; held longer, blink between the two."""
        if pressed == self._down:
            pressed = False  # the menu knows no release: choosing it again ends it
        self._down = pressed
        if pressed:
            self._rest = self.scene.contours.glanced if self._rest is not None else None
            self._blinking, self._waited = None, False
            self._timer.start(TAP)
            self.scene.glance(_AFTER[self._rest])
        elif self._timer.isActive():
            self._timer.stop()
            if self._blinking is None:
                self._rest = _AFTER[self._rest]
                self.bench.say(f"{_WORDS[self._rest]}. Tab: {_WORDS[_AFTER[self._rest]]}.")
            self._blinking = None
            self._show()

    def _blink(self) -> None:
        if not self._waited:
            self._waited = True
            self._timer.start(GRACE)
            return
        self._timer.start(BLINK)
        self._blinking = MODEL_ALONE if self._blinking == GT_ALONE else GT_ALONE
        self._show()

    def _show(self) -> None:
        if self.bench.scene is not None:
            self.scene.glance(BARE if self._bare else self._blinking or self._rest)

    def begin(self) -> None:
        """A review that has come on stage is seen as a whole."""
        self.end()

    def end(self) -> None:
        """Forget what was seen alone."""
        self._timer.stop()
        self._rest = self._blinking = None
        self._bare = self._down = False
