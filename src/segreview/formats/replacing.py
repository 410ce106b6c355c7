"""Verified replacement of files: write beside, flush, re-read, compare, and only then put in place."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from segreview.errors import SegreviewError, WriteError

TEMP_SUFFIX = ".segreview-tmp"
"""End of the name of a file that is being written; pairing by stem never meets it."""

RETRIES = 6
"""How often a target that another program holds open (Windows) is tried, a little later each time."""

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG} if hasattr(errno, "EDQUOT") else {errno.ENOSPC, errno.EFBIG}


@dataclass(frozen=True)
class Draft:
    """A file as it is going to be.

    Parameters
    ----------
    target
        Where it belongs.
    content
        All of its bytes.
    verify
        Reads bytes back through the format's own reader and says whether they hold the pixels
        that were to be written.
    digests
        What the labels will be known by, in a format that does not know them by its files; see
        `Origin.digests`.
    order
        Ids of the objects in the order in which the files then hold them; see `Origin.order`.
    gone
        Whether the file is to be removed instead: its object was deleted.
    """

    target: Path
    content: bytes
    verify: Callable[[bytes], bool]
    digests: tuple[str, ...] = ()
    order: tuple[int, ...] = ()
    gone: bool = False

    @classmethod
    def removal(cls, target: Path) -> Draft:
        """File that is not going to be there any more."""
        return cls(target, b"", lambda _: True, gone=True)

    @classmethod
    def of_bytes(cls, target: Path, content: bytes) -> Draft:
        """File whose bytes alone say whether it is right: a copy, or a text."""
        return cls(target, content, lambda back: back == content)


def resolved_target(path: Path) -> Path:
    """File that is really written: symbolic links are followed to their end.

    Raises
    ------
    WriteError
        When links form a loop, or the file or its folder may not be written.
    """
    try:
        target = path.resolve()
    except (OSError, RuntimeError) as error:
        raise WriteError(f"{path} is a link that leads nowhere.", "Save into another folder.") from error
    asked = f"{path} is a link to {target}, which" if target != Path(os.path.abspath(path)) else f"{path}"  # noqa: PTH100
    if target.is_dir():
        raise WriteError(f"{asked} is a folder.", "Name a file in it.")
    if not target.parent.is_dir():
        raise WriteError(
            f"{target.parent} does not exist.", "Make the folder first, or save into another one."
        )
    for place, what in (
        (target, "is read-only"),
        (target.parent, "lies in a folder that may not be written"),
    ):
        if place.exists() and not _writable(place):
            raise WriteError(
                f"{asked} {what}: nothing was written.",
                "Save into another folder, or give yourself permission to write there.",
            )
    return target


def make_folder(folder: Path, hint: str) -> None:
    """Make a folder, and those above it, where it is not there.

    Raises
    ------
    WriteError
        With the hint, when it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteError(f"The folder {folder} cannot be made: {error.strerror or error}.", hint) from error


def replace_verified(drafts: Sequence[Draft]) -> tuple[Path, ...]:
    """Write every draft beside its target, re-read and compare all of them, then put them in place.

    Parameters
    ----------
    drafts
        The files; they belong together: none is put in place before all are verified.

    Returns
    -------
    tuple of Path
        The files that were written or removed, links followed.

    Raises
    ------
    WriteError
        On a full disk, without permission, or when a file did not read back as it was written.
        The targets are untouched and nothing is left beside them.
    """
    targets = [resolved_target(draft.target) for draft in drafts]
    temps: list[Path] = []
    try:
        for draft, target in zip(drafts, targets, strict=True):
            temps.append(_temp_beside(target))
            if draft.gone:
                continue
            with _writing(target):
                _write_through(temps[-1], draft.content)
                _verify(draft, temps[-1], target)
                _keep_permissions(target, temps[-1])
        # The principal file, which the labels are known by, last: a kill in between leaves it as it was.
        _put_all_in_place(temps[::-1], targets[::-1])
    finally:
        for temp in temps:
            with suppress(OSError):
                temp.unlink(missing_ok=True)
    _sync_folders(target.parent for target in targets)
    return tuple(targets)


def _temp_beside(target: Path) -> Path:
    """Name in the same folder that no reader looks for."""
    return target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}{TEMP_SUFFIX}")


def _write_through(temp: Path, content: bytes) -> None:
    """Write a new file and force it to the disk."""
    with temp.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _verify(draft: Draft, temp: Path, target: Path) -> None:
    """Check that the disk holds what was written and that it decodes to the right pixels."""
    back = temp.read_bytes()
    why = "the disk gave back other bytes than were written"
    try:
        same = back == draft.content
        if same:
            why = "the file did not decode to the pixels that were to be written"
            same = draft.verify(back)
    except SegreviewError as error:
        raise WriteError(f"{target} was not written: {error.message}", _REPORT_HINT) from error
    if not same:
        raise WriteError(f"{target} was not written: {why}.", _REPORT_HINT)


_REPORT_HINT = "The file on disk is as it was. Save as a new file, or in another format, and report this."


def _keep_permissions(target: Path, temp: Path) -> None:
    """Give the new file the permission bits, and where possible the owner, of the old one."""
    if not target.exists():
        return
    old = target.stat()
    temp.chmod(stat.S_IMODE(old.st_mode))
    if hasattr(os, "chown") and (old.st_uid, old.st_gid) != (temp.stat().st_uid, temp.stat().st_gid):
        with suppress(PermissionError):  # only the administrator can give files away
            os.chown(temp, old.st_uid, old.st_gid)


def _put_all_in_place(temps: Sequence[Path], targets: Sequence[Path]) -> None:
    """Rename every file over its target, or remove that; when one fails, those before it are put back."""
    done: list[tuple[Path, Path]] = []
    try:
        for temp, target in zip(temps, targets, strict=True):
            aside = _temp_beside(target)
            with _writing(target):
                if len(targets) > 1 and target.exists():
                    shutil.copy2(target, aside)
                done.append((target, aside))
                if temp.exists():
                    _put_in_place(temp, target)
                else:
                    target.unlink(missing_ok=True)
    except WriteError:
        for target, aside in done[:-1]:
            if aside.exists():
                _put_in_place(aside, target)
            else:
                target.unlink(missing_ok=True)
        raise
    finally:
        for _, aside in done:
            with suppress(OSError):
                aside.unlink(missing_ok=True)


def _put_in_place(temp: Path, target: Path) -> None:
    """Rename over the target; a target that a scanner or viewer holds open is tried again."""
    for attempt in range(RETRIES):
        try:
            temp.replace(target)
        except PermissionError:
            if attempt == RETRIES - 1:
                raise
            time.sleep(0.05 * 2**attempt)
        else:
            return


def _sync_folders(folders: Iterable[Path]) -> None:
    """Force the new names to the disk, where the system knows how to."""
    if os.name != "posix":
        return
    for folder in set(folders):
        with suppress(OSError):  # some network file systems cannot sync a folder
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def _writable(place: Path) -> bool:
    """Whether we may write, going by the permission bits even for the administrator.

    A store that takes its own write permission away (DVC, git-annex) means it for everybody.
    """
    return bool(place.stat().st_mode & 0o222) and os.access(place, os.W_OK)


@contextmanager
def _writing(target: Path) -> Iterator[None]:
    """Context that turns errors of the file system into a `WriteError` in words."""
    try:
        yield
    except OSError as error:
        message, hint = _words(error, target)
        raise WriteError(message, hint) from error


def _words(error: OSError, target: Path) -> tuple[str, str]:
    """Message and way out for an error of the file system."""
    if error.errno in _FULL:
        return (
            f"{target} was not written: the disk is full.",
            "The file is as it was. Free some space and save again, or save to another disk.",
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"{target} was not written: permission denied.",
            "The file is as it was. Close other programs that use it, or save into another folder.",
        )
    return (
        f"{target} was not written: {error.strerror or error}.",
        "The file is as it was. Save into another folder.",
    )
