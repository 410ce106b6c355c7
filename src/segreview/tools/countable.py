"""Which ids are countable objects, that can be joined and cut."""

from __future__ import annotations

from collections.abc import Iterable

from segreview.errors import EditRefused
from segreview.model.labels import Kind, LabelImage


def refuse_classes(labels: LabelImage, deed: str) -> None:
    """Refuse labels whose ids are classes; ``deed`` is what was asked for, for example ``"join"``.

    Raises
    ------
    EditRefused
        For semantic labels.
    """
    if labels.kind is Kind.SEMANTIC:
        raise EditRefused(
            f"These labels are classes: there are no single objects to {deed}.",
            "Paint with the class that is right, or open them with File > Read as > Instance labels.",
        )


def class_name(labels: LabelImage, number: int) -> str:
    """Name of an object's class as the data set writes it; empty when it has none."""
    category = labels.category(number)
    if category is not None:
        return category.name
    found = labels.category_of(number)
    return "" if found is None else f"class {found}"


def listed(ids: Iterable[object]) -> str:
    """At least one id as words: ``17``, ``17 and 18``, ``17, 18 and 21``."""
    *others, last = map(str, ids)
    return f"{', '.join(others)} and {last}" if others else last
