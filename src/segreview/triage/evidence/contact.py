"""What stands between an object and the neighbour that it touches most."""

from __future__ import annotations

import numpy as np

from segreview.model.box import Box
from segreview.shape.window import closed, dilated
from segreview.triage.evidence.backdrop import Backdrop
from segreview.triage.evidence.cutout import Cutout
from segreview.triage.evidence.shape import solidity

NONE = {
    "contact": 0.0,
    "contact share": 0.0,
    "solidity of both": 0.0,
    "solidity gained": 0.0,
    "size against the neighbour": 0.0,
    "grey on the line": 0.0,
    "seam on the line": 0.0,
    "interior on the line": 0.0,
}
"""Evidence of an object that touches no other."""


def neighbour_of(cutout: Cutout) -> int:
    """Rank of the object that one touches most, for the size of the smaller; 0 when it touches none."""
    touched = cutout.ranks[cutout.shell]
    ranks, pixels = np.unique(touched[touched > 0], return_counts=True)
    if not len(ranks):
        return 0
    areas = np.minimum(cutout.subject.areas[ranks], cutout.area)
    return int(ranks[(pixels / np.sqrt(areas)).argmax()])


def contact_evidence(cutout: Cutout, backdrop: Backdrop | None, solidity_alone: float) -> dict[str, float]:
    """Whether an object and its neighbour look like one object that was cut in two.

    Parameters
    ----------
    cutout
        The object.
    backdrop
        The image; None when there is none.
    solidity_alone
        Solidity of the object.
    """
    rank = neighbour_of(cutout)
    if not rank:
        return dict(NONE)
    subject = cutout.subject
    smaller = min(cutout.area, int(subject.areas[rank]))
    touching = cutout.shell & (cutout.ranks == rank)
    together = _solidity_of_both(cutout, rank)
    return {
        "contact": float(min(touching.sum() / (2 * subject.ball_radius(smaller)), 4.0)),
        "contact share": float((cutout.ranks[cutout.shell] > 0).mean()),
        "solidity of both": together,
        "solidity gained": together - solidity_alone,
        "size against the neighbour": float(np.clip(np.log(cutout.area / subject.areas[rank]), -3, 3)),
        **_line_evidence(cutout, rank, touching, backdrop),
    }


def _solidity_of_both(cutout: Cutout, rank: int) -> float:
    subject = cutout.subject
    box: Box = subject.boxes[cutout.rank - 1] | subject.boxes[rank - 1]
    ranks = subject.ranks[box.slices]
    return solidity(closed((ranks == cutout.rank) | (ranks == rank)))


def _line_evidence(
    cutout: Cutout, rank: int, touching: np.ndarray, backdrop: Backdrop | None
) -> dict[str, float]:
    """What the image shows on the line along which two objects touch."""
    if backdrop is None:
        return dict.fromkeys(("grey on the line", "seam on the line", "interior on the line"), 0.0)
    other = cutout.ranks == rank
    line = touching | (dilated(other) & cutout.mask)
    grey = cutout.view(backdrop.grey)
    found = {
        "grey on the line": float(grey[line].mean() - min(grey[cutout.mask].mean(), grey[other].mean())),
        "seam on the line": 0.0,
        "interior on the line": 0.0,
    }
    if backdrop.classes is not None:
        found["seam on the line"] = float(cutout.view(backdrop.classes[3])[line].mean())
        found["interior on the line"] = float(cutout.view(backdrop.classes[1])[line].mean())
    return found
