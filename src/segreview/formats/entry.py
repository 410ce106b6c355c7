"""Files of one sample: read together, and their shapes compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from segreview.errors import PairingError, SegreviewError
from segreview.formats.format import Usual
from segreview.formats.image import read_image, spatial_shape
from segreview.formats.registry import find_format, read, shapes_of
from segreview.model.box import shape_text
from segreview.model.labels import Kind
from segreview.model.ontology import Ontology
from segreview.model.sample import ANNOTATOR, PREDICTION, REFERENCE, Sample, Source


@dataclass(frozen=True, slots=True)
class Entry:
    """Files of one sample.

    Parameters
    ----------
    name
        The stem of the reference without words that tell its role.
    gt, image, pred
        The files; of a pair of files, one.
    prob
        Probability map, or None.
    annotators
        Masks of other annotators.
    """

    name: str
    gt: Path
    image: Path | None = None
    pred: Path | None = None
    prob: Path | None = None
    annotators: tuple[Path, ...] = ()


def open_entry(
    entry: Entry,
    classes: str | Path | Ontology | None = None,
    kind: Kind | str | None = None,
    usual: Usual | None = None,
    usual_pred: Usual | None = None,
    pause: Callable[[], None] = lambda: None,
) -> Sample:
    """Sample of an entry, its files read and their shapes compared.

    Where GT's numbers are classes, the model's are read as classes too: regions of two kinds could
    not be compared.

    Parameters
    ----------
    entry
        The files.
    classes, kind, usual, usual_pred
        As for `read`; ``usual`` is of the GT, ``usual_pred`` of the model's masks.
    pause
        Called between the files; what it raises ends the work.

    Raises
    ------
    ReadError
        When a file is missing, damaged, or of no format that we know.
    PairingError
        When the shapes of image and masks differ.
    """
    reference = read(entry.gt, classes=classes, kind=kind, usual=usual, shape=shape_for(entry))
    pause()
    sources = [Source(REFERENCE, reference)]
    shapes = [(entry.gt, reference.shape)]
    if entry.pred is not None:
        same = Kind.SEMANTIC if reference.kind is Kind.SEMANTIC else kind
        prediction = read(entry.pred, classes=classes, kind=same, usual=usual_pred, shape=reference.shape)
        sources.append(Source(PREDICTION, prediction))
        shapes.append((entry.pred, sources[1].labels.shape))
        pause()
    for path in entry.annotators:
        drawn = read(path, classes=classes, kind=reference.kind, shape=reference.shape)
        sources.append(Source(ANNOTATOR, drawn, author=path.parent.name))
        shapes.append((path, drawn.shape))
        pause()
    images = []
    if entry.image is not None:
        images.append(read_image(entry.image))
        shapes.append((entry.image, images[0].spatial_shape))
    _refuse_misfits(shapes)
    return Sample(entry.name, tuple(images), tuple(sources), entry.prob)


def shape_for(entry: Entry) -> tuple[int, ...] | None:
    """Shape of the image, or else of the model's masks, for a GT that may not tell its own."""
    if find_format(entry.gt).shape is None:
        return None
    try:
        if entry.image is not None:
            return spatial_shape(entry.image)
        found = () if entry.pred is None else shapes_of(entry.pred)
    except SegreviewError:
        return None  # it is told when that file is read
    return found[0][1] if found else None


def check_shapes(entry: Entry) -> None:
    """Comparison of the shapes of an entry's files, by their headers alone.

    Raises
    ------
    ReadError
        When a file is missing or its header is damaged.
    PairingError
        When the shapes differ.
    """
    masks = [path for path in (entry.gt, entry.pred) if path is not None]
    shapes = [(path, shape) for path in masks for _, shape in shapes_of(path)]
    if entry.image is not None:
        shapes.append((entry.image, spatial_shape(entry.image)))
    _refuse_misfits(shapes)


def _refuse_misfits(shapes: Sequence[tuple[Path, tuple[int, ...]]]) -> None:
    """Refusal of files whose shapes differ from the first one's."""
    for path, other in shapes:
        first, shape = shapes[0]
        if other != shape:
            raise PairingError(
                f"{first} is {shape_text(shape)} but {path} is {shape_text(other)} pixels.",
                "They are not of one sample, or one of them was resized or cropped.",
            )
