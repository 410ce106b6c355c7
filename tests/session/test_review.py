"""The review: one door for every change, one order of undo, one signal back."""

from dataclasses import replace

import numpy as np
import pytest
from session_cases import cells, paint, put, row_with, square, stroke_edit

from segreview.compare.disagreement import Relation
from segreview.errors import EditRefused, JournalError
from segreview.model.labels import Kind
from segreview.session.change import What
from segreview.session.review import Review
from segreview.session.status import Progress, Status
from segreview.session.verdict import Judgement
from segreview.tools import DELETE, TAKE


@pytest.fixture
def changes(review):
    """Every change that the review tells of."""
    seen = []
    review.watch(seen.append)
    return seen


def state(review: Review) -> tuple:
    """All that a gesture could change."""
    return (
        review.reference.data.tobytes(),
        review.table.pairs(),
        [(row.number, row.gone, row.item) for row in review.queue],
        review.progress,
        review.journal.head,
    )


# -------------------------------------------------------------------- edits
def test_a_stroke_is_in_journal_labels_table_and_queue_before_views_are_told(review):
    seen, journal = [], review.journal
    review.watch(lambda change: seen.append((change, state(review), journal.gesture(journal.head))))
    paint(review, (20, 2), 3, 9)
    ((change, told, gesture),) = seen
    assert told == state(review)
    assert gesture.title == "Brush stroke"
    assert gesture.author == "ada"
    assert change.what == {What.PIXELS, What.ROWS}
    assert review.table.area("reference", 9) == 9
    row = row_with(review, [9])
    assert change.rows == (row.number,)
    assert review.status(row) is Status.EDITED
    assert any(row.item.box & box for box in change.boxes)


def test_a_failing_view_stops_neither_the_edit_nor_other_views(review, changes):
    def failing(change):
        raise RuntimeError("a view")

    faults = []
    review.faults.append(faults.append)
    unwatch = review.watch(failing)
    paint(review)
    assert [str(fault) for fault in faults] == ["a view"]
    unwatch()
    review.undo()
    assert len(faults) == 1
    assert changes[1].revision == changes[0].revision + 1


def test_an_edit_of_the_prediction_is_refused(review):
    edit = stroke_edit(review.prediction.data, square((1, 1), 3), 9)
    before = state(review)
    with pytest.raises(EditRefused, match="Only the reference can be edited, not the prediction"):
        review.apply([replace(edit, source="prediction")], "Stroke")
    assert state(review) == before


def test_an_id_too_large_for_the_file_is_refused_with_the_way_out(tmp_path, begin):
    reference, _ = cells()
    review = begin(put(tmp_path / "a.tif", reference.astype(np.float16)))
    before = state(review)
    with pytest.raises(
        EditRefused, match=r"Id 2049 is too large for float16 labels, .* up to 2048"
    ) as refusal:
        paint(review, value=2049)
    assert "Promote" in refusal.value.hint
    assert state(review) == before


def test_void_is_left_out_unless_the_user_says_otherwise(begin, files):
    review = begin(*files)
    reference, prediction = review.sample.sources
    void = replace(reference, labels=replace(reference.labels, void=frozenset({2})))
    review.sample = replace(review.sample, sources=(void, prediction))
    with pytest.raises(EditRefused, match="only void pixels were met") as refusal:
        paint(review, (1, 10), 3, 9)
    assert "Protect void" in refusal.value.hint
    paint(review, (1, 8), 4, 9)
    assert np.count_nonzero(review.reference.data == 9) == 8
    review.protect_void = False
    paint(review, (1, 10), 3, 9)
    assert (review.reference.data[1:4, 10:13] == 9).all()


def test_a_stroke_over_several_patches_and_void_keeps_both(tmp_path, begin):
    """Each patch is looked at for void by itself."""
    street = np.full((300, 300), 7, np.uint8)
    street[140:160] = 0
    gt = put(tmp_path / "a.tif", street)
    review = begin(gt, classes="cityscapes", kind="semantic")
    assert 0 in review.reference.void
    paint(review, (100, 100), 180, 8)
    expected = street.copy()
    expected[100:280, 100:280] = np.where(street[100:280, 100:280] == 0, 0, 8)
    np.testing.assert_array_equal(review.reference.data, expected)


# -------------------------------------------------------------------- undo
def test_undo_and_redo_cover_strokes_tools_and_verdicts_in_one_order(review):
    states = [state(review)[:3]]
    for act in (
        lambda: paint(review),
        lambda: review.use(TAKE, row_with(review, [], [2])),
        lambda: review.judge(row_with(review, [2]), Judgement.UNSURE),
        lambda: review.judge(row_with(review, [4]), Judgement.BOTH_FINE),
        lambda: review.use(DELETE, row_with(review, [2])),
    ):
        act()
        states.append(state(review)[:3])
    assert review.undo_title == "Delete the object"
    for expected in reversed(states[:-1]):
        review.undo()
        assert state(review)[:2] == expected[:2]
    assert review.undo() is None
    assert review.undo_title is None
    assert review.redo_title == "Brush stroke"
    for expected in states[1:]:
        review.redo()
        assert state(review)[:2] == expected[:2]
    assert review.redo() is None
    assert review.redo_title is None


def test_work_on_an_old_branch_is_reachable(review):
    paint(review, (20, 2), 3, 9)
    first = review.journal.head
    labels = review.reference.data.copy()
    review.undo()
    paint(review, (18, 12), 3, 8)
    review.go(first)
    np.testing.assert_array_equal(review.reference.data, labels)
    review.undo()
    review.redo()
    np.testing.assert_array_equal(review.reference.data, labels)


def test_painting_and_taking_it_back_leaves_the_progress_as_it_was(review):
    before = review.progress
    paint(review)
    assert review.progress == Progress(before.done, before.total + 1)
    review.undo()
    assert review.progress == before


# -------------------------------------------------------------------- verdicts
def test_a_verdict_marks_its_row_and_is_counted(review, changes):
    before = review.progress
    row = row_with(review, [2])
    assert review.status(row) is Status.OPEN
    review.judge(row, Judgement.PREDICTION_WRONG, "a note")
    assert review.status(row) is Status.JUDGED
    assert (review.verdict(row).value, review.verdict(row).note) == (Judgement.PREDICTION_WRONG, "a note")
    assert review.progress == Progress(before.done + 1, before.total)
    assert changes[-1].what == {What.VERDICTS, What.ROWS}
    assert changes[-1].rows == (row.number,)


def test_a_verdict_on_an_object_that_agrees_does_not_move_the_progress(review):
    before = review.progress
    row = row_with(review, [1], [1])
    assert review.status(row) is Status.AGREED
    review.judge(row, Judgement.BOTH_WRONG)
    assert review.status(row) is Status.JUDGED
    assert review.progress == before


def test_an_edit_opens_a_judged_item_again_and_undo_brings_the_verdict_back(review):
    row = row_with(review, [2])
    review.judge(row, Judgement.PREDICTION_WRONG)
    paint(review, (1, 10), 2, 0)
    assert review.status(row) is Status.EDITED
    assert review.verdict(row) is None
    review.undo()
    assert review.status(row) is Status.JUDGED


def test_reference_wrong_takes_the_models_in_the_same_step(review):
    before = state(review)
    row = row_with(review, [3], [3, 4])
    review.judge(row, Judgement.REFERENCE_WRONG)
    np.testing.assert_array_equal(review.reference.data[10:16, 1:8], 3)
    np.testing.assert_array_equal(review.reference.data[10:16, 8:13], 5)
    assert review.status(row) is Status.RESOLVED
    review.undo()
    assert state(review)[:2] == before[:2]
    assert review.status(row) is Status.OPEN


def test_backspace_takes_back_the_last_verdict_with_its_pixels(review):
    labels = review.reference.data.copy()
    review.judge(row_with(review, [2]), Judgement.UNSURE)
    review.judge(row_with(review, [], [2]), Judgement.REFERENCE_WRONG)
    paint(review, (20, 2), 3, 9)
    review.withdraw_last_verdict()
    labels[20:23, 2:5] = 9
    np.testing.assert_array_equal(review.reference.data, labels)
    assert review.verdict(row_with(review, [2])) is not None
    review.withdraw_last_verdict()
    assert review.verdict(row_with(review, [2])) is None
    assert review.withdraw_last_verdict() is None


def test_backspace_goes_on_to_earlier_verdicts_and_never_brings_one_back(review):
    row = row_with(review, [2])
    review.judge(row, Judgement.UNSURE)
    review.judge(row, Judgement.IGNORE)
    paint(review)
    review.withdraw_last_verdict()
    assert review.verdict(row).value is Judgement.UNSURE
    review.withdraw_last_verdict()
    assert review.verdict(row) is None
    assert review.withdraw_last_verdict() is None


def test_backspace_leaves_pixels_that_were_edited_since(review):
    review.judge(row_with(review, [], [2]), Judgement.REFERENCE_WRONG)
    paint(review, (1, 20), 3, 8)
    review.withdraw_last_verdict()
    expected = cells()[0]
    expected[1:4, 20:23] = 8
    np.testing.assert_array_equal(review.reference.data, expected)


def test_backspace_gives_a_deleted_object_its_pixels_back_where_it_became_void(tmp_path, begin):
    ids = {"gt": 26001, "pred": 0}
    paths = []
    for name, id_ in ids.items():
        data = np.full((20, 20), 7, np.uint16)
        data[2:9, 2:9] = id_
        paths.append(put(tmp_path / name / "a.tif", data))
    review = begin(*paths, classes="cityscapes")
    assert review.reference.kind is Kind.PANOPTIC
    original = review.reference.data.copy()
    row = next(row for row in review.queue if row.item.reference_ids == (26001,))
    review.judge(row, Judgement.REFERENCE_WRONG)
    assert not (review.reference.data == 26001).any()
    paint(review, (15, 15), 3, 8)
    review.withdraw_last_verdict()
    assert (review.reference.data[2:9, 2:9] == original[2:9, 2:9]).all()
    review.use(DELETE, next(row for row in review.queue if row.item.reference_ids == (26001,)))
    review.drop_unwritten()
    np.testing.assert_array_equal(review.reference.data, original)


def test_an_item_that_is_gone_cannot_be_judged(review):
    row = row_with(review, [2])
    review.use(DELETE, row)
    assert review.status(row) is Status.RESOLVED
    assert review.use(DELETE, row) is None
    with pytest.raises(EditRefused, match="This item is gone") as refusal:
        review.judge(row, Judgement.UNSURE)
    assert "Undo" in refusal.value.hint


# -------------------------------------------------------------------- the queue
def test_ranking_anew_is_told_and_moves_no_row_in_front(review, changes):
    front = [row.number for row in review.queue][:2]
    paint(review, (1, 1), 5, 0)
    review.rerank_behind(1)
    assert [row.number for row in review.queue][:2] == front
    assert changes[-1].what == {What.ORDER}
    ranked = [row.item.iou for row in review.queue if row.item.relation in (Relation.POOR, Relation.SPLIT)]
    assert ranked == sorted(ranked)


# -------------------------------------------------------------------- a journal that fails
def test_nothing_changes_when_the_journal_cannot_be_written(review, monkeypatch):
    paint(review)
    before = state(review)

    def full(record):
        raise JournalError("The journal cannot be written: No space left on device.", "Free some space.")

    monkeypatch.setattr(review.journal, "_write", full)
    for act in (
        lambda: paint(review, (15, 2), 3, 8),
        lambda: review.judge(row_with(review, [2]), Judgement.REFERENCE_WRONG),
        review.undo,
        lambda: review.use(DELETE, row_with(review, [2])),
    ):
        with pytest.raises(EditRefused, match="cannot be written") as refusal:
            act()
        assert refusal.value.hint == "Free some space."
        assert state(review) == before
