"""The stage: what stays in the viewer from one sample to the next, and the scene that is played on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from napari.viewer import Viewer
from qtpy.QtCore import QTimer

from segreview.errors import EditRefused
from segreview.session.review import Review
from segreview.ui.canvas.beside import Beside
from segreview.ui.canvas.contours import Contours, Side
from segreview.ui.canvas.layers import Layers
from segreview.ui.canvas.scene import Scene
from segreview.ui.palette import GT_COLOR, MODEL_COLOR, rgb_bytes


class Stage:
    """Layers, outlines and cells, which serve one review after the other.

    Parameters
    ----------
    viewer
        Viewer that shows them.
    refused
        Told when an edit is refused.
    lost
        Called when somebody else has removed a layer of ours, once the viewer has come to rest.

    Attributes
    ----------
    scene
        The review that is shown, or None.
    at_work
        Whether it is we who add, change and remove layers.
    """

    def __init__(
        self, viewer: Viewer, refused: Callable[[EditRefused], None], lost: Callable[[], None]
    ) -> None:
        self._viewer = viewer
        self._refused = refused
        self._lost = lost
        self.scene: Scene | None = None
        self._layers: Layers | None = None
        self._contours: Contours | None = None
        self._beside: Beside | None = None
        self.at_work = False
        viewer.layers.events.removed.connect(self._on_removed)

    def exchange(self, review: Review) -> bool:
        """Show another review in the layers that are there; False, nothing done, where they do not fit."""
        layers, contours, beside = self._layers, self._contours, self._beside
        if layers is None or contours is None or beside is None:
            return False
        if contours.layer is None or not layers.fit(review):
            return False
        if self.scene is not None:
            self.scene.close()  # it remains what others see until there is another one
        self.at_work = True
        if not layers.fit_images(review):
            beside.turn(False)
        layers.exchange(review)
        beside.follow()
        self.at_work = False
        labels = review.reference
        contours.set_sides(_sides(layers, review), labels.spacing, labels.offset)
        self._begin_scene(review, layers, contours, beside)
        return True

    def build(self, review: Review) -> None:
        """Show a review in layers of its own, when there are none."""
        self.at_work = True
        self._viewer.dims.ndisplay = 2  # napari crashes where an image joins a view of volumes
        self._layers = Layers(self._viewer, review)
        labels = review.reference
        sides = _sides(self._layers, review)
        self._contours = Contours(self._viewer, sides, labels.spacing, labels.offset)
        self._beside = Beside(self._viewer, self._layers, self._contours)
        self.at_work = False
        self._begin_scene(review, self._layers, self._contours, self._beside)

    def _begin_scene(self, review: Review, layers: Layers, contours: Contours, beside: Beside) -> None:
        self.scene = Scene(self._viewer, review, layers, contours, beside, self._refused)
        self.scene.show_middle()

    def clear(self) -> None:
        """Take everything out of the viewer."""
        self.strike()
        self.at_work = True
        if self._beside is not None:
            self._beside.turn(False)
        if self._layers is not None:
            with self._viewer.layers.batched_update():  # else napari collects garbage after each layer
                if self._contours is not None:
                    self._contours.close()
                self._layers.close()
        self._layers = self._contours = self._beside = None
        self.at_work = False

    def close(self) -> None:
        """Take everything out of the viewer, and leave it alone from now on."""
        self.clear()
        self._viewer.layers.events.removed.disconnect(self._on_removed)

    def strike(self) -> None:
        """Let go of the review that is shown; its layers stay in the viewer."""
        scene, self.scene = self.scene, None
        if scene is not None:
            scene.close()

    def _on_removed(self, event: Any) -> None:
        layers, contours = self._layers, self._contours
        if self.at_work or self.scene is None or layers is None or contours is None:
            return
        if event.value in layers.all or contours.layer is None:
            QTimer.singleShot(0, self._tell_loss)  # napari is in the middle of removing, maybe many

    def _tell_loss(self) -> None:
        layers, contours = self._layers, self._contours
        if self.scene is None or layers is None or contours is None:
            return
        if not layers.there or contours.layer is None:
            self._lost()


def _sides(layers: Layers, review: Review) -> tuple[Side, Side]:
    """Both sides as the outlines need them; the GT as it is on the layer, in the middle of a stroke too."""
    gt, model = review.reference, review.prediction
    return (
        Side("GT", [layers.gt.data], gt.outside, rgb_bytes(GT_COLOR)),
        Side("model", model.planes, model.outside, rgb_bytes(MODEL_COLOR), dashed=True),
    )
