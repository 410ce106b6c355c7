"""The viewer as it was before a review, to come back to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from napari.layers import Layer
from napari.viewer import Viewer


class View:
    """What the user looked at and how; made at the beginning of a review, which changes some of it.

    Parameters
    ----------
    viewer
        The user's viewer.
    hidden
        Layers that are hidden meanwhile.
    """

    def __init__(self, viewer: Viewer, hidden: Iterable[Layer] = ()) -> None:
        self._viewer = viewer
        self._selected = list(viewer.layers.selection)
        self._active = viewer.layers.selection.active
        self._facts = [(thing, name, getattr(thing, name)) for thing, name in _facts_of(viewer)]
        self._point = viewer.dims.point
        # napari puts the tool of a layer away when it is hidden
        self._hidden = [(layer, layer.mode) for layer in hidden if layer.visible]
        viewer.dims.ndisplay = 2
        viewer.canvas.grid.enabled = False
        for layer, _ in self._hidden:
            layer.visible = False

    def show_later(self, layer: Layer) -> None:
        """Show a layer when the review ends."""
        self._hidden.append((layer, layer.mode))

    def restore(self) -> None:
        """Look there again, at the layers that are still there."""
        viewer = self._viewer
        for layer, mode in self._hidden:
            layer.visible = True
            layer.mode = mode
        still = [layer for layer in self._selected if layer in viewer.layers]
        viewer.layers.selection = still
        if self._active in still:
            viewer.layers.selection.active = self._active
        if len(self._point) == viewer.dims.ndim:
            viewer.dims.point = self._point
        for thing, name, value in self._facts:
            if getattr(thing, name) != value and not _outgrown(viewer, name, value):
                setattr(thing, name, value)


def _facts_of(viewer: Viewer) -> Iterable[tuple[Any, str]]:
    """What is remembered of a viewer beside its layers, in the order in which it is put back."""
    yield viewer.dims, "ndisplay"
    yield viewer.dims, "order"
    for name in ("enabled", "stride", "shape"):
        yield viewer.canvas.grid, name
    for name in ("angles", "perspective", "center", "zoom", "mouse_pan", "mouse_zoom"):
        yield viewer.scene.camera, name
    for overlay in (*viewer.canvas.overlays.values(), *viewer.scene.overlays.values()):
        yield overlay, "visible"
    yield viewer.canvas.overlays["_brush_circle"], "box"
    yield viewer.tooltip, "visible"
    yield viewer, "help"
    yield viewer, "title"
    yield viewer, "status"


def _outgrown(viewer: Viewer, name: str, value: Any) -> bool:
    """Whether a fact speaks of axes that the viewer has no more."""
    return name == "order" and len(value) != viewer.dims.ndim
