"""What opens, saves and exports."""

from __future__ import annotations

from segreview.model.labels import Kind
from segreview.session.samples import sample_project
from segreview.ui import messages
from segreview.ui.commands.group import Group
from segreview.ui.dialogs import open_dialog


class FileCommands(Group):
    """Commands of the File menu."""

    def open_files(self) -> None:
        """Ask for files or folders and open them."""
        chosen = open_dialog.ask_files(self.bench.window)
        if chosen is not None:
            self.bench.open(chosen)

    def open_cells(self) -> None:
        """Open a copy of the sample `cells`."""
        self.bench.open(sample_project("cells"))

    def open_street(self) -> None:
        """Open a copy of the sample `street`."""
        self.bench.open(sample_project("street"))

    def read_as_instance(self) -> None:
        """Read the ids as objects."""
        self._read_as(Kind.INSTANCE)

    def read_as_semantic(self) -> None:
        """Read the ids as classes."""
        self._read_as(Kind.SEMANTIC)

    def read_as_binary(self) -> None:
        """Read two values as a mask."""
        self._read_as(Kind.BINARY)

    def _read_as(self, kind: Kind) -> None:
        self.bench.read_as(kind)

    def save(self) -> None:
        """Write the corrected labels, after asking once where."""
        self.bench.save()

    def save_elsewhere(self) -> None:
        """Write the corrected labels into a folder."""
        folder = messages.ask_folder(self.bench.window, self.review.reference)
        if folder is not None:
            self.bench.save(folder)

    def close_window(self) -> None:
        """Close the window."""
        self.bench.window.close()
