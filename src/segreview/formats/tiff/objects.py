"""Whether the pages of a TIFF are objects, a mask each, rather than slices of a stack."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np

from segreview.errors import ReadError
from segreview.formats.guard import stamp_of
from segreview.formats.kind import components, distinct
from segreview.formats.tiff.check import refuse_incomplete
from segreview.formats.tiff.layout import layout, opened, pages
from segreview.model.stamp import Stamp

NOTE = "segreview: one object on each page"
"""Description of our own files."""

MOST_COMMON = 0.1
"""IoU from which two masks on pages one after the other are slices of one thing."""

_UNKNOWN = "IQR"
"""Letters of axes of which a file does not say what they are."""


def pages_are_objects(path: Path) -> bool:
    """Whether each page of a TIFF file is the mask of one object.

    It is so if the file was written by us and says so; or if nothing says what its pages are, all are
    masks of two values, no two in a row overlap by `MOST_COMMON`, and most are in one piece.
    """
    return _known(path, stamp_of(path))


@lru_cache(maxsize=256)
def _known(path: Path, _: Stamp | None) -> bool:
    """Same as `pages_are_objects`, remembered until the file changes: it is asked more than once."""
    return hold_objects(path, path)


def hold_objects(source: bytes | Path, path: Path) -> bool:
    """Same of a file on disk or in memory; the path is for messages."""
    try:
        with opened(source, path) as tif:
            if tif.pages.first.description == NOTE:
                return True
            if len(tif.pages) < 2:
                return False
            found = layout(tif, path)
            every = pages(found.series)
            if len(found.shape) != 3 or found.axes[0] not in _UNKNOWN or len(every) != found.shape[0]:
                return False
            refuse_incomplete(tif, found, path)
            return _are_objects(page.asarray() for page in every)
    except ReadError:
        return False  # what is wrong with it is told when it is read


def _are_objects(masks: Iterable[np.ndarray]) -> bool:
    """Whether masks are objects, one each; looks no further than the first that cannot be one."""
    before = None
    whole = there = 0
    for numbers in masks:
        if numbers.dtype.kind not in "bu" or distinct(numbers).size > 2 or numbers.all():
            return False
        mask = numbers != 0
        if before is not None and (mask & before).sum() >= MOST_COMMON * max(1, (mask | before).sum()):
            return False
        before = mask
        there += mask.any()
        whole += int(components(mask).max()) == 1
    return there > 1 and 2 * whole >= there
