"""The workbench in a viewer that is not ours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from psygnal import Signal

from segreview.model.labels import Kind
from segreview.ui.workbench import Workbench


class GuestBench(Workbench):
    """Workbench in someone's own napari: who removes layers of the review there, ends it.

    Attributes
    ----------
    lost
        Emitted when layers of ours were removed.
    saved
        Emitted after the masks were written to a file.
    give_back
        Takes the place of saving where the masks have no file: gives them back to their layer.
    lend_as
        Takes the place of reading files in another way where the masks are a layer's.
    """

    lost = Signal()
    saved = Signal()
    give_back: Callable[[], object] | None = None
    lend_as: Callable[[Kind], object] | None = None

    def put_back(self) -> None:
        """Say that layers were removed, and put none into a viewer whose owner does not want them."""
        self.lost.emit()

    def save(self, folder: Path | None = None) -> None:
        """Write the corrected masks where they belong: into their file, or where there is none, the layer."""
        if self.give_back is not None:
            self.give_back()
        else:
            super().save(folder)
            self.saved.emit()

    def read_as(self, **said: Any) -> None:
        """Read the masks in another way from now on; borrowed ones as another kind."""
        if self.lend_as is not None:
            self.lend_as(said["kind"])
        else:
            super().read_as(**said)
