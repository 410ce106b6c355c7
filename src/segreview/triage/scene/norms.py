"""Norms: what is usual of each class in a data set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from segreview.triage.scene.opinion import LEAST
from segreview.triage.scene.scene import Scene

FORM_SPREADS = np.array([1.0, 0.5, 0.6, 0.4, 0.15])
"""Spreads of a component's form that are usual within a class: see `form_of`."""

SHARE_SPREAD = 0.4
"""The same of the mean logarithm of a class's share, over the components of the class."""

LEAST_COMPONENT = 40
"""Components of fewer pixels do not count for what is usual."""

CONTACTS = 5.0
"""Contacts in pixels that are taken for granted between any two classes."""


@dataclass(frozen=True, eq=False)
class Reading:
    """A scene with the class opinion on it.

    Parameters
    ----------
    scene
        The scene.
    log_shares
        Logarithm of each class's share at every pixel, float32 ``(classes, *space)``.
    """

    scene: Scene
    log_shares: np.ndarray

    @classmethod
    def of(cls, scene: Scene, shares: np.ndarray) -> Reading:
        """Reading of a scene whose classes have these shares."""
        return cls(scene, np.log(np.maximum(shares, LEAST)))

    @cached_property
    def own(self) -> np.ndarray:
        """Logarithm of the annotated class's share at every pixel; 0 for void."""
        chosen = np.maximum(self.scene.classes, 0)[None].astype(np.intp)
        own = np.take_along_axis(self.log_shares, chosen, axis=0)[0]
        return np.where(self.scene.classes >= 0, own, 0)

    @cached_property
    def forms(self) -> dict[int, np.ndarray]:
        """Form of each component of the annotation, by its number."""
        from scipy.ndimage import find_objects

        components = self.scene.components
        return {
            number: form_of(components[slices] == number, slices, components.shape)
            for number, slices in enumerate(find_objects(components), 1)
        }


def form_of(mask: np.ndarray, slices: tuple[slice, ...], shape: tuple[int, ...]) -> np.ndarray:
    """Form of a component: logarithms of area, depth, height over width, share of its box; and its height.

    Parameters
    ----------
    mask, slices
        Its pixels in its box, and the box.
    shape
        Shape of the image.
    """
    area, sides = np.count_nonzero(mask), mask.shape
    middle = (slices[-2].start + slices[-2].stop) / 2 / shape[-2]
    return np.array(
        [
            np.log(area),
            np.log(depth_of(mask)),
            np.log(sides[-2] / sides[-1]),
            np.log(area / mask.size),
            middle,
        ]
    )


def depth_of(mask: np.ndarray) -> float:
    """Radius of the largest ball in a mask, in pixels."""
    from scipy.ndimage import distance_transform_edt

    return float(distance_transform_edt(np.pad(mask, 1)).max())


@dataclass(frozen=True, eq=False)
class Norms:
    """What is usual of each class.

    Parameters
    ----------
    form_middle, form_spread
        Form of a class's components, ``(classes, 5)``.
    share_middle, share_spread
        Mean logarithm of a class's own share over its components.
    contact
        Logarithm of how much more often two classes touch than by chance.
    confusion
        Logarithm of the share of a class's pixels that the model gives to each class.
    """

    form_middle: np.ndarray
    form_spread: np.ndarray
    share_middle: np.ndarray
    share_spread: np.ndarray
    contact: np.ndarray
    confusion: np.ndarray

    @classmethod
    def of(cls, readings: Sequence[Reading]) -> Norms:
        """Norms of some images of a data set."""
        count = len(readings[0].log_shares)
        classes, forms, shares = (
            np.concatenate(part) for part in zip(*map(_components, readings), strict=True)
        )
        by_class = [classes == number for number in range(count)]
        form = [_usual(forms[here], FORM_SPREADS) for here in by_class]
        share = [_usual(shares[here], np.array([SHARE_SPREAD])) for here in by_class]
        touching = sum(contacts(reading.scene.classes, count) for reading in readings)
        confused = sum(_confusions(reading.scene, count) for reading in readings)
        return cls(
            np.stack([middle for middle, _ in form]),
            np.stack([spread for _, spread in form]),
            np.concatenate([middle for middle, _ in share]),
            np.concatenate([spread for _, spread in share]),
            _lift(np.asarray(touching)),
            np.log(confused / np.maximum(np.sum(confused, axis=1, keepdims=True), 1) + 0.01),
        )


def _components(reading: Reading) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Class, form and mean own share of the components that count."""
    scene = reading.scene
    sums = np.bincount(scene.components.ravel(), reading.own.ravel())
    numbers = np.array([n for n in reading.forms if scene.sizes[n] >= LEAST_COMPONENT], np.intp)
    forms = [reading.forms[number] for number in numbers.tolist()]
    shares = (sums[numbers] / scene.sizes[numbers])[:, None]
    return scene.class_of[numbers], np.reshape(forms, (-1, len(FORM_SPREADS))), shares


def _usual(values: np.ndarray, spreads: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Median and spread; the latter is drawn towards what is usual anywhere."""
    if not len(values):
        return np.zeros(len(spreads)), 2 * spreads
    middle = np.median(values, axis=0)
    return middle, np.median(np.abs(values - middle), axis=0) + 0.3 * spreads + spreads / len(values)


def neighbours(classes: np.ndarray) -> Iterator[tuple[tuple[slice, ...], np.ndarray, np.ndarray, np.ndarray]]:
    """Faces between classes along every axis, either way: where they are, whether, and both classes."""
    for axis in range(classes.ndim):
        for here, there in ((slice(1, None), slice(None, -1)), (slice(None, -1), slice(1, None))):
            before = (slice(None),) * axis
            own, other = classes[(*before, here)], classes[(*before, there)]
            yield (*before, here), (own != other) & (own >= 0) & (other >= 0), own, other


def contacts(classes: np.ndarray, count: int) -> np.ndarray:
    """Faces between each two classes."""
    table = np.zeros((count, count))
    for _, meets, own, other in neighbours(classes):
        np.add.at(table, (own[meets], other[meets]), 1)
    return table


def _lift(table: np.ndarray) -> np.ndarray:
    margin = table.sum(axis=1) + CONTACTS
    return np.asarray(np.log((table + CONTACTS) * (table.sum() + CONTACTS) / np.outer(margin, margin)))


def _confusions(scene: Scene, count: int) -> np.ndarray:
    """Pixels of each annotated class and each class of the model."""
    if scene.model is None:
        return np.zeros((count, count))
    both = (scene.classes >= 0) & (scene.model >= 0)
    pairs = scene.classes[both].astype(np.int64) * count + scene.model[both]
    return np.bincount(pairs, minlength=count * count).reshape(count, count).astype(float)
