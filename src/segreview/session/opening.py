"""Opening a review: labels, journal, and what to do with work that no file holds yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from segreview.errors import JournalError, SegreviewError
from segreview.formats.raster import two_values, with_background
from segreview.model.labels import Kind, LabelImage
from segreview.model.sample import Sample
from segreview.session.classing import set_classes
from segreview.session.groundwork import Groundwork, with_own_masks
from segreview.session.journal import Journal
from segreview.session.places import made_folder, review_folder, unused_name
from segreview.session.review import Review

_BRIEF = 500
"""Verdicts that are found again in about 50 ms."""

_EDIT = 5
"""An edit takes as long as so many verdicts."""


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


@dataclass(frozen=True)
class Displaced:
    """An earlier review of labels that another program has changed since.

    Parameters
    ----------
    path
        Where its journal is kept.
    steps
        Gestures that it holds.
    """

    path: Path
    steps: int


class Opening:
    """A sample and its journal, before the user has said what to do with unwritten work.

    Parameters
    ----------
    sample
        The sample, as its files are now.
    folder
        The review's folder; by default the one in the user's state directory.
    ground
        Groundwork of the same sample, if it was made ahead; it is built upon where the journal begins
        with what the files hold.

    Attributes
    ----------
    unwritten
        Work that only the journal holds, or None.
    notice
        A line for the user when an older or damaged journal was set aside; else empty.
    displaced
        The earlier review whose journal was set aside, or None.

    Raises
    ------
    JournalError
        When the review is open elsewhere or its journal cannot be used.
    """

    def __init__(self, sample: Sample, folder: Path | None = None, ground: Groundwork | None = None) -> None:
        labels = sample.reference
        if labels.origin is None:
            raise JournalError(
                "Labels without a file cannot be reviewed: there is nowhere to keep the journal."
            )
        self._ground = ground
        self.notice = ""
        self.displaced: Displaced | None = None
        self._digests = labels.origin.digests
        self._journal = self._open_journal(folder or review_folder(labels.origin.path), labels)
        self._state = self._journal.state_of(self._digests) or 0
        try:
            self.sample = self._as_first_opened(sample)
        except SegreviewError:
            self._journal.close()
            raise

    def _open_journal(self, folder: Path, labels: LabelImage) -> Journal:
        """Journal of these labels; one that knows other files is set aside, and comes back with them."""
        made_folder(folder)
        # components of a mask are numbered by us: edits of them say nothing about the file's own numbers
        path = folder / journal_name(labels)
        journal = Journal(path, self._digests)
        self.notice = journal.notice
        if journal.state_of(self._digests) is not None:
            return journal
        steps = len(journal.line(journal.head))
        journal.close()
        aside = unused_name(path)
        path.replace(aside)
        self.displaced = Displaced(aside, steps) if steps else None
        said = f"a new journal begins, the old one is kept as {aside}"
        if (known := self._set_aside_before(path, aside)) is not None:
            known.replace(path)
            said = f"they are as in an earlier review, which goes on; the last one is kept as {aside}"
        self.notice = (
            f"{self.notice} The labels were changed by another program since the last review: {said}."
        ).lstrip()
        return Journal(path, self._digests)

    def _set_aside_before(self, path: Path, last: Path) -> Path | None:
        """Journal that was set aside before the last one was, and knows the files as they are now."""
        for kept in sorted(path.parent.glob(f"{path.stem}-[0-9]*{path.suffix}"), reverse=True):
            if kept == last:
                continue
            try:
                journal = Journal(kept, self._digests)
            except JournalError:
                continue  # of a newer program, or damaged: it stays where it is
            known = journal.state_of(self._digests) is not None
            journal.close()
            if known:
                return kept
        return None

    def _as_first_opened(self, sample: Sample) -> Sample:
        """Sample whose labels have the background that they had when they were first opened as their kind.

        Edits may bring the first pixel of 0 into labels, or take the last one: a file that was read by a
        rule would have another background then, other items, and none of their verdicts.
        """
        labels, known = sample.reference, self._journal.backgrounds
        if labels.kind not in known:
            self._journal.began_with(labels.kind, labels.background)
        background = known[labels.kind]
        if background == labels.background:
            return sample
        return sample.with_reference(with_background(labels, background, "as when it was first opened"))

    @property
    def unwritten(self) -> Unwritten | None:
        """Work that only the journal holds, or None."""
        edits = self._journal.edits_between(self._written, self._journal.head)
        return Unwritten(edits, self._journal.last_time) if edits else None

    @property
    def _written(self) -> int:
        """State that files hold, here or in another folder: the one with the least work since."""
        journal = self._journal
        nodes = [self._state] if journal.elsewhere is None else [self._state, journal.elsewhere]
        return min(nodes, key=lambda node: journal.edits_between(node, journal.head))

    @property
    def is_brief(self) -> bool:
        """Whether the journal is replayed in a moment: few edits and verdicts, which hashes find again."""
        nodes = [self._journal.nodes[node] for node in self._journal.line(self._journal.head)]
        return sum(_EDIT * node.edits + node.verdicts for node in nodes) <= _BRIEF

    @property
    def is_prepared(self) -> bool:
        """Whether the review is built on what was made ahead."""
        journal, ground = self._journal, self._ground
        if ground is None or ground.sample.reference.background != self.sample.reference.background:
            return False
        same = journal.numbering(self._digests) is None and journal.dtype is None
        return same and not journal.edits_between(self._state, 0)

    def begin(
        self, author: str = "", *, restore: bool = True, pause: Callable[[], None] = lambda: None
    ) -> Review:
        """The review, with unwritten work restored, or set aside by a step that undo reverts.

        The queue is made of the labels as they were when they were first opened, so that rows and
        progress are the same after every start. The sample's reference is copied: the caller's
        arrays stay as they are.

        Parameters
        ----------
        author
            Who reviews.
        restore
            Whether unwritten work is restored.
        pause
            Called between the steps; what it raises ends the work.

        Raises
        ------
        SegreviewError
            When both sides do not fit, or the journal cannot be read or written.
        """
        try:
            review = Review(self._groundwork(pause), self._journal, author, self._written)
            review.replay()
            if not restore:
                review.drop_unwritten()
        except SegreviewError:
            self._journal.close()
            raise
        return review

    def sample_now(self) -> Sample:
        """Sample with all work that the journal holds, without a review of it."""
        return self._sample_at(self._journal.head)

    def _sample_at(self, node: int) -> Sample:
        """Sample whose reference is a copy, in a state of the journal."""
        journal = self._journal
        sample = with_own_masks(self.sample, journal.dtype, journal.numbering(self._digests))
        for gesture in journal.steps(self._state, node):
            set_classes(sample.reference, gesture.classes)
            for edit in gesture.edits:
                edit.apply_to(sample.reference.planes[edit.plane])
        return sample

    def _groundwork(self, pause: Callable[[], None]) -> Groundwork:
        """What the journal's first state gives; what was made ahead where that is what the files hold."""
        if self._ground is not None and self.is_prepared:
            return self._ground
        return Groundwork.of(self._sample_at(0), pause)

    def cancel(self) -> None:
        """Close the journal without a review."""
        self._journal.close()


JOURNALS = ("journal.bin", "journal-binary.bin", "journal-inverted.bin")
"""Names of the journals of labels by their own numbers, of a mask, and of one whose objects are 0."""


def journal_name(labels: LabelImage) -> str:
    """Name of the journal in which work on labels is kept, as they were read."""
    if labels.kind is not Kind.BINARY:
        return JOURNALS[0]
    return JOURNALS[2] if two_values(labels)[1] == 0 else JOURNALS[1]


def open_review(sample: Sample, author: str = "", folder: Path | None = None) -> Review:
    """Review of a sample, with all work that its journal holds."""
    return Opening(sample, folder).begin(author)
