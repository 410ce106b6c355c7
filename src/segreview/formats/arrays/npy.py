"""NumPy's own files (.npy): one plain array, without pickled objects."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from segreview.errors import ReadError
from segreview.formats.format import Format, Keeps
from segreview.formats.guard import decoding, is_size, refuse_absurd
from segreview.formats.raster import Codec, Raster

MAGIC = b"\x93NUMPY"

KEEPS = Keeps(
    dtypes=(
        "bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64",
        "float16", "float32", "float64",
    ),
    ndim=(2, 3),
)  # fmt: skip


@dataclass(frozen=True)
class Header:
    """What stands before the numbers of a .npy file.

    Parameters
    ----------
    shape
        Shape of the array as stored, singleton axes included.
    fortran
        Whether the first axis varies fastest.
    dtype
        Type of the numbers with the file's byte order.
    offset
        Position of the first number in bytes.
    """

    shape: tuple[int, ...]
    fortran: bool
    dtype: np.dtype[Any]
    offset: int

    @property
    def nbytes(self) -> int:
        """Size of all numbers in bytes."""
        return math.prod(self.shape) * self.dtype.itemsize

    @property
    def squeezed(self) -> tuple[int, ...]:
        """Shape without leading axes of length one beyond the two of an image."""
        shape = self.shape
        while len(shape) > 2 and shape[0] == 1:
            shape = shape[1:]
        return shape


def header(start: bytes, path: Path) -> Header:
    """Header of a .npy file.

    Raises
    ------
    ReadError
        When it is damaged, or the array is not one of plain numbers with 2 or 3 axes.
    """
    file = io.BytesIO(start)
    with decoding(path, ".npy"):
        version = np.lib.format.read_magic(file)
        if version == (1, 0):
            shape, fortran, dtype = np.lib.format.read_array_header_1_0(file)
        else:
            shape, fortran, dtype = np.lib.format.read_array_header_2_0(file)
    if dtype.hasobject or dtype.kind not in "biuf":
        raise ReadError(
            f"{path} holds {dtype} values, not an array of numbers.",
            "Python objects in .npy files can run code, so they are never opened; save the array alone.",
        )
    found = Header(shape, fortran, dtype, file.tell())
    if len(found.squeezed) not in KEEPS.ndim or not all(map(is_size, shape)):
        raise ReadError(
            f"{path} holds an array of shape {shape}; labels are (Y, X) or (Z, Y, X).",
            "Save one image or one stack per file.",
        )
    return found


def numbers_in(content: bytes, path: Path) -> tuple[np.ndarray, Header]:
    """Array of a .npy file in the file's byte order and shape, not a copy, and its header."""
    found = header(content, path)
    refuse_absurd(path, found.nbytes)
    if len(content) < found.offset + found.nbytes:
        raise ReadError(
            f"{path} is cut short: {found.nbytes} bytes of numbers are announced, "
            f"{len(content) - found.offset} are there.",
            "Fetch the file again or restore it from a backup.",
        )
    flat = np.frombuffer(content, found.dtype, count=math.prod(found.shape), offset=found.offset)
    return flat.reshape(found.shape, order="F" if found.fortran else "C"), found


def is_colour(shape: tuple[int, ...]) -> bool:
    """Whether the last axis of a plain array holds colours."""
    return len(shape) == 3 and shape[2] in (3, 4) and min(shape[:2]) > 4


def decode(content: bytes, path: Path) -> Raster:
    """Numbers of a .npy file."""
    stored, found = numbers_in(content, path)
    numbers = stored.reshape(found.squeezed).astype(found.dtype.newbyteorder("="), order="C")
    if is_colour(numbers.shape):
        raise ReadError(
            f"{path} holds an array of shape {numbers.shape}: that is a colour image, not labels.",
            "Save the ids as one array (Y, X).",
        )
    return Raster(numbers, "ZYX"[-numbers.ndim :])


def revise(content: bytes, numbers: np.ndarray, path: Path) -> bytes:
    """Same file with other numbers; header, order and byte order stay."""
    found = header(content, path)
    stored = numbers.reshape(found.shape).astype(found.dtype)
    data = stored.tobytes(order="F" if found.fortran else "C")
    return content[: found.offset] + data + content[found.offset + len(data) :]


def encode(raster: Raster, model: bytes | None, path: Path) -> bytes:
    """New file; the shape of the model is kept, with its singleton axes."""
    numbers, fortran = raster.numbers, False
    if model is not None:
        found = header(model, path)
        numbers, fortran = numbers.reshape(found.shape), found.fortran
    file = io.BytesIO()
    array = np.asfortranarray(numbers) if fortran else np.ascontiguousarray(numbers)
    np.lib.format.write_array(file, array, allow_pickle=False)
    return file.getvalue()


def facts(content: bytes, path: Path) -> dict[str, str]:
    """What a file says beside its numbers."""
    head = header(content, path)
    return {"number type": str(head.dtype), "order": "Fortran" if head.fortran else "C"}


def holds_an_object(head: bytes) -> bool:
    """Whether a file begins like .npy with a single Python object in it, rather than an array."""
    text = head[:128]
    return head.startswith(MAGIC) and b"'descr': '|O'" in text and b"'shape': ()" in text


def sniff(path: Path, head: bytes) -> bool:  # noqa: ARG001 (the content alone decides)
    """Whether a file begins like .npy and holds an array."""
    return head.startswith(MAGIC) and not holds_an_object(head)


CODEC = Codec("npy", "NumPy (.npy)", decode, revise, encode, KEEPS)

FORMAT = Format("npy", "NumPy array", (".npy",), sniff, CODEC.read, CODEC.write, KEEPS)
