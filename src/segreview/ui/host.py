"""The host: what the parts of a workbench may ask of it."""

from __future__ import annotations

from typing import Any, Protocol

from segreview.formats.entry import Entry
from segreview.session.reading import Reading
from segreview.session.review import Review
from segreview.ui.busy import Busy
from segreview.ui.canvas.scene import Scene
from segreview.ui.ledger import Ledger
from segreview.ui.notice import Link


class Host(Protocol):
    """A data set under review, as the parts see it that open and write its samples."""

    author: str
    busy: Busy
    entries: tuple[Entry, ...]
    ledger: Ledger
    reading: Reading
    unattended: bool

    @property
    def review(self) -> Review | None:
        """The current review."""

    @property
    def scene(self) -> Scene | None:
        """What the viewer shows of it."""

    @property
    def window(self) -> Any:
        """Qt window, the parent of dialogs."""

    def strike(self) -> None:
        """Close the current review; its layers stay, for the one that is opened next."""

    def say(self, text: str, level: str = "info", link: Link | None = None) -> None:
        """Show a quiet line."""
