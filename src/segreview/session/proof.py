"""Proof of a written label file: read again, compared with the labels and with the original."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from segreview.formats.container import container_facts
from segreview.formats.format import Format, ReadOptions
from segreview.formats.planes import flattened
from segreview.formats.registry import format_named
from segreview.model.labels import Kind, LabelImage
from segreview.session.originals import changed_file
from segreview.session.review import Review


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that was checked, in words, and whether it holds."""

    text: str
    holds: bool = True

    def __str__(self) -> str:
        return f"{'✓' if self.holds else '✗'} {self.text}"


def prove(review: Review, target: Path) -> tuple[Fact, ...]:
    """What holds of files to which a review was just written, found by reading them from the disk.

    Parameters
    ----------
    review
        The review, unchanged since it was written.
    target
        The principal file that was written; not the original.

    Raises
    ------
    ReadError
        When a file cannot be read.
    """
    labels, origin = review.reference, review.reference.origin
    assert origin is not None
    form = format_named(origin.format)
    table = labels.ontology if form.keeps.ids else None  # names of classes may lie beside the original alone
    options = ReadOptions(labels.kind, table, labels.background, shape=labels.shape)
    back = _as_reviewed(form.read(target, options), labels)
    same = _same_pixels(back, labels)
    facts = [
        Fact("read again, equal to the labels of the review" if same else "NOT equal to the labels", same)
    ]
    if changed_file(origin) is not None:
        changed = "the original was changed by another program since it was opened: not compared with it"
        return (*facts, Fact(changed, holds=False))
    before = _as_reviewed(form.read(origin.path, options), labels)
    facts += [_inside_edits(review, before, back), _number_type(before, back)]
    if form.beside is not None:
        facts.append(compare_containers(form.beside(origin.path), form.beside(target), target.name))
        return tuple(facts)
    there = {file.name: file for file in form.files(target)}  # objects with files of their own come and go
    kept = [file for file in form.files(origin.path) if file.name in there]
    return (*facts, *(_compared(form, file, there[file.name]) for file in kept))


def _as_reviewed(labels: LabelImage, review: LabelImage) -> LabelImage:
    """Labels that were read, from above where the review looks at them so."""
    return flattened(labels) if len(review.planes) == 1 else labels


def _comparable(labels: LabelImage, review: LabelImage) -> list[np.ndarray]:
    """Planes as far as the file keeps them: of some it keeps no ids, and of some not which one is above."""
    origin = review.origin
    keeps_ids = origin is None or (format_named(origin.format).keeps.ids and not origin.hidden)
    if labels.kind is Kind.BINARY or not keeps_ids:
        return [plane != labels.background for plane in labels.planes]
    return list(labels.planes)


def _same_pixels(back: LabelImage, review: LabelImage) -> bool:
    """Whether labels are the same but for what comes to light where an upper object was taken away."""
    pairs = zip(_comparable(back, review), _comparable(review, review), strict=False)
    hidden = () if review.origin is None else review.origin.hidden
    lit = np.any([plane != 0 for plane in hidden], axis=0) if hidden else np.False_
    return len(back.planes) == len(review.planes) and all(((a == b) | lit).all() for a, b in pairs)


def _inside_edits(review: Review, before: LabelImage, after: LabelImage) -> Fact:
    """Whether the file differs from the original only where the journal has edits."""
    journal, labels = review.journal, review.reference
    assert labels.origin is not None
    touched = [np.zeros(labels.shape, bool) for _ in labels.planes]
    for gesture in journal.steps(journal.state_of(labels.origin.digests) or 0, journal.head):
        for edit in gesture.edits:
            for patch in edit.patches:
                touched[edit.plane][patch.box.slices] |= patch.where()
    changed = outside = 0
    for old, new, inside in zip(
        _comparable(before, labels), _comparable(after, labels), touched, strict=True
    ):
        differs = old != new
        changed += int(differs.sum())
        outside += int((differs & ~inside).sum())
    if outside:
        return Fact(f"{outside:,} pixels outside of the edits differ from the original", holds=False)
    edited = sum(int(inside.sum()) for inside in touched)
    return Fact(
        f"{changed:,} pixels differ from the original, all among the {edited:,} that were edited; "
        "every other pixel is identical"
        if changed
        else "every pixel is identical to the original"
    )


def _number_type(before: LabelImage, after: LabelImage) -> Fact:
    old, new = before.dtype, after.dtype
    return Fact(
        f"stored as {new}, as the original" if old == new else f"stored as {new}, promoted from {old}"
    )


def _compared(form: Format, old: Path, new: Path) -> Fact:
    """Whether a file is the original beside what was edited."""
    if form.entries is None:
        return compare_containers(container_facts(old), container_facts(new), new.name)
    (before, around), (after, around_now) = (form.entries(path.read_bytes()) for path in (old, new))
    if around != around_now:
        return Fact(f"{new.name}: differs from the original beside its objects", holds=False)
    kept = sum((Counter(before) & Counter(after)).values())
    return Fact(
        f"{new.name}: {kept:,} of {len(before):,} entries, and all that stands beside them, are those of the "
        "original, byte for byte"
    )


def compare_containers(old: Mapping[str, str], new: Mapping[str, str], name: str) -> Fact:
    """Whether a file says beside its pixels what the original says."""
    if not old and not new:
        return Fact(f"{name}: nothing beside the pixels was compared", holds=False)
    differing = sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))
    if differing:
        listed = ", ".join(differing[:_LISTED]) + (" …" if len(differing) > _LISTED else "")
        return Fact(f"{name}: differs from the original in {listed}", holds=False)
    others = len(old) - ("compression" in old)
    packed = f"compression ({old['compression']}) and " if "compression" in old else ""
    return Fact(f"{name}: {packed}{others} tags and header facts as in the original")


_LISTED = 6
"""Differing facts that are named."""
