"""Split: reference objects are cut along a drawn line.

A line that is drawn in a slice of a stack cuts the object as a whole, as a plane through all its
slices would: two nuclei that were segmented as one touch in more than one slice. Along time it
cuts in the frame in view alone: what is to be seen there says nothing about where the object goes.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from segreview.errors import EditRefused
from segreview.model.box import Box
from segreview.model.edit import Edit
from segreview.model.labels import Kind, LabelImage
from segreview.shape.line import Line
from segreview.tools.countable import listed, refuse_classes
from segreview.tools.delete import emptied_id
from segreview.tools.tool import Brush, Target, Tool, check_fits

_KEPT, _LOST, _OUTSIDE = 0, -1, -2
"""What becomes of a pixel: the object keeps it, no part has it yet, it is not the object's."""


def split(target: Target) -> Edit | None:
    """Edit that cuts the target's reference objects where its line runs.

    The largest part of each keeps the id; every other gets a fresh one. Pixels under the line go
    to the part that they touch. In a two-valued mask they become background: without a gap the
    parts would be one object again when the file is read.

    Raises
    ------
    EditRefused
        When the line runs through objects and cuts none of them in two.
    """
    line, labels = target.line, target.reference
    if line is None:
        return None
    refuse_classes(labels, "split")
    if any(labels.axes[axis] == "T" for axis in line.axes):
        raise EditRefused("A line across time cuts nothing.", "Look at one time and draw it there.")
    brushes: list[Brush] = []
    whole = []
    for number in objects_under(line, labels, target.plane):
        if number in target.reference_ids:
            cut = list(_cut(target, line, number))
            brushes += cut
            whole += [] if cut else [number]
    if whole and not brushes:
        raise EditRefused(
            f"The line does not cut object{'s' * (len(whole) > 1)} {listed(whole)} in two.",
            "Draw it from one side to the other.",
        )
    return target.written(brushes, TOOL.name)


def objects_under(line: Line, labels: LabelImage, plane: int = 0) -> tuple[int, ...]:
    """Ids of the countable objects that a line runs over, in its slice."""
    under = np.unique(labels.planes[plane][line.indices(labels.shape)])
    return tuple(i for i in under.tolist() if labels.is_instance(i))


def _cut(target: Target, line: Line, number: int) -> Iterator[Brush]:
    """What to write to cut one object; nothing when the line does not cut it."""
    labels = target.reference
    box = _reach(target.box_of(number), line, labels)
    owner = _parts(target.within(box) == number, line.wall(box))
    last = int(owner.max(initial=_KEPT))
    if last == _KEPT:
        return
    if labels.kind is Kind.BINARY:
        yield box, owner == _LOST, emptied_id(labels)
    else:
        _hand_out(owner, labels.spacing)
    category = labels.category_of(number) if labels.ontology is not None else None
    for part in range(1, last + 1):
        fresh = target.fresh(category)
        check_fits(target.before, fresh)
        yield box, owner == part, fresh


def _reach(box: Box, line: Line, labels: LabelImage) -> Box:
    """Part of an object's box in which a line cuts: its own frame of a series, all slices of a stack.

    The file of a two-valued mask does not tell time from depth: there it cuts in all frames.
    """
    start, stop = list(box.start), list(box.stop)
    for axis, letter in enumerate(labels.axes):
        if letter == "T" and labels.kind is not Kind.BINARY:
            start[axis] = round(line.points[0][axis])
            stop[axis] = start[axis] + 1
    return Box(tuple(start), tuple(stop))


def _parts(mask: np.ndarray, wall: np.ndarray) -> np.ndarray:
    """Number of the part at every pixel of an object that a wall cuts.

    0 is what keeps the id: the largest part, and pieces that the wall does not touch. Others are
    numbered from 1, the largest first. What is one pixel thin along the wall is no part, as long as
    others are thicker: a hand that draws along a rough outline does not mean such crumbs.
    """
    from scipy.ndimage import binary_dilation, generate_binary_structure, label

    structure = generate_binary_structure(mask.ndim, mask.ndim)
    pieces, count = label(mask & ~wall, structure)
    owner = np.where(mask, _LOST, _OUTSIDE).astype(np.int32)
    near = binary_dilation(mask & wall, structure)
    touched = _numbers(pieces[near])
    thick = touched & _numbers(pieces[~near])
    parts = thick or touched
    areas = np.bincount(pieces.ravel(), minlength=count + 1)
    ranked = sorted(parts, key=lambda n: (-areas[n], n))
    names = np.full(count + 1, _KEPT, np.int32)
    names[list(touched)] = _LOST
    names[ranked] = np.arange(len(ranked))
    owner[pieces > 0] = names[pieces[pieces > 0]]
    return owner


def _numbers(pieces: np.ndarray) -> set[int]:
    """Numbers of pieces that occur."""
    return set(np.unique(pieces).tolist()) - {0}


def _hand_out(owner: np.ndarray, spacing: tuple[float, ...]) -> None:
    """Give every pixel that no part has to the part that it touches, layer by layer, in place."""
    offsets = [np.array(step) for step in product((-1, 0, 1), repeat=owner.ndim) if any(step)]
    offsets.sort(key=lambda step: float(np.linalg.norm(step * np.array(spacing))))
    size = np.array(owner.shape)
    lost = np.argwhere(owner == _LOST)
    while len(lost):
        found = np.full(len(lost), _LOST, owner.dtype)
        for step in offsets:
            at = lost + step
            asks = np.flatnonzero((found == _LOST) & (at >= 0).all(axis=1) & (at < size).all(axis=1))
            found[asks] = np.maximum(owner[tuple(at[asks].T)], _LOST)
        given = found != _LOST
        if not given.any():
            break  # cut off from all parts: it stays with the object
        owner[tuple(lost[given].T)] = found[given]
        lost = lost[~given]


TOOL = Tool("split", "Split objects", split)
