"""Texts of COCO's files that are kept: a data set is asked for image after image, and saved as often."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from threading import Lock

from segreview.errors import ReadError
from segreview.formats.coco.file import Sort, is_json
from segreview.formats.coco.text import CocoText
from segreview.formats.guard import file_bytes, stamp_of
from segreview.formats.json.sort import JsonSort, json_sort
from segreview.model.stamp import Stamp

_MOST = 3
"""Files that are kept: those of GT and model, and one that is written."""

_kept: dict[Path, tuple[Stamp | None, CocoText]] = {}
"""What each file said last, and when; a text takes six times the room of its file."""

_lock = Lock()


def coco_text(path: Path) -> CocoText:
    """Text of a file.

    Raises
    ------
    ReadError
        When the file is missing, or `CocoText.of` refuses it.
    """
    stamp = stamp_of(path)
    known = _kept.get(path)
    if known is None or known[0] != stamp:
        known = stamp, parsed(file_bytes(path), path)
    with _lock:
        _kept.pop(path, None)
        _kept[path] = known  # behind those that were asked for before
        if len(_kept) > _MOST:
            del _kept[next(iter(_kept))]
    return known[1]


@lru_cache(maxsize=1)
def parsed(content: bytes, path: Path) -> CocoText:
    """Text of a file's bytes, kept while they are the last: what is written is read back, and opened again.

    Raises
    ------
    ReadError
        When `CocoText.of` refuses them.
    """
    return CocoText.of(content, path)


def is_coco(path: Path, head: bytes, sort: Sort) -> bool:
    """Whether a path is a file of a sort, which begins with these bytes."""
    if not is_json(path) or not head or json_sort(path, head) is not JsonSort.COCO:
        return False
    try:
        return coco_text(path).file.sort is sort
    except ReadError:
        return False
