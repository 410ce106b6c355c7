"""GT and model side by side, in two cells with one camera.

napari's grid deals out its layers by their place in the list, so many to each cell. For as long as the
sides stand beside each other, images are there twice, over the same arrays. Cells and twins stay
when another review comes, as the layers do: to take them down and put them up again takes most of a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from napari.layers import Image, Layer
from napari.viewer import Viewer
from qtpy.QtCore import QTimer

from segreview.ui.canvas.contours import Contours
from segreview.ui.canvas.layers import Layers, give
from segreview.ui.canvas.sheet import add_quietly

_GAP = 6
"""Screen pixels between the cells."""

_SHARED = ("visible", "opacity", "blending", "gamma", "colormap", "contrast_limits")
"""What an image and its twin have in common, whichever of the two the user changes."""


@dataclass(frozen=True)
class _Before:
    """How the viewer was before."""

    order: tuple[Layer, ...]
    grid: dict[str, Any]
    names: tuple[dict[str, Any], ...]
    fitted: bool


class Beside:
    """Puts GT and model side by side, and back over each other.

    Parameters
    ----------
    viewer
        Viewer that shows the layers.
    layers
        Layers of the review.
    contours
        Outlines over them.
    """

    def __init__(self, viewer: Viewer, layers: Layers, contours: Contours) -> None:
        self._viewer = viewer
        self._layers = layers
        self._contours = contours
        self._twins: list[tuple[Image, Image]] = []  # each image with its twin
        self._before: _Before | None = None

    @property
    def on(self) -> bool:
        """Whether the sides stand side by side."""
        return self._before is not None

    def turn(self, on: bool) -> None:
        """Put the sides side by side, or over each other."""
        if on and self._before is None:
            self._enter()
        elif not on and self._before is not None:
            self._leave(self._before)

    def follow(self) -> None:
        """Show in the twins what the layers show by now, of another review."""
        for layer, twin in self._twins:
            give(twin, layer.data, layer.scale, layer.translate)

    def _enter(self) -> None:
        viewer, grid = self._viewer, self._viewer.canvas.grid
        names = [layer.name_overlay for layer in self._sides]
        self._before = _Before(
            tuple(viewer.layers),
            {name: getattr(grid, name) for name in ("enabled", "stride", "shape", "spacing")},
            tuple({"visible": name.visible, "font_size": name.font_size} for name in names),
            _is_fitted(viewer),
        )
        self._contours.split(True)
        self._twins = [(layer, self._twin(layer)) for layer in self._layers.images]
        left, right = self._contours.layers
        block = [*self._layers.images, self._layers.gt, left]
        block += [*(twin for _, twin in self._twins), self._layers.model, right]
        _order(viewer, block)
        for name in names:
            name.font_size, name.visible = 12, True
        grid.shape, grid.stride, grid.spacing = (1, 2), len(block) // 2, _GAP
        grid.enabled = True
        if self._before.fitted:
            viewer.reset_view()
        self._contours.redraw()
        _draw_again(viewer)

    def _leave(self, before: _Before) -> None:
        viewer, grid = self._viewer, self._viewer.canvas.grid
        fitted, self._before = _is_fitted(viewer), None
        for name, value in before.grid.items():
            setattr(grid, name, value)
        for layer, values in zip(self._sides, before.names, strict=True):
            for name, value in values.items():
                setattr(layer.name_overlay, name, value)
        with viewer.layers.batched_update():  # else napari collects garbage after each layer
            self._contours.split(False)
            for _, twin in self._twins:
                if twin in viewer.layers:
                    viewer.layers.unlink_layers([twin])
                    twin.locked = False
                    viewer.layers.remove(twin)
        self._twins = []
        _order(viewer, [layer for layer in before.order if layer in viewer.layers])
        if fitted:
            viewer.reset_view()

    @property
    def _sides(self) -> tuple[Layer, Layer]:
        return self._layers.gt, self._layers.model

    def _twin(self, layer: Image) -> Image:
        """The same image once more, for the model's cell."""
        data, facts, kind = layer.as_layer_data_tuple()
        twin = Layer.create(data, facts | {"name": f"{layer.name} (beside the model)"}, kind)
        twin.editable = False
        twin.locked = True
        add_quietly(self._viewer.layers, twin)
        shared = _SHARED[:3] if layer.rgb else _SHARED
        self._viewer.layers.link_layers([layer, twin], shared)
        return twin


def _draw_again(viewer: Viewer) -> None:
    """Draw the canvas once more, after the drawing that is due.

    napari learns the size of new cells in the middle of a drawing, and puts their cameras right in the one
    after that, whenever it comes. Neither may happen before all views look at the same review: Qt would
    paint the others on this occasion.
    """
    try:
        native = viewer.window._qt_window._qt_viewer.canvas.native
    except AttributeError:
        return  # another napari: it will be right once the mouse moves
    QTimer.singleShot(0, native.update)


def _order(viewer: Viewer, wanted: list[Layer]) -> None:
    """Put layers first in the list, in this order."""
    for place, layer in enumerate(wanted):
        here = viewer.layers.index(layer)
        if here != place:
            viewer.layers.move(here, place)


def _is_fitted(viewer: Viewer) -> bool:
    """Whether the camera is where it shows the whole scene."""
    camera = viewer.scene.camera
    before = (camera.zoom, camera.center)
    viewer.fit_to_view()
    fitted = abs(camera.zoom - before[0]) < 1e-6 * camera.zoom
    camera.zoom, camera.center = before
    return fitted
