"""New OME-Zarr stores of labels: NGFF 0.4, which every reader knows, with smaller copies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from segreview.formats.guard import extra
from segreview.formats.raster import Raster
from segreview.formats.zarr.ngff import UNITS
from segreview.formats.zarr.store import Store

VERSION = "0.4"

CHUNK = 512
"""Pixels along each side of a chunk."""

SMALLEST = 256
"""Longer side in pixels below which no smaller copy is made."""

_NAMES = {symbol: name for name, symbol in UNITS.items()}


def new_store(raster: Raster, path: Path) -> Store:
    """Store of one label image, every second pixel in each smaller copy; raises what `Store.numbers` does."""
    extra("zarr", "zarr", path)
    levels = dict(zip(map(str, range(32)), _levels(raster.numbers), strict=False))
    told = {"multiscales": [_multiscale(raster, levels)], "image-label": {"version": VERSION}}
    contents = {".zattrs": _json(told), ".zgroup": _json({"zarr_format": 2})}
    store = Store(path, contents)
    for name, numbers in levels.items():
        store = store.added(name, numbers, CHUNK)
    return store


def _levels(numbers: np.ndarray) -> Iterator[np.ndarray]:
    """The labels, and every second pixel of what was last."""
    yield numbers
    while max(numbers.shape[-2:]) > SMALLEST:
        numbers = numbers[..., ::2, ::2]
        yield numbers


def _multiscale(raster: Raster, levels: dict[str, np.ndarray]) -> dict[str, Any]:
    """Axes of the labels, and the pixel size of each level."""
    spacing = raster.spacing or (1.0,) * raster.numbers.ndim
    datasets = []
    for number, name in enumerate(levels):
        sizes = [*spacing[:-2], *(size * 2**number for size in spacing[-2:])]
        datasets.append({"path": name, "coordinateTransformations": [{"type": "scale", "scale": sizes}]})
    return {
        "version": VERSION,
        "axes": [_axis(one, raster.unit) for one in raster.axes],
        "datasets": datasets,
    }


def _axis(letter: str, unit: str) -> dict[str, str]:
    """An axis; its unit where there is one."""
    told = {"name": letter.lower(), "type": "time" if letter == "T" else "space"}
    return told if letter == "T" or unit == "pixel" else told | {"unit": _NAMES.get(unit, unit)}


def _json(told: Any) -> bytes:
    return json.dumps(told, indent=2, ensure_ascii=False).encode()
