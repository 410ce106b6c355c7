"""Colour PNG labels: each colour a class of a table, or an id; saved again as colours."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from segreview.errors import LossError, ReadError
from segreview.formats.classes import CITYSCAPES
from segreview.formats.format import Format, Keeps, ReadOptions
from segreview.formats.guard import file_bytes, refuse_absurd, stamp_of
from segreview.formats.kind import distinct
from segreview.formats.naming import is_cityscapes
from segreview.formats.png.chunks import (
    GREY,
    GREY_ALPHA,
    PALETTE,
    RGB,
    Chunk,
    Header,
    color_type,
    image_data,
    join,
    split,
)
from segreview.formats.png.coding import Coding, Rule, numbered, rgb
from segreview.formats.png.pairs import crowds_of, paired
from segreview.formats.png.png import samples, with_image_data
from segreview.formats.raster import Codec, Raster, digest, labels_of
from segreview.formats.replacing import Draft
from segreview.formats.tables import CAMVID, CAMVID11, VOC
from segreview.model.labels import Kind, LabelImage, Origin

KEEPS = Keeps(dtypes=("uint32",), ndim=(2,))

KNOWN = (CAMVID, CITYSCAPES, VOC)
"""Class tables that are tried where none is named: those that are published as colours."""

ELEVEN = Coding(Rule.CLASSES, CAMVID11)

_NOTE = b"Label ids\0R + 256 G + 65536 B"
"""Text in new files whose colours are ids, by which they are known again."""

_GREYS = Coding(Rule.GREYS)

_LEAST_AREA = 10
"""Least pixels, in the median, of colours that are taken for ids without being told."""

_UNTOLD = (
    ": no known table has them. --classes names one; the classes of panoptic PNG of COCO are in a JSON file"
)

_WAYS_OUT = (
    "--classes NAME or FILE takes colours for classes, --kind instance for ids (R + 256 G + 65536 B); "
    "panoptic PNG of COCO are read through their JSON file; a picture belongs under --image."
)


def read(path: Path, options: ReadOptions) -> LabelImage:
    """Labels of a colour PNG.

    The colours stand for what the file itself says (new files of ours), else for classes of the table
    that was named, or pairs of a class and a number; for grey values where all are grey; for ids where
    instances were asked for; for classes of the one known table that has all of them; for ids where
    no table has them and they lie in regions, as labels do.

    Raises
    ------
    ReadError
        When the file is missing or damaged, when nothing says what its colours stand for, or when a
        colour is that of no class.
    """
    stamp = stamp_of(path)
    content = file_bytes(path)
    colors = numbered(_samples(content, path))
    coding = _coding(colors, content, options, path)
    raster = coding.raster(colors, path)
    origin = Origin("colours", (path,), (digest(content),), raster.facts, raster.largest, (stamp,))
    options = replace(options, ontology=coding.ontology or options.ontology)
    labels = labels_of(raster, options, origin)
    if coding.rule is Rule.PAIRS and coding.ontology is not None:
        labels = replace(labels, segments=crowds_of(distinct(labels.data), coding.ontology))
    return replace(labels, reading=f"{labels.reading}; {coding}")


def _samples(content: bytes, path: Path) -> np.ndarray:
    """Samples of a PNG, ``(Y, X, 1 to 4)``."""
    found = Header.parse(content[:33], path)
    if found.depth == 16 or found.color == PALETTE:
        raise ReadError(
            f"{path} has {found.depth} bits for a colour{' and a palette' * (found.color == PALETTE)}.",
            "Colours that stand for classes or ids have 8 bits each; a picture belongs under --image.",
        )
    refuse_absurd(path, 4 * found.nbytes)
    decoded = samples(split(content, path)[0], found, path)
    return decoded.reshape(*found.shape, -1)


def _coding(colors: np.ndarray, content: bytes, options: ReadOptions, path: Path) -> Coding:
    """What colours stand for; see `read`."""
    used = distinct(colors)
    if any(chunk.name == b"tEXt" and chunk.data == _NOTE for chunk in split(content, path)[0]):
        return Coding(Rule.NUMBERS)
    coding = _by_table(used, options) or (_GREYS if _GREYS.knows(used) else None)
    if coding is None and options.kind in (Kind.INSTANCE, Kind.PANOPTIC, Kind.BINARY):
        return Coding(Rule.NUMBERS)
    return coding or _guessed(colors, used, path)


def _by_table(used: np.ndarray, options: ReadOptions) -> Coding | None:
    """What colours stand for by the named table; None without one, or where objects are asked for."""
    if options.ontology is None or options.kind in (Kind.INSTANCE, Kind.BINARY):
        return None
    classes = Coding(Rule.CLASSES, options.ontology)
    pairs = Coding(Rule.PAIRS, paired(options.ontology))
    panoptic = options.kind is Kind.PANOPTIC
    if classes.knows(used) and not panoptic:
        return classes
    if _GREYS.knows(used):
        return _GREYS
    if pairs.knows(used) and options.kind is not Kind.SEMANTIC:
        return pairs
    return None if panoptic else classes


def _guessed(colors: np.ndarray, used: np.ndarray, path: Path) -> Coding:
    """What colours stand for where nobody says it: classes of the one known table, or else ids."""
    codings = [Coding(Rule.CLASSES, table) for table in KNOWN]
    # CamVid's eleven are tried last: all but one of their colours are among the 32.
    fitting = [one for one in codings if one.knows(used)] or [ELEVEN] * ELEVEN.knows(used)
    if len(fitting) == 1:
        return fitting[0]
    if not fitting and _lie_in_regions(colors, used):
        return Coding(Rule.NUMBERS, note=_UNTOLD)
    names = " and of ".join(one.ontology.name for one in fitting if one.ontology is not None)
    why = f"its {used.size} colours are classes of {names}" if names else f"it has {used.size} colours"
    raise ReadError(f"{path} is a colour PNG, and does not say what colours mean: {why}.", _WAYS_OUT)


def _lie_in_regions(colors: np.ndarray, used: np.ndarray) -> bool:
    """Whether colours lie as labels do: few of them have few pixels, and most pixels equal their neighbours.

    Pictures, and labels that were resized or packed as JPEG, have many colours of a pixel or two.
    """
    areas = np.bincount(np.searchsorted(used, colors).ravel(), minlength=used.size)
    equal = np.count_nonzero(colors[:, 1:] == colors[:, :-1])
    return bool(np.median(areas) >= _LEAST_AREA and 2 * equal >= colors.size)


def write(labels: LabelImage, path: Path) -> tuple[Draft, ...]:
    """File as it is going to be; no draft when no pixel changed and the target is the origin.

    New files have the colours of the class table where labels are classes, else ids as colours.

    Raises
    ------
    LossError
        When an id has no colour.
    WriteError
        When the original is gone or was changed by another program.
    """
    origin = labels.origin
    if origin is not None and origin.format == "colours":
        coding = origin.facts["coding"]
    elif labels.kind is Kind.SEMANTIC and labels.ontology is not None:
        coding = Coding(Rule.CLASSES, labels.ontology)
    else:
        coding = Coding(Rule.NUMBERS)
    return _codec(coding).write(labels, path)


def _codec(coding: Coding) -> Codec:
    """Functions between files and ids under a coding."""

    def decode(content: bytes, path: Path) -> Raster:
        return coding.raster(numbered(_samples(content, path)), path)

    keeps = KEEPS
    if coding.rule is Rule.CLASSES and coding.ontology is not None:
        highest = max(category.id for category in coding.ontology)
        keeps = replace(KEEPS, dtypes=(np.min_scalar_type(highest).name,))
    return Codec("colours", "Colour PNG", decode, partial(_revise, coding), partial(_encode, coding), keeps)


def _revise(coding: Coding, content: bytes, numbers: np.ndarray, path: Path) -> bytes:
    """Same file with other colours; transparency stays."""
    found = Header.parse(content[:33], path)
    before = _samples(content, path)
    after = rgb(coding.colors(numbers, path))
    if found.color in (GREY, GREY_ALPHA):
        after = after[..., :1]
    stored = np.concatenate([after, before[..., after.shape[-1] :]], axis=-1)
    chunks, rest = split(content, path)
    return join(with_image_data(chunks, found, image_data(stored, 8)), rest)


def _encode(coding: Coding, raster: Raster, model: bytes | None, path: Path) -> bytes:
    """New PNG in colour."""
    if model is not None:
        raise LossError(
            f"{path}: {coding.rule}: there is no place for {raster.numbers.dtype} numbers.",
            "Save as TIFF, which holds any id.",
        )
    height, width = raster.numbers.shape
    head = [Chunk.of_data(b"IHDR", Header(width, height, 8, RGB).packed())]
    if coding.rule is Rule.NUMBERS:
        head.append(Chunk.of_data(b"tEXt", _NOTE))
    data = image_data(rgb(coding.colors(raster.numbers, path)), 8)
    return join([*head, data, Chunk.of_data(b"IEND", b"")])


def sniff(path: Path, head: bytes) -> bool:
    """Whether a file begins like a PNG in colour, or in grey with alpha."""
    return color_type(head) not in (None, GREY, PALETTE) and not is_cityscapes(path)


FORMAT = Format("colours", "Colour PNG (a colour for each class or id)", (".png",), sniff, read, write, KEEPS)
