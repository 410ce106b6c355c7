"""The menu of a guest: every command that is at home in someone's own napari."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtGui import QAction
from qtpy.QtWidgets import QMenu

from segreview.ui.actions import MENUS, Action
from segreview.ui.commands import Commands
from segreview.ui.guest.plugin import GUEST_ACTIONS


def fill_menu(menu: QMenu, commands: Commands) -> None:
    """Fill a menu with the commands of a guest and their keys, which `Keys` acts upon."""
    refreshers: list[Callable[[], None]] = []
    for title in MENUS:
        rows = [row for row in GUEST_ACTIONS if row.menu == title and not row.held]
        if not rows:
            continue
        part = menu.addMenu(title)
        part.setToolTipsVisible(True)
        for row in rows:
            made = QAction(menu)
            made.setToolTip(row.tooltip)
            made.setCheckable(row.checkable)
            made.triggered.connect(lambda _=False, row=row: commands.run(row))
            part.addAction(made)

            def refresh(made: QAction = made, row: Action = row) -> None:
                made.setText("\t".join((commands.title_of(row), *commands.keymap.keys_of(row.id)[:1])))
                made.setEnabled(commands.can_run(row))
                if row.checkable:
                    made.setChecked(commands.is_on(row))

            refreshers.append(refresh)
    menu.aboutToShow.connect(lambda: [refresh() for refresh in refreshers])
