"""Scenes: one annotation whose pixels are told apart by class, on a picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from segreview.model.labels import LabelImage
from segreview.shape.components import connected_regions
from segreview.triage.evidence.backdrop import smoothed
from segreview.triage.evidence.picture import Picture
from segreview.triage.scene.forgery import forged

EDGE_BLUR, COLOUR_BLUR = 1.0, 2.0
"""Widths of the smoothing before the gradient, and of the channels, in pixels."""

EVEN = 0.5
"""Steepness that is added before a logarithm is taken."""

NO_CLASS = -1
"""Stands for the class of void, and of what has none."""


class Palette:
    """Classes of a data set, numbered from 0 as they turn up."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    @property
    def ids(self) -> tuple[int, ...]:
        """Class id of each number."""
        return tuple(self._numbers)

    def learn(self, labels: LabelImage) -> np.ndarray:
        """Class number of every pixel, int16, after new classes got their numbers; -1 as in `numbers`."""
        for class_id in sorted(set(self._class_ids(labels)[1]) - {NO_CLASS}):
            self._numbers.setdefault(class_id, len(self._numbers))
        return self.numbers(labels)

    def numbers(self, labels: LabelImage) -> np.ndarray:
        """Class number of every pixel, int16; -1 for void, and for what has no class or an unknown one."""
        places, class_ids = self._class_ids(labels)
        table = np.array([self._numbers.get(class_id, -1) for class_id in class_ids], np.int16)
        numbers: np.ndarray = table[places].reshape(labels.shape)
        return numbers

    @staticmethod
    def _class_ids(labels: LabelImage) -> tuple[np.ndarray, list[int]]:
        """For every pixel a place in a list of class ids, `NO_CLASS` among them."""
        ids, places = np.unique(labels.data, return_inverse=True)
        return places, [_class_id(labels, int(i)) for i in ids]


def _class_id(labels: LabelImage, segment_id: int) -> int:
    category = None if segment_id in labels.void else labels.category_of(segment_id)
    return NO_CLASS if category is None else category


@dataclass(frozen=True, eq=False)
class Surface:
    """What a picture shows, whatever is annotated on it."""

    picture: Picture

    @cached_property
    def edges(self) -> np.ndarray:
        """Steepness of the grey values in units of its median, the largest within a pixel, float32."""
        from scipy.ndimage import maximum_filter

        grey = smoothed(self.picture.channels.mean(axis=0)[None], EDGE_BLUR, self.picture.aspect)[0]
        steep = np.sqrt(sum(slope * slope for slope in np.gradient(grey, *self.picture.aspect)))
        return np.asarray(maximum_filter(steep / (np.median(steep) + 1e-6), 3), np.float32)

    @cached_property
    def steepness(self) -> np.ndarray:
        """Logarithm of the edges, float32; evenness has its limit."""
        return np.log(self.edges + EVEN)

    @cached_property
    def colours(self) -> np.ndarray:
        """Channels without their noise, float32."""
        return smoothed(self.picture.channels, COLOUR_BLUR, self.picture.aspect)


@dataclass(frozen=True, eq=False)
class Scene:
    """Class labels on a picture.

    Parameters
    ----------
    classes
        Class number of every pixel, int16; negative where the annotation says nothing.
    surface
        What the picture shows.
    model
        The model's class number of every pixel; None without a model.
    """

    classes: np.ndarray
    surface: Surface
    model: np.ndarray | None = None

    @property
    def picture(self) -> Picture:
        """The picture."""
        return self.surface.picture

    @cached_property
    def components(self) -> np.ndarray:
        """Numbers from 1 of the connected regions of one class, int32; 0 for void."""
        return connected_regions(self.classes + 1, "ZYX"[-self.classes.ndim :])

    @cached_property
    def sizes(self) -> np.ndarray:
        """Pixels of each component, by number."""
        return np.bincount(self.components.ravel())

    @cached_property
    def class_of(self) -> np.ndarray:
        """Class number of each component, by number."""
        found = np.full(len(self.sizes), -1, np.int16)
        found[self.components.ravel()] = self.classes.ravel()
        found[0] = -1
        return found

    def forged(self, seed: int, share: float) -> Scene:
        """Same scene with faults in its annotation."""
        return Scene(forged(self.classes, seed, share)[0], self.surface, self.model)
