"""Mutants of a file: the same for the same random numbers, and most of them still what the file was."""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random

from segreview.errors import SegreviewError
from segreview.formats.png import chunks

EXTREMES = (0, 1, 2, 3, 7, 8, 16, 127, 128, 255, 256, 32767, 65535, 2**16, 2**24, 2**31 - 1, 2**31, 2**32 - 1)
"""Numbers that headers are filled with; of those too large for a field the lowest bytes are taken."""

Mutator = Callable[[bytes, Random], bytes]


# -------------------------------------------------------------------- bytes
def flipped(content: bytes, random: Random) -> bytes:
    """Some bits turned over."""
    out = bytearray(content)
    for _ in range(random.choice((1, 1, 2, 5, 20)) if out else 0):
        out[_place(out, random)] ^= 1 << random.randrange(8)
    return bytes(out)


def extreme(content: bytes, random: Random) -> bytes:
    """A field of one to eight bytes, in either byte order, set to an extreme number."""
    size, at = random.choice((1, 2, 4, 4, 8)), _place(content, random)
    number = random.choice(EXTREMES) % 256**size if random.random() < 0.8 else random.randrange(256**size)
    return content[:at] + number.to_bytes(size, random.choice(("little", "big"))) + content[at + size :]


def shortened(content: bytes, random: Random) -> bytes:
    """Without its end, or without a stretch of it."""
    start = _place(content, random)
    stop = len(content) if random.random() < 0.4 else start + random.randrange(1, 40)
    return content[:start] + content[stop:]


def repeated(content: bytes, random: Random) -> bytes:
    """A stretch of it a second time, there or in another place."""
    start = _place(content, random)
    part = content[start : start + random.choice((1, 4, 16, 200))]
    at = start if random.random() < 0.5 else _place(content, random)
    return content[:at] + part * random.choice((1, 1, 1, 50)) + content[at:]


def filled(content: bytes, random: Random) -> bytes:
    """A stretch of it filled with one byte, or with any."""
    at, size = _place(content, random), random.choice((2, 8, 64))
    part = random.randbytes(size) if random.random() < 0.3 else random.choice((b"\0", b"\xff", b" ")) * size
    return content[:at] + part + content[at + size :]


BYTES: tuple[Mutator, ...] = (flipped, flipped, extreme, extreme, extreme, shortened, repeated, filled)


def scrambled(content: bytes, random: Random, magic: int = 8) -> bytes:
    """Bytes changed anywhere; mostly the first ones, by which a file is known, stay."""
    kept = magic if random.random() < 0.8 else 0
    rest = content[kept:]
    for _ in range(random.choice((1, 1, 2, 4))):
        rest = random.choice(BYTES)(rest, random)
    return content[:kept] + rest


def spliced(content: bytes, other: bytes, random: Random) -> bytes:
    """Begins like one file, and ends like another."""
    return content[: _place(content, random)] + other[_place(other, random) :]


def _place(content: Sequence[int], random: Random) -> int:
    """Place in a file, in its first bytes as often as anywhere: headers are short."""
    size = len(content)
    return random.randrange(max(1, min(size, 400) if random.random() < 0.5 else size))


# -------------------------------------------------------------------- texts
_WORDS = (
    "",
    "-1",
    "0",
    "1e400",
    "nan",
    "inf",
    "99999999999",
    "4294967296",
    "0.5",
    "é",
    '"',
    "[",
    "{",
    ":",
    "\n",
)


def reworded(content: bytes, random: Random) -> bytes:
    """Text with words exchanged, lost, doubled, or in another order."""
    words = content.decode("latin-1").split(" ")
    for _ in range(random.choice((1, 1, 2, 4))):
        at = random.randrange(len(words))
        words[at : at + 1] = random.choice(
            (
                [],
                [words[at]] * 2,
                [random.choice(_WORDS)],
                [random.choice(words)],
                [words[at], random.choice(_WORDS)],
            )
        ) or [""]
    return " ".join(words).encode("latin-1")


def relined(content: bytes, random: Random) -> bytes:
    """Text with a line lost, doubled, moved, or reworded."""
    lines = content.split(b"\n")
    at = random.randrange(len(lines))
    line = lines.pop(at) if random.random() < 0.7 else lines[at]
    if random.random() < 0.8:
        line = random.choice((reworded, scrambled))(line, random)
        lines.insert(at if random.random() < 0.8 else random.randrange(len(lines) + 1), line)
    return b"\n".join(lines)


# -------------------------------------------------------------------- containers
def png(content: bytes, random: Random) -> bytes:
    """PNG whose checksums are right again: a chunk changed, lost, doubled or moved."""
    try:
        parts, rest = chunks.split(content, Path("seed"))
    except SegreviewError:
        return scrambled(content, random)
    at = random.randrange(len(parts)) if random.random() < 0.6 else 0
    part = parts.pop(at)
    fate = random.random()
    if fate < 0.8:
        fresh = chunks.Chunk.of_data(part.name, _packed(part.data, random, zlib.decompress, zlib.compress))
        parts.insert(at, fresh)
    elif fate < 0.95:
        parts.insert(random.randrange(len(parts) + 1), part)
        parts[at:at] = [part] * random.randrange(2)
    return chunks.join(parts, rest)


def gzipped(content: bytes, random: Random) -> bytes:
    """gzip around a mutant of what it holds."""
    return _packed(content, random, gzip.decompress, lambda inner: gzip.compress(inner, 1, mtime=0))


def _packed(
    content: bytes, random: Random, unpack: Callable[[bytes], bytes], pack: Callable[[bytes], bytes]
) -> bytes:
    """Mutant of packed bytes, or packed bytes of a mutant."""
    try:
        inner = unpack(content) if random.random() < 0.7 else None
    except (OSError, EOFError, zlib.error):
        inner = None
    return scrambled(content, random, 0) if inner is None else pack(mutated(inner, random))


def archive(content: bytes, random: Random) -> bytes:
    """Zip archive with a member changed, renamed, lost or doubled."""
    import io
    from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

    try:
        with ZipFile(io.BytesIO(content)) as old:
            members = [(info.filename, old.read(info)) for info in old.infolist()]
    except (BadZipFile, NotImplementedError, OSError, EOFError, ValueError, zlib.error, RuntimeError):
        return scrambled(content, random, 4)
    at = random.randrange(max(1, len(members)))
    for name, inner in members[at : at + 1]:
        members[at : at + 1] = random.choice(
            (
                [(name, mutated(inner, random))],
                [(name, mutated(inner, random))],
                [(name, mutated(inner, random))],
                [(name, inner), (name, mutated(inner, random))],
                [(random.choice(("x", "../x.npy", "x/", "é.roi", "masks.npy", name.upper())), inner)],
                [],
            )
        )
    file = io.BytesIO()
    with ZipFile(file, "w", random.choice((ZIP_DEFLATED, ZIP_STORED))) as new:
        for name, inner in members:
            new.writestr(name, inner)
    return file.getvalue()


def directory(content: bytes, random: Random) -> bytes:
    """TIFF with an entry of a directory changed: its tag, type, number of values, or value."""
    order = "<" if content[:2] == b"II" else ">"
    big = content[2:4] in (b"+\0", b"\0+")
    width, entry, counted = (8, 20, 8) if big else (4, 12, 2)
    places, at = [], _number(content, 8 if big else 4, width, order)
    while 0 < at < len(content) and len(places) < 9:
        places.append(at)
        behind = at + counted + entry * _number(content, at, counted, order)
        at = _number(content, behind, width, order)
    if not places:
        return scrambled(content, random, 4)
    first = random.choice(places)
    entries = max(1, _number(content, first, counted, order))
    start = first + counted + entry * random.randrange(min(entries, 200))
    field, size = random.choice(((0, 2), (2, 2), (4, width), (4 + width, width), (4 + width, 2)))
    old = _number(content, start + field, size, order)
    fresh = random.choice(
        (random.choice(EXTREMES), old + 1, old - 1, old * 2, old ^ 1 << random.randrange(8 * size))
    )
    fresh = random.randrange(254, 340) if field == 0 else random.randrange(20) if field == 2 else fresh
    packed = (fresh % 256**size).to_bytes(size, "little" if order == "<" else "big")
    return content[: start + field] + packed + content[start + field + size :]


def _number(content: bytes, at: int, size: int, order: str) -> int:
    return int.from_bytes(content[at : at + size], "little" if order == "<" else "big")


def volume(content: bytes, random: Random) -> bytes:
    """NIfTI with a number of its header set to an extreme."""
    order = "<" if content[:4] in (b"\x5c\1\0\0", b"\x1c\2\0\0") else ">"
    at = random.choice((40, 42, 44, 46, 70, 72, 108, 112, 116, 123, 252, 254, 344, random.randrange(4, 352)))
    if random.random() < 0.4:
        number = random.choice((0.0, -1.0, 1.5, 352.0, 1e30, float("nan"), float("inf")))
        return content[:at] + struct.pack(f"{order}f", number) + content[at + 4 :]
    number = random.choice((0, 1, 2, 3, 4, 5, 7, 8, 16, 64, 256, 512, 768, 1024, 1280, 2304, 32767, -1))
    return content[:at] + struct.pack(f"{order}h", number) + content[at + 2 :]


def array(content: bytes, random: Random) -> bytes:
    """.npy with a header reworded, and of the right length; a pickle in it is changed in its steps."""
    begin = 10 if content[6:7] == b"\1" else 12
    stop = begin + int.from_bytes(content[8:begin], "little")
    if b"|O" in content[begin:stop] and random.random() < 0.8:
        return content[:stop] + pickle(content[stop:], random)
    header = random.choice((reworded, scrambled, _recounted))(content[begin:stop], random)
    return content[:8] + len(header).to_bytes(begin - 8, "little") + header + content[stop:]


def _recounted(header: bytes, random: Random) -> bytes:
    """Header with another number, type or order."""
    old = random.choice(
        (b"37", b"53", b"3", b"<", b"u", b"i", b"f", b"1", b"2", b"4", b"8", b"False", b"(", b")")
    )
    new = (
        b"0",
        b"1",
        b"-1",
        b"37",
        b"4294967296",
        b"99999999",
        b"O",
        b"V",
        b"U",
        b">",
        b"c",
        b"True",
        b"(1,",
        b"3.",
    )
    return header.replace(old, random.choice(new), random.choice((1, -1)))


def pickle(content: bytes, random: Random) -> bytes:
    """Pickle with a step lost, doubled, moved or put in the place of another, or with a changed byte."""
    from pickletools import genops

    try:
        begins = [at for _, _, at in genops(content) if at is not None]
    except Exception:  # a mutant of a mutant need not be a pickle: any error says so
        return scrambled(content, random, 0)
    bounds = [*begins, len(content)]
    steps = [content[a:b] for a, b in pairwise(bounds)]
    at = random.randrange(len(steps))
    step, other = steps[at], random.choice(steps)
    steps[at : at + 1] = random.choice(
        ([], [step, step], [other], [step, other], [scrambled(step, random, 1)], [scrambled(step, random, 0)])
    )
    return b"".join(steps)


def shard(content: bytes, random: Random) -> bytes:
    """Shard of Zarr with a chunk in it changed, or its index, whose checksum is right again."""
    from google_crc32c import value as crc32c

    size = _index_size(content)
    chunks_, index = content[: -size - 4], content[-size - 4 : -4]
    if random.random() < 0.5:
        return scrambled(chunks_, random)[: len(chunks_)].ljust(len(chunks_), b"\0") + content[-size - 4 :]
    at = 8 * random.randrange(size // 8)
    old = int.from_bytes(index[at : at + 8], "little")
    fresh = (
        random.choice((random.choice(EXTREMES), old + 1, old - 1, old * 2, 2**64 - 1, len(content))) % 2**64
    )
    index = index[:at] + fresh.to_bytes(8, "little") + index[at + 8 :]
    return chunks_ + index + crc32c(index).to_bytes(4, "little")


def _index_size(content: bytes) -> int:
    """Bytes of the index of chunks at the end of a shard; 0 where there is none."""
    from google_crc32c import value as crc32c

    sizes = range(16, min(len(content) - 3, 16 * 16), 16)
    told = content[-4:]
    return next((size for size in sizes if crc32c(content[-size - 4 : -4]).to_bytes(4, "little") == told), 0)


# -------------------------------------------------------------------- by content
def mutated(content: bytes, random: Random) -> bytes:
    """Mutant of a file of any of the formats; two of three keep the structure of what they change."""
    from json_mutants import tree

    for magic, structured in (
        (chunks.SIGNATURE, png),
        (b"PK", archive),
        (b"\x1f\x8b", gzipped),
        (b"II", directory),
        (b"MM", directory),
        (b"\x93NUMPY", array),
        (b"{", tree),
        (b"[", tree),
        (b"\xef\xbb\xbf{", tree),
        (b"NRRD", header_and_data),
    ):
        if content.startswith(magic):
            kept = random.random() < (0.9 if structured is tree else 0.7)
            return structured(content, random) if kept else scrambled(content, random)
    if content[344:346] in (b"n+", b"ni") or content[4:8] == b"n+2\0":
        return volume(content, random) if random.random() < 0.6 else scrambled(content, random)
    if _index_size(content):
        return shard(content, random)
    if len(content) < 20_000 and content.isascii() and content:
        return relined(content, random)
    return scrambled(content, random)


def header_and_data(content: bytes, random: Random) -> bytes:
    """NRRD with a line of its header changed, or with other data behind it."""
    header, mark, data = content.partition(b"\n\n")
    if random.random() < 0.7:
        first, end, rest = header.partition(b"\n")
        return first + end + relined(rest, random) + mark + data
    return header + mark + (gzipped if data.startswith(b"\x1f\x8b") else scrambled)(data, random)
