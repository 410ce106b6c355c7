"""Mutants of JSON: values, types, nesting and names changed, in a text that mostly stays JSON."""

from __future__ import annotations

import base64
import json
from random import Random
from typing import Any

from mutants import mutated, relined, scrambled

# Not formatted: a line for each would say no more.
_VALUES = (
    None, True, False, 0, 1, -1, 2**31, 2**63, 10**400, -(2**70), 0.5, -1e308, 1e308,
    float("nan"), float("inf"), "", "x", "nan", "\ud800", "../x.png", "/", "é" * 300,
    [], {}, [[]], [None], {"a": 1}, [[0, 0], [1, 1]],
)  # fmt: skip

# Not formatted, as above.
_WORDS = (
    "uint8", "int64", "bool", "float32", "<u2", ">u4", "|b1", "|O", "M8[s]", "C", "F", "little", "big",
    "blosc", "zstd", "gzip", "zlib", "lz4", "bz2", "lzma", "bytes", "crc32c", "transpose", "sharding_indexed",
    "numcodecs.zlib", "pickle", "delta", "start", "end", "default", "v2", ".", "/", "t", "c", "z", "y", "x",
    "scale", "translation", "0.1", "0.3", "0.4", "0.5", "0.9", "s0", "s1", "../s0", "group", "array",
    "micrometer", "millimeter",
)  # fmt: skip
"""Words that a store of Zarr is described by: one of them is exchanged for another."""


class _Doubled(dict):  # type: ignore[type-arg]  # only a dict itself is written by json
    """Members that are written a second time behind the others, with other values."""

    def __init__(self, members: dict[str, Any], again: dict[str, Any]) -> None:
        super().__init__(members)
        self.again = again

    def items(self) -> Any:
        return [*super().items(), *self.again.items()]


def tree(content: bytes, random: Random) -> bytes:
    """JSON with some values changed, laid out as it may be."""
    try:
        root = json.loads(content)
    except (ValueError, RecursionError):
        return scrambled(content, random, 1)
    if random.random() < 0.08:
        return relined(content, random)
    for _ in range(random.choice((1, 1, 1, 2, 5))):
        root = _changed(root, random)
    indent = random.choice((None, None, 1, 2))
    text = json.dumps(root, indent=indent, ensure_ascii=random.random() < 0.8)
    if random.random() < 0.01:
        text = text.replace("null", "[" * 100_000, 1)
    return text.encode(errors="surrogatepass")


def _changed(value: Any, random: Random) -> Any:
    """Value with one change in it, at any depth."""
    if isinstance(value, dict) and value:
        name = random.choice(list(value))
        if random.random() < 0.9:
            inner = _changed(value[name], random)
            if random.random() < 0.04:
                return _Doubled(value, {name: inner})
            return value | {name: inner}
        lost = {key: inner for key, inner in value.items() if key != name}
        return lost if random.random() < 0.7 else lost | {random.choice(("id", "x", "é", "")): value[name]}
    if isinstance(value, list) and value and random.random() < 0.9:
        at = random.randrange(len(value))
        fresh = random.choice(
            ([], [value[at]] * 2, [_changed(value[at], random)], [_changed(value[at], random)])
        )
        return [*value[:at], *fresh, *value[at + 1 :]]
    return _other(value, random)


def _other(value: Any, random: Random) -> Any:
    """Another value, of the same type as often as not."""
    if value in _WORDS and random.random() < 0.4:
        return random.choice(_WORDS)
    if isinstance(value, str) and random.random() < 0.6:
        if value.startswith("iVBOR"):
            return base64.b64encode(mutated(base64.b64decode(value), random)).decode()
        at = random.randrange(len(value) + 1)
        return value[:at] + random.choice(("", "0", "\x7f", "z", " ")) + value[at + random.randrange(2) :]
    if isinstance(value, int | float) and abs(value) < 2**64 and random.random() < 0.6:
        return random.choice((value + 1, value - 1, -value, value * 1000, value / 3, value + 0.5, str(value)))
    return random.choice((*_VALUES, [value], {"x": value}, str(value)))
