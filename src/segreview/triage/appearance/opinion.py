"""The second opinion: every image is read by a classifier that has not learnt from it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from segreview.triage.appearance.classifier import Classifier, Lesson
from segreview.triage.evidence.picture import Picture
from segreview.triage.evidence.subject import Subject

FOLDS = 4
"""Parts of a data set, or of the objects of one image, that are read by one classifier each."""

FEWEST = 200
"""Pixels without which a classifier is not worth asking."""


def family_of(subject: Subject, picture: Picture) -> Hashable:
    """Pictures of one family look alike enough to learn from each other: channels, bright or dark objects."""
    grey = picture.channels.mean(axis=0)
    inside = subject.foreground
    if not inside.any() or inside.all():
        return picture.family, len(picture.shape), None
    return picture.family, len(picture.shape), bool(grey[inside].mean() > grey[~inside].mean())


class SecondOpinion:
    """Classifiers of a data set.

    Parameters
    ----------
    lessons
        One lesson of each image.
    families
        The family of each image, as `family_of` tells it.
    """

    def __init__(self, lessons: Sequence[Lesson], families: Sequence[Hashable]) -> None:
        self._lessons = tuple(lessons)
        self._families = tuple(families)
        self._fold = folds_of(self._families)
        self._classifiers: dict[tuple[Hashable, int], Classifier | None] = {}

    def read(self, index: int, subject: Subject, bank: np.ndarray) -> np.ndarray | None:
        """Share of each class at every pixel of an image, float32 ``(4, *space)``.

        Where no other image of the family was learnt from, the image itself is, fold by fold of
        its objects; None when there is too little to learn from.

        Parameters
        ----------
        index
            Number of the image's lesson.
        subject, bank
            The image's objects, and the figures of its pixels.
        """
        classifier = self._classifier(self._families[index], self._fold[index])
        if classifier is None:
            return read_within(subject, self._lessons[index], bank)
        return classifier.shares(bank.reshape(len(bank), -1)).reshape(-1, *bank.shape[1:])

    def _classifier(self, family: Hashable, fold: int) -> Classifier | None:
        """Classifier that learnt from all of a family but one fold."""
        if (family, fold) not in self._classifiers:
            others = [
                lesson
                for lesson, kin, part in zip(self._lessons, self._families, self._fold, strict=True)
                if kin == family and part != fold
            ]
            enough = sum(len(lesson.places) for lesson in others) >= FEWEST
            self._classifiers[family, fold] = Classifier(others) if enough else None
        return self._classifiers[family, fold]


def folds_of(families: Sequence[Hashable]) -> list[int]:
    """Fold of each image: those of a family take turns."""
    seen: dict[Hashable, int] = {}
    folds = []
    for family in families:
        folds.append(seen.get(family, 0) % FOLDS)
        seen[family] = seen.get(family, 0) + 1
    return folds


def read_within(subject: Subject, lesson: Lesson, bank: np.ndarray) -> np.ndarray | None:
    """Share of each class at every pixel, each object with its surroundings read by what the others taught.

    Parameters
    ----------
    subject, lesson, bank
        The image's objects, its lesson, and the figures of its pixels.
    """
    part = (subject.nearest.ravel() % FOLDS).astype(np.int8)
    figures = bank.reshape(len(bank), -1)
    shares = np.zeros((4, figures.shape[1]), np.float32)
    for fold in range(FOLDS):
        here = part == fold
        if not here.any():
            continue
        taught = part[lesson.places] != fold
        if taught.sum() < FEWEST:
            return None
        shares[:, here] = Classifier([lesson.part(taught)]).shares(figures[:, here])
    return shares.reshape(-1, *bank.shape[1:])
