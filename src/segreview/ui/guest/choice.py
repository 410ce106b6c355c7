"""What to review: which of the viewer's layers are the GT, the model and the image, or files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from napari.layers import Image as NapariImage
from napari.layers import Labels, Layer
from napari.viewer import Viewer
from qtpy.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

PROMISE = "The review works on copies: your layers stay as they are until you apply it."

_MODEL_WORDS = ("model", "pred", "auto")


class Choice(QWidget):
    """Asks which layers to review.

    Parameters
    ----------
    viewer
        Viewer whose layers are offered.
    """

    def __init__(self, viewer: Viewer) -> None:
        super().__init__()
        self._viewer = viewer
        self._named: list[Layer] = []
        self.gt, self.model, self.image = QComboBox(), QComboBox(), QComboBox()
        self.start = QPushButton("Start review")
        self.open = QPushButton("Open files…")
        self.note = QLabel(PROMISE)
        self.note.setWordWrap(True)
        form = QFormLayout()
        for title, combo in (("GT masks", self.gt), ("Model's masks", self.model), ("Image", self.image)):
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            form.addRow(title, combo)
        buttons = QHBoxLayout()
        buttons.addWidget(self.open)
        buttons.addWidget(self.start, 1)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addLayout(buttons)
        layout.addWidget(self.note)
        layout.addStretch(1)
        self._events = [getattr(viewer.layers.events, name) for name in ("inserted", "removed", "renamed")]
        for event in self._events:
            event.connect(self.refresh)
        self.refresh()

    @property
    def layers(self) -> tuple[Labels, Labels | None, tuple[NapariImage, ...]]:
        """Layers that are chosen: the GT's, the model's, and those of the image."""
        images = self.image.currentData()
        if images is None:
            images = ()
        elif isinstance(images, NapariImage):
            images = (images,)
        return self.gt.currentData(), self.model.currentData(), tuple(images)

    def refresh(self) -> None:
        """List the layers that are there; what was chosen stays chosen."""
        masks = [layer for layer in self._viewer.layers if isinstance(layer, Labels)]
        images = [layer for layer in self._viewer.layers if isinstance(layer, NapariImage)]
        model = next((layer for layer in masks if _sounds_like_a_model(layer)), None)
        gt = next((layer for layer in masks if layer is not model), model)
        if model is None:
            model = next((layer for layer in masks if layer is not gt), None)
        _fill(self.gt, _named(masks), gt)
        _fill(self.model, [("none", None), *_named(masks)], model)
        if self.model.currentData() is self.gt.currentData():
            self.model.setCurrentIndex(0)
        entries: list[tuple[str, Any]] = [("none", None), *_named(images)]
        grey = tuple(layer for layer in images if not layer.rgb)
        if len(grey) > 1 and len({layer.data.shape for layer in grey if not layer.multiscale}) == 1:
            entries.append((f"all {len(grey)} images, as channels", grey))
        _fill(self.image, entries, next(iter(images), None))
        self.start.setEnabled(bool(masks))

    def close_events(self) -> None:
        """Stop following the viewer."""
        for event in self._events:
            event.disconnect(self.refresh)


def _sounds_like_a_model(layer: Layer) -> bool:
    return any(word in layer.name.lower() for word in _MODEL_WORDS)


def _named(layers: Sequence[Layer]) -> list[tuple[str, Any]]:
    return [(layer.name, layer) for layer in layers]


def _fill(combo: QComboBox, entries: Sequence[tuple[str, Any]], first: Any) -> None:
    """List entries; what was chosen stays chosen, and at first it is ``first``."""
    chosen = combo.currentData()
    combo.clear()
    for text, data in entries:
        combo.addItem(text, data)
    place = next(
        (n for n, (_, data) in enumerate(entries) if chosen is not None and _same(data, chosen)), None
    )
    if place is None:
        place = next((n for n, (_, data) in enumerate(entries) if data is first), 0)
    combo.setCurrentIndex(place)


def _same(one: Any, other: Any) -> bool:
    """Whether two entries stand for the same layer, or for the same several ones."""
    return one is other or (isinstance(one, tuple) and one == other)
