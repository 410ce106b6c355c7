"""Shape of the image that a file of outlines belongs to, where the file does not tell it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from segreview.errors import ReadError
from segreview.formats.guard import refuse_absurd
from segreview.formats.image import SUFFIXES, spatial_shape
from segreview.formats.naming import lower_stem, sample_key
from segreview.model.box import shape_text


def shape_beside(path: Path, known: tuple[int, ...] | None) -> tuple[int, int]:
    """Height and width of the image: those that are known, or those of the image beside a file.

    Raises
    ------
    ReadError
        When there is no such image, or it has other than two axes.
    """
    image = None
    if known is None:
        image = image_beside(path)
        if image is None:
            raise ReadError(
                f"{path} does not tell the size of its image, and no image of its name is beside it.",
                "Put its image beside it, under the same name, or name it: --image.",
            )
        known = spatial_shape(image)
        refuse_absurd(image, 4 * math.prod(known))
    if len(known) != 2:
        raise ReadError(
            f"{path} draws in two dimensions, and its image{f' {image}' if image else ''} is "
            f"{shape_text(known)} pixels.",
            "Save one slice of the image per file, and one file of outlines for each.",
        )
    return known[0], known[1]


def image_beside(path: Path) -> Path | None:
    """Image that is named like a file: in its folder, or in one named ``images`` in place of ``labels``."""
    for folder in _folders(path.parent):
        try:
            there = sorted(other for other in folder.iterdir() if other.suffix.lower() in SUFFIXES)
        except OSError:
            continue  # there is none, or it may not be looked into
        for key_of in (lower_stem, sample_key):
            found = [other for other in there if key_of(other) == key_of(path)]
            if found:
                return found[0]
    return None


def _folders(folder: Path) -> Iterator[Path]:
    """Folders in which the image may be: beside ``labels/train`` also ``images/train``."""
    yield folder
    parts = folder.absolute().parts
    for place in range(len(parts) - 1, -1, -1):
        if parts[place].lower() in ("labels", "annotations", "masks", "rois", "json", "geojson"):
            yield Path(*parts[:place], "images", *parts[place + 1 :])
            yield Path(*parts[:place], *parts[place + 1 :])
            return
    yield folder / "images"
    yield folder.parent / "images"
