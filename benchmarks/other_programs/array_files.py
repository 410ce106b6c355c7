"""Arrays: TIFF, volumes and OME-Zarr, by the libraries that everybody reads them with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from program import Finding
from scene import SHAPE, Scene, blobs, brushed, corrected

import segreview
from segreview.model.labels import LabelImage

_SPACING = (2.0, 0.25, 0.25)
_UNIT = "µm"

_DESCRIPTION = "kept as it is"
_PRIVATE = (65001, "I", 3, (1, 2, 3), True)


def _volume(scene: Scene, end: str, form: str) -> tuple[Path, np.ndarray]:
    """Volume of three slices with its pixel size, one stroke painted and saved; and what it holds."""
    data = np.stack([blobs(number) for number in range(3)]).astype(np.uint16)
    file = scene.folder / f"volume{end}"
    segreview.write(LabelImage((data,), axes="ZYX", spacing=_SPACING, unit=_UNIT), file, form)
    corrected(file)
    return file, brushed(data)


def tifffile(scene: Scene) -> Iterator[Finding]:
    """Pixels and tags of a file of its own that was corrected, and of a new volume."""
    from tifffile import TiffFile, imread, imwrite

    file = scene.folder / "tiles.tif"
    tags = {"description": _DESCRIPTION, "extratags": [_PRIVATE], "resolution": (4.0, 4.0)}
    imwrite(file, blobs(0).astype(np.uint16), compression="zlib", tile=(32, 32), metadata=None, **tags)
    before = _tags(file)
    corrected(file)
    yield Finding("pixels of a corrected file", np.array_equal(imread(file), brushed(blobs(0))))
    yield Finding("its tags, private ones too", _tags(file) == before)
    volume, data = _volume(scene, ".tif", "tiff")
    with TiffFile(volume) as read:
        series, told = read.series[0], read.shaped_metadata[0]
        per_cm = read.pages[0].tags["XResolution"].value
        yield Finding(
            "pixels and axes of a volume", series.axes == "ZYX" and np.array_equal(series.asarray(), data)
        )
        sizes = (tuple(told["spacing"]), told["unit"], per_cm)
        yield Finding("its pixel size", sizes == (_SPACING, _UNIT, (40_000, 1)))


def _tags(file: Path) -> dict[str, object]:
    """Tags of the first page but those that say where its tiles lie."""
    from tifffile import TiffFile

    with TiffFile(file) as read:
        return {tag.name: tag.value for tag in read.pages[0].tags if not tag.name.startswith("Tile")}


def nibabel(scene: Scene) -> Iterator[Finding]:
    """Voxels, sizes and units of a NIfTI volume, X first."""
    from nibabel import load

    file, data = _volume(scene, ".nii.gz", "nifti")
    read = load(file)
    yield Finding("voxels", np.array_equal(np.asarray(read.dataobj).T, data))
    sizes = tuple(map(float, read.header.get_zooms()))
    yield Finding("sizes and unit", sizes == _SPACING[::-1] and read.header.get_xyzt_units()[0] == "micron")


def pynrrd(scene: Scene) -> Iterator[Finding]:
    """Voxels, sizes and units of a NRRD volume, X first."""
    from nrrd import read

    file, data = _volume(scene, ".nrrd", "nrrd")
    voxels, header = read(str(file))
    yield Finding("voxels", np.array_equal(voxels.T, data))
    yield Finding("sizes", np.array_equal(header["spacings"], _SPACING[::-1]))


def zarr(scene: Scene) -> Iterator[Finding]:
    """Arrays of a store of labels."""
    from zarr import open_group

    file, data = _volume(scene, ".zarr", "ome_zarr")
    group = open_group(file, mode="r")
    yield Finding("pixels", np.array_equal(group["0"][:], data))


def ome_zarr(scene: Scene) -> Iterator[Finding]:
    """A store as a node of labels, with the pixel size of its levels."""
    from ome_zarr.io import parse_url
    from ome_zarr.reader import Label, Reader

    file = scene.folder / "wide.zarr"
    data = np.tile(blobs(0), (4, 4)).astype(np.uint16)
    segreview.write(LabelImage((data,), spacing=_SPACING[1:], unit=_UNIT), file, "ome_zarr")
    corrected(file)
    node = next(iter(Reader(parse_url(file))()))
    levels = [np.asarray(level) for level in node.data]
    yield Finding("it is one of labels", any(isinstance(spec, Label) for spec in node.specs))
    yield Finding("pixels", np.array_equal(levels[0], brushed(data)))
    smaller = [levels[0][:: 2**n, :: 2**n] for n in range(len(levels))]
    yield Finding(f"{len(levels)} levels", all(map(np.array_equal, levels, smaller)) and len(levels) > 1)
    scales = [one[0]["scale"] for one in node.metadata["coordinateTransformations"]]
    yield Finding("sizes", scales == [[size * 2**n for size in _SPACING[1:]] for n in range(len(levels))])


def ome_zarr_models(scene: Scene) -> Iterator[Finding]:
    """Metadata by the schema of NGFF 0.4."""
    from ome_zarr_models import open_ome_zarr
    from zarr import open_group

    file = scene.folder / "valid.zarr"
    segreview.write(LabelImage.of_array(np.zeros(SHAPE, np.uint16)), file, "ome_zarr")
    read = open_ome_zarr(open_group(file, mode="r"))
    yield Finding(f"metadata are those of {type(read).__name__}", type(read).__name__ == "ImageLabel")


def napari_ome_zarr(scene: Scene) -> Iterator[Finding]:
    """Layer that napari's reader makes of a store."""
    from napari_ome_zarr import napari_get_reader

    file = scene.folder / "layer.zarr"
    segreview.write(
        LabelImage((blobs(0).astype(np.uint16),), spacing=_SPACING[1:], unit=_UNIT), file, "ome_zarr"
    )
    corrected(file)
    layers = napari_get_reader(str(file))(str(file))
    (levels, options, sort), *_ = layers
    first = levels[0] if isinstance(levels, list) else levels
    yield Finding("one layer of labels", len(layers) == 1 and sort == "labels")
    yield Finding("pixels", np.array_equal(np.asarray(first), brushed(blobs(0))))
    yield Finding("sizes", tuple(options["scale"]) == _SPACING[1:])
