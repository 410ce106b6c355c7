"""Mending: what is wrong with objects as masks is put right without a look at the image.

Each tool does so for all objects of its target at once, in one edit. Of ids that stand for classes
only specks are mended: holes and fragments of a road are no faults.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from segreview.model.box import Box
from segreview.model.edit import Edit
from segreview.model.labels import LabelImage
from segreview.shape.silhouette import LEAST_PIECE, Silhouette, silhouettes
from segreview.tools.delete import emptied_id
from segreview.tools.tool import Brush, Target, Tool, check_fits


def fill_holes(target: Target) -> Edit | None:
    """Edit that gives background inside of the target's reference objects to these; others stay."""
    return target.written(_fillings(target), FILL.name)


def drop_specks(target: Target) -> Edit | None:
    """Edit that gives every speck of the target's reference objects to what surrounds it most."""
    return target.written(_speck_brushes(target), DROP_SPECKS.name)


def remove_slivers(target: Target) -> Edit | None:
    """Edit that empties those of the target's reference objects that are thin everywhere."""
    thin = (
        (shape.box, shape.mask, emptied_id(target.reference))
        for number in _objects(target)
        for shape in _silhouettes(target, number)
        if shape.is_thin
    )
    return target.written(thin, REMOVE_SLIVERS.name)


def separate_fragments(target: Target) -> Edit | None:
    """Edit that gives loose pieces of the target's reference objects ids of their own.

    The largest piece keeps the id, and so do specks; others get fresh ids of the same class. In a
    series the largest piece of each time keeps it.
    """
    return target.written(_fragment_brushes(target), SEPARATE_FRAGMENTS.name)


def specks_of(labels: LabelImage, number: int, shape: Silhouette) -> np.ndarray:
    """Specks of an object, or of a class, in the shape of the silhouette's box.

    A class comes in regions of any size: only those smaller than `LEAST_PIECE` pixels are specks.
    """
    if labels.is_instance(number):
        return shape.specks
    small = np.array([False, *(size < LEAST_PIECE for size in shape.sizes)])
    specks: np.ndarray = small[shape.pieces]
    return specks


def _fillings(target: Target) -> Iterator[Brush]:
    background = target.reference.background
    if background is None or background in target.reference.void:
        return
    for number in _objects(target):
        for shape in _silhouettes(target, number):
            yield shape.box, shape.holes & (target.within(shape.box) == background), number


def _speck_brushes(target: Target) -> Iterator[Brush]:
    from scipy.ndimage import find_objects

    for number in target.reference_ids if target.region is None else ():
        if number in target.reference.outside:
            continue
        for shape in _silhouettes(target, number):
            specks = specks_of(target.reference, number, shape)
            if specks.any():
                pieces = np.where(specks, shape.pieces, 0)
                for piece, slices in enumerate(find_objects(pieces), 1):
                    if slices is not None:
                        box = Box.of_slices(slices)
                        around = _surrounding(target, box.shifted(shape.box.start), number)
                        yield box.shifted(shape.box.start), pieces[box.slices] == piece, around


def _surrounding(target: Target, box: Box, number: int) -> int:
    """Id that most of the pixels around a small box hold: not its own; the lowest of several."""
    wide = _beside(target.reference, box)
    values = target.within(wide)
    rim = values != number
    rim[box.relative_to(wide).slices] = False
    if not rim.any():
        rim = values != number
    if not rim.any():
        return emptied_id(target.reference)
    ids, counts = np.unique(values[rim], return_counts=True)
    return int(ids[counts.argmax()])


def _beside(labels: LabelImage, box: Box) -> Box:
    """Box with one pixel more on all sides of the image, but not of time."""
    wide = box.grown(1, labels.shape)
    if not labels.axes.startswith("T"):
        return wide
    return Box((box.start[0], *wide.start[1:]), (box.stop[0], *wide.stop[1:]))


def _fragment_brushes(target: Target) -> Iterator[Brush]:
    labels = target.reference
    for number in _objects(target):
        category = labels.category_of(number) if labels.ontology is not None else None
        for shape in _silhouettes(target, number):
            for piece in shape.fragments[1:]:
                fresh = target.fresh(category)
                check_fits(target.before, fresh)
                yield shape.box, shape.pieces == piece, fresh


def _objects(target: Target) -> Iterator[int]:
    """The target's reference ids that stand for single objects."""
    return (number for number in target.reference_ids if target.reference.is_instance(number))


def _silhouettes(target: Target, number: int) -> Iterator[Silhouette]:
    labels = target.reference
    plane = labels.planes[target.plane]
    return silhouettes(plane, number, target.box_of(number), labels.axes, labels.spacing)


FILL = Tool("fill", "Fill holes", fill_holes)
DROP_SPECKS = Tool("specks", "Drop specks", drop_specks)
REMOVE_SLIVERS = Tool("slivers", "Remove slivers", remove_slivers)
SEPARATE_FRAGMENTS = Tool("fragments", "Make fragments objects of their own", separate_fragments)
