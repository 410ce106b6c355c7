"""Subjects: the objects of one annotation on one picture, with what all evidence about them shares."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from segreview.compare.kernel import find_boxes, rank_ids
from segreview.model.box import Box
from segreview.model.labels import LabelImage
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
        ids, places = rank_ids(labels.planes[0])
        unsaid = np.array([i in labels.void or _is_crowd(labels, i) for i in ids.tolist()], bool)
        counted = np.array([labels.is_instance(i) for i in ids.tolist()], bool) & ~unsaid
        ranks = np.where(counted, np.cumsum(counted), 0).astype(np.int32)[places]
        void = unsaid[places]
        if elsewhere is not None:
            void |= elsewhere & (ranks == 0)
        found = find_boxes(ranks)
        boxes = tuple(
            Box(tuple(a), tuple(b))
            for rank, a, b in zip(found.ids.tolist(), found.start.tolist(), found.stop.tolist(), strict=True)
            if rank
        )
        return cls(ranks, ids[counted], boxes, picture, aspect, void if void.any() else None)

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
        ranks = np.where((self.ranks == 0) & (others > 0), others + count, self.ranks).astype(np.int32)
        found = find_boxes(ranks)
        boxes = tuple(
            Box(tuple(a), tuple(b))
            for a, b in zip(
                found.start[found.ids > count].tolist(), found.stop[found.ids > count].tolist(), strict=True
            )
        )
        ids = np.append(self.ids, np.zeros(len(found.ids[found.ids > count]), self.ids.dtype))
        more = Subject(ranks, ids, self.boxes + boxes, self.picture, self.aspect, self.void)
        more.__dict__["radius"] = self.radius
        return more

    @cached_property
    def areas(self) -> np.ndarray:
        """Pixels of each object, int64, by rank; the first is what is no object."""
        return np.bincount(self.ranks.ravel(), minlength=len(self) + 1)

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

    @cached_property
    def _around(self) -> tuple[np.ndarray, np.ndarray]:
        """Distance of each pixel to the nearest object, and the rank of that."""
        from scipy.ndimage import distance_transform_edt

        if not len(self):
            return np.full(self.ranks.shape, np.inf, np.float32), self.ranks
        distance, places = distance_transform_edt(~self.foreground, sampling=self.aspect, return_indices=True)
        return distance.astype(np.float32), self.ranks[tuple(places)]

    @property
    def distance(self) -> np.ndarray:
        """Distance of each pixel to the nearest object, in pixels of the finest axis, float32."""
        return self._around[0]

    @property
    def nearest(self) -> np.ndarray:
        """Rank of the object nearest to each pixel."""
        return self._around[1]


def _is_crowd(labels: LabelImage, segment_id: int) -> bool:
    """Whether a segment stands for several objects."""
    segment = labels.segments.get(segment_id)
    return segment is not None and segment.iscrowd
