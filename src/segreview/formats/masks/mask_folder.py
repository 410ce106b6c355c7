"""Folders of masks: one image's objects, each in a PNG of its own, as the Data Science Bowl 2018 has them.

Nothing in such a folder says that its files belong to one image. It is known by its name and its
neighbour: a folder ``masks`` beside a folder ``images`` with one picture, or beside other such folders.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from segreview.errors import LossError, ReadError, WriteError
from segreview.formats.format import Format, Keeps, ReadOptions
from segreview.formats.guard import file_bytes, file_digest, reading, stamp_of
from segreview.formats.image import spatial_shape
from segreview.formats.kind import distinct
from segreview.formats.naming import natural
from segreview.formats.planes import Part, repainted, stacked
from segreview.formats.png import png
from segreview.formats.png.chunks import SIGNATURE
from segreview.formats.raster import Raster, digest, same_file
from segreview.formats.replacing import Draft
from segreview.model.box import Box, shape_text
from segreview.model.labels import Kind, LabelImage, Origin

NAME = "masks"

KEEPS = Keeps(dtypes=("int32", "int64"), ndim=(2,), overlaps=True, ids=False)


def sniff(path: Path, _: bytes) -> bool:
    """Whether a path is a folder of masks, by its name and its neighbours."""
    if path.name.lower() != NAME or not files(path):
        return False
    pictures = path.with_name("images")
    alone = pictures.is_dir() and sum(file.is_file() for file in pictures.iterdir()) == 1
    return alone or any(other.is_dir() for other in path.parent.parent.glob(f"*/{NAME}") if other != path)


def files(path: Path) -> tuple[Path, ...]:
    """PNG files of a folder, in natural order of their names; none when it does not exist."""
    if not path.is_dir():
        return ()
    with reading(path, "folder"):
        found = [file for file in path.iterdir() if file.suffix.lower() == ".png" and file.name[0] != "."]
    return tuple(sorted(found, key=lambda file: natural(file.name)))


def digests(path: Path) -> tuple[str, ...]:
    """Digest of all names and contents."""
    return (_digest({file.name: file_digest(file) for file in files(path)}),)


def shape(path: Path) -> tuple[int, ...]:
    """Shape of the first mask; empty when there is none."""
    found = files(path)
    return spatial_shape(found[0]) if found else ()


def read(path: Path, options: ReadOptions) -> LabelImage:
    """Labels of a folder: objects are numbered in the order of the files, from 1.

    Raises
    ------
    ReadError
        When a file is damaged, no mask, or of another shape than the others, or there is none.
    """
    there = files(path)
    stamps = tuple(map(stamp_of, there))
    if not there:
        raise ReadError(f"{path} holds no PNG.", "A folder of masks has one PNG for each object.")
    if options.kind not in (None, Kind.INSTANCE):
        raise ReadError(
            f"{path} holds a mask for each object, which are no {options.kind} labels.",
            "Leave out --kind, or say instance.",
        )
    contents = {file: file_bytes(file) for file in there}
    parts = dict(enumerate(_parts(contents), 1))
    planes = stacked(parts, shape(path))
    named = {file.name: digest(content) for file, content in contents.items()}
    origin = Origin(
        "masks",
        there,
        (_digest(named),),
        stamps=stamps,
        place=path,
        order=tuple(parts),
    )
    lie = f", in {len(planes)} planes as some overlap" if len(planes) > 1 else ""
    told = f"read as instance labels: {len(there)} objects of a mask each{lie}"
    return LabelImage(planes, "YX", ontology=options.ontology, origin=origin, reading=told)


def write(labels: LabelImage, path: Path) -> tuple[Draft, ...]:
    """Files as they are going to be: of objects that changed, that are new, and that are gone.

    Raises
    ------
    LossError
        When labels are classes alone.
    WriteError
        When an original is gone or was changed by another program, or another folder holds other masks.
    """
    if labels.kind is Kind.SEMANTIC:
        raise LossError(
            f"{path} would hold a mask for each object, and these labels are classes of pixels.",
            "Save in a format of pixels, for example TIFF or PNG.",
        )
    origin = labels.origin if labels.origin is not None and labels.origin.format == "masks" else None
    contents = {} if origin is None else _originals(origin)
    ids = dict(zip(contents, () if origin is None else origin.order, strict=True))
    masks = dict(zip(ids.values(), _parts(contents), strict=True))
    changed = repainted(masks, labels)
    after: dict[str, tuple[int, bytes]] = {}
    for file, id_ in ids.items():
        if (part := changed.pop(id_, masks[id_])) is not None:
            same = part is masks[id_]
            after[file.name] = id_, contents[file] if same else _redrawn(contents[file], part, file)
    for id_, part in changed.items():
        if part is not None:
            mask = part.within(Box.of_shape(labels.shape))
            after[f"{digest(np.packbits(mask).tobytes())}.png"] = id_, _drawn(mask, path)
    return _drafts(path, after, {file.name: content for file, content in contents.items()}, origin)


def _drafts(
    folder: Path, after: Mapping[str, tuple[int, bytes]], before: Mapping[str, bytes], origin: Origin | None
) -> tuple[Draft, ...]:
    """Files that differ from those in a folder, the first of them with what the labels will be known by."""
    names = sorted(after, key=natural)
    in_place = origin is not None and same_file(folder, origin.path)
    if not in_place:
        _refuse_others(folder, after)
    drafts = [
        Draft(folder / name, after[name][1], partial(_decodes, folder / name))
        for name in names
        if not in_place or before.get(name) != after[name][1]
    ]
    drafts += [Draft.removal(folder / name) for name in before if in_place and name not in after]
    if drafts:
        known = _digest({name: digest(after[name][1]) for name in names})
        drafts[0] = replace(drafts[0], digests=(known,), order=tuple(after[name][0] for name in names))
    return tuple(drafts)


def _refuse_others(folder: Path, after: Mapping[str, object]) -> None:
    """Refusal of a folder with masks that would stay, and be read as objects of these labels."""
    others = [file.name for file in files(folder) if file.name not in after]
    if others:
        raise WriteError(
            f"{folder} holds {others[0]}, which would be read as one more object: nothing was written.",
            "Name a folder that is new or empty.",
        )


def _originals(origin: Origin) -> dict[Path, bytes]:
    """Contents of the files that labels came from.

    Raises
    ------
    WriteError
        When one is gone, or they differ from what was read.
    """
    if digests(origin.path) != origin.digests:
        raise WriteError(
            f"{origin.path} was changed by another program since it was opened.",
            "Nothing was written. Save into another folder, or open it again to see what changed.",
        )
    return {file: file_bytes(file) for file in origin.files}


def _parts(contents: Mapping[Path, bytes]) -> list[Part]:
    """Pixels of each mask: those that are not zero."""
    found: list[Part] = []
    shape: tuple[int, ...] = ()
    for file, content in contents.items():
        numbers = _numbers(content, file)
        shape = shape or numbers.shape
        if numbers.shape != shape:
            raise ReadError(
                f"{file} is {shape_text(numbers.shape)} pixels and others of its folder {shape_text(shape)}.",
                "The masks of a folder are of one image. Fetch the file again.",
            )
        found.append(Part.of_mask(numbers != 0))
    return found


def _numbers(content: bytes, file: Path) -> np.ndarray:
    """Numbers of one mask."""
    if not content.startswith(SIGNATURE):
        raise ReadError(f"{file} is no PNG file.", "A folder of masks has one PNG for each object.")
    numbers = png.decode(content, file).numbers
    if distinct(numbers).size > 2:
        raise ReadError(
            f"{file} is no mask of one object: it holds {distinct(numbers).size} values.",
            "Open the file itself, if it holds labels.",
        )
    return numbers


def _redrawn(content: bytes, part: Part, file: Path) -> bytes:
    """Same PNG with the pixels of its object exchanged."""
    numbers = _numbers(content, file)
    value = int(numbers.max()) or 255
    mask = part.within(Box.of_shape(numbers.shape))
    return png.revise(content, np.where(mask, value, 0).astype(numbers.dtype), file)


def _drawn(mask: np.ndarray, path: Path) -> bytes:
    """New PNG of an object."""
    return png.encode(Raster(np.where(mask, 255, 0).astype(np.uint8), "YX"), None, path)


def _decodes(file: Path, content: bytes) -> bool:
    """Whether a file is a mask again; that its bytes are those that were meant is compared besides."""
    return _numbers(content, file).size > 0


def _digest(named: Mapping[str, str]) -> str:
    """Digest of files by their names and digests."""
    listed = "\n".join(f"{name} {named[name]}" for name in sorted(named, key=natural))
    return hashlib.sha256(listed.encode()).hexdigest()


FORMAT = Format(
    "masks",
    "a folder of masks, one for each object (Data Science Bowl 2018)",
    (),
    sniff,
    read,
    write,
    KEEPS,
    files,
    shape=shape,
    digests=digests,
    of_folders=True,
)
