"""Labels in OME-Zarr: a folder of chunks in several sizes, of which an edit writes those that it touches.

A path is that of the label image, ``x.zarr/labels/cells``, or of a store that has labels. Of zarr alone we
take decoding and encoding; the metadata are JSON, which stay as they are. ome-zarr-py would write whole
pyramids and their metadata anew, and brings Dask and network file systems along.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from segreview.errors import ReadError, WriteError
from segreview.formats.format import Format, Keeps, ReadOptions
from segreview.formats.guard import file_digest, reading, stamp_of
from segreview.formats.kind import refuse_too_large
from segreview.formats.naming import stem
from segreview.formats.pyramid import reduced
from segreview.formats.raster import Raster, digest, fitting, labels_of, numbers_of, same_file
from segreview.formats.replacing import Draft
from segreview.formats.zarr.new import new_store
from segreview.formats.zarr.ngff import Multiscale, label_folders, multiscale, names_labels
from segreview.formats.zarr.store import Store
from segreview.model.labels import LabelImage, Origin

NAME = "ome_zarr"

KEEPS = Keeps(
    dtypes=("uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64"),
    ndim=(2, 3),
    spacing=True,
)


def sniff(path: Path, _: bytes) -> bool:
    """Whether a path is a store that has labels, or may be one itself."""
    return path.is_dir() and names_labels(path)


def members(path: Path) -> dict[str, str]:
    """Label images of a store by their path in it; a single one is called like the store."""
    found = [folder for folder in label_folders(path) if folder != path]
    more = len(found) > 1
    names = (f"{stem(path)}_{folder.name}" if more else stem(path) for folder in found)
    return {
        folder.relative_to(path).as_posix(): f"{name}.zarr" for folder, name in zip(found, names, strict=True)
    }


def files(path: Path) -> tuple[Path, ...]:
    """What describes the label image that a path names, then its chunks; none where there is no store."""
    if not sniff(path, b""):
        return ()
    with reading(path, "folder"):
        return _image(path).files


def digests(path: Path) -> tuple[str, ...]:
    """Digest of all names and contents."""
    found = _image(path)
    return (_digest({_key(file, found.folder): file_digest(file) for file in found.files}),)


def shape(path: Path) -> tuple[int, ...]:
    """Shape of the labels, by what describes their first level."""
    found = _image(path)
    stored = found.described.array(found.levels[0]).shape
    return tuple(stored[i] for i in found.axes_of(stored).places)


def read(path: Path, options: ReadOptions) -> LabelImage:
    """Labels of a store, at full size.

    Raises
    ------
    ReadError
        When a file is damaged or missing, or the image has channels, or space and time; without zarr.
    """
    found = _image(path)
    there = found.files
    stamps = tuple(map(stamp_of, there))
    store = found.store(there)
    origin = Origin(NAME, there, (_digest_of(store),), stamps=stamps, place=found.folder)
    return labels_of(_raster(store.numbers(found.levels[0]), found), options, origin)


def _raster(numbers: np.ndarray, found: Multiscale) -> Raster:
    """Numbers of a label image without axes of length one."""
    axes = found.axes_of(numbers.shape)
    if "C" in axes.letters:
        raise ReadError(
            f"{found.folder} has channels: its shape is {numbers.shape}.",
            f"Labels have none. Is it the image? Then name it: --image {found.folder}.",
        )
    kept = numbers.reshape([numbers.shape[i] for i in axes.places])
    return Raster(kept, axes.letters, axes.spacing, axes.unit)


def write(labels: LabelImage, path: Path) -> tuple[Draft, ...]:
    """Files as they are going to be: chunks whose pixels changed, at every size; or all, of a new store.

    Raises
    ------
    LossError
        When an id does not fit.
    WriteError
        When the original was changed by another program, or a smaller copy follows from the labels by no
        rule; when a new store would replace what is there.
    """
    numbers, origin = numbers_of(labels), labels.origin
    there: Mapping[str, bytes | None] = {}
    if origin is None or origin.format != NAME:
        _refuse_other(path)
        fitted = fitting(numbers, KEEPS, FORMAT.title)
        store = new_store(Raster(fitted, labels.axes, labels.spacing, labels.unit), path)
    else:
        found, before = _original(origin)
        store = _revised(found, before, numbers)
        in_place = same_file(path, origin.path)
        there = before.contents if in_place else {_key(file, path): None for file in files(path)}
    drafts = [
        Draft.of_bytes(path / key, content)
        for key, content in store.contents.items()
        if there.get(key) != content
    ]
    drafts += [Draft.removal(path / key) for key in there if key not in store.contents]
    if drafts:
        drafts[0] = replace(drafts[0], digests=(_digest_of(store),))
    return tuple(drafts)


def _refuse_other(path: Path) -> None:
    """Refusal of a new store in the place of something else."""
    if path.is_dir() and any(path.iterdir()):
        raise WriteError(
            f"{path} exists already and is another store: nothing was written.", "Name a new one."
        )


def _revised(found: Multiscale, store: Store, numbers: np.ndarray) -> Store:
    """Same store with other labels at full size, and the smaller copies that follow from them."""
    first, *smaller = found.levels
    before = store.numbers(first)
    after = numbers.reshape(before.shape)
    if before.dtype == after.dtype and np.array_equal(before, after):
        return store
    whole = last = (before, after)
    store = store.revised(first, *whole)
    for level in smaller:
        old = store.numbers(level)
        new = reduced(old, (last, whole), found.folder / level)
        if before.dtype == after.dtype:
            refuse_too_large(new, old.dtype, str(found.folder / level))
            new = new.astype(old.dtype)
        last = old, new
        store = store.revised(level, *last)
    return store


def _original(origin: Origin) -> tuple[Multiscale, Store]:
    """Store that labels came from.

    Raises
    ------
    WriteError
        When it is gone, or differs from what was read.
    """
    try:
        found = multiscale(origin.path)
        store = found.store(found.files)
    except ReadError as error:
        raise WriteError(
            f"Saving exchanges the changed chunks of the original, but {error.message}",
            "Put the store back, or save the labels as a new file.",
        ) from error
    if (_digest_of(store),) != origin.digests:
        raise WriteError(
            f"{origin.path} was changed by another program since it was opened.",
            "Nothing was written. Save into another folder, or open it again to see what changed.",
        )
    return found, store


def _image(path: Path) -> Multiscale:
    """Label image that a path names.

    Raises
    ------
    ReadError
        When it names none, or several.
    """
    with reading(path, "folder"):
        found = label_folders(path)
    if len(found) > 1:
        raise ReadError(
            f"{path} holds {len(found)} label images, not one.", f"Name one of them, for example {found[0]}."
        )
    return multiscale(found[0] if found else path)


def beside(path: Path) -> dict[str, str]:
    """What describes the labels and their levels, to the letter."""
    return {key: content.hex() for key, content in _image(path).described.contents.items()}


def _key(file: Path, folder: Path) -> str:
    return file.relative_to(folder).as_posix()


def _digest_of(store: Store) -> str:
    return _digest({key: digest(content) for key, content in store.contents.items()})


def _digest(named: Mapping[str, str]) -> str:
    """Digest of files by their names and digests."""
    listed = "\n".join(f"{name} {named[name]}" for name in sorted(named))
    return digest(listed.encode())


FORMAT = Format(
    NAME,
    "OME-Zarr labels",
    (".zarr",),
    sniff,
    read,
    write,
    KEEPS,
    files,
    members,
    shape,
    digests,
    of_folders=True,
    beside=beside,
)
