"""Suspecting: what is likely wrong in a sample under review, found beside the window's thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from segreview.compare.disagreement import Disagreement, Handle, item_mask
from segreview.compare.unclaimed import Unclaimed
from segreview.model.labels import Kind, LabelImage
from segreview.model.sample import REFERENCE, Sample
from segreview.session.review import Review
from segreview.triage.audit import Audit
from segreview.triage.inspection import Inspection
from segreview.triage.item import Suspects
from segreview.triage.renewal import Touch, renewed
from segreview.triage.suspicion import NONE, Suspicion, strongest
from segreview.triage.trace.spot import Spot

LARGEST = 1 << 22
"""Most pixels of an image at one time; the figures on the pixels of a larger one take gigabytes."""

LONGEST = 1 << 24
"""Most pixels of a time series."""

OTHERS = 24
"""Other samples of a data set from which it is learnt how objects look, at most."""

Pause = Callable[[], None]


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A sample under review as it was at one moment.

    Parameters
    ----------
    name
        Name by which the sample is learnt from.
    sample
        The sample, with a GT that nobody writes into.
    items
        How its sides differ.
    revision
        Revision of the review.
    """

    name: Hashable
    sample: Sample
    items: tuple[Disagreement, ...]
    revision: int

    @classmethod
    def of(cls, review: Review, name: Hashable) -> Snapshot:
        """Snapshot of a review."""
        sample = review.sample.with_reference(review.reference.copy())
        return cls(name, sample, tuple(review.disagreements.items.values()), review.revision)

    @property
    def model(self) -> LabelImage | None:
        """The model's masks; None without any."""
        return self.sample.prediction if self.sample.has_prediction else None


@dataclass(frozen=True, eq=False)
class Found:
    """What is suspected of a sample.

    Parameters
    ----------
    suspicions
        By the handle of each item.
    revision
        Revision of the review that it holds for.
    places
        What neither side claims.
    inspections
        The evidence that it was made from; none for classes.
    spots
        Places whose class is contested, in segments that are much larger.
    """

    suspicions: Mapping[Handle, Suspicion]
    revision: int
    places: tuple[tuple[Unclaimed, Suspicion], ...] = ()
    inspections: tuple[Inspection, ...] = ()
    spots: tuple[Spot, ...] = ()


class Suspecting:
    """What a data set has taught, and the evidence on the sample that was judged last.

    It may be used from any thread; one piece of work waits for the other.
    """

    def __init__(self) -> None:
        self._audit = Audit(keep=0)
        self._learnt: set[Hashable] = set()
        self._name: Hashable = None
        self._inspections: list[Inspection] = []
        self._guard = threading.Lock()

    def learn(self, name: Hashable, sample: Sample, pause: Pause = lambda: None) -> None:
        """Learn how the objects of a sample look, once; from one that is too large nothing."""
        with self._guard:
            self._learn(name, sample, pause)

    def judge(self, snapshot: Snapshot, pause: Pause = lambda: None) -> Found:
        """What is suspected of each item, by a classifier that has not learnt from this sample.

        Parameters
        ----------
        snapshot
            The sample.
        pause
            Called between the steps; what it raises ends the work.
        """
        with self._guard:
            self._name, self._inspections = None, []
            if not is_small(snapshot.sample):
                return Found({}, snapshot.revision)
            self._learn(snapshot.name, snapshot.sample, pause)
            sample = snapshot.sample
            if sample.reference.kind is Kind.SEMANTIC:
                return self._found_of_classes(snapshot, pause)
            steps = self._audit.inspect(
                snapshot.name, sample.reference, sample.images, snapshot.model, pause=pause
            )
            self._inspections = list(steps)
            self._name = snapshot.name
            return self._found(snapshot, pause)

    def judge_again(self, snapshot: Snapshot, touches: Sequence[Touch], pause: Pause = lambda: None) -> Found:
        """What is suspected after edits: only objects near them are looked at anew.

        Parameters
        ----------
        snapshot
            The sample that was judged last, as it is now.
        touches
            Where it was edited since then.
        pause
            Called between the steps; what it raises ends the work.
        """
        with self._guard:
            if self._name == snapshot.name:
                self._name = None  # unless all goes well, what is kept is that of other labels
                steps = renewed(self._inspections, snapshot.sample.reference, touches, pause)
                self._inspections, self._name = list(steps), snapshot.name
                return self._found(snapshot, pause)
        return self.judge(snapshot, pause)

    def _learn(self, name: Hashable, sample: Sample, pause: Pause) -> None:
        pause()
        if name not in self._learnt and is_small(sample):
            model = sample.prediction if sample.has_prediction else None
            self._audit.learn(name, sample.reference, sample.images, model)
            self._learnt.add(name)
            pause()

    def _found_of_classes(self, snapshot: Snapshot, pause: Pause) -> Found:
        """What is suspected of regions of classes, which are always looked at all together."""
        if snapshot.model is None:
            spots = tuple(self._audit.spots(snapshot.name, snapshot.sample, pause))
            return Found(dict(_told_by(spots, snapshot)), snapshot.revision, spots=spots)
        items = self._audit.items(snapshot.name, snapshot.sample, None, snapshot.items, pause)
        return Found({item.handle: item.suspicion for item in items}, snapshot.revision)

    def _found(self, snapshot: Snapshot, pause: Pause) -> Found:
        suspects = Suspects()
        for inspection in self._inspections:
            suspects.add(inspection)
        spots = tuple(self._audit.spots(snapshot.name, snapshot.sample, pause))
        suspects.add_spots(spots)
        told, places = dict(_told(suspects, snapshot)), tuple(suspects.places)
        return Found(told, snapshot.revision, places, tuple(self._inspections), spots)


def _told_by(spots: Sequence[Spot], snapshot: Snapshot) -> Iterator[tuple[Handle, Suspicion]]:
    """Suspicions of regions of classes without a model: those of the worst place within each."""
    for item in snapshot.items:
        within = [spot for spot in spots if _lies_in(spot, item, snapshot)]
        yield item.handle, strongest([spot.suspicion for spot in within]) if within else NONE


def _lies_in(spot: Spot, item: Disagreement, snapshot: Snapshot) -> bool:
    if not spot.within(item):
        return False
    first = np.argwhere(spot.mask)[0] + spot.box.start - item.box.start
    prediction = snapshot.sample.prediction
    assert prediction is not None
    return bool(item_mask(item, REFERENCE, snapshot.sample.reference, prediction)[tuple(first)])


def _told(suspects: Suspects, snapshot: Snapshot) -> Iterator[tuple[Handle, Suspicion]]:
    """Suspicions of the items of which something is known; without a model none of them blames it."""
    for item in snapshot.items:
        suspicion = suspects.item(item).suspicion
        if snapshot.model is None:
            suspicion = replace(suspicion, prediction_wrong=0.0)
        yield item.handle, suspicion


def is_small(sample: Sample) -> bool:
    """Whether a sample has an image, and one that can be looked at as a whole."""
    labels = sample.reference
    shape = labels.shape[1:] if labels.axes.startswith("T") else labels.shape
    return bool(sample.images) and prod(shape) <= LARGEST and prod(labels.shape) <= LONGEST
