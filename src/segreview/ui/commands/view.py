"""What chooses what is seen."""

from __future__ import annotations

from segreview.ui.commands.group import Group
from segreview.ui.hands.glance import Glance
from segreview.ui.hands.hover import Hover
from segreview.ui.hands.legend import Legend
from segreview.ui.hands.volume import Volume
from segreview.ui.keymap import KeyMap
from segreview.ui.settings import SettingsFile
from segreview.ui.switches import Coloring
from segreview.ui.workbench import Workbench


class ViewCommands(Group):
    """Commands of the View menu that are more than switches.

    Parameters
    ----------
    bench, settings, keymap
        As in every group.
    """

    def __init__(self, bench: Workbench, settings: SettingsFile, keymap: KeyMap) -> None:
        super().__init__(bench, settings, keymap)
        self.glance = Glance(bench)
        self.volume = Volume(bench)
        self.legend = Legend(bench)
        self.hover = Hover(bench)

    def color_by_side(self) -> None:
        """Fill the masks, coloured by side."""
        self.bench.switch(filled=True, coloring=Coloring.SIDE)

    def color_by_iou(self) -> None:
        """Fill the masks, coloured by IoU."""
        self.bench.switch(filled=True, coloring=Coloring.IOU)

    def color_by_class(self) -> None:
        """Fill the masks, coloured by class."""
        self.bench.switch(filled=True, coloring=Coloring.CATEGORY)

    def hide_masks(self, pressed: bool) -> None:
        """Show the bare image as long as the key is down."""
        self.glance.hide(pressed)
        self.hover.look_again()

    def swap_sides(self, pressed: bool) -> None:
        """Show one side alone, or blink between the two as long as the key is down."""
        self.glance.swap(pressed)

    def zoom_to_item(self) -> None:
        """Bring the current item into view."""
        self.scene.fly_to(self.row.item.box)

    def fit_image(self) -> None:
        """Show the whole image."""
        self.scene.show_whole()

    def swap_theme(self) -> None:
        """Take the light theme where the dark one is, and the other way round."""
        self.settings.change(theme="dark" if self.settings.now.theme == "light" else "light")
