"""Class ids that were swapped, or that are all off by the same number.

The pixels of every reference class and every predicted class are counted over all samples; of the IoU
of all with all the best assignment is taken. A class has changed its id when it has far more in common
with another class than with its own; only closed rounds of such classes are told. A round may be closed
by a class whose own the model never predicts, when it has little in common with that of its id.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from segreview.compare.kernel import count_pairs
from segreview.model.labels import Kind, LabelImage, Segment
from segreview.model.sample import Sample
from segreview.triage.systematic.agreement import flat
from segreview.triage.systematic.case import Case, remade
from segreview.triage.systematic.finding import EITHER, Finding, Flaw

LEAST = 0.2
"""IoU of a class with the one whose id it should have ..."""

MORE = 0.15
"""... and by how much this exceeds the IoU with its own."""

LITTLE = 0.15
"""IoU of a class with its own that another one may have taken the id of."""

OFFSETS = (1, -1, 2, -2)
FEWEST = 3
"""Classes that tell an offset of all ids."""

SHARE = 0.8

_Table = dict[tuple[int, int], float]
"""IoU of a reference class and a predicted class."""


def find_classes(cases: Sequence[Case]) -> list[Finding]:
    """At most one finding: an offset of all class ids, else a permutation of some."""
    able = [case for case in cases if case.prediction is not None and case.fits]
    able = [case for case in able if _has_classes(case.reference)]
    if not able:
        return []
    ious = _ious(able)
    span = _span(able[0].reference.planes[0].dtype)
    by = _offset(ious, span)
    if by:
        return [_offset_finding(able, ious, by, span)]
    mapping = _permutation(ious)
    return [_swap_finding(able, ious, mapping)] if mapping else []


def _has_classes(labels: LabelImage) -> bool:
    if labels.kind is Kind.SEMANTIC:
        return True
    return labels.ontology is not None or any(one.category is not None for one in labels.segments.values())


# ---------------------------------------------------------------- evidence
def _ious(cases: Sequence[Case]) -> _Table:
    shared: Counter[tuple[int, int]] = Counter()
    for case in cases:
        assert case.prediction is not None
        shared.update(_class_pixels(case.reference, case.prediction))
    ours: Counter[int] = Counter()
    theirs: Counter[int] = Counter()
    for (a, b), n in shared.items():
        ours[a] += n
        theirs[b] += n
    return {(a, b): n / (ours[a] + theirs[b] - n) for (a, b), n in shared.items()}


def _class_pixels(reference: LabelImage, prediction: LabelImage) -> Counter[tuple[int, int]]:
    """Pixels of each pair of classes; void of the model is left out, that of the reference may be a class."""
    found: Counter[tuple[int, int]] = Counter()
    columns = (column.tolist() for column in count_pairs(flat(reference), flat(prediction)))
    for a, b, n in zip(*columns, strict=True):
        ours, theirs = _class_of(reference, a), _class_of(prediction, b)
        if ours is not None and theirs is not None and b not in prediction.void:
            found[ours, theirs] += n
    return found


def _class_of(labels: LabelImage, number: int) -> int | None:
    if labels.kind is not Kind.SEMANTIC and number in labels.outside:
        return None
    return labels.category_of(number)


def _offset(ious: _Table, span: int) -> int:
    """Number by which the reference's ids exceed the model's, for nearly all classes; 0 for none."""
    told = _best(ious)
    for by in OFFSETS:
        votes = _votes(ious, by, span)
        if len(told) >= FEWEST and votes >= SHARE * len(told):
            return by
    return 0


def _votes(ious: _Table, by: int, span: int) -> int:
    """Number of classes that are most like the one with an id so much lower, or as much around the dtype."""
    return sum(
        any(ious.get((a, b), 0.0) == best and (a - b - by) % span == 0 for b in _predicted(ious))
        for a, best in _best(ious)
    )


def _span(dtype: np.dtype[Any]) -> int:
    """Number of ids that an integer type can hold."""
    limits = np.iinfo(dtype)
    return int(limits.max) - int(limits.min) + 1


def _best(ious: _Table) -> list[tuple[int, float]]:
    """Classes of the reference that have enough in common with any other, and how much."""
    found: dict[int, float] = {}
    for (a, _), iou in ious.items():
        found[a] = max(found.get(a, 0.0), iou)
    return [(a, iou) for a, iou in sorted(found.items()) if iou >= LEAST]


def _predicted(ious: _Table) -> list[int]:
    return sorted({b for _, b in ious})


def _permutation(ious: _Table) -> dict[int, int]:
    """New id of each class that has changed its id; empty when none has."""
    from scipy.optimize import linear_sum_assignment

    rows, columns = sorted({a for a, _ in ious}), _predicted(ious)
    table = np.array([[ious.get((a, b), 0.0) for b in columns] for a in rows])
    changed = {}
    for row, column in zip(*linear_sum_assignment(-table), strict=True):
        a, b = rows[row], columns[column]
        if a != b and table[row, column] >= LEAST and table[row, column] >= ious.get((a, a), 0.0) + MORE:
            changed[a] = b
    return _closed(changed, ious)


def _closed(changed: Mapping[int, int], ious: _Table) -> dict[int, int]:
    """Rounds of changed classes; an open one begins with a class that the model never predicts."""
    rounds: dict[int, int] = {}
    ours, theirs = ({pair[side] for pair in ious} for side in (0, 1))
    for first in sorted(set(changed) - set(changed.values())) + sorted(changed):
        chain = [first]
        while chain[-1] in changed and changed[chain[-1]] not in chain:
            chain.append(changed[chain[-1]])
        last = chain[-1]
        is_round = changed.get(last) == first
        is_lost = last in ours - set(changed) and first not in theirs and ious.get((last, last), 0.0) < LITTLE
        if first not in rounds and len(chain) > 1 and (is_round or is_lost):
            rounds.update(zip(chain, [*chain[1:], first], strict=True))
    return rounds


# ---------------------------------------------------------------- findings
def _swap_finding(cases: Sequence[Case], ious: _Table, mapping: Mapping[int, int]) -> Finding:
    labels = cases[0].reference
    parts = [
        f"{_name(labels, a)} is what the model calls {_name(labels, b)} "
        f"(IoU {ious.get((a, b), 0.0):.2f} instead of {ious.get((a, a), 0.0):.2f})"
        for a, b in mapping.items()
    ]
    what = "swapped" if len(mapping) == 2 else "exchanged"
    text = f"Class ids are {what}: GT's {'; '.join(parts)}"
    strength = max(ious.get(pair, 0.0) for pair in mapping.items())
    return _finding(cases, Flaw.SWAPPED_CLASSES, text, strength, lambda one: renamed(one, mapping))


def _offset_finding(cases: Sequence[Case], ious: _Table, by: int, span: int) -> Finding:
    told = _best(ious)
    votes = _votes(ious, by, span)
    text = f"GT's class ids are {abs(by)} too {'high' if by > 0 else 'low'} in {votes} of {len(told)} classes"
    labels = cases[0].reference
    kept = frozenset(void for void in labels.void if not _is_shifted(labels, void, by, ious))

    def remake(labels: LabelImage) -> LabelImage:
        return lowered(labels, by, kept)

    return _finding(cases, Flaw.OFFSET_CLASSES, text, votes / len(told), remake)


def _finding(
    cases: Sequence[Case], flaw: Flaw, text: str, strength: float, remake: Callable[[LabelImage], LabelImage]
) -> Finding:
    def correct(sample: Sample) -> LabelImage:
        return remake(sample.reference)

    before, after = (
        _class_iou(cases),
        _class_iou([case.with_reference(correct(case.sample)) for case in cases]),
    )
    names = tuple(case.name for case in cases)
    return Finding(flaw, text, strength, EITHER, names, "mIoU", before, after, correct)


def _class_iou(cases: Sequence[Case]) -> float:
    """Mean IoU of the classes over all samples, void of the reference left out."""
    ious = _ious(cases)
    void = cases[0].reference.void
    classes = {a for a, _ in ious} | {b for _, b in ious}
    values = [ious.get((k, k), 0.0) for k in classes if k not in void]
    return float(np.mean(values)) if values else 0.0


# ---------------------------------------------------------------- the fix
def renamed(labels: LabelImage, mapping: Mapping[int, int]) -> LabelImage:
    """Labels whose classes have other ids."""
    if labels.kind is not Kind.SEMANTIC and (labels.ontology is None or not labels.ontology.factor):
        segments = {i: _moved(segment, mapping) for i, segment in labels.segments.items()}
        return replace(labels, segments=segments)
    factor = 0 if labels.kind is Kind.SEMANTIC or labels.ontology is None else labels.ontology.factor

    def new(number: int) -> int:
        if factor and number >= factor:
            return mapping.get(number // factor, number // factor) * factor + number % factor
        return mapping.get(number, number)

    return _mapped(labels, new)


def _moved(segment: Segment, mapping: Mapping[int, int]) -> Segment:
    if segment.category is None:
        return segment
    return replace(segment, category=mapping.get(segment.category, segment.category))


def lowered(labels: LabelImage, by: int, kept: frozenset[int]) -> LabelImage:
    """Labels whose class ids are lower by a number but for some; what wrapped around its dtype comes back."""
    if labels.kind is not Kind.SEMANTIC:
        classes = {c for c in map(labels.category_of, _ids(labels)) if c is not None}
        return renamed(labels, {c: c - by for c in classes})
    return _mapped(labels, lambda number: number if number in kept else number - by)


def _is_shifted(labels: LabelImage, void: int, by: int, ious: _Table) -> bool:
    """Whether an id that stands for void was shifted as the classes were.

    It was when its id is what a class has then: one of the class table or of the model, or another one of
    void; and when the id that it has then is there and is none of these.
    """
    known = {category.id for category in labels.ontology or ()} | set(_predicted(ious)) | labels.void
    return void - by in known or (void + by not in known and any(a == void + by for a, _ in ious))


def _mapped(labels: LabelImage, new: Callable[[int], int]) -> LabelImage:
    planes = []
    for plane in labels.planes:
        ids, ranks = np.unique(plane, return_inverse=True)
        lowest, span = int(np.iinfo(plane.dtype).min), _span(plane.dtype)
        wrapped = [(new(i) - lowest) % span + lowest for i in ids.tolist()]
        planes.append(np.array(wrapped, plane.dtype)[ranks].reshape(plane.shape))
    return remade(labels, planes)


def _ids(labels: LabelImage) -> list[int]:
    found: list[int] = np.unique(np.concatenate([np.unique(plane) for plane in labels.planes])).tolist()
    return found


def _name(labels: LabelImage, number: int) -> str:
    category = None if labels.ontology is None else labels.ontology.get(number)
    return f"class {number}" if category is None else category.name
