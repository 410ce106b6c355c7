"""Open: three paths, and what belongs together is shown before the review starts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from qtpy.QtCore import QTimer
from qtpy.QtGui import QDragEnterEvent, QDropEvent
from qtpy.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from segreview.formats.classes import BUILT_IN
from segreview.formats.naming import IMAGE
from segreview.formats.recognising import roles_of
from segreview.formats.roles import Roles, guess_roles
from segreview.model.labels import Kind
from segreview.model.sample import PREDICTION, REFERENCE
from segreview.session.preview import Preview, preview
from segreview.session.project import Project
from segreview.ui import messages
from segreview.ui.background import Background
from segreview.ui.dialogs.pairing_table import PairingTable
from segreview.ui.dialogs.path_row import PathRow, fitting, local_paths
from segreview.ui.settings import Recent

_ROLES = (("gt", "GT masks"), ("image", "Image (optional)"), ("pred", "Model's masks (optional)"))

_NAMES = {"gt": REFERENCE, "image": IMAGE, "pred": PREDICTION}

_PAUSE = 250
"""Milliseconds without a key after which the typed paths are looked at."""

_KINDS = {
    "Automatic": None,
    "Instance: every id is an object": Kind.INSTANCE,
    "Semantic: every id is a class": Kind.SEMANTIC,
    "Panoptic: ids hold class and object": Kind.PANOPTIC,
    "Binary: two values, pieces are objects": Kind.BINARY,
}

_FROM_FILE = "From a file…"
_TABLES = "Class tables (*.json *.csv *.tsv *.yaml *.yml);;All files (*)"


@dataclass(frozen=True)
class Choice:
    """What the user wants to open, and how its labels are read."""

    project: Project
    options: dict[str, Any] = field(default_factory=dict)


class OpenDialog(QDialog):
    """Asks for the paths of GT, image and model, each a file or a folder, and shows the pairing.

    Parameters
    ----------
    parent
        Window.
    paths
        Files and folders that are to be opened, whatever they are.
    recent
        Data sets that were opened before.

    Attributes
    ----------
    paths
        Text field of each role: ``"gt"``, ``"image"``, ``"pred"``.
    project
        What can be reviewed, or None while nothing can, or while it is being looked for.
    """

    def __init__(
        self, parent: QWidget | None = None, paths: Sequence[Path] = (), recent: Sequence[Recent] = ()
    ) -> None:
        super().__init__(parent)
        self.setObjectName("open")
        self.setWindowTitle("Open a review")
        self.setAcceptDrops(True)
        self.project: Project | None = None
        self._rows = {role: PathRow(title, _used(recent, role)) for role, title in _ROLES}
        self.paths = {role: row.field for role, row in self._rows.items()}
        self.kind, self.classes = QComboBox(), QComboBox()
        self.table, self.summary, self.hint = PairingTable(), QLabel(), QLabel()
        self.told = QLabel()
        self.told.setObjectName("recognised")
        self.told.setStyleSheet("font-weight: 600;")
        buttons = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(buttons.Open | buttons.Cancel)
        self._looking = Background()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PAUSE)
        self._soon.timeout.connect(self._look)
        self._lay_out()
        self._connect()
        self.take(Roles())
        if paths:
            self.take_paths(paths)

    # ---------------------------------------------------------------- building
    def _lay_out(self) -> None:
        grid = QGridLayout()
        for number, row in enumerate(self._rows.values()):
            row.add_to(grid, number)
        grid.setColumnStretch(1, 1)
        for label in (self.told, self.summary, self.hint):
            label.setWordWrap(True)
        intro = QLabel(
            "Each path is a file, a folder whose files are paired by name, or the root of a data set. "
            "Drop them anywhere here."
        )
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addWidget(intro)
        layout.addLayout(grid)
        layout.addWidget(self.told)
        layout.addLayout(self._reading_line())
        layout.addWidget(self.table, 1)
        layout.addWidget(self.summary)
        layout.addWidget(self.hint)
        layout.addWidget(self.buttons)
        self.resize(fitting(self, 860, 560))

    def _reading_line(self) -> QHBoxLayout:
        for title, kind in _KINDS.items():
            self.kind.addItem(title, kind)
        self.kind.setToolTip("What the numbers in the masks stand for")
        self.classes.addItem("That of the files", None)
        for name in BUILT_IN:
            self.classes.addItem(name, name)
        self.classes.addItem(_FROM_FILE, None)
        self.classes.setToolTip("Names and colours of the classes, and which of them are void")
        line = QHBoxLayout()
        for title, box in (("Kind of labels", self.kind), ("Class table", self.classes)):
            line.addWidget(QLabel(title))
            line.addWidget(box)
            line.addSpacing(18)
        line.addStretch(1)
        return line

    def _connect(self) -> None:
        for role, row in self._rows.items():
            row.changed.connect(self._look_soon)
            row.given.connect(partial(self._on_given, role))
            row.field.editingFinished.connect(self._look_now)
        self.kind.activated.connect(lambda _: self._look())
        self.classes.activated.connect(lambda _: self._on_classes())
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.finished.connect(lambda _: self._looking.drop())

    # ---------------------------------------------------------------- paths come in
    def take(self, roles: Roles) -> None:
        """Show paths by their role; what is not told keeps what it has."""
        known = roles.filled()
        for role, row in self._rows.items():
            path = getattr(known, role)
            if path is not None:
                row.show(path)
        self.hint.setText(_hint(roles))
        self.hint.setVisible(bool(self.hint.text()))
        self._look()

    def _on_given(self, role: str, paths: list[Path]) -> None:
        """Paths for one row, or for several when they tell so."""
        self._recognise(paths, partial(self._on_roles_given, role, paths))

    def _on_roles_given(self, role: str, paths: list[Path], roles: Roles) -> None:
        told = [roles.gt, roles.image, roles.pred]
        if len(paths) == 1 and sum(path is not None for path in told) < 2:
            self._rows[role].show(paths[0])
            self._look()
        else:
            self.take(roles)

    def take_paths(self, paths: Sequence[Path]) -> None:
        """Look into paths, and show each in the row of its role."""
        self._recognise(paths, self.take)

    def _recognise(self, paths: Sequence[Path], done: Callable[[Roles], object]) -> None:
        """Find out in the background what paths are; where that fails, by their names alone."""

        def on_roles(roles: Roles | Exception) -> None:
            done(guess_roles(paths) if isinstance(roles, Exception) else roles)

        self._soon.stop()
        self._show(Preview(problem="Looking…"))
        self._looking.start(partial(roles_of, paths), on_roles)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 (Qt's name)
        """Take what holds paths."""
        if local_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 (Qt's name)
        """Put what was dropped beside the rows into the rows of its roles."""
        event.acceptProposedAction()
        self.take_paths(local_paths(event.mimeData()))

    def _on_classes(self) -> None:
        """Take a class table; from a file after asking which."""
        if self.classes.currentText() == _FROM_FILE:
            chosen = QFileDialog.getOpenFileName(self, "Class table", "", _TABLES)[0]
            if chosen:
                self.classes.insertItem(1, Path(chosen).name, chosen)
            self.classes.setCurrentIndex(1 if chosen else 0)
        self._look()

    # ---------------------------------------------------------------- looking
    @property
    def options(self) -> dict[str, Any]:
        """How the labels are read, as far as the user has said."""
        said = {"kind": self.kind.currentData(), "classes": self.classes.currentData()}
        return {name: value for name, value in said.items() if value is not None}

    def _look_soon(self) -> None:
        self._show(Preview(problem="Looking…"))
        self._looking.drop()
        self._soon.start()

    def _look_now(self) -> None:
        if self._soon.isActive():
            self._look()

    def _look(self) -> None:
        """Pair the files in the background, and show what was found."""
        self._soon.stop()
        gt, image, pred = (self._rows[role].path for role, _ in _ROLES)
        if gt is None:
            self._looking.drop()
            self._show(Preview(problem="Choose the GT masks first."))
            return
        self._show(Preview(problem="Looking…"))
        self._looking.start(partial(preview, gt, image, pred, self.options), self._on_found)

    def _on_found(self, found: Preview | Exception) -> None:
        if isinstance(found, Exception):
            found = Preview(problem=f"These paths cannot be looked at: {found}")
        self._show(found)

    def _show(self, found: Preview) -> None:
        self.project = found.project
        self.table.lines.show(found.lines)
        reading = f" The GT is {found.reading}." if found.reading else ""
        words = found.told.words
        notes = (
            [] if found.project is None else [n for n in found.project.notes if not words or words not in n]
        )
        self.summary.setText(" ".join([f"{found.summary}{reading}", *notes]))
        self.told.setText(f"Recognised as {words}" if words else "")
        self.told.setVisible(bool(words))
        for role, row in self._rows.items():
            row.offer(found.told.found.get(_NAMES[role], 0))
        open_button = self.buttons.button(QDialogButtonBox.StandardButton.Open)
        open_button.setEnabled(found.project is not None)

    @property
    def choice(self) -> Choice | None:
        """What the user wants to open."""
        return None if self.project is None else Choice(self.project, self.options)


def _used(recent: Sequence[Recent], role: str) -> list[str]:
    """Paths that were used for a role, each once, the last one first."""
    return [path for path in dict.fromkeys(getattr(entry, role) for entry in recent) if path]


def _hint(roles: Roles) -> str:
    """What the names did not tell."""
    lines = []
    if roles.unclear:
        names = ", ".join(path.name for path in roles.unclear)
        lines.append(f"The names do not tell what {names} is: check the three rows.")
    if roles.rivals:
        lines.append(f"Not taken: {', '.join(path.name for path in roles.rivals)}.")
    return " ".join(lines)


def ask_choice(
    parent: QWidget | None, paths: Sequence[Path] = (), recent: Sequence[Recent] = ()
) -> Choice | None:
    """Ask what to open, with paths in the rows of their roles; None when cancelled."""
    dialog = OpenDialog(parent, paths, recent)
    try:
        return dialog.choice if dialog.exec() else None
    finally:
        dialog.deleteLater()


def ask_files(parent: QWidget | None) -> Project | None:
    """Ask what to open; None when cancelled."""
    choice = ask_choice(parent)
    return None if choice is None else choice.project


def confirm(parent: QWidget | None, project: Project) -> bool:
    """Show files without partner and shapes that differ before the review starts; True to go on."""
    if not project.problems:
        return True
    return messages.ask_proceed(
        parent,
        f"{len(project.entries)} samples can be reviewed; some files are left out.",
        "\n".join(project.problems),
    )
