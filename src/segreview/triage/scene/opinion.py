"""Class opinions: which class each pixel looks like, to classifiers that have not learnt from it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from segreview.triage.appearance.classifier import MOST, Classifier, Lesson
from segreview.triage.appearance.filters import filter_bank
from segreview.triage.appearance.opinion import FEWEST, FOLDS, folds_of
from segreview.triage.evidence.backdrop import slopes_of, smoothed
from segreview.triage.evidence.picture import Picture
from segreview.triage.scene.scene import Scene

RADIUS = 12.0
"""Radius in pixels that the scales of the filters follow: scenes have no typical object."""

WIDE = 20.0
"""Width in pixels of the smoothing that tells the colour of the surroundings."""

BROAD = 8.0
"""Width in pixels of the smoothing that tells what lies farther away."""

NEAR, FAR = 1 / 9, 1 / 4
"""How far away that is, in shortest sides: along every axis, and also above and below."""

DIM = 0.05
"""Light that is added before the share of a channel in it is taken."""

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

SEVERAL = 5
"""So many other images teach enough: this one, whose faults would teach themselves, is then not asked."""

NETWORKS, SHOWN = 4, 20_000
"""Classifiers from other images whose mean is taken, and pixels that each learns from, at most."""

LEAST = 1e-4
"""Smallest share of a class."""


def class_bank(picture: Picture) -> np.ndarray:
    """Figures of every pixel, float32 ``(F, *space)``: filters, what lies around it, and its place."""
    wide = smoothed(picture.channels, WIDE, picture.aspect)
    axes = [np.linspace(0, 1, n, dtype=np.float32) for n in picture.shape]
    places = np.stack(np.meshgrid(*axes, indexing="ij"))
    return np.concatenate([filter_bank(picture, RADIUS), wide, places, _surroundings(picture)])


def _surroundings(picture: Picture) -> np.ndarray:
    """Colour and steepness at some distance each way, and which channels have the light."""
    channels = smoothed(picture.channels, BROAD, picture.aspect)
    grey = smoothed(picture.channels.mean(axis=0)[None], 1.0, picture.aspect)[0]
    steep = np.sqrt(sum(slope * slope for slope in slopes_of(grey, picture.aspect)))
    soft = np.concatenate([channels, smoothed(steep[None], BROAD, picture.aspect)])
    shortest, axes = min(picture.shape), len(picture.shape)
    steps = [(axis, round(shortest * NEAR)) for axis in range(1, axes + 1)]
    steps.append((axes - 1, round(shortest * FAR)))
    shifted = [_beyond(soft, axis, way * step) for axis, step in steps for way in (-1, 1)]
    return np.concatenate([soft[-1:], *shifted, channels / (channels.sum(axis=0) + DIM)])


def local_figures(picture: Picture) -> slice:
    """Figures of a pixel that tell nothing of its surroundings: all but the last ones."""
    channels, axes = len(picture.channels), len(picture.shape)
    return slice(-(2 * (axes + 1) * (channels + 1) + channels + 1))


def _beyond(layers: np.ndarray, axis: int, step: int) -> np.ndarray:
    """What lies so many pixels away along an axis; beyond the image, what lies at its border."""
    length = layers.shape[axis]
    return layers.take(np.clip(np.arange(length) + step, 0, length - 1), axis=axis)


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
        self._classifiers: dict[tuple[Hashable, int], list[Classifier]] = {}

    def read(self, index: int, scene: Scene, bank: np.ndarray) -> np.ndarray:
        """Share of each class at every pixel, float32 ``(classes, *space)``.

        It is what other images taught, where there are several. Else it is the mean of that and of
        what other parts of this image taught, near ones and those that lie farther away: they know
        the light and the colours of this very scene, but where much of it is wrong, that as well.
        Classes that no other image has are always read by other parts of this one.

        Parameters
        ----------
        index
            Number of the image's lesson.
        scene, bank
            The image, and the figures of its pixels.
        """
        others = self._others(index)
        across = self._across(index, others, bank)
        if across is None:
            return self._tiled(index, scene, bank)
        if len(others) < SEVERAL:
            return np.asarray((2 * self._tiled(index, scene, bank) + across) / 3)
        untaught = (self._frequencies[others].sum(axis=0) == 0)[scene.classes] & (scene.classes >= 0)
        if untaught.any():
            across[:, untaught] = self._tiled(index, scene, bank)[:, untaught]
        return across

    def _others(self, index: int) -> list[int]:
        """Images of the same family in other folds."""
        family, fold = self._families[index], self._fold[index]
        pairs = enumerate(zip(self._families, self._fold, strict=True))
        return [i for i, (kin, part) in pairs if kin == family and part != fold]

    def _across(self, index: int, others: list[int], bank: np.ndarray) -> np.ndarray | None:
        """Shares by classifiers that learnt from other images."""
        lessons = [self._lessons[i] for i in others]
        if sum(len(lesson.places) for lesson in lessons) < FEWEST:
            return None
        key = self._families[index], self._fold[index]
        if key not in self._classifiers:
            self._classifiers[key] = [
                self._taught(lessons, seed, STEPS // 2, SHOWN) for seed in range(NETWORKS)
            ]
        figures, known = bank.reshape(len(bank), -1), self._frequencies[others].sum(axis=0)
        shares = [_weighted(one.shares(figures), known) for one in self._classifiers[key]]
        return np.asarray(np.mean(shares, axis=0), np.float32).reshape(-1, *bank.shape[1:])

    def _tiled(self, index: int, scene: Scene, bank: np.ndarray) -> np.ndarray:
        """Mean of the shares that small and large tiles give."""
        shortest = min(scene.classes.shape)
        sides = {max(shortest // count, TILE) for count in (TILES, COARSE)}
        readings = [self._within(index, scene, bank, side) for side in sorted(sides)]
        return np.asarray(np.mean(readings, axis=0), np.float32)

    def _within(self, index: int, scene: Scene, bank: np.ndarray, side: int) -> np.ndarray:
        """Shares by classifiers that learnt from other regions and tiles of the same image.

        Surroundings are left out: within one image they would tell the place of what was taught.
        """
        part, local = parts_of(scene, side).ravel(), local_figures(scene.picture)
        lesson, bank = self._lessons[index].seen(local), bank[local]
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

    def _taught(
        self, lessons: Sequence[Lesson], seed: int = 0, steps: int = STEPS, most: int = MOST
    ) -> Classifier:
        return Classifier(lessons, seed, self._frequencies.shape[1], steps, most)


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
