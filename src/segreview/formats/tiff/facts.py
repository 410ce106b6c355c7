"""What a TIFF file says beside its pixels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from segreview.formats.tiff.layout import opened

_PLACES = frozenset(
    {"StripOffsets", "StripByteCounts", "TileOffsets", "TileByteCounts", "FreeOffsets", "FreeByteCounts"}
)
"""Tags that say where the pixels lie in the file: they follow from these."""


def tiff_facts(path: Path) -> dict[str, str]:
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


def _text(value: Any) -> str:
    """Text that is equal for equal values."""
    return value.tobytes().hex() if isinstance(value, np.ndarray) else repr(value)
