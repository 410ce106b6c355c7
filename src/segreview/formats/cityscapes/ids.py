"""Cityscapes: a pair of PNG files, classes in one (labelIds) and instances in the other (instanceIds)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np

from segreview.errors import LossError, ReadError, WriteError
from segreview.formats.classes import CITYSCAPES
from segreview.formats.format import Format, Keeps, ReadOptions
from segreview.formats.guard import file_bytes, stamp_of
from segreview.formats.kind import Decision, distinct
from segreview.formats.naming import INSTANCE_IDS, cityscapes_pair, is_cityscapes
from segreview.formats.png import png
from segreview.formats.png.chunks import SIGNATURE
from segreview.formats.raster import (
    Raster,
    digest,
    fitting,
    labels_of,
    numbers_of,
    original_bytes,
    same_file,
    told,
    void_of,
)
from segreview.formats.replacing import Draft
from segreview.model.labels import Kind, LabelImage, Origin, Segment
from segreview.model.ontology import Ontology

KEEPS = Keeps(dtypes=("uint16",), ndim=(2,), categories=True, crowds=True, void=True)


def classes_of(instance_ids: np.ndarray) -> np.ndarray:
    """Class ids that instance ids stand for: 26003 is a car, 11 is building."""
    ids = instance_ids.astype(np.int64)
    return np.where(ids >= CITYSCAPES.factor, ids // CITYSCAPES.factor, ids)


def files(path: Path) -> tuple[Path, ...]:
    """The instanceIds and the labelIds file, those of them that exist; both when neither does."""
    label_ids, instance_ids = cityscapes_pair(path)
    there = tuple(file for file in (instance_ids, label_ids) if file.exists())
    return there or (instance_ids, label_ids)


def read(path: Path, options: ReadOptions) -> LabelImage:
    """Labels of the pair, or of the one file that exists.

    Parameters
    ----------
    path
        Either file, or their common stem.
    options
        Kind semantic asks for the classes alone.

    Returns
    -------
    LabelImage
        Panoptic, its ids those of instanceIds; semantic when there is only labelIds.

    Raises
    ------
    ReadError
        When a file is damaged or the two have different shapes.
    """
    found = files(path)
    stamps = tuple(map(stamp_of, found))
    contents = [file_bytes(file) for file in found]
    rasters = [png.decode(content, file) for content, file in zip(contents, found, strict=True)]
    if len({raster.numbers.shape for raster in rasters}) > 1:
        shapes = " and ".join(str(raster.numbers.shape) for raster in rasters)
        raise ReadError(
            f"{found[0]} and {found[1].name} have different shapes: {shapes}.", "Fetch both again."
        )
    origin = Origin("cityscapes", found, tuple(map(digest, contents)), stamps=stamps)
    options = replace(options, ontology=options.ontology or CITYSCAPES, background=None)
    if options.kind in (Kind.INSTANCE, Kind.BINARY):
        return labels_of(rasters[0], options, origin)
    semantic = options.kind is Kind.SEMANTIC or not _is_instances(found[0])
    raster = rasters[-1] if semantic else rasters[0]
    return classed_labels(raster, Kind.SEMANTIC if semantic else Kind.PANOPTIC, options, origin)


def _is_instances(path: Path) -> bool:
    """Whether a file is the instance half of a pair."""
    return path.stem.endswith(INSTANCE_IDS)


def classed_labels(raster: Raster, kind: Kind, options: ReadOptions, origin: Origin) -> LabelImage:
    """Labels with the class table."""
    ontology = options.ontology or CITYSCAPES
    numbers = raster.numbers
    if kind is Kind.SEMANTIC:
        numbers = classes_of(numbers).astype(numbers.dtype)
    ids = distinct(numbers)
    labels = LabelImage(
        planes=(numbers,),
        axes="YX",
        kind=kind,
        background=None,
        void=void_of(ids, ontology),
        segments=MappingProxyType({} if kind is Kind.SEMANTIC else _segments(ids, ontology)),
        ontology=ontology,
        origin=origin,
    )
    reason = "as asked" if options.kind is not None else f"a Cityscapes file: {origin.path.name}"
    return replace(labels, reading=told(labels, ids, Decision(kind, None, reason)))


def _segments(ids: np.ndarray, ontology: Ontology) -> dict[int, Segment]:
    """Class of every id; a thing's class without a number stands for a crowd of them."""
    segments = {}
    for id_ in map(int, ids):
        category = ontology.get(ontology.category_of(id_))
        crowd = category is not None and category.isthing and id_ == category.id
        segments[id_] = Segment(ontology.category_of(id_), iscrowd=crowd)
    return segments


def write(labels: LabelImage, path: Path) -> tuple[Draft, ...]:
    """Both files as they are going to be; a file whose pixels stay the same is not among them.

    Raises
    ------
    LossError
        When an id does not fit.
    WriteError
        When an original is gone or was changed by another program, or a half is there that would stay.
    """
    numbers = numbers_of(labels)
    label_ids, instance_ids = cityscapes_pair(path)
    origin = labels.origin
    if origin is None or origin.format != "cityscapes":
        refuse_other_classes(labels, path)
        return _new_pair(labels, numbers, label_ids, instance_ids)
    halves = [instance_ids if _is_instances(file) else label_ids for file in origin.files]
    _refuse_other_half({label_ids, instance_ids}.difference(halves))
    contents = [original_bytes(origin, i) for i in range(len(origin.files))]
    before = [png.decode(c, p).numbers for c, p in zip(contents, origin.files, strict=True)]
    changed = _changed(labels, numbers, before)
    drafts = []
    for file, target, content, old in zip(origin.files, halves, contents, before, strict=True):
        after = _after(old, numbers, changed, instances=_is_instances(file))
        if not np.array_equal(old, after):
            drafts.append(png.CODEC.draft(target, png.revise(content, after, file), after))
        elif not same_file(target, file):
            drafts.append(png.CODEC.draft(target, content, after))
    return tuple(drafts)


def _refuse_other_half(others: Iterable[Path]) -> None:
    """Refusal to write one half of a pair beside another half, which would be read with it."""
    for other in filter(Path.exists, others):
        raise WriteError(
            f"{other} is there, and would be read together with the labels: nothing was written.",
            "Give them another name, or move that file away.",
        )


def refuse_other_classes(labels: LabelImage, path: Path) -> None:
    """Refusal of labels whose ids would be read as other classes than they are of.

    Raises
    ------
    LossError
        When the class of an id is not the one that Cityscapes has for it, or an object has none.
    """
    for id_ in map(int, distinct(labels.data)):
        known, told = CITYSCAPES.get(CITYSCAPES.category_of(id_)), labels.category(id_)
        is_object = labels.kind is Kind.INSTANCE and 0 < id_ < CITYSCAPES.factor
        if known is None or (told is None and not is_object) or (told and told.name == known.name):
            continue
        raise LossError(
            f"Id {id_} would be read as {known.name}, and it is "
            f"{'an object without a class' if told is None else told.name}: nothing was written to {path}.",
            "Cityscapes keeps a class id, or a class id times 1000 plus a number. Save in another format.",
        )


def _changed(labels: LabelImage, numbers: np.ndarray, before: list[np.ndarray]) -> np.ndarray:
    """Pixels that differ from what was read."""
    if labels.kind is Kind.SEMANTIC:
        changed: np.ndarray = numbers.astype(np.int64) != classes_of(before[-1])
    else:
        changed = numbers != before[0]
    return changed


def _after(old: np.ndarray, numbers: np.ndarray, changed: np.ndarray, *, instances: bool) -> np.ndarray:
    """Numbers of one file: as they were, but for the changed pixels.

    The two files of real data sets disagree here and there; what nobody edited stays that way.
    """
    values = numbers if instances else classes_of(numbers)
    new = values[changed].astype(np.int64)
    limit = np.iinfo(old.dtype).max
    if new.size and (new.min() < 0 or new.max() > limit):
        raise LossError(
            f"Cityscapes files hold ids from 0 to {limit}: {int(new.max())} does not fit.",
            "An instance id is its class times 1000 plus a number below 1000.",
        )
    after = old.copy()
    after[changed] = new
    return after


def _new_pair(
    labels: LabelImage, numbers: np.ndarray, label_ids: Path, instance_ids: Path
) -> tuple[Draft, ...]:
    """Both files for labels that came from elsewhere."""
    numbers = fitting(numbers, KEEPS, "Cityscapes")
    classes = classes_of(numbers)
    unknown = [int(i) for i in distinct(classes) if CITYSCAPES.get(int(i)) is None]
    if unknown:
        raise LossError(
            f"{labels.path or 'These labels'}: id {unknown[0]} is no class of Cityscapes.",
            "Cityscapes keeps a class id, or a class id times 1000 plus a number.",
        )
    drafts = []
    for target, values in ((instance_ids, numbers.astype(np.uint16)), (label_ids, classes.astype(np.uint8))):
        content = png.encode(Raster(values, "YX"), None, target)
        drafts.append(png.CODEC.draft(target, content, values))
    return tuple(drafts)


def sniff(path: Path, head: bytes) -> bool:
    """Whether a path is one file of a pair, or the common stem of files that exist."""
    if is_cityscapes(path):
        return head.startswith(SIGNATURE)
    return not head and any(file.exists() for file in cityscapes_pair(path))


FORMAT = Format(
    "cityscapes",
    "Cityscapes (labelIds and instanceIds)",
    ("_instanceIds.png", "_labelIds.png"),
    sniff,
    read,
    write,
    KEEPS,
    files,
)
