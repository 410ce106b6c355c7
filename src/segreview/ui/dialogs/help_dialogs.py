"""Help: all keys at a glance, and what this program is."""

from __future__ import annotations

import platform
from html import escape
from importlib.metadata import PackageNotFoundError, version

from qtpy.QtWidgets import QDialog, QDialogButtonBox, QLabel, QScrollArea, QVBoxLayout, QWidget

from segreview import __version__
from segreview.session.places import state_folder
from segreview.ui.actions import ACTIONS, MENUS

NAPARI_KEYS = (
    ("[ and ]", "Brush size"),
    ("Space held", "Move while painting"),
)
"""Keys of napari's Labels layer that go on working, as it binds them."""


def keys_as_html() -> str:
    """Table of all keys, menu by menu."""
    parts = []
    for menu in MENUS:
        rows = [(" or ".join(a.keys), a.title, a.tooltip) for a in ACTIONS if a.menu == menu and a.keys]
        parts.append(_table(menu, rows))
    parts.append(_table("Tools", [(keys, title, "") for keys, title in NAPARI_KEYS]))
    return "".join(parts)


def _table(title: str, rows: list[tuple[str, str, str]]) -> str:
    lines = "".join(
        f"<tr><td style='padding-right:18px'><b>{escape(keys)}</b></td>"
        f"<td style='padding-right:18px'>{escape(name)}</td><td>{escape(more)}</td></tr>"
        for keys, name, more in rows
    )
    return f"<h3>{escape(title)}</h3><table>{lines}</table>"


def show_keys(parent: QWidget | None) -> None:
    """Show all keys."""
    _show(parent, "keys", "Keys", keys_as_html())


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
    _show(parent, "about", "About segreview", text)


def versions() -> dict[str, str]:
    """Versions of Python and of the libraries that matter; "missing" for those that are not there."""
    found = {"Python": platform.python_version()}
    for name in ("napari", "qtpy", "PyQt5", "PyQt6", "numpy", "scipy", "scikit-image", "tifffile", "Pillow"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "missing"
    return found


def _show(parent: QWidget | None, name: str, title: str, html: str) -> None:
    dialog = QDialog(parent)
    dialog.setObjectName(name)
    dialog.setWindowTitle(title)
    label = QLabel(html)
    label.setContentsMargins(12, 4, 12, 8)
    area = QScrollArea()
    area.setWidget(label)
    area.setWidgetResizable(True)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    layout = QVBoxLayout(dialog)
    layout.addWidget(area)
    layout.addWidget(buttons)
    dialog.resize(min(760, label.sizeHint().width() + 60), min(720, label.sizeHint().height() + 90))
    dialog.exec()
