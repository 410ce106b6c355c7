"""Opening a review: labels, journal, and what to do with work that no file holds yet."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from segreview.errors import JournalError
from segreview.model.labels import LabelImage
from segreview.model.sample import PREDICTION, REFERENCE, Sample, Source
from segreview.session.journal import Journal
from segreview.session.places import review_folder
from segreview.session.review import Review


@dataclass(frozen=True)
class Unwritten:
    """Work in a journal that the files do not hold.

    Parameters
    ----------
    edits
        Number of gestures with edits.
    time
        Time of the last one, in seconds since the epoch.
    """

    edits: int
    time: float


class Opening:
    """A sample and its journal, before the user has said what to do with unwritten work.

    Parameters
    ----------
    sample
        The sample, as its files are now.
    folder
        The review's folder; by default the one in the user's state directory.

    Attributes
    ----------
    unwritten
        Work that only the journal holds, or None.
    notice
        A line for the user when an older journal had to be set aside; else empty.

    Raises
    ------
    JournalError
        When the review is open elsewhere or its journal cannot be used.
    """

    def __init__(self, sample: Sample, folder: Path | None = None) -> None:
        labels = sample.reference
        if labels.origin is None:
            raise JournalError(
                "Labels without a file cannot be reviewed: there is nowhere to keep the journal."
            )
        self.sample = sample
        self.notice = ""
        self._digests = labels.origin.digests
        self._folder = folder or review_folder(labels.origin.path)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._journal = self._open_journal(self._folder / "journal.bin")
        self._state = self._journal.state_of(self._digests) or 0

    def _open_journal(self, path: Path) -> Journal:
        journal = Journal(path, self._digests)
        if journal.state_of(self._digests) is not None:
            return journal
        journal.close()
        aside = path.with_name(f"journal-{time.strftime('%Y%m%d-%H%M%S')}.bin")
        path.replace(aside)
        self.notice = (
            "The labels were changed by another program since the last review: "
            f"a new journal begins, the old one is kept as {aside}."
        )
        return Journal(path, self._digests)

    @property
    def unwritten(self) -> Unwritten | None:
        """Work that only the journal holds, or None."""
        edits = self._journal.edits_between(self._state, self._journal.head)
        return Unwritten(edits, self._journal.last_time) if edits else None

    def begin(self, author: str = "", *, restore: bool = True) -> Review:
        """The review, with unwritten work restored, or set aside by a step that undo reverts.

        The queue is made of the labels as they were when they were first opened, so that rows and
        progress are the same after every start. The sample's reference is copied: the caller's
        arrays stay as they are.
        """
        sample = _with_own_masks(self.sample, self._journal.dtype)
        for gesture in self._journal.steps(self._state, 0):
            for edit in gesture.edits:
                edit.apply_to(sample.reference.planes[edit.plane])
        review = Review(sample, self._journal, author, self._state)
        review.replay()
        if not restore:
            review.drop_unwritten()
        return review

    def cancel(self) -> None:
        """Close the journal without a review."""
        self._journal.close()


def _with_own_masks(sample: Sample, promoted: str | None) -> Sample:
    """Sample whose reference may be written into, and that has a prediction, if an empty one."""
    labels = sample.reference.copy()
    if promoted is not None:
        wider = np.dtype(promoted)
        labels = replace(labels, planes=tuple(plane.astype(wider) for plane in labels.planes), stored=None)
    prediction = sample.prediction
    if prediction is None:
        empty = np.zeros(labels.shape, np.uint8)
        prediction = LabelImage((empty,), labels.axes, labels.spacing, labels.unit)
    others = [source for source in sample.sources if source.role not in (REFERENCE, PREDICTION)]
    both = (Source(REFERENCE, labels), Source(PREDICTION, prediction))
    return replace(sample, sources=(*both, *others))


def open_review(sample: Sample, author: str = "", folder: Path | None = None) -> Review:
    """Review of a sample, with all work that its journal holds."""
    return Opening(sample, folder).begin(author)
