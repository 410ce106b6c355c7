"""Saving: the corrected labels in the format in which they came, proved by reading them again."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from segreview.errors import WriteError
from segreview.formats.address import file_of, in_folder
from segreview.formats.guard import file_digest
from segreview.formats.raster import digest, same_file
from segreview.formats.registry import digests_of, drafts_of, format_named, make_folders
from segreview.formats.replacing import Draft, make_folder, replace_verified
from segreview.model.labels import Kind, Origin
from segreview.session.numbering import Numbering
from segreview.session.originals import Copy, changed_file, written
from segreview.session.places import review_folder
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


NOTHING = Saved((), (), 0)


def save(review: Review, folder: Path | None = None, last_call: Callable[[], None] = lambda: None) -> Saved:
    """Write the labels over their files, or under the same names into another folder.

    A review without edits writes nothing. The original is copied into the review's own folder
    before it is replaced for the first time.

    Parameters
    ----------
    review
        The review.
    folder
        Where to write; None for the labels' own place.
    last_call
        Called before the first step that leaves a trace outside the review's folder; what it raises
        calls the save off.

    Raises
    ------
    WriteError
        When the files cannot be written or do not read back as the labels are; the target is then
        as it was, and the edits stay in the journal.
    JournalError
        When the journal cannot be written; the target is then as it was.
    """
    origin = review.reference.origin
    if origin is None:
        raise WriteError("These labels were made in memory: there is no file to save them to.")
    target = origin.path if folder is None else in_folder(origin.path, file_of(origin.path), folder)
    if same_file(target, origin.path):
        return _save_in_place(review, origin, last_call)
    return _save_elsewhere(review, origin, target, last_call)


def _save_in_place(review: Review, origin: Origin, last_call: Callable[[], None]) -> Saved:
    """Write over the files under review.

    The journal is told first: a crash between both then leaves files that it knows.
    """
    labels, journal, form = review.reference, review.journal, format_named(origin.format)
    edits = journal.edits_between(journal.state_of(origin.digests) or 0, journal.head)
    if not edits:
        _refuse_changed(origin)
        review.mark_saved()
        return NOTHING
    drafts = drafts_of(labels, origin.path, form)
    backups = _back_up(origin, review) if drafts else ()
    digests = _digests_after(origin, drafts)
    last_call()
    order = drafts[0].order if drafts else origin.order
    if not form.keeps.ids or form.keeps.overlaps or labels.kind is Kind.BINARY:
        journal.numbered(digests, Numbering(labels.planes, order, origin.hidden))
    journal.saved(digests, origin.files, in_place=True)
    journal.settle()
    make_folders(drafts, origin.path)
    files = replace_verified(drafts)
    there = origin.files if form.digests is None else form.files(origin.path)
    review.mark_saved(replace(written(origin, there, digests), order=order))
    return Saved(files, backups, edits) if files else NOTHING


def _refuse_changed(origin: Origin) -> None:
    """Refusal to call files written that another program has changed or removed."""
    if (file := changed_file(origin)) is not None:
        raise WriteError(
            f"{file} was changed or removed by another program since it was opened.",
            "There are no edits to write. Open the file again, or save into another folder.",
        )


def _save_elsewhere(review: Review, origin: Origin, target: Path, last_call: Callable[[], None]) -> Saved:
    """Write into another folder, over nothing but what was saved there from this review."""
    journal, form = review.journal, format_named(origin.format)
    if _is_copied(review, target):
        review.mark_saved()
        return NOTHING
    there = tuple(file for file in form.files(target) if file.exists())
    known = journal.state_elsewhere(digests_of(target, form)) if there else None
    if there and known is None:
        raise WriteError(
            f"{there[0]} exists already and was not saved from this review: nothing was written.",
            "Choose another folder, or move that file away.",
        )
    before = journal.state_of(origin.digests) if known is None else known
    edits = journal.edits_between(before or 0, journal.head)
    if known is not None and not edits:
        review.mark_saved()
        return NOTHING
    labels = replace(review.reference, origin=_readable(origin))
    drafts = drafts_of(labels, target, form)
    last_call()
    for draft in drafts:
        make_folder(draft.target.parent, "Choose another folder; the edits are safe in the journal.")
    files = replace_verified(drafts)
    digests = drafts[0].digests or [digest(draft.content) for draft in drafts]
    journal.saved(digests, files, in_place=False)
    place = None if origin.place is None else target
    copy = replace(written(origin, [draft.target for draft in drafts], digests), place=place)
    review.mark_saved(copy=Copy(copy, journal.head))
    return Saved(files, (), edits)


def _is_copied(review: Review, target: Path) -> bool:
    """Whether the labels as they are now were written there last, and nobody has touched the files since."""
    copy, journal = review.copy, review.journal
    if copy is None or copy.files.path != target or journal.edits_between(copy.node, journal.head):
        return False
    return changed_file(copy.files) is None


def _digests_after(origin: Origin, drafts: Sequence[Draft]) -> tuple[str, ...]:
    """What the labels are known by once the drafts are in place."""
    if not drafts or drafts[0].digests:
        return drafts[0].digests if drafts else origin.digests
    return tuple(
        next((digest(draft.content) for draft in drafts if same_file(draft.target, file)), before)
        for file, before in zip(origin.files, origin.digests, strict=True)
    )


def _readable(origin: Origin) -> Origin:
    """Origin whose files are as they were read.

    What another program made of them says nothing any more of how to write: then the labels
    count as made anew.
    """
    return origin if changed_file(origin) is None else replace(origin, format="")


def _back_up(origin: Origin, review: Review) -> tuple[Path, ...]:
    """Copies of the files as they were when the review began, made once."""
    if format_named(origin.format).digests is not None:
        return _back_up_whole(origin)
    copies = []
    for file, known in zip(origin.files, origin.digests, strict=True):
        copy = review.journal.path.parent / "backup" / f"{known[:12]}-{file.name}"
        if known in review.journal.original:
            if not copy.exists():
                _copy_verified(file, copy, known)
            copies.append(copy)
    return tuple(copies)


def _back_up_whole(origin: Origin) -> tuple[Path, ...]:
    """Copies of files whose own digests say nothing of the labels; a file of many images is copied once."""
    place = file_of(origin.path)
    folder = review_folder(place) / "backup"
    within = {file: file.relative_to(place) if place in file.parents else file.name for file in origin.files}
    for file, name in within.items():
        if not (folder / name).exists():
            _copy_verified(file, folder / name, file_digest(file))
    return tuple(folder / name for name in within.values())


def _copy_verified(file: Path, copy: Path, known: str) -> None:
    """Copy a file; the copy gets its name only when it is whole."""
    part = copy.with_name(f"{copy.name}.part")
    try:
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, part)
        if file_digest(part) == known:
            part.replace(copy)
    except OSError as error:
        raise WriteError(
            f"No backup of {file} could be made in {copy.parent}: {error.strerror or error}.",
            "Nothing was written over the original. Free some space, or save into another folder.",
        ) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    if not copy.exists():
        raise WriteError(
            f"{file} was changed by another program since it was opened.",
            "Save into another folder, or open the file again; the edits are safe in the journal.",
        )
