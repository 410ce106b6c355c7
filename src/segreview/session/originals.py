"""The files that labels came from, or were written to: whether they still are as they were."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from segreview.errors import SegreviewError
from segreview.formats.guard import file_digest, stamp_of
from segreview.formats.registry import format_named
from segreview.model.labels import Origin

T = TypeVar("T")


@dataclass(frozen=True)
class Copy:
    """Files in another folder that labels were written to, and the state of the journal that they hold."""

    files: Origin
    node: int


def written(origin: Origin, files: Sequence[Path], digests: Sequence[str]) -> Origin:
    """Origin of the same labels in files that were just written."""
    stamps = tuple(map(stamp_of, files))
    return replace(origin, files=tuple(files), digests=tuple(digests), stamps=stamps)


def changed_file(origin: Origin) -> Path | None:
    """First file of labels that is not as it was read or written last; None when all are.

    A file whose stamp is the same is not read. That decides what is said and compared, not what is
    written over: what a save starts from is compared byte for byte.
    """
    form = format_named(origin.format) if origin.format else None
    stale = _stale(origin)
    if form is not None and form.digests is not None:
        return (
            stale[0] if stale and not _is_known(origin.digests, partial(form.digests, origin.path)) else None
        )
    known = zip(origin.files, origin.digests, strict=True)
    changed = (
        file for file, digest in known if file in stale and not _is_known(digest, partial(file_digest, file))
    )
    return next(changed, None)


def _stale(origin: Origin) -> list[Path]:
    """Files that were written since they were read, if only with the same bytes."""
    stamps = origin.stamps or (None,) * len(origin.files)
    pairs = zip(origin.files, stamps, strict=True)
    return [file for file, stamp in pairs if stamp is None or stamp != stamp_of(file)]


def _is_known(known: T, look: Callable[[], T]) -> bool:
    """Whether the disk has what is known; not where it has nothing that can be read."""
    try:
        return look() == known
    except (OSError, SegreviewError):
        return False
