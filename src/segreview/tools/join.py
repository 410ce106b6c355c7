"""Join: several reference objects become one."""

from __future__ import annotations

import numpy as np

from segreview.errors import EditRefused
from segreview.model.box import Box, hull
from segreview.model.edit import Edit, held
from segreview.model.labels import Kind
from segreview.tools.countable import class_name, listed, refuse_classes
from segreview.tools.tool import Target, Tool


def join(target: Target) -> Edit | None:
    """Edit that gives the target's reference objects the id of the largest of them.

    Raises
    ------
    EditRefused
        For objects of different classes, for classes without objects, and for pieces of a
        two-valued mask that do not touch: in the file they would be two objects again.
    """
    labels, ids = target.reference, target.reference_ids
    refuse_classes(labels, "join")
    if len(ids) < 2:
        return None
    _refuse_stuff(target)
    _refuse_mixed(target)
    if labels.kind is Kind.BINARY:
        _refuse_apart(target)
    masks = {i: target.within(target.box_of(i)) == i for i in ids}
    areas = {i: int(np.count_nonzero(mask)) for i, mask in masks.items()}
    kept = max(ids, key=lambda i: (areas[i], -i))
    return target.written(((target.box_of(i), masks[i], kept) for i in ids if i != kept), TOOL.name)


def _refuse_stuff(target: Target) -> None:
    """Refuse ids that stand for all pixels of a class, or for none."""
    for number in target.reference_ids:
        if not target.reference.is_instance(number):
            name = class_name(target.reference, number) or f"id {number}"
            raise EditRefused(
                f"{name} is no single object: it cannot be joined.",
                "Paint the object over it, or paint it over the object.",
            )


def _refuse_mixed(target: Target) -> None:
    """Refuse objects of several classes: the joined one can have one alone."""
    names = {i: class_name(target.reference, i) for i in target.reference_ids}
    if len(set(names.values())) > 1:
        told = listed(f"{i} ({name or 'no class'})" for i, name in names.items())
        raise EditRefused(
            f"Objects of different classes are not joined: {told}.",
            "Paint with the id that is right over the others.",
        )


def _refuse_apart(target: Target) -> None:
    """Refuse pieces that do not hang together, at least by a corner, as a reader of the mask counts them."""
    from scipy.ndimage import generate_binary_structure, label

    box = _hull_of_neighbours([target.box_of(i) for i in target.reference_ids], target.reference.shape)
    if box is not None:
        mask = held(target.within(box), target.reference_ids)
        if label(mask, generate_binary_structure(mask.ndim, mask.ndim))[1] == 1:
            return
    raise EditRefused(
        f"{listed(target.reference_ids)} do not touch: a two-valued mask would hold them as separate "
        "objects again.",
        "Paint a bridge between them first.",
    )


def _hull_of_neighbours(boxes: list[Box], shape: tuple[int, ...]) -> Box | None:
    """Hull of boxes that touch one another in a chain, or None: what lies apart is not even looked at."""
    reached, *waiting = boxes
    chain = [reached]
    for box in chain:
        touching = [other for other in waiting if box.grown(1, shape) & other]
        chain += touching
        waiting = [other for other in waiting if other not in touching]
    return None if waiting else hull(boxes)


TOOL = Tool("join", "Join objects", join)
