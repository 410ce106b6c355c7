"""Which files belong together: by name, never by sort order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from segreview.errors import PairingError, ReadError, SegreviewError
from segreview.formats.address import file_of, member_of
from segreview.formats.folder import Listing, listed
from segreview.formats.format import Usual
from segreview.formats.guard import near_names
from segreview.formats.image import read_image, spatial_shape
from segreview.formats.layouts import recognised
from segreview.formats.naming import (
    IMAGE,
    cityscapes_pair,
    lower_stem,
    natural,
    sample_key,
    sample_name,
    stem,
)
from segreview.formats.registry import find_format, is_labels, members_of, read, shapes_of
from segreview.model.box import shape_text
from segreview.model.labels import Kind
from segreview.model.ontology import Ontology
from segreview.model.sample import ANNOTATOR, PREDICTION, REFERENCE, Sample, Source

_WORDS = {REFERENCE: "GT", PREDICTION: "model", IMAGE: "image"}

_KEYS = (stem, lower_stem, sample_key)
"""What two names may share, strictest first."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Files of one sample.

    Parameters
    ----------
    name
        The stem of the reference without words that tell its role.
    gt, image, pred
        The files; of a pair of files, one.
    prob
        Probability map, or None.
    annotators
        Masks of other annotators.
    """

    name: str
    gt: Path
    image: Path | None = None
    pred: Path | None = None
    prob: Path | None = None
    annotators: tuple[Path, ...] = ()


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
        partners[role], rivals = _belonging(references, listing, (gt, paths[role]))
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
    if path.is_dir():
        if role != IMAGE and is_labels(path):
            return Listing((path,))
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


_Groups = list[tuple[list[Path], list[Path]]]


def _belonging(
    references: Listing, others: Listing, given: tuple[Path, Path]
) -> tuple[dict[Path, Path], _Groups]:
    """Partners of references: as given where both paths are files of one image, else by name."""
    if all(path in listing.files for path, listing in zip(given, (references, others), strict=True)):
        return {given[0]: given[1]}, []
    if references.names and others.names and all(path.is_file() for path in given):
        return _same_members(references, others, given), []
    return _partners(references, others)


def _same_members(references: Listing, others: Listing, given: tuple[Path, Path]) -> dict[Path, Path]:
    """Images of two files of many, by what each calls them: results know no names, but the same ids."""
    theirs = {member_of(address, given[1]): address for address in others.files}
    ours = {address: member_of(address, given[0]) for address in references.files}
    named = find_format(given[1]).names_all
    return {a: theirs.get(m, given[1] / m) for a, m in ours.items() if m in theirs or not named}


def _partners(references: Listing, others: Listing) -> tuple[dict[Path, Path], _Groups]:
    """Partner of each reference that has exactly one, and the groups that stay ambiguous."""
    found: dict[Path, Path] = {}
    rivals: _Groups = []
    for key_of in _KEYS:
        taken = set(found.values())
        ours = _grouped((path for path in references.files if path not in found), references, key_of)
        theirs = _grouped((path for path in others.files if path not in taken), others, key_of)
        both = [(ours[key], theirs[key]) for key in ours if key in theirs]
        rivals = [group for group in both if len(group[0]) > 1 or len(group[1]) > 1]
        found |= {mine[0]: yours[0] for mine, yours in both if len(mine) == len(yours) == 1}
    return found, rivals


def _grouped(files: Iterable[Path], listing: Listing, key_of: Callable[[Path], str]) -> dict[str, list[Path]]:
    """Files by what their names share."""
    groups: dict[str, list[Path]] = defaultdict(list)
    for file in files:
        groups[key_of(listing.named(file))].append(file)
    return groups


def _ambiguous(role: str, rivals: _Groups) -> list[Unmatched]:
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


def open_entry(
    entry: Entry,
    classes: str | Path | Ontology | None = None,
    kind: Kind | str | None = None,
    usual: Usual | None = None,
    usual_pred: Usual | None = None,
    pause: Callable[[], None] = lambda: None,
) -> Sample:
    """Sample of an entry, its files read and their shapes compared.

    Where GT's numbers are classes, the model's are read as classes too: regions of two kinds could
    not be compared.

    Parameters
    ----------
    entry
        The files.
    classes, kind, usual, usual_pred
        As for `read`; ``usual`` is of the GT, ``usual_pred`` of the model's masks.
    pause
        Called between the files; what it raises ends the work.

    Raises
    ------
    ReadError
        When a file is missing, damaged, or of no format that we know.
    PairingError
        When the shapes of image and masks differ.
    """
    reference = read(entry.gt, classes=classes, kind=kind, usual=usual, shape=shape_for(entry))
    pause()
    sources = [Source(REFERENCE, reference)]
    shapes = [(entry.gt, reference.shape)]
    if entry.pred is not None:
        same = Kind.SEMANTIC if reference.kind is Kind.SEMANTIC else kind
        prediction = read(entry.pred, classes=classes, kind=same, usual=usual_pred, shape=reference.shape)
        sources.append(Source(PREDICTION, prediction))
        shapes.append((entry.pred, sources[1].labels.shape))
        pause()
    for path in entry.annotators:
        drawn = read(path, classes=classes, kind=reference.kind, shape=reference.shape)
        sources.append(Source(ANNOTATOR, drawn, author=path.parent.name))
        shapes.append((path, drawn.shape))
        pause()
    images = []
    if entry.image is not None:
        images.append(read_image(entry.image))
        shapes.append((entry.image, images[0].spatial_shape))
    _refuse_misfits(shapes)
    return Sample(entry.name, tuple(images), tuple(sources), entry.prob)


def shape_for(entry: Entry) -> tuple[int, ...] | None:
    """Shape of the image, or else of the model's masks, for a GT that may not tell its own."""
    if find_format(entry.gt).shape is None:
        return None
    try:
        if entry.image is not None:
            return spatial_shape(entry.image)
        found = () if entry.pred is None else shapes_of(entry.pred)
    except SegreviewError:
        return None  # it is told when that file is read
    return found[0][1] if found else None


def check_shapes(entry: Entry) -> None:
    """Comparison of the shapes of an entry's files, by their headers alone.

    Raises
    ------
    ReadError
        When a file is missing or its header is damaged.
    PairingError
        When the shapes differ.
    """
    masks = [path for path in (entry.gt, entry.pred) if path is not None]
    shapes = [(path, shape) for path in masks for _, shape in shapes_of(path)]
    if entry.image is not None:
        shapes.append((entry.image, spatial_shape(entry.image)))
    _refuse_misfits(shapes)


def _refuse_misfits(shapes: Sequence[tuple[Path, tuple[int, ...]]]) -> None:
    """Refusal of files whose shapes differ from the first one's."""
    for path, other in shapes:
        first, shape = shapes[0]
        if other != shape:
            raise PairingError(
                f"{first} is {shape_text(shape)} but {path} is {shape_text(other)} pixels.",
                "They are not of one sample, or one of them was resized or cropped.",
            )
