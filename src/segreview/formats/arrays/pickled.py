"""Pickles as data: the few steps that arrays and plain values need are followed, and nothing is called."""

from __future__ import annotations

import pickletools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from segreview.errors import ReadError
from segreview.formats.guard import decoding

_MOST_STEPS = 5_000_000

_PUSHED = frozenset(
    [
        "BININT",
        "BININT1",
        "BININT2",
        "LONG1",
        "LONG4",
        "BINFLOAT",
        "SHORT_BINUNICODE",
        "BINUNICODE",
        "BINUNICODE8",
    ]
)
_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_FRESH = {"EMPTY_DICT": dict, "EMPTY_LIST": list, "EMPTY_TUPLE": tuple}
_BYTES = {"SHORT_BINBYTES": 1, "BINBYTES": 4, "BINBYTES8": 8, "BYTEARRAY8": 8}
"""Steps that hold bytes, and the size of the length before them."""

_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_SILENT = frozenset(["PROTO", "FRAME", "STOP"])

_PATHS = frozenset(["PosixPath", "WindowsPath", "PurePosixPath", "PureWindowsPath", "Path"])


@dataclass(frozen=True, eq=False)
class Span:
    """Bytes of the pickle, by their places in it."""

    start: int
    stop: int


@dataclass(frozen=True, eq=False)
class _Global:
    """A name that the pickle wants to call; which one is looked at, and it is not called."""

    name: str


@dataclass(eq=False)
class _Dtype:
    """Type of numbers that the pickle describes."""

    found: np.dtype[Any]


@dataclass(eq=False)
class Array:
    """Array that the pickle describes; its numbers stay where they are.

    Parameters
    ----------
    shape, dtype, fortran
        As in a header of NumPy.
    data
        Where the numbers lie; a list for Python objects.
    """

    shape: tuple[int, ...] = ()
    dtype: np.dtype[Any] | None = None
    fortran: bool = False
    data: Span | list[Any] | None = None


@dataclass(frozen=True)
class Pickled:
    """What a pickle holds.

    Parameters
    ----------
    root
        Dictionaries, lists, tuples, texts, numbers and `Array` in each other.
    shared
        Arrays and spans that stand in several places.
    """

    root: Any
    shared: tuple[object, ...]


def load(content: bytes, start: int, path: Path) -> Pickled:
    """What a pickle holds.

    Parameters
    ----------
    content
        Bytes of a file.
    start
        Where the pickle begins in them; spans count from the begin of the file.
    path
        The file, for messages.

    Raises
    ------
    ReadError
        When it is damaged, asks for anything but arrays and plain values, or has too many parts.
    """
    machine = _Machine(path)
    with decoding(path, "a pickle"):
        for number, (step, value, at) in enumerate(pickletools.genops(content[start:])):
            machine.follow(step.name, value, start + (at or 0))
            if number > _MOST_STEPS:
                raise ReadError(
                    f"{path} is a pickle of more than {_MOST_STEPS:,} parts.",
                    "Save its arrays alone, as .npz.",
                )
        return Pickled(machine.stack.pop(), tuple(machine.shared))


class _Machine:
    """Stack and memo of a pickle that is followed (PEP 3154 tells of the steps)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.stack: list[Any] = []
        self.marks: list[int] = []
        self.memo: dict[int, Any] = {}
        self.shared: list[object] = []

    def follow(self, name: str, value: Any, at: int) -> None:
        """Take one step; ``at`` is where it stands in the file."""
        if name in _PUSHED:
            self.stack.append(value)
        elif name in _CONSTANTS:
            self.stack.append(_CONSTANTS[name])
        elif name in _FRESH:
            self.stack.append(_FRESH[name]())
        elif name in _BYTES:
            first = at + 1 + _BYTES[name]
            self.stack.append(Span(first, first + len(value)))
        elif name in _TUPLES:
            self.stack.append(tuple(self._top(_TUPLES[name])))
        elif name not in _SILENT:
            step = getattr(self, f"_do_{name.lower()}", None)
            if step is None:
                raise self._refusal(f"the step {name}", at)
            step(value, at)

    def _top(self, count: int) -> list[Any]:
        """That many values, taken off the stack."""
        found = self.stack[len(self.stack) - count :]
        del self.stack[len(self.stack) - count :]
        return found

    def _since_mark(self) -> list[Any]:
        """Values above the last mark, taken off the stack."""
        return self._top(len(self.stack) - self.marks.pop())

    def _do_mark(self, _: Any, __: int) -> None:
        self.marks.append(len(self.stack))

    def _do_tuple(self, _: Any, __: int) -> None:
        self.stack.append(tuple(self._since_mark()))

    def _do_append(self, _: Any, __: int) -> None:
        (value,) = self._top(1)
        self._list().append(value)

    def _do_appends(self, _: Any, __: int) -> None:
        values = self._since_mark()
        self._list().extend(values)

    def _list(self) -> list[Any]:
        if not isinstance(self.stack[-1], list):
            raise TypeError("values are appended to no list")
        return self.stack[-1]

    def _do_setitem(self, _: Any, at: int) -> None:
        self._set(self._top(2), at)

    def _do_setitems(self, _: Any, at: int) -> None:
        self._set(self._since_mark(), at)

    def _set(self, pairs: list[Any], at: int) -> None:
        """Put keys with their values into the dictionary on the stack."""
        target = self.stack[-1]
        if not isinstance(target, dict) or not all(isinstance(key, str | int | None) for key in pairs[::2]):
            raise self._refusal("a key that is no text and no number", at)
        target.update(zip(pairs[::2], pairs[1::2], strict=True))

    def _do_memoize(self, _: Any, __: int) -> None:
        self.memo[len(self.memo)] = self.stack[-1]

    def _do_binput(self, key: int, _: int) -> None:
        self.memo[key] = self.stack[-1]

    _do_long_binput = _do_binput

    def _do_binget(self, key: int, _: int) -> None:
        value = self.memo[key]
        if isinstance(value, Array | Span):
            self.shared.append(value)
        self.stack.append(value)

    _do_long_binget = _do_binget

    def _do_global(self, value: str, at: int) -> None:
        module, _, name = value.partition(" ")
        self._name(module, name, at)

    def _do_stack_global(self, _: Any, at: int) -> None:
        module, name = self._top(2)
        self._name(module, name, at)

    def _name(self, module: str, name: str, at: int) -> None:
        """Push a name, if it is one of those that we know how to do without calling it."""
        module = module.replace("numpy._core", "numpy.core").replace("pathlib._local", "pathlib")
        if f"{module}.{name}" not in _MAKERS and not (module == "pathlib" and name in _PATHS):
            raise self._refusal(f"{module}.{name}"[:100], at)
        self.stack.append(_Global(f"{module}.{name}"))

    def _do_reduce(self, _: Any, __: int) -> None:
        named, arguments = self._top(2)
        self.stack.append(_MAKERS.get(named.name, _path)(self, *arguments))

    def _do_build(self, _: Any, __: int) -> None:
        target, state = self.stack[-2], self.stack.pop()
        if isinstance(target, Array):
            _, shape, dtype, target.fortran, target.data = state
            target.shape, target.dtype = _checked(shape), dtype.found
        elif isinstance(target, _Dtype) and state[2:5] == (None, None, None):
            target.found = target.found.newbyteorder(state[1])
        else:
            raise TypeError("a state that belongs to no array")

    def _refusal(self, what: str, at: int) -> ReadError:
        """Error for a pickle that asks for more than it is given."""
        return ReadError(
            f"{self.path}, byte {at:,}: the pickle asks for {what}. It was not opened: pickles can run code.",
            "If you trust the file, open it where it was made and save its masks alone, as TIFF or PNG.",
        )


def _empty(_: _Machine, *__: Any) -> Array:
    """Array whose facts follow in its state."""
    return Array()


def _dtype(_: _Machine, code: str, *__: Any) -> _Dtype:
    """Type of numbers, of texts or of objects by its code."""
    found = np.dtype(code)
    if found.kind not in "biufOSU" or found.itemsize > 2**20:
        raise TypeError(f"{code!r} is no type of numbers")
    return _Dtype(found)


def _scalar(_: _Machine, dtype: _Dtype, data: Any = None) -> tuple[np.dtype[Any], Any]:
    """A single number stays with its type: nobody asks for its value."""
    return dtype.found, data


def _buffer(_: _Machine, data: Span, dtype: _Dtype, shape: tuple[int, ...], order: str = "C") -> Array:
    """Array of protocol 5."""
    return Array(_checked(shape), dtype.found, order == "F", data)


def _checked(shape: Any) -> tuple[int, ...]:
    """Shape, if it is one that an array may have."""
    if (
        not isinstance(shape, tuple)
        or len(shape) > 64
        or not all(isinstance(n, int) and 0 <= n < 2**48 for n in shape)
    ):
        raise TypeError("a shape that no array has")
    return shape


def _path(_: _Machine, *parts: str) -> str:
    """Path as a text."""
    return "/".join(parts)


def _nothing(_: _Machine, *__: Any) -> None:
    raise TypeError("a class that is called")


_MAKERS: dict[str, Any] = {
    "numpy.core.multiarray._reconstruct": _empty,
    "numpy.core.multiarray.scalar": _scalar,
    "numpy.core.numeric._frombuffer": _buffer,
    "numpy.dtype": _dtype,
    "numpy.ndarray": _nothing,
}
"""What stands in for the names that a pickle of arrays calls; NumPy 1 says ``core``, NumPy 2 ``_core``."""
