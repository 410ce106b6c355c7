"""Layers of a review that stay where they are and show what they show, whoever else takes hold of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from napari.layers import Layer
from qtpy.QtCore import QTimer

from segreview.ui.canvas.layers import stacked
from segreview.ui.hands.stagehand import Stagehand

_STAY = "The layers of a review stay in place."
_MOVES = ("scale", "translate", "rotate", "shear", "affine")


class Stillness(Stagehand):
    """Undoes what would show masks where they are not: they would be saved there.

    That is napari's transform mode (key 7), and plugins and scripts that give all layers a scale, or the
    model's layer other pixels. What is given to the GT's is an edit, and told.
    """

    def begin(self) -> None:
        """Watch the layer in hand, as no other can be given a mode, and what plugins may set in any."""
        self._guarded: Layer | None = None
        self._mending = False  # whether it is we who move a layer
        self._watched = list(self._watches())
        for emitter, callback in self._watched:
            emitter.connect(callback, position="last")
        self.scene.bridge.replaced.connect(self._tell_edit)
        self.bench.viewer.layers.selection.events.active.connect(self._on_active)
        self._on_active()

    def end(self) -> None:
        """Let go of them."""
        self.bench.viewer.layers.selection.events.active.disconnect(self._on_active)
        self._guard(None)
        for emitter, callback in self._watched:
            emitter.disconnect(callback)

    def _watches(self) -> Iterator[tuple[Any, Callable[..., None]]]:
        """What is watched of the layers."""
        scene = self.scene
        for layer in (*scene.layers.all, *scene.contours.layers):
            for name in _MOVES:
                yield getattr(layer.events, name), partial(self._on_move, layer)
        yield scene.layers.model.events.data, self._on_model

    # ---------------------------------------------------------------- the layer in hand
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
            self.bench.say(_STAY)

    # ---------------------------------------------------------------- plugins and scripts
    def _on_move(self, layer: Layer, event: object = None) -> None:  # noqa: ARG002 (napari's)
        """Put a layer back that was given another place."""
        wanted = self._place_of(layer)
        if self.bench.stage.at_work or self._mending or all(map(np.array_equal, _place(layer), wanted)):
            return
        self._mending = True
        for name, value in zip(_MOVES, wanted, strict=True):
            setattr(layer, name, value)
        self._mending = False
        self.bench.say(_STAY, "warning")

    def _place_of(self, layer: Layer) -> tuple[Any, ...]:
        """Where a layer belongs; the outlines move by their affine transform, which is not looked at."""
        labels, still = self.review.reference, np.eye(layer.ndim)
        none = np.zeros_like(layer.shear)
        if layer in self.scene.contours.layers:
            return np.ones(layer.ndim), np.zeros(layer.ndim), still, none, layer.affine.affine_matrix
        return np.array(labels.spacing), np.array(labels.offset), still, none, np.eye(layer.ndim + 1)

    def _on_model(self) -> None:
        """Put the model's masks back."""
        model = self.scene.layers.model
        if self.bench.stage.at_work:
            return
        with model.events.data.blocker(self._on_model):
            model.data = stacked(self.review.prediction).copy()
        lock = partial(setattr, model, "editable", False)
        QTimer.singleShot(0, lock)  # napari makes a layer with new data editable after this
        self.bench.say("The model's masks are as they were: a review changes the GT alone.", "warning")

    def _tell_edit(self) -> None:
        self.bench.say("Another program gave the GT layer other pixels. Ctrl+Z takes that back.", "warning")


def _place(layer: Layer) -> tuple[Any, ...]:
    """Where a layer lies, in the order of `_MOVES`."""
    return layer.scale, layer.translate, layer.rotate, layer.shear, layer.affine.affine_matrix
