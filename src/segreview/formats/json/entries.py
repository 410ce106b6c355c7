"""Entries of a list in a JSON text: objects of a file, of which some are exchanged and the rest stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from segreview.formats.json.spans import (
    Found,
    Items,
    Reader,
    as_items,
    document,
    exchanged,
    items_at,
    members_at,
    parsing,
    spliced,
)


@dataclass(frozen=True, eq=False)
class Entries:
    """A text, and a list in it.

    Parameters
    ----------
    text
        The whole text.
    found
        The list, with `Items`.
    """

    text: str
    found: Found

    @classmethod
    def of(cls, content: bytes, name: str, path: Path) -> Entries:
        """List that the root of a file has under a name, or is itself.

        Raises
        ------
        ReadError
            When the file is no JSON.
        """
        with parsing(path):
            text, root = document(content, partial(_root, name=name))
        return cls(text, root if isinstance(root.value, Items) else root.value[name])

    @property
    def values(self) -> list[Any]:
        """The entries as values."""
        values: list[Any] = self.found.value.values
        return values

    def members(self, place: int, inner: Mapping[str, Reader] = MappingProxyType({})) -> Found:
        """Members of the entry at a place of the list; see `members_at`."""
        return members_at(self.text, self.found.value.starts[place], inner)

    def revised(self, new: Mapping[int, Sequence[str]], added: Iterable[Any]) -> bytes:
        """File with other entries.

        Parameters
        ----------
        new
            Texts that stand for an entry, by its place in the list: none where it goes.
        added
            Values of entries behind the last one.
        """
        texts = as_items(self.text, self.found, added)
        return spliced(self.text, exchanged(self.text, self.found, new, texts)).encode()


def entries_of(content: bytes, name: str) -> tuple[tuple[bytes, ...], bytes]:
    """Bytes of each entry of the list that a root has under a name, or is itself; and all others."""
    entries = Entries.of(content, name, Path(name))
    text, (items, start, stop) = entries.text, entries.found
    texts = tuple(text[a:b].encode() for a, b in zip(items.starts, items.stops, strict=True))
    return texts, (text[:start] + text[stop:]).encode()


def _root(text: str, at: int, name: str) -> Found:
    return items_at(text, at) if text.startswith("[", at) else members_at(text, at, {name: items_at})
