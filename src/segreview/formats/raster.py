"""Labels that a file keeps as one array of numbers: from numbers to labels and back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from segreview.errors import LossError, ReadError, WriteError
from segreview.formats.format import Keeps, ReadOptions
from segreview.formats.guard import file_bytes, stamp_of
from segreview.formats.kind import (
    Decision,
    components,
    decide,
    distinct,
    limits,
    refuse_too_large,
    whole_numbers,
)
from segreview.formats.replacing import Draft
from segreview.model.labels import Kind, LabelImage, Origin
from segreview.model.ontology import Ontology

_NOTHING: Mapping[str, Any] = MappingProxyType({})

_UNSIGNED = ("uint8", "uint16", "uint32", "uint64")
_WIDER = {"b": _UNSIGNED, "u": _UNSIGNED[1:], "i": ("int16", "int32", "int64"), "f": ("float32", "float64")}
"""Types that labels are promoted to, by the kind of the type that they are stored in."""


@dataclass(frozen=True, eq=False)
class Raster:
    """Numbers of a label file as they are stored.

    Parameters
    ----------
    numbers
        ``(Y, X)``, ``(Z, Y, X)`` or ``(T, Y, X)`` in the file's type, in native byte order.
    axes
        One letter per array axis.
    spacing
        Size of a pixel along each axis, in ``unit``; empty when the file does not say.
    facts
        What else the codec wants the origin to remember.
    largest
        Largest number that the file has a place for, where that is less than its type holds.
    """

    numbers: np.ndarray
    axes: str
    spacing: tuple[float, ...] = ()
    unit: str = "pixel"
    facts: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    largest: int | None = None


@dataclass(frozen=True)
class Codec:
    """Pure functions between the bytes of a file and its numbers.

    Parameters
    ----------
    name
        Name of the format.
    title
        How messages call it.
    decode
        Numbers of a file's bytes; the path is for messages.
    revise
        The same file with other numbers of the same type and shape: all else is kept.
    encode
        A new file. Where a model is given, what describes its image is kept; numbers differ in type.
    keeps
        What the format can hold.
    """

    name: str
    title: str
    decode: Callable[[bytes, Path], Raster]
    revise: Callable[[bytes, np.ndarray, Path], bytes]
    encode: Callable[[Raster, bytes | None, Path], bytes]
    keeps: Keeps

    def read(self, path: Path, options: ReadOptions) -> LabelImage:
        """Labels of a file.

        Raises
        ------
        ReadError
            When the file is missing, damaged, or holds no labels.
        """
        raster, origin = self.open(path)
        return labels_of(raster, options, origin)

    def open(self, path: Path) -> tuple[Raster, Origin]:
        """Numbers of a file, and all that is needed to write them back; raises what `read` does."""
        stamp = stamp_of(path)
        content = file_bytes(path)
        raster = self.decode(content, path)
        return raster, Origin(self.name, (path,), (digest(content),), raster.facts, raster.largest, (stamp,))

    def write(self, labels: LabelImage, path: Path) -> tuple[Draft, ...]:
        """File as it is going to be; no draft when no pixel changed and the target is the origin.

        Raises
        ------
        LossError
            When an id does not fit.
        WriteError
            When the original is gone or was changed by another program.
        """
        numbers = numbers_of(labels)
        origin = labels.origin
        if origin is None or origin.format != self.name:
            fitted = fitting(numbers, self.keeps, self.title)
            fresh = Raster(fitted, labels.axes, labels.spacing, labels.unit)
            return (self.draft(path, self.encode(fresh, None, path), fitted),)
        content = original_bytes(origin, 0)
        before = self.decode(content, origin.path)
        if before.numbers.dtype != numbers.dtype:
            content = self.encode(replace(before, numbers=numbers), content, path)
        elif not np.array_equal(before.numbers, numbers):
            content = self.revise(content, numbers, path)
        elif same_file(path, origin.path):
            return ()
        return (self.draft(path, content, numbers),)

    def draft(self, path: Path, content: bytes, numbers: np.ndarray) -> Draft:
        """Bytes for a file together with the check that they hold these numbers."""
        return Draft(path, content, partial(self._holds, path, numbers))

    def _holds(self, path: Path, numbers: np.ndarray, content: bytes) -> bool:
        """Whether bytes decode to these numbers in this type."""
        back = self.decode(content, path).numbers
        return back.dtype == numbers.dtype and np.array_equal(back, numbers)


def digest(content: bytes) -> str:
    """SHA-256 of a file's bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def same_file(one: Path, other: Path) -> bool:
    """Whether two paths lead to one file, links followed."""
    return one.resolve() == other.resolve()


def original_bytes(origin: Origin, index: int) -> bytes:
    """Bytes of one of the files that labels came from.

    Raises
    ------
    WriteError
        When the file is gone, or differs from what was read.
    """
    path = origin.files[index]
    try:
        content = file_bytes(path)
    except ReadError as error:
        raise WriteError(
            f"Saving copies the original with its changed pixels, but {error.message}",
            "Put the file back, or save the labels as a new file.",
        ) from error
    if digest(content) != origin.digests[index]:
        raise WriteError(
            f"{path} was changed by another program since it was opened.",
            "Nothing was written. Save into another folder, or open the file again to see what changed.",
        )
    return content


def labels_of(
    raster: Raster, options: ReadOptions, origin: Origin, void: frozenset[int] = frozenset()
) -> LabelImage:
    """Labels that numbers of a file stand for.

    Parameters
    ----------
    raster
        The numbers.
    options
        What the user asked for.
    origin
        The file.
    void
        Ids that take part in no figure, beside those of the class table.

    Raises
    ------
    ReadError
        When the numbers are no labels.
    """
    numbers = whole_numbers(raster.numbers, origin.path)
    decision = decide(numbers, options, origin.path)
    plane, facts = _plane(numbers, decision, origin)
    labels = LabelImage(
        planes=(plane,),
        axes=raster.axes,
        spacing=raster.spacing,
        unit=raster.unit,
        kind=decision.kind,
        background=decision.background,
        stored=None if plane.dtype == raster.numbers.dtype else raster.numbers.dtype,
        ontology=options.ontology,
        origin=replace(origin, facts=MappingProxyType(facts)),
    )
    ids = distinct(plane)
    if decision.kind is not Kind.BINARY:
        labels = replace(labels, void=void | void_of(ids, options.ontology))
    return replace(labels, reading=told(labels, ids, decision))


def _plane(numbers: np.ndarray, decision: Decision, origin: Origin) -> tuple[np.ndarray, dict[str, Any]]:
    """Writable plane, and the facts with the two values of a mask among them."""
    facts = dict(origin.facts)
    if decision.values is not None:
        facts["values"] = decision.values
        return components(numbers == decision.values[1]), facts
    plane = numbers.astype(np.uint8) if numbers.dtype.kind == "b" else numbers
    return (plane if plane.flags.writeable else plane.copy()), facts


def void_of(ids: np.ndarray, ontology: Ontology | None) -> frozenset[int]:
    """Ids that take part in no figure: the ignored classes and their instances."""
    if ontology is None:
        return frozenset()
    ignored = ontology.void_ids
    instances = {int(i) for i in ids if ontology.category_of(int(i)) in ignored}
    return ignored | instances


def with_background(labels: LabelImage, background: int | None, reason: str) -> LabelImage:
    """Same labels with another background, and the line that says so.

    Parameters
    ----------
    labels
        The labels.
    background
        Id that stands for "no object", or None.
    reason
        Why, in words.
    """
    changed = replace(labels, background=background)
    ids = np.unique(np.concatenate([distinct(plane) for plane in labels.planes]))
    reading = told(changed, ids, Decision(labels.kind, background, reason))
    return replace(changed, reading=reading)


def told(labels: LabelImage, ids: np.ndarray, decision: Decision) -> str:
    """One line that says how kind and background were decided."""
    objects = sum(1 for i in ids if int(i) not in labels.outside)
    counted = f"{objects} {'class' if labels.kind is Kind.SEMANTIC else 'object'}"
    plural = "" if objects == 1 else "es" if labels.kind is Kind.SEMANTIC else "s"
    much = f"{counted}{plural}" if objects else "no objects"
    ground = "every pixel is labelled" if labels.background is None else f"{labels.background} is background"
    if decision.values is not None:
        ground = f"connected components of {decision.values[1]}, {decision.values[0]} is background"
    why = decision.reason if decision.reason == "as asked" else f"rule: {decision.reason}"
    name = "a two-valued mask" if labels.kind is Kind.BINARY else f"{labels.kind} labels"
    return f"read as {name}: {much}, {ground} ({why})"


def numbers_of(labels: LabelImage) -> np.ndarray:
    """Numbers that a file stores for labels, in the file's type; the inverse of `labels_of`.

    Raises
    ------
    LossError
        When an id does not fit the type.
    """
    if len(labels.planes) != 1:
        raise LossError(
            f"objects overlap in {len(labels.planes)} planes: one array of numbers cannot hold them.",
            "Save in a format that keeps overlaps.",
        )
    dtype = labels.dtype.newbyteorder("=")
    if labels.kind is Kind.BINARY:
        low, high = two_values(labels)
        mask: np.ndarray = np.where(labels.data != 0, high, low).astype(dtype)
        return mask
    name = str(labels.path or "the file")
    refuse_too_large(labels.data, dtype, name)
    return labels.data.astype(dtype, copy=False)


def two_values(labels: LabelImage) -> tuple[int, int]:
    """What a two-valued mask writes for background and for objects."""
    told_by_file = labels.origin.facts.get("values") if labels.origin is not None else None
    if told_by_file is not None:
        return int(told_by_file[0]), int(told_by_file[1])
    return 0, 1 if labels.dtype.kind == "b" else min(255, limits(labels.dtype)[1])


def fitting(numbers: np.ndarray, keeps: Keeps, title: str) -> np.ndarray:
    """Numbers in a type that a format stores: their own where it can, else the smallest that holds them.

    Raises
    ------
    LossError
        When no type of the format holds every id.
    """
    if numbers.dtype.name in keeps.dtypes:
        return numbers
    low, high = (int(numbers.min()), int(numbers.max())) if numbers.size else (0, 0)
    for name in keeps.dtypes:
        least, most = limits(np.dtype(name))
        if least <= low and high <= most:
            return numbers.astype(name)
    raise LossError(
        f"{title} cannot hold ids from {low} to {high}.",
        "Save in a format with wider numbers, for example TIFF.",
    )


def wider(dtype: np.dtype[Any]) -> np.dtype[Any] | None:
    """Next wider type of the same sort of numbers, or None: the way out when an id does not fit."""
    types = map(np.dtype, _WIDER[dtype.kind])
    return next((found for found in types if found.itemsize > dtype.itemsize or dtype.kind == "b"), None)


def promoted(labels: LabelImage, dtype: np.dtype[Any]) -> LabelImage:
    """Same labels for a file with a wider type of numbers: saving then stores every pixel anew."""
    if dtype.kind == "f":
        return replace(labels, stored=dtype)
    return replace(labels, planes=tuple(plane.astype(dtype) for plane in labels.planes), stored=None)
