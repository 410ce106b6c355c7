"""Take the model's: the reference objects that are meant become what the model says."""

from __future__ import annotations

import numpy as np

from segreview.model.edit import Edit, held
from segreview.tools.delete import emptied_id
from segreview.tools.tool import Target, Tool, check_fits


def take(target: Target) -> Edit | None:
    """Edit that gives the target's reference objects the shape of its prediction objects.

    Reference objects without a prediction go; predictions without a reference object get fresh
    ids; of several predictions each takes the reference id that it overlaps most. Void pixels are
    never touched; other objects keep their pixels while the target is protected.
    """
    if target.region is not None:
        return _take_region(target, target.region)
    before, predicted = target.before, target.predicted()
    names = _names(target, before, predicted)
    after = before.copy()
    leaving = held(before, target.reference_ids) & ~held(predicted, target.prediction_ids)
    after[leaving] = _vacated(target, before[leaving], predicted[leaving])
    free = _writable(target, before)
    for prediction_id, name in names.items():
        check_fits(before, name)
        after[(predicted == prediction_id) & free] = name
    return target.edit(after, TOOL.name)


def _take_region(target: Target, region: np.ndarray) -> Edit | None:
    """Edit that gives the pixels of a region the model's classes."""
    before, predicted = target.before, target.predicted()
    meant = region & ~held(before, target.reference.void)
    for name in np.unique(predicted[meant]).tolist():
        check_fits(before, name)
    after = before.copy()
    after[meant] = predicted[meant]
    return target.edit(after, TOOL.name)


def _names(target: Target, before: np.ndarray, predicted: np.ndarray) -> dict[int, int]:
    """Reference id for each prediction object: the one it overlaps most, else a fresh one."""
    overlaps = []
    for p in target.prediction_ids:
        ids, counts = np.unique(before[predicted == p], return_counts=True)
        overlaps += [
            (-int(n), int(r), p) for r, n in zip(ids, counts, strict=True) if r in target.reference_ids
        ]
    names: dict[int, int] = {}
    for _, r, p in sorted(overlaps):
        if p not in names and r not in names.values() and _same_class(target, r, p):
            names[p] = r
    for p in target.prediction_ids:
        if p not in names:
            names[p] = _fresh_name(target, p)
    return names


def _same_class(target: Target, reference_id: int, prediction_id: int) -> bool:
    """Whether a prediction may go by a reference id: ids can hold the class, and a class not known agrees."""
    assert target.prediction is not None
    if target.reference.ontology is None:
        return True
    theirs = target.prediction.category_of(prediction_id)
    return theirs is None or theirs == target.reference.category_of(reference_id)


def _fresh_name(target: Target, prediction_id: int) -> int:
    """Unused id for a prediction object; a stuff class has one id for all its pixels."""
    assert target.prediction is not None
    category = target.prediction.category_of(prediction_id)
    if category is not None and not target.prediction.is_instance(prediction_id):
        return category
    return target.fresh(category)


def _vacated(target: Target, before: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Ids for pixels that leave their object: background, or what the model sees there instead."""
    if target.reference.background is not None:
        return np.full(before.shape, target.reference.background, before.dtype)
    after = np.empty_like(before)
    for p in np.unique(predicted).tolist():
        name = target.partners.get(p, _stuff_name(target, p))
        if name is None:
            name = emptied_id(target.reference)
        check_fits(before, name)
        after[predicted == p] = name
    return after


def _stuff_name(target: Target, prediction_id: int) -> int | None:
    """Id of the class that the model sees, or None where it sees an object or nothing."""
    prediction = target.prediction
    if prediction is None or prediction_id in prediction.outside or prediction.is_instance(prediction_id):
        return None
    return prediction_id


def _writable(target: Target, before: np.ndarray) -> np.ndarray:
    """Pixels that the tool may write: not void, and not another object's while it is protected."""
    labels = target.reference
    kept = [
        i
        for i in np.unique(before).tolist()
        if i in labels.void
        or (
            target.protect
            and i not in target.reference_ids
            and i != labels.background
            and labels.is_instance(i)
        )
    ]
    return ~held(before, kept)


TOOL = Tool("take", "Take the model's", take)
