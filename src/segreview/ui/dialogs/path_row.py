"""One row of the open dialog: a path that is typed, pasted, dropped, chosen, or taken from recent ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from qtpy.QtCore import QMimeData, QObject, QSize, QUrl, Signal
from qtpy.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence
from qtpy.QtWidgets import (
    QApplication,
    QFileDialog,
    QGridLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QToolButton,
    QWidget,
)

EMPTY = "Type or paste a path, or drop a file or folder here"
"""What an empty field says."""


def local_paths(data: QMimeData | None) -> list[Path]:
    """Files and folders of this computer that are dragged, dropped or pasted."""
    if data is None or not data.hasUrls():
        return []
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile() and url.toLocalFile()]


def fitting(dialog: QWidget, width: int, height: int) -> QSize:
    """Size for a dialog, no larger than nine tenths of its screen."""
    screen = dialog.screen()
    whole = QSize(width, height) if screen is None else screen.availableGeometry().size() * 0.9
    return QSize(width, height).boundedTo(whole)


def typed_path(text: str) -> Path | None:
    """Path that a text means: without the quotes and ``file://`` that other programs copy along."""
    text = text.strip().strip("\"'").strip()
    if text.startswith("file://"):
        text = QUrl(text).toLocalFile()
    return Path(text).expanduser() if text else None


class PathField(QLineEdit):
    """Text field for a path that also takes files and folders, dropped or pasted.

    Attributes
    ----------
    given
        Emitted with the list of paths that were dropped or pasted.
    """

    given = Signal(list)

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText(EMPTY)
        self.setClearButtonEnabled(True)
        self.setMinimumWidth(260)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 (Qt's name)
        """Take what holds paths."""
        if local_paths(event.mimeData()):
            event.acceptProposedAction()
        else:
            super().dragEnterEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 (Qt's name)
        """Hand the paths on."""
        paths = local_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.given.emit(paths)
        else:
            super().dropEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Hand files on that were copied in a file manager; texts are pasted as everywhere."""
        clipboard = QApplication.clipboard()
        if event.matches(QKeySequence.StandardKey.Paste) and clipboard is not None:
            paths = local_paths(clipboard.mimeData())
            if paths:
                self.given.emit(paths)
                return
        super().keyPressEvent(event)


class PathRow(QObject):
    """Field, buttons and recent paths of one role.

    Parameters
    ----------
    title
        What the path is for.
    recent
        Paths that were used for it before.
    folders_only
        Whether it is a folder, with no list of recent ones.

    Attributes
    ----------
    field
        The text field.
    parts
        Title, field and buttons, side by side.
    changed
        Emitted while the path is typed.
    given
        Emitted with the list of paths that were dropped, pasted or chosen.
    """

    changed = Signal()
    given = Signal(list)

    def __init__(self, title: str, recent: Sequence[str], *, folders_only: bool = False) -> None:
        super().__init__()
        self._title = title
        self.field = PathField()
        self.field.textChanged.connect(self.changed)
        self.field.given.connect(self.given)
        buttons = [_folder_button(self._ask_folder)] if folders_only else self._buttons(recent)
        self.parts = [QLabel(title), self.field, *buttons]

    def add_to(self, grid: QGridLayout, row: int) -> None:
        """Put the parts side by side into a grid."""
        for column, part in enumerate(self.parts):
            grid.addWidget(part, row, column)

    def _buttons(self, recent: Sequence[str]) -> list[QToolButton]:
        buttons = [_button("File…", "Choose a file", self._ask_file), _folder_button(self._ask_folder)]
        menu = QMenu()
        for path in recent:
            menu.addAction(path, lambda path=path: self.given.emit([Path(path)]))
        older = QToolButton()
        older.setText("Recent")
        older.setToolTip("Paths that were used here before")
        older.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        older.setMenu(menu)
        older.setEnabled(bool(recent))
        self._menu = menu  # the button does not own it
        return [*buttons, older]

    @property
    def path(self) -> Path | None:
        """The path, or None."""
        return typed_path(self.field.text())

    def offer(self, count: int) -> None:
        """Say in the empty field how many files were found without a path for them."""
        found = f"{count} found in the data set; a path here goes before them"
        self.field.setPlaceholderText(found if count else EMPTY)

    def show(self, path: Path | None) -> None:
        """Show a path."""
        self.field.setText("" if path is None else str(path))

    def _start(self) -> str:
        """Folder in which a choice begins."""
        path = self.path
        return "" if path is None else str(path if path.is_dir() else path.parent)

    def _ask_file(self) -> None:
        self._take(QFileDialog.getOpenFileName(self.field, self._title, self._start())[0])

    def _ask_folder(self) -> None:
        self._take(QFileDialog.getExistingDirectory(self.field, self._title, self._start()))

    def _take(self, chosen: str) -> None:
        if chosen:
            self.given.emit([Path(chosen)])


def _button(text: str, tooltip: str, clicked: Callable[[], None]) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tooltip)
    button.clicked.connect(lambda _=False: clicked())
    return button


def _folder_button(clicked: Callable[[], None]) -> QToolButton:
    return _button("Folder…", "Choose a folder", clicked)
