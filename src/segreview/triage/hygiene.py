"""Hygiene: what is wrong with masks as masks, told without a model and without the image.

=========  =========================================================================================
hole       pixels from which no path of faces leads out of the object, whatever they hold
speck      pieces without weight that hang together with the largest one not even by a corner
fragments  several pieces of weight: at least 1/20 of the object's pixels each, and 9 pixels
sliver     nowhere 3 px wide: twice the largest distance from the outside, less 1
cut        the object ends along a grid of tiles in a straight line; see `triage.cut`
whisker    a line one pixel wide sticks out, 3 px long or more
=========  =========================================================================================

A class (semantic labels, stuff) comes in any shape: only regions of less than 9 px are marked, as
specks. An object of a series is looked at time by time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from segreview.compare.kernel import find_boxes
from segreview.compare.overlap import OverlapTable
from segreview.model.box import Box
from segreview.model.edit import Edit
from segreview.model.labels import LabelImage
from segreview.model.sample import REFERENCE
from segreview.shape.silhouette import Silhouette, silhouettes
from segreview.tools import DROP_SPECKS, FILL, REMOVE_SLIVERS, SEPARATE_FRAGMENTS, Target, Tool
from segreview.tools.mend import specks_of
from segreview.triage.cut import Tiles, find_cut

HOLE, SPECK, SLIVER, FRAGMENTS, CUT, WHISKER = NAMES = (
    "hole",
    "speck",
    "sliver",
    "fragments",
    "cut",
    "whisker",
)

MENDING: Mapping[str, Tool] = {
    SLIVER: REMOVE_SLIVERS,
    HOLE: FILL,
    SPECK: DROP_SPECKS,
    FRAGMENTS: SEPARATE_FRAGMENTS,
}
"""Tool that puts right what a mark names; a cut and a whisker need a hand."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that is wrong with a mask as a mask.

    Parameters
    ----------
    name
        One of `NAMES`.
    object_id
        The object, or the class.
    pixels
        How many pixels are concerned.
    box
        Box around them.
    text
        The same in words, for example ``"hole of 31 px"``.
    """

    name: str
    object_id: int
    pixels: int
    box: Box
    text: str


def find_marks(labels: LabelImage, tiles: Tiles = None) -> dict[int, tuple[Mark, ...]]:
    """Marks of all objects and classes that have any, by id.

    Parameters
    ----------
    labels
        Labels of any kind.
    tiles
        Sides of the tiles that the image was cut into, one per axis, where they are known.
    """
    found: dict[int, tuple[Mark, ...]] = {}
    for plane in labels.planes:
        ids, starts, stops = find_boxes(plane)
        for number, start, stop in zip(ids.tolist(), starts.tolist(), stops.tolist(), strict=True):
            if number not in labels.outside:
                marks = marks_of(labels, plane, number, Box(tuple(start), tuple(stop)), tiles)
                if marks:
                    found[number] = found.get(number, ()) + marks
    return found


def marks_of(
    labels: LabelImage, plane: np.ndarray, number: int, box: Box, tiles: Tiles = None
) -> tuple[Mark, ...]:
    """Marks of one object or class of a plane, looked at within its box alone."""
    marks: list[Mark] = []
    for shape in silhouettes(plane, number, box, labels.axes, labels.spacing):
        if labels.is_instance(number):
            marks += _marks_of_object(number, shape)
            cut = find_cut(labels, plane, shape, tiles)
            marks += [] if cut is None else [Mark(CUT, number, cut.pixels, cut.box, cut.text)]
        else:
            marks += _marked(SPECK, number, shape, specks_of(labels, number, shape))
    return tuple(marks)


class Hygiene:
    """Marks of one side's objects, which follow edits: an object is looked at when it is asked for.

    Parameters
    ----------
    table
        Overlap table, which knows areas and boxes; it is updated by its owner first.
    side
        Whose masks are looked at.
    tiles
        As `find_marks`.
    """

    def __init__(self, table: OverlapTable, side: str = REFERENCE, tiles: Tiles = None) -> None:
        self._table = table
        self._side = side
        self._tiles = tiles
        self._marks: dict[int, tuple[Mark, ...]] = {}

    def of(self, number: int) -> tuple[Mark, ...]:
        """Marks of an object; none for one that is not there."""
        if number not in self._marks:
            self._marks[number] = self._look(number)
        return self._marks[number]

    def all(self) -> dict[int, tuple[Mark, ...]]:
        """Marks of all objects that have any, by id."""
        marks = {number: self.of(number) for number in sorted(self._table.areas(self._side))}
        return {number: found for number, found in marks.items() if found}

    def follow(self, edit: Edit) -> set[int]:
        """Forget what an edit may have changed, and return whose marks these are.

        They are the objects that lose or gain pixels, and their neighbours: a cut is told by them too.
        """
        if edit.source != self._side:
            return set()
        labels = self._table.labels(self._side)
        touched = set(edit.ids)
        for patch in edit.patches:
            near = patch.box.grown(1, labels.shape)
            touched.update(np.unique(labels.planes[edit.plane][near.slices]).tolist())
        touched -= labels.outside
        for number in touched:
            self._marks.pop(number, None)
        return touched

    def _look(self, number: int) -> tuple[Mark, ...]:
        labels = self._table.labels(self._side)
        if number in labels.outside or not self._table.area(self._side, number):
            return ()
        box = self._table.box(self._side, number)
        looks = (marks_of(labels, plane, number, box, self._tiles) for plane in labels.planes)
        return tuple(mark for marks in looks for mark in marks)


def mend(marks: Mapping[int, Sequence[Mark]], target_of: Callable[[Sequence[int]], Target]) -> list[Edit]:
    """Edits that put right what marks name: together one step of undo.

    They change different pixels, so that their order does not matter. What is removed as a sliver is
    not mended in other ways.

    Parameters
    ----------
    marks
        Marks to mend, by object: some, or all.
    target_of
        Gives a tool's target for some objects, with their boxes.
    """
    with_mark = {
        name: {number for number, found in marks.items() if any(mark.name == name for mark in found)}
        for name in MENDING
    }
    edits = []
    for name, tool in MENDING.items():
        ids = with_mark[name] if name == SLIVER else with_mark[name] - with_mark[SLIVER]
        edit = tool(target_of(sorted(ids))) if ids else None
        edits += [] if edit is None else [edit]
    return edits


# ---------------------------------------------------------------- marks
def _marks_of_object(number: int, shape: Silhouette) -> Iterator[Mark]:
    yield from _marked(HOLE, number, shape, shape.holes)
    if len(shape.sizes) > 1:
        yield from _marked(SPECK, number, shape, shape.specks)
        yield from _fragments(number, shape)
    if shape.is_thin:
        text = f"sliver, {_rounded(shape.width)} px wide"
        yield Mark(SLIVER, number, shape.area, shape.box, text)
    else:
        yield from _marked(WHISKER, number, shape, shape.whiskers)


def _fragments(number: int, shape: Silhouette) -> Iterator[Mark]:
    pieces = shape.fragments
    if len(pieces) > 1:
        sizes = [shape.sizes[piece - 1] for piece in pieces]
        *others, last = map(str, sizes)
        text = f"{len(sizes)} fragments: {', '.join(others)} and {last} px"
        yield Mark(FRAGMENTS, number, sum(sizes[1:]), shape.box, text)


def _marked(name: str, number: int, shape: Silhouette, pixels: np.ndarray) -> Iterator[Mark]:
    """Mark of pixels in a silhouette's box, when there are any."""
    count = int(np.count_nonzero(pixels))
    if count:
        pieces = _count_pieces(pixels)
        text = f"{name} of {count} px" if pieces == 1 else f"{pieces} {name}s, {count} px together"
        yield Mark(name, number, count, Box.of_mask(pixels).shifted(shape.box.start), text)


def _count_pieces(pixels: np.ndarray) -> int:
    from scipy.ndimage import generate_binary_structure, label

    return int(label(pixels, generate_binary_structure(pixels.ndim, pixels.ndim))[1])


def _rounded(width: float) -> str:
    return f"{width:.1f}".removesuffix(".0")
