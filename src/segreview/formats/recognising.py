"""What files and folders are, told by looking into them: roots of data sets, files of many images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from segreview.errors import SegreviewError
from segreview.formats.layouts import pictures_beside, recognised
from segreview.formats.registry import find_format, members_of
from segreview.formats.roles import Roles, guess_roles
from segreview.model.sample import PREDICTION, REFERENCE


@dataclass(frozen=True)
class Told:
    """What a path was recognised as.

    Parameters
    ----------
    words
        In words, such as ``"Cityscapes: 12 annotated images, 12 images"``; empty for what is nothing more
        than files.
    found
        Number of files of each role that were found without being named.
    """

    words: str = ""
    found: Mapping[str, int] = field(default_factory=dict)


NOTHING = Told()


def told_of(path: Path) -> Told:
    """What a path of labels is recognised as.

    Raises
    ------
    ReadError
        When it may not be looked into, or is damaged.
    """
    if (known := recognised(path)) is not None:
        return Told(str(known), {role: len(listing.files) for role, listing in known.listings.items()})
    members = members_of(path) if path.is_file() else {}
    if not members:
        return NOTHING
    return Told(f"{find_format(path).title}: {len(members)} image{'s' * (len(members) != 1)}")


def roles_of(paths: Sequence[Path]) -> Roles:
    """Roles of what was dropped: a root of a data set is its GT, all else as what it holds or is called.

    Looks into files, which may take a moment; what cannot be looked into is told by its name alone.
    """
    told = {path: words for path in paths if (words := _words(path))}
    roles = guess_roles([path for path in paths if path not in told])
    for path, words in told.items():
        role = PREDICTION if words.startswith("COCO results") and len(paths) > 1 else REFERENCE
        role = role if roles.path(role) is None else PREDICTION
        taken = roles.path(role)
        roles = roles.taking(role, path) if taken is None else replace(roles, rivals=(*roles.rivals, path))
    return _with_pictures(roles)


def _words(path: Path) -> str:
    try:
        return told_of(path).words
    except (SegreviewError, OSError, ValueError):
        return ""


def _with_pictures(roles: Roles) -> Roles:
    """Roles with the folder of pictures that a GT of many images speaks of, where nothing else may be it."""
    if roles.image is not None or roles.unclear or roles.gt is None or not roles.gt.is_file():
        return roles
    try:
        return replace(roles, image=pictures_beside(roles.gt))
    except (SegreviewError, OSError):
        return roles
