"""Classes of a data set: names, colours, and which ids are things, stuff or void."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Category:
    """One class of an ontology.

    Parameters
    ----------
    id
        Value that stands for the class in the files.
    name
        Name as the data set writes it.
    color
        Red, green, blue, 0 to 255.
    isthing
        True when the class has countable instances.
    ignore
        True when pixels of the class take part in no figure (void).
    """

    id: int
    name: str
    color: tuple[int, int, int] = (128, 128, 128)
    isthing: bool = False
    ignore: bool = False


@dataclass(frozen=True)
class Ontology:
    """Class table of a data set.

    Parameters
    ----------
    name
        Name of the table, for example ``"cityscapes"``.
    categories
        The classes.
    factor
        How ids hold classes: an id of at least ``factor`` is an instance of class
        ``id // factor``; a smaller id is its own class. 0 when ids say nothing of classes.
    """

    name: str
    categories: tuple[Category, ...]
    factor: int = field(default=0)

    @cached_property
    def _by_id(self) -> dict[int, Category]:
        return {category.id: category for category in self.categories}

    def __iter__(self) -> Iterator[Category]:
        return iter(self.categories)

    def get(self, category_id: int | None) -> Category | None:
        """Class with this id, or None."""
        return None if category_id is None else self._by_id.get(category_id)

    def category_of(self, segment_id: int) -> int | None:
        """Class id that a segment's id holds, or None when ids say nothing of classes."""
        if self.factor == 0:
            return None
        return segment_id // self.factor if segment_id >= self.factor else segment_id

    @property
    def void_ids(self) -> frozenset[int]:
        """Ids of the classes that take part in no figure."""
        return frozenset(category.id for category in self.categories if category.ignore)
