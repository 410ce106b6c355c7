"""Opening: what the journal holds is found again, and asked about when no file holds it."""

import os
from dataclasses import replace

import numpy as np
import pytest
import tifffile
from session_cases import cells, paint, put, row_with, sample_of, stroke_edit

from segreview.errors import EditRefused, JournalError, SegreviewError
from segreview.model.labels import LabelImage, Origin, Segment
from segreview.model.sample import REFERENCE, Sample, Source
from segreview.session.fresh import FreshIds
from segreview.session.groundwork import Groundwork, with_own_masks
from segreview.session.lock import FolderLock
from segreview.session.opening import Opening
from segreview.session.places import review_folder, state_folder, unused_name
from segreview.session.saving import save
from segreview.session.verdict import Judgement
from segreview.tools import DELETE, TAKE


def worked(begin, files) -> np.ndarray:
    """Labels after a stroke and a verdict that only the journal holds."""
    review = begin(*files)
    paint(review)
    review.judge(row_with(review, [2]), Judgement.UNSURE)
    review.close()
    return review.reference.data


def test_unwritten_work_is_told_and_restored(begin, files):
    labels = worked(begin, files)
    opening = Opening(sample_of(*files))
    assert opening.unwritten.edits == 1
    assert opening.notice == ""
    review = opening.begin()
    np.testing.assert_array_equal(review.reference.data, labels)
    assert review.verdict(row_with(review, [2])).value is Judgement.UNSURE
    assert review.undo_title == "Verdict: unsure"
    review.close()


def test_unwritten_work_can_be_left_out_verdicts_kept_and_undo_brings_it_back(begin, files):
    labels = worked(begin, files)
    review = Opening(sample_of(*files)).begin(restore=False)
    np.testing.assert_array_equal(review.reference.data, cells()[0])
    assert review.verdict(row_with(review, [2])) is not None
    assert review.unwritten == 0
    review.undo()
    np.testing.assert_array_equal(review.reference.data, labels)
    review.redo()
    review.close()
    opening = Opening(sample_of(*files))
    assert opening.unwritten is None
    opening.cancel()


def test_verdicts_alone_are_no_unwritten_work(begin, files):
    review = begin(*files)
    review.judge(row_with(review, [2]), Judgement.UNSURE)
    review.close()
    opening = Opening(sample_of(*files))
    assert opening.unwritten is None
    opening.cancel()


def test_rows_and_progress_are_the_same_after_every_start(begin, files):
    worked(begin, files)
    seen = []
    for _ in range(2):
        review = begin(*files)
        seen.append(([(row.number, row.item, row.gone) for row in review.queue], review.progress))
        review.close()
    assert seen[0] == seen[1]


def test_the_callers_arrays_stay_as_they_are(begin, files):
    worked(begin, files)
    sample = sample_of(*files)
    review = Opening(sample).begin()
    paint(review, (18, 12), 3, 8)
    np.testing.assert_array_equal(sample.reference.data, cells()[0])
    review.close()


def test_labels_that_another_program_changed_begin_a_new_journal_and_the_old_one_is_kept(begin, files):
    worked(begin, files)
    for n in range(2):
        put(files[0], cells()[0] * (2 + n))
        opening = Opening(sample_of(*files))
        assert "changed by another program" in opening.notice
        assert opening.unwritten is None
        opening.cancel()
    folder = review_folder(files[0])
    kept = list(folder.glob("journal-*.bin"))
    assert len(kept) == 2
    assert any(str(path) in opening.notice for path in kept)


def test_a_damaged_journal_is_told(begin, files):
    worked(begin, files)
    journal = review_folder(files[0]) / "journal.bin"
    damaged = bytearray(journal.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    journal.write_bytes(damaged)
    opening = Opening(sample_of(*files))
    assert "The journal is damaged at byte" in opening.notice
    assert list(journal.parent.glob("journal-damaged-*.bin"))
    opening.cancel()


def test_a_journal_is_free_again_when_the_sides_do_not_fit(files, tmp_path):
    other = put(tmp_path / "other" / "a.tif", np.ones((5, 5), np.uint8))
    with pytest.raises(SegreviewError, match="shape"):
        Opening(sample_of(files[0], other)).begin()
    FolderLock(review_folder(files[0])).release()


def test_a_sample_without_prediction_can_be_reviewed(begin, files):
    review = begin(files[0])
    assert len(review.queue) == 4
    assert not review.prediction.data.any()


def test_labels_without_a_file_are_refused():
    labels = LabelImage.of_array(np.zeros((3, 3), np.uint8))
    with pytest.raises(JournalError, match="nowhere to keep the journal"):
        Opening(Sample("a", (), (Source(REFERENCE, labels),)))


def test_a_review_that_is_open_is_refused(review, files):
    with pytest.raises(JournalError, match="open in another segreview window"):
        Opening(sample_of(*files))


def test_a_folder_that_cannot_be_made_is_told_with_the_way_out(files, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("SEGREVIEW_STATE", str(tmp_path / "file"))
    with pytest.raises(JournalError, match="cannot be made") as refusal:
        Opening(sample_of(*files))
    assert "SEGREVIEW_STATE" in refusal.value.hint


# -------------------------------------------------------------------- the background
@pytest.fixture
def tiled(tmp_path):
    """Files in which every pixel is labelled: four tiles, and the model's a little to the side."""
    tiles = np.kron(np.array([[1, 2], [3, 4]], np.uint8), np.ones((12, 16), np.uint8))
    return put(tmp_path / "gt" / "a.tif", tiles), put(tmp_path / "pred" / "a.tif", np.roll(tiles, 3, axis=1))


def standing(review):
    """Items that were judged, with what was said."""
    found = ((row, review.verdict(row)) for row in review.queue if not row.gone)
    return {(r.item.reference_ids, r.item.prediction_ids): v.value for r, v in found if v is not None}


def test_verdicts_on_labels_without_a_background_outlast_a_save_that_brings_zeros(begin, tiled):
    review = begin(*tiled)
    assert review.reference.background is None
    paint(review, (0, 0), 6, 0)
    for row in review.queue:
        if not row.gone:
            review.judge(row, Judgement.BOTH_FINE)
    said, progress = standing(review), review.progress
    assert any(0 in ids for ids, _ in said)
    save(review)
    review.close()
    assert sample_of(*tiled).reference.background == 0  # by the rule
    review = begin(*tiled)
    assert review.reference.background is None
    assert "every pixel is labelled (rule: as when it was first opened)" in review.reference.reading
    assert (standing(review), review.progress) == (said, progress)
    paint(review, (20, 20), 2, 1)
    assert save(review).edits == 1


def test_verdicts_outlast_a_save_that_takes_the_last_zero(begin, files):
    review = begin(*files)
    review.judge(row_with(review, [2]), Judgement.UNSURE)
    data = review.reference.data
    review.apply([stroke_edit(data, np.nonzero(data == 0), 9)], "Fill")
    said = standing(review)
    save(review)
    review.close()
    assert sample_of(*files).reference.background is None  # by the rule
    review = begin(*files)
    assert review.reference.background == 0
    assert "0 is background (rule: as when it was first opened)" in review.reference.reading
    assert standing(review) == said


def test_each_kind_has_its_own_background(begin, tiled):
    begin(*tiled).close()
    review = begin(*tiled, kind="semantic")
    paint(review, (0, 0), 6, 0)
    save(review)
    review.close()
    for kind in ("semantic", "instance"):
        review = begin(*tiled, kind=kind)
        assert review.reference.background is None
        review.close()


def test_groundwork_with_another_background_is_not_built_upon(begin, tiled):
    review = begin(*tiled)
    paint(review, (0, 0), 6, 0)
    review.drop_unwritten()
    review.close()
    opening = Opening(sample_of(*tiled))
    assert opening.sample.reference.background is None
    opening.cancel()
    ground = Groundwork.of(with_own_masks(sample_of(*tiled)))
    wrong = replace(ground.sample.reference, background=0)
    ground = replace(ground, sample=ground.sample.with_reference(wrong))
    opening = Opening(ground.sample, ground=ground)
    assert not opening.is_prepared
    assert opening.begin().reference.background is None
    opening.cancel()


# -------------------------------------------------------------------- places
def test_every_reference_has_a_folder_of_its_own_and_links_lead_to_the_same(tmp_path, files):
    assert review_folder(tmp_path / "a" / "x.tif") != review_folder(tmp_path / "b" / "x.tif")
    link = tmp_path / "link.tif"
    link.symlink_to(files[0])
    assert review_folder(link) == review_folder(files[0])
    assert review_folder(link).is_relative_to(state_folder())


def test_the_state_folder_is_the_users_unless_it_is_moved(monkeypatch):
    monkeypatch.delenv("SEGREVIEW_STATE")
    assert "segreview" in os.fspath(state_folder())


def test_a_name_that_is_in_use_is_never_given(tmp_path):
    names = []
    for _ in range(3):
        names.append(unused_name(tmp_path / "journal.bin", "damaged"))
        names[-1].touch()
    assert len(set(names)) == 3
    assert all(name.name.startswith("journal-damaged-") and name.suffix == ".bin" for name in names)


# -------------------------------------------------------------------- ids
def test_ids_are_never_reused_across_restarts(begin, files):
    review = begin(*files)
    review.use(TAKE, row_with(review, [], [2]))
    assert review.fresh.peek() == 6
    review.use(DELETE, row_with(review, [5], [2]))
    assert review.fresh.peek() == 6
    review.undo()
    review.undo()
    review.close()
    review = begin(*files)
    review.use(TAKE, row_with(review, [], [2]))
    assert (review.reference.data[1:7, 20:26] == 6).all()
    save(review)
    review.close()
    assert begin(*files).fresh.peek() == 7


def test_void_and_background_do_not_count_as_used():
    labels = replace(LabelImage.of_array(np.zeros((3, 3), np.uint8)), void=frozenset({3, 255}))
    fresh = FreshIds(labels, [0, 2, 255])
    assert [fresh(), fresh(), fresh.peek()] == [4, 5, 6]


def test_objects_without_a_pixel_keep_their_ids():
    labels = replace(LabelImage.of_array(np.zeros((3, 3), np.uint8)), segments={5: Segment(1)})
    assert FreshIds(labels, [2]).peek() == 6
    listed = replace(labels, segments={}, origin=Origin("coco", (), (), order=(1, 7)))
    assert FreshIds(listed, [2]).peek() == 8


def test_an_id_of_a_class_is_counted_within_its_class(files):
    labels = sample_of(files[0], classes="cityscapes", kind="panoptic").reference
    fresh = FreshIds(labels, [7, 26000, 26004, 24017])
    assert [fresh(26), fresh(26), fresh(24), fresh(25)] == [26005, 26006, 24018, 25000]
    with pytest.raises(EditRefused, match="has no class"):
        fresh()
    fresh.note([26999])
    with pytest.raises(EditRefused, match="Class 26 has no unused id left"):
        fresh(26)


# -------------------------------------------------------------------- two-valued masks
def test_components_keep_their_ids_when_a_saved_mask_is_opened_again(begin, tmp_path):
    mask = np.zeros((20, 40), bool)
    for left in (1, 11, 21, 31):
        mask[2:8, left : left + 6] = True
    gt = put(tmp_path / "a.tif", mask.astype(np.uint8) * 255)
    review = begin(gt)
    review.use(DELETE, row_with(review, [2]))
    paint(review, (2, 17), 2, 9)
    save(review)
    assert set(np.unique(tifffile.imread(gt))) == {0, 255}
    labels = review.reference.data.copy()
    review.close()
    review = begin(gt)
    np.testing.assert_array_equal(review.reference.data, labels)
    review.undo()
    review.undo()
    np.testing.assert_array_equal(review.reference.data != 0, mask)
    save(review)
    np.testing.assert_array_equal(tifffile.imread(gt) == 255, mask)


def test_a_mask_that_is_read_as_objects_has_a_journal_of_its_own(begin, tmp_path):
    gt = put(tmp_path / "a.tif", cells()[0].clip(0, 1))
    review = begin(gt)
    paint(review)
    review.close()
    review = begin(gt, kind="instance")
    assert review.unwritten == 0
    np.testing.assert_array_equal(review.reference.data, cells()[0].clip(0, 1))
    review.close()
    assert begin(gt).unwritten == 1


def test_a_review_comes_back_when_the_labels_are_as_they_were(begin, files):
    worked(begin, files)
    before = files[0].read_bytes()
    put(files[0], cells()[0] * 2)
    opening = Opening(sample_of(*files))
    assert opening.displaced.steps > 0
    assert opening.displaced.path.is_file()
    opening.begin().close()
    files[0].write_bytes(before)
    opening = Opening(sample_of(*files))
    assert "an earlier review, which goes on" in opening.notice
    assert opening.displaced is None
    assert opening.unwritten.edits > 0
    opening.cancel()
