"""Groundwork: what a review is built on, made of the files alone, ahead of time if need be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from segreview.compare.live import LiveDisagreements, find_live_disagreements
from segreview.compare.overlap import OverlapTable
from segreview.compare.sweep import Sweep
from segreview.formats.planes import flattened
from segreview.formats.raster import promoted
from segreview.model.labels import Kind, LabelImage
from segreview.model.sample import PREDICTION, REFERENCE, Sample, Source
from segreview.session.numbering import Numbering
from segreview.triage.queue import Queue


@dataclass(frozen=True, eq=False)
class Groundwork:
    """Both sides of a sample, and how they differ in the state that a review begins with.

    A review takes it over and writes into it: one groundwork serves one review.

    Parameters
    ----------
    sample
        The sample, whose reference nobody else writes into, and which has a prediction.
    table, disagreements, queue
        How the sides overlap, where they differ, and in which order that is looked at.
    sweep
        Hits at every IoU threshold; None where labels are classes.
    """

    sample: Sample
    table: OverlapTable
    disagreements: LiveDisagreements
    queue: Queue
    sweep: Sweep | None

    @classmethod
    def of(cls, sample: Sample, pause: Callable[[], None] = lambda: None) -> Groundwork:
        """Groundwork of a sample that has masks of its own, as `with_own_masks` gives them.

        Parameters
        ----------
        sample
            The sample.
        pause
            Called between the steps; what it raises ends the work.

        Raises
        ------
        SegreviewError
            When both sides do not fit.
        """
        prediction = sample.prediction
        if prediction is None:
            raise LookupError(f"sample {sample.name!r} has no prediction")
        pause()
        table = OverlapTable.build(sample.reference, prediction)
        pause()
        disagreements = find_live_disagreements(sample.reference, prediction, table)
        pause()
        sweep = None if sample.reference.kind is Kind.SEMANTIC else Sweep(table)
        pause()
        return cls(sample, table, disagreements, Queue(disagreements.items.values()), sweep)


def with_own_masks(sample: Sample, dtype: str | None = None, numbering: Numbering | None = None) -> Sample:
    """Sample whose reference, pixels and classes, may be written into; it has a prediction, if an empty one.

    Objects that overlap are seen from above: the review of both is one of what is seen.

    Parameters
    ----------
    sample
        The sample as its files are.
    dtype
        Wider type for the reference, or None.
    numbering
        Ids of the reference where the file does not keep them, else None.
    """
    labels = flattened(sample.reference)
    labels = labels.copy() if numbering is None else numbering.given_to(labels)
    labels = replace(labels, segments=dict(labels.segments))
    if dtype is not None:
        labels = promoted(labels, np.dtype(dtype))
    prediction = None if sample.prediction is None else flattened(sample.prediction)
    if prediction is None:
        empty = np.zeros(labels.shape, np.uint8)
        prediction = LabelImage((empty,), labels.axes, labels.spacing, labels.unit)
    others = [source for source in sample.sources if source.role not in (REFERENCE, PREDICTION)]
    both = (
        Source(REFERENCE, labels),
        Source(PREDICTION, prediction, stand_in=not sample.has_prediction),
    )
    return replace(sample, sources=(*both, *others))
