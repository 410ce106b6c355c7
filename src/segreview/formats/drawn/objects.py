"""Objects as a file draws them one by one, and the label image that they make."""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import isfinite
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from segreview.errors import ReadError, SegreviewError
from segreview.formats.classes import spread_color
from segreview.formats.guard import refuse_absurd
from segreview.formats.planes import Part, parts_of, stacked
from segreview.model.labels import LabelImage, Segment
from segreview.model.ontology import Category, Ontology
from segreview.shape.trace import Traced, traced

_NOTHING: Mapping[int, Segment] = MappingProxyType({})

BYTES_PER_PIXEL = 4
"""What a plane of labels takes."""


@dataclass(frozen=True, eq=False, slots=True)
class Drawn:
    """An object as a file draws it.

    Parameters
    ----------
    part
        Its pixels.
    label
        Name of its class, or None.
    score
        Confidence of the model, or None.
    places
        Places in the file of the entries that draw it.
    id
        Its id in labels, for messages.
    """

    part: Part
    label: str | None = None
    score: float | None = None
    places: tuple[int, ...] = ()
    id: int = 0

    def same(self, other: Drawn) -> bool:
        """Whether two objects are equal in all that a file says of them."""
        return (self.label, self.score) == (other.label, other.score) and self.part.equals(other.part)

    def at(self, *places: int) -> Drawn:
        """Same object with other places."""
        return replace(self, places=places)

    def outlines(self) -> tuple[Traced, ...]:
        """Outlines of its parts along the edges of pixels."""
        top, left = self.part.box.start
        return traced(self.part.mask, (top, left))


@dataclass(frozen=True, eq=False)
class Sheet:
    """What a file draws.

    Parameters
    ----------
    shape
        Height and width of the image.
    objects
        The objects, in the order of the file.
    classes
        What the file, or one beside it, tells of classes.
    others
        Number of entries that are no areas: points, lines, texts.
    """

    shape: tuple[int, int]
    objects: tuple[Drawn, ...]
    classes: tuple[Category, ...] = ()
    others: int = 0


def joined(parts: Sequence[Drawn]) -> Drawn:
    """Object of several parts: their pixels and places together, and what is known of the first."""
    if len(parts) == 1:
        return parts[0]
    places = tuple(place for one in parts for place in one.places)
    return replace(parts[0], part=Part.union([one.part for one in parts]), places=places)


def corners_of(points: Any) -> np.ndarray:
    """Corners ``(n, 2)`` of a list of pairs of numbers.

    Raises
    ------
    SegreviewError
        When it is something else.
    """
    try:
        found = np.asarray(points)
    except ValueError:  # rows of different lengths
        found = np.zeros(0, object)
    if points == []:
        return np.zeros((0, 2))
    if found.ndim != 2 or found.shape[1] < 2 or found.dtype.kind not in "iuf":
        raise SegreviewError("its corners are no pairs of numbers.", "Corners are [[x, y], [x, y], …].")
    return found[:, :2].astype(float)


def score_of(value: Any) -> float | None:
    """Confidence that a file states; None where it is no number."""
    good = isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)
    return float(value) if good else None


# -------------------------------------------------------------------- to labels
def planes_of(sheet: Sheet, path: Path) -> tuple[np.ndarray, ...]:
    """Planes with the objects numbered from 1 in the order of the file; those that overlap lie in several.

    Raises
    ------
    ReadError
        When so many overlap that no memory holds the planes.
    """
    check = partial(_refuse_many, path, BYTES_PER_PIXEL * math.prod(sheet.shape))
    return stacked({n: one.part for n, one in enumerate(sheet.objects, start=1)}, sheet.shape, check)


def _refuse_many(path: Path, nbytes: int, planes: int) -> None:
    refuse_absurd(path, planes * nbytes, f"needs {planes} planes for objects that overlap, and with them")


def table_of(sheet: Sheet, asked: Ontology | None, path: Path) -> Ontology | None:
    """Class table of what a file draws; None when it names no class.

    A class has the id that the table has which was asked for, or the file itself. Any other has a number
    made of its name alone, so that a class is the same in every file of a data set.

    Raises
    ------
    ReadError
        When two names make one number.
    """
    named: dict[str, Category] = {one.name: one for one in sheet.classes}
    named.update({one.name: one for one in asked or ()})
    for label in sorted({one.label for one in sheet.objects if one.label is not None} - named.keys()):
        named[label] = Category(number_of(label), label, spread_color(number_of(label)), isthing=True)
    ids = {category.id: category for category in named.values()}
    if len(ids) < len(named):
        one, other = next((c, ids[c.id]) for c in named.values() if ids[c.id] is not c)
        raise ReadError(
            f"{path}: the classes {one.name} and {other.name} would both have the id {one.id}.",
            "Name a class table in which they differ: --classes.",
        )
    things = tuple(replace(category, isthing=True) for category in named.values())
    return Ontology(asked.name if asked else path.stem, things) if named else None


def number_of(label: str) -> int:
    """Number above 0 that a name has in every file: 31 bits of its CRC-32."""
    return (zlib.crc32(label.encode(errors="surrogatepass")) & 0x7FFFFFFF) or 1


def segments_of(objects: Sequence[Drawn], table: Ontology | None) -> Mapping[int, Segment]:
    """What is known of the objects, by their numbers from 1."""
    ids = {category.name: category.id for category in table or ()}
    found = {
        number: Segment(None if one.label is None else ids[one.label], one.score)
        for number, one in enumerate(objects, start=1)
    }
    return {number: segment for number, segment in found.items() if segment != Segment()} or _NOTHING


# -------------------------------------------------------------------- from labels
def drawn_of(labels: LabelImage) -> dict[int, Drawn]:
    """Objects of labels by their ids, in the order of these; also those of void, but for the id 0."""
    return {one: drawn(labels, one, part) for one, part in parts_of(labels).items() if one}


def drawn(labels: LabelImage, one: int, part: Part) -> Drawn:
    """Object of labels with some pixels, and what is known of it."""
    category, known = labels.category_of(one), labels.category(one)
    label = None if category is None else str(category) if known is None else known.name
    return Drawn(part, label, labels.segments.get(one, Segment()).score, id=one)
