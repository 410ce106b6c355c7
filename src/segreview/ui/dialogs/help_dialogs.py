"""Help: all keys at a glance, and what this program is."""

from __future__ import annotations

from html import escape
from itertools import combinations_with_replacement

from qtpy.QtCore import Qt
from qtpy.QtGui import QIcon
from qtpy.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from segreview import __version__
from segreview.session.places import state_folder
from segreview.session.versions import versions
from segreview.ui.actions import ACTIONS
from segreview.ui.keymap import KeyMap

NAPARI_KEYS = (("Space held", "Move while painting"), ("Alt and move", "Brush size"))
"""Keys of napari's Labels layer that go on working, as it binds them."""

_COLUMNS = 3

_Row = tuple[str, str, str, str]
"""Menu, keys, title and tooltip of an action."""


class KeySheet(QWidget):
    """All keys at a glance, menu by menu, in columns; those that a search leaves out are hidden.

    Parameters
    ----------
    keymap
        Whose keys are shown.
    """

    def __init__(self, keymap: KeyMap) -> None:
        super().__init__()
        self._rows = [
            (action.menu, keymap.text_of(action.id), action.full_title, action.tooltip)
            for action in ACTIONS
            if action.menu and keymap.keys_of(action.id)
        ]
        self._rows += [("napari's tools", keys, title, "") for keys, title in NAPARI_KEYS]
        self._labels = [QLabel() for _ in range(_COLUMNS)]
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 4, 12, 8)
        layout.setSpacing(28)
        for label in self._labels:
            label.setAlignment(Qt.AlignmentFlag.AlignTop)
            layout.addWidget(label)
        layout.addStretch(1)
        self.show_only("")

    def show_only(self, text: str) -> None:
        """Show the rows that hold a text."""
        wanted = text.strip().lower()
        rows = [row for row in self._rows if wanted in " ".join(row).lower()]
        menus = list(dict.fromkeys(menu for menu, *_ in rows))
        tables = [[row for row in rows if row[0] == menu] for menu in menus]
        for label, column in zip(self._labels, _columns(tables), strict=True):
            label.setText(_table(column))
        if not rows:
            self._labels[0].setText("No key does that.")


def _columns(tables: list[list[_Row]]) -> list[list[list[_Row]]]:
    """Tables, in their order, in columns of which the highest is as low as can be."""
    cuts = combinations_with_replacement(range(len(tables) + 1), _COLUMNS - 1)
    parts = (
        [tables[start:end] for start, end in zip((0, *cut), (*cut, len(tables)), strict=True)] for cut in cuts
    )
    return min(parts, key=lambda columns: max(map(_height, columns)))


def _height(tables: list[list[_Row]]) -> int:
    """Lines of a column, with two for each heading."""
    return sum(len(rows) + 2 for rows in tables)


def _table(tables: list[list[_Row]]) -> str:
    """Tables of one column as rich text, with their keys below each other."""
    lines = []
    for rows in tables:
        lines.append(f"<tr><td colspan=2><h3>{escape(rows[0][0])}</h3></td></tr>")
        lines += [
            f"<tr><td style='padding-right:14px'><b>{escape(keys)}</b></td><td>{escape(title)}</td></tr>"
            for _, keys, title, _ in rows
        ]
    return f"<table>{''.join(lines)}</table>"


def show_keys(parent: QWidget | None, keymap: KeyMap) -> None:
    """Show all keys."""
    sheet = KeySheet(keymap)
    search = QLineEdit()
    search.setPlaceholderText("Search")
    search.setClearButtonEnabled(True)
    search.textChanged.connect(sheet.show_only)
    _show(parent, "keys", "Keys", sheet, search)


def show_about(parent: QWidget | None) -> None:
    """Show versions, and where work is kept."""
    libraries = "".join(
        f"<tr><td style='padding-right:18px'>{name}</td><td>{number}</td></tr>"
        for name, number in versions().items()
    )
    text = (
        f"<h3>segreview {__version__}</h3><p>Review segmentation masks, and put them right.</p>"
        f"<table>{libraries}</table><p>Journals, backups and samples are kept in<br>"
        f"{escape(str(state_folder()))}</p>"
    )
    label = QLabel(text)
    label.setContentsMargins(12, 4, 12, 8)
    _show(parent, "about", "About segreview", label)


def _show(
    parent: QWidget | None, name: str, title: str, content: QWidget, above: QWidget | None = None
) -> None:
    """Show something that scrolls where the screen is too small for it."""
    dialog = QDialog(parent)
    dialog.setObjectName(name)
    dialog.setWindowTitle(title)
    area = QScrollArea()
    area.setWidget(content)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    layout = QVBoxLayout(dialog)
    if above is not None:
        layout.addWidget(above)
    layout.addWidget(area)
    layout.addWidget(close_button(dialog))
    dialog.ensurePolished()
    room = (dialog if parent is None else parent).screen().availableGeometry()
    wanted = content.sizeHint()
    dialog.resize(min(room.width() - 40, wanted.width() + 60), min(room.height() - 80, wanted.height() + 130))
    dialog.exec()


def close_button(dialog: QDialog) -> QDialogButtonBox:
    """The button that closes a dialog, without the picture that one theme would hide."""
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.button(QDialogButtonBox.StandardButton.Close).setIcon(QIcon())
    buttons.rejected.connect(dialog.reject)
    return buttons
