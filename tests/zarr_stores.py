"""Images of OME-Zarr in several sizes, as other programs write them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import zarr


def nth(data: np.ndarray, first: int = 0) -> np.ndarray:
    return data[..., first::2, first::2]


def largest(data: np.ndarray) -> np.ndarray:
    padded = np.pad(data, [(0, 0)] * (data.ndim - 2) + [(0, n % 2) for n in data.shape[-2:]], mode="edge")
    blocks = padded.reshape(*data.shape[:-2], padded.shape[-2] // 2, 2, padded.shape[-1] // 2, 2)
    return blocks.max(axis=(-3, -1))


def resized(data: np.ndarray) -> np.ndarray:
    """As ome-zarr-py makes its copies."""
    from skimage.transform import resize

    shape = (*data.shape[:-2], data.shape[-2] // 2, data.shape[-1] // 2)
    options = {"order": 0, "preserve_range": True, "anti_aliasing": False}
    return resize(data, shape, **options).astype(data.dtype)


def put_store(
    folder: Path,
    data: np.ndarray,
    axes: str,
    *,
    version: str = "0.4",
    smaller: Callable[[np.ndarray], np.ndarray] | None = nth,
    count: int = 3,
    told: dict | None = None,
    **options,
) -> Path:
    """Image in several sizes, with metadata that nobody but its program knows."""
    v3 = version == "0.5"
    spacing = {"z": 2.0, "y": 0.5, "x": 0.25}
    named = [
        {"name": one, "type": "space", "unit": "micrometer"}
        if one in "zyx"
        else {"name": one, "type": "time" if one == "t" else "channel"}
        for one in axes
    ]
    datasets, level = [], data
    slashes = {"name": "default" if v3 else "v2", "separator": "/"}
    options = {"chunks": (*(1,) * (data.ndim - 2), 32, 32), "chunk_key_encoding": slashes} | options
    for number in range(count):
        array = zarr.create_array(
            folder / f"s{number}",
            shape=level.shape,
            dtype=level.dtype,
            zarr_format=3 if v3 else 2,
            **({"dimension_names": list(axes)} if v3 else {}),
            **options,
        )
        array[...] = level
        scale = [spacing.get(one, 1.0) * 2**number for one in axes]
        datasets.append(
            {"path": f"s{number}", "coordinateTransformations": [{"type": "scale", "scale": scale}]}
        )
        if smaller is None:
            break
        level = smaller(level)
    whole = {"multiscales": [{"version": version, "axes": named, "datasets": datasets, "name": "ours"}]}
    whole |= {"image-label": {"version": version, "colors": [{"label-value": 5, "rgba": [9, 8, 7, 255]}]}}
    whole |= told or {}
    if v3:
        group = {"zarr_format": 3, "node_type": "group", "attributes": {"ome": whole, "other": 1}}
        (folder / "zarr.json").write_text(json.dumps(group, indent=1))
    else:
        (folder / ".zgroup").write_text('{"zarr_format": 2}')
        (folder / ".zattrs").write_text(json.dumps(whole, indent=3) + "\n")
    return folder
