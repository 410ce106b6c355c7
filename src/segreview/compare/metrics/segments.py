"""Segments of a side, numbered: each with its class and whether it is a crowd; stuff is one per class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from segreview.errors import SegreviewError
from segreview.model.labels import Kind, LabelImage

NOTHING, VOID = -1, -2
"""Numbers of what is no segment: unlabelled pixels, and those that take part in no figure."""


@dataclass(frozen=True, eq=False)
class Segments:
    """Segments of one side of an image.

    Parameters
    ----------
    numbers
        For every id of a column of ids the number of its segment, `NOTHING` or `VOID`.
    ids
        Id of every segment; of stuff that was taken together the lowest.
    categories
        Class id of every segment.
    crowds
        Whether a segment stands for several objects that nobody told apart.
    absorbing
        Whether it is a crowd under which predictions of its class are ignored.
    """

    numbers: np.ndarray
    ids: np.ndarray
    categories: np.ndarray
    crowds: np.ndarray
    absorbing: np.ndarray

    def __len__(self) -> int:
        return int(self.categories.size)


def segments_of(
    ids: np.ndarray, labels: LabelImage, things: Mapping[int, bool], *, as_listed: bool = False
) -> Segments:
    """Segments of a column of ids, in which ids may occur again and again.

    Parameters
    ----------
    ids
        Ids, 1-D.
    labels
        What they mean.
    things
        For every class id whether its segments are countable things; those of other classes, the stuff,
        are taken together.
    as_listed
        Whether to do as panopticapi: every segment of stuff stays its own, and of several crowds of one
        class only the last one that is listed absorbs.

    Raises
    ------
    SegreviewError
        When a segment has no class, or one that is not among them.
    """
    known, inverse = np.unique(ids, return_inverse=True)
    void = void_of(labels)
    last = {segment.category: id_ for id_, segment in labels.segments.items() if segment.iscrowd}
    places: dict[tuple[bool, int], int] = {}
    facts: list[tuple[int, int, bool, bool]] = []
    numbers = []
    for id_ in map(int, known):
        if id_ in void or id_ in labels.outside:
            numbers.append(VOID if id_ in void else NOTHING)
            continue
        category = _category(id_, labels, things)
        crowd = id_ in labels.segments and labels.segments[id_].iscrowd
        merged = not (things[category] or crowd or as_listed)
        place = places.setdefault((merged, category if merged else id_), len(facts))
        if place == len(facts):
            facts.append((id_, category, crowd, crowd and (not as_listed or last[category] == id_)))
        numbers.append(place)
    return Segments(
        numbers=np.array(numbers, np.intp)[inverse],
        ids=np.array([id_ for id_, _, _, _ in facts], ids.dtype),
        categories=np.array([category for _, category, _, _ in facts], np.int64),
        crowds=np.array([crowd for _, _, crowd, _ in facts], bool),
        absorbing=np.array([absorbs for _, _, _, absorbs in facts], bool),
    )


def void_of(labels: LabelImage) -> frozenset[int]:
    """Ids under which nothing is judged: where every pixel has a class, those without one are void too.

    In labels of objects the background is a place where no object is, and one that is predicted there
    is wrong.
    """
    return labels.outside if labels.kind in (Kind.PANOPTIC, Kind.SEMANTIC) else labels.void


def _category(id_: int, labels: LabelImage, things: Mapping[int, bool]) -> int:
    category = labels.category_of(id_)
    if category is None:
        raise SegreviewError(
            f"{labels.path or 'The labels'}: segment {id_} has no class.",
            "Give labels with classes, or a class table that tells the class of an id.",
        )
    if category not in things:
        raise SegreviewError(
            f"{labels.path or 'The labels'}: segment {id_} is of class {category}, which is not in the "
            "class table.",
            "Correct the class, or add it to the table.",
        )
    return category
