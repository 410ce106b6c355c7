"""Gestures as bytes: a JSON description followed by the pixels of its patches.

The layout of a record is ``u32 length of the JSON | JSON (UTF-8) | pixels``, all little-endian;
the pixels of a patch are its packed mask, old values and new values, one after the other, and all
of them are compressed together with zlib.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from segreview.model.box import Box
from segreview.model.edit import Edit, Patch
from segreview.session.class_change import ClassChange
from segreview.session.gesture import Gesture
from segreview.session.verdict import Judgement, NoteChange, Verdict, VerdictChange

_LENGTH = struct.Struct("<I")

BEGINNING = b'{"record":"'
"""How the JSON of every record begins; it can stand nowhere else in one, since JSON escapes quotes."""


def pack(fields: dict[str, Any], pixels: bytes = b"") -> bytes:
    """Record of JSON fields, ``record`` the first of them, and raw pixels."""
    text = json.dumps(fields, separators=(",", ":"), ensure_ascii=False)
    head = text.encode("utf-8", "surrogatepass")  # paths that are no UTF-8 hold lone surrogates
    return _LENGTH.pack(len(head)) + head + (zlib.compress(pixels, 1) if pixels else b"")


def unpack_fields(record: bytes) -> dict[str, Any]:
    """JSON fields of a record."""
    (length,) = _LENGTH.unpack_from(record)
    fields = json.loads(record[_LENGTH.size : _LENGTH.size + length])
    if not isinstance(fields, dict):
        raise ValueError("a record holds a JSON object")
    return fields


def _unpack_pixels(record: bytes) -> bytes:
    (length,) = _LENGTH.unpack_from(record)
    rest = record[_LENGTH.size + length :]
    return zlib.decompress(rest) if rest else b""


def pack_gesture(gesture: Gesture, **fields: Any) -> bytes:
    """Record of a gesture; ``fields`` are added to its JSON."""
    pixels = bytearray()
    described = {
        "record": "gesture",
        **fields,
        "title": gesture.title,
        "author": gesture.author,
        "time": gesture.time,
        "edits": [_describe_edit(edit, pixels) for edit in gesture.edits],
        "verdicts": [_describe_change(change) for change in gesture.verdicts],
    }
    if gesture.notes:  # programs that know no notes pass over the field
        described["notes"] = [_describe_note(change) for change in gesture.notes]
    if gesture.classes:  # the journal is one of schema 2 then
        described["classes"] = [[change.id, change.before, change.after] for change in gesture.classes]
    return pack(described, bytes(pixels))


def unpack_gesture(record: bytes) -> Gesture:
    """Gesture of a record."""
    fields, pixels = unpack_fields(record), memoryview(_unpack_pixels(record))
    author, time = str(fields["author"]), float(fields["time"])
    edits = []
    for described in fields["edits"]:
        patches = []
        for patch in described["patches"]:
            read, pixels = _read_patch(patch, pixels)
            patches.append(read)
        edits.append(
            Edit(described["source"], described["plane"], tuple(patches), described["tool"], author, time)
        )
    verdicts = tuple(_read_change(change) for change in fields["verdicts"])
    notes = tuple(_read_note(change) for change in fields.get("notes", ()))
    classes = tuple(ClassChange(*change) for change in fields.get("classes", ()))
    return Gesture(fields["title"], tuple(edits), verdicts, author, time, notes, classes)


def pack_planes(planes: Sequence[np.ndarray], **fields: Any) -> bytes:
    """Record of JSON fields and whole label planes of one shape and dtype."""
    dtype = planes[0].dtype.newbyteorder("<")
    described = {**fields, "shape": [len(planes), *planes[0].shape], "dtype": dtype.str}
    return pack(described, b"".join(plane.astype(dtype, copy=False).tobytes() for plane in planes))


def unpack_planes(record: bytes) -> tuple[np.ndarray, ...]:
    """Label planes of a record, as arrays of their own."""
    fields = unpack_fields(record)
    dtype = np.dtype(fields["dtype"])
    planes = np.frombuffer(_unpack_pixels(record), dtype).reshape(fields["shape"])
    return tuple(plane.astype(dtype.newbyteorder("=")) for plane in planes)


def _describe_edit(edit: Edit, pixels: bytearray) -> dict[str, Any]:
    return {
        "source": edit.source,
        "plane": edit.plane,
        "tool": edit.tool,
        "ids": sorted(edit.ids),
        "patches": [_describe_patch(patch, pixels) for patch in edit.patches],
    }


def _describe_patch(patch: Patch, pixels: bytearray) -> dict[str, Any]:
    dtype = patch.old.dtype.newbyteorder("<")
    pixels += patch.mask
    pixels += patch.old.astype(dtype, copy=False).tobytes()
    pixels += patch.new.astype(dtype, copy=False).tobytes()
    return {
        "start": patch.box.start,
        "stop": patch.box.stop,
        "dtype": dtype.str,
        "bytes": [len(patch.mask), patch.old.size, patch.new.size],
    }


def _read_patch(described: dict[str, Any], pixels: memoryview) -> tuple[Patch, memoryview]:
    dtype = np.dtype(described["dtype"])
    masked, old, new = described["bytes"]
    box = Box(tuple(described["start"]), tuple(described["stop"]))
    first, second = masked + old * dtype.itemsize, masked + (old + new) * dtype.itemsize
    native = dtype.newbyteorder("=")
    patch = Patch(
        box,
        bytes(pixels[:masked]),
        np.frombuffer(pixels[masked:first], dtype).astype(native),
        np.frombuffer(pixels[first:second], dtype).astype(native),
    )
    return patch, pixels[second:]


def _describe_change(change: VerdictChange) -> dict[str, Any]:
    return {
        "key": change.key,
        "relation": change.relation,
        "reference_ids": change.reference_ids,
        "prediction_ids": change.prediction_ids,
        "before": _describe_verdict(change.before),
        "after": _describe_verdict(change.after),
    }


def _describe_note(change: NoteChange) -> dict[str, Any]:
    return {
        "key": change.key,
        "reference_ids": change.reference_ids,
        "prediction_ids": change.prediction_ids,
        "before": change.before,
        "after": change.after,
    }


def _read_note(described: dict[str, Any]) -> NoteChange:
    return NoteChange(
        described["key"],
        tuple(described["reference_ids"]),
        tuple(described["prediction_ids"]),
        described["before"],
        described["after"],
    )


def _describe_verdict(verdict: Verdict | None) -> dict[str, Any] | None:
    if verdict is None:
        return None
    return {
        "value": str(verdict.value),
        "note": verdict.note,
        "author": verdict.author,
        "time": verdict.time,
    }


def _read_change(described: dict[str, Any]) -> VerdictChange:
    return VerdictChange(
        described["key"],
        described["relation"],
        tuple(described["reference_ids"]),
        tuple(described["prediction_ids"]),
        _read_verdict(described["before"]),
        _read_verdict(described["after"]),
    )


def _read_verdict(described: dict[str, Any] | None) -> Verdict | None:
    if described is None:
        return None
    return Verdict(Judgement(described["value"]), described["note"], described["author"], described["time"])
