"""What tells views of every change, and goes on where a view fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from psygnal import Signal

from segreview.model.box import Box
from segreview.model.edit import Edit
from segreview.session.change import Change, Fault, What, guarded


class Announcing:
    """Base of what views watch.

    Attributes
    ----------
    revision
        Number of changes so far.
    faults
        Functions that are told when a view fails.
    """

    changed = Signal(Change)

    def __init__(self) -> None:
        self.revision = 0
        self.faults: list[Fault] = []

    def watch(self, view: Callable[[Change], None]) -> Callable[[], None]:
        """Call a view after every change; return a function that ends it.

        A view that raises is reported to `faults` and stops neither the edit nor the other views. What
        is returned does not keep the review alive: views may hold it for as long as they live.
        """
        changed, told = self.changed, guarded(view, self.faults)
        changed.connect(told)
        return lambda: changed.disconnect(told, missing_ok=True)

    def _announce(
        self,
        what: Iterable[What],
        edits: tuple[Edit, ...] = (),
        boxes: tuple[Box, ...] = (),
        rows: tuple[int, ...] = (),
        origin: object = None,
    ) -> None:
        self.revision += 1
        self.changed.emit(Change(frozenset(what), edits, boxes, rows, self.revision, origin))
