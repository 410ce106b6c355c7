"""Flaws: the pixels that marks of hygiene, and sentences about a mask alone, speak of."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from segreview.shape.silhouette import Silhouette, silhouettes
from segreview.shape.window import closed, cross_opened, opened
from segreview.triage.evidence.cutout import Cutout
from segreview.triage.hygiene import FRAGMENTS, HOLE, SPECK, marks_of
from segreview.triage.inspection import View
from segreview.triage.trace.line import Line, border_of

LARGEST = 1 << 22
"""Pixels of an object's box that is looked at, at most."""


def whisker_lines(cutout: Cutout) -> list[Line]:
    """Borders of the threads that stand out of an object, but for the pixels of its corners."""
    return _of_object(cutout, _threads)


def thin_lines(cutout: Cutout) -> list[Line]:
    """Borders of the thin parts of an object."""
    return _of_object(cutout, lambda mask: mask & ~opened(np.pad(mask, 1))[(slice(1, -1),) * mask.ndim])


def notch_lines(cutout: Cutout) -> list[Line]:
    """Borders of the notches in the outline of an object."""
    holes = cutout.holes[cutout.inner.slices]
    return _of_object(cutout, lambda mask: closed(mask) & ~mask & ~holes)


def mark_lines(view: View, rank: int) -> dict[str, list[Line]]:
    """Borders of the holes and loose parts of an object, by the text of the mark of hygiene."""
    subject = view.subject
    number, box = int(subject.ids[rank - 1]), subject.boxes[rank - 1]
    labels, plane = view.labels, view.labels.planes[0]
    (shape,) = silhouettes(plane, number, box, labels.axes, labels.spacing)
    return {
        mark.text: [line.shifted(box.start) for line in border_of(_FLAWS[mark.name](shape))]
        for mark in marks_of(labels, plane, number, box)
        if mark.name in _FLAWS
    }


def _threads(mask: np.ndarray) -> np.ndarray:
    from scipy.ndimage import label

    left = mask & ~cross_opened(np.pad(mask, 1))[(slice(1, -1),) * mask.ndim]
    numbers, _ = label(left, np.ones((3,) * mask.ndim, bool))
    sizes = np.bincount(numbers.ravel())
    threads: np.ndarray = left & (sizes > 1)[numbers]
    return threads


def _loose(shape: Silhouette) -> np.ndarray:
    """All pieces of weight but for the largest."""
    loose: np.ndarray = (shape.pieces > 1) & ~shape.specks
    return loose


_FLAWS: Mapping[str, Callable[[Silhouette], np.ndarray]] = {
    HOLE: lambda shape: shape.holes,
    SPECK: lambda shape: shape.specks,
    FRAGMENTS: _loose,
}
"""Pixels of each mark that tells where."""


def _of_object(cutout: Cutout, flaw: Callable[[np.ndarray], np.ndarray]) -> list[Line]:
    """Border of what is told of a mask in its tight box, seen from the window."""
    lines = border_of(flaw(cutout.mask[cutout.inner.slices]))
    return [line.shifted(cutout.inner.start) for line in lines]
