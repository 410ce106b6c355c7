"""Classes of objects: which a new object gets, and which an object may be given instead of its own.

Where a file keeps the class of each object beside its pixels, as COCO's and LabelMe's do, another class is
a fact that is exchanged. Where ids hold the class, as in Cityscapes, it is an edit that writes another id.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from segreview.compare.live import LiveDisagreements
from segreview.compare.objects import Disagreements
from segreview.compare.overlap import OverlapTable
from segreview.errors import EditRefused
from segreview.formats.registry import format_named
from segreview.model.edit import Edit
from segreview.model.labels import Kind, LabelImage, Segment
from segreview.model.ontology import Category
from segreview.model.sample import REFERENCE
from segreview.session.class_change import ClassChange
from segreview.session.fresh import FreshIds
from segreview.triage.queue import Queue, Row

CLASSED = Edit(REFERENCE, 0, (), "class")
"""Edit without a pixel: what follows edits hears by it that objects have another class."""


def are_facts(labels: LabelImage) -> bool:
    """Whether objects have classes that stand beside their pixels, and that their file keeps."""
    table, origin = labels.ontology, labels.origin
    if table is None or table.factor or labels.kind not in (Kind.INSTANCE, Kind.PANOPTIC):
        return False
    return origin is None or not origin.format or format_named(origin.format).keeps.categories


def set_classes(labels: LabelImage, changes: Iterable[ClassChange]) -> set[int]:
    """Write classes into labels whose segments nobody else has, and return whose they are."""
    segments = labels.segments
    assert isinstance(segments, dict)
    classed = set()
    for change in changes:
        segment = replace(segments.get(change.id, Segment()), category=change.after)
        if segment == Segment():
            segments.pop(change.id, None)
        else:
            segments[change.id] = segment
        classed.add(change.id)
    return classed


def rows_of_objects(ids: Iterable[int], disagreements: LiveDisagreements, queue: Queue) -> list[Row]:
    """Rows of the items that hold objects of the GT; none where items are regions."""
    if not isinstance(disagreements, Disagreements):
        return []
    items = (disagreements.find(REFERENCE, i) for i in ids)
    rows = (queue.row_of(item) for item in items if item is not None)
    return [row for row in rows if row is not None]


class Classing:
    """The class that new objects get.

    Parameters
    ----------
    labels
        Labels under review.
    table
        Tells which objects there are.
    fresh
        Tells which class an id was given out for.
    """

    def __init__(self, labels: LabelImage, table: OverlapTable, fresh: FreshIds) -> None:
        self._labels, self._table, self._fresh = labels, table, fresh
        self._in_hand: int | None = None

    def hold(self, category: int | None) -> None:
        """Paint new objects with a class from now on; one that the labels do not know changes nothing."""
        if self._labels.ontology is not None and self._labels.ontology.get(category) is not None:
            self._in_hand = category

    @property
    def in_hand(self) -> Category | None:
        """Class of the next new object: the one held last, else the one that most objects have.

        None where classes are no facts, or ids hold them.
        """
        table = self._labels.ontology
        if table is None or not are_facts(self._labels):
            return None
        if self._in_hand is None:
            counted = Counter(map(self._labels.category_of, sorted(self._table.areas(REFERENCE))))
            known = [i for i, _ in counted.most_common() if table.get(i) is not None]
            self._in_hand = known[0] if known else next((category.id for category in table), None)
        return table.get(self._in_hand)

    def of_new(self, edits: Iterable[Edit]) -> tuple[ClassChange, ...]:
        """Classes of the objects that edits are going to make."""
        if not are_facts(self._labels):
            return ()
        written = {i for edit in edits for patch in edit.patches for i in np.unique(patch.new).tolist()}
        new = sorted(i for i in written - self._labels.outside if not self._table.area(REFERENCE, i))
        return tuple(
            ClassChange(i, None, category)
            for i in new
            if self._labels.category_of(i) is None and (category := self._class_of_new(i)) is not None
        )

    def _class_of_new(self, number: int) -> int | None:
        meant, table = self._fresh.meant.get(number), self._labels.ontology
        if table is not None and table.get(meant) is not None:
            return meant
        return None if self.in_hand is None else self.in_hand.id


def class_choices(labels: LabelImage) -> list[Category]:
    """Classes that objects may be given; void is none.

    Raises
    ------
    EditRefused
        When there is no class table, or the file does not keep classes.
    """
    table = labels.ontology
    if table is None:
        raise EditRefused(
            "These labels have no classes.",
            "Open them with a class table, or save them in a format of classes.",
        )
    if not (are_facts(labels) or table.factor or labels.kind is Kind.SEMANTIC):
        title = "This file" if labels.origin is None else format_named(labels.origin.format).title
        raise EditRefused(
            f"{title} keeps no class of an object.",
            "Export the labels in a format that does, for example COCO, and open that.",
        )
    things_only = labels.kind is Kind.INSTANCE and any(category.isthing for category in table)
    return [c for c in table if c.id not in labels.void and not c.ignore and (c.isthing or not things_only)]
