"""Another class for objects that are there: a fact that is exchanged, or an edit where ids hold classes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from segreview.model.edit import Edit, painted
from segreview.model.labels import Kind
from segreview.model.ontology import Category
from segreview.model.sample import REFERENCE
from segreview.session.class_change import ClassChange
from segreview.session.classing import are_facts, class_choices
from segreview.session.gesture import Gesture
from segreview.session.review import Review
from segreview.triage.queue import Row


def objects_of(rows: Iterable[Row]) -> list[int]:
    """GT objects of the items in rows, each once; those of items that are gone are left out."""
    return list(dict.fromkeys(i for row in rows if not row.gone for i in row.item.reference_ids))


def give_class(
    review: Review, rows: Sequence[Row], category: Category, *, origin: object = None
) -> Gesture | None:
    """Give the GT objects of rows, or their regions, a class, as one step of undo; None when they have it.

    Raises
    ------
    EditRefused
        As `Review.apply`, and as `class_choices`.
    """
    labels = review.reference
    class_choices(labels)
    review.classing.hold(category.id)
    ids = [i for i in objects_of(rows) if i not in labels.outside and labels.category_of(i) != category.id]
    if not ids:
        return None
    if are_facts(labels):
        changes = tuple(ClassChange(i, labels.category_of(i), category.id) for i in ids)
        return review.apply((), _title(ids, category), classes=changes, origin=origin)
    if labels.kind is Kind.SEMANTIC:
        edits = [edit for row in rows if not row.gone for edit in _region_written(review, row, category.id)]
        return review.apply(edits, f"Class of {len(edits)} region{'s' * (len(edits) != 1)}: {category.name}")
    edits = [edit for i in ids for edit in _rewritten(review, i, category)]
    return review.apply(edits, _title(ids, category), origin=origin)


def _title(ids: list[int], category: Category) -> str:
    """What was done, as the Undo menu names it."""
    return f"Class of {f'GT {ids[0]}' if len(ids) == 1 else f'{len(ids)} GT objects'}: {category.name}"


def _region_written(review: Review, row: Row, category: int) -> Iterator[Edit]:
    """Edit that writes the pixels of a region with a class."""
    target = review.target(row)
    after = target.before.copy()
    after[target.region] = category
    edit = target.edit(after, "class")
    if edit is not None:
        yield edit


def _rewritten(review: Review, number: int, category: Category) -> Iterator[Edit]:
    """Edits that write an object with an id of another class."""
    new = review.fresh(category.id) if category.isthing else category.id
    box = review.table.box(REFERENCE, number)
    for n, plane in enumerate(review.reference.planes):
        patches = tuple(painted(plane, box, plane[box.slices] == number, new))
        if patches:
            yield Edit(REFERENCE, n, patches, "class")
