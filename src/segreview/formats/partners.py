"""Which file of one role is the partner of which file of another: by name, never by sort order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

from segreview.formats.address import member_of
from segreview.formats.folder import Listing
from segreview.formats.naming import lower_stem, sample_key, stem
from segreview.formats.registry import find_format

Groups = list[tuple[list[Path], list[Path]]]
"""Files of two roles whose names fit in several ways."""

_KEYS = (stem, lower_stem, sample_key)
"""What two names may share, strictest first."""


def belonging(
    references: Listing, others: Listing, given: tuple[Path, Path]
) -> tuple[dict[Path, Path], Groups]:
    """Partners of references: as given where both paths are files of one image, else by name.

    Parameters
    ----------
    references, others
        Files of two roles.
    given
        The paths that they were found under.

    Returns
    -------
    dict, list
        Partner of each reference that has exactly one, and the groups that stay ambiguous.
    """
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


def _partners(references: Listing, others: Listing) -> tuple[dict[Path, Path], Groups]:
    """Partner of each reference that has exactly one, and the groups that stay ambiguous."""
    found: dict[Path, Path] = {}
    rivals: Groups = []
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
