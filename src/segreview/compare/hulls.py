"""Boxes of the objects of one side: they grow at once and are tightened when they are read."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from segreview.compare.collector import collector_paused
from segreview.compare.kernel import find_boxes
from segreview.model.box import Box
from segreview.model.edit import Patch
from segreview.model.labels import LabelImage

_SMALL = 1 << 12
"""Pixels of a hull that is looked at as a whole."""


class Hulls:
    """Boxes of all objects of a label image, kept up to date by patches.

    A patch that adds pixels grows the hull. One that takes pixels from a face of the hull leaves
    it stale; the next reader tightens it by slabs from that face inwards, so the cost follows the
    removed part and not the image.

    Parameters
    ----------
    labels
        The labels; their planes are read again when a hull is tightened.
    """

    def __init__(self, labels: LabelImage) -> None:
        self._planes = labels.planes
        self._boxes: dict[int, Box] = {}
        self._stale: set[int] = set()
        with collector_paused():
            for plane in labels.planes:
                for object_id, box in _boxes_of(plane):
                    self._grow(object_id, box)
        for object_id in labels.outside:
            self._boxes.pop(object_id, None)

    def __getitem__(self, object_id: int) -> Box:
        if object_id in self._stale:
            self._boxes[object_id] = _tightened(self._planes, object_id, self._boxes[object_id])
            self._stale.discard(object_id)
        return self._boxes[object_id]

    def follow(self, patch: Patch, where: np.ndarray, lost: Iterable[int], gained: Iterable[int]) -> None:
        """Take in a patch that has been written.

        Parameters
        ----------
        patch
            The patch.
        where
            Its mask, in the shape of its box.
        lost, gained
            Objects among its old and its new values.
        """
        for object_id in gained:
            added = where
            if patch.new.size > 1:
                added = where.copy()
                added[where] = patch.new == object_id
            self._grow(object_id, Box.of_mask(added).shifted(patch.box.start))
        for object_id in lost:
            if object_id in self._boxes and _meets_face(patch.box, self._boxes[object_id]):
                self._stale.add(object_id)

    def forget(self, object_id: int) -> None:
        """Drop an object that has no pixel left."""
        self._boxes.pop(object_id, None)
        self._stale.discard(object_id)

    def _grow(self, object_id: int, box: Box) -> None:
        known = self._boxes.get(object_id)
        self._boxes[object_id] = box if known is None else known | box


def _boxes_of(plane: np.ndarray) -> Iterable[tuple[int, Box]]:
    """Every id of an array with its tight box."""
    ids, start, stop = find_boxes(plane)
    boxes = map(Box, map(tuple, start.tolist()), map(tuple, stop.tolist()))
    return zip(ids.tolist(), boxes, strict=True)


def _meets_face(box: Box, hull: Box) -> bool:
    """Whether a box reaches a face of a hull, where a removal can make the hull too large."""
    return any(
        a <= b or c >= d for a, b, c, d in zip(box.start, hull.start, box.stop, hull.stop, strict=True)
    )


def _tightened(planes: tuple[np.ndarray, ...], object_id: int, hull: Box) -> Box:
    """Box of an object that has a pixel left: of a large hull by dropping empty slabs from each face."""
    if hull.size <= _SMALL:
        held = [plane[hull.slices] == object_id for plane in planes]
        return Box.of_mask(np.logical_or.reduce(held)).shifted(hull.start)
    start, stop = list(hull.start), list(hull.stop)

    def occupied(axis: int, at: int) -> bool:
        slab = tuple(
            slice(at, at + 1) if n == axis else slice(a, b)
            for n, (a, b) in enumerate(zip(start, stop, strict=True))
        )
        return any((plane[slab] == object_id).any() for plane in planes)

    for axis in range(hull.ndim):
        while not occupied(axis, start[axis]):
            start[axis] += 1
        while not occupied(axis, stop[axis] - 1):
            stop[axis] -= 1
    return Box(tuple(start), tuple(stop))
