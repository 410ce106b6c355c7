"""cellpose's ``_seg.npy``: a pickled dictionary, of which masks and their outlines are exchanged in place."""

from __future__ import annotations

import io
import math
from pathlib import Path
from typing import Any

import numpy as np

from segreview.errors import LossError, ReadError
from segreview.formats.arrays import npy
from segreview.formats.arrays.pickled import Array, Pickled, Span, load
from segreview.formats.format import Format, Keeps, ReadOptions, Usual
from segreview.formats.guard import file_bytes
from segreview.formats.kind import distinct, limits
from segreview.formats.raster import Codec, Raster, digest, labels_of
from segreview.model.labels import Kind, LabelImage

KEEPS = Keeps(dtypes=("uint16", "uint32"), ndim=(2, 3))

_IMAGES = (".tif", ".tiff", ".png", ".jpg", ".jpeg")
"""Ends of the names of images that cellpose opens."""

_INSTANCES = Usual(Kind.INSTANCE, why="masks of cellpose are objects")


def read(path: Path, options: ReadOptions) -> LabelImage:
    """Masks of a file, as instances where nothing else is asked for; the pickle is followed, never run.

    Raises
    ------
    ReadError
        When the file is missing, damaged, holds no masks, or asks for more than arrays and values.
    """
    raster, origin = CODEC.open(path)
    if options.kind is None:
        options = ReadOptions(None, options.ontology, options.background, _INSTANCES)
    return labels_of(raster, options, origin)


def decode(content: bytes, path: Path) -> Raster:
    """Masks, ``(Y, X)`` or ``(Z, Y, X)``."""
    stored = _numbers(content, _entries(_pickled(content, path), path), "masks", path)
    numbers = stored.reshape(_shape(stored.shape)).astype(stored.dtype.newbyteorder("="), order="C")
    return Raster(numbers, "ZYX"[-numbers.ndim :])


def _pickled(content: bytes, path: Path) -> Pickled:
    """What follows the header of NumPy."""
    size = 2 if content[6:7] == b"\x01" else 4
    return load(content, 8 + size + int.from_bytes(content[8 : 8 + size], "little"), path)


def _entries(found: Pickled, path: Path) -> dict[Any, Any]:
    """The dictionary."""
    root = found.root
    inner = root.data if isinstance(root, Array) else None
    if not isinstance(inner, list) or len(inner) != 1 or not isinstance(inner[0], dict):
        raise ReadError(
            f"{path} holds a Python object, and no dictionary as cellpose saves it.",
            "Save the masks alone, as .npy of numbers or TIFF.",
        )
    return inner[0]


def _numbers(content: bytes, entries: dict[Any, Any], key: str, path: Path) -> np.ndarray:
    """Array of an entry as it is stored, not a copy.

    Raises
    ------
    ReadError
        When there is none, or it is no label image.
    """
    array = entries.get(key)
    if not isinstance(array, Array) or array.dtype is None or array.dtype.kind not in "biu":
        names = ", ".join(name[:40] for name in list(entries)[:20] if isinstance(name, str))
        raise ReadError(
            f"{path} has no array of whole numbers named {key}; it holds: {names or 'nothing'}.",
            "cellpose keeps them under masks: open the image in cellpose and save it again.",
        )
    shape, data = array.shape, array.data
    size = data.stop - data.start if isinstance(data, Span) else 0
    fits = size == math.prod(shape) * array.dtype.itemsize and size > 0
    if not isinstance(data, Span) or not fits or len(_shape(shape)) not in KEEPS.ndim:
        raise ReadError(
            f"{path}: {key} has the shape {shape} and {size:,} bytes.",
            "Labels are (Y, X) or (Z, Y, X). Open it in cellpose and save it again.",
        )
    flat = np.frombuffer(content, array.dtype, math.prod(shape), data.start)
    return flat.reshape(shape, order="F" if array.fortran else "C")


def _shape(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Shape without leading axes of length one beyond the two of an image."""
    while len(shape) > 2 and shape[0] == 1:
        shape = shape[1:]
    return shape


def revise(content: bytes, numbers: np.ndarray, path: Path) -> bytes:
    """Same file with other masks, and with the outlines of those that changed; every other byte stays.

    Raises
    ------
    LossError
        When masks stand in several places of the file at once, or an outline's id does not fit.
    """
    found = _pickled(content, path)
    entries = _entries(found, path)
    masks, outlines = entries["masks"], entries.get("outlines")
    if masks in found.shared or masks.data in found.shared:
        raise LossError(
            f"{path} uses the array of its masks in several places: they cannot be changed alone.",
            "Open it in cellpose and save it again, or save the labels as a new file.",
        )
    before = _numbers(content, entries, "masks", path)
    out = bytearray(content)
    _put(out, masks, numbers.reshape(before.shape))
    if isinstance(outlines, Array) and outlines.shape == masks.shape and isinstance(outlines.data, Span):
        drawn = _numbers(content, entries, "outlines", path)
        _put(out, outlines, outlined(before, numbers.reshape(before.shape), drawn, path))
    return bytes(out)


def _put(out: bytearray, array: Array, numbers: np.ndarray) -> None:
    """Exchange the numbers of an array where they lie."""
    if isinstance(array.data, Span) and array.dtype is not None:
        data = numbers.astype(array.dtype).tobytes(order="F" if array.fortran else "C")
        out[array.data.start : array.data.stop] = data


def outlined(before: np.ndarray, after: np.ndarray, drawn: np.ndarray, path: Path) -> np.ndarray:
    """Outlines after an edit: those of the objects that changed are drawn again, as cellpose draws them.

    An outline is the outer border of an object's pieces in each slice, holes left out: pixels with a
    background pixel beside them (``cellpose.utils.masks_to_outlines``).

    Parameters
    ----------
    before, after
        Masks, ``(..., Y, X)``.
    drawn
        Outlines before: ids, or booleans.

    Raises
    ------
    LossError
        When an id does not fit the type of the outlines.
    """
    changed = before != after
    ids = np.union1d(distinct(before[changed]), distinct(after[changed]))
    ids = ids[ids != 0]
    most = limits(drawn.dtype)[1]
    if drawn.dtype.kind != "b" and ids.max(initial=0) > most:
        raise LossError(
            f"{path} keeps outlines as {drawn.dtype} numbers: id {ids.max()} does not fit.",
            f"Use an id below {most + 1}.",
        )
    fresh = np.where(np.isin(before, ids), 0, drawn).astype(drawn.dtype)
    flat = fresh.reshape(-1, *fresh.shape[-2:])
    for plane, masks in zip(flat, after.reshape(flat.shape), strict=True):
        _draw(plane, masks, ids)
    return fresh


def _draw(plane: np.ndarray, masks: np.ndarray, ids: np.ndarray) -> None:
    """Draw the outer borders of some objects into a slice."""
    from scipy.ndimage import binary_fill_holes, find_objects

    from segreview.shape.contour import border

    chosen = np.isin(masks, ids)
    places = np.where(chosen, np.searchsorted(ids, masks) + 1, 0)
    for id_, box in zip(ids, find_objects(places, max_label=ids.size), strict=True):
        if box is not None:
            outer = border(binary_fill_holes(masks[box] == id_))
            plane[box][outer] = id_


def encode(raster: Raster, model: bytes | None, path: Path) -> bytes:
    """New file with masks and outlines, and the name of the image in its folder, by which cellpose opens it.

    Raises
    ------
    LossError
        When there is a model, which is asked for numbers of another type.
    """
    if model is not None:
        raise LossError(
            f"{path} has no place for {raster.numbers.dtype} numbers.",
            "Save as a new file, or as TIFF.",
        )
    masks = raster.numbers
    outlines = outlined(np.zeros_like(masks), masks, np.zeros_like(masks), path)
    file = io.BytesIO()
    entries = np.array({"outlines": outlines, "masks": masks, **_image_in_folder(path)}, object)
    np.lib.format.write_array(file, entries, allow_pickle=True)
    return file.getvalue()


def _image_in_folder(path: Path) -> dict[str, str]:
    """Entry that names the image; empty where none of the name is in the folder."""
    stem = path.name.removesuffix("_seg.npy")
    names = (f"{stem}{end}" for end in _IMAGES)
    return next(({"filename": name} for name in names if (path.parent / name).is_file()), {})


def facts(content: bytes, path: Path) -> dict[str, str]:
    """What a file says beside masks and outlines: the digest of all other bytes, and the names of entries."""
    entries = _entries(_pickled(content, path), path)
    out = bytearray(content)
    for array in (entries.get("masks"), entries.get("outlines")):
        if isinstance(array, Array) and isinstance(array.data, Span):
            out[array.data.start : array.data.stop] = bytes(array.data.stop - array.data.start)
    return {"entries": ", ".join(map(str, entries))} | {"all other bytes": digest(bytes(out))}


def shape(path: Path) -> tuple[int, ...]:
    """Shape of the masks of a file; raises what `read` does."""
    return decode(file_bytes(path), path).numbers.shape


def sniff(path: Path, head: bytes) -> bool:  # noqa: ARG001 (the content alone decides)
    """Whether a file begins like .npy with a single Python object in it."""
    return npy.holds_an_object(head)


CODEC = Codec("cellpose", "cellpose (_seg.npy)", decode, revise, encode, KEEPS)

FORMAT = Format("cellpose", "cellpose (_seg.npy)", ("_seg.npy",), sniff, read, CODEC.write, KEEPS)
