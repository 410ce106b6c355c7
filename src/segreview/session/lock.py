"""One process at a time: a lock that the system releases when its process ends, however it ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from segreview.errors import JournalError

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _try_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class FolderLock:
    """Exclusive use of a review's folder by this process.

    Parameters
    ----------
    folder
        The review's folder.

    Raises
    ------
    JournalError
        When another window has the review open, or the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        try:
            self._descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise JournalError(
                f"The review's folder {folder} cannot be used: {error.strerror or error}.",
                "Without it no edit would be safe. Set SEGREVIEW_STATE to a folder that can be written.",
            ) from error
        try:
            _try_lock(self._descriptor)
        except OSError as error:
            os.close(self._descriptor)
            raise JournalError(
                f"This review is open in another segreview window ({folder}).",
                "Close it there, or go on in that window.",
            ) from error

    def release(self) -> None:
        """Give the folder free; once is enough."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
