"""What opens, saves and exports."""

from __future__ import annotations

from pathlib import Path

from qtpy.QtWidgets import QFileDialog

from segreview.formats.raster import two_values
from segreview.model.labels import Kind
from segreview.session.samples import sample_project
from segreview.session.suspect import seems_inverted
from segreview.ui import messages
from segreview.ui.commands.group import Group
from segreview.ui.dialogs import open_dialog, settings_dialog
from segreview.ui.dialogs.export_dialog import ExportDialog


class FileCommands(Group):
    """Commands of the File menu."""

    def open_files(self) -> None:
        """Ask for files or folders and open them."""
        self._ask_and_open()

    def open_folder(self) -> None:
        """Ask for one folder, find out what is in it, and open that."""
        folder = QFileDialog.getExistingDirectory(self.bench.window, "Folder of a data set")
        if folder:
            self._ask_and_open(Path(folder))

    def _ask_and_open(self, *paths: Path) -> None:
        choice = open_dialog.ask_choice(self.bench.window, paths, self.settings.now.recent)
        if choice is not None:
            self.bench.open(choice.project, **choice.options)

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
        self.bench.read_as(kind=kind)

    def read_as_inverted(self) -> None:
        """Exchange background and objects of a mask."""
        labels = self.review.reference
        if labels.kind is not Kind.BINARY or labels.origin is None:
            self.bench.say("Only a mask of two values can be inverted: File > Read as > A mask.")
            return
        pred = two_values(self.review.prediction)[::-1] if seems_inverted(self.review.prediction) else None
        self.bench.read_as(values=two_values(labels)[::-1], values_pred=pred)

    def save(self) -> None:
        """Write the corrected labels, after asking once where."""
        self.bench.save()

    def save_elsewhere(self) -> None:
        """Write the corrected labels into a folder."""
        folder = messages.ask_folder(self.bench.window, self.review.reference)
        if folder is not None:
            self.bench.save(folder)

    def save_all(self) -> None:
        """Write every sample that has edits, after asking once where."""
        self.bench.writing.save_all()

    def export_labels(self) -> None:
        """Write labels and verdicts into a folder, and show what was proved."""
        bench = self.bench
        if bench.scene is not None:
            bench.scene.bridge.adopt_strays()
        bench.focus.settle()
        dialog = ExportDialog(bench.window, bench.entries, bench.review, bench.reading.sample, bench.author)
        dialog.exec()
        if dialog.report is not None and dialog.format.form is None:
            for exported in dialog.report.samples:
                if not exported.problem:
                    bench.ledger.note_written(exported.entry.gt)
        dialog.deleteLater()

    def open_settings(self) -> None:
        """Show the settings."""
        settings_dialog.show_settings(self.bench, self.settings, self.keymap)

    def close_window(self) -> None:
        """Close the window."""
        self.bench.window.close()
