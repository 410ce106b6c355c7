"""What a layer of someone's own napari holds: pixels, axes, and the file that it came from."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from napari.layers import Labels, Layer

from segreview.errors import ReadError
from segreview.formats.raster import same_file
from segreview.formats.registry import read
from segreview.model.labels import Kind, LabelImage
from segreview.ui.guest.place import World
from segreview.ui.guest.plugin import FACTS, are_labels, file_behind

_MOST_BYTES = 4 * 2**30
"""Largest array outside the memory that is read into it."""

_TIME = ("t", "time", "frame")


def array_of(layer: Layer) -> Any:
    """What a layer holds, in memory or not; of a pyramid, its full resolution."""
    return layer.data[0] if layer.multiscale else layer.data


def shape_of(layer: Layer) -> tuple[int, ...]:
    """Number of pixels along each axis; colours are no axis."""
    return tuple(array_of(layer).shape[: layer.ndim])


def pixels(layer: Layer, at: tuple[int, ...] = ()) -> np.ndarray:
    """Pixels of a layer in memory, or of its part at an index along its first axes.

    Raises
    ------
    ReadError
        When they lie outside the memory and are too many.
    """
    data = array_of(layer)
    size = math.prod(data.shape[len(at) :]) * np.dtype(data.dtype).itemsize
    if not isinstance(data, np.ndarray) and size > _MOST_BYTES:
        raise ReadError(
            f"The layer {layer.name} holds {size / 2**30:.1f} GB outside the memory; "
            f"a review reads {_MOST_BYTES / 2**30:.0f} GB at most.",
            "Review a part of it, as a layer of its own.",
        )
    return np.asarray(data[at] if at else data)


def could_be_labels(numbers: np.ndarray) -> bool:
    """Whether numbers, of whatever type, are whole and fill areas."""
    if numbers.dtype.kind == "f":
        if not np.isfinite(numbers).all() or (numbers != np.rint(numbers)).any():
            return False
        numbers = numbers.astype(np.int64)
    return are_labels(numbers)


def refuse_grey(layer: Layer, data: np.ndarray) -> None:
    """Refusal of an image that does not look like labels; a Labels layer is taken at its word.

    Raises
    ------
    ReadError
        When it holds grey values.
    """
    if isinstance(layer, Labels) or could_be_labels(data):
        return
    raise ReadError(
        f"The image {layer.name} holds grey values, not labels.",
        "If it does hold labels: right click on it in the list of layers, Convert to Labels.",
    )


def part_in_view(layer: Layer, world: World, ndim: int) -> tuple[int, ...]:
    """Index along the first axes of a layer, all but its last so many: of what is in view."""
    shape = shape_of(layer)
    return world.index_in(layer, shape)[: max(0, len(shape) - ndim)]


def told_part(layer: Layer, world: World, at: tuple[int, ...]) -> str:
    """Line that says which part of a layer is taken; empty when it is all there is of it."""
    shape = shape_of(layer)
    if math.prod(shape[: len(at)]) == 1:
        return ""
    names = world.names[-layer.ndim :]
    where = ", ".join(f"{name} {n}" for name, n, size in zip(names, at, shape, strict=False) if size > 1)
    return f"{layer.name} has more axes than a review or its GT: what is in view is taken, axis {where}."


def axes_of(layer: Layer, world: World, ndim: int) -> str:
    """One letter for each of the last axes; the first of three is time where names or units say so."""
    said = [layer.axis_labels[-ndim], world.names[-ndim:][0]]
    timed = layer.units[-ndim].is_compatible_with("second")
    if ndim == 3 and (timed or any(name.lower() in _TIME for name in said)):
        return "TYX"
    return "ZYX"[-ndim:]


# -------------------------------------------------------------------- the file behind
def file_of(layer: Layer, kind: Kind | None = None) -> tuple[LabelImage | None, str]:
    """Labels of the file from which a layer came, or None; and what is odd about it, in words.

    The path is that of the file that napari opened. What metadata say counts where there is none:
    they travel with copies of a layer.
    """
    facts = layer.metadata.get(FACTS)
    opened = Path(layer.source.path) if layer.source.path else None
    if facts is not None:
        labels = file_behind(facts if kind is None else {**facts, "kind": str(kind)})
        named = (Path(facts["path"]),) if labels is None or labels.origin is None else labels.origin.files
        if opened is None or any(same_file(opened, file) for file in named):
            return labels, ""
        found, _ = _read(opened, kind)
        return found, f"{layer.name} was opened from {opened}, though its metadata name {named[0]}."
    return _read(opened, kind) if opened is not None else (None, "")


def _read(path: Path, kind: Kind | None) -> tuple[LabelImage | None, str]:
    try:
        return read(path, kind=kind), ""
    except ReadError:
        return None, ""  # of a format that only napari's readers know
