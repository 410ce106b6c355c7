"""The evidence on the current item, drawn on the canvas."""

from __future__ import annotations

from segreview.ui.hands.stagehand import Stagehand


class Tracing(Stagehand):
    """Hands what the clues show on to the outlines."""

    def begin(self) -> None:
        """Follow the clues and their switch."""
        self.bench.changed.connect(self._turn)
        self.bench.clues.changed.connect(self._show)
        self._turn()
        self._show()

    def end(self) -> None:
        """Follow them no longer; the outlines go with the review."""
        self.bench.changed.disconnect(self._turn, missing_ok=True)
        self.bench.clues.changed.disconnect(self._show, missing_ok=True)

    def _turn(self) -> None:
        self.bench.clues.turn(on=self.bench.switches.traces)

    def _show(self) -> None:
        clues = self.bench.clues
        self.scene.contours.trace(clues.shown, clues.stressed)
