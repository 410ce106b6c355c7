"""Verdicts on many rows, and notes: one step of undo each."""

from dataclasses import replace

import numpy as np
import pytest
from session_cases import paint, put, row_with

from segreview.errors import EditRefused
from segreview.formats.registry import read
from segreview.model.sample import REFERENCE, Sample, Source
from segreview.session.codec import pack_gesture, unpack_fields, unpack_gesture
from segreview.session.gesture import Gesture
from segreview.session.opening import open_review
from segreview.session.status import Status
from segreview.session.verdict import Judgement, NoteChange
from segreview.session.verdict_list import verdict_lines


def contested(review):
    return [row for row in review.queue if row.contested]


@pytest.mark.parametrize("value", list(Judgement))
def test_a_verdict_on_many_rows_is_one_gesture_that_undo_and_backspace_take_back(review, value):
    before, labels = review.journal.head, review.reference.data.copy()
    rows = contested(review)
    gesture = review.judge_many(rows, value, "all alike")
    assert review.journal.head == before + 1
    assert len(gesture.verdicts) == 5
    assert gesture.title == f"Verdict on 5 items: {value.words}"
    assert review.progress.done == 5
    if value is not Judgement.REFERENCE_WRONG:
        assert {review.verdict(row).note for row in rows} == {"all alike"}
    review.undo()
    assert (review.progress.done, review.journal.head) == (0, before)
    review.redo()
    review.withdraw_last_verdict()
    assert review.progress.done == 0
    np.testing.assert_array_equal(review.reference.data, labels)


def test_taking_the_models_for_many_equals_taking_them_one_after_the_other(tmp_path, begin, files):
    together, singly = begin(*files, tmp_path / "a"), begin(*files, tmp_path / "b")
    together.judge_many(contested(together), Judgement.REFERENCE_WRONG)
    for row in contested(singly):
        if not row.gone:
            singly.judge(row, Judgement.REFERENCE_WRONG)
    np.testing.assert_array_equal(together.reference.data, singly.reference.data)
    assert together.table.pairs() == singly.table.pairs()
    assert {row.item for row in together.queue if not row.gone} == {
        row.item for row in singly.queue if not row.gone
    }


def test_each_new_object_of_a_gesture_gets_an_id_of_its_own(tmp_path, begin):
    reference, prediction = np.zeros((2, 20, 40), np.uint8)
    for n in range(5):
        prediction[2:8, 8 * n : 8 * n + 6] = n + 1
    review = begin(put(tmp_path / "gt" / "a.tif", reference), put(tmp_path / "pred" / "a.tif", prediction))
    review.judge_many(contested(review), Judgement.REFERENCE_WRONG)
    assert len(np.unique(review.reference.data)) == 6
    assert {str(row.item.relation) for row in review.queue if not row.gone} == {"matched"}


def test_when_one_is_refused_nothing_is_done_and_the_message_names_it(tmp_path, begin):
    reference, prediction = np.zeros((2, 20, 40), np.uint8)
    reference[12:18, 2:8] = 254
    for n in range(3):
        prediction[2:8, 8 * n : 8 * n + 6] = n + 1
    review = begin(put(tmp_path / "gt" / "a.tif", reference), put(tmp_path / "pred" / "a.tif", prediction))
    before = review.journal.head, review.reference.data.tobytes(), review.revision, review.fresh.peek()
    with pytest.raises(EditRefused, match=r"spurious model \d: Id 256") as refusal:
        review.judge_many(contested(review), Judgement.REFERENCE_WRONG)
    assert "Nothing was changed" in refusal.value.hint
    assert "Promote" in refusal.value.hint
    assert before == (
        review.journal.head,
        review.reference.data.tobytes(),
        review.revision,
        review.fresh.peek(),
    )


def test_rows_that_are_gone_are_left_out_and_only_gone_ones_are_refused(review):
    row = row_with(review, [2])
    review.judge(row, Judgement.REFERENCE_WRONG)
    assert row.gone
    gesture = review.judge_many(contested(review), Judgement.BOTH_FINE)
    assert len(gesture.verdicts) == 4
    with pytest.raises(EditRefused, match="This item is gone"):
        review.judge_many([row], Judgement.BOTH_FINE)


def test_backspace_takes_back_of_many_what_still_stands(review):
    first, second, *_ = contested(review)
    review.judge_many([first, second], Judgement.BOTH_FINE)
    review.judge(second, Judgement.UNSURE)
    review.withdraw_last_verdict()
    assert review.verdict(second).value is Judgement.BOTH_FINE
    review.withdraw_last_verdict()
    assert review.progress.done == 0


# -------------------------------------------------------------------- notes
def test_a_note_needs_no_verdict_and_is_undone_by_itself(review):
    row = row_with(review, [2])
    seen = []
    review.watch(seen.append)
    review.annotate(row, "is this debris?")
    assert review.note(row) == "is this debris?"
    assert review.status(row) is Status.OPEN
    assert seen[0].rows == (row.number,)
    assert review.annotate(row, "is this debris?") is None
    review.judge(row, Judgement.PREDICTION_WRONG)
    assert review.note(row) == "is this debris?"
    review.withdraw_last_verdict()
    assert review.note(row) == "is this debris?"
    assert review.undo_title == "Note"
    review.undo()
    assert review.note(row) == ""
    review.redo()
    review.annotate(row, "")
    assert (review.note(row), review.undo_title) == ("", "Take off the note")
    review.undo()
    assert review.note(row) == "is this debris?"
    assert review.unwritten == 0


def test_backspace_takes_back_the_verdict_before_a_note(review):
    row = row_with(review, [2])
    review.judge(row, Judgement.UNSURE, "said with the verdict")
    assert review.note(row) == "said with the verdict"
    review.annotate(row, "said later")
    review.withdraw_last_verdict()
    assert review.verdict(row) is None
    assert review.note(row) == "said later"


def test_a_note_outlasts_strokes_and_a_new_start(begin, files):
    review = begin(*files)
    review.annotate(row_with(review, [4]), "the lower edge – äöü")
    paint(review, (16, 16), 2, 4)
    assert review.note(row_with(review, [4])) == "the lower edge – äöü"
    review.close()
    again = begin(*files)
    assert again.note(row_with(again, [4])) == "the lower edge – äöü"


def test_the_list_of_verdicts_tells_the_note_that_stands(review, files):
    first, second, third, *_ = contested(review)
    review.judge(first, Judgement.UNSURE, "said with the verdict")
    review.judge(second, Judgement.UNSURE, "replaced")
    review.annotate(second, "said later")
    review.annotate(third, "no verdict")
    notes = [line.note for line in verdict_lines("a", files[0], review.journal)]
    assert notes == ["said with the verdict", "said later"]


def test_a_note_on_what_is_gone_is_refused(review):
    row = row_with(review, [2])
    review.judge(row, Judgement.REFERENCE_WRONG)
    with pytest.raises(EditRefused, match="This item is gone"):
        review.annotate(row, "too late")


def test_records_without_notes_are_as_they_were_and_those_with_notes_come_back():
    plain = Gesture("Stroke", author="ada", time=1.0)
    assert "notes" not in unpack_fields(pack_gesture(plain, parent=0))
    change = NoteChange("2|", (2,), (), "", "debris")
    noted = replace(plain, notes=(change,))
    assert unpack_gesture(pack_gesture(noted, parent=0)).notes == (change,)
    assert bool(noted)
    assert noted.inverse().notes == (replace(change, before="debris", after=""),)


def test_without_a_model_there_is_nothing_to_take(tmp_path):
    gt = np.zeros((8, 8), np.uint16)
    gt[2:5, 2:5] = 3
    file = tmp_path / "gt.npy"
    np.save(file, gt)
    sample = Sample("gt", (), (Source(REFERENCE, read(file)),))
    review = open_review(sample, folder=tmp_path / "review")
    with pytest.raises(EditRefused, match="no model's masks"):
        review.judge_many(list(review.queue), Judgement.REFERENCE_WRONG)
    assert np.array_equal(review.reference.data, gt)
    assert review.undo_title is None
    review.close()
