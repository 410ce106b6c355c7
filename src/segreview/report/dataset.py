"""Both sides of a data set, image by image: label files that are paired by name, or COCO's JSON files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from segreview.errors import PairingError, ReadError
from segreview.formats.cityscapes.predictions import belongs_to, prediction_files, read_predictions
from segreview.formats.classes import CITYSCAPES, load_classes
from segreview.formats.coco.file import CocoFile, Entries, Sort, is_json, read_coco
from segreview.formats.coco.instances import image_shape, segments_of
from segreview.formats.coco.panoptic import png_folder, read_panoptic
from segreview.formats.entry import Entry, open_entry
from segreview.formats.format import Usual
from segreview.formats.guard import first_bytes
from segreview.formats.json.sort import JsonSort, json_sort
from segreview.formats.pairing import pair
from segreview.formats.planes import parts_of
from segreview.model.box import Box
from segreview.model.labels import LabelImage, Segment
from segreview.model.ontology import Ontology
from segreview.model.sample import REFERENCE
from segreview.session.reading import usual_of
from segreview.shape.rle import Rle
from segreview.shape.segment import SegmentMask

Side = LabelImage | tuple[SegmentMask, ...]
"""Labels of one image on one side; lists of segments where they may overlap."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One image.

    Parameters
    ----------
    name
        Name of the image.
    load
        Reads reference and prediction; raises SegreviewError when they cannot be read or do not fit. It
        may be sent to another machine that has the same files, and holds no more than it needs.
    """

    name: str
    load: Callable[[], tuple[Side, Side]]


@dataclass(frozen=True)
class DataSet:
    """Images that can be compared, and what cannot.

    Parameters
    ----------
    comparisons
        The images.
    problems
        Images of the reference that have no prediction, each with the reason.
    notes
        Remarks, for example on files that were ignored.
    ontology
        Class table of all images, where one file tells it.
    """

    comparisons: tuple[Comparison, ...]
    problems: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    ontology: Ontology | None = None


def data_set(gt: Path, pred: Path, classes: str | Path | None = None, kind: str | None = None) -> DataSet:
    """Data set of two files or folders.

    Parameters
    ----------
    gt, pred
        Label files, or folders whose files are paired by name, or COCO's JSON files: instances or
        results, or panoptic segments with a folder of PNGs beside them. As the prediction also
        Cityscapes' text files of instances, each with masks, classes and confidences.
    classes, kind
        As for `segreview.read`; COCO's files tell both themselves.

    Raises
    ------
    SegreviewError
        When a path cannot be read, or nothing belongs together.
    """
    texts = prediction_files(pred)
    if texts:
        return _predictions(gt, pred, texts, kind)
    if not (_is_coco(gt) and _is_coco(pred)):
        return _label_files(gt, pred, load_classes(classes), kind)
    reference, prediction = read_coco(gt), read_coco(pred)
    if (reference.sort is Sort.PANOPTIC) != (prediction.sort is Sort.PANOPTIC) and prediction.annotations:
        raise PairingError(
            f"{gt} holds {reference.sort} and {pred} {prediction.sort}.",
            "Both hold panoptic segments, or neither does.",
        )
    return (
        _panoptic(reference, prediction)
        if reference.sort is Sort.PANOPTIC
        else _instances(reference, prediction)
    )


def _is_coco(path: Path) -> bool:
    """Whether a path is a file of COCO, whose objects are compared as lists of masks."""
    return is_json(path) and json_sort(path, first_bytes(path)) is JsonSort.COCO


# -------------------------------------------------------------------- label files
def _label_files(gt: Path, pred: Path, classes: Ontology | None, kind: str | None) -> DataSet:
    pairing = pair(gt, pred=pred)
    entries = pairing.entries

    def usual(files: Sequence[Path | None]) -> Usual | None:
        known = [file for file in files if file is not None]
        return usual_of(known, classes) if kind is None and len(known) > 1 else None

    of_gt, of_pred = usual([entry.gt for entry in entries]), usual([entry.pred for entry in entries])

    load = partial(_read_entry, classes=classes, kind=kind, of_gt=of_gt, of_pred=of_pred)
    lacking = tuple((one.path.name, one.reason) for one in pairing.unmatched if one.role == REFERENCE)
    extra = tuple(f"{one.path.name}: {one.reason}" for one in pairing.unmatched if one.role != REFERENCE)
    comparisons = tuple(Comparison(entry.name, partial(load, entry)) for entry in entries)
    return DataSet(comparisons, lacking, (*pairing.notes, *extra), classes)


def _read_entry(
    entry: Entry, classes: Ontology | None, kind: str | None, of_gt: Usual | None, of_pred: Usual | None
) -> tuple[Side, Side]:
    sample = open_entry(entry, classes, kind, of_gt, of_pred)
    assert sample.prediction is not None
    sides = sample.reference, sample.prediction
    if any(len(side.planes) > 1 for side in sides):
        return _as_segments(sides[0]), _as_segments(sides[1])
    return sides


def _as_segments(labels: LabelImage) -> tuple[SegmentMask, ...]:
    """Objects of labels as masks of their own: some of one side overlap."""
    whole = Box.of_shape(labels.shape)
    found = []
    for id_, part in parts_of(labels).items():
        segment = labels.segments.get(id_, Segment())
        mask = Rle.of_mask(part.within(whole))
        found.append(SegmentMask(mask, labels.category_of(id_), segment.score, segment.iscrowd, id=id_))
    return tuple(found)


# -------------------------------------------------------------------- predictions of Cityscapes
def _predictions(gt: Path, pred: Path, texts: Sequence[Path], kind: str | None) -> DataSet:
    """Images of Cityscapes, each with the one text that is named like it."""
    pairing = pair(gt)
    told = not gt.is_dir() and not pred.is_dir()  # two files belong together, whatever their names
    comparisons, problems = [], []
    for entry in pairing.entries:
        own = texts if told else [one for one in texts if belongs_to(one, entry.gt)]
        if len(own) == 1:
            comparisons.append(Comparison(entry.name, partial(_read_prediction, entry, own[0], kind)))
        else:
            names = ", ".join(one.name for one in own)
            problems.append((entry.gt.name, f"ambiguous: {names}" if own else "no predictions of this name"))
    if not comparisons:
        raise PairingError(
            f"No predictions of {pred} belong to {gt} by name ({problems[0][0]}: {problems[0][1]}).",
            "A text of predictions begins like its image: frankfurt_000000_000294_pred.txt.",
        )
    return DataSet(tuple(comparisons), tuple(problems), pairing.notes, CITYSCAPES)


def _read_prediction(entry: Entry, text: Path, kind: str | None) -> tuple[Side, Side]:
    reference = open_entry(entry, CITYSCAPES, kind).reference
    return reference, read_predictions(text, reference.shape)


# -------------------------------------------------------------------- COCO
def _instances(reference: CocoFile, prediction: CocoFile) -> DataSet:
    """Images of the reference, also those without an annotation or without a result."""
    _refuse_strangers(reference, prediction)
    true, said = reference.by_image(), prediction.by_image()
    comparisons = (
        Comparison(
            str(image.get("file_name", image_id)),
            partial(
                _read_instances,
                image_id,
                (reference.about(image_id), true.get(image_id, [])),
                (prediction.about(image_id), said.get(image_id, [])),
            ),
        )
        for image_id, image in sorted(reference.images.items())
    )
    return DataSet(tuple(comparisons), notes=tuple(_boxes_only(prediction)), ontology=reference.ontology)


def _read_instances(
    image_id: int, reference: tuple[CocoFile, Entries], prediction: tuple[CocoFile, Entries]
) -> tuple[Side, Side]:
    shape = image_shape(reference[0], image_id)
    return segments_of(*reference, shape), segments_of(*prediction, shape)


def _refuse_strangers(reference: CocoFile, prediction: CocoFile) -> None:
    """Refusal of files of which one speaks of images that the list of the reference lacks."""
    for file in (reference, prediction):
        strangers = {entry["image_id"] for entry in file.annotations} - reference.images.keys()
        if strangers:
            raise ReadError(
                f"{file.path} has entries of the image {min(strangers)}, which is not among the images of "
                f"{reference.path}.",
                "Both files have to be of the same data set.",
            )


def _boxes_only(prediction: CocoFile) -> Iterator[str]:
    count = sum(not entry.get("segmentation") for entry in prediction.annotations)
    if count:
        yield f"{prediction.path}: {count} entries have a box and no mask; their masks are their boxes."


def _panoptic(reference: CocoFile, prediction: CocoFile) -> DataSet:
    files = (reference, prediction)
    folders = [png_folder(file) for file in files]
    said: Mapping[int, Any] = {entry["image_id"]: entry for entry in prediction.annotations}

    comparisons, lacking = [], []
    for entry in reference.annotations:
        name = str(entry.get("file_name", entry["image_id"]))
        if entry["image_id"] in said:
            entries = (entry, said[entry["image_id"]])
            load = partial(_read_panoptic, [one.about() for one in files], entries, folders)
            comparisons.append(Comparison(name, load))
        else:
            lacking.append((name, f"no prediction for the image {entry['image_id']}"))
    if not comparisons:
        raise PairingError(
            f"{prediction.path} has no image of {reference.path}.", "Both have to be of the same data set."
        )
    return DataSet(tuple(comparisons), tuple(lacking), ontology=reference.ontology)


def _read_panoptic(
    files: Sequence[CocoFile], entries: Sequence[Mapping[str, Any]], folders: Sequence[Path]
) -> tuple[Side, Side]:
    labels = read_panoptic(files[0], entries[0], folders[0], None)
    return labels, read_panoptic(files[1], entries[1], folders[1], labels.ontology)
