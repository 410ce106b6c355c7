"""Damage that fuzzing found and no sample had: each ends in words that name the file."""

from __future__ import annotations

import json
import logging
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
import tifffile
from numcodecs import LZMA
from PIL import Image as Picture
from roifile import ImagejRoi

from segreview.errors import LossError, ReadError, WriteError
from segreview.formats.cityscapes.predictions import read_predictions
from segreview.formats.classes import load_classes
from segreview.formats.image import read_image
from segreview.formats.png.chunks import GREY, Chunk, Header, image_data, join
from segreview.formats.registry import read, write
from segreview.model.labels import LabelImage
from zarr_stores import put_store

HUGE = 10**400


def refused(path: Path, words: str, function=read, **options) -> None:
    with pytest.raises(ReadError, match=words) as refusal:
        function(path, **options)
    assert path.name in refusal.value.message
    assert refusal.value.hint


def saved(path: Path, root: object) -> Path:
    path.write_text(json.dumps(root))
    return path


@pytest.mark.parametrize("height", [True, HUGE, 2**40])
def test_sizes_that_no_image_has_are_refused_before_anything_is_drawn(height, tmp_path):
    square = [[1, 1], [9, 1], [9, 9]]
    shape = {"label": "a", "points": square, "shape_type": "polygon"}
    labelme = {"shapes": [shape], "imageHeight": height, "imageWidth": 2**40, "imagePath": ""}
    scene = {"imgHeight": height, "imgWidth": 2**40, "objects": [{"label": "car", "polygon": square}]}
    image = {"id": 1, "file_name": "a.png", "height": height, "width": 2**40}
    entry = {"id": 1, "image_id": 1, "category_id": 1, "segmentation": [[1, 1, 9, 1, 9, 9]]}
    words = "too much to be read whole|no height and width|does not tell the size"
    refused(saved(tmp_path / "a.json", labelme), words)
    refused(saved(tmp_path / "a_gtFine_polygons.json", scene), words)
    refused(saved(tmp_path / "b.json", {"images": [image], "annotations": [entry]}), words)


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    labels = LabelImage.of_array(np.eye(9, dtype=np.int32))
    with pytest.raises(WriteError, match=r"masks (cannot be made|does not exist)") as refusal:
        write(labels, tmp_path / "gone" / "masks", "masks")
    assert refusal.value.hint


@pytest.mark.parametrize("function", [read, read_image])
def test_a_png_that_asks_for_more_than_it_can_hold_gets_no_memory(function, tmp_path):
    parts = [Chunk.of_data(b"IHDR", Header(30_000, 30_000, 8, GREY).packed())]
    parts += [Chunk.of_data(b"IDAT", zlib.compress(bytes(1000))), Chunk.of_data(b"IEND", b"")]
    (tmp_path / "a.png").write_bytes(join(parts))
    tracemalloc.start()
    refused(tmp_path / "a.png", "bytes for 30,000 x 30,000 pixels", function)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 10_000_000


@pytest.mark.parametrize("function", [read, read_image])
def test_a_png_with_a_second_header_is_refused(function, tmp_path):
    data = image_data(np.eye(9, dtype=np.uint8), 8)
    heads = [Chunk.of_data(b"IHDR", Header(n, n, 8, GREY).packed()) for n in (9, 30_000)]
    (tmp_path / "a.png").write_bytes(join([*heads, data, Chunk.of_data(b"IEND", b"")]))
    refused(tmp_path / "a.png", "several PNG headers", function)


def test_a_tiff_with_a_tile_far_larger_than_its_image_gets_no_memory(tmp_path):
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, np.zeros((20, 20), np.uint8), tile=(16, 16), compression="zlib")
    with tifffile.TiffFile(path, mode="r+") as tif:
        for tag in ("TileWidth", "TileLength"):
            tif.pages[0].tags[tag].overwrite(60_000)
    refused(path, "a strip or tile of|bytes for 3,600,000,000 pixels")


def test_a_page_that_tells_another_size_than_the_first_one_gets_no_memory(tmp_path):
    path, stack = tmp_path / "a.tif", np.stack([np.tril(np.full((20, 20), n, np.uint8)) for n in (3, 5, 9)])
    tifffile.imwrite(path, stack, ome=True, compression="zlib", metadata={"axes": "ZYX"})
    with tifffile.TiffFile(path, mode="r+") as tif:
        tif.pages[2].aspage().tags["ImageLength"].overwrite(2**31)
    content, labels = path.read_bytes(), read(path)
    labels.data[2, 15:] = 0
    with pytest.raises(WriteError, match="pages of several sizes in one image") as refusal:
        write(labels, path)
    assert refusal.value.hint
    assert path.read_bytes() == content


@pytest.mark.parametrize("shape", ["(True, 12)", "(-3, -4)"])
def test_axes_of_an_array_are_whole_numbers_above_zero(shape, tmp_path):
    header = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    path = tmp_path / "a.npy"
    path.write_bytes(b"\x93NUMPY\1\0" + len(header).to_bytes(2, "little") + header + bytes(range(12)))
    refused(path, "holds an array of shape")


@pytest.mark.parametrize("fact", [{"segmentation": {"size": [4, 5], "counts": [2**70]}}, {"area": HUGE}])
def test_numbers_of_an_entry_that_no_computer_holds_are_refused(fact, tmp_path):
    entry = {"id": 1, "image_id": 1, "category_id": 1, "segmentation": [[1, 1, 3, 1, 3, 3]]} | fact
    image = {"id": 1, "file_name": "a.png", "height": 4, "width": 5}
    refused(saved(tmp_path / "a.json", {"images": [image], "annotations": [entry]}), "entry 1")


def test_a_json_file_that_is_one_number_holds_no_annotations(tmp_path):
    refused(saved(tmp_path / "a.json", 1.5), "holds no annotations", format="coco")


@pytest.mark.parametrize("name", ["x" * 300 + ".png", "a\0b.png"])
def test_names_that_the_system_refuses_are_told(name, tmp_path):
    rows = [{"id": 1, "category_id": 1, "area": 4, "bbox": [0, 0, 2, 2], "iscrowd": 0}]
    said = {"annotations": [{"image_id": 1, "file_name": name, "segments_info": rows}]}
    refused(saved(tmp_path / "panoptic.json", said), "no path|too long|are not beside it")
    said["annotations"][0]["file_name"] = ""
    refused(saved(tmp_path / "panoptic.json", said), "has no file_name")
    (tmp_path / "a.txt").write_text(f"{name} 26 0.5\n")
    with pytest.raises(ReadError, match=r"no path|too long|does not exist") as refusal:
        read_predictions(tmp_path / "a.txt", (4, 5))
    assert refusal.value.hint


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ([{"id": HUGE, "name": "a"}], "not a whole number"),
        ([{"id": 1, "name": "a", "color": [float("inf"), 0, 0]}], "has the color"),
        ([{"id": 1, "name": "a", "color": [float("nan"), 0, 0]}], "has the color"),
        ([{"id": 1, "name": "a", "color": [-1e308, 0.5, 0]}, {"id": 1}], "names the class id 1 twice"),
    ],
)
def test_numbers_that_no_class_has_are_refused(table, words, tmp_path):
    refused(saved(tmp_path / "t.json", table), words, load_classes)


def test_what_is_no_id_is_no_void_id(tmp_path):
    table = load_classes(saved(tmp_path / "t.json", {"void": [[1], "a", 2], "classes": ["a", "b", "c"]}))
    assert table is not None
    assert table.void_ids == {2}


def test_remarks_on_damaged_rois_do_not_reach_the_terminal(tmp_path, capfd):
    Picture.fromarray(np.zeros((20, 20), np.uint8)).save(tmp_path / "a.png")
    content = bytearray(ImagejRoi.frompoints([(1, 1), (9, 1), (9, 9)], name="a").tobytes())
    content[-40:] = b"\xff" * 40
    (tmp_path / "a.roi").write_bytes(content[:-3])
    try:
        read(tmp_path / "a.roi")
    except ReadError:
        pass  # either is right
    assert logging.getLogger("roifile").handlers
    assert capfd.readouterr().err == ""


def test_a_chunk_of_lzma_that_is_damaged_or_cut_short_is_told(tmp_path):
    path = put_store(tmp_path / "a.zarr", np.eye(9, dtype=np.uint8), "yx", smaller=None, compressors=LZMA())
    chunk = path / "s0" / "0" / "0"
    content = chunk.read_bytes()
    for bad in (content[:-20], content[:20] + b"\xff" * 20 + content[40:]):
        chunk.write_bytes(bad)
        refused(path, "cannot be read as Zarr: it is damaged or cut short")


def test_an_edited_roi_whose_options_are_damaged_is_refused(tmp_path):
    Picture.fromarray(np.zeros((20, 20), np.uint8)).save(tmp_path / "a.png")
    content = bytearray(ImagejRoi.frompoints([(1, 1), (9, 1), (9, 9)], name="a").tobytes())
    content[50] |= 0x80
    (tmp_path / "a.roi").write_bytes(content)
    labels = read(tmp_path / "a.roi")
    labels.data[:5] = 0
    with pytest.raises(LossError, match="object 1 holds what cannot be written again") as refusal:
        write(labels, tmp_path / "a.roi")
    assert refusal.value.hint
    assert (tmp_path / "a.roi").read_bytes() == content


@pytest.mark.parametrize("told", [{"shape": [0, 9]}, {"chunks": [0, 9]}])
def test_a_store_whose_shape_or_chunks_have_no_pixels_is_told(told, tmp_path):
    path = put_store(tmp_path / "a.zarr", np.eye(9, dtype=np.uint8), "yx", smaller=None)
    before = json.loads((path / "s0" / ".zarray").read_text())
    saved(path / "s0" / ".zarray", before | told)
    refused(path, "has no pixels")


def test_labels_are_not_cut_to_the_size_that_another_file_tells_of_their_image(tmp_path):
    rows = [{"id": 1, "image_id": 1, "category_id": 1, "segmentation": [[1, 1, 9, 1, 9, 39]]}]
    for name, height in {"tall": 40, "low": 20}.items():
        image = {"id": 1, "file_name": "a.png", "height": height, "width": 30}
        saved(tmp_path / f"{name}.json", {"images": [image], "annotations": rows})
    before = (tmp_path / "low.json").read_bytes()
    with pytest.raises(LossError, match=r"low\.json/1 is 20 x 30 pixels, and the labels 40 x 30") as refusal:
        write(read(tmp_path / "tall.json"), tmp_path / "low.json" / "1")
    assert refusal.value.hint
    assert (tmp_path / "low.json").read_bytes() == before


@pytest.mark.parametrize("edit", [False, True])
def test_an_outline_so_thin_that_no_pixel_is_in_it_stays_in_its_file(edit, tmp_path):
    path = tmp_path / "a.txt"
    lines = ["0 0.1 0.11 0.4 0.14 0.4 0.1425", "0 0.2 0.3 0.7 0.3 0.7 0.8"]
    path.write_text("\n".join(lines))
    labels = read(path, shape=(20, 20))
    assert set(np.unique(labels.data)) == {0, 2}
    if edit:
        labels.data[8:10, 8:10] = 0
    written = write(labels, path)
    assert bool(written) is edit
    assert path.read_text().startswith(lines[0])
