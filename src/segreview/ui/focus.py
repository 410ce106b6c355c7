"""What all views look at: the review, and the row of the queue that is current."""

from __future__ import annotations

from psygnal import Signal

from segreview.session.review import Review
from segreview.triage.queue import Row


class Focus:
    """The current review and row; all that views share besides the review itself.

    Attributes
    ----------
    focused
        Emitted after the review or the row has changed.
    """

    focused = Signal()

    def __init__(self) -> None:
        self.review: Review | None = None
        self.row: Row | None = None

    def on(self, review: Review | None, row: Row | None = None) -> None:
        """Look at another review."""
        self.review, self.row = review, row
        self.focused.emit()

    def on_row(self, row: Row | None) -> None:
        """Look at another row of the same review."""
        if row is not self.row:
            self.row = row
            self.focused.emit()
