"""The menus of the window: ours from ACTIONS, in place of napari's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qtpy.QtCore import Qt
from qtpy.QtGui import QAction, QKeySequence
from qtpy.QtWidgets import QMenu

from segreview.ui.actions import ACTIONS, MENUS, Action
from segreview.ui.commands import Commands
from segreview.ui.keymap import KeyMap


class Menus:
    """Menu bar of the review window.

    Parameters
    ----------
    window
        napari's main window; its own menus are hidden, and their keys are then ours to use.
    commands
        Says what can be done, and which switches are on.
    run
        Runs an action.

    Attributes
    ----------
    actions
        What the menus hold, by the action's id.
    """

    def __init__(self, window: Any, commands: Commands, run: Callable[[Action], object]) -> None:
        self._window = window
        self._commands = commands
        self._keymap: KeyMap = commands.keymap
        self.actions: dict[str, QAction] = {}
        self._menus: dict[str, QMenu] = {}
        self._submenus: dict[str, QMenu] = {}
        bar = window.menuBar()
        self._theirs = list(bar.actions())
        for action in self._theirs:
            action.setVisible(False)
        for title in MENUS:
            menu = self._menus[title] = bar.addMenu(f"&{title}")
            menu.setToolTipsVisible(True)
            menu.aboutToShow.connect(self.refresh)
            for action in ACTIONS:
                if action.menu == title:
                    self._add(menu, action, run)
        self.show_keys()
        self._keymap.changed.connect(self.show_keys)

    def _add(self, menu: QMenu, action: Action, run: Callable[[Action], object]) -> None:
        if action.apart:
            menu.addSeparator()
        made = self.actions[action.id] = QAction(action.title, self._window)
        made.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)  # shown in the menu; `Keys` acts
        made.setToolTip(action.tooltip)
        made.setCheckable(action.checkable)
        made.triggered.connect(lambda _=False: run(action))
        (self.submenu(action.submenu, action.menu) if action.submenu else menu).addAction(made)

    # ---------------------------------------------------------------- what others add
    def menu(self, title: str) -> QMenu:
        """Menu with a title."""
        return self._menus[title]

    def submenu(self, title: str, menu: str, after: str = "") -> QMenu:
        """Submenu with a title, made when it is first asked for.

        Parameters
        ----------
        title
            Its title.
        menu
            Title of the menu that it is in.
        after
            Id of the action below which it is put; by default it comes at the end.
        """
        if title not in self._submenus:
            made = self._submenus[title] = QMenu(title, self._menus[menu])
            made.setToolTipsVisible(True)
            entries = self._menus[menu].actions()
            below = entries.index(self.actions[after]) + 1 if after else len(entries)
            self._menus[menu].insertMenu(entries[below] if below < len(entries) else None, made)
        return self._submenus[title]

    def show_theirs(self, on: bool) -> None:
        """Show or hide napari's own menus."""
        for action in self._theirs:
            action.setVisible(on)

    # ---------------------------------------------------------------- following
    def show_keys(self) -> None:
        """Show the keys as they are now."""
        for name, made in self.actions.items():
            made.setShortcuts([QKeySequence(key) for key in self._keymap.keys_of(name)])

    def refresh(self) -> None:
        """Show which commands have something to do, and which switches are on."""
        for action in ACTIONS:
            if action.id not in self.actions:
                continue  # of no menu
            made = self.actions[action.id]
            made.setEnabled(self._commands.can_run(action))
            if action.checkable:
                made.setChecked(self._commands.is_on(action))
            made.setText(self._commands.title_of(action))
            made.setToolTip(self._commands.tooltip_of(action))
        for submenu in self._submenus.values():
            submenu.setEnabled(any(entry.isEnabled() for entry in submenu.actions()))
