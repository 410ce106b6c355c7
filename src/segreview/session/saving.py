"""Saving: the corrected labels in the format in which they came, proved by reading them again."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from segreview.errors import WriteError
from segreview.formats.registry import write
from segreview.model.labels import Origin
from segreview.session.review import Review


@dataclass(frozen=True)
class Saved:
    """What a save did.

    Parameters
    ----------
    files
        Files that were written; empty when there was nothing to write.
    backups
        Copies of the originals that were replaced.
    edits
        Number of gestures with edits that the files now hold and did not before.
    """

    files: tuple[Path, ...]
    backups: tuple[Path, ...]
    edits: int

    def __str__(self) -> str:
        if not self.files:
            return "Nothing to write: the files already hold these labels."
        names = ", ".join(file.name for file in self.files)
        return f"Saved {names} in {self.files[0].parent}, read again and found equal."


def digest_of(file: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def save(review: Review, folder: Path | None = None) -> Saved:
    """Write the labels over their files, or under the same names into another folder.

    A review without edits writes nothing. The original is copied into the review's own folder
    before it is replaced for the first time.

    Parameters
    ----------
    review
        The review.
    folder
        Where to write; None for the labels' own place.

    Raises
    ------
    WriteError
        When the files cannot be written or do not read back as the labels are; the target is then
        as it was, and the edits stay in the journal.
    """
    labels, edits = review.reference, review.unwritten
    if labels.origin is None:
        raise WriteError("These labels were made in memory: there is no file to save them to.")
    target = labels.origin.path if folder is None else _target_in(folder, labels.origin)
    if edits == 0 and target.exists():
        return Saved((), (), 0)
    backups = _back_up(labels.origin, review.journal.path.parent / "backup") if folder is None else ()
    files = write(labels, target, format=labels.origin.format)
    digests = tuple(digest_of(file) for file in files)
    review.mark_saved(files, digests, in_place=folder is None)
    return Saved(files, backups, edits)


def _target_in(folder: Path, origin: Origin) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteError(
            f"The folder {folder} cannot be made: {error.strerror or error}.",
            "Choose another folder; the edits are safe in the journal.",
        ) from error
    return folder / origin.path.name


def _back_up(origin: Origin, folder: Path) -> tuple[Path, ...]:
    """Copies of the original files, made once, under names that tell their content."""
    copies = []
    for file, digest in zip(origin.files, origin.digests, strict=True):
        copy = folder / f"{digest[:12]}-{file.name}"
        if not copy.exists():
            _copy_verified(file, copy, digest)
        copies.append(copy)
    return tuple(copies)


def _copy_verified(file: Path, copy: Path, digest: str) -> None:
    try:
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
        whole = digest_of(copy) == digest
    except OSError as error:
        copy.unlink(missing_ok=True)
        raise WriteError(
            f"No backup of {file} could be made in {copy.parent}: {error.strerror or error}.",
            "Nothing was written over the original. Free some space, or save into another folder.",
        ) from error
    if not whole:
        copy.unlink(missing_ok=True)
        raise WriteError(
            f"{file} was changed by another program since it was opened.",
            "Save into another folder, or open the file again; the edits are safe in the journal.",
        )
