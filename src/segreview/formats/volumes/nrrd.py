"""NRRD label volumes (.nrrd), whose first axis is X: arrays here are ``(Z, Y, X)``."""

from __future__ import annotations

import bz2
import io
import math
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from segreview.errors import LossError, ReadError
from segreview.formats.format import Format
from segreview.formats.guard import decoding, extra, file_bytes
from segreview.formats.raster import Codec, Raster
from segreview.formats.volumes import gzipped
from segreview.formats.volumes.volume import KEEPS, Volume

MAGIC = b"NRRD000"

_PLAIN, _GZIP, _BZIP2 = ("raw",), ("gzip", "gz"), ("bzip2", "bz2")

_TYPES = {"float32": "float", "float64": "double"}
"""Types that NRRD names otherwise than NumPy."""

_SPATIAL = ("domain", "space", "none", "???")
_MICRO = ("um", "µm", "micron", "microns", "micrometer", "micrometers")
_MILLI = ("mm", "millimeter", "millimeters")


@dataclass(frozen=True)
class _Volume(Volume):
    """What the header of a file tells: its axes X last, and where it ends.

    Parameters
    ----------
    fields
        Those of the header, as pynrrd reads them.
    """

    fields: Mapping[str, Any]


def decode(content: bytes, path: Path) -> Raster:
    """Numbers of a file.

    Raises
    ------
    ReadError
        When it is damaged, in several files, or has too many axes; without pynrrd.
    """
    found, data = _opened(content, path)
    with decoding(path, "NRRD"):
        return Raster(found.numbers(data), found.axes, *_pixel_size(found))


def _opened(content: bytes, path: Path) -> tuple[_Volume, bytes]:
    """What the header tells, and the unpacked numbers with what lies behind them."""
    found = _volume(content, path)
    unpack = partial(_unpacked, content[found.start :], found.fields["encoding"], path)
    return found, found.unpacked(unpack, path, "NRRD")


def _unpacked(data: bytes, encoding: str, path: Path, most: int) -> bytes:
    """First so many bytes of the numbers that follow the header."""
    if encoding in _GZIP:
        if not data.startswith(gzipped.MAGIC):
            raise ValueError("its numbers are not packed as it says")
        return gzipped.unpacked(data, most, path)
    if encoding in _BZIP2:
        return bz2.BZ2Decompressor().decompress(data, most)
    return data


def _volume(content: bytes, path: Path) -> _Volume:
    """Header of a file."""
    with _pynrrd(path) as nrrd:
        file = io.BytesIO(content)
        fields = nrrd.read_header(file)
        shape = tuple(int(n) for n in reversed(fields["sizes"]))
        kinds = fields.get("kinds", shape)
        if len(shape) != fields["dimension"] or len(kinds) != len(shape) or min(shape) < 1:
            raise ValueError(f"its sizes are {shape[::-1]}")
    name = next((fields[key] for key in ("data file", "datafile") if key in fields), None)
    if name is not None:
        raise ReadError(f"{path} keeps its numbers in another file ({name}).", "Save it as one .nrrd file.")
    skips = any(fields.get(key, 0) for key in ("line skip", "lineskip", "byte skip", "byteskip"))
    if skips or fields.get("encoding") not in (*_PLAIN, *_GZIP, *_BZIP2):
        raise ReadError(
            f"{path} stores its numbers as {'parts of' if skips else fields.get('encoding')} data.",
            "Save it as raw or gzip NRRD.",
        )
    with _pynrrd(path) as nrrd:
        # One number of zeros, read as such a file would hold it: pynrrd alone knows all names of types.
        one = {**fields, "encoding": "raw", "sizes": np.ones(len(shape), int)}
        dtype = nrrd.read_data(one, io.BytesIO(bytes(16))).dtype
    return _Volume(shape, *_axes(fields, shape, path), dtype, file.tell(), fields)


def _axes(fields: Mapping[str, Any], shape: tuple[int, ...], path: Path) -> tuple[tuple[int, ...], str]:
    """Places and letters of the axes of the label image, for a shape with X last."""
    kinds = list(reversed(fields.get("kinds", ["domain"] * len(shape))))
    spare = len(shape) - 2
    kept = tuple(i for i, n in enumerate(shape) if n > 1 or (i >= spare and kinds[i] in _SPATIAL))
    axes = "".join("T" if kinds[i] == "time" else "?" if kinds[i] not in _SPATIAL else "S" for i in kept)
    found = {"SS": "YX", "SSS": "ZYX", "TSS": "TYX"}.get(axes)
    if found is None:
        raise ReadError(
            f"{path} has the sizes {shape[::-1]} of the kinds {kinds[::-1]}; labels are X, Y or X, Y, Z.",
            "Save one label map per file: segments that overlap lie in layers, which are no label map.",
        )
    return kept, found


@contextmanager
def _pynrrd(path: Path) -> Iterator[Any]:
    """pynrrd, whose own errors are told as those of a damaged file."""
    nrrd = extra("nrrd", "volumes", path, "pynrrd")
    with decoding(path, "NRRD"):
        try:
            yield nrrd
        except (nrrd.NRRDError, StopIteration) as error:
            raise ValueError(str(error) or "its header ends too soon") from error


def _pixel_size(found: _Volume) -> tuple[tuple[float, ...], str]:
    """Size of a pixel along the axes of the label image, and its unit; millimetres where it is not told."""
    fields = found.fields
    directions = fields.get("space directions")
    if directions is not None:
        sizes = [float(np.linalg.norm(row)) if row is not None else 1.0 for row in directions]
    else:
        sizes = [float(size) for size in fields.get("spacings", [1.0] * len(found.shape))]
    sizes = [size if 0 < size < math.inf else 1.0 for size in reversed(sizes)]
    spacing = tuple(1.0 if axis == "T" else sizes[i] for i, axis in zip(found.kept, found.axes, strict=True))
    return spacing, _unit(fields) or ("pixel" if set(spacing) == {1.0} else "mm")


def _unit(fields: Mapping[str, Any]) -> str:
    """Unit of the first axis, which is X; empty when it is not told."""
    told = fields.get("space units", fields.get("units", ()))
    first = str(told[0]).strip().strip('"') if len(told) else ""
    return "µm" if first in _MICRO else "mm" if first in _MILLI else first


def revise(content: bytes, numbers: np.ndarray, path: Path) -> bytes:
    """Same file with other numbers; its header stays byte for byte."""
    found, data = _opened(content, path)
    stored = numbers.astype(found.dtype).tobytes()
    return content[: found.start] + _packed(content, found, stored + data[found.nbytes :])


def _packed(content: bytes, found: _Volume, data: bytes) -> bytes:
    """Numbers as they follow the header."""
    if found.fields["encoding"] in _BZIP2:
        return bz2.compress(data)
    return gzipped.packed(content[found.start :], data) if found.fields["encoding"] in _GZIP else data


def encode(raster: Raster, model: bytes | None, path: Path) -> bytes:
    """New file, gzip inside; or the model with numbers of another type, its header otherwise as it was."""
    if model is None:
        return _new(raster, path)
    found, data = _opened(model, path)
    big = str(found.fields.get("endian", "little")).lower() == "big"
    stored = raster.numbers.astype(raster.numbers.dtype.newbyteorder(">" if big else "<")).tobytes()
    told = f"type: {_TYPES.get(raster.numbers.dtype.name, raster.numbers.dtype.name)}"
    if "endian" not in found.fields:
        told += "\nendian: little"
    head = re.sub(rb"(?m)^type:[^\r\n]*", told.encode(), model[: found.start], count=1)
    return head + _packed(model, found, stored + data[found.nbytes :])


def _new(raster: Raster, path: Path) -> bytes:
    """New file: X first."""
    file = io.BytesIO()
    kinds = ["domain", "domain", "time" if raster.axes == "TYX" else "domain"]
    fields: dict[str, Any] = {
        "kinds": kinds[: raster.numbers.ndim],
        "spacings": list(raster.spacing[::-1]),
        "encoding": "gzip",
    }
    unit = "um" if raster.unit == "µm" else raster.unit
    if not unit.isascii():
        raise LossError(
            f"{path}: NRRD has no letters for the unit {unit}.", "Tell the pixel size in µm or mm."
        )
    if unit != "pixel":
        fields["units"] = ["" if kind == "time" else unit for kind in fields["kinds"]]
    with _pynrrd(path) as nrrd:
        nrrd.write(file, raster.numbers, fields, index_order="C")
    return file.getvalue()


def facts(content: bytes, path: Path) -> dict[str, str]:
    """What a file says beside its numbers: header and what lies behind."""
    found, data = _opened(content, path)
    header = content[: found.start].decode("latin-1")
    rest = data[found.nbytes :]
    return {"compression": str(found.fields["encoding"]), "header": header, "behind": rest.hex()}


def shape(path: Path) -> tuple[int, ...]:
    """Shape of the labels of a file, by its header."""
    return _volume(file_bytes(path), path).squeezed


def sniff(path: Path, head: bytes) -> bool:  # noqa: ARG001 (the content alone decides)
    """Whether a file begins like NRRD."""
    return head.startswith(MAGIC)


CODEC = Codec("nrrd", "NRRD", decode, revise, encode, KEEPS)

FORMAT = Format("nrrd", "NRRD volume", (".nrrd",), sniff, CODEC.read, CODEC.write, KEEPS)
