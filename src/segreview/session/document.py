"""Labels under review: one door for every change, one order of undo, one signal back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from segreview.compare.disagreement import Disagreement, Handle, Relation, fingerprint
from segreview.compare.overlap import Touched
from segreview.compare.unclaimed import Unclaimed
from segreview.errors import EditRefused, JournalError
from segreview.model.box import Box
from segreview.model.edit import Edit, without_old
from segreview.model.labels import LabelImage
from segreview.model.sample import ANNOTATOR, REFERENCE
from segreview.session.announcing import Announcing
from segreview.session.change import What
from segreview.session.claims import Claims, place_key
from segreview.session.class_change import ClassChange
from segreview.session.classing import CLASSED, Classing, rows_of_objects, set_classes
from segreview.session.exhibits import NOTHING, Exhibits
from segreview.session.fresh import FreshIds
from segreview.session.gesture import Gesture, net_classes, net_edits
from segreview.session.groundwork import Groundwork
from segreview.session.jitter import Jitter
from segreview.session.journal import Journal
from segreview.session.status import Progress, Standing, Status
from segreview.session.teaching import Correction, News, Teaching
from segreview.session.verdict import NoteChange, Verdict, VerdictChange
from segreview.session.verdicts import Verdicts
from segreview.triage.hygiene import Hygiene
from segreview.triage.learning import Learned
from segreview.triage.queue import LISTED, Row
from segreview.triage.suspicion import Suspicion

_REPORTED = 100
"""Of so many edits of one gesture one is reported; of fewer none."""


class Document(Announcing):
    """Labels under review and all that follows them; the base of `Review`, which says the rest.

    Parameters
    ----------
    ground
        The sample, with labels that the review may write into, and how its sides differ, in the
        journal's first state.
    journal
        Record of all gestures.
    author
        Who reviews.
    saved_node
        State of the journal that the files hold.
    """

    def __init__(self, ground: Groundwork, journal: Journal, author: str = "", saved_node: int = 0) -> None:
        super().__init__()
        self.journal = journal
        self.author = author
        self.saved_node = saved_node
        self.protect_void = True
        self.report: Callable[[int, int], object] = lambda *_: None
        self.sample = ground.sample
        self.table = ground.table
        self.disagreements = ground.disagreements
        self.queue = ground.queue
        self.sweep = ground.sweep
        self.fresh = FreshIds(self.reference, [*self.table.areas("reference"), *journal.ids])
        self.classing = Classing(self.reference, self.table, self.fresh)
        self.claims = Claims()
        self.hygiene = Hygiene(self.table)
        annotations = [one.labels for one in self.sample.sources if one.role == ANNOTATOR]
        self.jitter = Jitter(self.table, self.disagreements, self.queue, annotations)
        self.verdicts = Verdicts(self._key_of)
        self.standing = Standing(self.queue, self.verdicts)
        self.teaching = Teaching(self.queue, self.standing, journal)
        self.suspected, self.exhibits = False, NOTHING
        self.opinion: np.ndarray | None = None
        self._edited_at: dict[int, int] = {}  # revision in which a row's pixels changed last

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
        return self.standing.status(row)

    def verdict(self, row: Row) -> Verdict | None:
        """What was said of the item that stands in a row now, or None."""
        return self.standing.verdict(row)

    def note(self, row: Row) -> str:
        """Note on the item that stands in a row now, or empty."""
        return self.standing.note(row)

    @property
    def progress(self) -> Progress:
        """How many of the rows that ask for a judgement are done."""
        return self.standing.progress

    @property
    def counts(self) -> Mapping[Relation, int]:
        """Number of items of every kind."""
        return {**self.disagreements.summary().counts, Relation.UNCLAIMED: len(self.claims)}

    def rows_with_ids(self, reference_ids: tuple[int, ...], prediction_ids: tuple[int, ...]) -> list[Row]:
        """Rows of the items with exactly these ids; without any, those of the places that nobody claims."""
        items: Sequence[Disagreement] = self.claims.all
        if reference_ids or prediction_ids:
            items = self.disagreements.with_ids(reference_ids, prediction_ids)
        return [row for item in items if (row := self.queue.row_of(item)) is not None]

    def rows_of(self, change: VerdictChange) -> list[Row]:
        """Rows of the items that a verdict is about."""
        rows = self.rows_with_ids(change.reference_ids, change.prediction_ids)
        if change.reference_ids or change.prediction_ids:
            return rows
        return [row for row in rows if self.verdicts.fingerprint(row.item) == change.key]

    def _key_of(self, item: Disagreement) -> str:
        """What a verdict on an item is kept by."""
        if isinstance(item, Unclaimed):
            return place_key(item, self.verdicts.keys)
        return fingerprint(item, self.reference, self.prediction)

    # ---------------------------------------------------------------- the one door
    def apply(
        self,
        edits: Iterable[Edit],
        title: str,
        *,
        verdicts: tuple[VerdictChange, ...] = (),
        classes: tuple[ClassChange, ...] = (),
        origin: object = None,
    ) -> Gesture:
        """Apply edits, with verdicts and classes that go with them, as one gesture.

        New objects get the class that `classing` knows for them. Void pixels that the edits meet are left
        out while `protect_void` is set.

        Parameters
        ----------
        edits
            Edits of the reference, whose old values are the labels' present ones.
        title
            What the user did, as the Undo menu names it.
        verdicts
            Changes of verdicts that belong to the same step of undo.
        classes
            Changes of the classes of objects that belong to it.
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
        if not (allowed or verdicts or classes):
            raise EditRefused(
                f"{title}: only void pixels were met, which take part in no figure.",
                "Switch off Correct > Protect void to paint over them.",
            )
        classes += self.classing.of_new(allowed)
        return self._record(allowed, title, verdicts, origin, classes=classes)

    def _record(
        self,
        edits: Iterable[Edit],
        title: str,
        verdicts: tuple[VerdictChange, ...],
        origin: object,
        notes: tuple[NoteChange, ...] = (),
        classes: tuple[ClassChange, ...] = (),
    ) -> Gesture:
        """Sign a gesture, write it into the journal, and only then perform it."""
        now = time.time()
        signed = tuple(edit.signed(self.author, now) for edit in edits)
        gesture = Gesture(title, signed, verdicts, self.author, now, notes, classes)
        try:
            self.journal.record(gesture)
        except JournalError as error:
            raise EditRefused(error.message, error.hint) from error
        self._perform([gesture], origin)
        return gesture

    def _allowed(self, edits: tuple[Edit, ...]) -> list[Edit]:
        """Edits without void pixels, all of whose ids the file can hold."""
        for edit in edits:
            self._check(edit)
        if not (self.protect_void and self.reference.void):
            return list(edits)
        kept = (without_old(edit, self.reference.void) for edit in edits)
        return [edit for edit in kept if edit is not None]

    def _check(self, edit: Edit) -> None:
        """Refuse an edit of anything but the reference, and ids that the file cannot hold."""
        if edit.source != REFERENCE:
            raise EditRefused(f"Only the reference can be edited, not the {edit.source}.")
        limit = self.reference.max_storable()
        if max(edit.ids) > limit:
            raise EditRefused(
                f"Id {max(edit.ids)} is too large for {self.reference.dtype} labels, "
                f"which hold ids up to {limit}.",
                "Choose Correct > Promote labels to save them with a wider type.",
            )

    def _perform(self, gestures: Sequence[Gesture], origin: object) -> None:
        """Bring labels, table, queue and verdicts to the state after gestures, then tell the views."""
        edits = tuple(edit for gesture in gestures for edit in gesture.edits)
        changes = [change for gesture in gestures for change in gesture.verdicts]
        notes = [change for gesture in gestures for change in gesture.notes]
        classed = set_classes(self.reference, (change for gesture in gestures for change in gesture.classes))
        rows: dict[int, Row] = {}
        boxes: dict[Box, None] = {}
        for n, edit in enumerate(edits, start=1):
            edit.apply_to(self.reference.planes[edit.plane])
            self._follow(self.table.update(edit), edit, rows, boxes)
            if n % _REPORTED == 0:
                self.report(n, len(edits))
        if classed := {i for i in classed if self.table.area(REFERENCE, i)}:
            self._follow(Touched(frozenset(classed), frozenset()), CLASSED, rows, boxes)
            for row in rows_of_objects(classed, self.disagreements, self.queue):
                rows[row.number], boxes[row.item.box] = row, None
        if len(edits) > _REPORTED:
            self.report(len(edits), len(edits))
        self.jitter.update(rows.values())
        self._edited_at.update(dict.fromkeys(rows, self.revision + 1))
        said = [self.verdicts.settle(change) for change in changes]
        said += [self.verdicts.settle_note(change) for change in notes]
        for ids in dict.fromkeys(said):
            rows.update((row.number, row) for row in self.rows_with_ids(*ids))
        # For what an undo brought back.
        self.queue.correct(self.teaching.news_of(rows.values()), self._is_begun)
        self.standing.update(rows.values())
        what = {
            What.ROWS,
            *([What.PIXELS] if edits else ()),
            *([What.CLASSES] if classed else ()),
            *([What.VERDICTS] if said else ()),
        }
        self._announce(what, edits=edits, boxes=tuple(boxes), rows=tuple(rows), origin=origin)

    def _follow(self, touched: Touched, edit: Edit, rows: dict[int, Row], boxes: dict[Box, None]) -> None:
        """Bring all that follows an edit up to date, and note the rows and regions that changed."""
        replaced = self.disagreements.update(touched, edit)
        self.hygiene.follow(edit)
        self.jitter.follow(touched, edit)
        if self.sweep is not None:
            self.sweep.note(touched)
        claims = self.claims.follow(edit, self.reference)
        removed, added = replaced.removed + claims.removed, replaced.added + claims.added
        for item in (*removed, *added):
            boxes[item.box] = None
        for row in self.queue.replace(removed, added):
            rows[row.number] = row
        self.fresh.note(edit.ids - self.reference.outside)

    # ---------------------------------------------------------------- evidence
    def absorb(
        self,
        suspicions: Mapping[Handle, Suspicion],
        revision: int,
        places: Iterable[tuple[Unclaimed, Suspicion]] = (),
        opinion: np.ndarray | None = None,
        exhibits: Exhibits = NOTHING,
    ) -> None:
        """Take over what is suspected of items, but for those that were edited meanwhile.

        Parameters
        ----------
        suspicions
            By the handles of the items.
        revision
            Revision of the labels that it was found in.
        places
            What neither side claims; places of which little is suspected are no items.
        opinion
            How likely each pixel belongs to an object, or to its annotated class, by what others look
            like, uint8; None where nothing was learnt of that.
        exhibits
            The evidence that it was made from.
        """
        self.exhibits = exhibits
        known = {self.claims.same(place): told for place, told in places if told.urgency >= LISTED}
        kept = [one for one in self.claims.all if one not in known and self.verdicts.of(one)]
        replaced = self.claims.exchange([*known, *kept], self.reference)
        came = self.queue.replace(replaced.removed, replaced.added)
        told = {**suspicions, **{place.handle: suspicion for place, suspicion in known.items()}}
        rows = self._suspect(told, revision)
        if rows:
            self.teaching.begin()
            self.queue.correct(self.teaching.news_of(rows), self._is_begun)
        self.standing.update([*came, *rows])
        numbers = dict.fromkeys(row.number for row in (*came, *rows))
        seen = opinion is not None and (self.opinion is None or not np.array_equal(opinion, self.opinion))
        self.opinion = self.opinion if opinion is None else opinion
        self.suspected = self.suspected or bool(suspicions)
        if numbers or seen:
            self._announce({What.EVIDENCE, *([What.ROWS] if came else ())}, rows=tuple(numbers))

    def _suspect(self, suspicions: Mapping[Handle, Suspicion], revision: int) -> list[Row]:
        """Note what is suspected of items that no edit has met since a revision; rows where it is news."""
        found = ((self.queue.row_at(handle), suspicion) for handle, suspicion in suspicions.items())
        news = [
            (row, suspicion)
            for row, suspicion in found
            if row is not None and row.found != suspicion and self._edited_at.get(row.number, 0) <= revision
        ]
        self.queue.suspect(news, self.teaching.rank_of)
        return [row for row, _ in news]

    def learn(self, learned: Learned | Correction) -> None:
        """Correct what is suspected by what was learned from the verdicts."""
        self._correct(self.teaching.take(learned))

    def _correct(self, news: Sequence[News]) -> None:
        self.standing.update(self.queue.correct(news, self._is_begun))
        if news:
            self._announce({What.EVIDENCE}, rows=tuple(row.number for row, _, _ in news))

    def _is_begun(self, row: Row) -> bool:
        return self.status(row) is not Status.OPEN

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
        notes = tuple(change for gesture in steps for change in gesture.notes)
        classes = net_classes(steps)
        self._perform([Gesture("Replay", edits, verdicts, notes=notes, classes=classes)], None)
        for news in self.teaching.resume():
            self._correct(news)
            self.queue.rerank_behind(-1)

    def close(self) -> None:
        """End the review: everything is in the journal already."""
        self.journal.close()
