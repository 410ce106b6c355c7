"""The pixel classifier: background, interior, rim or seam, or classes of a scene, learnt from annotations."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from segreview.triage.evidence.subject import Subject

BACKGROUND, INTERIOR, RIM, SEAM = range(4)
"""Classes of pixels: outside of all objects, inside of one, beside the background, beside another object."""

PIXELS = {BACKGROUND: 1200, INTERIOR: 1200, RIM: 600, SEAM: 300}
"""Most pixels of each class that one picture teaches; half of the background's lie near objects."""

NEAR = 0.8
"""Background within so many typical radii of an object lies near it."""

HIDDEN = (24,)
"""Units of the network's one hidden layer."""

BATCH = 512
"""Pixels of one step of learning."""

STEPS = 900
"""Steps of learning, about."""

ROUNDS = (12, 80)
"""Fewest and most passes over the pixels."""

TOGETHER = 1 << 13
"""Pixels that are read in one go: they stay in the cache, and large images need no more memory."""

MOST = 40_000
"""Pixels that a classifier learns from, at most."""


def classes_of(subject: Subject) -> np.ndarray:
    """Class of every pixel by the annotation, int8; -1 for void."""
    from scipy.ndimage import maximum_filter, minimum_filter

    ranks = subject.ranks
    high = maximum_filter(ranks, 3)
    low = minimum_filter(np.where(subject.foreground, ranks, np.iinfo(np.int32).max), 3)
    classes = np.full(ranks.shape, BACKGROUND, np.int8)
    classes[subject.foreground] = INTERIOR
    classes[subject.foreground & (minimum_filter(ranks, 3) == 0)] = RIM
    classes[subject.foreground & (high != low)] = SEAM
    if subject.void is not None:
        classes[subject.void] = -1
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
    def of(cls, subject: Subject, bank: np.ndarray, seed: int) -> Lesson:
        """Lesson of a picture: a random choice of pixels of each class."""
        rng = np.random.default_rng(seed)
        classes = classes_of(subject)
        near = subject.distance.ravel() <= max(3.0, NEAR * subject.radius)
        chosen = []
        for code, most in PIXELS.items():
            pixels = np.flatnonzero(classes == code)
            close = _some(pixels[near[pixels]], most // 2, rng) if code == BACKGROUND else pixels[:0]
            chosen += [close, _some(pixels, most - len(close), rng)]
        return cls.at(np.concatenate(chosen), classes, bank)

    @classmethod
    def of_classes(cls, classes: np.ndarray, bank: np.ndarray, most: int, seed: int) -> Lesson:
        """Lesson of so many pixels of each class, negative ones left out."""
        rng = np.random.default_rng(seed)
        codes = np.unique(classes[classes >= 0]).tolist()
        chosen = [_some(np.flatnonzero(classes == code), most, rng) for code in codes]
        return cls.at(np.concatenate([np.empty(0, np.intp), *chosen]), classes, bank)

    @classmethod
    def at(cls, places: np.ndarray, classes: np.ndarray, bank: np.ndarray) -> Lesson:
        """Lesson of some pixels."""
        figures = np.ascontiguousarray(bank.reshape(len(bank), -1)[:, places].T)
        return cls(figures, classes.ravel()[places], places)

    def part(self, chosen: np.ndarray) -> Lesson:
        """Lesson of some of its pixels."""
        return Lesson(self.figures[chosen], self.classes[chosen], self.places[chosen])


def _some(pixels: np.ndarray, most: int, rng: np.random.Generator) -> np.ndarray:
    return rng.choice(pixels, most, replace=False) if len(pixels) > most else pixels


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
    """

    def __init__(self, lessons: Sequence[Lesson], seed: int = 0, count: int = 4, steps: int = STEPS) -> None:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.neural_network import MLPClassifier

        figures = np.concatenate([lesson.figures for lesson in lessons])
        classes = np.concatenate([lesson.classes for lesson in lessons])
        if len(figures) > MOST:
            kept = np.random.default_rng(seed).choice(len(figures), MOST, replace=False)
            figures, classes = figures[kept], classes[kept]
        self._count = count
        self._middle = figures.mean(axis=0)
        self._spread = figures.std(axis=0) + 1e-6
        network = MLPClassifier(
            HIDDEN,
            batch_size=min(BATCH, len(figures)),
            learning_rate_init=4e-3,
            max_iter=int(np.clip(steps * BATCH / len(figures), *ROUNDS)),
            alpha=1e-3,
            random_state=seed,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # the number of rounds is the limit meant
            network.fit(self._standardised(figures.T).T, classes)
        self._keep(network)

    def _keep(self, network: Any) -> None:
        self._layers = [
            (weights.astype(np.float32), bias.astype(np.float32))
            for weights, bias in zip(network.coefs_, network.intercepts_, strict=True)
        ]
        self._known = network.classes_.astype(int)

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
