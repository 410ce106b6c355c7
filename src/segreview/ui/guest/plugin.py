"""segreview as a napari plugin: the functions that the manifest names.

What is heavy, and napari itself, is imported by the function that needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from segreview.errors import ReadError
from segreview.model.labels import Kind, LabelImage
from segreview.ui.actions import ACTIONS, Action

LayerData = tuple[np.ndarray, dict[str, Any], str]
"""A layer as napari's readers tell it: pixels, properties, type."""

Reader = Callable[[str | list[str]], list[LayerData]]

FACTS = "segreview"
"""Key of a layer's metadata under which is written where its labels came from."""

_OF_FILES = ("save", "read_as_instance", "read_as_semantic", "read_as_binary")

GUEST_ACTIONS = tuple(
    action for action in ACTIONS if not action.window and (action.menu != "File" or action.id in _OF_FILES)
)
"""Commands that are at home in someone's own napari, where the window and most of File are theirs."""

_STEADY = 0.8
"""Least share of steady pixels in labels; see `are_labels`."""


# -------------------------------------------------------------------- readers
def get_reader(path: str | list[str]) -> Reader | None:
    """Reader of a label file, or None for anything else: images are left to napari's own reader."""
    from segreview.formats.planes import flattened
    from segreview.formats.raster import numbers_of
    from segreview.formats.registry import read

    if not isinstance(path, str):
        return None  # several files as one stack
    try:
        labels = flattened(read(path))
    except ReadError:
        return None
    if not are_labels(numbers_of(labels)):
        return None
    return lambda _: [layer_of(labels, Path(path).stem)]


def are_labels(numbers: np.ndarray) -> bool:
    """Whether the numbers of a file are labels rather than grey values.

    Labels are whole numbers that fill areas: of the pixels that are not 0, at least four in five
    have the same value as the next one in their row. In the data sets that we know, that share is
    .88 and more in masks, down to nuclei of a few pixels, and .74 and less in images and
    probability maps, however few grey levels they have.
    """
    if numbers.dtype.kind not in "iub":
        return False
    here, beside = numbers[..., :-1], numbers[..., 1:]
    inside = here != 0
    count = np.count_nonzero(inside)
    return bool(count == 0 or np.count_nonzero((here == beside) & inside) >= _STEADY * count)


def layer_of(labels: LabelImage, name: str) -> LayerData:
    """Labels layer, with the facts that the writer needs to save it as it came."""
    assert labels.origin is not None
    facts = {
        "path": str(labels.origin.path),
        "format": labels.origin.format,
        "kind": str(labels.kind),
        "background": labels.background,
        "dtype": labels.dtype.name,
        "reading": labels.reading,
    }
    return labels.data, {"name": name, "scale": labels.spacing, "metadata": {FACTS: facts}}, "labels"


# -------------------------------------------------------------------- writers
def write_labels(path: str, data: Any, meta: Mapping[str, Any]) -> list[str]:
    """Write a Labels layer, verified by reading it back; return the files that hold it.

    A layer that came through our reader is written as a copy of its file in which only the changed
    pixels differ, when the format stays the same; otherwise as a new file with its type of numbers.
    """
    from segreview.formats.registry import files_of, write

    labels = labels_of(np.asarray(data), meta)
    written = write(labels, path) or files_of(labels, Path(path))
    return [str(file) for file in written]


def labels_of(data: np.ndarray, meta: Mapping[str, Any]) -> LabelImage:
    """Labels of a layer, with all that is known of the file from which they came."""
    facts = meta.get("metadata", {}).get(FACTS)
    fresh = replace(LabelImage.of_array(data), spacing=tuple(float(size) for size in meta.get("scale", ())))
    if facts is None:
        return fresh
    original = file_behind(facts)
    if original is not None and original.shape == data.shape:
        return replace(original, planes=(data,))
    stored = np.dtype(facts["dtype"])
    return replace(
        fresh,
        kind=Kind(facts["kind"]),
        background=facts["background"],
        stored=None if stored == data.dtype else stored,
    )


def file_behind(facts: Mapping[str, Any]) -> LabelImage | None:
    """Labels of the file that a layer's facts name, or None when it can no longer be read."""
    from segreview.formats.registry import read

    try:
        return read(facts["path"], facts["format"], kind=facts["kind"])
    except ReadError:
        return None


# -------------------------------------------------------------------- samples
def cells() -> list[LayerData]:
    """Layers of the sample `cells`: image, GT and model."""
    return _sample_layers("cells")


def street() -> list[LayerData]:
    """Layers of the sample `street`: image, GT and model."""
    return _sample_layers("street")


def _sample_layers(name: str) -> list[LayerData]:
    """Layers of the first image of a sample, from a copy that may be written over."""
    from segreview.formats.entry import open_entry
    from segreview.session.samples import sample_project

    sample = open_entry(sample_project(name).entries[0])
    assert sample.prediction is not None
    scale = sample.reference.spacing
    images: list[LayerData] = [
        (image.data, {"name": f"{name} image", "rgb": image.rgb, "scale": scale}, "image")
        for image in sample.images
    ]
    return [*images, layer_of(sample.reference, f"{name} GT"), layer_of(sample.prediction, f"{name} model")]


# -------------------------------------------------------------------- commands
def review_masks() -> None:
    """Open the review widget beside the viewer."""
    _review_widget()


def __getattr__(name: str) -> Callable[[], None]:
    """Function of one of `GUEST_ACTIONS`, as the manifest names it: by its id."""
    for action in GUEST_ACTIONS:
        if action.id == name:
            return _command(action)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _command(action: Action) -> Callable[[], None]:
    def command() -> None:
        _review_widget().run(action)

    command.__name__ = command.__qualname__ = action.id
    command.__doc__ = action.tooltip
    return command


def _review_widget() -> Any:
    """The review widget of the viewer in use; it is opened where it is not there."""
    import napari

    viewer = napari.current_viewer()
    assert viewer is not None  # commands come from a viewer's menus
    dock, widget = viewer.window.add_plugin_dock_widget("segreview", "Review")
    dock.show()
    return widget
