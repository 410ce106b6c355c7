"""Files of a folder that can play a role: without what is hidden, unknown, or follows from others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from segreview.errors import ReadError
from segreview.formats.guard import reading
from segreview.formats.image import SUFFIXES as IMAGE_SUFFIXES
from segreview.formats.image import is_folder
from segreview.formats.naming import IMAGE, LABEL_IDS, POLYGONS, cityscapes_pair, natural, role_of, stem
from segreview.formats.registry import FORMATS, find_format, is_labels, members_of
from segreview.formats.replacing import TEMP_SUFFIX
from segreview.model.sample import PREDICTION, REFERENCE

LABEL_SUFFIXES = tuple(sorted({end[end.rindex(".") :] for format_ in FORMATS for end in format_.suffixes}))
"""Ends of the names of label files, in lower case."""

_NOTHING: Mapping[Path, str] = MappingProxyType({})

_DERIVED = ("_color", "_labelTrainIds", "_instanceTrainIds")

_ARRAYS = frozenset((*IMAGE_SUFFIXES, ".npy"))
"""Ends of the names of files that hold arrays. What other labels are called, anything may be called."""


@dataclass(frozen=True)
class Listing:
    """Files of one role.

    Parameters
    ----------
    files
        In natural order: files, folders that hold the labels of one image, images in a file of many.
    notes
        What was ignored, in words.
    names
        Names by which files are paired, where those of their addresses tell nothing.
    """

    files: tuple[Path, ...]
    notes: tuple[str, ...] = ()
    names: Mapping[Path, str] = field(default_factory=lambda: _NOTHING)

    def named(self, file: Path) -> Path:
        """Path by whose stem a file is paired."""
        return Path(self.names[file]) if file in self.names else file


def listed(folder: Path, role: str, sharing: Collection[str]) -> Listing:
    """Files of a folder that can play a role.

    Parameters
    ----------
    folder
        The folder; of folders in it only those are listed that hold the labels of one image.
    role
        ``"reference"``, ``"prediction"`` or ``"image"``.
    sharing
        Roles whose files lie in this folder, this one included: their names must tell them apart.

    Raises
    ------
    ReadError
        When the folder may not be read.
    """
    suffixes = IMAGE_SUFFIXES if role == IMAGE else LABEL_SUFFIXES
    with reading(folder, "folder"):
        inside = [path for path in folder.iterdir() if path.is_file() or _is_one(path, role)]
    there = sorted(inside, key=lambda path: natural(path.name))
    seen = [path for path in there if not path.name.startswith(".") and not path.name.endswith(TEMP_SUFFIX)]
    known = [path for path in seen if path.suffix.lower() in suffixes or path.is_dir()]
    if role != IMAGE:
        known = _without_others(known)
    notes = []
    if len(known) < len(there):
        count = len(there) - len(known)
        notes.append(f"{folder}: {count} hidden files, or of suffixes that are not read, were ignored.")
    if len(sharing) > 1:
        known = [path for path in known if is_folder(path) or _role_among(path, sharing) == role]
    if role != IMAGE:
        drawn = {stem(path) for path in known if _is_no_array(path)}
        known = [path for path in known if _is_no_array(path) or stem(path) not in drawn]
    files = [path for path in known if not _follows(path, set(known))]
    derived = sum(path.stem.endswith(_DERIVED) for path in set(known) - set(files))
    if derived:
        notes.append(
            f"{folder}: {derived} files that follow from Cityscapes ids (colours, train ids) were ignored."
        )
    members = {path: {} if role == IMAGE else _members(path) for path in files}
    names = {address: name for inner in members.values() for address, name in inner.items()}
    return Listing(
        tuple(address for path in files for address in members[path] or [path]), tuple(notes), names
    )


def _members(path: Path) -> dict[Path, str]:
    """Labels in a folder that is a store of an image; none of what is damaged, as reading it tells."""
    try:
        return members_of(path) if path.is_dir() else {}
    except ReadError:
        return {}


def _is_one(folder: Path, role: str) -> bool:
    """Whether a folder in a folder is an image, or holds the labels of one."""
    return folder.is_dir() and (is_folder(folder) if role == IMAGE else is_labels(folder))


def _without_others(files: Sequence[Path]) -> list[Path]:
    """Files without those that are named as labels may be, and hold none: texts, tables, archives.

    Beside labels of YOLO an empty text is an image without objects, elsewhere it is nothing.
    """
    labels = {path for path in files if not _is_no_array(path) or _is_labels(path)}
    texts = [path for path in labels if path.suffix.lower() == ".txt"]
    if not any(path.stat().st_size for path in texts):
        labels -= set(texts)
    return [path for path in files if path in labels]


def _is_no_array(path: Path) -> bool:
    """Whether a path is named like labels that are no picture; of the same name, a picture is their image."""
    return path.suffix.lower() not in _ARRAYS and not path.is_dir()


def _is_labels(path: Path) -> bool:
    """Whether a file is of a format that we know."""
    try:
        find_format(path)
    except ReadError:
        return False
    return True


def _role_among(path: Path, roles: Collection[str]) -> str:
    """Role of a file in a folder that several roles share; a name that tells nothing is a picture."""
    told = role_of(path) or IMAGE
    masks = [role for role in (REFERENCE, PREDICTION) if role in roles]
    if told == IMAGE and path.suffix.lower() not in IMAGE_SUFFIXES and masks:
        return masks[0]
    if told in roles:
        return told
    return masks[0] if masks else IMAGE


def _follows(path: Path, there: Collection[Path]) -> bool:
    """Whether a file is the second half of a Cityscapes pair, or was derived from one."""
    if path.name.endswith(POLYGONS):
        return any(
            file in there for file in cityscapes_pair(path.with_name(path.name.removesuffix(POLYGONS)))
        )
    if path.stem.endswith(LABEL_IDS):
        return cityscapes_pair(path)[1] in there
    for end in _DERIVED:
        if path.stem.endswith(end):
            ids = cityscapes_pair(path.with_name(path.stem.removesuffix(end)))
            return any(file in there for file in ids)
    return False
