"""OME-Zarr: every way in which stores keep labels; an edit writes the chunks that it touches."""

from __future__ import annotations

import json
import pickle
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import zarr
from numcodecs import BZ2, LZ4, LZMA, Blosc, GZip, Zlib, Zstd
from zarr.codecs import BloscCodec, GzipCodec, ZstdCodec

from segreview.errors import LossError, ReadError, SegreviewError, WriteError
from segreview.formats.converting import Conversion
from segreview.formats.entry import check_shapes, open_entry
from segreview.formats.image import read_image, spatial_shape
from segreview.formats.pairing import pair
from segreview.formats.registry import (
    FORMATS,
    digests_of,
    find_format,
    is_labels,
    members_of,
    read,
    shapes_of,
    write,
)
from segreview.model.labels import Kind, LabelImage
from zarr_stores import largest, nth, put_store, resized

SHAPE = (75, 91)


def blobs(dtype: str = "uint16", depth: int | None = None) -> np.ndarray:
    """Objects of which some lie in one chunk of 32 x 32 and others in several; the lower third is empty."""
    data = np.zeros(SHAPE if depth is None else (depth, *SHAPE), dtype)
    for number, id_ in enumerate([1, 2, 5, 13, 77, 120]):
        top, left = 3 + 22 * (number // 3), 4 + 30 * (number % 3)
        data[..., top : top + 15, left : left + 21] = id_
    return data


DOTS = {"chunk_key_encoding": {"name": "v2", "separator": "."}}
STORES: dict[str, Callable[[Path], Path]] = {
    "0.4": lambda at: put_store(at, blobs(), "yx"),
    "0.4 dots": lambda at: put_store(at, blobs("uint8"), "yx", **DOTS),
    "0.4 gzip": lambda at: put_store(at, blobs("int32"), "yx", compressors=GZip(3)),
    "0.4 big-endian plain": lambda at: put_store(at, blobs(">u2"), "yx", compressors=None),
    "0.4 stack": lambda at: put_store(at, blobs("uint32", 3), "zyx"),
    "0.4 five axes": lambda at: put_store(at, blobs()[None, None, None], "tczyx"),
    "0.4 time": lambda at: put_store(at, blobs("uint64", 3)[:, None], "tcyx"),
    "0.4 every second plane": lambda at: put_store(
        at, blobs(depth=4), "zyx", smaller=lambda a: a[::2, ::2, ::2]
    ),
    "0.4 last of each block": lambda at: put_store(at, blobs(), "yx", smaller=lambda a: nth(a, 1)),
    "0.4 largest of each block": lambda at: put_store(at, blobs(), "yx", smaller=largest),
    "0.4 resized": lambda at: put_store(at, blobs(), "yx", smaller=resized, count=4),
    "0.4 one size": lambda at: put_store(at, blobs("int64"), "yx", smaller=None),
    "0.4 two values": lambda at: put_store(at, np.where(blobs() > 0, 255, 0).astype("uint8"), "yx"),
    "0.5": lambda at: put_store(at, blobs(), "yx", version="0.5"),
    "0.5 blosc": lambda at: put_store(
        at, blobs("uint32", 3), "zyx", version="0.5", compressors=BloscCodec(cname="lz4")
    ),
    "0.5 gzip": lambda at: put_store(at, blobs(), "yx", version="0.5", compressors=GzipCodec()),
    "0.5 plain": lambda at: put_store(at, blobs("int8"), "yx", version="0.5", compressors=None),
    "0.5 blosc shards": lambda at: put_store(
        at, blobs(), "yx", version="0.5", chunks=(16, 16), shards=(32, 32), compressors=BloscCodec()
    ),
    "0.4 blosc": lambda at: put_store(at, blobs("uint32"), "yx", compressors=Blosc("zstd")),
    "0.5 shards": lambda at: put_store(
        at, blobs(), "yx", version="0.5", chunks=(16, 16), shards=(32, 32), compressors=ZstdCodec()
    ),
}


SOME = ["0.4 gzip", "0.4 stack", "0.4 two values", "0.5 blosc", "0.5 shards"]
"""Stores for laws of which each takes long."""


@pytest.fixture(scope="module", params=STORES)
def made(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    return STORES[request.param](tmp_path_factory.mktemp("made") / "cells.zarr")


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "in" / "cells.zarr")


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """Image with three channels and labels."""
    told = {"omero": {"channels": [{"label": name} for name in ("dapi", "gfp", "cy5")]}}
    root = put_store(tmp_path / "set" / "scan.ome.zarr", np.stack([blobs()] * 3), "cyx", told=told)
    put_store(root / "labels" / "cells", blobs(), "yx")
    (root / "labels" / ".zattrs").write_text('{"labels": ["cells"]}')
    (root / "labels" / ".zgroup").write_text('{"zarr_format": 2}')
    return root


def contents(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()
    }


def edited(labels: LabelImage) -> LabelImage:
    """Labels of which the object 2 lost its upper half, in the middle of a stack."""
    labels = labels.copy()
    plane = labels.data[1] if labels.data.ndim == 3 else labels.data
    plane[3:10, 34:55] = 0
    return labels


def refusal_of(function: Callable[..., object], *arguments: object) -> SegreviewError | None:
    """Error in words that a call ends with, or None; any other error fails the test."""
    try:
        function(*arguments)
    except SegreviewError as error:
        return error
    return None


def changed(folder: Path, before: dict[str, bytes]) -> set[str]:
    after = contents(folder)
    return {name for name in after.keys() | before.keys() if after.get(name) != before.get(name)}


def redescribed(path: Path, **told) -> None:
    """Change entries of the metadata in a file."""
    path.write_text(json.dumps(json.loads(path.read_text()) | told))


# -------------------------------------------------------------------- reading
def test_pixels_type_and_pixel_size_are_those_of_the_store(store):
    labels = read(store)
    stored = zarr.open_array(store / "s0", mode="r")[...].squeeze()
    assert np.array_equal(labels.data != 0, stored != 0)
    assert labels.kind is Kind.BINARY or np.array_equal(labels.data, stored)
    assert labels.dtype == stored.dtype.newbyteorder("=")
    assert labels.spacing[-2:] == (0.5, 0.25)
    assert labels.spacing[:-2] == {"YX": (), "ZYX": (2.0,), "TYX": (1.0,)}[labels.axes]
    assert labels.unit == "µm"
    assert shapes_of(store) == ((store, labels.shape),)
    assert labels.origin.digests == digests_of(store, find_format(store))


def test_sniffing_is_exclusive(store):
    assert [one.name for one in FORMATS if one.sniff(store, b"")] == ["ome_zarr"]
    assert is_labels(store)
    assert not is_labels(store.parent)


def test_labels_of_an_image_are_found_behind_it(image):
    cells = image / "labels" / "cells"
    assert members_of(image) == {cells: "scan.zarr"}
    assert read(image).origin.path == read(cells).origin.path == read(image / "labels").origin.path == cells
    shutil.copytree(cells, image / "labels" / "nuclei")
    (image / "labels" / ".zattrs").write_text('{"labels": ["cells", "nuclei", "../.."]}')
    assert list(members_of(image).values()) == ["scan_cells.zarr", "scan_nuclei.zarr"]
    with pytest.raises(ReadError, match="holds 2 images, not one"):
        read(image)


@pytest.mark.parametrize(
    ("version", "told"), [("0.1", {}), ("0.2", {}), ("0.3", {"axes": ["t", "c", "z", "y", "x"]})]
)
def test_versions_before_pixel_sizes_are_read_and_saved(tmp_path, version, told):
    path = put_store(tmp_path / "a.zarr", blobs()[None, None, None], "tczyx")
    datasets = [{"path": f"s{number}"} for number in range(3)]
    redescribed(path / ".zattrs", multiscales=[{"version": version, "datasets": datasets} | told])
    labels = read(path)
    assert (labels.axes, labels.spacing, labels.unit) == ("YX", (1.0, 1.0), "pixel")
    write(edited(labels), path)
    assert np.array_equal(read(path).data, edited(labels).data)


def test_units_of_axes_that_differ_are_told_in_that_of_x(tmp_path):
    path = put_store(tmp_path / "a.zarr", blobs(depth=2), "zyx")
    told = json.loads((path / ".zattrs").read_text())
    told["multiscales"][0]["axes"][0]["unit"] = "millimeter"
    (path / ".zattrs").write_text(json.dumps(told))
    assert read(path).spacing == (2000.0, 0.5, 0.25)


@pytest.mark.parametrize(
    ("data", "axes", "words"),
    [
        (blobs(depth=2)[None].repeat(2, 0), "tzyx", "a volume at 2 points in time"),
        (blobs(depth=2), "cyx", "has channels"),
        (blobs(), "xy", "has the axes x, y"),
        (np.full(SHAPE, 0.5, "float32"), "yx", "labels are whole numbers"),
    ],
)
def test_what_is_no_label_image_is_refused_in_words(tmp_path, data, axes, words):
    path = put_store(tmp_path / "a.zarr", data, axes)
    with pytest.raises(ReadError, match=words) as refusal:
        read(path)
    assert "a.zarr" in refusal.value.message
    assert refusal.value.hint


# -------------------------------------------------------------------- hostile stores
def test_a_store_that_asks_for_100_gigabytes_is_refused_at_once(tmp_path):
    path = put_store(tmp_path / "a.zarr", blobs(), "yx")
    redescribed(path / "s0" / ".zarray", shape=[2**18, 2**18])
    with pytest.raises(ReadError, match="too much to be read whole"):
        read(path)
    redescribed(path / "s0" / ".zarray", shape=[75, 91], chunks=[2**20, 2**20])
    with pytest.raises(ReadError, match="a chunk holds"):
        read(path)
    redescribed(path / "s0" / ".zarray", shape=[2**12, 2**12], chunks=[1, 1])
    with pytest.raises(ReadError, match="16,777,216 chunks"):
        read(path)


def test_nothing_in_a_store_is_called(tmp_path):
    path, mark = put_store(tmp_path / "a.zarr", blobs(), "yx"), tmp_path / "called"

    class Call:
        def __reduce__(self):
            return Path.touch, (mark,)

    redescribed(path / "s0" / ".zarray", filters=[{"id": "pickle"}], compressor=None)
    for chunk in (path / "s0").glob("*/*"):
        chunk.write_bytes(pickle.dumps(Call()))
    with pytest.raises(ReadError, match="packed by pickle"):
        read(path)
    redescribed(path / "s0" / ".zarray", dtype="|O", filters=None)
    with pytest.raises(ReadError, match=r"holds \|O values"):
        read(path)
    assert not mark.exists()


@pytest.mark.parametrize(
    "datasets", [[{"path": "../in/s0"}], [{"path": "/etc"}], [], [{}], 7, [{"path": "s0"}, {"path": "s0"}]]
)
def test_metadata_that_lead_elsewhere_or_nowhere_are_refused(tmp_path, datasets):
    path = put_store(tmp_path / "a.zarr", blobs(), "yx")
    redescribed(path / ".zattrs", multiscales=[{"version": "0.4", "axes": ["y", "x"], "datasets": datasets}])
    with pytest.raises(ReadError, match=r"a\.zarr"):
        read(path)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "[]", "7", '{"multiscales": 3}', "\ud800"])
def test_damaged_metadata_are_told_with_their_file(tmp_path, text):
    path = put_store(tmp_path / "a.zarr", blobs(), "yx")
    for file in (".zattrs", "s0/.zarray"):
        before = (path / file).read_bytes()
        (path / file).write_bytes(text.encode("utf-8", "surrogatepass"))
        with pytest.raises(ReadError, match=r"a\.zarr"):
            read(path)
        (path / file).write_bytes(before)


def test_blosc_is_not_asked_for_more_bytes_than_there_are(tmp_path):
    options = {"chunks": (16, 16), "shards": (96, 96)}
    for name, more in {"v2": {"compressors": Blosc()}, "v3": {"compressors": BloscCodec()} | options}.items():
        version = "0.5" if name == "v3" else "0.4"
        path = put_store(tmp_path / f"{name}.zarr", blobs(), "yx", version=version, **more)
        chunk = path / "s0" / ("c/0/0" if name == "v3" else "0/0")
        content = bytearray(chunk.read_bytes())
        content[12:16] = (2**30).to_bytes(4, "little")
        chunk.write_bytes(content)
        with pytest.raises(ReadError, match=r"1,073,741,824 bytes are announced"):
            read(path)
        content[4:16] = (2**31 - 9).to_bytes(4, "little") + bytes(8)
        chunk.write_bytes(content)
        with pytest.raises(ReadError, match="more than"):
            read(path)


@pytest.mark.parametrize("codec", [GZip(), Zlib(), BZ2(), LZMA(), Zstd(), LZ4(), Blosc()])
def test_chunks_are_not_unpacked_without_end(tmp_path, codec):
    path = put_store(tmp_path / "a.zarr", blobs("uint8"), "yx", smaller=None, compressors=codec)
    assert np.array_equal(read(path).data, blobs("uint8"))
    (path / "s0" / "0" / "0").write_bytes(codec.encode(bytes(10**7)))
    with pytest.raises(ReadError, match="unpacked to more than 1,088 bytes"):
        read(path)


def test_damaged_chunks_are_refused_or_read_and_nothing_else_happens(store):
    rng = np.random.default_rng(3)
    chunk = max((store / "s0").rglob("*[0-9]"), key=lambda file: file.is_file() and file.stat().st_size)
    content = chunk.read_bytes()
    scrambled = bytearray(content)
    for at in rng.integers(0, len(content), 9):
        scrambled[at] = rng.integers(256)
    for bad in (b"", content[: len(content) // 2], bytes(scrambled)):
        chunk.write_bytes(bad)
        refusal = refusal_of(read, store)
        if refusal is None:
            assert bad == bytes(scrambled)  # without a checksum any numbers are numbers
        else:
            assert "cells.zarr" in refusal.message
            assert refusal.hint


def test_other_versions_plates_and_missing_levels_are_told(tmp_path):
    path = put_store(tmp_path / "a.zarr", blobs(), "yx")
    shutil.rmtree(path / "s0")
    with pytest.raises(ReadError, match="is no array of a Zarr store"):
        read(path)
    redescribed(path / ".zattrs", multiscales=[{"version": "0.9"}])
    with pytest.raises(ReadError, match=r"OME-Zarr 0\.9"):
        read(path)
    (path / ".zattrs").write_text('{"plate": {}}')
    with pytest.raises(ReadError, match="is a plate and no image"):
        read(path)
    zarr.save(tmp_path / "b.zarr", blobs())
    for door in (read, read_image):
        with pytest.raises(ReadError, match="is a Zarr store and no image by itself"):
            door(tmp_path / "b.zarr")
    with pytest.raises(ReadError, match="an address on the network"):
        read("https://example.org/a.zarr")


def test_without_zarr_the_way_to_it_is_told(tmp_path, monkeypatch):
    path = put_store(tmp_path / "a.zarr", blobs(), "yx")
    monkeypatch.setitem(sys.modules, "zarr", None)
    for call in (partial(read, path), partial(write, LabelImage.of_array(blobs()), tmp_path / "b.zarr")):
        with pytest.raises(ReadError, match=r"zarr, which is not installed.*segreview\[zarr\]"):
            call()


# -------------------------------------------------------------------- writing
def test_an_unedited_store_is_left_untouched(store):
    before = {file: file.stat().st_mtime_ns for file in store.rglob("*")}
    assert write(read(store), store) == ()
    assert {file: file.stat().st_mtime_ns for file in store.rglob("*")} == before


def test_an_unedited_copy_holds_the_same_bytes(store, tmp_path):
    write(read(store), tmp_path / "copy.zarr")
    assert contents(tmp_path / "copy.zarr") == contents(store)


def test_an_edit_changes_the_chunks_that_it_touches_and_nothing_else(store):
    before, labels = contents(store), read(store)
    old = {level.name: zarr.open_array(level, mode="r")[...] for level in store.glob("s*")}
    written = write(edited(labels), store)
    assert {file.relative_to(store).as_posix() for file in written} == changed(store, before)
    assert not any(name.endswith((".zarray", ".zattrs", ".json")) for name in changed(store, before))
    for level, stored in old.items():
        array = zarr.open_array(store / level, mode="r")
        sizes = array.shards or array.chunks
        differing = {
            tuple(at // size for at, size in zip(where, sizes, strict=True))
            for where in np.argwhere(array[...] != stored).tolist()
        }
        assert len(differing) == sum(name.startswith(f"{level}/") for name in changed(store, before))
    back = read(store, kind=labels.kind)
    assert np.array_equal(back.data != 0, edited(labels).data != 0)
    assert (back.dtype, back.axes, back.spacing, back.unit) == (
        labels.dtype,
        labels.axes,
        labels.spacing,
        labels.unit,
    )


def test_smaller_copies_follow_by_their_own_rule(tmp_path):
    for name, rule in {"nth": nth, "largest": largest, "resized": resized}.items():
        path = put_store(tmp_path / f"{name}.zarr", blobs(), "yx", smaller=rule, count=3)
        after = edited(read(path))
        write(after, path)
        for level, expected in enumerate((after.data, rule(after.data), rule(rule(after.data)))):
            assert np.array_equal(zarr.open_array(path / f"s{level}", mode="r")[...], expected), name


def test_a_copy_that_no_rule_explains_is_not_replaced(tmp_path):
    path = put_store(tmp_path / "a.zarr", blobs(), "yx", smaller=lambda a: nth(a) + np.uint16(1))
    before = contents(path)
    with pytest.raises(WriteError, match=r"s1 is a pyramid.*by no rule"):
        write(edited(read(path)), path)
    assert contents(path) == before


@pytest.mark.parametrize("made", SOME, indirect=True)
def test_an_edit_can_be_taken_back(store):
    labels = read(store)
    write(edited(labels), store)
    there = read(store, kind=labels.kind)
    write(replace(there, planes=labels.planes), store)
    assert np.array_equal(read(store, kind=labels.kind).data, labels.data)


def test_a_store_that_another_program_changed_is_not_overwritten(store):
    labels = read(store)
    next(file for file in sorted(store.rglob("*")) if file.name in (".zattrs", "zarr.json")).write_text("{}")
    before = contents(store)
    with pytest.raises(WriteError, match=r"changed|exchanges"):
        write(edited(labels), store)
    assert contents(store) == before


@pytest.mark.parametrize("made", SOME, indirect=True)
def test_a_wider_type_stores_every_level_anew_and_keeps_what_describes_them(store, tmp_path):
    labels = read(store, kind=Kind.INSTANCE)
    wide = replace(labels, planes=(labels.data.astype("uint64"),))
    wide.data[..., 0, 0] = 2**40
    write(wide, tmp_path / "wide.zarr")
    back = read(tmp_path / "wide.zarr", kind=Kind.INSTANCE)
    assert back.dtype == np.uint64
    assert np.array_equal(back.data, wide.data)
    for name in (".zattrs", "zarr.json"):
        assert contents(store).get(name) == contents(tmp_path / "wide.zarr").get(name)


def test_what_the_store_cannot_hold_is_refused(store, tmp_path):
    labels = read(store)
    with pytest.raises(LossError, match="overlap"):
        write(replace(labels, planes=(labels.data, labels.data)), tmp_path / "new.zarr")
    assert not (tmp_path / "new.zarr").exists()


# -------------------------------------------------------------------- new stores
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int32", "uint64"])
@pytest.mark.parametrize("axes", ["YX", "ZYX", "TYX"])
def test_new_stores_come_back(tmp_path, dtype, axes):
    data = np.kron(blobs(dtype), np.ones((9, 9), dtype))
    data = data if axes == "YX" else np.stack([data] * 2)
    spacing = {"YX": (0.5, 0.25), "ZYX": (3.0, 0.5, 0.25), "TYX": (1.0, 0.5, 0.25)}[axes]
    labels = LabelImage((data,), axes, spacing, "µm")
    write(labels, tmp_path / "new.zarr")
    back = read(tmp_path / "new.zarr")
    assert np.array_equal(back.data, data)
    assert (back.dtype, back.axes, back.spacing, back.unit) == (data.dtype, axes, spacing, "µm")
    told = json.loads((tmp_path / "new.zarr" / ".zattrs").read_text())
    assert [one["path"] for one in told["multiscales"][0]["datasets"]] == ["0", "1", "2"]
    assert told["image-label"] == {"version": "0.4"}
    with pytest.raises(WriteError, match="exists already"):
        write(labels, tmp_path / "new.zarr")


def test_a_type_of_numpy_that_is_another_one_by_name_alone_is_stored(tmp_path):
    for letter in "LQ":  # unsigned long and long long: equal, and on each system zarr knows one of them
        write(LabelImage.of_array(blobs().astype(letter)), tmp_path / f"{letter}.zarr")
        assert np.array_equal(read(tmp_path / f"{letter}.zarr").data, blobs())


def test_labels_of_other_formats_are_converted(tmp_path):
    (tmp_path / "in").mkdir()
    for name in "ab":
        np.save(tmp_path / "in" / f"{name}.npy", blobs())
    conversion = Conversion.of(tmp_path / "in", tmp_path / "out", "ome_zarr")
    conversion.check()
    assert [done.problem for done in conversion.steps(conversion.entries)] == ["", ""]
    assert np.array_equal(read(tmp_path / "out" / "b.zarr").data, blobs())
    back = Conversion.of(tmp_path / "out", tmp_path / "back", "npy")
    assert [done.problem for done in back.steps(back.entries)] == ["", ""]
    assert np.array_equal(np.load(tmp_path / "back" / "a.npy"), blobs())
    with pytest.raises(WriteError, match="exists already"):
        Conversion.of(tmp_path / "back" / "a.npy", tmp_path / "out" / "a.zarr", "ome_zarr").check()


# -------------------------------------------------------------------- images and data sets
def test_an_image_is_read_with_its_channels(image, tmp_path):
    found = read_image(image)
    assert (found.channel_axis, found.channel_names) == (0, ("dapi", "gfp", "cy5"))
    assert found.spacing == (0.5, 0.25)
    assert spatial_shape(image) == found.spatial_shape == SHAPE
    grey = read_image(put_store(tmp_path / "grey.zarr", blobs("float32")[None, None], "tcyx"))
    assert (grey.data.shape, grey.channel_axis) == (SHAPE, None)


def test_image_and_labels_of_a_store_belong_together(image):
    (entry,) = pair(image, image).entries
    assert (entry.name, entry.gt, entry.image) == ("scan", image / "labels" / "cells", image)
    check_shapes(entry)
    assert open_entry(entry).reference.shape == SHAPE
    cells = image / "labels" / "cells"
    (named,) = pair(cells, image, cells).entries
    assert (named.gt, named.image, named.pred) == (cells, image, cells)


def test_stores_in_a_folder_are_samples(image):
    shutil.copytree(image, image.parent / "other.ome.zarr")
    entries = pair(image.parent, image.parent).entries
    assert [entry.name for entry in entries] == ["other", "scan"]
    assert entries[1].gt == image / "labels" / "cells"
    assert entries[1].image == image
