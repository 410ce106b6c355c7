"""Whatever a reviewer does, in whatever order: labels, table, items, rows and progress agree."""

import shutil
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from PIL import Image as Picture
from session_cases import opened, put, stroke_edit

from segreview.compare.live import find_live_disagreements
from segreview.compare.overlap import OverlapTable
from segreview.compare.sweep import Sweep
from segreview.errors import EditRefused
from segreview.formats.registry import read
from segreview.model import edit
from segreview.session.review import Review
from segreview.session.saving import save
from segreview.session.status import DONE, Status
from segreview.session.verdict import Judgement, Verdict
from segreview.tools import TOOLS

COORDINATES = st.tuples(*[st.integers(0, 13)] * 3)
CELL_IDS = (0, 0, 1, 2, 3, 40)
CLASS_IDS = (0, 7, 7, 8, 11, 26)
SEGMENT_IDS = (0, 7, 8, 26, 24000, 26000, 26001)


class Reviewing(RuleBasedStateMachine):
    """A reviewer at work, and what the labels and verdicts must be, kept by simpler means."""

    shape: tuple[int, ...] = (14, 18)
    ids: tuple[int, ...] = CELL_IDS
    options: dict[str, str] = {"kind": "instance"}  # noqa: RUF012 (hypothesis makes the instances)
    name = "a.tif"

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(edit, "PATCH_SIDE", 5)  # strokes of several patches, on small pictures
        self.folder = Path(tempfile.mkdtemp(prefix="reviewing-"))
        self.review: Review | None = None

    @initialize(seed=st.integers(0, 30))
    def begin(self, seed: int) -> None:
        """Two random pictures that have much in common."""
        rng = np.random.default_rng(seed)
        reference = self._scribbled(np.full(self.shape, self.ids[1], np.uint16), rng, 12)
        prediction = self._scribbled(reference.copy(), rng, 5)
        for side, data in (("gt", reference), ("pred", prediction)):
            if self.name.endswith(".png"):
                (self.folder / side).mkdir()
                Picture.fromarray(data).save(self.folder / side / self.name)
            else:
                put(self.folder / side / self.name, data)
        self.original = reference
        self.file = reference
        self._open()
        self.labels = self.review.reference.data.copy()
        self.verdicts = dict(self.review.verdicts._by_key)
        self.states = {0: (self.labels.copy(), {})}
        self.used = {i for i in np.unique(reference).tolist() if self.review.reference.is_instance(i)}

    def _scribbled(self, data: np.ndarray, rng: np.random.Generator, times: int) -> np.ndarray:
        for _ in range(times):
            where = tuple(slice(a, a + int(rng.integers(1, 7))) for a in rng.integers(0, data.shape))
            data[where] = rng.choice(self.ids)
        return data

    def _open(self) -> None:
        gt, pred = (self.folder / side / self.name for side in ("gt", "pred"))
        self.review = opened(gt, pred, self.folder / "review", **self.options)

    def _note(self) -> None:
        """Remember the state of a new node of the journal."""
        self.states[self.review.journal.head] = (self.labels.copy(), dict(self.verdicts))

    def _adopt(self) -> None:
        """Take over labels that a tool made, whose own tests say what they must be."""
        new = set(np.unique(self.review.reference.data).tolist()) - set(np.unique(self.labels).tolist())
        for number in new:
            if self.review.reference.is_instance(number):
                assert number not in self.used, "an id was used again"
        self.used |= {i for i in new if self.review.reference.is_instance(i)}
        self.labels = self.review.reference.data.copy()
        self._note()

    def _rows(self) -> list:
        return [row for row in self.review.queue if not row.gone]

    # ---------------------------------------------------------------- what the reviewer does
    @rule(corner=COORDINATES, side=st.integers(1, 6), which=st.integers(0, 9))
    def paint(self, corner, side, which) -> None:
        value = self.ids[which % len(self.ids)]
        where = tuple(slice(a % n, a % n + side) for a, n in zip(corner, self.shape, strict=False))
        stroke = stroke_edit(self.review.reference.data, where, value)
        if stroke is None:
            return
        kept = np.isin(self.labels[where], list(self.review.reference.void))
        painted = np.where(kept, self.labels[where], value)
        if (painted == self.labels[where]).all():
            with pytest.raises(EditRefused):
                self.review.apply([stroke], "Stroke")
            return
        self.review.apply([stroke], "Stroke")
        self.labels[where] = painted
        self.used |= {value}
        self._note()

    @precondition(lambda self: self._rows())
    @rule(which=st.integers(0, 99), tool=st.sampled_from(TOOLS), protect=st.booleans())
    def use(self, which, tool, protect) -> None:
        rows = self._rows()
        try:
            if self.review.use(tool, rows[which % len(rows)], protect=protect) is not None:
                self._adopt()
        except EditRefused:
            pass  # the tool's own tests say when

    @precondition(lambda self: self._rows())
    @rule(which=st.integers(0, 4), value=st.sampled_from(Judgement))
    def judge(self, which, value) -> None:
        rows = self._rows()
        row = rows[which % len(rows)]
        try:
            gesture = self.review.judge(row, value, "note")
        except EditRefused:
            return
        (change,) = gesture.verdicts
        assert change.before == self.verdicts.get(change.key)
        self.verdicts[change.key] = change.after
        self._adopt()

    @rule()
    def backspace(self) -> None:
        head = self.review.journal.head
        gesture = self.review.withdraw_last_verdict()
        if gesture is None:
            assert not self.verdicts
            return
        for change in gesture.verdicts:
            assert self.verdicts[change.key] == change.before
            assert change.after is None or change.after.time <= change.before.time
            self.verdicts.pop(change.key)
            if change.after is not None:
                self.verdicts[change.key] = change.after
        if self.review.journal.head < head:
            self.labels = self.states[self.review.journal.head][0].copy()
        else:
            self.labels = self.review.reference.data.copy()
            self._note()

    @rule(step=st.sampled_from(["undo", "redo"]), times=st.integers(1, 4))
    def step(self, step, times) -> None:
        for _ in range(times):
            getattr(self.review, step)()
        labels, verdicts = self.states[self.review.journal.head]
        self.labels, self.verdicts = labels.copy(), dict(verdicts)

    @rule()
    def save(self) -> None:
        save(self.review)
        self.file = self.labels.copy()
        assert self.review.unwritten == 0

    @rule()
    def reopen(self) -> None:
        self.review.close()
        self._open()

    @rule()
    def drop_unwritten(self) -> None:
        self.review.drop_unwritten()
        self.labels = self.file.copy()
        self.states.setdefault(self.review.journal.head, (self.labels.copy(), dict(self.verdicts)))
        assert self.review.unwritten == 0

    @rule(place=st.integers(-1, 20))
    def rerank(self, place) -> None:
        self.review.rerank_behind(place)

    # ---------------------------------------------------------------- what must be true
    @invariant()
    def the_labels_are_what_was_done_to_them(self) -> None:
        if self.review is not None:
            np.testing.assert_array_equal(self.review.reference.data, self.labels)

    @invariant()
    def the_file_holds_what_was_saved_last(self) -> None:
        if self.review is not None:
            held = read(self.folder / "gt" / self.name, **self.options).data
            np.testing.assert_array_equal(held, self.file)

    @invariant()
    def the_table_is_what_a_rebuild_gives(self) -> None:
        if self.review is None:
            return
        table, fresh = self.review.table, OverlapTable.build(self.review.reference, self.review.prediction)
        assert table.pairs() == fresh.pairs()
        for side in ("reference", "prediction"):
            assert table.areas(side) == fresh.areas(side)
            assert all(table.box(side, i) == fresh.box(side, i) for i in fresh.areas(side))

    @invariant()
    def items_and_rows_are_what_a_rebuild_gives(self) -> None:
        if self.review is None:
            return
        fresh = find_live_disagreements(self.review.reference, self.review.prediction)
        assert self.review.sweep is None or self.review.sweep == Sweep(fresh.table)
        assert self.review.disagreements.items == fresh.items
        rows = self._rows()
        assert len(rows) == len(fresh.items)
        assert {row.item.handle: row.item for row in rows} == fresh.items
        assert all(self.review.queue.row_of(row.item) is row for row in rows)
        places = [self.review.queue.place_of(row) for row in self.review.queue]
        assert places == list(range(len(places)))

    @invariant()
    def verdicts_statuses_and_progress_are_what_a_recount_gives(self) -> None:
        if self.review is None:
            return
        review = self.review
        assert review.verdicts._by_key == self.verdicts
        for row in review.queue:
            expected = None if row.gone else self.verdicts.get(review.verdicts.fingerprint(row.item))
            assert review.verdict(row) == expected
            assert expected is None or isinstance(expected, Verdict)
        statuses = [review.status(row) for row in review.queue if row.contested]
        assert Status.AGREED not in statuses
        assert review.progress.total == len(statuses)
        assert review.progress.done == sum(status in DONE for status in statuses)

    def teardown(self) -> None:
        if self.review is not None:
            self.review.close()
        shutil.rmtree(self.folder)
        self.patch.undo()


class ReviewingStacks(Reviewing):
    shape = (4, 8, 9)


class ReviewingClasses(Reviewing):
    ids = CLASS_IDS
    options = {"kind": "semantic", "classes": "cityscapes"}  # noqa: RUF012


class ReviewingSegments(Reviewing):
    ids = SEGMENT_IDS
    options = {"kind": "panoptic", "classes": "cityscapes"}  # noqa: RUF012
    name = "a_instanceIds.png"


TestCells = Reviewing.TestCase
TestStacks = ReviewingStacks.TestCase
TestClasses = ReviewingClasses.TestCase
TestSegments = ReviewingSegments.TestCase

for case in (TestCells, TestStacks, TestClasses, TestSegments):
    case.settings = settings(max_examples=30, stateful_step_count=25)
del case
