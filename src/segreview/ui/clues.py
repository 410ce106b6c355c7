"""Clues: where the reasons of the current item are seen, the same on the canvas and in the close-ups."""

from __future__ import annotations

from collections.abc import Callable

from psygnal import Signal

from segreview.session.change import Change
from segreview.session.review import Review
from segreview.triage.trace.line import Role
from segreview.triage.trace.trace import Trace
from segreview.ui.focus import Focus


class Clues:
    """Traces of the current item, and the reason that the pointer is on.

    Parameters
    ----------
    focus
        What all views look at.

    Attributes
    ----------
    changed
        Emitted when something else is to be drawn.
    stressed
        The reason that stands out among the others; empty for none.
    """

    changed = Signal()

    def __init__(self, focus: Focus) -> None:
        self.stressed = ""
        self._focus = focus
        self._on = True
        self._review: Review | None = None
        self._traces: tuple[Trace, ...] = ()
        self._seen: tuple[object, ...] = ()  # what they were made of
        self._unwatch: Callable[[], None] = lambda: None
        focus.focused.connect(self._on_focus, priority=1)  # before the views that show them

    @property
    def shown(self) -> tuple[Trace, ...]:
        """What is drawn unless it is switched off, and the stressed trace.

        Of several seams, and of several edges beside the outline, the strongest: they lie side by side.
        """
        drawn, roles = [], set[Role]()
        for trace in self._traces:
            own = {line.role for line in trace.lines}
            if trace.reason == self.stressed or (self._on and own - roles):
                drawn.append(trace)
            roles |= own - {Role.AREA}
        return tuple(drawn)

    def turn(self, *, on: bool) -> None:
        """Draw them, or nothing unless a reason is stressed."""
        if on != self._on:
            self._on = on
            self.changed.emit()

    def stress(self, reason: str) -> None:
        """Let one reason stand out; an empty one lets all be equal."""
        if reason != self.stressed:
            self.stressed = reason
            self.changed.emit()

    def _on_focus(self) -> None:
        if self._focus.review is not self._review:
            self._review = self._focus.review
            self._unwatch()
            self._unwatch = (lambda: None) if self._review is None else self._review.watch(self._on_change)
        self._look()

    def _on_change(self, change: Change) -> None:
        row = self._focus.row
        if row is not None and row.number in change.rows:
            self._look()

    def _look(self) -> None:
        """Find the traces of the current item, where it or what is suspected of it is another."""
        row, review = self._focus.row, self._review
        seen = () if row is None or review is None else (review, row.item, row.suspicion, row.gone)
        if len(seen) == len(self._seen) and all(a is b for a, b in zip(seen, self._seen, strict=True)):
            return
        self._seen, self.stressed = seen, ""
        self._traces = () if row is None or review is None else review.exhibits.traces(row)
        self.changed.emit()
