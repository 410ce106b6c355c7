"""The second opinion: every image is read by a classifier that has not learnt from it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

import numpy as np

from segreview.model.box import Box
from segreview.shape.tile import tiles_of
from segreview.triage.appearance.classifier import PIXELS, Classifier, Lesson
from segreview.triage.evidence.field import Shares
from segreview.triage.evidence.picture import Picture
from segreview.triage.evidence.subject import Subject

FOLDS = 4
"""Parts of a data set, or of the objects of one image, that are read by one classifier each."""

FEWEST = 200
"""Pixels without which a classifier is not worth asking."""


def family_of(subject: Subject, picture: Picture) -> Hashable:
    """Pictures of one family look alike enough to learn from each other: channels, bright or dark objects."""
    sums, pixels = np.zeros(2), np.zeros(2)
    for tile in tiles_of(picture.shape):
        grey = picture.part(tile.core).channels.mean(axis=0)
        drawn = subject.ranks[tile.core.slices] > 0
        sums += grey[~drawn].sum(), grey[drawn].sum()
        pixels += (~drawn).sum(), drawn.sum()
    if not pixels.all():
        return picture.family, len(picture.shape), None
    outside, inside = sums / pixels
    return picture.family, len(picture.shape), bool(inside > outside)


Banks = Iterable[tuple[Box, np.ndarray]]
"""Boxes that cover a picture, each with the figures of its pixels."""


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

    def read(self, index: int, subject: Subject, banks: Banks) -> Shares | None:
        """Share of each class at every pixel of an image.

        Where no other image of the family was learnt from, the image itself is, fold by fold of
        its objects; None when there is too little to learn from.

        Parameters
        ----------
        index
            Number of the image's lesson.
        subject
            The image's objects.
        banks
            Boxes that cover it, each with the figures of its pixels.
        """
        classifier = self._classifier(self._families[index], self._fold[index])
        if classifier is None:
            return read_within(subject, self._lessons[index], banks)
        shares = Shares(len(PIXELS), subject.ranks.shape)
        for box, bank in banks:
            shares.write(box, classifier.shares(bank.reshape(len(bank), -1)))
        return shares

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


def read_within(subject: Subject, lesson: Lesson, banks: Banks) -> Shares | None:
    """Share of each class at every pixel, each object with its surroundings read by what the others taught.

    Parameters
    ----------
    subject, lesson
        The image's objects, and its lesson.
    banks
        Boxes that cover it, each with the figures of its pixels.
    """
    parts = subject.parts(FOLDS)
    classifiers = {}
    for fold in np.unique(parts).tolist():
        taught = parts.ravel()[lesson.places] != fold
        if taught.sum() < FEWEST:
            return None
        classifiers[fold] = Classifier([lesson.part(taught)])
    shares = Shares(len(PIXELS), parts.shape)
    for box, bank in banks:
        figures, part = bank.reshape(len(bank), -1), parts[box.slices].ravel()
        read = np.zeros((len(PIXELS), len(part)), np.float32)
        for fold, classifier in classifiers.items():
            here = part == fold
            read[:, here] = classifier.shares(figures[:, here])
        shares.write(box, read)
    return shares
