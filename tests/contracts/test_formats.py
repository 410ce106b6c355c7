"""Laws of every format in FORMATS, run over a set of files of each."""

from __future__ import annotations

import gzip
import io
import pickle
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path, PurePosixPath

import nibabel
import nrrd
import numpy as np
import pytest
import tifffile
from PIL import Image as Picture
from PIL import PngImagePlugin

from outline_files import FILES
from segreview.errors import LossError, SegreviewError
from segreview.formats.arrays.cellpose import outlined
from segreview.formats.arrays.npy import header as npy_header
from segreview.formats.container import container_facts
from segreview.formats.drawn.objects import drawn_of
from segreview.formats.format import Keeps
from segreview.formats.guard import first_bytes
from segreview.formats.png.chunks import Chunk, Header, image_data, join, split
from segreview.formats.registry import FORMATS, find_format, format_named, read, shapes_of, write
from segreview.formats.tables import CAMVID, VOC_COLORS
from segreview.model.labels import Kind, LabelImage, Segment

SAMPLES: dict[str, Callable[[Path], Path]] = dict(FILES)
"""Every way of storing labels that the laws are run on: name to a function that makes the file."""

ALONE = [format_ for format_ in FORMATS if not format_.holds_many and not format_.of_folders]
"""Formats of which a file holds one image; the laws of the others are in their own tests."""

SHAPE = (37, 53)


def sample(name: str):
    """Registration of a function that makes a file in a folder."""

    def register(make: Callable[[Path], Path]) -> Callable[[Path], Path]:
        assert name not in SAMPLES
        SAMPLES[name] = make
        return make

    return register


def blobs(dtype: str = "uint16", depth: int | None = None, largest: int | None = None) -> np.ndarray:
    """Rectangular objects with gaps between the ids, on background 0."""
    data = np.zeros(SHAPE if depth is None else (depth, *SHAPE), np.int64)
    ids = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 120, largest or 100]
    for number, id_ in enumerate(ids):
        top, left = 2 + 12 * (number // 4), 2 + 13 * (number % 4)
        data[..., top : top + 9, left : left + 10] = id_
    return data.astype(dtype)


def _tiff(name: str, data: np.ndarray, **options) -> None:
    """Registration of a TIFF that one call of tifffile writes."""

    @sample(f"tiff {name}")
    def make(folder: Path) -> Path:
        path = folder / "labels.tif"
        tifffile.imwrite(path, data, **{"photometric": "minisblack"} | options)
        return path


for _dtype, _largest in [
    ("uint8", 255),
    ("uint16", 65535),
    ("uint32", 2**32 - 1),
    ("uint64", 2**64 - 1),
    ("int8", 127),
    ("int16", 32767),
    ("int32", 2**31 - 1),
    ("int64", 2**62),
    ("float32", 2**24),
    ("float64", 2**40),
]:
    _data = blobs(_dtype)
    _data[_data == 100] = _largest
    _tiff(_dtype, _data)
    _tiff(f"{_dtype} big-endian deflate tiles", _data, compression="zlib", tile=(16, 16), byteorder=">")

for _compression in ("zlib", "lzw", "packbits", "zstd", "lzma"):
    _tiff(f"{_compression} one strip", blobs(), compression=_compression)
    _tiff(f"{_compression} strips", blobs("uint32"), compression=_compression, rowsperstrip=5)
    _tiff(f"{_compression} stack", blobs(depth=3), compression=_compression, metadata={"axes": "ZYX"})
for _compression in ("zlib", "lzw", "zstd"):
    _tiff(f"{_compression} predictor", blobs(), compression=_compression, predictor=2, rowsperstrip=7)
    _tiff(
        f"{_compression} predictor big-endian tiles",
        blobs("int32"),
        compression=_compression,
        predictor=2,
        tile=(16, 32),
        byteorder=">",
        bigtiff=True,
    )
for _compression in ("jpeg2000", "jpegxl", "png", "lerc", "zstd_deprecated"):
    _tiff(_compression, blobs("uint16"), compression=_compression, rowsperstrip=16)
    _tiff(f"{_compression} tiles", blobs("uint8"), compression=_compression, tile=(16, 32))
_tiff("float predictor", blobs("float32"), compression="zlib", predictor=3, rowsperstrip=9)
_tiff("float predictor big-endian", blobs("float32"), compression="zlib", predictor=3, byteorder=">")
_tiff("tiles uncompressed", blobs(), tile=(16, 16))
_tiff("strips uncompressed", blobs("uint8"), rowsperstrip=4)
_tiff("BigTIFF", blobs("uint32"), bigtiff=True)
_tiff("BigTIFF big-endian stack", blobs("uint32", 4), bigtiff=True, byteorder=">")
_tiff("plain stack without metadata", blobs(depth=3), metadata=None)
_tiff("singleton axes", blobs()[None, None, :, :, None], metadata={"axes": "TZYXC"})
_tiff("one bit", blobs() > 0)
_tiff("one bit deflate tiles", blobs() > 0, compression="zlib", tile=(16, 16))
_tiff("two values", np.where(blobs() > 0, 255, 0).astype("uint8"), compression="lzw")
_tiff("two values neither of them zero", np.where(blobs() > 0, 9, 4).astype("int16"))
_tiff("nothing", np.zeros(SHAPE, "uint16"))
_tiff("semantic", np.random.default_rng(0).integers(0, 6, SHAPE).astype("uint8"), compression="zlib")
_tiff("resolution", blobs(), resolution=(20_000, 10_000), resolutionunit="CENTIMETER", software="scope")
_tiff(
    "described",
    blobs(),
    compression="zlib",
    metadata=None,
    description="kept as it is",
    software="microscope 3",
    datetime="2020:01:02 03:04:05",
    extratags=[(65000, "s", 0, "private", True), (65001, "I", 3, (1, 2, 3), True)],
)
for _compression in (None, "zlib"):
    _tiff(
        f"ImageJ stack {_compression}",
        blobs(depth=4),
        imagej=True,
        compression=_compression,
        resolution=(2.5, 2.5),
        metadata={"axes": "ZYX", "spacing": 0.75, "unit": "um", "Labels": list("abcd")},
    )
    _tiff(
        f"OME stack {_compression}",
        blobs(depth=3),
        ome=True,
        compression=_compression,
        metadata={
            "axes": "ZYX",
            "PhysicalSizeX": 0.25,
            "PhysicalSizeY": 0.5,
            "PhysicalSizeZ": 2.0,
            "PhysicalSizeXUnit": "µm",
        },
    )
_tiff("ImageJ one page for all", blobs(depth=4), imagej=True, truncate=True, metadata={"axes": "TYX"})
_tiff("ImageJ hyperstack", blobs(depth=4)[None, :, None], imagej=True, metadata={"axes": "TZCYX"})


@sample("tiff pages of their own")
def _pages(folder: Path) -> Path:
    path = folder / "pages.TIFF"
    with tifffile.TiffWriter(path) as writer:
        for number, page in enumerate(blobs(depth=3)):
            writer.write(page, metadata=None, compression="zlib", description=f"page {number}")
    return path


def _one_by_one(name: str, value: int, **options) -> None:
    """Registration of a TIFF whose pages are objects."""

    @sample(f"pages {name}")
    def make(folder: Path) -> Path:
        path = folder / "objects.tif"
        masks = [np.where(blobs() == id_, value, 0) for id_ in np.unique(blobs())[1:]]
        tifffile.imwrite(path, np.array(masks).astype("uint8"), photometric="minisblack", **options)
        return path


_one_by_one("of 255 in a row", 255)
_one_by_one("of 1 compressed", 1, compression="zlib", rowsperstrip=9)
_one_by_one("without metadata", 255, metadata=None)


@sample("tiff pyramid")
def _pyramid(folder: Path) -> Path:
    path = folder / "pyramid.ome.tif"
    with tifffile.TiffWriter(path) as writer:
        options = {"tile": (16, 16), "compression": "zlib"}
        writer.write(blobs(), subifds=1, metadata={"axes": "YX", "PhysicalSizeX": 0.5}, **options)
        writer.write(blobs()[::2, ::2], subfiletype=1, **options)
    return path


@sample("tiff pages that share their strips")
def _shared(folder: Path) -> Path:
    """Two pages of equal pixels whose strip offsets point at the same bytes, as some writers save space."""
    path = folder / "shared.tif"
    with tifffile.TiffWriter(path) as writer:
        for page in blobs(depth=2):
            writer.write(page, metadata=None, compression="zlib")
    with tifffile.TiffFile(path, mode="r+") as tif:
        first, second = tif.pages[0], tif.pages[1]
        second.tags[273].overwrite(first.dataoffsets)
        second.tags[279].overwrite(first.databytecounts)
    return path


def _png(name: str, make_bytes: Callable[[], bytes]) -> None:
    """Registration of a PNG."""

    @sample(f"png {name}")
    def make(folder: Path) -> Path:
        path = folder / "labels.png"
        path.write_bytes(make_bytes())
        return path


def _pillow(data: np.ndarray, mode: str | None = None, **options) -> bytes:
    """PNG of Pillow, with text, resolution and, for palettes, transparency."""
    picture = Picture.fromarray(data) if mode is None else Picture.fromarray(data).convert(mode)
    if mode == "P":
        picture = Picture.frombytes("P", data.shape[::-1], data.tobytes())
        picture.putpalette([(7 * i + j) % 256 for i in range(options.pop("colors")) for j in (0, 80, 160)])
    text = PngImagePlugin.PngInfo()
    text.add_text("Software", "drawn by hand")
    text.add(b"gAMA", struct.pack(">I", 45455))
    file = io.BytesIO()
    picture.save(file, "PNG", pnginfo=text, dpi=(300, 300), **options)
    return file.getvalue()


def _interlaced(numbers: np.ndarray, depth: int) -> bytes:
    """Adam7 PNG, which Pillow reads but does not write."""
    passes = [
        (0, 0, 8, 8),
        (0, 4, 8, 8),
        (4, 0, 8, 4),
        (0, 2, 4, 4),
        (2, 0, 4, 2),
        (0, 1, 2, 2),
        (1, 0, 2, 1),
    ]
    parts = []
    for top, left, down, across in passes:
        part = numbers[top::down, left::across]
        if part.size:
            parts.append(zlib.decompress(image_data(part, depth).data))
    head = Header(numbers.shape[1], numbers.shape[0], depth, 0, interlaced=True)
    chunks = [
        Chunk.of_data(b"IHDR", head.packed()),
        Chunk.of_data(b"pHYs", struct.pack(">IIB", 1000, 1000, 1)),
        Chunk.of_data(b"IDAT", zlib.compress(b"".join(parts))),
        Chunk.of_data(b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk.raw for chunk in chunks)


_png("grey 8", lambda: _pillow(blobs("uint8")))
_png("grey 16", lambda: _pillow(blobs("uint16", largest=60_000)))
_png("one bit", lambda: _pillow(blobs("uint8") > 0))
_png("palette 8", lambda: _pillow(blobs("uint8"), "P", colors=256, transparency=0))
_png("palette 4", lambda: _pillow(blobs("uint8") % 16, "P", colors=16, bits=4))
_png("palette 2", lambda: _pillow(blobs("uint8") % 4, "P", colors=4, bits=2))
_png("palette 1", lambda: _pillow((blobs("uint8") > 0).astype("uint8"), "P", colors=2, bits=1))
_png("interlaced", lambda: _interlaced(blobs("uint8"), 8))
_png("interlaced 16", lambda: _interlaced(blobs("uint16", largest=60_000), 16))
_png("interlaced 4", lambda: _interlaced(blobs("uint8") % 16, 4))
_png("two values", lambda: _pillow(np.where(blobs() > 0, 255, 0).astype("uint8")))


def _voc(name: str, folder_name: str, ids: Callable[[], np.ndarray]) -> None:
    """Registration of a palette PNG with the colours of VOC, in one of its folders."""

    @sample(f"voc {name}")
    def make(folder: Path) -> Path:
        path = folder / folder_name / "2007_000032.png"
        path.parent.mkdir(exist_ok=True)
        picture = Picture.fromarray(ids())
        picture.putpalette([v for color in VOC_COLORS for v in color])
        picture.save(path)
        return path


def _bordered(ids: np.ndarray) -> np.ndarray:
    """Ids in which the right side of every object is void, as the borders of VOC are."""
    ids[(ids > 0) & (np.roll(ids, -1, axis=1) == 0)] = 255
    return ids


_voc("classes", "SegmentationClass", lambda: _bordered(blobs("uint8") % 21))
_voc("objects", "SegmentationObject", lambda: _bordered(blobs("uint8")))
_voc("classes of one's own", "SegmentationClassPNG", lambda: blobs("uint8"))
_voc("elsewhere", "masks", lambda: blobs("uint8"))


def _camvid() -> np.ndarray:
    """Colours of CamVid, ``(Y, X, 3)``."""
    return np.array([category.color for category in CAMVID], np.uint8)[blobs("uint8") % 32]


def _as_colours(ids: np.ndarray) -> np.ndarray:
    """Ids in three bytes, the lowest first."""
    return np.stack([ids & 255, ids >> 8 & 255, ids >> 16], axis=-1).astype(np.uint8)


def _said() -> bytes:
    """Ids as colours in a file that says so."""
    chunks, _ = split(_pillow(_as_colours(blobs("uint32", largest=70_000))), Path())
    return join([chunks[0], Chunk.of_data(b"tEXt", b"Label ids\0R + 256 G + 65536 B"), *chunks[1:]])


def _veiled(colours: np.ndarray) -> np.ndarray:
    """Colours that are more transparent from row to row."""
    veil = np.arange(SHAPE[0] * SHAPE[1], dtype=np.uint8).reshape(*SHAPE, 1)
    return np.concatenate([colours, veil], axis=-1)


_png("colours of CamVid", lambda: _pillow(_camvid()))
_png("colours of CamVid with alpha", lambda: _pillow(_veiled(_camvid())))
_png("ids as colours", _said)
_png("ids as colours, which is not told", lambda: _pillow(_as_colours(blobs("uint32", largest=70_000))))
_png("grey as colours", lambda: _pillow(np.stack([blobs("uint8")] * 3, axis=-1)))
_png("grey with alpha", lambda: _pillow(_veiled(blobs("uint8")[..., np.newaxis])))


def _npy(name: str, data: np.ndarray, version: tuple[int, int] | None = None) -> None:
    """Registration of a .npy file."""

    @sample(f"npy {name}")
    def make(folder: Path) -> Path:
        path = folder / "labels.npy"
        with path.open("wb") as file:
            np.lib.format.write_array(file, data, version=version)
        return path


_npy("int64", blobs("int64"))
_npy("Fortran order", np.asfortranarray(blobs("uint16")))
_npy("big-endian", blobs(">i4"))
_npy("version 2", blobs("uint8"), (2, 0))
_npy("stack", blobs("uint16", 3))
_npy("singleton axes", blobs("uint16")[None, None])
_npy("boolean", blobs() > 0)
_npy("whole-number floats", blobs("float64"))
_npy("beyond int64", blobs("uint64") + np.uint64(2**63) * (blobs("uint64") == 100))


def _npz(name: str, save: Callable[..., None] = np.savez, **arrays) -> None:
    """Registration of an archive of arrays."""

    @sample(f"npz {name}")
    def make(folder: Path) -> Path:
        save(folder / "labels.npz", **arrays)
        return folder / "labels.npz"


def _streamed(path: Path, **arrays) -> None:
    """Archive written without going back: the sizes of its members stand behind them."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self):
            raise OSError

    with zipfile.ZipFile(pipe := Pipe(), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = b"made elsewhere"
        for name, array in arrays.items():
            with archive.open(zipfile.ZipInfo(f"{name}.npy", (2001, 2, 3, 4, 5, 6)), "w") as member:
                np.lib.format.write_array(member, array)
    path.write_bytes(pipe.getvalue())


_npz("one array", arr_0=blobs("int32"))
_npz("compressed stack", np.savez_compressed, labels=blobs("uint16", 3))
_npz(
    "among others",
    np.savez_compressed,
    image=np.random.default_rng(0).integers(0, 99, SHAPE, np.uint8),
    masks=np.asfortranarray(blobs("uint16")),
    names=np.array(["a", "b"]),
    flow=np.zeros((2, *SHAPE)),
)
_npz("streamed", _streamed, first=np.arange(5), y=blobs("uint8"), last=np.ones((4, 4), np.float32))


def _nifti(name: str, numbers: np.ndarray, end: str = ".nii", *, kind=nibabel.Nifti1Image, **facts) -> None:
    """Registration of a NIfTI volume whose axes are turned, with an extension and a description."""

    @sample(f"nifti {name}")
    def make(folder: Path) -> Path:
        affine = np.array([[-0.5, 0, 0, 9], [0, 0.1, 0.7, -4], [0, 0.7, -0.1, 2], [0, 0, 0, 1]])
        header = kind.header_class(endianness=">" if "swapped" in name else "<")
        header.set_data_dtype(numbers.dtype)
        header["descrip"] = b"scanned on a monday"
        header.set_xyzt_units("mm", "sec")
        for key, value in facts.items():
            header[key] = value
        image = kind(numbers, affine, header)
        image.header.extensions.append(nibabel.nifti1.Nifti1Extension("comment", b"kept"))
        path = folder / f"volume{end}"
        nibabel.save(image, path)
        return path


_nifti("volume", blobs("uint16", 4).T)
_nifti("packed", blobs("int16", 3).T, ".nii.gz", cal_max=9)
_nifti("second version", blobs("int64", 3).T, kind=nibabel.Nifti2Image)
_nifti("slice", blobs("uint8").T[:, :, np.newaxis], ".nii.gz")
_nifti("flat", blobs("int32").T)
_nifti("points in time", blobs("uint8", 3).T[:, :, np.newaxis])
_nifti("whole-number floats swapped", blobs("float32", 3).T)
_nifti("unsigned swapped", blobs("uint32", 3).T[..., np.newaxis])


def _nrrd(name: str, numbers: np.ndarray, **fields) -> None:
    """Registration of a NRRD volume with keys and values of its own."""

    @sample(f"nrrd {name}")
    def make(folder: Path) -> Path:
        path = folder / "volume.nrrd"
        nrrd.write(str(path), numbers, {"Segment0_Name": "nucleus"} | fields, index_order="C")
        return path


_turned = {
    "space": "left-posterior-superior",
    "space directions": np.array([[0.0, 0.3, 0.4], [0.25, 0, 0], [0, 0, 2.0]]),
    "space origin": np.array([1.0, 2.0, 3.0]),
    "kinds": ["domain"] * 3,
}
_nrrd("raw", blobs("uint16", 4), encoding="raw", **_turned)
_nrrd("gzip", blobs("int32", 4), encoding="gzip", spacings=[0.5, 0.5, 2], units=["um", "um", "um"])
_nrrd("bzip2", blobs("uint8", 3), encoding="bzip2")
_nrrd("big-endian", blobs(">u2", 3), encoding="gzip", endian="big")
_nrrd("slice", blobs("uint8"), encoding="raw")
_nrrd("points in time", blobs("int64", 3), kinds=["domain", "domain", "time"])
_nrrd("whole-number floats", blobs("float64", 3), encoding="raw")
_nrrd("one layer", blobs("uint8", 3)[..., np.newaxis], kinds=["list", "domain", "domain", "domain"])


def _cellpose(name: str, masks: np.ndarray, protocol: int = 4, **more) -> None:
    """Registration of a dictionary as cellpose pickles it."""

    @sample(f"cellpose {name}")
    def make(folder: Path) -> Path:
        path = folder / "cells_seg.npy"
        entries = {"outlines": outlined(masks * 0, masks, masks * 0, path), "masks": masks} | more
        with path.open("wb") as file:
            np.lib.format.write_array_header_1_0(file, {"descr": "|O", "fortran_order": False, "shape": ()})
            pickle.dump(np.array(entries, object), file, protocol=protocol)
        return path


for _protocol in (3, 4, 5):
    _cellpose(f"protocol {_protocol}", blobs("uint16"), _protocol)
_cellpose("stack", blobs("uint32", 3))
_cellpose("one object", (blobs("uint16") == 13).astype("uint16"))
_cellpose(
    "all that it saves",
    blobs("uint16"),
    chan_choose=[2, 1],
    ismanual=np.zeros(120, bool),
    filename="cells.png",
    path=PurePosixPath("/data/cells.png"),
    flows=[np.zeros((*SHAPE, 3), "uint8"), np.ones(SHAPE, "float32"), [], None],
    est_diam=30.25,
    diameter=np.float64(17.5),
    colors=np.arange(36).reshape(12, 3),
    manual_changes=[["2020-01-02, 03:04:05", "added mask", (1, 2)]],
    model_path=0,
    img_restore=None,
    names=np.array(["a", None], object),
)


def _street() -> tuple[np.ndarray, np.ndarray]:
    """Class ids and instance ids that disagree in one place, as those of real data sets do."""
    instances = np.full(SHAPE, 7, np.uint16)
    instances[:10] = 23
    instances[12:20, 5:15] = 26_000
    instances[12:20, 20:30] = 26_001
    instances[22:30, 5:15] = 24_000
    instances[22:30, 40:50] = 26
    instances[-2:] = 1
    classes = np.where(instances >= 1000, instances // 1000, instances).astype(np.uint8)
    classes[30, 20:24] = 8
    return classes, instances


@sample("cityscapes pair")
def _pair(folder: Path) -> Path:
    classes, instances = _street()
    (folder / "aachen_000_gtFine_labelIds.png").write_bytes(_pillow(classes))
    (folder / "aachen_000_gtFine_instanceIds.png").write_bytes(_pillow(instances))
    return folder / "aachen_000_gtFine_labelIds.png"


@sample("cityscapes labelIds alone")
def _classes(folder: Path) -> Path:
    (folder / "aachen_000_gtFine_labelIds.png").write_bytes(_pillow(_street()[0]))
    return folder / "aachen_000_gtFine_labelIds.png"


@pytest.fixture(autouse=True)
def _no_flush(monkeypatch: pytest.MonkeyPatch) -> None:
    """No waiting for the disk; that files are flushed is a matter of the tests of replacing."""
    monkeypatch.setattr("segreview.formats.replacing.os.fsync", lambda _: None)


@cache
def made(name: str) -> tuple[Path, dict[Path, bytes]]:
    """Place of a sample in its folder, and the content of every file there; all laws begin with the same."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        path = SAMPLES[name](folder)
        files = [file for file in folder.rglob("*") if file.is_file()]
        return path.relative_to(folder), {file.relative_to(folder): file.read_bytes() for file in files}


@pytest.fixture(params=SAMPLES)
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path / "original"
    place, files = made(request.param)
    for file, content in files.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(content)
    return folder / place


@pytest.fixture
def elsewhere(tmp_path: Path, path: Path) -> Path:
    folder = tmp_path / "elsewhere" / path.parent.relative_to(tmp_path / "original")
    folder.mkdir(parents=True)
    for file in set(path.parent.iterdir()) - set(files_of(path)):
        shutil.copy(file, folder)
    return folder / path.name


def edited(labels: LabelImage) -> LabelImage:
    """Labels of which one object lost its upper half and another id grew, in one slice of a stack."""
    labels = labels.copy()
    plane = labels.planes[0]
    image = plane[plane.shape[0] // 2] if plane.ndim == 3 else plane
    if not image.any():
        image[2:6, 2:12] = 1
    elif labels.kind is Kind.BINARY or image[20, 20] == image[3, 3]:
        image[2:6, 2:12] = image[0, 0]
    else:
        image[2:6, 2:12] = image[20, 20]
    return labels


def refusal_of(function: Callable[..., object], *arguments: object) -> SegreviewError | None:
    """Error in words that a call ends with, or None; any other error fails the test."""
    try:
        function(*arguments)
    except SegreviewError as error:
        return error
    return None


def files_of(path: Path) -> list[Path]:
    """Every file of a sample, without the image and the names of classes that it may belong to."""
    return sorted(file for file in path.parent.iterdir() if file.suffix not in (".jpg", ".yaml"))


def held(labels: LabelImage) -> object:
    """Objects of labels, whatever their ids and planes: pixels, class and score of each."""
    objects = drawn_of(labels).values()
    return sorted((one.part.key, str(one.label), str(one.score)) for one in objects)


def entries(path: Path) -> tuple[tuple[bytes, ...], bytes]:
    """Entries of a file that draws objects one by one, and what stands around them."""
    found = find_format(path).entries
    assert found is not None
    return found(path.read_bytes())


def keeps_of(path: Path) -> Keeps:
    """What the format of a file can hold."""
    return format_named(find_format(path).name).keeps


def _rest_of_archive(path: Path) -> object:
    """Members of a zip archive but for the one that holds the labels, of which the header stays."""
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
        told = [(i.filename, i.date_time, i.compress_type, i.extra, i.external_attr) for i in infos]
        name = read(path).origin.facts["member"]
        kept = {i.filename: (i.CRC, i.compress_size) for i in infos if i.filename != name}
        assert archive.testzip() is None
        return told, kept, archive.comment, archive.read(name)[:128]


def _rest_of_nifti(path: Path) -> object:
    """Header and extensions, and the header of gzip where there is one."""
    content = path.read_bytes()
    packed = path.suffix == ".gz"
    image = nibabel.load(path)
    whole = gzip.decompress(content) if packed else content
    return content[:10] if packed else b"", whole[: image.dataobj.offset], image.affine.tolist()


OTHER_RESTS: dict[str, Callable[[Path], object]] = {
    ".npz": _rest_of_archive,
    ".nii": _rest_of_nifti,
    ".gz": _rest_of_nifti,
    ".nrrd": lambda path: path.read_bytes().split(b"\n\n")[0],
}


def rest(path: Path) -> object:
    """Everything of a file that is not pixels, nor the place and length of their storage."""
    if not keeps_of(path).ids:
        return entries(path)[1]
    if path.suffix.lower() in (".tif", ".tiff"):
        with tifffile.TiffFile(path) as tif:
            structure = (tif.byteorder, tif.is_bigtiff, tif.pages.first.offset)
            moved = (273, 279, 324, 325)
            pages = [page.aspage() for page in tif.pages]
            raw = path.read_bytes()
            return structure, [
                [
                    (
                        tag.code,
                        tag.dtype,
                        tag.count,
                        raw[tag.valueoffset : tag.valueoffset + tag.valuebytecount],
                    )
                    for tag in page.tags
                    if tag.code not in moved
                ]
                for page in pages
            ]
    if path.suffix == ".png":
        chunks, after = split(path.read_bytes(), path)
        parts = [chunk for chunk in chunks if chunk.name != b"IDAT"]
        head = parts[0].data[:-1]  # interlaced images are written plain
        return head, [chunk.raw for chunk in parts[1:]], after
    if path.name.endswith("_seg.npy"):
        held = np.load(path, allow_pickle=True).item()
        others = {key: value for key, value in held.items() if key not in ("masks", "outlines")}
        return list(held), path.stat().st_size, str(others)
    if path.suffix in OTHER_RESTS:
        return OTHER_RESTS[path.suffix](path)
    found = npy_header(path.read_bytes(), path)
    return path.read_bytes()[: found.offset]


def same(one: LabelImage, other: LabelImage) -> None:
    """Check that two label images are equal in all that a file says."""
    assert one.planes[0].dtype == other.planes[0].dtype
    assert len(one.planes) == len(other.planes)
    assert all(map(np.array_equal, one.planes, other.planes))
    for fact in (
        "dtype",
        "axes",
        "spacing",
        "unit",
        "kind",
        "background",
        "void",
        "ontology",
        "segments",
        "reading",
    ):
        assert getattr(one, fact) == getattr(other, fact), fact


def test_every_format_has_samples(tmp_path: Path) -> None:
    seen = set()
    for number, make in enumerate(SAMPLES.values()):
        (tmp_path / str(number)).mkdir()
        seen.add(find_format(make(tmp_path / str(number))).name)
    assert seen == {format_.name for format_ in ALONE}


def test_sniffing_is_exclusive(path: Path) -> None:
    head = first_bytes(path)
    knowing = [format_.name for format_ in FORMATS if format_.sniff(path, head)]
    assert knowing == [find_format(path).name]


def test_the_shape_is_told_without_reading(path: Path) -> None:
    assert {shape for _, shape in shapes_of(path)} == {read(path).shape}


def test_an_unedited_file_is_left_untouched(path: Path) -> None:
    before = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in files_of(path)}
    assert write(read(path), path) == ()
    assert before == {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in files_of(path)}


def test_unedited_labels_are_copied_verbatim(path: Path, elsewhere: Path) -> None:
    labels = read(path)
    written = write(labels, elsewhere)
    assert sorted(file.name for file in written) == [file.name for file in files_of(path)]
    assert [file.read_bytes() for file in files_of(path)] == [
        file.read_bytes() for file in files_of(elsewhere)
    ]
    same(read(elsewhere, shape=labels.shape), labels)


def test_an_edit_changes_its_pixels_and_nothing_else(path: Path, elsewhere: Path) -> None:
    labels = read(path)
    after = edited(labels)
    write(after, elsewhere)
    assert [file.read_bytes() for file in files_of(path)] != [
        file.read_bytes() for file in files_of(elsewhere)
    ]
    back = read(elsewhere, kind=labels.kind, shape=labels.shape)
    if not keeps_of(path).ids:
        assert held(back) == held(after)
        before, now = Counter(entries(path)[0]), Counter(entries(elsewhere)[0])
        assert before != now
        assert (before - now).total() <= 3
    else:
        assert np.array_equal(back.data != 0, after.data != 0)
    if labels.kind is not Kind.BINARY and keeps_of(path).ids:
        assert np.array_equal(back.data, after.data)
    assert (back.dtype, back.axes, back.spacing, back.unit) == (
        labels.dtype,
        labels.axes,
        labels.spacing,
        labels.unit,
    )
    for old, new in zip(files_of(path), files_of(elsewhere), strict=True):
        assert rest(old) == rest(new)
        facts = container_facts(old)
        assert facts or find_format(path).beside is not None or not keeps_of(path).ids
        if not facts.get("IHDR", "").endswith("01"):  # interlaced images are written plain
            assert facts == container_facts(new)


def test_an_edit_over_the_original_can_be_taken_back(path: Path) -> None:
    labels = read(path)
    write(edited(labels), path)
    there = replace(edited(labels), origin=read(path, kind=labels.kind).origin)
    assert write(there, path) == ()
    write(replace(there, planes=labels.planes), path)
    same(read(path), labels)


@pytest.mark.parametrize("path", [name for name in SAMPLES if name.startswith("tiff")], indirect=True)
def test_only_the_touched_page_of_a_stack_changes(path: Path, elsewhere: Path) -> None:
    labels = read(path)
    write(edited(labels), elsewhere)
    with tifffile.TiffFile(path) as old, tifffile.TiffFile(elsewhere) as new:
        assert len(old.pages) == len(new.pages)
        middle = len(old.pages) // 2
        for number, (page, other) in enumerate(zip(old.pages, new.pages, strict=True)):
            if len(old.pages) > 1 and number != middle:
                assert page.dataoffsets == other.dataoffsets
                assert np.array_equal(page.asarray(), other.asarray())


def test_labels_that_cannot_be_kept_are_refused(path: Path, elsewhere: Path) -> None:
    labels = read(path)
    plane, keeps = labels.planes[0], keeps_of(path)
    impossible = [] if keeps.overlaps else [replace(labels, planes=(plane, plane))]
    impossible.append(
        replace(labels, planes=(np.stack([np.stack([plane] * 2)] * 2),), axes="ABCDE"[: plane.ndim + 2])
    )
    if not keeps.scores:
        impossible.append(replace(labels, segments={1: Segment(score=0.5)}))
    if 3 not in keeps.ndim:
        impossible.append(
            replace(labels, planes=(np.stack([plane, plane]),), axes="ZYX", spacing=(1.0, 1.0, 1.0))
        )
    for wrong in impossible:
        with pytest.raises(LossError) as refusal:
            write(wrong, elsewhere)
        assert str(elsewhere.name) in str(refusal.value)
        assert refusal.value.hint
    assert not files_of(elsewhere)


def test_ids_that_do_not_fit_are_refused(path: Path, elsewhere: Path) -> None:
    if not keeps_of(path).ids:
        return  # any object has a place in a list
    labels = read(path, kind=Kind.SEMANTIC)
    largest = labels.max_storable()
    wide = labels.planes[0].astype(np.uint64 if largest < 2**64 - 1 else object)
    wide[..., 3, 3] = largest + 1
    if wide.dtype == object:
        return  # no array holds an id that 64 bits do not
    with pytest.raises(LossError, match="does not fit"):
        write(replace(labels, planes=(wide,), stored=labels.dtype), elsewhere)
    assert not files_of(elsewhere)


def test_a_file_that_another_program_changed_is_not_overwritten(path: Path) -> None:
    labels = read(path)
    for file in files_of(path):
        file.write_bytes(file.read_bytes() + b" ")
    before = [file.read_bytes() for file in files_of(path)]
    with pytest.raises(SegreviewError, match="changed by another program") as refusal:
        write(edited(labels), path)
    assert refusal.value.hint
    assert [file.read_bytes() for file in files_of(path)] == before


def test_damaged_files_are_refused_in_words(path: Path) -> None:
    content, whole = path.read_bytes(), read(path).planes[0]
    rng = np.random.default_rng(7)
    lengths = {1, 7, 40, len(content) // 3, len(content) // 2, len(content) - 20}
    damaged = [content[:n] for n in lengths if n > 0]
    for _ in range(8):
        scrambled = bytearray(content)
        for at in rng.integers(4, len(content), 6):
            scrambled[at] = rng.integers(256)
        damaged.append(bytes(scrambled))
    for number, bad in enumerate(damaged):
        path.write_bytes(bad)
        refusal = refusal_of(read, path)
        if refusal is None:
            # a text of lines may end anywhere, and nobody can tell
            cut = number < len(lengths) and path.suffix != ".txt"
            assert not cut or np.array_equal(read(path).planes[0], whole), (
                f"{len(bad)} of {len(content)} bytes"
            )
        else:
            assert path.name.split("_")[0] in refusal.message
            assert refusal.hint


@pytest.mark.parametrize("format_", [one for one in ALONE if not one.name.startswith("cityscapes")])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int32"])
def test_new_labels_come_back(format_, dtype: str, tmp_path: Path) -> None:
    labels = LabelImage.of_array(blobs(dtype))
    path = tmp_path / f"new{format_.suffixes[0]}"
    assert write(labels, path, format_.name) == (path,)
    back = read(path, shape=SHAPE)
    assert find_format(path).name == format_.name
    assert [one[0] for one in held(back)] == [one[0] for one in held(labels)]
    assert np.array_equal(back.data, labels.data) or not format_.keeps.ids
    assert back.dtype.name == (dtype if dtype in format_.keeps.dtypes else format_.keeps.dtypes[0])
    assert back.kind is Kind.INSTANCE


def test_copies_for_all_formats_hold_the_same_pixels(path: Path, tmp_path: Path) -> None:
    labels = read(path)
    for format_ in ALONE:
        target = tmp_path / f"copy{format_.suffixes[0]}"
        refusal = refusal_of(write, labels, target, format_.name)
        written = sorted(tmp_path.glob("copy*"))
        if refusal is None:
            back = read(written[0], kind=labels.kind if format_.keeps.ids else None, shape=labels.shape)
            if format_.keeps.ids and not format_.keeps.overlaps:
                assert np.array_equal(back.data, labels.data)
            else:
                assert [one[0] for one in held(back)] == [one[0] for one in held(labels)]
        else:
            assert isinstance(refusal, LossError)
            assert refusal.hint
            assert not written
        for file in written:
            file.unlink()
