"""Where reviews live on disk: the user's state directory, one folder for each reference file."""

from __future__ import annotations

import hashlib
import os
import time
from itertools import chain, count
from pathlib import Path

from segreview.errors import JournalError


def state_folder() -> Path:
    """Folder for journals, backups and logs; the variable SEGREVIEW_STATE moves it."""
    from platformdirs import user_state_path

    chosen = os.environ.get("SEGREVIEW_STATE")
    return Path(chosen) if chosen else user_state_path("segreview", appauthor=False)


def review_folder(reference: Path) -> Path:
    """Folder of the review of a reference file; it need not exist yet."""
    resolved = reference.resolve()
    mark = hashlib.sha256(os.fsencode(os.path.normcase(resolved))).hexdigest()[:12]
    return state_folder() / "reviews" / f"{resolved.stem[:40]}-{mark}"


def made_folder(folder: Path) -> Path:
    """The same folder, made when it did not exist.

    Raises
    ------
    JournalError
        When it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise JournalError(
            f"The review's folder {folder} cannot be made: {error.strerror or error}.",
            "Without it no edit would be safe. Set SEGREVIEW_STATE to a folder that can be written.",
        ) from error
    return folder


def unused_name(path: Path, word: str = "") -> Path:
    """Name beside a file under which it can be kept: with the time, and a word for the reason."""
    stem = "-".join(part for part in (path.stem, word, time.strftime("%Y%m%d-%H%M%S")) if part)
    endings = chain([""], (f"-{n}" for n in count(2)))
    names = (path.with_name(stem + ending + path.suffix) for ending in endings)
    return next(name for name in names if not name.exists())
