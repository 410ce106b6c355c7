"""Cutouts: one object in its surroundings, with what several kinds of evidence look at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import ceil

import numpy as np

from segreview.model.box import Box
from segreview.shape.tile import surrounded
from segreview.shape.window import dilated
from segreview.triage.evidence.field import Field
from segreview.triage.evidence.subject import Subject

MARGIN = 0.6
"""Surroundings of an object that are looked at, in radii of the median object."""

LEAST_MARGIN = 6
"""The same in pixels, at least."""


@dataclass(frozen=True, eq=False)
class Cutout:
    """One object in its surroundings.

    Parameters
    ----------
    subject
        The objects that it belongs to.
    rank
        Its rank among them, from 1.
    window
        The surroundings: its box with a margin.
    """

    subject: Subject
    rank: int
    window: Box

    @classmethod
    def of(cls, subject: Subject, rank: int) -> Cutout:
        """Cutout of an object."""
        margin = int(max(LEAST_MARGIN, MARGIN * subject.radius)) + 2
        return cls(subject, rank, subject.boxes[rank - 1].grown(margin, subject.ranks.shape))

    @cached_property
    def ranks(self) -> np.ndarray:
        """Ranks of the objects in the window."""
        found: np.ndarray = self.subject.ranks[self.window.slices]
        return found

    @cached_property
    def mask(self) -> np.ndarray:
        """Pixels of the object."""
        found: np.ndarray = self.ranks == self.rank
        return found

    @property
    def area(self) -> int:
        """Pixels of the object."""
        return int(self.subject.areas[self.rank])

    @cached_property
    def radius(self) -> float:
        """Radius of a ball as large as the object, in pixels of the finest axis."""
        return self.subject.ball_radius(self.area)

    @cached_property
    def inner(self) -> Box:
        """The object's tight box, in the coordinates of the window."""
        return self.subject.boxes[self.rank - 1].relative_to(self.window)

    @cached_property
    def depth(self) -> np.ndarray:
        """Distance of each pixel of the object to the outside, in pixels of the finest axis.

        Beyond the image is not outside: an object that is cut by its border goes on there.
        """
        near = self.inner.grown(1, self.mask.shape).slices
        depth = np.zeros(self.mask.shape, np.float32)
        depth[near] = _distances(self.mask[near], self.subject.aspect)
        return depth

    @cached_property
    def height(self) -> float:
        """Largest depth."""
        return float(self.depth.max())

    @cached_property
    def signed(self) -> np.ndarray:
        """Distance to the contour: positive outside, negative within."""
        signed: np.ndarray = self._outside - self.depth
        return signed

    @cached_property
    def _outside(self) -> np.ndarray:
        """Distance of each pixel to the object."""
        return _distances(~self.mask, self.subject.aspect)

    @cached_property
    def _around(self) -> tuple[np.ndarray, np.ndarray]:
        """Distance of each pixel to the nearest object, and whether that is this one.

        Both are true as far from the objects as anybody asks, half of the radius and 3 pixels at least.
        """
        reach = max(3.0, 0.5 * self.radius)
        margins = [ceil(reach / size) + 1 for size in self.subject.aspect]
        wide = surrounded(self.window, margins, Box.of_shape(self.subject.ranks.shape))
        ranks = self.subject.ranks[wide.slices]
        if not ((ranks > 0) & (ranks != self.rank)).any():
            return self._outside, np.ones(self.mask.shape, bool)
        distance, nearest = self.subject.around(wide)
        here = self.window.relative_to(wide).slices
        return distance[here], nearest[here] == self.rank

    @property
    def distance(self) -> np.ndarray:
        """Distance of each pixel to the nearest object, in pixels of the finest axis, float32."""
        return self._around[0]

    @cached_property
    def holes(self) -> np.ndarray:
        """Pixels that the object encloses, by faces."""
        from scipy.ndimage import label

        wide = np.pad(~self.mask[self.inner.slices], 1, constant_values=True)
        numbers, count = label(wide)
        inside = np.zeros(self.mask.shape, bool)
        if count > 1:
            core = (slice(1, -1),) * wide.ndim
            inside[self.inner.slices] = (wide & (numbers != numbers.flat[0]))[core]
        return inside

    @cached_property
    def core(self) -> np.ndarray:
        """Pixels of the object away from its contour."""
        core: np.ndarray = self.depth > min(2.0, 0.5 * self.height)
        return core

    @cached_property
    def rim(self) -> np.ndarray:
        """Pixels of the object along its contour."""
        rim: np.ndarray = self.mask & (self.depth <= max(1.5, 0.2 * self.radius))
        return rim

    @property
    def own(self) -> np.ndarray:
        """Pixels that are nearer to this object than to any other, the object among them."""
        return self._around[1]

    @cached_property
    def ring(self) -> np.ndarray:
        """Background around the object, as far as no other is nearer."""
        ring: np.ndarray = (self.ranks == 0) & (self.distance <= max(3.0, 0.35 * self.radius)) & self.own
        return ring

    @cached_property
    def shell(self) -> np.ndarray:
        """Pixels that touch the object from outside, by a face, edge or corner."""
        shell: np.ndarray = dilated(self.mask) & ~self.mask
        return shell

    def view(self, pixels: np.ndarray | Field) -> np.ndarray:
        """Window of figures of all pixels of the image."""
        return pixels.make(self.window) if isinstance(pixels, Field) else pixels[self.window.slices]


def _distances(mask: np.ndarray, aspect: tuple[float, ...]) -> np.ndarray:
    """Distance of each pixel of a mask to the nearest outside of it, float32."""
    from scipy.ndimage import distance_transform_edt

    if mask.all():  # nothing outside: as far as the window reaches
        return np.full(mask.shape, float(max(mask.shape)), np.float32)
    return np.asarray(distance_transform_edt(mask, sampling=aspect), np.float32)
