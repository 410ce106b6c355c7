"""Files of ours for masks that have none: a journal is always the journal of a file.

They are named by their content, so that the same pixels find their journal again.
"""

from __future__ import annotations

import logging
import os
import shutil
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from segreview.errors import SegreviewError
from segreview.formats.arrays import npy
from segreview.formats.format import ReadOptions
from segreview.formats.raster import Raster, digest, labels_of
from segreview.formats.registry import read
from segreview.formats.replacing import replace_verified
from segreview.model.labels import Kind, LabelImage, Origin
from segreview.model.sample import REFERENCE, Sample, Source
from segreview.session.opening import Opening
from segreview.session.places import made_folder, review_folder, state_folder

_log = logging.getLogger(__name__)

KEPT_DAYS = 30
"""Days after which a copy is not kept any more when its journal holds no work that is not given back."""


def copies_folder() -> Path:
    """Folder that holds the copies."""
    return state_folder() / "layers"


def copy_of(raster: Raster, name: str, kind: Kind | None = None, *, kept: bool = True) -> LabelImage:
    """Labels with the pixels of a raster.

    Parameters
    ----------
    raster
        The pixels, which are not copied.
    name
        Name of the layer that they are of.
    kind
        How they are read; by the rule when left out.
    kept
        Whether they come from a file of ours, for a journal. If not, they have no file at all, and
        the layer's name stands where its path would be.

    Raises
    ------
    SegreviewError
        When they are no labels, or the file cannot be written.
    """
    content = npy.encode(raster, None, state_folder())
    labels = labels_of(raster, ReadOptions(kind), Origin("npy", (Path(name),), (digest(content),)))
    if not kept:
        return labels
    assert labels.origin is not None
    path = copies_folder() / f"{digest(content)[:16]}.npy"
    _keep(path, content, raster)
    return replace(labels, origin=replace(labels.origin, files=(path,)))


def _keep(path: Path, content: bytes, raster: Raster) -> None:
    """Write a file of ours, unless it is there already."""
    made_folder(path.parent)
    with suppress(OSError):  # it is not there, or cannot be read: it is written
        if path.read_bytes() == content:
            os.utime(path)  # it is in use again
            return
    replace_verified((npy.CODEC.draft(path, content, raster.numbers),))


def forget(path: Path) -> None:
    """Remove a copy, and its journal with it."""
    try:
        shutil.rmtree(review_folder(path), ignore_errors=True)
        path.unlink(missing_ok=True)
    except OSError:
        _log.warning("the copy %s could not be removed", path, exc_info=True)


def clean(days: float = KEPT_DAYS) -> None:
    """Forget the copies that were not used for some days and whose work was given back."""
    for path in copies_folder().glob("*.npy"):
        try:
            if time.time() - _last_use(path) > days * 86_400 and not _holds_work(path):
                forget(path)
        except (OSError, SegreviewError):
            _log.info("the copy %s is left alone", path, exc_info=True)


def _last_use(path: Path) -> float:
    """Time at which a copy, or its journal, was written last."""
    return max(file.stat().st_mtime for file in (path, *review_folder(path).glob("*")))


def _holds_work(path: Path) -> bool:
    """Whether the journal of a copy holds edits that were never given back."""
    opening = Opening(Sample(path.stem, (), (Source(REFERENCE, read(path)),)))
    try:
        return opening.unwritten is not None
    finally:
        opening.cancel()
