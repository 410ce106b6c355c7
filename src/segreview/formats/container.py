"""What a label file says beside its pixels: tags, chunks, compression, number type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from segreview.formats import cellpose, chunks, nifti, npy, npz, nrrd
from segreview.formats.guard import file_bytes
from segreview.formats.registry import find_format
from segreview.formats.tiff_layout import opened

_PLACES = frozenset(
    {"StripOffsets", "StripByteCounts", "TileOffsets", "TileByteCounts", "FreeOffsets", "FreeByteCounts"}
)
"""Tags that say where the pixels lie in the file: they follow from these."""


_FACTS: Mapping[str, Callable[[bytes, Path], Mapping[str, str]]] = {
    "npy": npy.facts,
    "npz": npz.facts,
    "cellpose": cellpose.facts,
    "nifti": nifti.facts,
    "nrrd": nrrd.facts,
}


def container_facts(path: Path) -> Mapping[str, str]:
    """Everything that one label file says beside its pixels, by name; equal facts have equal text.

    Parameters
    ----------
    path
        A single file that holds one array of numbers. Other files say nothing.

    Raises
    ------
    ReadError
        When the file is missing or damaged.
    """
    name = find_format(path).name
    if name in ("tiff", "tiff_pages"):
        return _tiff_facts(path)
    content = file_bytes(path)
    if content.startswith(chunks.SIGNATURE):
        return _png_facts(content, path)
    return _FACTS[name](content, path) if name in _FACTS else {}


def _tiff_facts(path: Path) -> dict[str, str]:
    """Tags of every page, and whether it is a BigTIFF and of which byte order."""
    from tifffile import COMPRESSION

    with opened(path, path) as tif:
        facts = {"byte order": str(tif.byteorder), "BigTIFF": str(tif.is_bigtiff)}
        for number, page in enumerate(tif.pages):
            if "compression" not in facts:
                facts["compression"] = COMPRESSION(page.aspage().compression).name.lower().replace("_", " ")
            for tag in page.aspage().tags:
                if tag.name not in _PLACES:  # a tag may stand there twice, such as two descriptions
                    name = f"{tag.name} of page {number}"
                    facts[name] = facts.get(name, "") + _text(tag.value)
    return facts


def _png_facts(content: bytes, path: Path) -> dict[str, str]:
    """Every chunk but for those of the pixels; of equal names each with its number."""
    facts: dict[str, str] = {"compression": "deflate"}
    for number, chunk in enumerate(chunks.split(content, path)[0]):
        if chunk.name != b"IDAT":
            name = chunk.name.decode("latin-1")
            facts[name if name not in facts else f"{name} {number}"] = chunk.data.hex()
    return facts


def _text(value: Any) -> str:
    """Text that is equal for equal values."""
    return value.tobytes().hex() if isinstance(value, np.ndarray) else repr(value)
