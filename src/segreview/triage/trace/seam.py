"""Seams: the line along which an object falls into two, or meets its neighbour."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from segreview.shape.window import dilated
from segreview.triage.evidence.backdrop import Backdrop
from segreview.triage.evidence.contact import neighbour_of
from segreview.triage.evidence.cutout import Cutout
from segreview.triage.evidence.region import seam_within
from segreview.triage.evidence.relation import Relations
from segreview.triage.evidence.shape import Parting, neck_of
from segreview.triage.trace.line import Line, border_between


def neck_lines(cutout: Cutout) -> list[Line]:
    """Line across the neck of an object."""
    return _between_parts(cutout, neck_of(cutout), cutout.depth)


def seam_lines(cutout: Cutout, backdrop: Backdrop) -> list[Line]:
    """Line along the valley between two parts of an object that look like two objects."""
    if backdrop.soft is None:
        return []
    return _between_parts(cutout, seam_within(cutout, backdrop), cutout.view(backdrop.soft[1]))


def contact_lines(cutout: Cutout) -> list[Line]:
    """Line along which an object meets the neighbour that it touches most."""
    rank = neighbour_of(cutout)
    return border_between(cutout.mask, cutout.ranks == rank) if rank else []


def model_lines(cutout: Cutout, relations: Relations) -> list[Line]:
    """Lines between those objects of the model that lie in an object."""
    ranks = relations.model.ranks[cutout.window.slices]
    parts = [number for number in relations.parts_of(cutout.rank).tolist() if (ranks == number).any()]
    if len(parts) < 2:
        return []
    nearest = _nearest(np.where(np.isin(ranks, parts) & cutout.mask, ranks, 0))
    room = dilated(cutout.mask)
    lines = []
    for number, _ in pairwise(parts):  # the last one has its borders with all others by then
        others = (nearest != number) & (nearest > 0) & room
        lines += border_between((nearest == number) & room, others)
        room = room & (nearest != number)
    return lines


def _between_parts(cutout: Cutout, found: Parting | None, values: np.ndarray) -> list[Line]:
    """Line where the basins of two parts meet, as far as the outline of the object.

    Parameters
    ----------
    cutout
        The object.
    found
        The parts, in its tight box.
    values
        What has the valley between them, in the window.
    """
    from skimage.segmentation import watershed

    if found is None:
        return []
    inner = cutout.inner.slices
    basins = np.zeros(cutout.mask.shape, np.int32)
    # the library has no types
    basins[inner] = watershed(  # type: ignore[no-untyped-call]  # scikit-image
        -values[inner], found.parts.astype(np.int32), mask=cutout.mask[inner]
    )
    nearest, room = _nearest(basins), dilated(cutout.mask)
    return border_between((nearest == 1) & room, (nearest == 2) & room)


def _nearest(numbers: np.ndarray) -> np.ndarray:
    """Number, other than 0, that is nearest to each pixel."""
    from scipy.ndimage import distance_transform_edt

    places = distance_transform_edt(numbers == 0, return_distances=False, return_indices=True)
    found: np.ndarray = numbers[tuple(places)]
    return found
