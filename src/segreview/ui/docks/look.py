"""What the crops take over from the canvas: the slice in view, and how it shows images."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from napari.viewer import Viewer
from psygnal import Signal

from segreview.model.box import Box
from segreview.ui.canvas.scene import Scene
from segreview.ui.docks.sight import View

GROUND = 24
"""Grey of what lies beyond the data."""

_EVENTS = ("contrast_limits", "gamma", "colormap", "visible", "opacity")
_SHADES = np.linspace(0, 1, 256, dtype=np.float32)


class Look:
    """Slice, contrast, colours and channels as the canvas shows them.

    Parameters
    ----------
    viewer
        The viewer.
    scene
        Gives what it shows of the current review, or None.

    Attributes
    ----------
    changed
        Emitted when the same place would look different now.
    """

    changed = Signal()

    def __init__(self, viewer: Viewer, scene: Callable[[], Scene | None]) -> None:
        self._viewer = viewer
        self._scene = scene
        self._images: Sequence[Any] = ()
        self._events: list[Any] = []
        self._shades: dict[Any, tuple[Any, np.ndarray]] = {}

    def follow(self, on: bool) -> None:
        """Follow the images of the scene that is there now, or nothing."""
        for event in self._events:
            event.disconnect(self._on_event)
        scene = self._scene() if on else None
        self._images = () if scene is None else tuple(scene.layers.images)
        self._shades.clear()
        self._events = [getattr(layer.events, name) for layer in self._images for name in _EVENTS]
        if scene is not None:
            self._events.append(self._viewer.dims.events.current_step)
        for event in self._events:
            event.connect(self._on_event)

    def _on_event(self, event: object = None) -> None:  # noqa: ARG002 (napari's)
        self.changed.emit()

    def slice_for(self, box: Box) -> tuple[int, ...]:
        """Index on the leading axes: the slice in view where it cuts a box, else the box's middle."""
        middle = tuple((a + b - 1) // 2 for a, b in zip(box.start[:-2], box.stop[:-2], strict=True))
        scene = self._scene()
        section = None if scene is None else scene.section
        if section is None or min(section.axes) < len(middle):
            return middle
        step = section.index[: len(middle)]
        return step if step in Box(box.start[:-2], box.stop[:-2]) else middle

    def picture(self, view: View) -> np.ndarray:
        """Images that are switched on, one over another, ``(H, W, 3)`` uint8."""
        picture = np.full((*view.window.size, 3), GROUND, np.uint8)
        shown = [layer for layer in self._images if layer.visible]
        if view.empty or not shown:
            return picture
        mixed = np.zeros((view.rows.size, view.columns.size, 3), np.float32)
        for layer in shown:
            colors = self._colors(layer, view)
            if str(layer.blending) == "additive":
                mixed += colors * layer.opacity
            else:
                mixed += (colors - mixed) * layer.opacity
        picture[view.part] = np.clip(mixed * 255, 0, 255)
        return picture

    def _colors(self, layer: Any, view: View) -> np.ndarray:
        """Colours of an image's pixels in view, 0 to 1."""
        at = view.window.index[:-2]
        data = np.asarray(layer.data[at] if at else layer.data)
        seen = data[np.ix_(view.rows, view.columns)]
        if layer.rgb:
            full = np.iinfo(seen.dtype).max if seen.dtype.kind in "ui" else 1.0
            colors: np.ndarray = seen[..., :3].astype(np.float32) / full
            return colors
        low, high = layer.contrast_limits
        share = (seen.astype(np.float32) - low) / max(high - low, 1e-12)
        share = np.clip(np.nan_to_num(share), 0, 1) ** layer.gamma
        shaded: np.ndarray = self._shades_of(layer)[(share * 255 + 0.5).astype(np.uint8)]
        return shaded

    def _shades_of(self, layer: Any) -> np.ndarray:
        """Colours of 256 steps of a layer's colour map."""
        known = self._shades.get(layer)
        if known is None or known[0] is not layer.colormap:
            shades = np.asarray(layer.colormap.map(_SHADES), np.float32)[:, :3]
            known = self._shades[layer] = layer.colormap, shades
        return known[1]
