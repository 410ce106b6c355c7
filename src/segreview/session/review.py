"""The review of one sample: one door for every change, one signal back."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from psygnal import Signal

from segreview.compare.disagreement import fingerprint
from segreview.compare.live import find_live_disagreements
from segreview.compare.overlap import OverlapTable
from segreview.errors import EditRefused, JournalError
from segreview.model.box import Box
from segreview.model.edit import Edit, without_old
from segreview.model.labels import LabelImage
from segreview.model.sample import REFERENCE, Sample
from segreview.session.change import Change, Fault, What
from segreview.session.fresh import FreshIds
from segreview.session.gesture import Gesture, net_edits
from segreview.session.journal import Journal
from segreview.session.status import Progress, Standing, Status
from segreview.session.verdict import Judgement, Verdict, VerdictChange
from segreview.session.verdicts import Verdicts
from segreview.tools import TAKE, Target, Tool
from segreview.triage.queue import Queue, Row

_log = logging.getLogger(__name__)

_TAKEN_BACK = "Take back the verdict"


class Review:
    """One sample under review; the owner of its labels.

    The labels change only through `apply` and what is built on it, and through `go`. Each change
    is in the journal before it reaches the labels; then follow the overlap table and the queue,
    and last `changed` is emitted. Everything happens on one thread, the caller's.

    Parameters
    ----------
    sample
        The sample, with labels that the review may write into, in the journal's first state.
    journal
        Record of all gestures.
    author
        Who reviews.
    saved_node
        State of the journal that the files hold.

    Attributes
    ----------
    changed
        Signal, emitted with a `Change` after every change. Views connect with `watch`.
    faults
        Functions that are told when a view fails.
    """

    changed = Signal(Change)

    def __init__(self, sample: Sample, journal: Journal, author: str = "", saved_node: int = 0) -> None:
        self.journal = journal
        self.author = author
        self.saved_node = saved_node
        self.protect_void = True
        self.revision = 0
        self.faults: list[Fault] = []
        self.sample = sample
        self.table = OverlapTable.build(self.reference, self.prediction)
        self.disagreements = find_live_disagreements(self.reference, self.prediction, self.table)
        self.queue = Queue(self.disagreements.items.values())
        self.fresh = FreshIds(self.reference, [*self.table.areas("reference"), *journal.ids])
        self.verdicts = Verdicts(lambda item: fingerprint(item, self.reference, self.prediction))
        self._standing = Standing(self.queue, lambda row: self.verdicts.of(row.item))

    # ---------------------------------------------------------------- what there is
    @property
    def reference(self) -> LabelImage:
        """Labels under review, in their present state."""
        return self.sample.reference

    @property
    def prediction(self) -> LabelImage:
        """The model's labels."""
        prediction = self.sample.prediction
        if prediction is None:
            raise LookupError(f"sample {self.sample.name!r} has no prediction")
        return prediction

    def status(self, row: Row) -> Status:
        """Where a row of the queue stands."""
        return self._standing.status(row)

    def verdict(self, row: Row) -> Verdict | None:
        """What was said of the item that stands in a row now, or None."""
        return self._standing.verdict(row)

    @property
    def progress(self) -> Progress:
        """How many of the rows that ask for a judgement are done."""
        return self._standing.progress

    # ---------------------------------------------------------------- the one door
    def apply(
        self,
        edits: Iterable[Edit],
        title: str,
        *,
        verdicts: tuple[VerdictChange, ...] = (),
        origin: object = None,
    ) -> Gesture:
        """Apply edits, and verdicts that go with them, as one gesture.

        Void pixels that the edits meet are left out while `protect_void` is set.

        Parameters
        ----------
        edits
            Edits of the reference, whose old values are the labels' present ones.
        title
            What the user did, as the Undo menu names it.
        verdicts
            Changes of verdicts that belong to the same step of undo.
        origin
            Who asks; handed on with the `Change`.

        Returns
        -------
        Gesture
            What was done; it may hold less than was asked for.

        Raises
        ------
        EditRefused
            When an id does not fit the file's type, only void was met, or the journal cannot be
            written; the labels are as they were.
        """
        allowed = self._allowed(tuple(edits))
        if not (allowed or verdicts):
            raise EditRefused(
                f"{title}: only void pixels were met, which take part in no figure.",
                "Switch off Correct > Protect void to paint over them.",
            )
        return self._record(allowed, title, verdicts, origin)

    def _record(
        self, edits: Iterable[Edit], title: str, verdicts: tuple[VerdictChange, ...], origin: object
    ) -> Gesture:
        """Sign a gesture, write it into the journal, and only then perform it."""
        now = time.time()
        signed = tuple(edit.signed(self.author, now) for edit in edits)
        gesture = Gesture(title, signed, verdicts, self.author, now)
        try:
            self.journal.record(gesture)
        except JournalError as error:
            raise EditRefused(error.message, error.hint) from error
        self._perform([gesture], origin)
        return gesture

    def _allowed(self, edits: tuple[Edit, ...]) -> list[Edit]:
        """Edits without void pixels, all of whose ids the file can hold."""
        limit = self.reference.max_storable()
        for edit in edits:
            if edit.source != REFERENCE:
                raise EditRefused(f"Only the reference can be edited, not the {edit.source}.")
            if max(edit.ids) > limit:
                raise EditRefused(
                    f"Id {max(edit.ids)} is too large for {self.reference.dtype} labels, "
                    f"which hold ids up to {limit}.",
                    "Choose Correct > Promote labels to save them with a wider type.",
                )
        if not (self.protect_void and self.reference.void):
            return list(edits)
        kept = (without_old(edit, self.reference.void) for edit in edits)
        return [edit for edit in kept if edit is not None]

    def _perform(self, gestures: Sequence[Gesture], origin: object) -> None:
        """Bring labels, table, queue and verdicts to the state after gestures, then tell the views."""
        edits = tuple(edit for gesture in gestures for edit in gesture.edits)
        changes = [change for gesture in gestures for change in gesture.verdicts]
        rows: dict[int, Row] = {}
        boxes: dict[Box, None] = {}
        for edit in edits:
            edit.apply_to(self.reference.planes[edit.plane])
            replaced = self.disagreements.update(self.table.update(edit), edit)
            for item in (*replaced.removed, *replaced.added):
                boxes[item.box] = None
            for row in self.queue.replace(replaced.removed, replaced.added):
                rows[row.number] = row
            self.fresh.note(edit.ids - self.reference.outside)
        for change in changes:
            for item in self.disagreements.with_ids(*self.verdicts.settle(change)):
                if (found := self.queue.row_of(item)) is not None:
                    rows[found.number] = found
        self._standing.update(rows.values())
        what = {What.ROWS, *([What.PIXELS] if edits else ()), *([What.VERDICTS] if changes else ())}
        self._announce(what, edits=edits, boxes=tuple(boxes), rows=tuple(rows), origin=origin)

    # ---------------------------------------------------------------- tools
    def target(self, row: Row, *, protect: bool = True) -> Target:
        """What a tool works on when it is used on the item of a row."""
        item = row.item
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
        """Rank anew what lies behind a place of the queue."""
        self.queue.rerank_behind(place)
        self._announce({What.ORDER})

    def use(self, tool: Tool, row: Row, *, protect: bool = True, origin: object = None) -> Gesture | None:
        """Use a tool on the item of a row; None when it has nothing to do.

        Raises
        ------
        EditRefused
            As `apply`.
        """
        edit = None if row.gone else tool(self.target(row, protect=protect))
        return None if edit is None else self.apply([edit], tool.title, origin=origin)

    # ---------------------------------------------------------------- verdicts
    def judge(
        self, row: Row, value: Judgement, note: str = "", *, protect: bool = True, origin: object = None
    ) -> Gesture:
        """Give a verdict on the item of a row.

        ``reference_wrong`` also takes the model's objects, in the same gesture.

        Raises
        ------
        EditRefused
            As `apply`, and when the item is gone.
        """
        if row.gone:
            raise EditRefused("This item is gone: an edit resolved it.", "Undo the edit to judge the item.")
        key = self.verdicts.fingerprint(row.item)
        verdict = Verdict(value, note, self.author, time.time())
        change = VerdictChange.of_item(key, row.item, self.verdicts.under(key), verdict)
        edit = TAKE(self.target(row, protect=protect)) if value is Judgement.REFERENCE_WRONG else None
        edits = [] if edit is None else [edit]
        return self.apply(edits, f"Verdict: {value.words}", verdicts=(change,), origin=origin)

    def withdraw_last_verdict(self, *, origin: object = None) -> Gesture | None:
        """Take back the last verdict, with the pixels that came with it; None when there is none.

        Pixels that were edited again since then keep their newer ids.
        """
        journal = self.journal
        for node in reversed(journal.line(journal.head)):
            if not journal.nodes[node].verdicts or journal.nodes[node].title == _TAKEN_BACK:
                continue
            gesture = journal.gesture(node)
            given = [c for c in gesture.verdicts if c.after and self.verdicts.under(c.key) == c.after]
            if given and node == journal.head:
                return self.undo(origin=origin)
            if given:
                edits = self._still_in_place(gesture.inverse().edits)
                changes = tuple(change.inverse() for change in given)
                return self._record(edits, _TAKEN_BACK, changes, origin)
        return None

    def _still_in_place(self, edits: Iterable[Edit]) -> list[Edit]:
        """Parts of edits whose old values still stand in the labels."""
        found = (edit.where_old_in(self.reference.planes[edit.plane]) for edit in edits)
        return [edit for edit in found if edit is not None]

    # ---------------------------------------------------------------- undo
    @property
    def undo_title(self) -> str | None:
        """What undo would take back, or None."""
        return self.journal.nodes[self.journal.head].title if self.journal.head else None

    @property
    def redo_title(self) -> str | None:
        """What redo would bring back, or None."""
        after = self.journal.after_head
        return None if after is None else self.journal.nodes[after].title

    def undo(self, *, origin: object = None) -> Gesture | None:
        """Take back the last gesture; None at the beginning of the journal."""
        before = self.journal.before_head
        return None if before is None else self.go(before, origin=origin)

    def redo(self, *, origin: object = None) -> Gesture | None:
        """Bring back what was undone last; None when there is nothing."""
        after = self.journal.after_head
        return None if after is None else self.go(after, origin=origin)

    def go(self, node: int, *, origin: object = None) -> Gesture | None:
        """Bring labels and verdicts to any state of the journal; return the last gesture on the way.

        Raises
        ------
        EditRefused
            When the journal cannot be written; everything is as it was.
        """
        try:
            steps = list(self.journal.steps(self.journal.head, node))
            self.journal.move(node)
        except JournalError as error:
            raise EditRefused(error.message, error.hint) from error
        if not steps:
            return None
        self._perform(steps, origin)
        return steps[-1]

    def replay(self) -> None:
        """Bring labels that are in the journal's first state to its head, at opening."""
        steps = list(self.journal.steps(0, self.journal.head))
        edits = net_edits(self.reference.planes, steps, "replay")
        verdicts = tuple(change for gesture in steps for change in gesture.verdicts)
        self._perform([Gesture("Replay", edits, verdicts)], None)

    # ---------------------------------------------------------------- written or not
    @property
    def unwritten(self) -> int:
        """Number of gestures with edits that no file holds yet."""
        return self.journal.edits_between(self.saved_node, self.journal.head)

    def drop_unwritten(self) -> Gesture | None:
        """Take back all edits that no file holds, verdicts kept, by one gesture that undo reverts."""
        steps = self.journal.steps(self.journal.head, self.saved_node)
        edits = net_edits(self.reference.planes, steps, "drop")
        digests = () if self.reference.origin is None else self.reference.origin.digests
        in_place = not self.journal.edits_between(self.journal.state_of(digests) or 0, self.saved_node)
        gesture = self._record(edits, "Start from the file", (), None) if edits else None
        self.journal.saved(digests if in_place else (), (), in_place=in_place)
        self.mark_saved()
        return gesture

    def mark_saved(self, digests: Sequence[str] = ()) -> None:
        """Note that files hold the labels as they are now, as the journal says already.

        Parameters
        ----------
        digests
            SHA-256 of the files that the labels came from, when these were written anew.
        """
        self.saved_node = self.journal.head
        origin = self.reference.origin
        if digests and origin is not None:
            self._exchange(replace(self.reference, origin=replace(origin, digests=tuple(digests))))
        self._announce({What.SAVED})

    def _exchange(self, labels: LabelImage) -> None:
        """Put other facts beside the same planes."""
        sources = tuple(
            replace(source, labels=labels) if source.role == REFERENCE else source
            for source in self.sample.sources
        )
        self.sample = replace(self.sample, sources=sources)

    # ---------------------------------------------------------------- signals
    def watch(self, view: Callable[[Change], None]) -> Callable[[], None]:
        """Call a view after every change; return a function that ends it.

        A view that raises is reported to `faults` and stops neither the edit nor the other views.
        """

        def guarded(change: Change) -> None:
            try:
                view(change)
            except Exception as error:  # any fault of a view must not reach the edit
                _log.exception("a view failed on change %d", change.revision)
                for tell in self.faults:
                    tell(error)

        self.changed.connect(guarded)
        return lambda: self.changed.disconnect(guarded, missing_ok=True)

    def _announce(
        self,
        what: Iterable[What],
        edits: tuple[Edit, ...] = (),
        boxes: tuple[Box, ...] = (),
        rows: tuple[int, ...] = (),
        origin: object = None,
    ) -> None:
        self.revision += 1
        self.changed.emit(Change(frozenset(what), edits, boxes, rows, self.revision, origin))

    def close(self) -> None:
        """End the review: everything is in the journal already."""
        self.journal.close()
