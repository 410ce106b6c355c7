"""Renewal: after an edit only the objects near it are looked at anew."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from segreview.model.box import Box
from segreview.model.labels import LabelImage
from segreview.triage.evidence.backdrop import Backdrop
from segreview.triage.evidence.cutout import Cutout
from segreview.triage.evidence.relation import Relations
from segreview.triage.evidence.subject import Subject
from segreview.triage.evidence.table import Evidence, assembled, evidence_on
from segreview.triage.inspection import Inspection, View, views_of, with_model
from segreview.triage.missed import candidates_of


@dataclass(frozen=True)
class Touch:
    """A place where an edit has changed labels: the plane and a box in it."""

    plane: int
    box: Box

    def within(self, view: View) -> Box | None:
        """Box in the coordinates of a view; None when it lies in another plane or at another time."""
        if self.plane != view.plane:
            return None
        if view.frame is None:
            return self.box
        if not self.box.start[0] <= view.frame < self.box.stop[0]:
            return None
        return Box(self.box.start[1:], self.box.stop[1:])


def renewed(
    before: Sequence[Inspection],
    labels: LabelImage,
    touches: Sequence[Touch],
    pause: Callable[[], None] = lambda: None,
) -> Iterator[Inspection]:
    """Inspections of an annotation after edits; what the image shows is not looked at again.

    Parameters
    ----------
    before
        Inspections of every view before the edits.
    labels
        The annotation after them.
    touches
        Where they differ.
    pause
        Called between objects; what it raises ends the work.
    """
    for old, bare in zip(before, views_of(labels), strict=True):
        boxes = [box for touch in touches if (box := touch.within(bare)) is not None]
        yield _renewed(old, replace(bare, picture=old.view.picture), boxes, pause) if boxes else old


def _renewed(old: Inspection, view: View, boxes: Sequence[Box], pause: Callable[[], None]) -> Inspection:
    pause()
    subject, backdrop = view.subject, old.backdrop
    pause()
    relations = None if old.relations is None else Relations.of(subject, old.relations.model)
    known = _Known(old.annotated, old.view.subject, boxes)
    annotated = known.gathered(subject, range(1, len(subject) + 1), backdrop, None, pause)
    candidates = candidates_of(subject, backdrop, relations)
    pause()
    known = _Known(old.unclaimed, old.candidates.subject, boxes)
    unclaimed = known.gathered(candidates.subject, candidates.ranks, backdrop, annotated, pause)
    if relations is not None:
        annotated, unclaimed = with_model(annotated, unclaimed, candidates, relations)
    return Inspection(view, backdrop, relations, annotated, candidates, unclaimed)


class _Known:
    """Figures on objects that no edit came near, by what they are recognised by.

    Parameters
    ----------
    evidence, subject
        The figures, and the objects that they are on.
    boxes
        Where edits were.
    """

    def __init__(self, evidence: Evidence, subject: Subject, boxes: Iterable[Box]) -> None:
        self._evidence = evidence
        self._boxes = tuple(boxes)
        self._places = {_mark(subject, int(rank)): place for place, rank in enumerate(evidence.ranks)}

    def gathered(
        self,
        subject: Subject,
        ranks: Iterable[int],
        backdrop: Backdrop | None,
        population: Evidence | None,
        pause: Callable[[], None],
    ) -> Evidence:
        """Evidence on objects, as `gather` gives it."""
        ranks = list(ranks)
        rows = [self._row(subject, rank) or _fresh_row(subject, rank, backdrop, pause) for rank in ranks]
        names = set(rows[0]).intersection(*rows[1:]) if rows else set()
        plain = [{name: row[name] for name in sorted(names)} for row in rows]
        return assembled(np.array(ranks, np.int64), plain, population)

    def _row(self, subject: Subject, rank: int) -> Mapping[str, float] | None:
        """Figures on an object that is where it was, and near no edit."""
        place = self._places.get(_mark(subject, rank))
        window = Cutout.of(subject, rank).window
        if place is None or any(window & box for box in self._boxes):
            return None
        return self._evidence.row(place)


def _fresh_row(
    subject: Subject, rank: int, backdrop: Backdrop | None, pause: Callable[[], None]
) -> Mapping[str, float]:
    pause()
    figures = evidence_on(Cutout.of(subject, rank), backdrop)
    return {**figures, "log area": float(np.log(subject.areas[rank]))}


def _mark(subject: Subject, rank: int) -> Hashable:
    """What an object is recognised by after an edit elsewhere."""
    return int(subject.ids[rank - 1]), subject.boxes[rank - 1], int(subject.areas[rank])
