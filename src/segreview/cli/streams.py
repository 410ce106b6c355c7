"""Exit codes, and the two streams: answers go to standard output, all else to standard error."""

from __future__ import annotations

import sys
from pathlib import Path

from segreview.errors import WriteError

DONE = 0
FAILED = 1
"""A check failed."""

WRONG_INPUT = 2
"""The input or the call is wrong."""

IN_PART = 3
"""Some samples failed; they are listed."""

FAULT = 4
"""An internal fault; the report's path is told."""

INTERRUPTED = 130


def answer(text: str) -> None:
    """Write what was asked for, at once: a reader that has seen enough is noticed here and not at the end."""
    print(text, flush=True)  # noqa: T201 (the answer itself)


def tell(text: str) -> None:
    """Write a message."""
    print(text, file=sys.stderr)  # noqa: T201 (the message itself)


def save(content: bytes, path: Path) -> None:
    """Write a file that holds an answer.

    Raises
    ------
    WriteError
        When it cannot be written.
    """
    try:
        path.write_bytes(content)
    except OSError as error:
        raise WriteError(
            f"{path} cannot be written: {error.strerror or error}.", "Name a file in a folder that exists."
        ) from error
