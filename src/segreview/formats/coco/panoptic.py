"""Segments of COCO's panoptic files: a JSON file, and a PNG for each image whose colours are ids."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from segreview.errors import ReadError
from segreview.formats.coco.file import CocoFile
from segreview.formats.guard import file_bytes, reading, refuse_absurd
from segreview.formats.kind import distinct
from segreview.formats.png import png
from segreview.formats.png.chunks import RGB, SIGNATURE, Header, split
from segreview.formats.png.coding import numbered
from segreview.model.labels import Kind, LabelImage, Segment
from segreview.model.ontology import Ontology

VOID = 0
"""Id of pixels that are no segment."""


def png_folder(file: CocoFile) -> Path:
    """Folder of a file's images: named like it, with or without ``panoptic_``, or that of the file itself.

    Raises
    ------
    ReadError
        When none of them holds the first image.
    """
    stem, parent = file.path.stem, file.path.parent
    first = file_name(file, file.annotations[0]) if file.annotations else ""
    places = [parent / stem, parent / stem.removeprefix("panoptic_"), parent]
    with reading(file.path):  # a damaged name may be one that the system refuses to look for
        found = next((folder for folder in places if (folder / first).is_file()), None)
    if found is None and first:
        raise ReadError(
            f"The images of {file.path} are not beside it: no {first} in "
            f"{', '.join(str(folder) for folder in places)}.",
            f"Put them into a folder named {stem}.",
        )
    return found or parent


def read_panoptic(
    file: CocoFile, entry: Mapping[str, Any], folder: Path, ontology: Ontology | None
) -> LabelImage:
    """Labels of one image.

    Areas and boxes of the file are not looked at: they may be stale.

    Parameters
    ----------
    file, entry
        The file, and its entry of the image.
    folder
        Where the PNG is.
    ontology
        Class table; that of the file where it has one.

    Raises
    ------
    ReadError
        When the PNG is missing or no colour image, or has a segment of which the file says nothing.
    """
    path = folder / file_name(file, entry)
    ids = ids_of(file_bytes(path), path)
    segments = {row["id"]: segment_of(row) for row in rows_of(file, entry)}
    unknown = [int(id_) for id_ in distinct(ids) if int(id_) not in segments and id_ != VOID]
    if unknown:
        raise ReadError(
            f"{path} has pixels of the segment {unknown[0]}, which {file.path.name} does not know.",
            "The two belong to different versions, or the PNG was saved with changed colours.",
        )
    return LabelImage(
        (ids,),
        kind=Kind.PANOPTIC,
        background=None,
        void=frozenset({VOID}),
        segments=segments,
        ontology=file.ontology or ontology,
        reading=f"read as panoptic labels: {len(segments)} segments of {file.path.name}",
    )


def ids_of(content: bytes, path: Path) -> np.ndarray:
    """Ids of a PNG, R + 256 G + 65536 B, int32.

    Raises
    ------
    ReadError
        When it is none with three colours of 8 bits.
    """
    if not content.startswith(SIGNATURE):
        raise ReadError(f"{path} is no PNG file.", "Panoptic ids are the colours of PNG images.")
    found = Header.parse(content[:33], path)
    if (found.color, found.depth) != (RGB, 8):
        raise ReadError(
            f"{path} is no PNG with three colours of 8 bits.", "Panoptic ids are R + 256 G + 65536 B."
        )
    refuse_absurd(path, 4 * found.nbytes)
    return numbered(png.samples(split(content, path)[0], found, path))


def segment_of(row: Mapping[str, Any]) -> Segment:
    """What a row of ``segments_info`` tells."""
    score = row.get("score")
    return Segment(
        row["category_id"],
        float(score) if isinstance(score, (int, float)) else None,
        bool(row.get("iscrowd", 0)),
    )


def rows_of(file: CocoFile, entry: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Rows of an entry, one for each segment.

    Raises
    ------
    ReadError
        When one has no id or class.
    """
    rows = entry.get("segments_info")
    good = isinstance(rows, list) and all(
        isinstance(row, dict) and all(isinstance(row.get(key), int) for key in ("id", "category_id"))
        for row in rows
    )
    if not isinstance(rows, list) or not good:
        raise ReadError(
            f"{file.path}: the image {entry['image_id']} has a segment without id or category_id.",
            "Every row of segments_info needs both, as whole numbers.",
        )
    return rows


def file_name(file: CocoFile, entry: Mapping[str, Any]) -> str:
    """Name of an image's PNG; a path that leads out of the folder is refused."""
    name = entry.get("file_name")
    if not isinstance(name, str) or not name or Path(name).name != name:
        raise ReadError(
            f"{file.path}: the image {entry['image_id']} has no file_name, or one with folders.",
            "file_name is the name of its PNG.",
        )
    return name
