"""What the integers of a file stand for: asked for, told by a class table, or decided by a stated rule."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from segreview.errors import LossError, ReadError
from segreview.formats.format import ReadOptions, Usual
from segreview.model.labels import Kind
from segreview.model.ontology import Ontology

MOST_CLASSES = 64
"""Most distinct ids of an image that the rule takes for classes."""

LARGEST_CLASS = 255
"""Largest id that the rule takes for a class."""

CLASS_PARTS = 3
"""Classes come in several pieces each, objects in one: the median that tells them apart."""

_DENSE_RANGE = 2**26


@dataclass(frozen=True)
class Decision:
    """What the integers of a file stand for, and why.

    Parameters
    ----------
    kind
        Instance, semantic, panoptic or binary.
    background
        Id that stands for "no object", or None.
    reason
        The rule in words.
    values
        Of a two-valued mask: what the file writes for background and for objects.
    """

    kind: Kind
    background: int | None
    reason: str
    values: tuple[int, int] | None = None


def decide(numbers: np.ndarray, options: ReadOptions, path: Path) -> Decision:
    """Kind and background of a file's integers.

    Parameters
    ----------
    numbers
        ``(Y, X)`` or ``(Z, Y, X)``, integers or booleans.
    options
        What the user asked for.
    path
        The file, for messages.

    Raises
    ------
    ReadError
        When a two-valued mask is asked for and there are more values.
    """
    ids = distinct(numbers)
    if options.kind is Kind.BINARY and ids.size > 2:
        raise ReadError(
            f"{path} is no two-valued mask: it holds {ids.size} values.",
            "Read it as instance labels or as classes: File > Read as, or --kind.",
        )
    if options.kind is not None:
        kind, reason = options.kind, "as asked"
    else:
        kind, reason = _guess(numbers, ids, options.ontology)
        if options.usual is not None and options.usual.kind is not kind:
            kind, reason = _as_usual(options.usual, ids, kind, reason)
    background: int | None = 0
    if kind is Kind.BINARY:
        values = _two_values(ids, numbers.dtype, options.usual)
        if options.usual is not None and values != _two_values(ids, numbers.dtype, None):
            reason = options.usual.why
        return Decision(kind, 0, reason, values)
    if options.background != "auto":
        background = options.background
    elif kind is not Kind.INSTANCE or 0 not in ids:
        background = None
    return Decision(kind, background, reason)


def _guess(numbers: np.ndarray, ids: np.ndarray, ontology: Ontology | None) -> tuple[Kind, str]:
    """Kind that nobody asked for, with the rule in words."""
    if ontology is not None and _within(ids, ontology):
        if ontology.factor and int(ids.max(initial=0)) >= ontology.factor:
            return Kind.PANOPTIC, f"ids are classes of {ontology.name} times {ontology.factor} plus a number"
        return Kind.SEMANTIC, f"every id is a class of {ontology.name}"
    if numbers.dtype.kind == "b" or _is_mask(ids, numbers.dtype):
        return Kind.BINARY, "exactly two values"
    few = 2 < ids.size <= MOST_CLASSES and ids[0] >= 0 and ids[-1] <= LARGEST_CLASS
    if few and median_parts(numbers) >= CLASS_PARTS:
        return Kind.SEMANTIC, f"{ids.size} ids that lie in several pieces each"
    why = {1: "a single value", 2: "two values, but not those of a mask"}
    more = "more than two values, ids in one piece" if few else "more than two values"
    return Kind.INSTANCE, why.get(ids.size, more)


def _as_usual(usual: Usual, ids: np.ndarray, guess: Kind, reason: str) -> tuple[Kind, str]:
    """Kind that is known rather than a guess that differs, unless the file cannot be of it."""
    if usual.kind is Kind.BINARY and ids.size > 2:
        return guess, f"{reason}; no two-valued mask {usual.why}"
    if ids.size < 2:
        return usual.kind, usual.why
    return usual.kind, f"{usual.why}; alone it would be {guess}: {reason}"


def _is_mask(ids: np.ndarray, dtype: np.dtype) -> bool:
    """Whether two values are those that masks are drawn with; 0 and 7 are one object with the id 7."""
    usual = {1, 255} | ({int(np.iinfo(dtype).max)} if dtype.kind in "iu" else set())
    return ids.size == 2 and (int(ids[0]) != 0 or int(ids[1]) in usual)


def _within(ids: np.ndarray, ontology: Ontology) -> bool:
    """Whether every id is a class of the table, or an instance of one."""
    classes = (int(i) if ontology.factor == 0 else ontology.category_of(int(i)) for i in ids)
    return all(ontology.get(i) is not None for i in classes)


def _two_values(ids: np.ndarray, dtype: np.dtype[Any], usual: Usual | None) -> tuple[int, int]:
    """What the file writes for background and for objects; what is known goes before the rule."""
    if usual is not None and usual.values is not None and set(ids.tolist()) <= set(usual.values):
        return usual.values
    if ids.size == 2:
        low, high = int(ids[0]), int(ids[1])
        return (high, low) if high == 0 else (low, high)
    only = int(ids[0]) if ids.size else 0
    if only != 0:
        return 0, only
    return 0, 255 if dtype == np.uint8 else 1


def distinct(numbers: np.ndarray) -> np.ndarray:
    """Every value that occurs, sorted; one pass without sorting the pixels when their range is small."""
    if numbers.size == 0 or numbers.dtype.kind == "b":
        return np.unique(numbers)
    low, high = int(numbers.min()), int(numbers.max())
    if high - low >= _DENSE_RANGE or high > np.iinfo(np.int64).max:
        return np.unique(numbers)
    seen = np.zeros(high - low + 1, bool)
    seen[numbers.astype(np.int64, copy=False) - low if low else numbers] = True
    return np.flatnonzero(seen) + low


def median_parts(numbers: np.ndarray) -> float:
    """Median over the ids of the number of connected pieces, diagonals connected.

    Parameters
    ----------
    numbers
        Values between 0 and `LARGEST_CLASS`.
    """
    from skimage.measure import label

    parts = label(numbers.astype(np.int16), background=-1, connectivity=numbers.ndim)  # type: ignore[no-untyped-call]
    id_of_part = np.zeros(int(parts.max()) + 1, np.int16)
    id_of_part[parts] = numbers
    pieces = np.bincount(id_of_part[1:])
    return float(np.median(pieces[pieces > 0]))


def components(mask: np.ndarray) -> np.ndarray:
    """Connected components of a mask as int32 ids from 1, diagonals connected."""
    from scipy.ndimage import generate_binary_structure, label

    found = np.zeros(mask.shape, np.int32)
    label(mask, structure=generate_binary_structure(mask.ndim, mask.ndim), output=found)
    return found


def whole_numbers(numbers: np.ndarray, path: Path) -> np.ndarray:
    """Integers of an array of whole-number floats; integers and booleans as they are.

    Raises
    ------
    ReadError
        When a pixel is a fraction, not a number, or beyond what integers hold exactly.
    """
    if numbers.dtype.kind in "iub":
        return numbers
    if numbers.dtype.kind != "f":
        raise ReadError(f"{path} holds {numbers.dtype} values, not labels.", "Labels are whole numbers.")
    with np.errstate(invalid="ignore", over="ignore"):
        wrong = ~((numbers == np.rint(numbers)) & (np.abs(numbers) < 2.0**53))
    if wrong.any():
        where = tuple(int(i) for i in np.unravel_index(int(wrong.argmax()), wrong.shape))
        raise ReadError(
            f"{path} holds {numbers[where]!s} at pixel {where}: labels are whole numbers.",
            "Is it a probability map? Then pass it as --prob, or threshold it first.",
        )
    largest = float(np.abs(numbers).max(initial=0))
    return numbers.astype(np.int32 if largest <= np.iinfo(np.int32).max else np.int64)


def refuse_too_large(numbers: np.ndarray, dtype: np.dtype[Any], name: str) -> None:
    """Refusal of ids that a number type cannot hold, before anything is written.

    Raises
    ------
    LossError
        When a value would wrap around or be rounded.
    """
    if numbers.size == 0 or dtype == numbers.dtype:
        return
    low, high = int(numbers.min()), int(numbers.max())
    least, most = limits(dtype)
    if low < least or high > most:
        worst = high if high > most else low
        raise LossError(
            f"{name} stores {dtype} numbers, {least} to {most}: id {worst} does not fit.",
            "Promote the labels to a wider type, or save them in another format.",
        )


def limits(dtype: np.dtype[Any]) -> tuple[int, int]:
    """Least and greatest whole number that a type holds exactly, together with all between."""
    if dtype.kind == "b":
        return 0, 1
    if dtype.kind == "f":
        most = 2 ** (int(np.finfo(dtype).nmant) + 1)
        return -most, most
    return int(np.iinfo(dtype).min), int(np.iinfo(dtype).max)
