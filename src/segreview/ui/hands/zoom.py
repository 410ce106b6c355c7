"""The wheel, which zooms image and outlines in one drawing."""

from __future__ import annotations

from typing import Any

import numpy as np
from napari.viewer import Viewer

from segreview.ui.hands.stagehand import Stagehand
from segreview.ui.workbench import Workbench

_NOTCH = 1.007**30
"""What a notch of the wheel enlarges by: the same as in napari."""


class Zoom(Stagehand):
    """Moves the camera by the wheel, about the pointer.

    Left to itself, napari draws everything invisibly to find out what lies under the pointer, then draws
    the image at its new size, and tells only then that the camera has moved: the outlines would be a
    drawing late.

    Parameters
    ----------
    bench
        What it works on.
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._wheel = self._on_wheel  # one object, to be found again

    def begin(self) -> None:
        """Follow the wheel."""
        self.bench.viewer.mouse_wheel_callbacks.append(self._wheel)

    def end(self) -> None:
        """Leave the wheel to napari."""
        self.bench.viewer.mouse_wheel_callbacks.remove(self._wheel)

    def _on_wheel(self, viewer: Viewer, event: Any) -> None:
        """Zoom; with a modifier the wheel means something else, and a volume turns about its middle."""
        camera = viewer.scene.camera
        if event.modifiers or viewer.dims.ndisplay != 2 or not camera.mouse_zoom:
            return
        event.handled = True
        factor = _NOTCH ** event.delta[1]
        pointer = np.array([event.position[axis] for axis in event.dims_displayed])
        center = pointer + (np.array(camera.center[-2:]) - pointer) / factor
        camera.zoom *= factor
        camera.center = (*camera.center[:-2], *center)
