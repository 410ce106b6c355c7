"""Overview: how many items of each kind the images of a data set have, and how suspect these are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from segreview.compare.disagreement import Disagreement, Handle, Relation
from segreview.formats.entry import Entry
from segreview.model.sample import Sample
from segreview.session.groundwork import Groundwork, with_own_masks
from segreview.session.reading import Reading
from segreview.session.review import Review
from segreview.session.suspecting import Found, Pause, Snapshot, is_too_large
from segreview.triage.queue import LISTED, Rank, Row, is_settled, rank
from segreview.triage.suspicion import NONE

KINDS = tuple(kind for kind in Relation if kind is not Relation.IGNORED)
"""Kinds that are counted; of those on which both sides agree, suspects alone."""


@dataclass(frozen=True)
class Tally:
    """What one image has of every kind.

    Parameters
    ----------
    counts
        Number of items.
    suspicion
        Sum over the items of how likely the GT needs a hand; None while that is not known.
    worst
        The item that comes first in the order of review.
    lacking
        Why suspects cannot be looked for; empty where they can.
    """

    counts: Mapping[Relation, int]
    suspicion: Mapping[Relation, float] | None
    worst: Mapping[Relation, Handle]
    lacking: str = ""

    @classmethod
    def of(cls, items: Iterable[tuple[Disagreement, float]], *, suspected: bool, lacking: str = "") -> Tally:
        """Tally of items that ask for a judgement.

        Parameters
        ----------
        items
            Each with how likely its annotation needs a hand.
        suspected
            Whether anything was looked for.
        lacking
            Why that cannot be.
        """
        counts: Counter[Relation] = Counter()
        sums: dict[Relation, float] = {}
        worst: dict[Relation, tuple[Rank, Handle]] = {}
        for item, urgency in items:
            kind = item.relation
            counts[kind] += 1
            sums[kind] = sums.get(kind, 0.0) + urgency
            place = rank(item, urgency, suspected=True)
            if kind not in worst or place < worst[kind][0]:
                worst[kind] = place, item.handle
        first = {kind: handle for kind, (_, handle) in worst.items()}
        return cls(dict(counts), sums if suspected else None, first, lacking)

    @classmethod
    def of_review(cls, review: Review) -> Tally:
        """Tally of a review, as it stands now."""
        rows = (row for row in review.queue if _asks(row.item, row.suspected) and not row.gone)
        return cls.of(
            ((row.item, row.urgency) for row in rows),
            suspected=review.suspected,
            lacking=lacking_of(review.sample),
        )

    def row(self, review: Review, kind: Relation | None) -> Row | None:
        """Row of the worst item of a kind, or of all; the first of its kind where that is gone, or none."""
        handles = self.worst.values() if kind is None else [self.worst[kind]] if kind in self.worst else []
        rows = [row for handle in handles if (row := review.queue.row_at(handle)) is not None]
        asking = (row for row in review.queue if _asks(row.item, row.suspected) and not row.gone)
        rows = rows or [row for row in asking if kind in (None, row.item.relation)]
        return min(rows, key=lambda row: rank(row.item, row.urgency, suspected=row.suspected), default=None)


def lacking_of(sample: Sample) -> str:
    """Why suspects cannot be looked for in a sample; empty where they can."""
    if not sample.images:
        return "no image"
    return "too large" if is_too_large(sample) else ""


def _asks(item: Disagreement, suspected: bool) -> bool:
    """Whether an item asks for a judgement: because its sides differ, or because it is suspect."""
    return item.relation is not Relation.IGNORED and (suspected or not is_settled(item))


Judge = Callable[[Snapshot, Pause], Found]
"""Finds what is suspected of a sample that is not under review."""


def tally_of(entry: Entry, reading: Reading, judge: Judge | None, pause: Pause) -> Tally:
    """Tally of a sample as its files are.

    Parameters
    ----------
    entry, reading
        The files, and how they are read.
    judge
        Finds suspects; None to count alone.
    pause
        Called between the steps; what it raises ends the work.

    Raises
    ------
    SegreviewError
        When it cannot be read or compared.
    """
    sample = with_own_masks(reading.sample(entry, pause))
    items = tuple(Groundwork.of(sample, pause).disagreements.items.values())
    found = Found({}, 0) if judge is None else judge(Snapshot(entry.gt, sample, items, 0), pause)
    told = [(item, found.suspicions.get(item.handle, NONE)) for item in items]
    rated = ((item, suspicion.urgency) for item, suspicion in (*told, *found.places))
    asking = [(item, urgency) for item, urgency in rated if _asks(item, urgency >= LISTED)]
    return Tally.of(asking, suspected=bool(found.suspicions), lacking=lacking_of(sample))
