"""What explains."""

from __future__ import annotations

from segreview.ui.commands.group import Group
from segreview.ui.dialogs import help_dialogs


class HelpCommands(Group):
    """Commands of the Help menu."""

    def show_keys(self) -> None:
        """Show all keys."""
        help_dialogs.show_keys(self.bench.window)

    def show_about(self) -> None:
        """Show versions and places."""
        help_dialogs.show_about(self.bench.window)
