"""Object ids that are all off by the same number: the background became an object, or tracks lost their ids.

Where ids only tell objects apart they may be any. They mean something in two cases. The background: when
no pixel has its id, and the id behind it covers what the model leaves as background. And series: when
every object, at whatever time, has the id of its partner plus the same number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from segreview.compare.kernel import count_pairs
from segreview.compare.overlap import OverlapTable
from segreview.compare.partner import Partners
from segreview.model.labels import Kind, LabelImage
from segreview.model.sample import Sample
from segreview.triage.systematic.agreement import flat
from segreview.triage.systematic.case import Case, remade
from segreview.triage.systematic.finding import EITHER, Finding, Flaw
from segreview.triage.systematic.pose import Fixed

COVER = 0.6
"""Share of the model's background that one id covers, when it is the background."""

ALIKE = 0.9
FEWEST = 8
"""Tracks that tell an offset."""


def find_ids(cases: Sequence[Case]) -> list[Finding]:
    """At most one finding for the background, and one for tracks."""
    able = [case for case in cases if case.prediction is not None and case.fits]
    able = [case for case in able if case.reference.kind in (Kind.INSTANCE, Kind.BINARY)]
    lifted = [case for case in able if _background_of(case) is not None]
    if lifted:
        return [_background_finding(lifted, len(cases))]
    return _tracks(able)


# ---------------------------------------------------------------- background
def _background_of(case: Case) -> int | None:
    """Id that the background has instead of the one that it should have; None when all is well."""
    prediction, data = case.prediction, flat(case.reference)
    assert prediction is not None
    empty = 0 if prediction.background is None else prediction.background
    counts = count_pairs(data, flat(prediction))
    room = counts.second == empty
    if not room.any() or (counts.first == empty).any():
        return None
    most = int(np.where(room, counts.pixels, 0).argmax())
    number, shared = int(counts.first[most]), int(counts.pixels[most])
    own = int(counts.pixels[counts.first == number].sum())
    covers = min(shared / int(counts.pixels[room].sum()), shared / own)
    return number if covers >= COVER and number == int(data.min()) else None


def _background_finding(cases: Sequence[Case], total: int) -> Finding:
    offsets = {case.name: _offset_of(case) for case in cases}

    def correct(sample: Sample) -> LabelImage:
        return _lowered(sample.reference, offsets[sample.name])

    fixed = Fixed.of(cases, correct)
    first = _background_of(cases[0])
    text = (
        f"GT's id {first} is the background, and all ids are {offsets[cases[0].name]} too high, "
        f"in {len(cases)} of {total} samples: {fixed.told}"
    )
    return fixed.finding(Flaw.OFFSET_IDS, text, len(cases) / total)


def _offset_of(case: Case) -> int:
    number, prediction = _background_of(case), case.prediction
    assert number is not None
    assert prediction is not None
    return number - (0 if prediction.background is None else prediction.background)


def _lowered(labels: LabelImage, by: int) -> LabelImage:
    """Labels whose ids are lower by a number, the background being the lowest."""
    planes = [plane - np.asarray(by, plane.dtype) for plane in labels.planes]
    return replace(remade(labels, planes), background=int(min(plane.min() for plane in planes)))


# ---------------------------------------------------------------- tracks
def _tracks(cases: Sequence[Case]) -> list[Finding]:
    series = [case for case in cases if case.reference.axes.startswith("T")]
    differences: Counter[int] = Counter()
    for case in series:
        assert case.prediction is not None
        pairs = Partners(OverlapTable.build(case.reference, case.prediction)).pairs()
        differences.update(ours - theirs for ours, theirs in pairs)
    count = sum(differences.values())
    by, votes = differences.most_common(1)[0] if count else (0, 0)
    if not by or count < FEWEST or votes < ALIKE * count:
        return []

    def correct(sample: Sample) -> LabelImage:
        labels = sample.reference
        planes = [
            np.where(np.isin(plane, list(labels.outside)), plane, plane - np.asarray(by, plane.dtype))
            for plane in labels.planes
        ]
        return remade(labels, planes)

    fixed = Fixed.of(series, correct)
    words = f"{abs(by)} too {'high' if by > 0 else 'low'}"
    text = f"GT's ids are {words} for {votes} of {count} tracks, against the model's"
    return [replace(fixed.finding(Flaw.OFFSET_IDS, text, votes / count), side=EITHER)]
