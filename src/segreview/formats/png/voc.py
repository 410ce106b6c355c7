"""PASCAL VOC: palette PNG whose colours are VOC's colour map; 255 is void."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from segreview.errors import LossError
from segreview.formats.format import Format, Keeps, ReadOptions, Usual
from segreview.formats.kind import distinct
from segreview.formats.naming import is_cityscapes
from segreview.formats.png import png
from segreview.formats.png.chunks import PALETTE, Chunk, Header, image_data, join
from segreview.formats.raster import Codec, Raster, labels_of, two_values
from segreview.formats.replacing import Draft
from segreview.formats.tables import VOC, VOC_COLORS, VOC_VOID
from segreview.model.labels import Kind, LabelImage

KEEPS = Keeps(dtypes=("uint8",), ndim=(2,), void=True)

_FOLDERS = {"segmentationclass": Kind.SEMANTIC, "segmentationobject": Kind.INSTANCE}
"""What the files of VOC's folders hold, by how their names begin, in lower case."""


def read(path: Path, options: ReadOptions) -> LabelImage:
    """Labels of a file; 255 is void.

    VOC's folders tell the kind: SegmentationClass or SegmentationObject. The palette alone does not,
    since others use it for objects too (DAVIS); the general rule decides elsewhere.

    Raises
    ------
    ReadError
        When the file is missing or damaged.
    """
    raster, origin = CODEC.open(path)
    kind = next((kind for name, kind in _FOLDERS.items() if path.parent.name.lower().startswith(name)), None)
    if kind is not None:
        options = replace(options, usual=Usual(kind, why=f"in a folder {path.parent.name}"))
    if kind is Kind.SEMANTIC and options.ontology is None:
        known = all(VOC.get(int(id_)) is not None for id_ in distinct(raster.numbers))
        options = replace(options, ontology=VOC if known else None)
    return labels_of(raster, options, origin, frozenset({VOC_VOID}))


def write(labels: LabelImage, path: Path) -> tuple[Draft, ...]:
    """File as it is going to be; no draft when no pixel changed and the target is the origin.

    Raises
    ------
    LossError
        When an id does not fit, or void is not 255, or 255 is not void.
    WriteError
        When the original is gone or was changed by another program.
    """
    if labels.origin is None or labels.origin.format != CODEC.name:
        ids = two_values(labels) if labels.kind is Kind.BINARY else distinct(labels.data)
        for id_ in map(int, ids):
            _refuse_other_void(labels, id_, path)
    return CODEC.write(labels, path)


def _refuse_other_void(labels: LabelImage, id_: int, path: Path) -> None:
    """Refusal of an id that would turn into void, or out of it."""
    if id_ in labels.void and id_ != VOC_VOID:
        raise LossError(
            f"{path}: id {id_} is void, and VOC keeps void as {VOC_VOID} only.",
            f"Give void the id {VOC_VOID}, or save in another format.",
        )
    if id_ == VOC_VOID and id_ not in labels.void:
        raise LossError(
            f"{path}: id {VOC_VOID} would be void in VOC's files.",
            "Give the object another id, or save in another format.",
        )


def encode(raster: Raster, model: bytes | None, path: Path) -> bytes:
    """New PNG with the colour map of VOC.

    Raises
    ------
    LossError
        When there is a model, which is asked for numbers of another type.
    """
    if model is not None:
        return png.encode(raster, model, path)
    height, width = raster.numbers.shape
    palette = np.array(VOC_COLORS, np.uint8).tobytes()
    return join(
        [
            Chunk.of_data(b"IHDR", Header(width, height, 8, PALETTE).packed()),
            Chunk.of_data(b"PLTE", palette),
            image_data(raster.numbers, 8),
            Chunk.of_data(b"IEND", b""),
        ]
    )


def sniff(path: Path, head: bytes) -> bool:
    """Whether a file begins like a PNG with the colour map of VOC."""
    return png.has_voc_colors(head) and not is_cityscapes(path)


CODEC = Codec("voc", "PASCAL VOC", png.decode, png.revise, encode, KEEPS)

FORMAT = Format("voc", "PASCAL VOC (palette PNG, 255 is void)", (".png",), sniff, read, write, KEEPS)
