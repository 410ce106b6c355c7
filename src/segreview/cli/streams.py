"""Exit codes, and the two streams: answers go to standard output, all else to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from segreview.errors import SegreviewError, WriteError

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

STANDARD_OUTPUT = Path("-")
"""What stands for standard output where a file can be named."""

_ANSWERS = frozenset({".json", ".csv", ".xml", ".txt"})
"""Endings of answers, of which one may stand in a folder of labels already."""


def answer(text: str) -> None:
    """Write what was asked for, at once; see `_emit`."""
    _emit(f"{text}\n".encode(sys.stdout.encoding or "utf-8", errors="backslashreplace"))


def _emit(content: bytes) -> None:
    """Write to standard output; a reader that has seen enough (`head`) changes no exit code.

    Raises
    ------
    WriteError
        When it cannot be written.
    """
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left is for nobody
        if not isinstance(error, BrokenPipeError):
            raise WriteError(
                f"Standard output cannot be written: {error.strerror or error}.",
                "Make room where it goes, or name a file for the answer.",
            ) from error


def tell(text: str) -> None:
    """Write a message; where nobody can be told, the exit code has to do."""
    with suppress(OSError):
        print(text, file=sys.stderr, flush=True)  # noqa: T201 (the message itself)


def check_outputs(inputs: Sequence[Path], outputs: Sequence[Path]) -> None:
    """See that no answer is written over what is read, or over another answer.

    Raises
    ------
    SegreviewError
        When one would be.
    """
    for n, output in enumerate(outputs):
        there = output.resolve()
        for side in inputs if output != STANDARD_OUTPUT else ():
            within = there.is_file() and side.resolve() in there.parents
            if there == side.resolve() or (within and there.suffix.lower() not in _ANSWERS):
                raise SegreviewError(f"{output} is among the labels that are read.", "Name another file.")
        if any(there == other.resolve() for other in outputs[:n]):
            raise SegreviewError(f"{output} is named for two answers.", "Name a file for each.")


def save(content: bytes, path: Path) -> None:
    """Write an answer into a file, or to standard output.

    Raises
    ------
    WriteError
        When it cannot be written.
    """
    if path == STANDARD_OUTPUT:
        return _emit(content)
    try:
        path.write_bytes(content)
    except OSError as error:
        raise WriteError(
            f"{path} cannot be written: {error.strerror or error}.", "Name a file in a folder that exists."
        ) from error
