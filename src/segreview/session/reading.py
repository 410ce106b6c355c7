"""Reading: what the integers of a data set stand for, decided once and not file by file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import prod
from pathlib import Path

from segreview.errors import SegreviewError
from segreview.formats.entry import Entry, open_entry, shape_for
from segreview.formats.format import Usual
from segreview.formats.kind import distinct
from segreview.formats.registry import read, shapes_of
from segreview.model.labels import Kind, LabelImage
from segreview.model.ontology import Ontology
from segreview.model.sample import Sample
from segreview.session.places import review_folder
from segreview.session.record import Record, read_record


@dataclass(frozen=True, eq=False)
class Reading:
    """How the labels of a data set are read.

    Parameters
    ----------
    kind
        What the user says that the integers stand for, or None.
    classes
        Class table, or None.
    usual, usual_pred
        What the GT, and the model's masks, of the data set are where nobody says it.
    values, values_pred
        What the user says that masks of the GT, and of the model, write for background and for objects.
    """

    kind: Kind | str | None = None
    classes: str | Path | Ontology | None = None
    usual: Usual | None = None
    usual_pred: Usual | None = None
    values: tuple[int, int] | None = None
    values_pred: tuple[int, int] | None = None

    def sample(self, entry: Entry, pause: Callable[[], None] = lambda: None) -> Sample:
        """Sample of an entry; raises what `open_entry` raises, and what ``pause`` does."""
        usual_pred = _said(self.values_pred) or self.usual_pred
        return open_entry(entry, self.classes, self.kind, self.expected(entry), usual_pred, pause)

    def reference(self, entry: Entry) -> LabelImage:
        """GT of an entry; raises what `read` raises."""
        shape = shape_for(entry)
        return read(entry.gt, classes=self.classes, kind=self.kind, usual=self.expected(entry), shape=shape)

    def expected(self, entry: Entry) -> Usual | None:
        """What the GT of an entry is: what it was read as when it was worked on, else as the data set is.

        Edits change what a rule sees, and a review of another kind would not find its verdicts.
        """
        if (said := _said(self.values)) is not None:
            return said
        record = read_record(review_folder(entry.gt))
        if record is None or not record.begun or not self.suits(record):
            return self.usual
        return Usual(Kind(record.kind), record.values, "as the last time")

    # ---------------------------------------------------------------- from one start to the next
    @property
    def table(self) -> str:
        """Name of the class table; empty without one."""
        return self.classes.name if isinstance(self.classes, Ontology) else str(self.classes or "")

    def suits(self, record: Record) -> bool:
        """Whether a record tells something beside the class table, which it may not have known."""
        return not self.table or self.table == record.classes

    def noted(self, record: Record) -> Record:
        """Record of a sample with how the data set was read."""
        return replace(
            record,
            asked=self.kind is not None,
            classes=self.table,
            usual=_said(self.values) or self.usual,
            usual_pred=_said(self.values_pred) or self.usual_pred,
        )


def _said(values: tuple[int, int] | None) -> Usual | None:
    """What the user says of masks by their values."""
    return None if values is None else Usual(Kind.BINARY, values, "as you said")


_LIGHT = 2**20
"""Pixels up to which a sample is opened in a moment, whatever is in it."""


def is_light(entry: Entry) -> bool:
    """Whether a sample is so small that nobody has to wait for it, by the header of its GT."""
    try:
        return pixels_of(entry.gt) <= _LIGHT
    except SegreviewError:
        return True  # that it cannot be read is found out at once


def pixels_of(labels: Path) -> int:
    """Pixels of labels, by their header or their image; 0 where they cannot be known without reading.

    Raises
    ------
    ReadError
        When it cannot be read.
    """
    found = shapes_of(labels)
    return prod(found[0][1]) if found else 0


_DECIDING = 4
"""Files that decide what a data set is."""

_PIXELS_LOOKED_AT = 2**24
"""Pixels of files that are read for that, once one of them has said something."""

_PIXELS_IN_VAIN = 2**27
"""Pixels that are read while none has: most masks of a data set may be empty."""


def usual_of(files: Sequence[Path], classes: str | Path | Ontology | None = None) -> Usual | None:
    """What the labels of a data set are, by a few of its files; None when these say nothing.

    A file of a single value says nothing. Two-valued files are masks only where all files are: among
    files of objects they hold one object. Otherwise most files decide.
    """
    found: list[LabelImage] = []
    pixels = 0
    for file in _far_apart(files):
        if len(found) >= _DECIDING or pixels > (_PIXELS_LOOKED_AT if found else _PIXELS_IN_VAIN):
            break
        try:
            pixels += pixels_of(file)
            if found and pixels > _PIXELS_LOOKED_AT:
                break
            labels = read(file, classes=classes)
        except SegreviewError:
            continue  # it is told when it is opened
        if distinct(labels.planes[0]).size > 1:
            found.append(labels)
    return usual_kind(found)


def _far_apart(files: Sequence[Path]) -> list[Path]:
    """Files in an order in which the first ones lie far apart."""
    step = max(1, len(files) // _DECIDING)
    return [file for start in range(step) for file in files[start::step]]


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
