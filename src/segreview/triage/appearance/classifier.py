"""The pixel classifier: background, interior, rim or seam, or classes of a scene, learnt from annotations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from segreview.model.box import Box
from segreview.shape.tile import tiles_of
from segreview.triage.appearance.network import learnt_layers
from segreview.triage.evidence.subject import Subject

BACKGROUND, INTERIOR, RIM, SEAM = range(4)
"""Classes of pixels: outside of all objects, inside of one, beside the background, beside another object."""

PIXELS = {BACKGROUND: 1200, INTERIOR: 1200, RIM: 600, SEAM: 300}
"""Most pixels of each class that one picture teaches; half of the background's lie near objects."""

NEAR = 0.8
"""Background within so many typical radii of an object lies near it."""

HIDDEN = 24
"""Units of the network's one hidden layer."""

BATCH = 512
"""Pixels of one step of learning."""

STEPS = 900
"""Steps of learning, about."""

ROUNDS = (12, 80)
"""Fewest and most passes over the pixels."""

TOGETHER = 1 << 13
"""Pixels that are read in one go: they stay in the cache, and large images need no more memory."""

BLOCK = 1 << 20
"""Pixels whose places are listed at one time."""

MOST = 40_000
"""Pixels that a classifier learns from, at most."""


def classes_of(subject: Subject) -> np.ndarray:
    """Class of every pixel by the annotation, int8; -1 for void."""
    classes = np.full(subject.ranks.shape, BACKGROUND, np.int8)
    for tile in tiles_of(subject.ranks.shape, (1,) * subject.ranks.ndim):
        classes[tile.core.slices] = _drawn_classes(subject.ranks[tile.window.slices])[tile.inner]
    if subject.void is not None:
        classes[subject.void] = -1
    return classes


def _drawn_classes(ranks: np.ndarray) -> np.ndarray:
    from scipy.ndimage import maximum_filter, minimum_filter

    drawn = ranks > 0
    high = maximum_filter(ranks, 3)
    low = minimum_filter(np.where(drawn, ranks, np.iinfo(np.int32).max), 3)
    classes = np.full(ranks.shape, BACKGROUND, np.int8)
    classes[drawn] = INTERIOR
    classes[drawn & (minimum_filter(ranks, 3) == 0)] = RIM
    classes[drawn & (high != low)] = SEAM
    return classes


@dataclass(frozen=True, eq=False)
class Lesson:
    """Pixels of one picture from which a classifier learns.

    Parameters
    ----------
    figures
        float32 ``(n, F)``.
    classes
        Integers ``(n,)``.
    places
        Raster positions of the pixels.
    """

    figures: np.ndarray
    classes: np.ndarray
    places: np.ndarray

    @classmethod
    def of(cls, subject: Subject, banks: Iterable[tuple[Box, np.ndarray]], seed: int) -> Lesson:
        """Lesson of a picture: a random choice of pixels of each class.

        Parameters
        ----------
        subject
            Its objects.
        banks
            Boxes that cover the picture, each with the figures of its pixels.
        seed
            Seed of the choice.
        """
        classes = classes_of(subject)
        places = _choice(subject, classes, np.random.default_rng(seed))
        coordinates = np.unravel_index(places, classes.shape)
        figures = np.empty((0, len(places)), np.float32)
        for box, bank in banks:
            if not figures.size:
                figures = np.empty((len(bank), len(places)), np.float32)
            here, within = _within(box, coordinates)
            for row, layer in zip(figures, bank, strict=True):
                row[here] = layer[within]
        return cls(np.ascontiguousarray(figures.T), classes.ravel()[places], places)

    @classmethod
    def of_classes(cls, classes: np.ndarray, bank: np.ndarray, most: int, seed: int) -> Lesson:
        """Lesson of so many pixels of each class, negative ones left out."""
        rng = np.random.default_rng(seed)
        codes = np.unique(classes[classes >= 0]).tolist()
        chosen = [_some_of(classes.ravel() == code, most, rng) for code in codes]
        return cls.at(np.concatenate([np.empty(0, np.intp), *chosen]), classes, bank)

    @classmethod
    def at(cls, places: np.ndarray, classes: np.ndarray, bank: np.ndarray) -> Lesson:
        """Lesson of some pixels."""
        figures = np.ascontiguousarray(bank.reshape(len(bank), -1)[:, places].T)
        return cls(figures, classes.ravel()[places], places)

    def part(self, chosen: np.ndarray) -> Lesson:
        """Lesson of some of its pixels."""
        return Lesson(self.figures[chosen], self.classes[chosen], self.places[chosen])

    def seen(self, figures: slice) -> Lesson:
        """Lesson of the same pixels by some of the figures."""
        return Lesson(self.figures[:, figures], self.classes, self.places)


def _choice(subject: Subject, classes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Raster positions of some pixels of each class; half of the background's lie near objects."""
    near = subject.within(max(3.0, NEAR * subject.radius)).ravel()
    chosen = []
    for code, most in PIXELS.items():
        mask = classes.ravel() == code
        close = _some_of(mask & near, most // 2, rng) if code == BACKGROUND else np.empty(0, np.intp)
        chosen += [close, _some_of(mask, most - len(close), rng)]
    return np.concatenate(chosen)


def _some_of(mask: np.ndarray, most: int, rng: np.random.Generator) -> np.ndarray:
    """Places of True in a flat mask, or some of them; never are all listed, at eight bytes each."""
    parts = [slice(start, start + BLOCK) for start in range(0, len(mask), BLOCK)]
    counts = [int(np.count_nonzero(mask[part])) for part in parts]
    total = sum(counts)
    wanted = rng.choice(total, most, replace=False) if total > most else np.arange(total)
    found, first = np.empty(len(wanted), np.intp), 0
    for part, count in zip(parts, counts, strict=True):
        here = (wanted >= first) & (wanted < first + count)
        if here.any():
            found[here] = np.flatnonzero(mask[part])[wanted[here] - first] + part.start
        first += count
    return found


def _within(box: Box, places: Sequence[np.ndarray]) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """Which of some places lie in a box, and their coordinates in it."""
    limits = list(zip(places, box.start, box.stop, strict=True))
    here = np.logical_and.reduce([(along >= start) & (along < stop) for along, start, stop in limits])
    return here, tuple(along[here] - start for along, start, _ in limits)


class Classifier:
    """A small neural network on standardised figures of pixels.

    Parameters
    ----------
    lessons
        What it learns from; all of one family.
    seed
        Seed of its first weights.
    count
        Number of classes that there are, whether taught or not.
    steps
        Steps of learning, about.
    most
        Pixels that it learns from, at most.
    """

    def __init__(
        self,
        lessons: Sequence[Lesson],
        seed: int = 0,
        count: int = 4,
        steps: int = STEPS,
        most: int = MOST,
    ) -> None:
        figures = np.concatenate([lesson.figures for lesson in lessons])
        classes = np.concatenate([lesson.classes for lesson in lessons])
        if len(figures) > most:
            kept = np.random.default_rng(seed).choice(len(figures), most, replace=False)
            figures, classes = figures[kept], classes[kept]
        self._count = count
        self._middle = figures.mean(axis=0)
        self._spread = figures.std(axis=0) + 1e-6
        known, targets = np.unique(classes, return_inverse=True)
        self._known = known.astype(int)
        batch = min(BATCH, len(figures))
        rounds = int(np.clip(steps * BATCH / len(figures), *ROUNDS))
        standard = np.ascontiguousarray(self._standardised(figures.T).T)
        self._layers = learnt_layers(standard, targets, len(known), HIDDEN, batch, rounds, seed)

    def _standardised(self, figures: np.ndarray) -> np.ndarray:
        standard: np.ndarray = figures - self._middle[:, None]
        standard /= self._spread[:, None]
        return np.clip(standard, -6, 6, out=standard)

    def shares(self, figures: np.ndarray) -> np.ndarray:
        """Share of each class at some pixels, float32 ``(count, n)``.

        Parameters
        ----------
        figures
            float32 ``(F, n)``.
        """
        shares = np.zeros((self._count, figures.shape[1]), np.float32)
        for start in range(0, figures.shape[1], TOGETHER):
            part = slice(start, start + TOGETHER)
            shares[self._known, part] = self._known_shares(figures[:, part])
        return shares

    def _known_shares(self, figures: np.ndarray) -> np.ndarray:
        """Share of each class that was learnt."""
        signal = self._standardised(figures)
        for weights, bias in self._layers[:-1]:
            signal = weights.T @ signal
            signal += bias[:, None]
            np.maximum(signal, 0, out=signal)
        weights, bias = self._layers[-1]
        return _softmax(weights.T @ signal + bias[:, None], len(self._known))


def _softmax(signal: np.ndarray, known: int) -> np.ndarray:
    """Shares of classes; with one known class all, with two one signal tells both."""
    if known == 1:
        return np.ones((1, signal.shape[1]), np.float32)
    if known == 2:
        second = 1 / (1 + np.exp(-signal))
        return np.concatenate([1 - second, second])
    signal = signal - signal.max(axis=0)
    np.exp(signal, out=signal)
    shares: np.ndarray = signal / signal.sum(axis=0)
    return shares
