"""What chooses what is seen."""

from __future__ import annotations

from segreview.ui.commands.group import Group


class ViewCommands(Group):
    """Commands of the View menu that are no switches."""

    def zoom_to_item(self) -> None:
        """Bring the current item into view."""
        self.scene.fly_to(self.row.item.box)

    def fit_image(self) -> None:
        """Show the whole image."""
        self.bench.viewer.reset_view()
