"""The review of one sample: its labels, the tools and verdicts on them, and what is written."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace

from segreview.compare.disagreement import fingerprint
from segreview.compare.unclaimed import Unclaimed
from segreview.errors import EditRefused
from segreview.model.edit import Edit
from segreview.model.labels import LabelImage, Origin
from segreview.model.sample import REFERENCE
from segreview.session.change import What
from segreview.session.document import Document
from segreview.session.drawing import claim_target, drawn_items
from segreview.session.gesture import Gesture, net_classes, net_edits
from segreview.session.judging import (
    TAKEN_BACK,
    Report,
    judgeable,
    last_verdicts,
    take_each,
    verdict_changes,
    verdict_title,
)
from segreview.session.originals import Copy
from segreview.session.verdict import Judgement, NoteChange, Verdict, VerdictChange
from segreview.tools import Target, Tool
from segreview.triage.queue import Row


class Review(Document):
    """One sample under review; the owner of its labels.

    The labels change only through `apply` and what is built on it, and through `go`. Each change
    is in the journal before it reaches the labels; then follow the overlap table and the queue,
    and last `changed` is emitted. Everything happens on one thread, the caller's. It is made of what
    `Document` names.

    Attributes
    ----------
    changed
        Signal, emitted with a `Change` after every change. Views connect with `watch`.
    faults
        Functions that are told when a view fails.
    report
        Told how many edits of a large gesture have been followed, and how many there are; raises nothing.
    suspected
        Whether anything was said of what is likely wrong.
    opinion
        How likely each pixel belongs to an object, or to its annotated class, by what others look like,
        uint8; None while unknown.
    exhibits
        The evidence from which suspicions were made, and where it is seen.
    copy
        What was written into another folder last, since the labels were opened; else None.
    """

    copy: Copy | None = None

    # ---------------------------------------------------------------- tools
    def target(self, row: Row, *, protect: bool = True) -> Target:
        """What a tool works on when it is used on the item of a row."""
        item = row.item
        if isinstance(item, Unclaimed):
            return claim_target(item, self.reference, self.fresh, protect=protect)
        region = self.disagreements.mask(REFERENCE, item) if item.region else None
        return Target(
            self.reference,
            self.prediction,
            item.box,
            item.reference_ids,
            item.prediction_ids,
            self.fresh,
            self.disagreements.partners,
            region,
            protect,
        )

    def rerank_behind(self, place: int) -> None:
        """Rank anew what lies behind a place of the queue; views are told when a row has moved."""
        if self.queue.rerank_behind(place):
            self._announce({What.ORDER})

    def use(self, tool: Tool, row: Row, *, protect: bool = True, origin: object = None) -> Gesture | None:
        """Use a tool on the item of a row; None when it has nothing to do.

        Raises
        ------
        EditRefused
            As `apply`.
        """
        return self.use_on_each(tool, [row], protect=protect, origin=origin)

    def use_on_each(
        self, tool: Tool, rows: Iterable[Row], *, protect: bool = True, origin: object = None
    ) -> Gesture | None:
        """Use a tool that changes the item's own pixels alone on several rows, as one step of undo.

        Raises
        ------
        EditRefused
            As `apply`.
        """
        made = (tool(self.target(row, protect=protect)) for row in rows if not row.gone)
        edits = [edit for edit in made if edit is not None]
        title = tool.title if len(edits) == 1 else f"{tool.title}: {len(edits)} items"
        return self.apply(edits, title, origin=origin) if edits else None

    # ---------------------------------------------------------------- verdicts
    def judge(
        self, row: Row, value: Judgement, note: str = "", *, protect: bool = True, origin: object = None
    ) -> Gesture:
        """Give a verdict on the item of a row; see `judge_many`."""
        return self.judge_many([row], value, note, protect=protect, origin=origin)

    def judge_many(
        self,
        rows: Iterable[Row],
        value: Judgement,
        note: str = "",
        *,
        protect: bool = True,
        origin: object = None,
        taken: Iterable[Edit] | None = None,
    ) -> Gesture:
        """Give one verdict on the items of rows, as one step of undo; rows that are gone are left out.

        ``reference_wrong`` also takes the model's objects, in the same gesture: the edits of `takes`,
        where they were not made before.

        Raises
        ------
        EditRefused
            As `apply`, when every item is gone, when one of them cannot be taken, and when there is
            no model whose masks could be; then nothing is changed.
        """
        meant = judgeable(rows)
        if value is Judgement.REFERENCE_WRONG and taken is None:
            taken = self.takes(meant, protect=protect)
        verdict = Verdict(value, note, self.author, time.time())
        changes = verdict_changes(self.verdicts, meant, verdict)
        edits = taken or ()
        if value is Judgement.REFERENCE_WRONG:
            changes += self._on_drawn(_places(meant), edits, verdict)
        return self.apply(edits, verdict_title(value, meant), verdicts=changes, origin=origin)

    def takes(
        self,
        rows: Iterable[Row],
        *,
        protect: bool = True,
        report: Report = lambda *_: None,
    ) -> list[Edit]:
        """Edits that take the model's objects, each as those before it leave the labels; none is made yet.

        Parameters
        ----------
        rows
            Rows whose items are taken.
        protect
            Whether objects that are not meant keep their pixels.
        report
            Told how many of them are done; what it raises calls everything off.

        Raises
        ------
        EditRefused
            When every item is gone, when one of them cannot be taken, and when there is no model
            whose masks could be.
        """
        meant = judgeable(rows)
        if len(meant) > len(_places(meant)) and not self.sample.has_prediction:
            raise EditRefused(
                "There are no model's masks to take.", "Press Delete where an object should not be there."
            )
        targets = [(row, self.target(row, protect=protect)) for row in meant]
        return take_each(targets, self.fresh.fork(), self._check, report)

    def _on_drawn(
        self, places: Iterable[Unclaimed], edits: Iterable[Edit], verdict: Verdict
    ) -> tuple[VerdictChange, ...]:
        """Verdicts on what edits draw at places: that the GT, which has it and not the model, is right."""
        places = tuple(places)
        if not places:
            return ()
        labels = self.reference.copy()
        for edit in edits:
            edit.apply_to(labels.planes[edit.plane])
        right = replace(verdict, value=Judgement.PREDICTION_WRONG)
        items = drawn_items(places, labels, set(self.table.areas(REFERENCE)) | labels.outside)
        keys = ((fingerprint(item, labels, self.prediction), item) for item in items)
        return tuple(VerdictChange.of_item(key, item, None, right) for key, item in keys)

    def annotate(self, row: Row, note: str, *, origin: object = None) -> Gesture | None:
        """Put a note on the item of a row, or take it off with an empty one; None when nothing changes.

        Raises
        ------
        EditRefused
            When the item is gone or the journal cannot be written.
        """
        (row,) = judgeable([row])
        item, before = row.item, self.note(row)
        if note == before:
            return None
        key = self.verdicts.note_key(item)
        change = NoteChange(key, item.reference_ids, item.prediction_ids, before, note)
        return self._record((), "Note" if note else "Take off the note", (), origin, notes=(change,))

    def withdraw_last_verdict(self, *, origin: object = None) -> Gesture | None:
        """Take back the last verdicts, with the pixels that came with them; None when there are none.

        Pixels that were edited again since then keep their newer ids.
        """
        found = last_verdicts(self.journal, self.verdicts)
        if found is None:
            return None
        node, gesture, standing = found
        if node == self.journal.head:
            return self.undo(origin=origin)
        back = gesture.inverse()
        edits = self._still_in_place(back.edits)
        classes = tuple(c for c in back.classes if self.reference.category_of(c.id) == c.before)
        inverse = tuple(change.inverse() for change in standing)
        return self._record(edits, TAKEN_BACK, inverse, origin, classes=classes)

    def _still_in_place(self, edits: Iterable[Edit]) -> list[Edit]:
        """Parts of edits whose old values still stand in the labels."""
        found = (edit.where_old_in(self.reference.planes[edit.plane]) for edit in edits)
        return [edit for edit in found if edit is not None]

    # ---------------------------------------------------------------- written or not
    @property
    def unwritten(self) -> int:
        """Number of gestures with edits that no file holds yet."""
        return self.journal.edits_between(self.saved_node, self.journal.head)

    def drop_unwritten(self) -> Gesture | None:
        """Take back all edits that no file holds, verdicts kept, by one gesture that undo reverts."""
        steps = list(self.journal.steps(self.journal.head, self.saved_node))
        edits, classes = net_edits(self.reference.planes, steps, "drop"), net_classes(steps)
        digests = () if self.reference.origin is None else self.reference.origin.digests
        in_place = not self.journal.edits_between(self.journal.state_of(digests) or 0, self.saved_node)
        gesture = None
        if edits or classes:
            gesture = self._record(edits, "Start from the file", (), None, classes=classes)
        self.journal.saved(digests if in_place else (), (), in_place=in_place)
        self.mark_saved()
        return gesture

    def mark_saved(self, origin: Origin | None = None, copy: Copy | None = None) -> None:
        """Note that files hold the labels as they are now, as the journal says already.

        Parameters
        ----------
        origin
            The files that the labels came from, when these were written anew.
        copy
            Files in another folder that were written.
        """
        self.saved_node = self.journal.head
        if origin is not None:
            self._exchange(replace(self.reference, origin=origin))
        if copy is not None:
            self.copy = copy
        self._announce({What.SAVED})

    def _exchange(self, labels: LabelImage) -> None:
        """Put other facts beside the same planes."""
        self.sample = self.sample.with_reference(labels)


def _places(rows: Iterable[Row]) -> list[Unclaimed]:
    """Items of rows that neither side has."""
    return [row.item for row in rows if isinstance(row.item, Unclaimed)]
