"""The files that labels came from, or were written to: whether they still are as they were."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from segreview.formats.guard import stamp_of
from segreview.model.labels import Origin


@dataclass(frozen=True)
class Copy:
    """Files in another folder that labels were written to, and the state of the journal that they hold."""

    files: Origin
    node: int


def digest_of(file: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def written(origin: Origin, files: Sequence[Path], digests: Sequence[str]) -> Origin:
    """Origin of the same labels in files that were just written."""
    stamps = tuple(map(stamp_of, files))
    return replace(origin, files=tuple(files), digests=tuple(digests), stamps=stamps)


def changed_file(origin: Origin) -> Path | None:
    """First file of labels that is not as it was read or written last; None when all are.

    A file whose stamp is the same is not read. That decides what is said and compared, not what is
    written over: what a save starts from is compared byte for byte.
    """
    stamps = origin.stamps or (None,) * len(origin.files)
    for file, digest, stamp in zip(origin.files, origin.digests, stamps, strict=True):
        if stamp is not None and stamp == stamp_of(file):
            continue
        try:
            same = digest_of(file) == digest
        except OSError:
            same = False
        if not same:
            return file
    return None
