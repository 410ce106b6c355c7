"""What a TIFF file holds: its one image, the meaning of the axes, the size of a pixel."""

from __future__ import annotations

import io
import logging
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from segreview.errors import ReadError
from segreview.formats.guard import decoding, reading
from segreview.formats.tiff.chain import refuse_broken_chain

if TYPE_CHECKING:
    from tifffile import TiffFile, TiffPageSeries

MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
"""First bytes of classic and big TIFF files in either byte order."""

_CHANNEL_AXES = "CS"
_MICRO = ("µm", "μm", "um", "micron", "microns", "micrometer", "\\u00B5m")
_MICROMETRES = {"µm": 1.0, "nm": 1e-3, "mm": 1e3, "cm": 1e4, "m": 1e6, "inch": 25_400.0, "Å": 1e-4}

# Without this, remarks of tifffile on odd files would end up on standard error.
logging.getLogger("tifffile").addHandler(logging.NullHandler())


@dataclass(frozen=True)
class Layout:
    """The one image of a TIFF file.

    Parameters
    ----------
    series
        tifffile's view of it; valid while the file is open.
    shape, axes
        Shape and axis letters without axes of length one.
    dtype
        Type of the numbers in native byte order.
    spacing
        Size of a pixel along each of `axes` (1 for channels), in ``unit``; empty when unknown.
    """

    series: TiffPageSeries
    shape: tuple[int, ...]
    axes: str
    dtype: np.dtype[Any]
    spacing: tuple[float, ...]
    unit: str

    @property
    def nbytes(self) -> int:
        """Size of the decoded image in bytes."""
        return math.prod(self.shape) * self.dtype.itemsize

    @property
    def channels(self) -> str:
        """Letters of the axes that are no space or time."""
        return "".join(axis for axis in self.axes if axis in _CHANNEL_AXES)


@contextmanager
def opened(source: bytes | Path, path: Path) -> Iterator[TiffFile]:
    """TIFF file open for reading, from memory or from disk.

    Raises
    ------
    ReadError
        When it, or what the body of the ``with`` reads of it, is damaged.
    """
    from tifffile import TiffFile

    with reading(path):
        handle: BinaryIO = io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")
    with handle, decoding(path, "TIFF"):
        refuse_broken_chain(handle, path)
        with TiffFile(handle, name=path.name) as tif:
            yield tif


def layout(tif: TiffFile, path: Path) -> Layout:
    """The one image of an open TIFF file.

    Raises
    ------
    ReadError
        When there is none, or several of different shape.
    """
    if not tif.series:
        raise ReadError(f"{path} holds no image.", "Fetch the file again or restore it from a backup.")
    if len(tif.series) > 1:
        shapes = ", ".join(str(series.shape) for series in tif.series[:4])
        raise ReadError(
            f"{path} holds {len(tif.series)} images that do not form one stack ({shapes}).",
            "Save the one that matters as a file of its own.",
        )
    series = tif.series[0]
    if any(page is None for page in pages(series)):
        raise ReadError(
            f"{path} is a part of a data set in several files.",
            "Save the image as one TIFF file.",
        )
    kept = [i for i, n in enumerate(series.shape) if n != 1 or series.axes[i] in "YX"]
    axes = "".join(series.axes[i] for i in kept)
    sizes, unit = _pixel_size(tif)
    spacing = tuple(sizes.get(axis, 1.0) for axis in axes) if sizes else ()
    shape = tuple(int(series.shape[i]) for i in kept)
    return Layout(series, shape, axes, np.dtype(series.dtype).newbyteorder("="), spacing, unit)


def label_axes(found: Layout, path: Path) -> str:
    """Axes of a label image: ``YX``, ``ZYX`` or ``TYX``; a stack of unknown meaning is taken for Z.

    Raises
    ------
    ReadError
        When there are channels or more than three axes.
    """
    if found.channels:
        raise ReadError(
            f"{path} has several channels (axes {found.axes}, shape {found.shape}); labels have one.",
            "Save the channel that holds the ids as a file of its own; a picture belongs under --image.",
        )
    axes = "".join("Z" if axis in "IQR" else axis for axis in found.axes)
    if axes not in ("YX", "ZYX", "TYX"):
        raise ReadError(
            f"{path} has the axes {found.axes}, shape {found.shape}; labels are YX, ZYX or TYX.",
            "Save one stack or one point in time per file.",
        )
    return axes


def pages(series: TiffPageSeries) -> list[Any]:
    """Pages of an image in the order of its array; None where a page lies in another file."""
    return list(series.pages)


def _pixel_size(tif: TiffFile) -> tuple[dict[str, float], str]:
    """Size of a pixel per axis letter, and the unit; nothing when the file does not say."""
    if tif.is_ome and tif.ome_metadata:
        return ome_pixel_size(tif.ome_metadata)
    if tif.is_shaped and tif.shaped_metadata:
        own = tif.shaped_metadata[0]
        axes, spacing = own.get("axes", ""), own.get("spacing")
        if isinstance(spacing, list) and len(spacing) == len(axes):
            return dict(zip(axes, map(float, spacing), strict=True)), str(own.get("unit", "pixel"))
    if tif.is_imagej and tif.imagej_metadata:
        return _imagej_pixel_size(tif, tif.imagej_metadata)
    return _resolution(tif)


def ome_pixel_size(xml: str) -> tuple[dict[str, float], str]:
    """Pixel size per axis of OME-XML; sizes in several units are told in micrometres."""
    found = re.search(r"<(?:\w+:)?Pixels\b([^>]*)>", xml)
    attributes = dict(re.findall(r'(\w+)="([^"]*)"', found.group(1))) if found else {}
    sizes, units = {}, {}
    for axis in "XYZ":
        size = _positive(attributes.get(f"PhysicalSize{axis}"))
        if size:
            sizes[axis] = size
            units[axis] = _unit(attributes.get(f"PhysicalSize{axis}Unit", "µm"))
    if len(set(units.values())) > 1:
        sizes = {axis: size * _MICROMETRES.get(units[axis], 1.0) for axis, size in sizes.items()}
        return sizes, "µm"
    return sizes, next(iter(units.values()), "pixel")


def _imagej_pixel_size(tif: TiffFile, metadata: dict[str, Any]) -> tuple[dict[str, float], str]:
    """Pixel size that ImageJ keeps in the resolution tags and its description."""
    unit = _unit(str(metadata.get("unit", "")))
    sizes = {}
    for axis, code in (("X", 282), ("Y", 283)):
        size = _per_pixel(_tags(tif).get(code))
        if size:
            sizes[axis] = size
    depth = _positive(metadata.get("spacing"))
    if depth:
        sizes["Z"] = depth
    return sizes, unit


def _resolution(tif: TiffFile) -> tuple[dict[str, float], str]:
    """Pixel size of the plain resolution tags, in micrometres.

    Only centimetres are believed. Inches are what printing resolutions (72, 96, 300 dpi) are
    written in by default, and they say nothing of the size of a cell.
    """
    tags = _tags(tif)
    unit = tags.get(296)
    if unit is None or int(unit.value) != 3:
        return {}, "pixel"
    sizes = {axis: _per_pixel(tags.get(code)) for axis, code in (("X", 282), ("Y", 283))}
    return {axis: 1e4 * size for axis, size in sizes.items() if size}, "µm"


def _tags(tif: TiffFile) -> Any:
    """Tags of the first page."""
    return tif.pages.first.tags


def _per_pixel(tag: Any) -> float:
    """Length of a pixel out of a tag that holds pixels per length; 0 when it is of no use."""
    if tag is None or not isinstance(tag.value, tuple) or len(tag.value) < 2:
        return 0.0
    pixels, length = tag.value[:2]
    return length / pixels if pixels > 0 and length > 0 else 0.0


def _positive(text: object) -> float:
    """Positive finite number, or 0."""
    try:
        number = float(str(text))
    except ValueError:
        return 0.0
    return number if math.isfinite(number) and number > 0 else 0.0


def _unit(text: str) -> str:
    """Unit with one spelling for the micrometre; ``pixel`` when there is none."""
    return "µm" if text in _MICRO else text or "pixel"
