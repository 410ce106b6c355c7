"""Gestures: what the user did in one go, and takes back in one go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from segreview.model.box import Box
from segreview.model.edit import Edit, difference
from segreview.model.sample import REFERENCE
from segreview.session.class_change import ClassChange
from segreview.session.verdict import NoteChange, VerdictChange


@dataclass(frozen=True, eq=False)
class Gesture:
    """Edits and verdicts that belong together: one step of undo.

    Parameters
    ----------
    title
        What the user did, as the Undo menu names it.
    edits
        Changes of the labels, in order.
    verdicts
        Changes of verdicts, in order.
    author
        Who did it.
    time
        When, in seconds since the epoch (UTC).
    notes
        Changes of notes, in order.
    classes
        Changes of classes of objects, in order; edits whose ids hold the class need none.
    """

    title: str
    edits: tuple[Edit, ...] = ()
    verdicts: tuple[VerdictChange, ...] = ()
    author: str = ""
    time: float = 0.0
    notes: tuple[NoteChange, ...] = ()
    classes: tuple[ClassChange, ...] = ()

    def inverse(self) -> Gesture:
        """Gesture that takes this one back."""
        return Gesture(
            self.title,
            tuple(edit.inverse() for edit in reversed(self.edits)),
            tuple(change.inverse() for change in reversed(self.verdicts)),
            self.author,
            self.time,
            tuple(change.inverse() for change in reversed(self.notes)),
            tuple(change.inverse() for change in reversed(self.classes)),
        )

    def __bool__(self) -> bool:
        return bool(self.edits or self.verdicts or self.notes or self.classes)

    @property
    def changes_labels(self) -> bool:
        """Whether files that hold the labels no longer do after it."""
        return bool(self.edits or self.classes)


def net_edits(planes: Sequence[np.ndarray], gestures: Iterable[Gesture], tool: str) -> tuple[Edit, ...]:
    """Edits that do at once what many gestures do one after the other; at most one for each plane.

    Parameters
    ----------
    planes
        Planes of the reference before the gestures; they are not changed.
    gestures
        Gestures in order.
    tool
        Name for the edits.
    """
    after: dict[int, np.ndarray] = {}
    boxes: dict[int, list[Box]] = {}
    for gesture in gestures:
        for edit in gesture.edits:
            if edit.plane not in after:
                after[edit.plane] = planes[edit.plane].copy()
            edit.apply_to(after[edit.plane])
            boxes.setdefault(edit.plane, []).extend(patch.box for patch in edit.patches)
    found = ((n, tuple(difference(planes[n], after[n], boxes[n]))) for n in after)
    return tuple(Edit(REFERENCE, n, patches, tool) for n, patches in found if patches)


def net_classes(gestures: Iterable[Gesture]) -> tuple[ClassChange, ...]:
    """Changes of classes that do at once what many gestures do one after the other; one for each object."""
    first: dict[int, ClassChange] = {}
    last: dict[int, ClassChange] = {}
    for gesture in gestures:
        for change in gesture.classes:
            first.setdefault(change.id, change)
            last[change.id] = change
    net = (ClassChange(i, first[i].before, last[i].after) for i in first)
    return tuple(change for change in net if change.before != change.after)
