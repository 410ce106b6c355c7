"""Colours of filled masks: by side, by IoU or by class; an edit costs what the touched objects cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from segreview.compare.disagreement import Disagreement, Relation
from segreview.compare.overlap import OTHER, SIDES
from segreview.model.labels import Kind
from segreview.model.sample import REFERENCE
from segreview.session.change import Change, What
from segreview.session.review import Review
from segreview.shape.fill import Fill
from segreview.shape.lookup import IdTable
from segreview.ui.palette import GT_COLOR, IOU_COLORS, LONE_COLOR, MODEL_COLOR, QUIET_COLOR, rgb, stable_color
from segreview.ui.switches import Coloring

IOU_EDGES = (0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
"""Where one colour of the ramp ends and the next begins."""

_STRENGTH = 0.45
_CLASS_STRENGTH = 0.55
_SHADES = 7
"""Shades of one side's colour, so that touching objects can be told apart."""

_LONE, _IGNORED = len(IOU_COLORS) + 1, len(IOU_COLORS) + 2
_CLASSLESS = 1


@dataclass(frozen=True)
class Entry:
    """What a tint says.

    Parameters
    ----------
    tint
        The tint.
    name
        Its meaning.
    color
        Its colour, 0 to 255.
    hatched
        Whether it is drawn as stripes.
    always
        Whether the legend names it, be it in view or not: a ramp is understood as a whole.
    """

    tint: int
    name: str
    color: tuple[int, int, int]
    hatched: bool = False
    always: bool = False


class Tints(Protocol):
    """Colours of the objects of a review.

    Attributes
    ----------
    fills
        How the areas of the reference and of the prediction are coloured.
    entries
        What the colours say; empty where the outlines say it already.
    """

    fills: tuple[Fill, Fill]
    entries: tuple[Entry, ...]

    def follow(self, change: Change) -> bool:
        """Follow a change of the review; whether areas that it did not touch have changed their colour."""


def tints(review: Review, coloring: Coloring) -> Tints:
    """Colours of a review's objects as a colouring wants them."""
    if coloring == Coloring.SIDE:
        return BySide()
    return ByIou(review) if coloring == Coloring.IOU else ByCategory(review)


class BySide:
    """Blue for the GT and orange for the model, in shades."""

    def __init__(self) -> None:
        self.entries: tuple[Entry, ...] = ()
        self.fills = _shaded(GT_COLOR), _shaded(MODEL_COLOR)

    def follow(self, change: Change) -> bool:  # noqa: ARG002 (the protocol's)
        """Nothing to follow: an object's shade comes from its id."""
        return False


class _Listed:
    """Tints that are kept for every object, in one list for each side."""

    def __init__(
        self, review: Review, entries: Iterable[Entry], other: int, strength: float = _STRENGTH
    ) -> None:
        self.review = review
        self.entries = tuple(entries)
        colors = _table({entry.tint: entry.color for entry in self.entries}, strength)
        hatched = frozenset(entry.tint for entry in self.entries if entry.hatched)
        first = self._assign(review.disagreements.items.values())
        self._lists = {side: IdTable(first[side], other) for side in SIDES}
        self.fills = tuple(  # type: ignore[assignment]  # there are two sides
            Fill(self._lists[side].of, colors, hatched, mixed=False) for side in SIDES
        )

    fills: tuple[Fill, Fill]

    def tint(self, side: str, object_id: int, iou: float | None, relation: Relation) -> int:
        """Tint of an object, by its IoU with its best partner in its item; None when it has none."""
        raise NotImplementedError

    def follow(self, change: Change) -> bool:
        """Give the touched objects their tints; for classes all, of which there are few."""
        if What.ROWS not in change.what:
            return False
        rows = [self.review.queue.row(number) for number in change.rows]
        touched = {side: {i for row in rows for i in row.item.ids(side)} for side in SIDES}
        touched[REFERENCE].update(i for edit in change.edits for i in edit.ids)
        fresh = self._assign(row.item for row in rows if not row.gone)
        for side in SIDES:
            self._lists[side].exchange(touched[side], fresh[side])
        return self.review.reference.kind is Kind.SEMANTIC

    def _assign(self, items: Iterable[Disagreement]) -> dict[str, dict[int, int]]:
        """Tints of the objects of some items."""
        found: dict[str, dict[int, int]] = {side: {} for side in SIDES}
        for side, object_id, iou, relation in _objects(self.review, items):
            found[side][object_id] = self.tint(side, object_id, iou, relation)
        return found


class ByIou(_Listed):
    """A ramp from low to high IoU, and stripes for objects without a partner."""

    def __init__(self, review: Review) -> None:
        names = [f"IoU below {IOU_EDGES[0]:.2f}", *(f"IoU from {edge:.2f}" for edge in IOU_EDGES)]
        ramp = (
            Entry(n, name, _bytes(color), always=True)
            for n, (name, color) in enumerate(zip(names, IOU_COLORS, strict=True), 1)
        )
        lone = Entry(_LONE, "no partner", _bytes(LONE_COLOR), hatched=True, always=True)
        ignored = Entry(_IGNORED, "takes no part", _bytes(QUIET_COLOR))
        super().__init__(review, (lone, *ramp, ignored), _LONE)

    def tint(self, side: str, object_id: int, iou: float | None, relation: Relation) -> int:  # noqa: ARG002
        """The bin of the IoU."""
        if relation is Relation.IGNORED:
            return _IGNORED
        return _LONE if iou is None else 1 + int(np.searchsorted(IOU_EDGES, iou, side="right"))


class ByCategory(_Listed):
    """The colour that the data set gives a class, or one of ours that stays the same."""

    def __init__(self, review: Review) -> None:
        classes = _classes(review)
        self._numbers = {category: 2 + n % 250 for n, category in enumerate(classes)}
        entries = [Entry(_CLASSLESS, "no class", _bytes(QUIET_COLOR))]
        entries += [Entry(self._numbers[i], name, color) for i, (name, color) in classes.items()]
        super().__init__(review, entries, _CLASSLESS, _CLASS_STRENGTH)

    def tint(self, side: str, object_id: int, iou: float | None, relation: Relation) -> int:  # noqa: ARG002
        """The number of the class."""
        category = self.review.table.labels(side).category_of(object_id)
        return _CLASSLESS if category is None else self._numbers.get(category, _CLASSLESS)


def _objects(
    review: Review, items: Iterable[Disagreement]
) -> Iterator[tuple[str, int, float | None, Relation]]:
    """Side, id, best IoU and relation of the objects of some items, or of every class of semantic labels."""
    table = review.table
    if review.reference.kind is Kind.SEMANTIC:
        for side in SIDES:
            for i in table.areas(side):
                yield side, i, table.iou(i, i) if table.intersection(i, i) else None, Relation.CLASS
        return
    for item in items:
        single = len(item.reference_ids) == len(item.prediction_ids) == 1
        for side in SIDES:
            partners = item.ids(OTHER[side])
            for i in item.ids(side):
                iou = item.iou if single else max((_iou(review, side, i, p) for p in partners), default=None)
                yield side, i, iou, item.relation


def _iou(review: Review, side: str, own: int, partner: int) -> float:
    return review.table.iou(*((own, partner) if side == REFERENCE else (partner, own)))


def _classes(review: Review) -> dict[int, tuple[str, tuple[int, int, int]]]:
    """Name and colour of every class of both sides, the first keeps a colour that several have."""
    found: dict[int, tuple[str, tuple[int, int, int]]] = {}
    taken: set[tuple[int, int, int]] = set()
    for labels in (review.reference, review.prediction):
        for category in labels.ontology or ():
            if category.id not in found and not category.ignore:
                color = stable_color(category.id) if category.color in taken else category.color
                taken.add(color)
                found[category.id] = category.name, color
    if review.reference.kind is Kind.SEMANTIC:
        seen = {i for side in SIDES for i in review.table.areas(side)}
        found |= {i: (f"class {i}", stable_color(i)) for i in seen - found.keys()}
    return dict(sorted(found.items()))


def _shaded(color: str) -> Fill:
    """Fill that gives every id a shade of one colour."""
    light = np.linspace(0.0, 0.45, _SHADES)[:, None]
    tones = np.array(rgb(color))[None, :] * (1 - light) + light
    table = _table({n: _whole(tone) for n, tone in enumerate(tones, start=1)})
    return Fill(_shade_of, table)


def _shade_of(ids: np.ndarray) -> np.ndarray:
    return (ids % ids.dtype.type(_SHADES) + ids.dtype.type(1)).astype(np.uint8)


def _table(colors: Mapping[int, tuple[int, int, int]], strength: float = _STRENGTH) -> np.ndarray:
    """Colours by tint, translucent, with nothing as tint 0."""
    table = np.zeros((max(colors) + 1, 4), np.uint8)
    for tint, color in colors.items():
        table[tint] = (*color, round(255 * strength))
    return table


def _bytes(color: str) -> tuple[int, int, int]:
    return _whole(rgb(color))


def _whole(color: Iterable[float]) -> tuple[int, int, int]:
    red, green, blue = (round(255 * float(part)) for part in color)
    return red, green, blue
