"""Where reviews live on disk: the user's state directory, one folder for each reference file."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from segreview.errors import JournalError


def state_folder() -> Path:
    """Folder for journals, backups and logs; the variable SEGREVIEW_STATE moves it."""
    from platformdirs import user_state_path

    chosen = os.environ.get("SEGREVIEW_STATE")
    return Path(chosen) if chosen else user_state_path("segreview", appauthor=False)


def review_folder(reference: Path) -> Path:
    """Folder of the review of a reference file; it is made when it does not exist.

    Raises
    ------
    JournalError
        When the folder cannot be made.
    """
    resolved = reference.resolve()
    mark = hashlib.sha256(os.fsencode(os.path.normcase(resolved))).hexdigest()[:12]
    folder = state_folder() / "reviews" / f"{resolved.stem[:40]}-{mark}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise JournalError(
            f"The review's folder {folder} cannot be made: {error.strerror or error}.",
            "Without it no edit would be safe. Set SEGREVIEW_STATE to a folder that can be written.",
        ) from error
    return folder
