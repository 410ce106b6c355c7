"""Which files belong together, and what is left over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from segreview.errors import PairingError, ReadError
from segreview.formats.address import file_of
from segreview.formats.entry import Entry
from segreview.formats.folder import Listing, listed
from segreview.formats.guard import near_names
from segreview.formats.image import is_folder
from segreview.formats.layouts import recognised
from segreview.formats.naming import IMAGE, cityscapes_pair, natural, sample_name
from segreview.formats.partners import Groups, belonging
from segreview.formats.registry import is_labels, members_of
from segreview.model.sample import PREDICTION, REFERENCE

_WORDS = {REFERENCE: "GT", PREDICTION: "model", IMAGE: "image"}


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A file without a partner, or with too many: its role (``"reference"``, ...) and the reason."""

    role: str
    path: Path
    reason: str


@dataclass(frozen=True)
class Pairing:
    """What belongs together, and what is left over.

    Parameters
    ----------
    entries
        Samples of which every role that was asked for has a file, in natural order.
    unmatched
        Files left over.
    notes
        Remarks in words, for example on files that were ignored.
    """

    entries: tuple[Entry, ...]
    unmatched: tuple[Unmatched, ...] = ()
    notes: tuple[str, ...] = ()


def pair(gt: Path, image: Path | None = None, pred: Path | None = None) -> Pairing:
    """Files that belong together.

    Two single files belong together whatever their names. Files of folders are paired by exact
    stem, then by stem without regard to case, then by stem without words that tell the role
    (``_mask``, ``_leftImg8bit``, ``_gtFine_labelIds``, ``pred_`` ...). What is ambiguous is
    listed, not guessed.

    Of a folder that is laid out as a data set (see `layouts`) the images, and predictions if it has
    some, are found without being named.

    Parameters
    ----------
    gt, image, pred
        Files or folders.

    Raises
    ------
    ReadError
        When a path is missing or may not be read.
    PairingError
        When no files belong together.
    """
    given = {REFERENCE: gt, IMAGE: image, PREDICTION: pred}
    paths = {role: path for role, path in given.items() if path is not None}
    known = recognised(gt)
    if known is not None:
        paths = dict.fromkeys(known.listings, gt) | paths
    listings = {role: _listing(role, paths) for role in paths}
    notes = [note for listing in listings.values() for note in listing.notes]
    if known is not None:
        notes.insert(0, f"{gt} is recognised as {known}.")
    references = listings.pop(REFERENCE)
    partners: dict[str, dict[Path, Path]] = {}
    unmatched: list[Unmatched] = []
    for role, listing in listings.items():
        partners[role], rivals = belonging(references, listing, (gt, paths[role]))
        unmatched += _ambiguous(role, rivals)
    entries = tuple(_entries(references, partners))
    told = {(item.role, item.path) for item in unmatched}
    left = _left_over(references.files, {role: listings[role].files for role in listings}, partners)
    unmatched += [item for item in left if (item.role, item.path) not in told]
    if not entries:
        _refuse_nothing(paths, unmatched)
    return Pairing(entries, tuple(unmatched), tuple(dict.fromkeys(notes)))


def accompanied(pairing: Pairing, gt: Path, prob: Path | None, annotators: Sequence[Path]) -> Pairing:
    """Same samples with what says how sure their masks are, as far as they have it.

    Parameters
    ----------
    pairing
        The samples.
    gt
        What they were paired from.
    prob
        Probability map, or folder of them; or None.
    annotators
        Masks of each other annotator: files or folders.

    Raises
    ------
    SegreviewError
        When a path is missing, or nothing in it belongs to a sample.
    """
    maps = {} if prob is None else {one.gt: one.image for one in pair(gt, image=prob).entries}
    drawn = [{one.gt: one.pred for one in pair(gt, pred=path).entries} for path in annotators]
    entries = tuple(
        replace(
            entry,
            prob=maps.get(entry.gt),
            annotators=tuple(path for one in drawn if (path := one.get(entry.gt)) is not None),
        )
        for entry in pairing.entries
    )
    return replace(pairing, entries=entries)


def _listing(role: str, paths: dict[str, Path]) -> Listing:
    """Files of one role."""
    path = paths[role]
    if path.is_dir() and not _is_one(path, role):
        if (known := recognised(path)) is not None:
            # A prediction that is laid out as a data set of its own has its masks where that has its GT.
            return known.listings.get(role, known.listings[REFERENCE])
        return listed(path, role, [other for other, folder in paths.items() if folder == path])
    if not file_of(path).exists() and not any(file.exists() for file in cityscapes_pair(path)):
        raise ReadError(f"{path} does not exist.", near_names(path))
    members = {} if role == IMAGE else members_of(path)
    if not members:
        return Listing((path,))
    return Listing(tuple(sorted(members, key=lambda address: natural(members[address]))), names=members)


def _is_one(folder: Path, role: str) -> bool:
    """Whether a folder is what files are elsewhere: an image, or labels of one."""
    return is_folder(folder) if role == IMAGE else is_labels(folder)


def _ambiguous(role: str, rivals: Groups) -> list[Unmatched]:
    """Every file of the groups in which several names fit."""
    found = []
    for ours, theirs in rivals:
        names = f"{', '.join(path.name for path in ours)} and {', '.join(path.name for path in theirs)}"
        reason = f"ambiguous: {names} may belong together in several ways"
        found += [Unmatched(REFERENCE, path, reason) for path in ours]
        found += [Unmatched(role, path, reason) for path in theirs]
    return found


def _entries(references: Listing, partners: dict[str, dict[Path, Path]]) -> list[Entry]:
    """Samples of the references that have every partner."""
    complete = [path for path in references.files if all(path in found for found in partners.values())]
    entries = [
        Entry(
            sample_name(references.named(path)),
            path,
            partners.get(IMAGE, {}).get(path),
            partners.get(PREDICTION, {}).get(path),
        )
        for path in complete
    ]
    return sorted(entries, key=lambda entry: natural(entry.name))


def _left_over(
    references: Sequence[Path], others: dict[str, tuple[Path, ...]], partners: dict[str, dict[Path, Path]]
) -> list[Unmatched]:
    """References that lack a partner, and files that are nobody's."""
    found = []
    for path in references:
        lacking = [_WORDS[role] for role in others if path not in partners[role]]
        if lacking:
            found.append(Unmatched(REFERENCE, path, f"no {' and no '.join(lacking)} of this name"))
    for role, files in others.items():
        taken = set(partners[role].values())
        reason = f"no {_WORDS[REFERENCE]} of this name"
        found += [Unmatched(role, path, reason) for path in files if path not in taken]
    return found


def _refuse_nothing(paths: dict[str, Path], unmatched: Sequence[Unmatched]) -> None:
    """Refusal when no sample is complete, with what was looked at."""
    places = ", ".join(f"{_WORDS[role]} {path}" for role, path in paths.items())
    if not unmatched:
        folder = paths[REFERENCE]
        inner = any(path.is_dir() for path in folder.iterdir()) if folder.is_dir() else False
        raise PairingError(
            f"{folder} holds no label files.",
            "Name one of the folders in it." if inner else "docs/formats.md tells the formats that are read.",
        )
    examples = "; ".join(f"{item.path.name}: {item.reason}" for item in unmatched[:3])
    raise PairingError(
        f"No files belong together by name in {places} ({examples}).",
        "Rename them so that the stems agree, or name the files one by one.",
    )
