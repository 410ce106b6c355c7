"""NumPy's archives (.npz): one array of labels in them, whose member alone is exchanged."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO

import numpy as np

from segreview.errors import ReadError
from segreview.formats.arrays import npy
from segreview.formats.format import Format, ReadOptions
from segreview.formats.guard import decoding, reading, refuse_absurd
from segreview.formats.raster import Codec, Raster, labels_of
from segreview.formats.zipped import exchanged
from segreview.model.labels import LabelImage

MAGIC = b"PK\3\4"

KEEPS = npy.KEEPS

_MOST_HEADER = 2**16
_MOST_MEMBERS = 1000

_NAMES = ("masks", "mask", "labels", "label", "segmentation", "seg", "instances", "gt", "y")
"""Names of arrays that hold labels, the surest first; they decide where several arrays could."""


def read(path: Path, options: ReadOptions) -> LabelImage:
    """Labels of the one array that can be a label image, or of the one whose name says that it is.

    Raises
    ------
    ReadError
        When the file is missing or damaged, when no array can be labels, or when several can.
    """
    raster, origin = CODEC.open(path)
    labels = labels_of(raster, options, origin)
    return replace(labels, reading=f"{labels.reading}; {raster.facts['which']}")


def decode(content: bytes, path: Path) -> Raster:
    """Numbers of the array that holds labels."""
    name, which = _choice(_heads(io.BytesIO(content), path), path)
    found = npy.decode(_member(content, name, path), path)
    return replace(found, facts={"member": name, "which": which})


def _heads(file: IO[bytes] | Path, path: Path) -> dict[str, npy.Header]:
    """Header of each array that can be a label image, by the name of its member."""
    heads = {}
    with _opened(file, path) as archive:
        members = [info for info in archive.infolist() if info.filename.endswith(".npy")]
        if len(members) > _MOST_MEMBERS:
            raise ReadError(f"{path} holds {len(members):,} arrays.", "Save the one with the labels alone.")
        for info in members:
            with archive.open(info) as member:
                head = _head(member.read(_MOST_HEADER), path / info.filename)
            if head is not None:
                _refuse_other_size(path, info, head)
                heads[info.filename] = head
    return heads


@contextmanager
def _opened(file: IO[bytes] | Path, path: Path) -> Iterator[zipfile.ZipFile]:
    """Archive open for reading; what is damaged in it is told in words."""
    with reading(path), decoding(path, ".npz"):
        try:
            with zipfile.ZipFile(file) as archive:
                yield archive
        except zipfile.BadZipFile as error:
            raise ValueError(str(error)) from error


def _head(start: bytes, path: Path) -> npy.Header | None:
    """Header of an array that can be a label image; None for others, such as texts and colours."""
    try:
        head = npy.header(start, path)
    except ReadError:
        return None
    return None if npy.is_colour(head.squeezed) else head


def _refuse_other_size(path: Path, info: zipfile.ZipInfo, head: npy.Header) -> None:
    """Refusal of a member that unpacks to another size than its own header tells."""
    refuse_absurd(path, head.nbytes)
    if info.file_size != head.offset + head.nbytes:
        raise ReadError(
            f"{path}: {info.filename} unpacks to {info.file_size:,} bytes, and its array of shape "
            f"{head.shape} has {head.offset + head.nbytes:,}.",
            "Fetch the file again or restore it from a backup.",
        )


def _choice(heads: dict[str, npy.Header], path: Path) -> tuple[str, str]:
    """Member that holds the labels, and why it is that one, in words."""
    names = {member.removesuffix(".npy"): member for member in heads}
    whole = [name for name, member in names.items() if heads[member].dtype.kind != "f"]
    known = [name for name in _NAMES if name in names]
    for alike in (known[:1], whole, list(names)):
        if len(alike) == 1:
            others = ", ".join(name for name in names if name != alike[0])[:100]
            return names[alike[0]], f"array {alike[0]}{f', not {others}' if others else ''}"
    if not names:
        raise ReadError(
            f"{path} holds no array of whole numbers with the axes (Y, X) or (Z, Y, X).",
            "Save the ids as one array: np.savez_compressed(path, masks=ids).",
        )
    raise ReadError(
        f"{path} holds several arrays that could be labels: {', '.join(names)[:200]}.",
        "Name the one that is meant masks, or save it alone: np.savez_compressed(path, masks=ids).",
    )


def _member(content: bytes, name: str, path: Path) -> bytes:
    """Unpacked bytes of a member, which are as many as the archive says, or fewer."""
    with _opened(io.BytesIO(content), path) as archive:
        return archive.read(name)


def revise(content: bytes, numbers: np.ndarray, path: Path) -> bytes:
    """Same archive with other numbers in one member; all others stay byte for byte."""
    name = _name(content, path)
    return _exchanged(content, name, npy.revise(_member(content, name, path), numbers, path), path)


def _exchanged(content: bytes, name: str, data: bytes, path: Path) -> bytes:
    """Archive with other data in one member; a list of members that belies itself is told in words."""
    with decoding(path, ".npz"):
        return exchanged(content, name, data, path)


def _name(content: bytes, path: Path) -> str:
    """Name of the member that holds the labels."""
    return _choice(_heads(io.BytesIO(content), path), path)[0]


def encode(raster: Raster, model: bytes | None, path: Path) -> bytes:
    """New archive with one array, ``masks``; or the model with that member in another type."""
    if model is not None:
        name = _name(model, path)
        return _exchanged(model, name, npy.encode(raster, _member(model, name, path), path), path)
    file = io.BytesIO()
    np.savez_compressed(file, masks=raster.numbers)
    return file.getvalue()


def facts(content: bytes, path: Path) -> dict[str, str]:
    """What an archive says beside the numbers of its labels: every other member, by its checksum."""
    name = _name(content, path)
    with _opened(io.BytesIO(content), path) as archive:
        kept = {
            info.filename: f"{info.CRC:08x} {info.date_time}"
            for info in archive.infolist()
            if info.filename != name
        }
        return npy.facts(archive.read(name), path) | kept | {"comment": archive.comment.hex()}


def shape(path: Path) -> tuple[int, ...]:
    """Shape of the labels of a file, by the header of their array."""
    heads = _heads(path, path)
    return heads[_choice(heads, path)[0]].squeezed


def sniff(path: Path, head: bytes) -> bool:
    """Whether a file is a zip archive whose first member, or whose name, is that of arrays."""
    size = int.from_bytes(head[26:28], "little")
    return head.startswith(MAGIC) and (
        head[30 : 30 + size].endswith(b".npy") or path.suffix.lower() == ".npz"
    )


CODEC = Codec("npz", "NumPy (.npz)", decode, revise, encode, KEEPS)

FORMAT = Format("npz", "NumPy archive (one array of it)", (".npz",), sniff, read, CODEC.write, KEEPS)
