"""Reading: what the integers of a data set stand for, decided once and not file by file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path

from segreview.errors import SegreviewError
from segreview.formats.format import Usual
from segreview.formats.image import spatial_shape
from segreview.formats.kind import distinct
from segreview.formats.pairing import Entry, open_entry
from segreview.formats.registry import find_format, read
from segreview.model.labels import Kind, LabelImage
from segreview.model.ontology import Ontology
from segreview.model.sample import Sample


@dataclass(frozen=True, eq=False)
class Reading:
    """How the labels of a data set are read.

    Parameters
    ----------
    kind
        What the user says that the integers stand for, or None.
    classes
        Class table, or None.
    usual
        What most files of the data set are, where nobody says it.
    """

    kind: Kind | str | None = None
    classes: str | Path | Ontology | None = None
    usual: Usual | None = None

    def sample(self, entry: Entry, pause: Callable[[], None] = lambda: None) -> Sample:
        """Sample of an entry; raises what `open_entry` raises, and what ``pause`` does."""
        return open_entry(entry, self.classes, self.kind, self.usual, pause)


_LIGHT = 2**20
"""Pixels up to which a sample is opened in a moment, whatever is in it."""


def is_light(entry: Entry) -> bool:
    """Whether a sample is so small that nobody has to wait for it, by the header of its GT."""
    try:
        return pixels_of(entry.gt) <= _LIGHT
    except SegreviewError:
        return True  # that it cannot be read is found out at once


def pixels_of(labels: Path) -> int:
    """Pixels of labels, by their header.

    Raises
    ------
    ReadError
        When it cannot be read.
    """
    return prod(spatial_shape(find_format(labels).files(labels)[0]))


_LOOKED_AT = 4
"""Files that decide what a data set is."""

_PIXELS_LOOKED_AT = 2**24
"""Pixels of them, of which at least one file is read."""


def usual_of(entries: Sequence[Entry], classes: str | Path | Ontology | None = None) -> Usual | None:
    """What the labels of a data set are, by a few of its files; None when these say nothing.

    A file of a single value says nothing. Two-valued files are masks only where all files are: among
    files of objects they hold one object. Otherwise most files decide.
    """
    step = max(1, len(entries) // _LOOKED_AT)
    found: list[LabelImage] = []
    pixels = 0
    for entry in entries[::step]:
        try:
            pixels += pixels_of(entry.gt)
            if len(found) >= _LOOKED_AT or (found and pixels > _PIXELS_LOOKED_AT):
                break
            labels = read(entry.gt, classes=classes)
        except SegreviewError:
            continue  # it is told when it is opened
        if distinct(labels.planes[0]).size > 1:
            found.append(labels)
    return usual_kind(found)


def usual_kind(found: Sequence[LabelImage]) -> Usual | None:
    """What labels are that belong together; None when there are none."""
    counts = Counter(labels.kind for labels in found)
    masks = counts.pop(Kind.BINARY, 0)
    if counts:
        return Usual(counts.most_common(1)[0][0])
    if not masks:
        return None
    values = {labels.origin.facts.get("values") for labels in found if labels.origin is not None}
    return Usual(Kind.BINARY, values.pop() if len(values) == 1 else None)
