"""Giving corrected masks back: to the layer that lent them, or as a new one where that is not possible."""

from __future__ import annotations

from collections.abc import Callable

from napari.layers import Layer
from qtpy.QtCore import QEvent, Signal
from qtpy.QtWidgets import QPushButton

from segreview.ui.canvas.soon import Soon
from segreview.ui.guest.loan import Loan
from segreview.ui.workbench import Workbench

_APPLY = ("Apply to layer", "Give the corrected masks back to the layer {name}; Ctrl+Z there undoes it")
_ADD = ("Add as new layer", "The layer {name} {why}: the corrected masks go into a new one")


class _Button(QPushButton):
    """Button that tells when the pointer reaches it: undo in a hidden layer is told by nobody else."""

    reached = Signal()

    def event(self, event: QEvent) -> bool:
        """Tell before anybody can click."""
        if event.type() == QEvent.Type.Enter:
            self.reached.emit()
        return bool(super().event(event))


class Giving:
    """Follows the layer that lent its masks, and gives them back corrected.

    Parameters
    ----------
    bench
        Where they are reviewed.
    loan
        The masks.
    show_later
        Told of a new layer that is to be shown when the review has ended.

    Attributes
    ----------
    button
        Gives back; it says in which way.
    """

    def __init__(self, bench: Workbench, loan: Loan, show_later: Callable[[Layer], object]) -> None:
        self._bench = bench
        self._layers = bench.viewer.layers
        self.loan = loan
        self._show_later = show_later
        self._given: int | None = None  # state of the journal that was given back last
        self._busy = False  # whether it is we who write into the layer
        self._soon = Soon(self._look)
        self.button = _Button()
        self.button.reached.connect(self._look)
        self._said = ""  # why the layer takes nothing, as the button has it
        self._name_button(self.why)

    def begin(self) -> None:
        """Follow the layer."""
        self._layers.events.removed.connect(self._on_change)
        self._layers.events.inserted.connect(self._on_change)
        self._follow(self.loan.layer, True)

    def end(self) -> None:
        """Leave the layer alone."""
        self._soon.drop()
        self._layers.events.removed.disconnect(self._on_change)
        self._layers.events.inserted.disconnect(self._on_change)
        self._follow(self.loan.layer, False)

    def _follow(self, layer: Layer, on: bool) -> None:
        for name in ("data", "paint", "name"):
            emitter = getattr(layer.events, name, None)  # an image is not painted on
            if emitter is not None and on:
                emitter.connect(self._on_change)
            elif emitter is not None:
                emitter.disconnect(self._on_change)

    def lend_again(self, loan: Loan) -> None:
        """Go on with another loan of the same layer: its labels are read in another way."""
        self.loan, self._given = loan, None

    @property
    def kept(self) -> int:
        """Number of edits that are in the journal only."""
        review = self._bench.review
        return 0 if review is None or review.journal.head == self._given else review.unwritten

    # ---------------------------------------------------------------- following
    @property
    def why(self) -> str:
        """Why the layer takes nothing now, as the end of a sentence; empty when it does."""
        return self.loan.closed if self.loan.layer in self._layers else "was removed"

    def _on_change(self) -> None:
        if not self._busy:
            self._soon.ask()  # napari announces some changes before it makes them

    def _look(self) -> None:
        """Say on the button what would be done, and in a line when that is something else now."""
        before, why = self._said, self.why
        self._name_button(why)
        if why and not before:
            self._bench.say(
                f"The layer {self.loan.layer.name} {why}: the review goes on, and its masks can be added "
                "as a new layer.",
                "warning",
            )

    def _name_button(self, why: str) -> None:
        self._said = why
        title, tooltip = _ADD if why else _APPLY
        self.button.setText(title)
        self.button.setToolTip(tooltip.format(name=self.loan.layer.name, why=why))

    # ---------------------------------------------------------------- giving
    def give_back(self) -> None:
        """Give the corrected masks back: to the layer that they came from, or as a new one.

        Raises
        ------
        SegreviewError
            When the journal cannot be written.
        """
        review, loan, scene = self._bench.review, self.loan, self._bench.scene
        if review is None or scene is None:
            return
        strays = scene.bridge.adopt_strays()
        why = self.why or loan.hindrance(review.reference) or self._said
        self._busy = True
        try:
            told = self._add(why) if why else self._apply()
        finally:
            self._busy = False
        self._look()
        self._given = review.journal.head
        if loan.ours:  # there is no file that could be written: the layer is where the work belongs
            review.journal.saved([loan.digest], [], in_place=False)
            review.mark_saved()
        self._bench.say(f"{told} Pixels that another plugin had written are in it." if strays else told)

    def _apply(self) -> str:
        """Give the masks to the layer itself; return what is to be said."""
        assert self._bench.review is not None
        count = self.loan.give_back(self._bench.review.reference)
        return f"{count:,} pixels of {self.loan.layer.name} were changed." if count else "Nothing to change."

    def _add(self, why: str) -> str:
        """Put the masks into a new layer, which is seen when the review has ended; return what to say."""
        assert self._bench.review is not None
        before, active = self.loan.layer, self._layers.selection.active
        made = self.loan.as_new_layer(self._bench.review.reference)
        self._follow(before, False)
        self._follow(made, True)
        made.visible = False
        self._bench.viewer.add_layer(made)
        self._layers.selection.active = active
        self._show_later(made)
        return f"The layer {before.name} {why}: the corrected masks are in the new layer {made.name}."
