"""TIFF with the mask of one object on each page: objects may overlap, and their ids are their pages'."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from segreview.errors import LossError
from segreview.formats.format import Format, Keeps, ReadOptions
from segreview.formats.planes import Part, parts_of, repainted, stacked
from segreview.formats.raster import original_bytes, same_file
from segreview.formats.replacing import Draft
from segreview.formats.tiff import splice, tiff
from segreview.formats.tiff.facts import tiff_facts
from segreview.formats.tiff.layout import MAGIC
from segreview.formats.tiff.objects import NOTE, hold_objects, pages_are_objects
from segreview.model.box import Box
from segreview.model.labels import Kind, LabelImage

KEEPS = Keeps(dtypes=("int32",), ndim=(2,), spacing=True, overlaps=True)

_MOST_PAGES = 10_000


def read(path: Path, options: ReadOptions) -> LabelImage:
    """Objects of a file; as a plain stack where another kind than instances is asked for.

    Raises
    ------
    ReadError
        When the file is missing or damaged.
    """
    if options.kind not in (None, Kind.INSTANCE):
        return tiff.FORMAT.read(path, options)
    raster, origin = tiff.CODEC.open(path)
    masks = _masks(raster.numbers)
    planes = stacked(_parts(masks), masks.shape[1:])
    lie = f", in {len(planes)} planes as some overlap" if len(planes) > 1 else ""
    return LabelImage(
        planes,
        spacing=raster.spacing[-2:],
        unit=raster.unit,
        ontology=options.ontology,
        origin=replace(origin, format="tiff_pages", facts={}, largest=_MOST_PAGES),
        reading=f"read as instance labels: each of {len(masks)} pages is the mask of one object{lie}",
    )


def _masks(numbers: np.ndarray) -> np.ndarray:
    """Masks of the pages, ``(pages, Y, X)``."""
    masks: np.ndarray = numbers.reshape(-1, *numbers.shape[-2:]) != 0
    return masks


def _parts(masks: np.ndarray) -> dict[int, Part]:
    """Pixels of the objects by the numbers of their pages, from 1."""
    return {number: Part.of_mask(mask) for number, mask in enumerate(masks, 1)}


def write(labels: LabelImage, path: Path) -> tuple[Draft, ...]:
    """File as it is going to be; no draft when no object changed and the target is the origin.

    Raises
    ------
    LossError
        When the labels are no objects, or the pages would no longer be taken for such.
    WriteError
        When the original is gone or was changed by another program.
    """
    _refuse_others(labels, path)
    origin = labels.origin
    if origin is None or origin.format != "tiff_pages":
        return (_new(labels, path),)
    content = original_bytes(origin, 0)
    before = tiff.decode(content, origin.path).numbers
    changed = repainted(_parts(_masks(before)), labels)
    after = _repainted(before, changed)
    if changed:
        if after.size > before.size:
            more = len(after) - len(_masks(before))
            content = splice.with_empty_pages(content, more, origin.path)
        content = tiff.CODEC.revise(content, after, origin.path)
        _refuse_unlike(content, path)
    elif same_file(path, origin.path):
        return ()
    return (tiff.CODEC.draft(path, content, after),)


def _refuse_unlike(content: bytes, path: Path) -> None:
    """Refusal of a file whose pages would no longer be taken for objects."""
    if not hold_objects(content, path):
        raise LossError(
            f"{path} does not say that its pages are objects, and after this edit they would be taken for "
            "slices of a stack: too few, or too much alike.",
            "Save as a new file, which says so.",
        )


def _repainted(before: np.ndarray, changed: Mapping[int, Part | None]) -> np.ndarray:
    """Numbers of all pages with some masks exchanged; each page keeps the value that it writes."""
    pages = before.reshape(-1, *before.shape[-2:])
    missing = max(changed, default=0) - len(pages)
    after = np.concatenate([pages, np.zeros((max(0, missing), *pages.shape[1:]), pages.dtype)])
    usual = pages.max() or 1
    for id_, part in changed.items():
        page = after[id_ - 1]
        value = page.max() or usual
        page[:] = 0
        if part is not None:
            page[part.box.slices][part.mask] = value
    return after if len(after) > 1 else after.reshape(before.shape)


def _refuse_others(labels: LabelImage, path: Path) -> None:
    """Refusal of labels that are no objects, or of ids that are no numbers of pages."""
    if labels.kind is not Kind.INSTANCE or labels.background != 0:
        raise LossError(
            f"{path} would hold one object on each page, and these are {labels.kind} labels.",
            "Save them in another format.",
        )
    lowest = min(int(plane.min(initial=0)) for plane in labels.planes)
    highest = max(int(plane.max(initial=0)) for plane in labels.planes)
    if lowest < 0 or highest > _MOST_PAGES:
        raise LossError(
            f"{path}: ids are numbers of pages, up to {_MOST_PAGES}: "
            f"id {lowest if lowest < 0 else highest} does not fit.",
            "Save them in another format.",
        )
    if labels.unit != "µm" and any(size != 1 for size in labels.spacing):
        raise LossError(
            f"{path}: the pixel size in {labels.unit} has no place.",
            "Tell it in µm, or save in another format.",
        )


def _new(labels: LabelImage, path: Path) -> Draft:
    """New file with a page for each id up to the largest; those between that are not used are empty."""
    from tifffile import TiffWriter

    parts = parts_of(labels)
    whole = Box.of_shape(labels.shape)
    numbers = np.zeros((max(parts, default=1), *labels.shape), np.uint8)
    for id_, part in parts.items():
        numbers[id_ - 1] = np.where(part.within(whole), 255, 0)
    options: dict[str, Any] = {"photometric": "minisblack", "compression": "zlib", "metadata": None}
    if labels.unit == "µm":
        down, across = (1e4 / size for size in labels.spacing)
        options |= {"resolution": (across, down), "resolutionunit": "CENTIMETER"}
    file = io.BytesIO()
    with TiffWriter(file) as writer:
        for number, page in enumerate(numbers):
            writer.write(page, description=NOTE if number == 0 else None, software="segreview", **options)
    return tiff.CODEC.draft(path, file.getvalue(), numbers if len(numbers) > 1 else numbers[0])


def beside(path: Path) -> dict[str, str]:
    """What the pages say beside their pixels, each thing once: how many they are follows from the objects."""
    facts: dict[str, set[str]] = {}
    for name, text in tiff_facts(path).items():
        said = re.sub(r'("shape":\s*\[)\d+', r"\1", text)
        facts.setdefault(name.partition(" of page ")[0], set()).add(said)
    return {name: "; ".join(sorted(texts)) for name, texts in facts.items()}


def shape(path: Path) -> tuple[int, ...]:
    """Shape of the image: that of a page."""
    from segreview.formats.image import spatial_shape

    return spatial_shape(path)[-2:]


def sniff(path: Path, head: bytes) -> bool:
    """Whether a file begins like a TIFF, and its pages are objects."""
    return head.startswith(MAGIC) and pages_are_objects(path)


FORMAT = Format(
    "tiff_pages",
    "TIFF with one object on each page",
    (".tif", ".tiff"),
    sniff,
    read,
    write,
    KEEPS,
    shape=shape,
    beside=beside,
)
