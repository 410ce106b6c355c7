"""What explains."""

from __future__ import annotations

from segreview.session.samples import sample_project
from segreview.ui.commands.group import Group
from segreview.ui.dialogs import help_dialogs
from segreview.ui.tour import Tour


class HelpCommands(Group):
    """Commands of the Help menu."""

    def show_keys(self) -> None:
        """Show all keys."""
        help_dialogs.show_keys(self.bench.window, self.keymap)

    def start_tour(self) -> None:
        """Open the sample `cells`, unless it is open, and walk through it."""
        review = self.bench.review
        if review is None or review.reference.path not in [e.gt for e in sample_project("cells").entries]:
            self.bench.open(sample_project("cells"))
        if self.bench.review is not None:
            self.settings.change(toured=True)
            Tour.begin(self.bench, self.keymap)

    def show_about(self) -> None:
        """Show versions and places."""
        help_dialogs.show_about(self.bench.window)
