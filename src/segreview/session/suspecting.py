"""Suspecting: what is likely wrong in a sample under review, found beside the window's thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from segreview.compare.disagreement import Disagreement, Handle, item_mask
from segreview.compare.unclaimed import Unclaimed
from segreview.model.labels import Kind, LabelImage
from segreview.model.sample import REFERENCE, Sample
from segreview.session.advance import Advance
from segreview.session.exhibits import NOTHING, Exhibits
from segreview.session.review import Review
from segreview.shape.tile import tiles_of
from segreview.triage.audit import Audit
from segreview.triage.inspection import Inspection, View
from segreview.triage.item import Suspects
from segreview.triage.renewal import Touch, renewed
from segreview.triage.suspicion import NONE, Suspicion, strongest
from segreview.triage.trace.spot import Spot

LARGEST = 1 << 25
"""Most pixels of all times together: a minute of work, and a gigabyte while the sample is under review."""

LEARNT = 1 << 25
"""Pixels of other samples from which it is learnt, at most: ten seconds of work."""

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
    opinion
        How likely each pixel belongs to an object, or to its annotated class, uint8; None where nothing
        was learnt of that.
    exhibits
        The evidence that it was made from.
    """

    suspicions: Mapping[Handle, Suspicion]
    revision: int
    places: tuple[tuple[Unclaimed, Suspicion], ...] = ()
    opinion: np.ndarray | None = None
    exhibits: Exhibits = NOTHING


class Suspecting:
    """What a data set has taught, and the evidence on the sample that was judged last.

    It may be used from any thread; one piece of work waits for the other.
    """

    def __init__(self) -> None:
        self._audit = Audit(keep=0)
        self._learnt: set[Hashable] = set()
        self._room = LEARNT
        self._name: Hashable = None
        self._inspections: list[Inspection] = []
        self._guard = threading.Lock()

    def has_room_for(self, pixels: int) -> bool:
        """Whether another sample of so many pixels is worth the time that it takes to learn from it."""
        return pixels <= self._room

    def learn(self, name: Hashable, sample: Sample, pause: Pause = lambda: None) -> None:
        """Learn how the objects of another sample look, once; nothing of one for which there is no room."""
        pixels = prod(sample.reference.shape)
        with self._guard:
            if name not in self._learnt and self.has_room_for(pixels):
                self._room -= pixels
                self._learn(name, sample, pause)

    def judge(
        self,
        snapshot: Snapshot,
        pause: Pause = lambda: None,
        told: Callable[[float], object] = lambda _: None,
    ) -> Found:
        """What is suspected of each item, by a classifier that has not learnt from this sample.

        Parameters
        ----------
        snapshot
            The sample.
        pause
            Called between the steps; what it raises ends the work.
        told
            Told the share of the work that is done, where there are objects.
        """
        with self._guard:
            return self._judge(snapshot, pause, told)

    def judge_aside(self, snapshot: Snapshot, pause: Pause = lambda: None) -> Found:
        """As `judge`, of another sample than the one under review, which may still be judged again."""
        with self._guard:
            kept = self._name, self._inspections
            try:
                return self._judge(snapshot, pause)
            finally:
                self._name, self._inspections = kept

    def _judge(
        self, snapshot: Snapshot, pause: Pause, told: Callable[[float], object] = lambda _: None
    ) -> Found:
        self._name, self._inspections = None, []
        sample = snapshot.sample
        if not sample.images or is_too_large(sample):
            return Found({}, snapshot.revision)
        by_objects = sample.reference.kind is not Kind.SEMANTIC
        advance = Advance(sample.reference, len(snapshot.items), told if by_objects else lambda _: None)
        self._learn(snapshot.name, sample, advance.while_learning(pause))
        if not by_objects:
            return self._found_of_classes(snapshot, pause)
        looking = advance.while_looking(pause)
        steps = self._audit.inspect(
            snapshot.name, sample.reference, sample.images, snapshot.model, pause=looking
        )
        self._inspections = list(advance.each(steps))
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
        if name not in self._learnt and sample.images:
            model = sample.prediction if sample.has_prediction else None
            self._audit.learn(name, sample.reference, sample.images, model, pause)
            self._learnt.add(name)
            pause()

    def _found_of_classes(self, snapshot: Snapshot, pause: Pause) -> Found:
        """What is suspected of regions of classes, which are always looked at all together."""
        opinion = np.full(snapshot.sample.reference.shape, 255, np.uint8)

        def seen(view: View, shares: np.ndarray) -> None:
            opinion[... if view.frame is None else view.frame] = np.round(255 * shares)

        if snapshot.model is None:
            spots = tuple(self._audit.spots(snapshot.name, snapshot.sample, pause, seen))
            told = dict(_told_by(spots, snapshot))
            return Found(told, snapshot.revision, (), opinion, Exhibits(spots=spots))
        items = self._audit.items(snapshot.name, snapshot.sample, None, snapshot.items, pause, seen)
        return Found({item.handle: item.suspicion for item in items}, snapshot.revision, (), opinion)

    def _found(self, snapshot: Snapshot, pause: Pause) -> Found:
        suspects = Suspects()
        for inspection in self._inspections:
            suspects.add(inspection)
        spots = tuple(self._audit.spots(snapshot.name, snapshot.sample, pause))
        suspects.add_spots(spots)
        told, places = dict(_told(suspects, snapshot)), tuple(suspects.places)
        opinion = opinion_of(self._inspections, snapshot.sample.reference.shape)
        exhibits = Exhibits(tuple(self._inspections), spots)
        return Found(told, snapshot.revision, places, opinion, exhibits)


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


def is_too_large(sample: Sample) -> bool:
    """Whether a sample has more pixels than a reviewer waits for."""
    return prod(sample.reference.shape) > LARGEST


def opinion_of(inspections: Iterable[Inspection], shape: tuple[int, ...]) -> np.ndarray | None:
    """How likely each pixel belongs to an object, uint8, 255 for certain; None without a second opinion.

    What the planes of one image at one time see is much the same: the first one's is taken.
    """
    found: np.ndarray | None = None
    for inspection in inspections:
        view, backdrop = inspection.view, inspection.backdrop
        if backdrop is None or backdrop.objects is None or view.plane:
            continue
        found = np.zeros(shape, np.uint8) if found is None else found
        seen = found[... if view.frame is None else view.frame]
        for tile in tiles_of(seen.shape):
            seen[tile.core.slices] = np.round(255 * backdrop.objects[tile.core.slices])
    return found
