"""What is shown of masks in napari's three-dimensional view, where outlines cannot be drawn."""

from __future__ import annotations

from segreview.ui.hands.stagehand import Stagehand


class Volume(Stagehand):
    """Fills the masks as long as the viewer shows a volume, and says so."""

    def begin(self) -> None:
        """Follow the viewer."""
        self.bench.viewer.dims.events.ndisplay.connect(self._on_ndisplay)
        if self.bench.viewer.dims.ndisplay == 3:
            self._on_ndisplay()

    def end(self) -> None:
        """Leave the viewer alone."""
        self.bench.viewer.dims.events.ndisplay.disconnect(self._on_ndisplay)

    def _on_ndisplay(self) -> None:
        self.scene.show_volume()
        if self.bench.viewer.dims.ndisplay == 3:
            self.bench.say(
                "Outlines are drawn in two dimensions only. Here the masks are filled: "
                "the GT in blue, the model in orange."
            )
