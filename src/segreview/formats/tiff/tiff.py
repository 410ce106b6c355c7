"""TIFF labels: whole numbers of any width, one image or one stack."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from segreview.errors import ReadError
from segreview.formats.format import Format, Keeps
from segreview.formats.raster import Codec, Raster
from segreview.formats.tiff import splice
from segreview.formats.tiff.check import refuse_incomplete
from segreview.formats.tiff.layout import MAGIC, label_axes, layout, opened
from segreview.formats.tiff.objects import pages_are_objects

KEEPS = Keeps(
    dtypes=(
        "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64",
        "float16", "float32", "float64",
    ),
    ndim=(2, 3),
    spacing=True,
)  # fmt: skip


def decode(content: bytes, path: Path) -> Raster:
    """Numbers of a TIFF file.

    Raises
    ------
    ReadError
        When it is damaged, cut short, in colour, or has too many axes.
    """
    with opened(content, path) as tif:
        found = layout(tif, path)
        axes = label_axes(found, path)
        if found.dtype.kind not in "biuf":
            raise ReadError(f"{path} holds {found.dtype} values, not labels.", "Labels are whole numbers.")
        refuse_incomplete(tif, found, path)
        numbers = found.series.asarray().reshape(found.shape).astype(found.dtype, copy=False)
        facts = {
            "axes": tif.series[0].get_axes(squeeze=False),
            "shape": tif.series[0].get_shape(squeeze=False),
        }
    return Raster(numbers, axes, found.spacing, found.unit, facts)


def encode(raster: Raster, model: bytes | None, path: Path) -> bytes:
    """New TIFF file: deflate, with axes and pixel size; or the model with numbers of another type."""
    if model is not None:
        return splice.revise(model, raster.numbers, path)
    from tifffile import imwrite

    metadata: dict[str, Any] = {"axes": raster.axes}
    options: dict[str, Any] = {}
    if any(size != 1 for size in raster.spacing):
        metadata |= {"spacing": list(raster.spacing), "unit": raster.unit}
        if raster.unit == "µm":
            options = {
                "resolution": (1e4 / raster.spacing[-1], 1e4 / raster.spacing[-2]),
                "resolutionunit": "CENTIMETER",
            }
    file = io.BytesIO()
    imwrite(
        file,
        raster.numbers,
        bigtiff=raster.numbers.nbytes >= 2**32 - 2**25,
        photometric="minisblack",
        compression="zlib",
        metadata=metadata,
        software="segreview",
        **options,
    )
    return file.getvalue()


def sniff(path: Path, head: bytes) -> bool:
    """Whether a file begins like a TIFF, and its pages are no objects of their own."""
    return head.startswith(MAGIC) and not pages_are_objects(path)


CODEC = Codec("tiff", "TIFF", decode, splice.revise, encode, KEEPS)

FORMAT = Format("tiff", "TIFF", (".tif", ".tiff"), sniff, CODEC.read, CODEC.write, KEEPS)
