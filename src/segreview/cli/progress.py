"""A progress bar on standard error, where that is a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from typing import TypeVar

_T = TypeVar("_T")

_WIDTH = 30
_PATIENCE = 0.3
"""Seconds before the first picture, and between two: what is done at once needs no bar."""


def followed(items: Sequence[_T]) -> Iterator[_T]:
    """Go through items, and show how many of them are done."""
    if not sys.stderr.isatty() or len(items) < 2:
        yield from items
        return
    shown, last = False, time.monotonic()
    try:
        for done, item in enumerate(items):
            if time.monotonic() - last > _PATIENCE:
                shown, last = True, time.monotonic()
                sys.stderr.write(_bar(done, len(items)))
                sys.stderr.flush()
            yield item
    finally:
        if shown:
            sys.stderr.write(f"\r{' ' * len(_bar(len(items), len(items)))}\r")
            sys.stderr.flush()


def _bar(done: int, whole: int) -> str:
    filled = _WIDTH * done // whole
    return f"\r[{'#' * filled}{'.' * (_WIDTH - filled)}] {done}/{whole}"
