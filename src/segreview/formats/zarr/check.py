"""What is asked of an array in a Zarr store before anything of it is unpacked.

Decoders trust what they are given: numcodecs reads as many bytes as the header of a Blosc chunk announces,
also where there are fewer, unpacks without end, and knows packs that call what stands in the file.
"""

from __future__ import annotations

import bz2
import json
import lzma
import math
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from segreview.errors import ReadError
from segreview.formats.guard import decoding, refuse_absurd

METADATA = ("zarr.json", ".zarray", ".zgroup", ".zattrs")
"""Files of a store that are no chunks, in the order in which one that describes an array is looked for."""

MOST_CHUNKS = 2**20
"""Most chunks of an array that is read whole."""

_NUMBERS = re.compile(r"(?:[<>|=]?[biuf][1248]|bool|u?int(?:8|16|32|64)|float(?:16|32|64))$")

_KNOWN = re.compile(
    r"(?:numcodecs\.)?(?:bytes|transpose|sharding_indexed|blosc|zstd|gzip|zlib|bz2|lzma|lz4"
    r"|crc32|crc32c|adler32|fletcher32|delta|shuffle|packbits)$"
)
"""What numbers are packed by. Of others some call what stands in the file (pickle)."""

_SLACK = 64
"""Bytes that checksums may add to the numbers of a chunk."""

_AGAIN = "Fetch the store again or restore it from a backup."


def refuse_strange(own: Mapping[str, bytes], path: Path) -> None:
    """Refusal of an array that holds other than numbers, or is packed by what we do not know.

    Parameters
    ----------
    own
        Files of the array by key.
    path
        Its folder, for messages.

    Raises
    ------
    ReadError
        When it is refused.
    """
    told = _described(own, path)
    with decoding(path, "Zarr"):
        dtype = told.get("dtype", told.get("data_type"))
        names = list(_codecs(told))
    if not isinstance(dtype, str) or not _NUMBERS.match(dtype):
        raise ReadError(f"{path} holds {dtype} values, not labels.", "Labels are whole numbers.")
    strange = sorted({name for name in names if not _KNOWN.match(name)})
    if "sharding_indexed" in names[1:]:
        strange = [" in ".join(names)]
    if strange:
        raise ReadError(
            f"{path} is packed by {', '.join(strange)}, which is not read.",
            "Save it anew, packed by Blosc, Zstandard or gzip.",
        )


def refuse_oversized(array: Any, path: Path) -> None:
    """Refusal of an array that cannot be read whole; raises what `refuse_strange` does."""
    pieces = array.shards or array.chunks
    refuse_absurd(path, math.prod(array.shape) * array.dtype.itemsize)
    refuse_absurd(path, math.prod(pieces) * array.dtype.itemsize, "says that a chunk holds")
    if not math.prod((*array.shape, *array.chunks)):
        raise ReadError(f"{path} has no pixels: {array.shape} in chunks of {array.chunks}.", _AGAIN)
    count = math.prod(-(-n // size) for n, size in zip(array.shape, array.chunks, strict=True))
    if count > MOST_CHUNKS:
        raise ReadError(f"{path} lies in {count:,} chunks.", "Save it anew, in larger chunks.")


def refuse_damaged(own: Mapping[str, bytes], array: Any, path: Path) -> None:
    """Refusal of chunks that are shorter than they say, or longer than they may be unpacked.

    Raises
    ------
    ReadError
        When it is refused.
    """
    packs = _packs(_described(own, path))
    most = math.prod(array.chunks) * array.dtype.itemsize + _SLACK
    count = math.prod(array.shards) // math.prod(array.chunks) if array.shards else 1
    for key, content in own.items():
        if key.rpartition("/")[2] in METADATA:
            continue
        with decoding(path / key, "Zarr"):
            if not content:
                raise EOFError("it is empty")
            for name, chunk in _parts(content, packs, count):
                if name in _UNPACKED and _UNPACKED[name](chunk, most) > most:
                    raise ValueError(f"it would be unpacked to more than {most:,} bytes")


def _packs(told: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """All that packs the chunks of an array, in this order."""
    return [*_all(told.get("filters")), *_all(told.get("compressor")), *_all(told.get("codecs"))]


def _described(own: Mapping[str, bytes], path: Path) -> Mapping[str, Any]:
    """What describes an array."""
    content = next((own[name] for name in METADATA[:2] if name in own), None)
    if content is None:
        raise ReadError(f"{path} is no array of a Zarr store.", "Fetch the store again: a part is missing.")
    with decoding(path, "Zarr"):
        return dict(json.loads(content))


def _codecs(told: Mapping[str, Any]) -> Iterator[str]:
    """Names of all that packs the numbers of an array, the outer before the inner."""
    for part in (told.get(name) for name in ("filters", "compressor", "codecs", "index_codecs")):
        for one in _all(part):
            yield _name(one)
            yield from _codecs(one.get("configuration") or {})


def _all(part: Any) -> list[Mapping[str, Any]]:
    return part if isinstance(part, list) else [part] if part else []


def _name(codec: Mapping[str, Any]) -> str:
    return str(codec.get("id", codec.get("name")))


def _parts(content: bytes, packs: Sequence[Mapping[str, Any]], count: int) -> Iterator[tuple[str, bytes]]:
    """Chunks in a file, each with the name of what packed it last."""
    name = _name(packs[-1]).removeprefix("numcodecs.") if packs else ""
    if name == "sharding_indexed":
        inner = packs[-1]["configuration"]
        for start, length in _index(content, inner, count):
            yield from _parts(content[start : start + length], inner["codecs"], 1)
    elif name == "crc32c" and _name(packs[-1]) == name:
        yield from _parts(content[:-4], packs[:-1], count)
    elif any(_name(one).removeprefix("numcodecs.") in _UNPACKED for one in packs[:-1]):
        raise ValueError("its chunks are packed more than once")
    else:
        yield name, content


def _index(content: bytes, told: Mapping[str, Any], count: int) -> list[list[int]]:
    """Start and length of each chunk in a shard."""
    if [_name(one) for one in told["index_codecs"]] != ["bytes", "crc32c"]:
        raise ValueError("its index is packed otherwise than by bytes and crc32c")
    size = 16 * count
    raw = content[:size] if told.get("index_location") == "start" else content[-size - 4 : -4]
    order = told["index_codecs"][0].get("configuration", {}).get("endian", "little")
    index = np.frombuffer(raw, "<u8" if order == "little" else ">u8", 2 * count).reshape(count, 2)
    found: list[list[int]] = index[index[:, 0] != np.iinfo(np.uint64).max].tolist()
    if any(start + length > len(content) for start, length in found):
        raise EOFError("a chunk lies behind its end")
    return found


def _blosc(chunk: bytes, _: int) -> int:
    """Bytes unpacked by the header: version and type, then bytes unpacked, of a block, and packed."""
    unpacked, _block, packed = np.frombuffer(chunk, "<u4", 3, 4).tolist()
    if packed > len(chunk):
        raise EOFError(f"{packed:,} bytes are announced, and {len(chunk):,} are there")
    return int(unpacked)


def _zstandard(chunk: bytes, _: int) -> int:
    """Bytes unpacked by the header of the frame; 0 where it does not tell them."""
    flags = chunk[4]
    single = flags >> 5 & 1
    size = (single, 2, 4, 8)[flags >> 6]
    start = 5 + (1 - single) + (0, 1, 2, 4)[flags & 3]
    return int.from_bytes(chunk[start : start + size], "little") + (256 if size == 2 else 0)


def _streamed(unpacker: Callable[[], Any], chunk: bytes, most: int) -> int:
    """Bytes unpacked, not counted further than is needed to know that they are too many."""
    return len(unpacker().decompress(chunk, most + 1))


_UNPACKED: Mapping[str, Callable[[bytes, int], int]] = {
    "blosc": _blosc,
    "zstd": _zstandard,
    "lz4": lambda chunk, _: int.from_bytes(chunk[:4], "little"),
    "gzip": partial(_streamed, partial(zlib.decompressobj, 47)),
    "zlib": partial(_streamed, zlib.decompressobj),
    "bz2": partial(_streamed, bz2.BZ2Decompressor),
    "lzma": partial(_streamed, lzma.LZMADecompressor),
}
"""Bytes that a chunk would be unpacked to, by what packed it."""
