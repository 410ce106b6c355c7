"""What to review: which of the viewer's layers are the GT, the model and the image, or files."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from napari.layers import Image as NapariImage
from napari.layers import Labels, Layer
from napari.viewer import Viewer
from qtpy.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from segreview.ui.guest.offers import channels_among, likely_image, likely_pair, masks_among

PROMISE = "The review works on copies: your layers stay as they are until you apply it."
NO_MASKS = (
    "No layer here holds masks yet. Open label files in napari, or convert an image that holds labels "
    "(right click on it in the list of layers), or take files."
)


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
        self._chosen: dict[QComboBox, Any] = {}  # by the user; the rest is guessed anew with every layer
        self._filling = False
        self.gt, self.model, self.image = QComboBox(), QComboBox(), QComboBox()
        self.start = QPushButton("Start review")
        self.open = QPushButton("Open files…")
        self.note = QLabel(PROMISE)
        self.note.setWordWrap(True)
        form = QFormLayout()
        for title, combo in (("GT masks", self.gt), ("Model's masks", self.model), ("Image", self.image)):
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.currentIndexChanged.connect(partial(self._remember, combo))
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
    def layers(self) -> tuple[Layer, Layer | None, tuple[NapariImage, ...]]:
        """Layers that are chosen: the GT's, the model's, and those of the image."""
        images = self.image.currentData()
        if images is None:
            images = ()
        elif isinstance(images, NapariImage):
            images = (images,)
        return self.gt.currentData(), self.model.currentData(), tuple(images)

    def refresh(self) -> None:
        """List the layers that are there; what was chosen stays chosen."""
        layers = list(self._viewer.layers)
        masks = masks_among(layers)
        gt, model = likely_pair(masks)
        self._filling = True
        self._fill(self.gt, _named(masks), gt)
        self._fill(self.model, [("none", None), *_named(masks)], model)
        if self.model not in self._chosen and self.model.currentData() is self.gt.currentData():
            self.model.setCurrentIndex(0)
        images = [(layer.name, layer) for layer in layers if isinstance(layer, NapariImage)]
        entries: list[tuple[str, Any]] = [("none", None), *images]
        channels = channels_among(layers, masks)
        if channels:
            entries.append((f"{len(channels)} images, as channels", channels))
        self._fill(self.image, entries, likely_image(layers, masks))
        self._filling = False
        self.start.setEnabled(bool(masks))
        if self.note.text() in (PROMISE, NO_MASKS):
            self.note.setText(PROMISE if masks else NO_MASKS)

    def _fill(self, combo: QComboBox, entries: Sequence[tuple[str, Any]], likely: Any) -> None:
        """List entries; what the user chose stays chosen as long as it is there."""
        combo.clear()
        for text, data in entries:
            combo.addItem(text, data)
        wanted = self._chosen.get(combo, likely)
        places = [n for n, (_, data) in enumerate(entries) if _same(data, wanted)]
        places += [n for n, (_, data) in enumerate(entries) if data is likely]
        combo.setCurrentIndex(places[0] if places else 0)

    def _remember(self, combo: QComboBox, index: int) -> None:
        """Remember what the user chose."""
        if not self._filling:
            self._chosen[combo] = combo.itemData(index)

    def close_events(self) -> None:
        """Stop following the viewer."""
        for event in self._events:
            event.disconnect(self.refresh)


def _named(masks: Sequence[Layer]) -> list[tuple[str, Any]]:
    return [(layer.name if isinstance(layer, Labels) else f"{layer.name} (image)", layer) for layer in masks]


def _same(one: Any, other: Any) -> bool:
    """Whether two entries stand for the same layer, or for the same several ones."""
    return one is other or (isinstance(one, tuple) and one == other)
