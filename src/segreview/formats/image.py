"""Images that labels describe: PNG, JPEG, TIFF, .npy, volumes and OME-Zarr, as they are stored."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from segreview.errors import ReadError
from segreview.formats.arrays import cellpose, npy, npz
from segreview.formats.guard import decoding, file_bytes, first_bytes, refuse_absurd
from segreview.formats.png import chunks
from segreview.formats.tiff.check import refuse_incomplete
from segreview.formats.tiff.layout import MAGIC as TIFF_MAGIC
from segreview.formats.tiff.layout import Layout, layout, opened
from segreview.formats.volumes import nifti, nrrd
from segreview.formats.zarr import ngff
from segreview.model.sample import Image

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

JPEG_MAGIC = b"\xff\xd8\xff"

SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".npy", ".nii", ".gz", ".nrrd")
"""Ends of the names of images, in lower case."""

_VOLUMES = ((nifti.sniff, nifti.picture), (nrrd.sniff, nrrd.decode))
"""Volumes that are images: how they are known, and their numbers."""

_OTHER_LABELS = (
    (cellpose.sniff, cellpose.shape),
    (npz.sniff, npz.shape),
    (nifti.sniff, nifti.shape),
    (nrrd.sniff, nrrd.shape),
)
"""Formats whose shape their own files tell: how each knows them, and finds it."""

_COLOURS = {"RGB": "RGB", "RGBA": "RGBA", "LA": "RGBA", "CMYK": "RGB", "YCbCr": "RGB", "LAB": "RGB"}
"""Modes of Pillow that become colours, and which."""


def read_image(path: Path) -> Image:
    """Image of a file, its numbers unchanged.

    Parameters
    ----------
    path
        PNG, JPEG, TIFF, .npy, NIfTI, NRRD or the folder of an OME-Zarr image; known by content.

    Returns
    -------
    Image
        Grey ``(Y, X)`` or ``(Z, Y, X)``, colour with a last axis of 3 or 4, or with a channel axis.

    Raises
    ------
    ReadError
        When it is missing, damaged, too large, or no image that we know.
    """
    if is_folder(path):
        return _read_zarr(path)
    head = first_bytes(path)
    if head.startswith(TIFF_MAGIC):
        return _read_tiff(path)
    if head.startswith(chunks.SIGNATURE):
        return _read_png(path)
    if head.startswith(JPEG_MAGIC):
        return _read_jpeg(path)
    if head.startswith(npy.MAGIC):
        return _read_npy(path)
    for sniff, decode in _VOLUMES:
        if sniff(path, head):
            volume = decode(file_bytes(path), path)
            return Image(volume.numbers, spacing=volume.spacing, unit=volume.unit, path=path)
    raise ReadError(
        f"{path} is no image that we know.", "Images are PNG, JPEG, TIFF, .npy, NIfTI, NRRD or OME-Zarr."
    )


def is_folder(path: Path) -> bool:
    """Whether a path is a folder that holds one image, rather than files of several."""
    return path.is_dir() and ngff.is_store(path)


def spatial_shape(path: Path) -> tuple[int, ...]:
    """Shape of an image or label file without colours and channels, read from its header alone.

    Raises
    ------
    ReadError
        When the file is missing, or its header is damaged or unknown.
    """
    if is_folder(path):
        image = ngff.multiscale(path)
        stored = image.described.array(image.levels[0]).shape
        axes = image.axes_of(stored)
        return tuple(stored[i] for i, axis in zip(axes.places, axes.letters, strict=True) if axis != "C")
    head = first_bytes(path)
    if head.startswith(chunks.SIGNATURE):
        return chunks.Header.parse(head, path).shape
    if head.startswith(TIFF_MAGIC):
        with opened(path, path) as tif:
            found = layout(tif, path)
            pairs = zip(found.shape, found.axes, strict=True)
            return tuple(n for n, axis in pairs if axis not in found.channels)
    for sniff, shape_of in _OTHER_LABELS:
        if sniff(path, head):
            return shape_of(path)
    if head.startswith(npy.MAGIC):
        shape = npy.header(first_bytes(path, 2**16), path).squeezed
        return shape[:2] if npy.is_colour(shape) else shape
    with decoding(path, "JPEG"), _jpeg(file_bytes(path)) as picture:
        return picture.height, picture.width


def _read_png(path: Path) -> Image:
    """Image of a PNG file; palettes become colours, 16 bits stay 16 bits."""
    from PIL import PngImagePlugin

    content = file_bytes(path)
    found = chunks.Header.parse(content[:33], path)
    refuse_absurd(path, found.nbytes)
    # A wrong checksum or a missing end is told by us: Pillow may return a half black image.
    chunks.refuse_hollow(chunks.split(content, path)[0], found, path)
    with decoding(path, "PNG"):
        if found.depth == 16 and found.color != chunks.GREY:
            import imagecodecs

            # Pillow keeps 8 of the 16 bits of colours.
            return _image(np.asarray(imagecodecs.png_decode(content)), path)
        with PngImagePlugin.PngImageFile(io.BytesIO(content)) as picture:
            return _image(_pixels(picture), path)


def _read_jpeg(path: Path) -> Image:
    """Image of a JPEG file as stored.

    The EXIF orientation is not applied: masks are drawn on the stored pixels, and most
    training code loads them that way; a turned image would no longer fit its labels.
    """
    content = file_bytes(path)
    with decoding(path, "JPEG"), _jpeg(content) as picture:
        refuse_absurd(path, picture.width * picture.height * 4)
        return _image(_pixels(picture), path)


def _jpeg(content: bytes) -> ImageFile:
    """JPEG opened by its plugin: `Image.open` limits pixels for the whole process, we limit memory."""
    from PIL import JpegImagePlugin

    return JpegImagePlugin.JpegImageFile(io.BytesIO(content))


def _pixels(picture: ImageFile) -> np.ndarray:
    """Pixels of a picture, palettes and rare colour spaces as RGB or RGBA."""
    if picture.mode == "P":
        mode: str | None = "RGBA" if "transparency" in picture.info else "RGB"
    else:
        mode = _COLOURS.get(picture.mode)
    array = np.array(picture if mode in (None, picture.mode) else picture.convert(mode))
    return array.astype(np.uint8) if array.dtype.kind == "b" else array


def _image(array: np.ndarray, path: Path) -> Image:
    """Image around pixels; grey with alpha becomes colour with alpha."""
    if array.ndim == 3 and array.shape[2] == 2:
        array = np.concatenate([array[..., :1]] * 3 + [array[..., 1:]], axis=2)
    return Image(array, rgb=array.ndim == 3, spacing=(1.0, 1.0), path=path)


def _read_npy(path: Path) -> Image:
    """Image of a .npy file: (Y, X), (Z, Y, X), or (Y, X, 3 or 4) with 8-bit colours."""
    stored, found = npy.numbers_in(file_bytes(path), path)
    array = stored.reshape(found.squeezed).astype(found.dtype.newbyteorder("="), order="C")
    rgb = npy.is_colour(array.shape)
    if array.dtype.kind == "b":
        array = array.astype(np.uint8)
    return Image(array, rgb=rgb, spacing=(1.0,) * (array.ndim - rgb), path=path)


def _read_zarr(path: Path) -> Image:
    """Image of an OME-Zarr store at full size, with its channels."""
    found = ngff.multiscale(path)
    numbers = found.first.numbers(found.levels[0])
    axes = found.axes_of(numbers.shape)
    array = numbers.reshape([numbers.shape[i] for i in axes.places])
    spacing = tuple(size for size, axis in zip(axes.spacing, axes.letters, strict=True) if axis != "C")
    options: dict[str, Any] = {"spacing": spacing, "unit": axes.unit, "path": path}
    array = array.astype(np.uint8) if array.dtype.kind == "b" else array
    if "C" not in axes.letters:
        return Image(array, **options)
    channel = axes.letters.index("C")
    names = found.channels if len(found.channels) == array.shape[channel] else ()
    return Image(array, channel_axis=channel, channel_names=names, **options)


def _read_tiff(path: Path) -> Image:
    """Image of a TIFF file: grey, colour or channels, in two or three dimensions."""
    with opened(path, path) as tif:
        found = layout(tif, path)
        if found.dtype.kind not in "biuf":
            raise ReadError(
                f"{path} holds {found.dtype} values, which cannot be shown.", "Save real numbers."
            )
        refuse_incomplete(tif, found, path)
        array = found.series.asarray().reshape(found.shape).astype(found.dtype, copy=False)
        names = _channel_names(tif.ome_metadata if tif.is_ome else None)
    return _with_axes(array.astype(np.uint8) if array.dtype.kind == "b" else array, found, names, path)


def _with_axes(array: np.ndarray, found: Layout, names: tuple[str, ...], path: Path) -> Image:
    """Image whose axes are told: colours last, one channel axis at most, two or three of space."""
    axes = found.axes
    space = [i for i, axis in enumerate(axes) if axis not in found.channels]
    if len(space) not in (2, 3) or len(found.channels) > 1:
        raise ReadError(
            f"{path} has the axes {axes}, shape {found.shape}; images have 2 or 3 axes and channels.",
            "Save one stack or one point in time per file.",
        )
    spacing = tuple(found.spacing[i] for i in space) if found.spacing else (1.0,) * len(space)
    options: dict[str, Any] = {"spacing": spacing, "unit": found.unit, "path": path}
    if not found.channels:
        return Image(array, **options)
    axis = axes.index(found.channels)
    if found.channels == "S" and array.shape[axis] in (3, 4) and array.dtype.kind == "u":
        return Image(np.moveaxis(array, axis, -1), rgb=True, **options)
    fitting = names if len(names) == array.shape[axis] else ()
    return Image(array, channel_axis=axis, channel_names=fitting, **options)


def _channel_names(xml: str | None) -> tuple[str, ...]:
    """Names of the channels in OME-XML."""
    found = re.findall(r"<(?:\w+:)?Channel\b([^>]*)>", xml or "")
    names = (re.search(r'\bName="([^"]*)"', attributes) for attributes in found)
    return tuple(name.group(1) for name in names if name)
