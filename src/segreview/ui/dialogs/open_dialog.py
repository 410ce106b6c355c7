"""Open: three paths, and what belongs together is shown before the review starts."""

from __future__ import annotations

from pathlib import Path

from qtpy.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from segreview.errors import SegreviewError
from segreview.session.project import Project
from segreview.ui import messages

_ROLES = (("gt", "GT masks"), ("image", "Image (optional)"), ("pred", "Model's masks (optional)"))


class OpenDialog(QDialog):
    """Asks for the paths of GT, image and model, each a file or a folder."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("open")
        self.setWindowTitle("Open a review")
        self.project: Project | None = None
        self.paths = {role: QLineEdit() for role, _ in _ROLES}
        self.preview = QPlainTextEdit()
        self.preview.setReadOnly(True)
        buttons = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(buttons.Open | buttons.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(QLabel("Each path is a file, or a folder whose files are paired by name."))
        layout.addLayout(self._grid())
        layout.addWidget(self.preview, 1)
        layout.addWidget(self.buttons)
        self.resize(680, 420)
        self._show_pairing()

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        for n, (role, title) in enumerate(_ROLES):
            line = self.paths[role]
            line.editingFinished.connect(self._show_pairing)
            grid.addWidget(QLabel(title), n, 0)
            grid.addWidget(line, n, 1)
            for m, (text, ask) in enumerate((("File…", self._ask_file), ("Folder…", self._ask_folder))):
                button = QToolButton()
                button.setText(text)
                button.clicked.connect(lambda _=False, ask=ask, role=role, title=title: ask(role, title))
                grid.addWidget(button, n, 2 + m)
        return grid

    def _ask_file(self, role: str, title: str) -> None:
        self._take(role, QFileDialog.getOpenFileName(self, title)[0])

    def _ask_folder(self, role: str, title: str) -> None:
        self._take(role, QFileDialog.getExistingDirectory(self, title))

    def _take(self, role: str, chosen: str) -> None:
        if chosen:
            self.paths[role].setText(chosen)
            self._show_pairing()

    def _show_pairing(self) -> None:
        """Pair the files, and show what was found."""
        gt, image, pred = (self._path(role) for role, _ in _ROLES)
        self.project = None
        if gt is None:
            text = "Choose the GT masks first."
        else:
            try:
                self.project = Project.of_paths(gt, image, pred)
                text = self.project.report()
            except SegreviewError as error:
                text = str(error)
        self.preview.setPlainText(text)
        self.buttons.button(QDialogButtonBox.StandardButton.Open).setEnabled(self.project is not None)

    def _path(self, role: str) -> Path | None:
        text = self.paths[role].text().strip()
        return Path(text) if text else None


def ask_files(parent: QWidget | None) -> Project | None:
    """Ask what to open; None when cancelled."""
    dialog = OpenDialog(parent)
    return dialog.project if dialog.exec() else None


def confirm(parent: QWidget | None, project: Project) -> bool:
    """Show files without partner and shapes that differ before the review starts; True to go on."""
    if not project.problems:
        return True
    return messages.ask_proceed(
        parent,
        f"{len(project.entries)} samples can be reviewed; some files are left out.",
        "\n".join(project.problems),
    )
