"""What chooses what is seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from segreview.errors import EditRefused
from segreview.triage.heat import SCALES, Heat
from segreview.ui.canvas.contrast import grey_text, stretch
from segreview.ui.commands.group import Group
from segreview.ui.dialogs.overview_dialog import OverviewDialog
from segreview.ui.hands.crosshair import Crosshair
from segreview.ui.hands.eyes import Eyes
from segreview.ui.hands.glance import Glance
from segreview.ui.hands.hover import Hover
from segreview.ui.hands.legend import Legend
from segreview.ui.hands.scale import Scale
from segreview.ui.hands.tracing import Tracing
from segreview.ui.hands.volume import Volume
from segreview.ui.hands.zoom import Zoom
from segreview.ui.heat_scale import HeatScale
from segreview.ui.keymap import KeyMap
from segreview.ui.overview import Overview
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
        self.heat_scale = HeatScale(bench)
        self._glimpse: OverviewDialog | None = None
        self._crosshair = Crosshair(bench)
        self._scale = Scale(bench)
        self._tracing = Tracing(bench)
        self._zoom = Zoom(bench)
        self._eyes = Eyes(bench)

    def color_by_side(self) -> None:
        """Fill the masks, coloured by side."""
        self.bench.switch(filled=True, coloring=Coloring.SIDE)

    def color_by_iou(self) -> None:
        """Fill the masks, coloured by IoU."""
        self.bench.switch(filled=True, coloring=Coloring.IOU)

    def color_by_class(self) -> None:
        """Fill the masks, coloured by class."""
        self.bench.switch(filled=True, coloring=Coloring.CATEGORY)

    def show_heat(self, heat: Heat) -> None:
        """Show a kind of heatmap; refused, with the reason, where there is nothing of it."""
        reason = self.scene.heats.lacking(heat)
        if reason:
            raise EditRefused(f"{SCALES[heat].title}: {reason}.")
        self.bench.switch(heat=True, heatmap=heat)

    def next_heat(self) -> None:
        """Show the next kind of heatmap, or the one that was chosen where none is shown."""
        kinds = [heat for heat in Heat if not self.scene.heats.lacking(heat)]
        now = self.bench.switches.heatmap
        if self.scene.warmth is not None:
            now = kinds[(kinds.index(now) + 1) % len(kinds)]
        self.show_heat(now if now in kinds else kinds[0])

    def hide_masks(self, pressed: bool) -> None:
        """Show the bare image as long as the key is down."""
        self.glance.hide(pressed)
        self.hover.look_again()

    def swap_sides(self, pressed: bool) -> None:
        """Show one side alone, or blink between the two as long as the key is down."""
        self.glance.swap(pressed)

    def toggle_lens(self) -> None:
        """Tell jitter from real errors, in the heatmap, which is shown for that, and in the queue; or not."""
        on = not self.bench.switches.lens
        self.bench.switch(lens=on, heat=on or self.bench.switches.heat)
        if not on:
            self.bench.focus.filter_by(replace(self.bench.focus.filter, tolerance=0.0))

    def toggle_volume(self) -> None:
        """Show the stack as a volume, or slice by slice."""
        if len(self.review.reference.shape) < 3:
            raise EditRefused("This image has one slice: there is no volume to show.")
        dims = self.bench.viewer.dims
        dims.ndisplay = 2 if dims.ndisplay == 3 else 3

    def toggle_figures(self) -> None:
        """Show the panel of figures, or hide it."""
        self.bench.focus.asked.emit("toggle_figures")

    def show_overview(self) -> None:
        """Show the data set at a glance, or hide it."""
        if self._glimpse is None:
            self._glimpse = OverviewDialog(self.bench.window, Overview(self.bench))
        self._glimpse.setVisible(not self._glimpse.isVisible())

    def zoom_to_item(self) -> None:
        """Bring the current item into view."""
        self.scene.fly_to(self.review.exhibits.spot_of(self.row))

    def fit_image(self) -> None:
        """Show the whole image."""
        self.scene.show_whole()

    def stretch_view(self) -> None:
        """Stretch the grey values of what is in view."""
        whole = self.keymap.text_of("stretch_image")
        back = f" {whole}: that of the whole image." if whole else ""
        self._stretch(self.scene.contours.part_in_view, f"of what is in view.{back}")

    def stretch_image(self) -> None:
        """Stretch the grey values of the whole image."""
        self._stretch(lambda data: data, "of the whole image.")

    def _stretch(self, part: Callable[[np.ndarray], np.ndarray], words: str) -> None:
        """Stretch the contrast of the images that are shown, and say how far."""
        shown = [layer for layer in self.scene.layers.images if layer.visible]
        grey = [layer for layer in shown if not layer.rgb]
        found = stretch(grey, part)
        if len(found) == 1:
            low, high = map(grey_text, found[0])
            self.bench.say(f"Contrast from {low} to {high}, that {words}")
        elif found:
            self.bench.say(f"Contrast of {len(found)} channels, each that {words}")
        elif grey:
            self.bench.say("There are no two grey values here: the contrast stays as it is.")
        elif shown:
            self.bench.say("Colours are shown as they are: there is no contrast to stretch.")
        else:
            self.bench.say("No image is shown: there is no contrast to stretch.")

    def swap_theme(self) -> None:
        """Take the light theme where the dark one is, and the other way round."""
        self.settings.change(theme="dark" if self.settings.now.theme == "light" else "light")
