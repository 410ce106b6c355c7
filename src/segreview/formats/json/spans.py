"""JSON texts whose values are known by their place: some are exchanged, the rest stays as it was typed."""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from segreview.errors import ReadError
from segreview.formats.json.style import Style

_BOM = "\ufeff"
_skip_blank = re.compile(r"[ \t\r\n]*").match
_decoded = json.JSONDecoder().raw_decode


class Found(NamedTuple):
    """A value, the place of its first character, and the place behind its last."""

    value: Any
    start: int
    stop: int


Reader = Callable[[str, int], Found]
"""Finds the value that begins at a place of a text."""


@dataclass(frozen=True, eq=False, slots=True)
class Items:
    """Items of a list, and where each begins and ends."""

    values: list[Any]
    starts: array[int]
    stops: array[int]

    def __len__(self) -> int:
        return len(self.starts)


class Raw(str):
    """Text of a value that is written as it is."""

    __slots__ = ()


class Splice(NamedTuple):
    """What stands in a text instead of a stretch of it."""

    start: int
    stop: int
    text: str


# -------------------------------------------------------------------- finding
@contextmanager
def parsing(path: Path) -> Iterator[None]:
    """Context that turns what is wrong with a JSON text into a `ReadError` that names the file."""
    try:
        yield
    except RecursionError as error:
        raise ReadError(
            f"{path} is nested too deeply to be read.", "No program writes such a file: look at it."
        ) from error
    except MemoryError as error:
        raise ReadError(f"{path} does not fit into memory.", "Close other programs or split it.") from error
    except ValueError as error:
        raise ReadError(f"{path} is no JSON file: {error}.", "Fetch the file again.") from error


def value_at(text: str, at: int) -> Found:
    """Value that begins at a place."""
    value, stop = _decoded(text, at)
    return Found(value, at, stop)


def document(content: bytes, reader: Reader = value_at) -> tuple[str, Found]:
    """Text of a file, and its one value.

    Parameters
    ----------
    content
        UTF-8, with or without a byte order mark, which stays a part of the text.
    reader
        Finds the value.

    Raises
    ------
    ValueError
        When it is no UTF-8, no JSON, or more than one value.
    RecursionError
        When it is nested too deeply.
    """
    text = content.decode()
    found = reader(text, _behind_blank(text, len(_BOM) if text.startswith(_BOM) else 0))
    if _behind_blank(text, found.stop) < len(text):
        raise json.JSONDecodeError("Extra data", text, found.stop)
    return text, found


def members_at(text: str, at: int, inner: Mapping[str, Reader] = MappingProxyType({})) -> Found:
    """Members of an object, each a `Found` under its name; a value that is no object as it is.

    Parameters
    ----------
    text, at
        Where the object begins.
    inner
        What finds the values of some members, by their names; `value_at` finds the others.
    """
    if not text.startswith("{", at):
        return value_at(text, at)
    members: dict[str, Found] = {}
    place = _behind_blank(text, at + 1)
    if text.startswith("}", place):
        return Found(members, at, place + 1)
    while True:
        if not text.startswith('"', place):
            raise json.JSONDecodeError("Expecting property name enclosed in double quotes", text, place)
        name, place = _decoded(text, place)
        place = _behind(":", text, place)
        members[name] = found = inner.get(name, value_at)(text, place)
        place = _behind_blank(text, found.stop)
        if text.startswith("}", place):
            return Found(members, at, place + 1)
        place = _behind(",", text, place)


def items_at(text: str, at: int, keep: Callable[[Any], Any] = lambda value: value) -> Found:
    """Items of a list as `Items`; a value that is no list as it is.

    Parameters
    ----------
    text, at
        Where the list begins.
    keep
        What is kept of each value; those of a long list need not be in memory all at once.
    """
    if not text.startswith("[", at):
        return value_at(text, at)
    items = Items([], array("q"), array("q"))
    place = _behind_blank(text, at + 1)
    if text.startswith("]", place):
        return Found(items, at, place + 1)
    while True:
        value, stop = _decoded(text, place)
        items.values.append(keep(value))
        items.starts.append(place)
        items.stops.append(stop)
        place = _behind_blank(text, stop)
        if text.startswith("]", place):
            return Found(items, at, place + 1)
        place = _behind(",", text, place)


def _behind_blank(text: str, at: int) -> int:
    found = _skip_blank(text, at)
    assert found is not None  # no blank is blank too
    return found.end()


def _behind(mark: str, text: str, at: int) -> int:
    """Place of what follows a mark."""
    place = _behind_blank(text, at)
    if not text.startswith(mark, place):
        raise json.JSONDecodeError(f"Expecting {mark!r} delimiter", text, place)
    return _behind_blank(text, place + 1)


# -------------------------------------------------------------------- exchanging
def spliced(text: str, splices: Iterable[Splice]) -> str:
    """Text with stretches of it exchanged; splices of one place stand in their order."""
    parts, place = [], 0
    for splice in sorted(splices, key=lambda one: (one.start, one.stop)):
        parts += [text[place : splice.start], splice.text]
        place = splice.stop
    return "".join([*parts, text[place:]])


def exchanged(
    text: str, found: Found, new: Mapping[int, Sequence[str]], added: Sequence[str] = ()
) -> list[Splice]:
    """Splices that exchange items of a list; what stands between the others stays.

    Parameters
    ----------
    text
        The text.
    found
        The list, with `Items`.
    new
        Texts that stand for an item, by its place in the list: none where it goes.
    added
        Texts of items behind the last one.
    """
    items = found.value
    if not new and not added:
        return []
    between = _between(text, found)
    gone = sorted(place for place, texts in new.items() if not texts)
    if len(gone) == len(items):
        return [Splice(found.start, found.stop, _anew(text, found, between.join(added)))]
    splices = [
        Splice(items.starts[place], items.stops[place], between.join(texts))
        for place, texts in new.items()
        if texts
    ]
    for first, last in _runs(gone):
        start = items.stops[first - 1] if first else items.starts[0]
        stop = items.stops[last] if first else items.starts[last + 1]
        splices.append(Splice(start, stop, ""))
    end = items.stops[-1]
    return splices + [Splice(end, end, between + one) for one in added]


def altered(text: str, found: Found, new: Mapping[str, Any]) -> str:
    """Text of an object with other values of some members; those that it lacks follow behind its last.

    Parameters
    ----------
    text
        The whole text.
    found
        The object, with its members.
    new
        Values by the names of their members.
    """
    style = Style.of(text)
    own = style.like(text, found.start, found.stop)
    between = f",{own.line(text, found.start, 1)}" if own.indent is not None else own.comma
    splices = []
    for name, value in new.items():
        if (old := found.value.get(name)) is not None:
            if isinstance(value, Raw):
                splices.append(Splice(old.start, old.stop, value))
                continue
            if old.value == value and type(old.value) is type(value):
                continue  # perhaps typed in another way than ours
            written = style.like(text, old.start, old.stop).written(value, text, old.start)
            splices.append(Splice(old.start, old.stop, written))
            continue
        end = max((one.stop for one in found.value.values()), default=found.start + 1)
        head = f"{between if found.value else ''}{json.dumps(name)}{own.colon}"
        splices.append(Splice(end, end, head + replace(own, indent=None).written(value)))
    inner = (Splice(one.start - found.start, one.stop - found.start, one.text) for one in splices)
    return spliced(text[found.start : found.stop], inner)


def as_items(text: str, found: Found, values: Iterable[Any]) -> list[str]:
    """Texts of new items of a list, laid out like its last one."""
    items, style = found.value, Style.of(text)
    if not len(items):
        return [style.written(value, text, found.start, steps=1) for value in values]
    like = style.like(text, items.starts[-1], items.stops[-1])
    return [like.written(value, text, items.starts[-1]) for value in values]


def _runs(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of each run of neighbours among ascending places."""
    first = 0
    for number, place in enumerate(places):
        if number + 1 == len(places) or places[number + 1] != place + 1:
            yield places[first], place
            first = number + 1


def _between(text: str, found: Found) -> str:
    """What stands between two items of a list."""
    items, style = found.value, Style.of(text)
    if len(items) > 1:
        return text[items.stops[0] : items.starts[1]]
    blank = text[found.start + 1 : items.starts[0]] if len(items) else style.line(text, found.start, 1)
    return f",{blank}" if "\n" in blank else style.comma


def _anew(text: str, found: Found, content: str) -> str:
    """A list whose items are all exchanged."""
    items = found.value
    if not content:
        return "[]"
    if len(items):
        return text[found.start : items.starts[0]] + content + text[items.stops[-1] : found.stop]
    style = Style.of(text)
    return f"[{style.line(text, found.start, 1)}{content}{style.line(text, found.start, 0)}]"
