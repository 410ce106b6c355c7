"""Families of readers, and the whole files that their mutants are made of."""

from __future__ import annotations

import base64
import io
import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tifffile
from PIL import Image as Picture
from test_formats import SAMPLES, SHAPE, blobs

from zarr_stores import largest, nth, put_store, resized

KEPT = (".jpg",)
"""Ends of files that are only looked at: the image beside."""


@dataclass(frozen=True)
class Seed:
    """A whole file, with what lies beside it.

    Parameters
    ----------
    path
        What is read, a file or a folder of some, relative to a folder.
    files
        Contents by paths relative to the folder.
    """

    path: str
    files: Mapping[str, bytes]

    @property
    def mutable(self) -> list[str]:
        """Files of which mutants are made: the first is the one that is read."""
        others = [name for name in self.files if name != self.path and not name.endswith(KEPT)]
        return ([self.path] if self.path in self.files else []) + others


@dataclass(frozen=True)
class Family:
    """A family of readers.

    Parameters
    ----------
    modules
        Those of segreview.formats whose lines are counted.
    seeds
        Makes the whole files.
    shape
        Shape of the image that reading is told; None where the files tell it.
    """

    modules: tuple[str, ...]
    seeds: Callable[[], tuple[Seed, ...]]
    shape: tuple[int, int] | None = None


def made(*makers: Callable[[Path], Path]) -> tuple[Seed, ...]:
    """Seeds of functions that make files in a folder."""
    seeds = []
    for make in makers:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            path = make(folder)
            files = {
                file.relative_to(folder).as_posix(): file.read_bytes()
                for file in sorted(folder.rglob("*"))
                if file.is_file()
            }
            seeds.append(Seed(path.relative_to(folder).as_posix(), files))
    return tuple(seeds)


def samples(*begins: str, without: str = "-") -> Callable[[], tuple[Seed, ...]]:
    """Those of the formats' laws whose names begin in one of these ways."""
    names = [name for name in SAMPLES if name.startswith(begins) and without not in name]
    return lambda: made(*(SAMPLES[name] for name in names))


def text(name: str, content: str | bytes, **beside: bytes) -> Seed:
    """Seed of one file; of others beside it the dots are written as two underscores."""
    content = content.encode() if isinstance(content, str) else content
    return Seed(name, {name: content} | {key.replace("__", "."): value for key, value in beside.items()})


# -------------------------------------------------------------------- COCO
_SQUARE = [2.0, 2.0, 14.0, 2.0, 14.0, 9.5, 2.0, 9.5]
_RUNS = {"size": [4, 5], "counts": [5, 2, 13]}
_CLASSES = [
    {"id": 1, "name": "cat", "isthing": 1, "color": [9, 8, 7]},
    {"id": 2, "name": "sky", "isthing": 0},
]
_OTHER_CLASSES = [{"id": 1, "name": "dog"}, {"id": 3, "name": "cat"}]


def _entry(**facts: object) -> dict[str, object]:
    known = {"id": 7, "image_id": 3, "category_id": 1, "segmentation": [_SQUARE], "iscrowd": 0}
    return known | {"area": 84.0, "bbox": [2, 2, 12, 8]} | facts


def instances() -> tuple[Seed, ...]:
    """Polygons, run lengths as numbers and as text, crowds; one image, and two of other classes."""
    images = [{"id": 3, "file_name": "a.jpg", "height": 20, "width": 30}]
    more = [*images, {"id": 4, "file_name": "val/b.jpg", "height": 4, "width": 5}]
    one = {
        "images": images,
        "categories": _CLASSES,
        "annotations": [_entry(), _entry(id=8, segmentation=[_SQUARE, [5, 5, 25, 5, 9, 19]])],
    }
    two = {
        "info": {},
        "images": more,
        "categories": _OTHER_CLASSES,
        "annotations": [
            _entry(),
            _entry(id=9, image_id=4, segmentation=_RUNS, iscrowd=1),
            _entry(id=900100000007, image_id=4, segmentation={"size": [4, 5], "counts": "52="}),
            _entry(id=10, segmentation=[], area=None),
        ],
    }
    return tuple(
        text("instances.json", json.dumps(root, indent=indent)) for root in (one, two) for indent in (None, 1)
    )


def results() -> tuple[Seed, ...]:
    """Masks and boxes with scores."""
    box = {"image_id": 3, "category_id": 2, "bbox": [1, 1, 20, 12], "score": 0.5}
    rows = [_entry(score=0.25), box, box | {"segmentation": {"size": list(SHAPE), "counts": [40, 100, 1821]}}]
    return (text("results.json", json.dumps(rows)), text("results.json", json.dumps(rows[1:], indent=2)))


def panoptic() -> tuple[Seed, ...]:
    """A table of segments and the PNG beside it."""
    ids = np.full((12, 16), 70_001, np.int32)
    ids[2:6, 2:8], ids[8:, 10:] = 300, 0
    file = io.BytesIO()
    colours = np.stack([ids % 256, ids // 256 % 256, ids // 65536], -1).astype(np.uint8)
    Picture.fromarray(colours).save(file, "PNG", dpi=(70, 70))
    rows = [
        {"id": 70_001, "category_id": 2, "area": 150, "bbox": [0, 0, 16, 12], "iscrowd": 0},
        {"id": 300, "category_id": 1, "area": 24.0, "bbox": [2, 2, 6, 4], "iscrowd": 1},
    ]
    said = [{"image_id": 1, "file_name": "a.png", "segments_info": rows}]
    roots = [{"annotations": said, "categories": _CLASSES}, {"annotations": said}]
    roots.append(roots[0] | {"images": [{"id": 1, "file_name": "a.jpg", "height": 12, "width": 16}]})
    return tuple(
        Seed("panoptic.json", {"panoptic.json": json.dumps(root).encode(), "panoptic/a.png": file.getvalue()})
        for root in roots
    )


# -------------------------------------------------------------------- others
def predictions() -> tuple[Seed, ...]:
    """A text with three masks, one of them empty."""
    files = {}
    for n, columns in enumerate((slice(0, 30), slice(20, 40), slice(0, 0))):
        mask = np.zeros(SHAPE, np.uint8)
        mask[:, columns] = (255, 1, 9)[n]
        Picture.fromarray(mask).save(file := io.BytesIO(), "PNG")
        files[f"masks/a {n}.png"] = file.getvalue()
    lines = "masks/a 0.png 26 0.9\nmasks/a 1.png 24 1e-3\n\nmasks/a 2.png 26 1\n"
    return (Seed("ulm_0_1_leftImg8bit.txt", {"ulm_0_1_leftImg8bit.txt": lines.encode()} | files),)


def masks() -> tuple[Seed, ...]:
    """A folder of three masks, two of which overlap, beside that of the image."""
    files = {}
    for name, box in {"a1": (2, 2, 12, 12), "a2": (8, 8, 20, 20), "a10": (25, 30, 30, 45)}.items():
        mask = np.zeros(SHAPE, np.uint8)
        mask[box[0] : box[2], box[1] : box[3]] = 255
        Picture.fromarray(mask).save(file := io.BytesIO(), "PNG")
        files[f"cell/masks/{name}.png"] = file.getvalue()
    return (Seed("cell/masks", files | {"cell/images/cell.jpg": b"an image"}),)


def tables() -> tuple[Seed, ...]:
    """Class tables in every shape that is understood."""
    rows = [{"id": 0, "name": "sky"}, {"id": 1, "name": "cell", "color": [255, 0, 0], "isthing": True}]
    roots = [rows, {"categories": rows, "void": [1], "factor": 1000}, {"0": "sky", "1": {"name": "cell"}}]
    roots += [
        {"names": ["sky", "cell"], "colors": [[0, 0, 0], [0.5, 1, 0]]},
        {"sky": 0, "cell": 1},
        ["a", "b"],
    ]
    texts = {
        "t.csv": "id,name,color,isthing,ignore\n0,sky,,0,no\n1,cell,#ff0000,1,yes\n",
        "u.csv": "name,r,g,b,thing,void\nsky,0,0,9,,\ncell,255,0,0,true,1\n",
        "t.tsv": "id\tname\tcolour\tisthing\tignore\n0\tsky\n1\tcell\t255, 0, 0\tTRUE\t1\n",
        "t.yaml": "- {id: 0, name: sky}\n- {id: 1, name: cell, color: [255, 0, 0], isthing: yes}\n",
        "t.yml": "void: [1]\nclasses:\n  0: sky\n  1: {name: cell, color: '#ff0000', thing: 1}\n",
    }
    return (*(text("t.json", json.dumps(root)) for root in roots), *(text(*item) for item in texts.items()))


def pictures() -> tuple[Seed, ...]:
    """Images of every sort that is shown beside labels."""
    grey = np.arange(37 * 53, dtype=np.uint8).reshape(SHAPE)
    colour = np.stack([grey, grey.T.reshape(SHAPE), grey], -1)
    seeds = list(made(*(SAMPLES[name] for name in ("nifti packed", "nrrd gzip", "tiff OME stack zlib"))))
    seeds += made(_of_an_image, _stored(blobs("float32", 2)[:, None], "zcyx"))
    for mode in ("1", "L", "P", "LA", "RGB", "RGBA"):
        Picture.fromarray(colour).convert(mode).save(file := io.BytesIO(), "PNG")
        seeds.append(text("image.png", file.getvalue()))
    for mode in ("L", "RGB", "CMYK"):
        Picture.fromarray(colour).convert(mode).save(file := io.BytesIO(), "JPEG")
        seeds.append(text("image.jpg", file.getvalue()))
    import imagecodecs

    seeds.append(text("deep.png", imagecodecs.png_encode(colour.astype(np.uint16) * 200)))
    for array in (grey, colour, colour.astype("float32")):
        np.save(file := io.BytesIO(), array)
        seeds.append(text("image.npy", file.getvalue()))
    names = {"axes": "CYX", "Channel": {"Name": ["red", "green", "blue"]}}
    for array, options in (
        (colour, {}),
        (colour, {"compression": "zlib", "tile": (16, 16)}),
        (np.moveaxis(colour, -1, 0), {"ome": True, "photometric": "minisblack", "metadata": names}),
        (blobs("float32"), {}),
        (grey > 9, {"photometric": "minisblack"}),
    ):
        tifffile.imwrite(file := io.BytesIO(), array, **options)
        seeds.append(text("image.tif", file.getvalue()))
    return tuple(seeds)


def yolo() -> tuple[Seed, ...]:
    """Those of the laws, and one whose names of classes are lines of a text."""
    seeds = samples("yolo")()
    files = dict(seeds[0].files)
    files.pop("data.yaml")
    return (*seeds, Seed("labels.txt", files | {"classes.txt": b"cell\ndead cell\n"}))


def tiffs() -> tuple[Seed, ...]:
    """Those of the laws; pyramids, of which there is one among ninety, several times."""
    return (*samples("tiff ")(), *samples("tiff pyramid")() * 9)


def colours() -> tuple[Seed, ...]:
    """Those of the laws, and several times one of classes and numbers, which only a table makes so."""
    ids = blobs("uint8")
    pairs = np.stack([np.where(ids, 24 + ids % 3, 7), np.where(ids % 3, ids, 255) * (ids > 0), 0 * ids], -1)
    Picture.fromarray(pairs.astype(np.uint8)).save(file := io.BytesIO(), "PNG")
    of_laws = samples("png colours", "png ids", "png grey as", "png grey with")()
    return (*of_laws, *[text("labels.png", file.getvalue())] * 3)


def labelme() -> tuple[Seed, ...]:
    """Those of the laws; text that is no image is left out, so that mutants are of what matters."""
    kept = []
    for seed in samples("labelme")():
        content = seed.files[seed.path].replace(base64.b64encode(bytes(range(99))), b"")
        kept.append(Seed(seed.path, dict(seed.files) | {seed.path: content}))
    return tuple(kept)


SHARDS = {"chunks": (16, 16), "shards": (32, 32)}
"""Four chunks in each file."""


def _stored(data: np.ndarray, axes: str, **options: object) -> Callable[[Path], Path]:
    """Maker of a store with one smaller copy."""
    return lambda folder: put_store(folder / "cells.zarr", data, axes, **{"count": 2} | options)


def _of_an_image(folder: Path) -> Path:
    """Image with channels and two label images, of which the inner metadata tell one."""
    told = {"omero": {"channels": [{"label": name} for name in ("dapi", "gfp")]}}
    root = put_store(folder / "scan.zarr", np.stack([blobs("uint8")] * 2), "cyx", count=1, told=told)
    for name in ("cells", "dead cells"):
        put_store(root / "labels" / name, blobs(), "yx", count=1)
    (root / "labels" / ".zattrs").write_text('{"labels": ["cells", "dead cells"]}')
    (root / "labels" / ".zgroup").write_text('{"zarr_format": 2}')
    return root


def _before_axes(folder: Path) -> Path:
    """Image of NGFF 0.1, which tells no axes."""
    path = put_store(folder / "cells.zarr", blobs("uint8")[None, None, None], "tczyx", count=1)
    (path / ".zattrs").write_text('{"multiscales": [{"version": "0.1", "datasets": [{"path": "s0"}]}]}')
    return path


def stores() -> tuple[Seed, ...]:
    """Zarr formats 2 and 3, every codec that packs labels, shards, and every rule of smaller copies."""
    from numcodecs import BZ2, LZ4, LZMA, Blosc, Delta, GZip, Shuffle, Zlib, Zstd
    from zarr.codecs import BloscCodec, Crc32cCodec, GzipCodec, TransposeCodec, ZstdCodec

    third = {"version": "0.5"}
    shards = third | SHARDS
    mask = np.where(blobs() > 0, 255, 0).astype("uint8")
    second = [
        {"compressors": codec} for codec in (Zstd(), GZip(), Zlib(), BZ2(), LZMA(), LZ4(), Blosc(), None)
    ]
    second.append({"filters": [Delta("u2"), Shuffle(2)], "compressors": Zlib()})
    second.append({"smaller": largest, "chunk_key_encoding": {"name": "v2", "separator": "."}})
    packed = [{"compressors": codec} for codec in (ZstdCodec(), BloscCodec(), GzipCodec(), None)]
    packed.append({"compressors": [ZstdCodec(), Crc32cCodec()]})
    packed.append({"filters": [TransposeCodec(order=(1, 0))], "compressors": GzipCodec()})
    return made(
        *(_stored(blobs(), "yx", **options) for options in second),
        *(_stored(blobs(), "yx", **third | options) for options in packed),
        *(_stored(blobs(), "yx", **shards | options) for options in packed[:4]),
        _stored(blobs(">u4", 3), "zyx", smaller=lambda image: nth(image, 1)),
        _stored(blobs("int64", 2)[:, None], "tcyx", smaller=resized),
        _stored(mask, "yx", **third),
        _before_axes,
        _of_an_image,
    )


_TIFF = (
    *(f"tiff.{name}" for name in ("tiff", "layout", "check", "codecs", "chain", "splice", "encoding")),
    "pyramid",
)
_JSON = ("json.sort", "json.spans", "json.entries", "json.style")
_DRAWN = ("drawn.outlines", "drawn.objects", "planes", "drawn.beside")
_COCO = tuple(
    f"coco.{name}"
    for name in ("file", "image", "labels", "entries", "description", "origin", "rows", "text", "kept")
)

FAMILIES: Mapping[str, Family] = {
    "tiff": Family(_TIFF, tiffs),
    "tiff pages": Family(("masks.tiff_pages", "tiff.objects"), samples("pages ")),
    "png": Family(("png.png", "png.chunks"), samples("png ", without="olour")),
    "colours": Family(("png.colours", "png.coding", "png.pairs"), colours),
    "voc": Family(("png.voc",), samples("voc ")),
    "npy": Family(("arrays.npy",), samples("npy ")),
    "npz": Family(("arrays.npz", "zipped"), samples("npz ")),
    "cellpose": Family(("arrays.cellpose", "arrays.pickled"), samples("cellpose ")),
    "nifti": Family(("volumes.nifti", "volumes.volume", "volumes.gzipped"), samples("nifti ")),
    "nrrd": Family(("volumes.nrrd",), samples("nrrd ")),
    "coco instances": Family((*_COCO, "coco.instances", *_JSON), instances),
    "coco results": Family(("coco.file", "coco.rows", "coco.instances"), results, SHAPE),
    "coco panoptic": Family(("coco.panoptic", "coco.panoptic_image", "coco.segments"), panoptic),
    "labelme": Family(("drawn.labelme", *_DRAWN), labelme),
    "yolo": Family(("drawn.yolo",), yolo),
    "geojson": Family(("drawn.geojson",), samples("geojson ")),
    "roi": Family(("drawn.roi",), samples("roi ")),
    "cityscapes ids": Family(("cityscapes.ids",), samples("cityscapes pair", "cityscapes labelIds")),
    "cityscapes polygons": Family(
        ("cityscapes.polygons", "cityscapes.overdrawn"), samples("cityscapes polygons")
    ),
    "cityscapes predictions": Family(("cityscapes.predictions",), predictions, SHAPE),
    "mask folder": Family(("masks.mask_folder",), masks),
    "ome zarr": Family(("zarr.ome_zarr", "zarr.ngff", "zarr.check", "zarr.store", "zarr.new"), stores),
    "class tables": Family(("classes",), tables),
    "images": Family(("image",), pictures),
}
"""Every family that is fuzzed; `modules` of one may be counted in another one's run too."""
