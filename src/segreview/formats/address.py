"""Addresses of labels: a path that may lead on into a file, if that holds a whole data set.

``instances.json/139`` is the image 139 of that file. An address is a path like any other for whoever
keeps, compares or shows it; only formats look at the disk behind it.
"""

from __future__ import annotations

from pathlib import Path


def file_of(address: Path) -> Path:
    """File or folder that an address leads to, or into; the address itself where nothing is there."""
    if address.exists():
        return address
    for parent in address.parents:
        if parent.is_file():
            return parent
        if parent.is_dir():
            break
    return address


def member_of(address: Path, file: Path) -> str:
    """What an address names in a file; empty when it is the file's own."""
    return "" if address == file else address.relative_to(file).as_posix()


def in_folder(address: Path, file: Path, folder: Path) -> Path:
    """Same address in a copy of its file that lies in another folder."""
    return folder / file.name / member_of(address, file)
