"""NIfTI label volumes (.nii, .nii.gz), whose first axis is X: arrays here are ``(Z, Y, X)``."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from segreview.errors import LossError, ReadError
from segreview.formats.format import Format
from segreview.formats.guard import decoding, extra, first_bytes
from segreview.formats.raster import Codec, Raster
from segreview.formats.replacing import Draft
from segreview.formats.volumes import gzipped
from segreview.formats.volumes.volume import KEEPS, Volume
from segreview.model.labels import LabelImage

_SIZES = {1: 348, 2: 540}
"""Length of the header of each version in bytes."""

_UNITS = {"mm": "mm", "micron": "µm", "meter": "m"}
_MILLIMETRES = {"nm": 1e-6, "µm": 1e-3, "mm": 1.0, "cm": 10.0, "m": 1e3, "inch": 25.4}


@dataclass(frozen=True)
class _Volume(Volume):
    """What the header of a file tells: its axes X first.

    Parameters
    ----------
    header
        That of nibabel.
    scale
        What the numbers are multiplied by, and what is added then.
    """

    header: Any
    scale: tuple[float, float]


def decode(content: bytes, path: Path) -> Raster:
    """Numbers of a file.

    Raises
    ------
    ReadError
        When it is damaged, scaled, in two files, or has too many axes; or without nibabel.
    """
    found, data = _opened(content, path)
    slope, shift = found.scale
    if slope != 1 or shift != 0:
        raise ReadError(
            f"{path} multiplies its numbers by {slope} and adds {shift}: labels are not scaled.",
            "Save the labels without scaling (scl_slope 1, scl_inter 0).",
        )
    return _raster(found, data, path)


def picture(content: bytes, path: Path) -> Raster:
    """Numbers of a file that is no label volume, scaled as it says; raises what `decode` does otherwise."""
    found, data = _opened(content, path)
    raster, (slope, shift) = _raster(found, data, path), found.scale
    if slope == 1 and shift == 0:
        return raster
    return replace(raster, numbers=(raster.numbers * slope + shift).astype(np.float32))


def _raster(found: _Volume, data: bytes, path: Path) -> Raster:
    """Numbers as they are stored."""
    return Raster(found.numbers(data, found.start), found.axes, *_pixel_size(found, path))


def _opened(content: bytes, path: Path) -> tuple[_Volume, bytes]:
    """What the header tells, and the unpacked file, which holds all that it announces."""
    found = _volume(gzipped.first_unpacked(content, _SIZES[2]), path)
    return found, found.unpacked(partial(gzipped.unpacked, content, path=path), path, "NIfTI", found.start)


def _volume(start: bytes, path: Path) -> _Volume:
    """Header out of the first unpacked bytes."""
    version = _version(start)
    if version is None or start[4:7] == b"ni2" or start[344:347] == b"ni1":
        raise ReadError(
            f"{path} keeps its header and its numbers in two files.", "Save it as one file: .nii or .nii.gz."
        )
    with _nibabel(path) as nibabel:
        kind = nibabel.Nifti1Header if version == 1 else nibabel.Nifti2Header
        header = kind(start[: _SIZES[version]], check=False)
        shape = tuple(int(n) for n in header.get_data_shape())
        dtype = header.get_data_dtype()
        slope, shift = header.get_slope_inter()
        offset = int(header["vox_offset"])
        if offset < _SIZES[version] or not shape or min(shape) < 1:
            raise ValueError(f"its shape is {shape}, and its numbers begin at byte {offset}")
    if dtype.kind not in "iuf" or dtype.itemsize > 8:
        raise ReadError(f"{path} holds {dtype} values, not labels.", "Labels are whole numbers.")
    scale = (1.0 if slope is None else float(slope), float(shift or 0))
    return _Volume(shape, *_axes(shape, path), dtype, offset, header, scale)


def _axes(shape: tuple[int, ...], path: Path) -> tuple[tuple[int, ...], str]:
    """Places and letters of the axes of the label image, for a shape with X first."""
    long = {i for i, n in enumerate(shape) if n > 1 or i < 2}
    axes = {2: "YX", 3: "TYX" if 3 in long else "ZYX"}.get(len(long), "")
    if len(shape) < 2 or not axes or max(long) > 3:
        raise ReadError(
            f"{path} has the shape {shape}, X first; labels are (X, Y), (X, Y, Z) or (X, Y, 1, T).",
            "Save one volume or one slice per file.",
        )
    return tuple(sorted(long, reverse=True)), axes


@contextmanager
def _nibabel(path: Path) -> Iterator[Any]:
    """nibabel, whose own errors are told as those of a damaged file."""
    nibabel = extra("nibabel", "volumes", path)
    with decoding(path, "NIfTI"):
        try:
            yield nibabel
        except (nibabel.spatialimages.HeaderDataError, nibabel.wrapstruct.WrapStructError) as error:
            raise ValueError(str(error)) from error


def _pixel_size(found: _Volume, path: Path) -> tuple[tuple[float, ...], str]:
    """Size of a pixel along the axes of the label image, and its unit; millimetres where it is not told."""
    with _nibabel(path):
        zooms = [float(zoom) for zoom in found.header.get_zooms()]
        unit = _UNITS.get(found.header.get_xyzt_units()[0])
    good = [zoom if i < 3 and 0 < zoom < math.inf else 1.0 for i, zoom in enumerate(zooms)]
    spacing = tuple(good[i] for i in found.kept)
    return spacing, unit or ("pixel" if set(spacing) == {1.0} else "mm")


def revise(content: bytes, numbers: np.ndarray, path: Path) -> bytes:
    """Same file with other numbers; header, extensions and what lies behind the numbers stay."""
    found, data = _opened(content, path)
    stored = numbers.astype(found.dtype).tobytes()
    rest = data[found.start + len(stored) :]
    return gzipped.packed(content, data[: found.start] + stored + rest)


def encode(raster: Raster, model: bytes | None, path: Path) -> bytes:
    """New file; or the model with numbers of another type, its header otherwise as it was."""
    if model is None:
        content = _new(raster, path)
        return gzipped.fresh(content) if path.name.lower().endswith(".gz") else content
    found, data = _opened(model, path)
    with _nibabel(path):
        header = found.header.copy()
        header.set_data_dtype(raster.numbers.dtype)
        block = header.binaryblock
    stored = raster.numbers.astype(raster.numbers.dtype.newbyteorder(header.endianness)).tobytes()
    rest = data[found.start + found.nbytes :]
    return gzipped.packed(model, block + data[len(block) : found.start] + stored + rest)


def _new(raster: Raster, path: Path) -> bytes:
    """Unpacked new file: X first, the pixel size on the diagonal of the affine matrix."""
    sizes, unit = raster.spacing[::-1], raster.unit
    if unit not in _MILLIMETRES and unit != "pixel":
        raise LossError(f"{path}: NIfTI has no unit {unit!r}.", "Tell the pixel size in µm or mm.")
    if unit not in (*_UNITS.values(), "pixel"):
        sizes, unit = tuple(size * _MILLIMETRES[unit] for size in sizes), "mm"
    data = raster.numbers.T
    if raster.axes == "TYX":
        data = data[:, :, np.newaxis]
    affine = np.diag([*sizes[:2], sizes[2] if raster.axes == "ZYX" else 1.0, 1.0])
    with _nibabel(path) as nibabel:
        kind = nibabel.Nifti1Image if max(data.shape) < 2**15 else nibabel.Nifti2Image
        image = kind(data, affine, dtype=data.dtype)
        image.header.set_xyzt_units(next((name for name, own in _UNITS.items() if own == unit), "unknown"))
        content: bytes = image.to_bytes()
    return content


def write(labels: LabelImage, path: Path) -> tuple[Draft, ...]:
    """File as it is going to be; packed where its name ends in ``.gz``. Raises what `Codec.write` does."""
    drafts = CODEC.write(labels, path)
    return tuple(replace(draft, content=_as_named(draft.content, path)) for draft in drafts)


def _as_named(content: bytes, path: Path) -> bytes:
    """File that is packed if its name says so: other programs go by the name."""
    is_packed, shall_be = content.startswith(gzipped.MAGIC), path.name.lower().endswith(".gz")
    if is_packed == shall_be:
        return content
    return gzipped.fresh(content) if shall_be else _opened(content, path)[1]


def facts(content: bytes, path: Path) -> dict[str, str]:
    """What a file says beside its numbers: header, extensions, and what lies behind."""
    found, data = _opened(content, path)
    packed = "gzip" if content.startswith(gzipped.MAGIC) else "none"
    rest = data[found.start + found.nbytes :]
    return {"compression": packed, "header": data[: found.start].hex(), "behind": rest.hex()}


def shape(path: Path) -> tuple[int, ...]:
    """Shape of the labels of a file, by its header."""
    return _volume(gzipped.first_unpacked(first_bytes(path), _SIZES[2]), path).squeezed


def _version(start: bytes) -> int | None:
    """Version of NIfTI that a file's first unpacked bytes tell; None for other files."""
    if start[4:7] in (b"n+2", b"ni2"):
        return 2
    return 1 if start[344:348] in (b"n+1\0", b"ni1\0") else None


def sniff(path: Path, head: bytes) -> bool:  # noqa: ARG001 (the content alone decides)
    """Whether a file begins like NIfTI, packed or not."""
    return _version(gzipped.first_unpacked(head, _SIZES[2])) is not None


CODEC = Codec("nifti", "NIfTI", decode, revise, encode, KEEPS)

FORMAT = Format("nifti", "NIfTI volume", (".nii.gz", ".nii"), sniff, CODEC.read, write, KEEPS)
