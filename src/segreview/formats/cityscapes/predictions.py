"""Instance predictions of Cityscapes: a text for each image, whose lines name mask, class and confidence."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from typing import NamedTuple

import numpy as np

from segreview.errors import ReadError
from segreview.formats.classes import CITYSCAPES
from segreview.formats.drawn import yolo
from segreview.formats.guard import file_bytes, first_bytes
from segreview.formats.naming import lower_stem, sample_key
from segreview.formats.png import png
from segreview.model.box import shape_text
from segreview.model.labels import LabelImage, Segment
from segreview.model.stack import stacked

_FIELDS = 3


class _Line(NamedTuple):
    """A prediction: its mask and what is known of it."""

    mask: Path
    segment: Segment


def prediction_files(path: Path) -> tuple[Path, ...]:
    """Text files of predictions: a file itself, or those of a folder; empty where there are none.

    A folder holds predictions where a text in it begins with a mask; an empty one predicts nothing then.
    """
    if not path.is_dir():
        other = path.is_file() and yolo.is_line(_first_line(path).encode())
        return (path,) if path.suffix.lower() == ".txt" and not other else ()
    first = {file: _first_line(file) for file in sorted(path.glob("*.txt"))}
    if not any(map(_names_a_mask, first.values())):
        return ()
    return tuple(file for file, line in first.items() if not line or _names_a_mask(line))


def _first_line(path: Path) -> str:
    text = first_bytes(path, 4096).decode("utf-8", errors="replace")
    return text.strip().partition("\n")[0]


def _names_a_mask(line: str) -> bool:
    return len(line.split()) >= _FIELDS and ".png" in line.lower()


def belongs_to(path: Path, reference: Path) -> bool:
    """Whether predictions are of the image of a reference: named like it, perhaps with more behind."""
    key = sample_key(reference)
    return sample_key(path) == key or lower_stem(path).startswith(f"{key}_")


def read_predictions(path: Path, shape: tuple[int, ...]) -> LabelImage:
    """Predictions of one image, numbered by their lines; those that overlap lie in several planes.

    Every value of a mask but 0 is in it (cityscapesScripts, evalInstanceLevelSemanticLabeling).

    Parameters
    ----------
    path
        Text with lines of the form ``mask.png labelID confidence``; masks lie relative to it.
    shape
        Height and width of the image.

    Raises
    ------
    ReadError
        When a line has another form, or a mask is missing, damaged or of another size.
    """
    lines = list(_lines(path))
    return LabelImage(
        stacked(shape, (_mask(line.mask, path, shape) for line in lines)),
        segments={number: line.segment for number, line in enumerate(lines, start=1)},
        ontology=CITYSCAPES,
        reading=f"read as {len(lines)} instance predictions of Cityscapes",
    )


def _lines(path: Path) -> Iterator[_Line]:
    try:
        text = file_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadError(f"{path} is no text: {error}.", "Predictions are lines of UTF-8.") from error
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield _parsed(line, path, number)


def _parsed(line: str, path: Path, number: int) -> _Line:
    """A line; the name of the mask may hold blanks, as long as the two numbers stand behind it."""
    fields = line.strip().rsplit(maxsplit=_FIELDS - 1)
    try:
        name, label_id, confidence = fields
        segment = Segment(category=int(label_id), score=float(confidence))
    except ValueError:
        segment = None
    if segment is None or segment.score is None or not isfinite(segment.score):
        raise ReadError(
            f"{path}, line {number}: {line.strip()!r} is no mask with label id and confidence.",
            "Write, for example: frankfurt_000000_000294_0.png 26 0.97",
        )
    if Path(name).is_absolute():
        raise ReadError(
            f"{path}, line {number}: {name} is an absolute path.", "Name masks relative to the text file."
        )
    return _Line(path.parent / name, segment)


def _mask(mask: Path, path: Path, shape: tuple[int, ...]) -> np.ndarray:
    pixels: np.ndarray = png.decode(file_bytes(mask), mask).numbers != 0
    if pixels.shape != shape:
        raise ReadError(
            f"{mask} is {shape_text(pixels.shape)} pixels, and the image {shape_text(shape)}.",
            f"Every mask of {path.name} is of the whole image.",
        )
    return pixels
