"""Delete objects: their pixels become background, or void where every pixel must be labelled."""

from __future__ import annotations

from segreview.errors import EditRefused
from segreview.model.edit import Edit, held
from segreview.model.labels import LabelImage
from segreview.tools.tool import Target, Tool


def emptied_id(labels: LabelImage) -> int:
    """Id that a pixel gets when its object is taken away.

    Raises
    ------
    EditRefused
        When the labels know neither a background nor void.
    """
    if labels.background is not None:
        return labels.background
    if labels.void:
        return min((i for i in labels.void if i >= 0), default=max(labels.void))
    raise EditRefused(
        "These labels have no background and no void: a deleted object would leave pixels without an id.",
        "Paint another object or class over it instead.",
    )


def delete(target: Target) -> Edit | None:
    """Edit that empties every pixel of the target's reference objects."""
    before = target.before
    doomed = held(before, set(target.reference_ids) - target.reference.outside)
    if target.region is not None:
        doomed &= target.region
    if not doomed.any():
        return None
    after = before.copy()
    after[doomed] = emptied_id(target.reference)
    return target.edit(after, TOOL.name)


TOOL = Tool("delete", "Delete the object", delete)
