"""The eyes of napari's layer list, which show and hide what our switches stand for."""

from __future__ import annotations

from typing import Any

from segreview.ui.hands.stagehand import Stagehand


class Eyes(Stagehand):
    """Turns a switch when somebody shows or hides its layer by napari's means."""

    def begin(self) -> None:
        """Follow the layers that have a switch."""
        layers = self.scene.layers
        self._switches = {layers.gt: "reference", layers.model: "prediction"}
        for layer in self._switches:
            layer.events.visible.connect(self._on_eye)

    def end(self) -> None:
        """Leave the layers alone."""
        for layer in self._switches:
            layer.events.visible.disconnect(self._on_eye)

    def _on_eye(self, event: Any) -> None:
        name = self._switches[event.source]
        if getattr(self.bench.switches, name) != event.source.visible:
            self.bench.switch(**{name: event.source.visible})
