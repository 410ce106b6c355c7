"""What stays on stage from one test to the next: layers, as long as a test leaves them as they were made."""

import numpy as np

_OF_ALL = (
    *("name", "visible", "opacity", "blending", "locked", "editable", "metadata", "units", "axis_labels"),
    *("rotate", "shear", "projection_mode"),
)
_OF_IMAGES = ("gamma", "interpolation2d", "interpolation3d", "rendering", "contrast_limits_range")
_OF_LABELS = (
    *("contour", "brush_size", "n_edit_dimensions", "contiguous", "show_selected_label"),
    *("rendering", "iso_gradient_mode"),
)


class Props:
    """Layers of a window that serve test after test; to make and remove them takes longer than most tests.

    Mode, selected id, protection, data, place and undo history are set anew by the review that comes, as from
    one sample to the next. Whatever else differs from how it was made would be seen by the next test: then
    all go.

    Parameters
    ----------
    app
        The window.
    """

    def __init__(self, app):
        self._viewer, self._stage = app.viewer, app.bench.stage
        self._build = self._stage.build
        self._stage.build = self._build_and_note
        self._layers = self._contours = self._as_made = None

    def _build_and_note(self, review):
        self._build(review)
        self._layers, self._contours = self._stage.scene.layers, self._stage.scene.contours
        self._as_made = self._state()

    def keep_if_unchanged(self):
        """Leave the layers on the empty stage, unless something about them is not as it was made."""
        if self._layers is None or self._state() != self._as_made:
            self.remove()

    def remove(self):
        """Leave nothing on the stage."""
        self._stage.clear()
        self._layers = self._contours = None

    def _state(self):
        """What a test can leave behind in layers and viewer, but for what each review sets."""
        viewer, layers = self._viewer, self._layers.all
        camera, dims = viewer.scene.camera, viewer.dims
        return (
            [_facts(layer) for layer in layers],
            list(viewer.layers) == [*layers, *self._contours.layers],
            (self._contours.visible, len(self._contours.layers)),
            (viewer.canvas.grid.enabled, dims.ndisplay, dims.order, camera.angles, camera.perspective),
        )


def _facts(layer):
    """What can be changed about a layer."""
    labels = hasattr(layer, "selected_label")
    names = (*_OF_ALL, *(_OF_LABELS if labels else _OF_IMAGES))
    facts = {name: _plain(getattr(layer, name)) for name in names}
    overlays = (layer.name_overlay.visible, layer.name_overlay.font_size)
    background = getattr(layer.colormap, "background_value", None) if labels else None
    return facts, overlays, np.asarray(layer.colormap.colors).tolist(), background


def _plain(value):
    """A value that can be compared."""
    return value.tolist() if isinstance(value, np.ndarray) else value
