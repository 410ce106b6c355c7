"""Questions and errors that need an answer; everything else is a quiet line (`notice`)."""

from __future__ import annotations

import time
from enum import Enum, auto
from pathlib import Path

from qtpy.QtWidgets import QFileDialog, QMessageBox, QWidget

from segreview.errors import Cancelled, SegreviewError
from segreview.model.labels import LabelImage
from segreview.session.opening import Unwritten

_Button = QMessageBox.StandardButton
_Role = QMessageBox.ButtonRole


class Answer(Enum):
    """What the user chose."""

    YES = auto()
    NO = auto()
    CANCEL = auto()


def show_error(parent: QWidget | None, error: SegreviewError) -> None:
    """Say what went wrong, and what the user can do."""
    if isinstance(error, Cancelled):
        return  # the user knows
    box = QMessageBox(parent)
    box.setObjectName("error")
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle("segreview")
    box.setText(error.message)
    box.setInformativeText(error.hint)
    box.setStandardButtons(_Button.Ok)
    box.exec()


def _ask(parent: QWidget | None, name: str, text: str, more: str, buttons: tuple[str, str]) -> Answer:
    """Question with two answers and Cancel."""
    box = QMessageBox(parent)
    box.setObjectName(name)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("segreview")
    box.setText(text)
    box.setInformativeText(more)
    yes = box.addButton(buttons[0], _Role.AcceptRole)
    no = box.addButton(buttons[1], _Role.DestructiveRole)
    box.addButton(_Button.Cancel)
    box.setDefaultButton(yes)
    box.exec()
    return {yes: Answer.YES, no: Answer.NO}.get(box.clickedButton(), Answer.CANCEL)


def ask_restore(parent: QWidget | None, name: str, unwritten: Unwritten) -> Answer:
    """Ask what to do with work that only the journal holds."""
    when = time.strftime("%d %B %Y, %H:%M", time.localtime(unwritten.time))
    edits = f"{unwritten.edits} edit{'s' if unwritten.edits > 1 else ''}"
    return _ask(
        parent,
        "restore",
        f"{name}: {edits} from {when} were not written to the file.",
        "They are safe in the journal. Starting from the file sets them aside; Undo brings them back.",
        ("Restore", "Start from the file"),
    )


def ask_unsaved(parent: QWidget | None, name: str, edits: int) -> Answer:
    """Ask what to do with unwritten edits when the window closes."""
    count = f"{edits} edit{'s' if edits > 1 else ''}"
    return _ask(
        parent,
        "unsaved",
        f"{name}: {count} not yet written to the label file.",
        "Discarded edits stay in the journal; Undo brings them back at the next start.",
        ("Save", "Discard"),
    )


def ask_end(parent: QWidget | None, name: str, edits: int, apply: str) -> Answer:
    """Ask what to do with edits that were not given back to a layer when its review ends."""
    count = f"{edits} edit{'s were' if edits > 1 else ' was'}"
    return _ask(
        parent,
        "end",
        f"{name}: {count} not applied.",
        "What is kept in the journal is offered when the same layer is reviewed again.",
        (apply, "Keep in the journal"),
    )


def ask_where(parent: QWidget | None, labels: LabelImage) -> Path | Answer | None:
    """Ask, once, where corrected labels go: None for over the original, a folder, or CANCEL."""
    file = labels.path
    assert file is not None
    linked = f"\n{file.name} is a link; {file.resolve()} would be written." if file.is_symlink() else ""
    answer = _ask(
        parent,
        "where",
        f"Where shall the corrected labels go?{linked}",
        f"Over {file}: the original is kept as a backup in the review's folder.\n"
        "Into another folder: the original stays untouched.",
        ("Over the original", "Another folder…"),
    )
    if answer is Answer.YES:
        return None
    if answer is Answer.CANCEL:
        return answer
    return ask_folder(parent, labels) or Answer.CANCEL


def ask_folder(parent: QWidget | None, labels: LabelImage) -> Path | None:
    """Ask for a folder for corrected labels; None when cancelled."""
    assert labels.path is not None
    start = str(labels.path.parent.parent)
    chosen = QFileDialog.getExistingDirectory(parent, "Folder for corrected labels", start)
    return Path(chosen) if chosen else None


def ask_proceed(parent: QWidget | None, text: str, more: str) -> bool:
    """Show what was found before the review starts; True to go on."""
    box = QMessageBox(parent)
    box.setObjectName("proceed")
    box.setIcon(QMessageBox.Icon.Information)
    box.setWindowTitle("segreview")
    box.setText(text)
    box.setInformativeText(more)
    go = box.addButton("Go on", _Role.AcceptRole)
    box.addButton(_Button.Cancel)
    box.setDefaultButton(go)
    box.exec()
    return bool(box.clickedButton() == go)
