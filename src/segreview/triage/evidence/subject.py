"""Subjects: the objects of one annotation on one picture, with what all evidence about them shares."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import ceil

import numpy as np

from segreview.compare.kernel import find_boxes, rank_ids
from segreview.model.box import Box
from segreview.model.chunked import windows
from segreview.model.labels import LabelImage
from segreview.shape.tile import tiles_of
from segreview.triage.evidence.picture import Picture

TYPICAL_RADIUS = 8.0
"""Radius in pixels that is assumed where there is no object to measure."""

SPECK = 20
"""Objects of no more pixels do not count for the typical size."""


@dataclass(frozen=True, eq=False)
class Subject:
    """Objects of an annotation on a picture.

    Parameters
    ----------
    ranks
        int32, the shape of the picture: 0 is no object, ``n + 1`` the object with ``ids[n]``.
    ids
        Ids of the objects, ascending.
    boxes
        Tight box of each object.
    picture
        The picture; None for an annotation without an image.
    aspect
        Size of a pixel along each axis, in units of the finest.
    void
        Pixels of which the annotation says nothing; None where there are none.
    """

    ranks: np.ndarray
    ids: np.ndarray
    boxes: tuple[Box, ...]
    picture: Picture | None
    aspect: tuple[float, ...]
    void: np.ndarray | None = None

    @classmethod
    def of(cls, labels: LabelImage, picture: Picture | None, elsewhere: np.ndarray | None = None) -> Subject:
        """Subject of the countable objects in the first plane of a label image.

        Parameters
        ----------
        labels
            The label image.
        picture
            The picture, or None.
        elsewhere
            Pixels that are no background although this plane has nothing there.
        """
        finest = min(labels.spacing)
        aspect = tuple(size / finest for size in labels.spacing)
        plane = labels.planes[0]
        found = find_boxes(plane)
        ids = found.ids
        unsaid = np.array([i in labels.void or _is_crowd(labels, i) for i in ids.tolist()], bool)
        counted = np.array([labels.is_instance(i) for i in ids.tolist()], bool) & ~unsaid
        numbers = np.where(counted, np.cumsum(counted), 0).astype(np.int32)
        ranks = _looked_up(plane, ids, numbers)
        void = _looked_up(plane, ids, unsaid) if unsaid.any() else None
        if elsewhere is not None:
            hidden = elsewhere & (ranks == 0)
            void = hidden if void is None else void | hidden
        boxes = _boxes(found.start[counted], found.stop[counted])
        return cls(ranks, ids[counted], boxes, picture, aspect, void if _holds(void) else None)

    def __len__(self) -> int:
        return len(self.ids)

    def joined(self, others: np.ndarray) -> Subject:
        """Subject with more objects on its background; the size of the typical object stays.

        Parameters
        ----------
        others
            int32: 0, or the number from 1 of a further object, which has no id.
        """
        count = len(self)
        ranks = self.ranks.copy()
        np.add(others, count, out=ranks, where=(ranks == 0) & (others > 0))
        found = find_boxes(ranks)
        new = found.ids > count
        ids = np.append(self.ids, np.zeros(int(new.sum()), self.ids.dtype))
        boxes = self.boxes + _boxes(found.start[new], found.stop[new])
        more = Subject(ranks, ids, boxes, self.picture, self.aspect, self.void)
        more.__dict__["radius"] = self.radius
        return more

    @cached_property
    def areas(self) -> np.ndarray:
        """Pixels of each object, int64, by rank; the first is what is no object."""
        return sums_of(self.ranks, len(self) + 1)

    @cached_property
    def radius(self) -> float:
        """Radius of a ball as large as the median object, in pixels of the finest axis."""
        areas = self.areas[1:]
        areas = areas[areas > SPECK]
        return self.ball_radius(float(np.median(areas))) if areas.size else TYPICAL_RADIUS

    def ball_radius(self, area: float) -> float:
        """Radius of a ball of so many pixels, in pixels of the finest axis."""
        volume = area * float(np.prod(self.aspect))
        if len(self.aspect) == 2:
            return float(np.sqrt(volume / np.pi))
        return float(np.cbrt(volume * 0.75 / np.pi))

    @cached_property
    def foreground(self) -> np.ndarray:
        """Pixels that hold an object."""
        mask: np.ndarray = self.ranks > 0
        return mask

    def around(self, box: Box) -> tuple[np.ndarray, np.ndarray]:
        """Distance of each pixel of a box to the nearest object in it, and the rank of that.

        Distances are float32, in pixels of the finest axis; inf where the box holds no object.
        """
        from scipy.ndimage import distance_transform_edt

        ranks = self.ranks[box.slices]
        if not ranks.any():
            return np.full(ranks.shape, np.inf, np.float32), ranks
        distance, places = distance_transform_edt(ranks == 0, sampling=self.aspect, return_indices=True)
        return distance.astype(np.float32), ranks[tuple(places)]

    def within(self, limit: float) -> np.ndarray:
        """Pixels that are no farther from an object, in pixels of the finest axis; the objects among them."""
        from scipy.ndimage import distance_transform_edt

        near = np.zeros(self.ranks.shape, bool)
        for tile in tiles_of(near.shape, [ceil(limit / size) for size in self.aspect]):
            outside = self.ranks[tile.window.slices] == 0
            if not outside.all():
                distance = distance_transform_edt(outside, sampling=self.aspect)
                near[tile.core.slices] = distance[tile.inner] <= limit
        return near

    def parts(self, count: int) -> np.ndarray:
        """Rank of the object nearest to each pixel modulo a number, int8."""
        from scipy.ndimage import distance_transform_edt

        if not len(self):
            return np.zeros(self.ranks.shape, np.int8)
        places = distance_transform_edt(
            self.ranks == 0, sampling=self.aspect, return_distances=False, return_indices=True
        )
        found = np.empty(self.ranks.shape, np.int8)
        for tile in tiles_of(found.shape):
            here = tile.core.slices
            found[here] = self.ranks[tuple(places[(slice(None), *here)])] % count
        return found


def sums_of(ranks: np.ndarray, count: int, values: np.ndarray | None = None) -> np.ndarray:
    """Pixels of each rank below a number, or the sum of some values at them."""
    sums = np.zeros(count, np.int64 if values is None else np.float64)
    for tile in tiles_of(ranks.shape):
        here = tile.core.slices
        weights = None if values is None else values[here].ravel()
        sums += np.bincount(ranks[here].ravel(), weights, minlength=count)
    return sums


def _looked_up(plane: np.ndarray, ids: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Value of each pixel's id, of an array in memory or in chunks."""
    found = np.empty(plane.shape, values.dtype)
    for window in windows(plane):
        piece = plane[window.slices]
        for tile in tiles_of(piece.shape):
            own, places = rank_ids(piece[tile.core.slices])
            here = tile.core.shifted(window.start).slices
            found[here] = values[np.searchsorted(ids, own)][places]
    return found


def _boxes(starts: np.ndarray, stops: np.ndarray) -> tuple[Box, ...]:
    return tuple(Box(tuple(a), tuple(b)) for a, b in zip(starts.tolist(), stops.tolist(), strict=True))


def _holds(mask: np.ndarray | None) -> bool:
    return mask is not None and bool(mask.any())


def _is_crowd(labels: LabelImage, segment_id: int) -> bool:
    """Whether a segment stands for several objects."""
    segment = labels.segments.get(segment_id)
    return segment is not None and segment.iscrowd
