"""What a label file says beside its pixels: tags, chunks, compression, number type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from segreview.formats.arrays import cellpose, npy, npz
from segreview.formats.guard import file_bytes
from segreview.formats.png import chunks
from segreview.formats.registry import find_format
from segreview.formats.tiff.facts import tiff_facts
from segreview.formats.volumes import nifti, nrrd

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
    if name == "tiff":
        return tiff_facts(path)
    content = file_bytes(path)
    if content.startswith(chunks.SIGNATURE):
        return _png_facts(content, path)
    return _FACTS[name](content, path) if name in _FACTS else {}


def _png_facts(content: bytes, path: Path) -> dict[str, str]:
    """Every chunk but for those of the pixels; of equal names each with its number."""
    facts: dict[str, str] = {"compression": "deflate"}
    for number, chunk in enumerate(chunks.split(content, path)[0]):
        if chunk.name != b"IDAT":
            name = chunk.name.decode("latin-1")
            facts[name if name not in facts else f"{name} {number}"] = chunk.data.hex()
    return facts
