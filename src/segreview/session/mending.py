"""Mending in a review: marks of hygiene of the GT, and how those that are chosen are put right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from segreview.errors import EditRefused
from segreview.model.edit import Edit
from segreview.session.aim import aim
from segreview.session.gesture import Gesture
from segreview.session.review import Review
from segreview.triage.hygiene import MENDING, NAMES, Mark, mend
from segreview.triage.queue import Row
from segreview.triage.trace.flaw import LARGEST

Marks = Mapping[int, Sequence[Mark]]
"""Marks by the object that has them."""


@dataclass(frozen=True)
class Blot:
    """All marks of one kind of one object: what a tool mends at once.

    Parameters
    ----------
    name
        One of the names of hygiene.
    object_id
        The object, or the class.
    marks
        The marks; several in a series, one for each time.
    """

    name: str
    object_id: int
    marks: tuple[Mark, ...]

    @property
    def mendable(self) -> bool:
        """Whether a tool puts it right; else it needs a hand."""
        return self.name in MENDING

    @property
    def pixels(self) -> int:
        """Pixels that are concerned."""
        return sum(mark.pixels for mark in self.marks)

    @property
    def text(self) -> str:
        """What it is, in words."""
        first, *others = self.marks
        return f"{first.text}, and at {len(others)} more times" if others else first.text


def blots_of(marks: Marks) -> list[Blot]:
    """Marks as blots, in the order of the names; within one, the most pixels first."""
    found = [
        Blot(name, number, tuple(mark for mark in of_object if mark.name == name))
        for number, of_object in marks.items()
        for name in dict.fromkeys(mark.name for mark in of_object)
    ]
    return sorted(found, key=lambda blot: (NAMES.index(blot.name), -blot.pixels, blot.object_id))


def mendable_of(review: Review, rows: Iterable[Row]) -> list[Blot]:
    """What tools can mend of the GT objects of rows; very large items are not looked at."""
    items = [row.item for row in rows if not row.gone and row.item.box.size <= LARGEST]
    ids = dict.fromkeys(number for item in items for number in item.reference_ids)
    return [blot for blot in blots_of({i: review.hygiene.of(i) for i in ids}) if blot.mendable]


def mending_edits(review: Review, blots: Iterable[Blot], *, trial: bool = False) -> list[Edit]:
    """Edits that put blots right; ``trial`` uses no new ids up."""
    marks: dict[int, list[Mark]] = {}
    for blot in blots:
        marks.setdefault(blot.object_id, []).extend(blot.marks)
    return mend(marks, partial(aim, review, trial=trial))


def mend_blots(review: Review, blots: Sequence[Blot], *, origin: object = None) -> Gesture:
    """Put blots right, all together as one step of undo.

    Raises
    ------
    EditRefused
        As `Review.apply`, and when no pixel would change.
    """
    edits = mending_edits(review, blots)
    if not edits:
        raise EditRefused(
            "Nothing was changed: what fills these holes are other objects, which stay.",
            "Correct it by hand, with brush or eraser.",
        )
    return review.apply(edits, mending_title(blots), origin=origin)


def mending_title(blots: Sequence[Blot]) -> str:
    """What mending does, as the Undo menu names it."""
    if len(blots) == 1:
        return f"Mend GT {blots[0].object_id}: {blots[0].text}"
    return f"Mend {len(blots)} marks of hygiene"
