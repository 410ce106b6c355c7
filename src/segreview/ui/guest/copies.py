"""Files of ours for masks that have none: a journal is always the journal of a file.

They are named by their content, so that the same pixels find their journal again.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from segreview.errors import SegreviewError
from segreview.formats import npy
from segreview.formats.raster import Raster
from segreview.formats.registry import read
from segreview.formats.replacing import replace_verified
from segreview.model.labels import LabelImage
from segreview.model.sample import REFERENCE, Sample, Source
from segreview.session.opening import Opening
from segreview.session.places import made_folder, review_folder, state_folder

_log = logging.getLogger(__name__)

KEPT_DAYS = 30
"""Days after which a copy is not kept any more when its journal holds no work that is not given back."""


def copies_folder() -> Path:
    """Folder that holds the copies."""
    return state_folder() / "layers"


def kept_copy(raster: Raster) -> LabelImage:
    """Labels with the pixels of a raster, from a file of ours.

    Raises
    ------
    SegreviewError
        When the file cannot be written or holds no labels.
    """
    content = npy.encode(raster, None, state_folder())
    path = copies_folder() / f"{hashlib.sha256(content).hexdigest()[:16]}.npy"
    made_folder(path.parent)
    if path.exists():
        with suppress(OSError):
            os.utime(path)  # it is in use again
    else:
        replace_verified((npy.CODEC.draft(path, content, raster.numbers),))
    labels = read(path)
    shape = raster.numbers.shape  # the file drops leading axes of length one
    planes = tuple(plane.reshape(shape) for plane in labels.planes)
    return replace(labels, planes=planes, axes=raster.axes, spacing=raster.spacing)


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
