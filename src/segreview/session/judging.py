"""What a verdict is made of: the pixels that go with it, its record, and the way back."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, MutableMapping, Sequence
from dataclasses import replace

import numpy as np

from segreview.compare.disagreement import Disagreement, Relation
from segreview.errors import EditRefused
from segreview.model.edit import Edit
from segreview.session.gesture import Gesture
from segreview.session.journal import Journal
from segreview.session.verdict import Judgement, Verdict, VerdictChange
from segreview.session.verdicts import Verdicts
from segreview.tools import TAKE, Target
from segreview.triage.queue import Row

TAKEN_BACK = "Take back the verdict"

REPORTED = 50
"""Of so many steps one is reported."""

Report = Callable[[int, int], object]
"""Told how many steps are done, and how many there are."""


def judgeable(rows: Iterable[Row]) -> list[Row]:
    """Rows that still hold an item, each once.

    Raises
    ------
    EditRefused
        When there is none.
    """
    found = {row.number: row for row in rows if not row.gone}
    if not found:
        raise EditRefused("This item is gone: an edit resolved it.", "Undo the edit to judge the item.")
    return list(found.values())


def verdict_title(value: Judgement, rows: Sequence[Row]) -> str:
    """What the Undo menu calls a verdict on rows."""
    if value is Judgement.REFERENCE_WRONG and all(row.item.relation is Relation.UNCLAIMED for row in rows):
        return "Verdict: drawn into the GT"
    return f"Verdict: {value.words}" if len(rows) == 1 else f"Verdict on {len(rows)} items: {value.words}"


def verdict_changes(verdicts: Verdicts, rows: Iterable[Row], verdict: Verdict) -> tuple[VerdictChange, ...]:
    """Record of one verdict on each of the rows, with what it replaces."""
    keys = ((verdicts.fingerprint(row.item), row.item) for row in rows)
    return tuple(VerdictChange.of_item(key, item, verdicts.under(key), verdict) for key, item in keys)


def take_each(
    targets: Sequence[tuple[Row, Target]],
    fresh: Callable[[int | None], int],
    check: Callable[[Edit], None],
    report: Report = lambda *_: None,
) -> list[Edit]:
    """Edits that take the model's objects, each made on labels as those before it leave them.

    Parameters
    ----------
    targets
        Rows with what the tool works on, whose labels are not changed.
    fresh
        Gives unused ids; nothing is lost when they are not used in the end.
    check
        Raises `EditRefused` for an edit that may not be made.
    report
        Told how many of the targets are done; what it raises calls everything off.

    Raises
    ------
    EditRefused
        When one of several is refused, whose object the message names.
    """
    if len(targets) == 1:
        edit = TAKE(targets[0][1])
        return [] if edit is None else [edit]
    labels, known = targets[0][1].reference.copy(), targets[0][1].partners
    named: dict[int, int] = {}
    if labels.background is None:
        known = ChainMap(named, dict(known))
    edits: list[Edit] = []
    for n, (row, target) in enumerate(targets):
        if n % REPORTED == 0:
            report(n, len(targets))
        trial = replace(target, reference=labels, fresh=fresh, partners=known)
        try:
            edit = TAKE(trial)
            if edit is not None:
                check(edit)
        except EditRefused as error:
            hint = f"Nothing was changed. {error.hint}"
            raise EditRefused(f"{item_name(row.item)}: {error.message}", hint) from error
        if edit is not None:
            edit.apply_to(labels.planes[edit.plane])
            edits.append(edit)
            if labels.background is None:
                _note_names(trial, named)
    return edits


def _note_names(target: Target, named: MutableMapping[int, int]) -> None:
    """Remember which reference id each of the target's prediction objects goes by now."""
    before, predicted = target.before, target.predicted()
    for number in target.prediction_ids:
        ids, counts = np.unique(before[predicted == number], return_counts=True)
        if ids.size:
            named[number] = int(ids[counts.argmax()])


def item_name(item: Disagreement) -> str:
    """Kind and ids of an item, in the words of the window."""
    sides = (("GT", item.reference_ids), ("model", item.prediction_ids))
    ids = " and ".join(f"{side} {', '.join(map(str, ids))}" for side, ids in sides if ids)
    return f"{item.relation} {ids}".rstrip()


def last_verdicts(journal: Journal, verdicts: Verdicts) -> tuple[int, Gesture, list[VerdictChange]] | None:
    """Last gesture that gave verdicts which still stand: its node, itself and those; None without any."""
    for node in reversed(journal.line(journal.head)):
        if not journal.nodes[node].verdicts or journal.nodes[node].title == TAKEN_BACK:
            continue
        gesture = journal.gesture(node)
        standing = [c for c in gesture.verdicts if c.after and verdicts.under(c.key) == c.after]
        if standing:
            return node, gesture, standing
    return None
