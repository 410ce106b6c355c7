"""A card over the canvas that explains a picture, and says what the picture shows now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from qtpy.QtCore import QTimer
from qtpy.QtWidgets import QWidget

from segreview.ui.canvas.corner import Corner
from segreview.ui.hands.stagehand import Stagehand
from segreview.ui.workbench import Workbench

C = TypeVar("C", bound=Corner)


class Explainer(Stagehand, Generic[C]):
    """Keeps a card over the canvas that follows the switches, and in time what is in view.

    Parameters
    ----------
    bench
        Workbench whose scene it explains.
    make_card
        Makes the card over a widget.
    patience
        Milliseconds after a drawing before what is in view is looked at: not in the midst of a movement.
    """

    def __init__(self, bench: Workbench, make_card: Callable[[QWidget], C], patience: int) -> None:
        super().__init__(bench)
        self.card: C | None = None
        self._make_card = make_card
        self._timer = QTimer()
        self._timer.setSingleShot(True)
        self._timer.setInterval(patience)
        self._timer.timeout.connect(self.settle)

    def begin(self) -> None:
        """Follow switches and pictures."""
        self.card = self._make_card(self.native)
        self._contours = self.scene.contours
        self._contours.drawn.connect(self._on_drawn)
        self.bench.changed.connect(self.show_now)
        self.show_now()

    def end(self) -> None:
        """Take the card away."""
        self.bench.changed.disconnect(self.show_now, missing_ok=True)
        self._contours.drawn.disconnect(self._on_drawn, missing_ok=True)
        self._timer.stop()
        if self.card is not None:
            self.card.hide()
            self.card.deleteLater()
        self.card = None

    @property
    def depends_on_view(self) -> bool:
        """Whether what the card says depends on what is in view."""
        raise NotImplementedError

    def show_now(self) -> None:
        """Show what is to be said now, or nothing."""
        raise NotImplementedError

    def settle(self) -> None:
        """Say what is in view, now that it has come to rest."""
        raise NotImplementedError

    def _on_drawn(self) -> None:
        if self.depends_on_view:
            self._timer.start()
