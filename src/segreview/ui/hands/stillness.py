"""Layers of a review that cannot be dragged out of place."""

from __future__ import annotations

from napari.layers import Layer

from segreview.ui.hands.stagehand import Stagehand


class Stillness(Stagehand):
    """Undoes napari's transform mode (key 7): masks that have moved would be saved where they are not."""

    def begin(self) -> None:
        """Watch the layer in hand: no other can be given a mode."""
        self._guarded: Layer | None = None
        self.bench.viewer.layers.selection.events.active.connect(self._on_active)
        self._on_active()

    def end(self) -> None:
        """Let go of it."""
        self.bench.viewer.layers.selection.events.active.disconnect(self._on_active)
        self._guard(None)

    def _on_active(self) -> None:
        layer = self.bench.viewer.layers.selection.active
        ours = [*self.scene.layers.all, *self.scene.contours.layers]
        self._guard(layer if layer in ours else None)

    def _guard(self, layer: Layer | None) -> None:
        if self._guarded is not None:
            self._guarded.events.mode.disconnect(self._keep)
        self._guarded = layer
        if layer is not None:
            layer.events.mode.connect(self._keep, position="last")

    def _keep(self) -> None:
        layer = self._guarded
        if layer is not None and str(layer.mode) == "transform":
            layer.mode = "pan_zoom"
            self.bench.say("The layers of a review stay in place.")
