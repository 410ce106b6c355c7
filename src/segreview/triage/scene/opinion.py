"""Class opinions: which class each pixel looks like, to classifiers that have not learnt from it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from segreview.triage.appearance.classifier import Classifier, Lesson
from segreview.triage.appearance.filters import filter_bank
from segreview.triage.appearance.opinion import FEWEST, FOLDS, folds_of
from segreview.triage.evidence.backdrop import smoothed
from segreview.triage.evidence.picture import Picture
from segreview.triage.scene.scene import Scene

RADIUS = 12.0
"""Radius in pixels that the scales of the filters follow: scenes have no typical object."""

WIDE = 20.0
"""Width in pixels of the smoothing that tells the colour of the surroundings."""

TAUGHT = 600
"""Most pixels of each class that one image teaches."""

TILE = 24
"""Least side of a tile, in pixels."""

TILES, COARSE = 15, 5
"""Tiles along the shortest side of a large image: near ones teach most, a wrong region among them."""

WHOLE = 2.6
"""A connected region of no more than so many tiles is read as a whole; larger ones are, tile by tile."""

STEPS = 400
"""Steps of learning of each classifier, about."""

LEAST = 1e-4
"""Smallest share of a class."""


def class_bank(picture: Picture) -> np.ndarray:
    """Figures of every pixel, float32 ``(F, *space)``: filters, the colour around it, and its place."""
    wide = smoothed(picture.channels, WIDE, picture.aspect)
    axes = [np.linspace(0, 1, n, dtype=np.float32) for n in picture.shape]
    places = np.stack(np.meshgrid(*axes, indexing="ij"))
    return np.concatenate([filter_bank(picture, RADIUS), wide, places])


def class_lesson(scene: Scene, bank: np.ndarray, seed: int) -> Lesson:
    """Lesson of a scene: so many pixels of each class."""
    return Lesson.of_classes(scene.classes, bank, TAUGHT, seed)


class ClassOpinion:
    """Classifiers of a data set.

    Parameters
    ----------
    lessons
        One lesson of each image.
    families
        Images of different families do not learn from each other.
    frequencies
        Pixels of each class in each image, ``(images, classes)``.
    """

    def __init__(
        self, lessons: Sequence[Lesson], families: Sequence[Hashable], frequencies: np.ndarray
    ) -> None:
        self._lessons = tuple(lessons)
        self._families = tuple(families)
        self._fold = folds_of(self._families)
        self._frequencies = frequencies
        self._classifiers: dict[tuple[Hashable, int], Classifier] = {}

    def read(self, index: int, scene: Scene, bank: np.ndarray) -> np.ndarray:
        """Share of each class at every pixel, float32 ``(classes, *space)``.

        The mean of what other images taught and what other parts of this image taught, near ones and
        those that lie farther away; the latter alone know the light and the colours of this very scene.

        Parameters
        ----------
        index
            Number of the image's lesson.
        scene, bank
            The image, and the figures of its pixels.
        """
        shortest = min(scene.classes.shape)
        sides = {max(shortest // count, TILE) for count in (TILES, COARSE)}
        readings = [self._within(index, scene, bank, side) for side in sorted(sides)]
        across = self._across(index, bank)
        readings += [] if across is None else [across]
        return np.asarray(np.mean(readings, axis=0), np.float32)

    def _across(self, index: int, bank: np.ndarray) -> np.ndarray | None:
        """Shares by a classifier that learnt from images of other folds."""
        family, fold = self._families[index], self._fold[index]
        others = [
            i
            for i, (kin, part) in enumerate(zip(self._families, self._fold, strict=True))
            if kin == family and part != fold
        ]
        if sum(len(self._lessons[i].places) for i in others) < FEWEST:
            return None
        if (family, fold) not in self._classifiers:
            self._classifiers[family, fold] = self._taught([self._lessons[i] for i in others])
        shares = self._classifiers[family, fold].shares(bank.reshape(len(bank), -1))
        return _weighted(shares, self._frequencies[others].sum(axis=0)).reshape(-1, *bank.shape[1:])

    def _within(self, index: int, scene: Scene, bank: np.ndarray, side: int) -> np.ndarray:
        """Shares by classifiers that learnt from other regions and tiles of the same image."""
        lesson, part = self._lessons[index], parts_of(scene, side).ravel()
        figures, classes = bank.reshape(len(bank), -1), scene.classes.ravel()
        count = self._frequencies.shape[1]
        shares = np.full((count, figures.shape[1]), 1 / count, np.float32)
        for fold in range(FOLDS):
            here, taught = part == fold, part[lesson.places] != fold
            if not here.any() or taught.sum() < FEWEST:
                continue
            known = np.bincount(classes[~here & (classes >= 0)], minlength=count)
            found = self._taught([lesson.part(taught)]).shares(figures[:, here])
            shares[:, here] = _weighted(found, known)
        return shares.reshape(-1, *bank.shape[1:])

    def _taught(self, lessons: Sequence[Lesson]) -> Classifier:
        return Classifier(lessons, count=self._frequencies.shape[1], steps=STEPS)


def _weighted(shares: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    """Shares of classes that were taught alike, made ready for how frequent each is.

    The square root of the frequency lies between believing it and leaving it out: rare classes
    are what annotations get wrong.
    """
    weight = np.sqrt(pixels / max(pixels.sum(), 1) + LEAST).astype(np.float32)
    shares = np.maximum(shares, LEAST) * weight[:, None]
    shares /= shares.sum(axis=0)
    return shares


def parts_of(scene: Scene, side: int) -> np.ndarray:
    """Which part of an image each pixel is read with, 0 to 3: small regions whole, large ones by tiles."""
    axes: tuple[np.ndarray, ...] = np.indices(scene.classes.shape, sparse=True)
    tiles = np.zeros(scene.classes.shape, np.intp)
    for n, axis in enumerate(axes, 1):
        tiles += n * (axis // side)
    small = (scene.sizes <= WHOLE * side**scene.classes.ndim)[scene.components] & (scene.components > 0)
    return np.where(small, scene.components, tiles) % FOLDS
