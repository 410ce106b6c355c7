"""Saving: the file holds the labels or is as it was, and nothing is lost on the way."""

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image as Picture
from session_cases import cells, opened, paint, put, row_with, sample_of

from segreview.errors import EditRefused, JournalError, LossError, WriteError
from segreview.model.box import Box
from segreview.model.edit import Edit, painted
from segreview.model.labels import LabelImage
from segreview.session.change import What
from segreview.session.opening import Opening
from segreview.session.promotion import promote
from segreview.session.review import Review
from segreview.session.saving import save
from segreview.session.verdict import Judgement
from segreview.tools import DELETE, TAKE


def look(path: Path) -> tuple[int, bytes]:
    """What tells whether a file was touched."""
    return path.stat().st_mtime_ns, path.read_bytes()


def stands_in(review: Review, path: Path) -> bool:
    return np.array_equal(tifffile.imread(path), review.reference.data)


# -------------------------------------------------------------------- over the original
def test_the_file_holds_the_labels_and_the_journal_knows_it(review, files):
    paint(review)
    paint(review, (18, 12), 3, 8)
    assert review.unwritten == 2
    seen = []
    review.watch(seen.append)
    done = save(review)
    assert stands_in(review, files[0])
    assert (done.files, done.edits, review.unwritten) == ((files[0],), 2, 0)
    assert str(done) == f"Saved a.tif in {files[0].parent}, read again and found equal."
    assert [change.what for change in seen] == [{What.SAVED}]
    review.close()
    opening = Opening(sample_of(*files))
    assert (opening.unwritten, opening.notice) == (None, "")
    opening.cancel()


def test_the_first_save_keeps_the_original_in_the_reviews_folder_and_never_beside_the_data(review, files):
    before = files[0].read_bytes()
    data = sorted(files[0].parent.iterdir())
    for value in (9, 8, 7):
        paint(review, value=value)
        done = save(review)
    (backup,) = (review.journal.path.parent / "backup").iterdir()
    assert backup.read_bytes() == before
    assert done.backups == ()
    assert sorted(files[0].parent.iterdir()) == data


def test_the_original_is_kept_also_when_work_was_dropped_before(begin, files):
    before = files[0].read_bytes()
    review = begin(*files)
    paint(review)
    review.drop_unwritten()
    paint(review, value=8)
    (backup,) = save(review).backups
    assert backup.read_bytes() == before


def test_without_edits_nothing_is_touched(review, files):
    before = look(files[0])
    review.judge(row_with(review, [2]), Judgement.UNSURE)
    paint(review)
    review.undo()
    assert str(save(review)) == "Nothing to write: the files already hold these labels."
    assert look(files[0]) == before


def test_edits_that_cancel_out_write_nothing_and_the_next_ones_are_saved(begin, files):
    before = look(files[0])
    review = begin(*files)
    paint(review, value=9)
    paint(review, value=0)
    assert save(review).files == ()
    assert look(files[0]) == before
    assert review.unwritten == 0
    paint(review, value=8)
    assert save(review).files == (files[0],)
    assert stands_in(review, files[0])


def test_undo_after_a_save_and_a_restart_is_saved_too(begin, files):
    original = tifffile.imread(files[0])
    review = begin(*files)
    paint(review)
    review.use(TAKE, row_with(review, [], [2]))
    save(review)
    review.close()
    review = begin(*files)
    review.undo()
    review.undo()
    assert review.unwritten == 2
    save(review)
    np.testing.assert_array_equal(tifffile.imread(files[0]), original)
    review.redo()
    review.redo()
    save(review)
    review.close()
    assert stands_in(begin(*files), files[0])


def test_labels_made_in_memory_have_no_file_to_save_to(review):
    review._exchange(LabelImage.of_array(review.reference.data))
    with pytest.raises(WriteError, match="made in memory"):
        save(review)


def test_what_the_format_cannot_hold_is_refused_and_not_dropped(review, files):
    paint(review)
    before = look(files[0])
    review._exchange(replace(review.reference, planes=review.reference.planes * 2))
    with pytest.raises(LossError, match="objects that overlap"):
        save(review)
    assert look(files[0]) == before


def test_what_is_written_before_a_crash_is_known_after_it(begin, files, monkeypatch):
    """A process that ends between the replacement of the file and the last line of `save`."""
    review = begin(*files)
    paint(review)
    monkeypatch.setattr(Review, "mark_saved", lambda *_: pytest.fail("killed here"))
    with pytest.raises(pytest.fail.Exception):
        save(review)
    review.close()
    opening = Opening(sample_of(*files))
    assert (opening.unwritten, opening.notice) == (None, "")
    opening.cancel()


# -------------------------------------------------------------------- into another folder
def test_another_folder_gets_the_labels_under_the_same_name_and_the_original_stays(review, files, tmp_path):
    before = look(files[0])
    paint(review)
    target = tmp_path / "new" / "corrected"
    done = save(review, target)
    assert done.files == (target / "a.tif",)
    assert done.backups == ()
    assert stands_in(review, target / "a.tif")
    assert look(files[0]) == before
    assert review.unwritten == 0
    assert save(review, target).files == ()
    paint(review, value=8)
    assert save(review, target).edits == 1
    assert stands_in(review, target / "a.tif")


def test_what_was_saved_elsewhere_can_still_be_saved_in_place(review, files, tmp_path):
    paint(review)
    save(review, tmp_path / "elsewhere")
    assert save(review).files == (files[0],)
    assert stands_in(review, files[0])


def test_work_that_was_saved_elsewhere_is_not_asked_about_again(begin, files, tmp_path):
    review = begin(*files)
    paint(review)
    save(review, tmp_path / "elsewhere")
    labels = review.reference.data.copy()
    paint(review, value=8)
    review.close()
    opening = Opening(sample_of(*files))
    assert opening.unwritten.edits == 1
    review = opening.begin(restore=False)
    np.testing.assert_array_equal(review.reference.data, labels)
    review.close()
    opening = Opening(sample_of(*files))
    assert opening.unwritten is None
    opening.cancel()


def test_dropping_nothing_does_not_pass_for_a_save_elsewhere(begin, files, tmp_path):
    review = begin(*files)
    review.judge(row_with(review, [2]), Judgement.UNSURE)
    save(review)
    review.drop_unwritten()
    paint(review)
    save(review)
    review.undo()
    review.close()
    opening = Opening(sample_of(*files))
    assert opening.unwritten.edits == 1
    review = opening.begin()
    assert save(review, tmp_path / "elsewhere").files
    review.close()


def test_a_file_that_is_not_ours_is_never_replaced(review, files):
    before = look(files[1])
    paint(review)
    with pytest.raises(WriteError, match="exists already and was not saved from this review") as refusal:
        save(review, files[1].parent)
    assert "another folder" in refusal.value.hint
    assert look(files[1]) == before
    assert review.unwritten == 1


def test_the_datas_own_folder_is_saving_in_place_with_its_backup(review, files):
    before = files[0].read_bytes()
    paint(review)
    (backup,) = save(review, files[0].parent).backups
    assert backup.read_bytes() == before
    assert stands_in(review, files[0])


def test_a_folder_that_cannot_be_made_is_told(review, tmp_path):
    (tmp_path / "file").write_text("in the way")
    paint(review)
    with pytest.raises(WriteError, match="cannot be made") as refusal:
        save(review, tmp_path / "file" / "sub")
    assert "safe in the journal" in refusal.value.hint
    assert review.unwritten == 1


# -------------------------------------------------------------------- what stands in the way
def test_a_file_that_another_program_changed_is_refused_and_both_works_survive(review, files, tmp_path):
    paint(review)
    theirs = cells()[0] * 2
    put(files[0], theirs)
    before = look(files[0])
    with pytest.raises(WriteError, match="changed by another program") as refusal:
        save(review)
    assert "another folder" in refusal.value.hint
    assert look(files[0]) == before
    assert review.unwritten == 1
    save(review, tmp_path / "elsewhere")
    assert stands_in(review, tmp_path / "elsewhere" / "a.tif")


def test_a_file_that_is_gone_is_told(review, files, tmp_path):
    paint(review)
    files[0].unlink()
    with pytest.raises(WriteError, match="does not exist"):
        save(review)
    assert review.unwritten == 1
    save(review, tmp_path / "elsewhere")
    assert stands_in(review, tmp_path / "elsewhere" / "a.tif")


@pytest.mark.parametrize("protect", [lambda file: file, lambda file: file.parent], ids=["file", "folder"])
def test_a_place_that_may_not_be_written_is_refused_and_nothing_lost(review, files, tmp_path, protect):
    paint(review)
    before, place = look(files[0]), protect(files[0])
    mode = place.stat().st_mode
    place.chmod(0o555)
    try:
        with pytest.raises(WriteError, match="nothing was written") as refusal:
            save(review)
    finally:
        place.chmod(mode)
    assert "another folder" in refusal.value.hint
    assert look(files[0]) == before
    assert review.unwritten == 1
    save(review)
    assert stands_in(review, files[0])


def test_a_backup_that_cannot_be_made_stops_the_save(review, files):
    paint(review)
    before = look(files[0])
    (review.journal.path.parent / "backup").write_text("in the way")
    with pytest.raises(WriteError, match=r"No backup of .* could be made") as refusal:
        save(review)
    assert "Nothing was written over the original" in refusal.value.hint
    assert look(files[0]) == before


def test_an_original_that_changes_while_its_backup_is_made_is_refused(review, files, monkeypatch):
    paint(review)
    before = look(files[0])
    monkeypatch.setattr(shutil, "copyfile", lambda _, copy: Path(copy).write_bytes(b"other"))
    with pytest.raises(WriteError, match="changed by another program"):
        save(review)
    assert look(files[0]) == before
    assert list((review.journal.path.parent / "backup").iterdir()) == []


def test_a_link_is_followed(begin, files, tmp_path):
    link = tmp_path / "links" / "a.tif"
    link.parent.mkdir()
    link.symlink_to(files[0])
    review = begin(link, files[1])
    paint(review)
    done = save(review)
    assert link.is_symlink()
    assert done.files == (files[0],)
    assert stands_in(review, files[0])
    paint(review, value=8)
    assert save(review).files == (files[0],)


# -------------------------------------------------------------------- a full disk
@pytest.fixture
def small_disk(tmp_path):
    """File system of 256 KiB."""
    place = tmp_path / "small"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "none", str(place)]
    if sys.platform != "linux" or os.geteuid() != 0 or subprocess.run(command, check=False).returncode:
        pytest.skip("a small file system needs Linux, root and leave to mount")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def filled(place: Path) -> Path:
    """File that takes all the space that is left."""
    filler = place / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 1024):
                pass
        except OSError:
            pass
    return filler


def noise(review: Review, seed: int) -> None:
    """Stroke whose record is larger than a block of the disk."""
    mask = np.random.default_rng(seed).integers(0, 2, review.reference.shape).astype(bool)
    data = review.reference.data
    patches = painted(data, Box.of_shape(data.shape), mask & (data == 0), seed)
    review.apply([Edit("reference", 0, tuple(patches), "paint")], "Noise")


def test_a_full_disk_leaves_the_label_file_and_the_work_as_they_were(small_disk, begin, tmp_path):
    gt = put(small_disk / "a.tif", np.zeros((200, 300), np.uint8))
    review = begin(gt)
    noise(review, 7)
    before, filler = look(gt), filled(small_disk)
    with pytest.raises(WriteError, match="the disk is full") as refusal:
        save(review)
    assert "Free some space" in refusal.value.hint
    assert look(gt) == before
    assert sorted(path.name for path in small_disk.iterdir()) == ["a.tif", "filler"]
    assert review.unwritten == 1
    filler.unlink()
    save(review)
    assert stands_in(review, gt)


def test_a_full_disk_refuses_the_edit_and_changes_nothing(small_disk, begin, tmp_path):
    gt = put(tmp_path / "a.tif", np.zeros((200, 300), np.uint8))
    review = begin(gt, folder=small_disk / "review")
    noise(review, 7)
    labels, areas, head = review.reference.data.copy(), review.table.areas("reference"), review.journal.head
    filler = filled(small_disk)
    with pytest.raises(EditRefused, match="cannot be written: No space left") as refusal:
        noise(review, 8)
    assert "Free some space" in refusal.value.hint
    np.testing.assert_array_equal(review.reference.data, labels)
    assert (review.table.areas("reference"), review.journal.head) == (areas, head)
    filler.unlink()
    noise(review, 8)
    expected = review.reference.data.copy()
    review.close()
    np.testing.assert_array_equal(begin(gt, folder=small_disk / "review").reference.data, expected)


def test_a_full_disk_refuses_to_begin_and_lets_go_of_everything(small_disk, files):
    filler = filled(small_disk)
    with pytest.raises(JournalError):
        opened(*files, folder=small_disk / "review")
    filler.unlink()
    opened(*files, folder=small_disk / "review").close()


# -------------------------------------------------------------------- types of numbers
def test_promoted_labels_are_saved_with_the_wider_type(begin, tmp_path):
    reference, prediction = cells()
    reference[22:, 30:] = 255
    gt = put(tmp_path / "gt" / "a.tif", reference)
    pred = put(tmp_path / "pred" / "a.tif", prediction)
    review = begin(gt, pred)
    with pytest.raises(EditRefused, match="Id 256 does not fit") as refusal:
        review.use(TAKE, row_with(review, [], [2]))
    assert "Promote" in refusal.value.hint
    assert promote(review) == "uint16"
    review.close()
    review = begin(gt, pred)
    review.use(TAKE, row_with(review, [], [2]))
    save(review)
    back = tifffile.imread(gt)
    assert back.dtype == "uint16"
    assert (back[1:7, 20:26] >= 256).all()
    review.close()
    review = begin(gt, pred)
    assert stands_in(review, gt)
    assert promote(review) == "uint32"


def test_whole_number_floats_are_promoted_to_wider_floats(begin, tmp_path):
    gt = put(tmp_path / "gt" / "a.npy", cells()[0].astype("float16"))
    review = begin(gt)
    with pytest.raises(EditRefused, match="too large for float16 labels, which hold ids up to 2048"):
        paint(review, value=3000)
    assert promote(review) == "float32"
    review.close()
    review = begin(gt)
    paint(review, value=3000)
    save(review)
    back = np.load(gt)
    assert (back.dtype, back.max()) == (np.float32, 3000)


def test_there_is_an_end_to_promotion(begin, tmp_path):
    widest = begin(put(tmp_path / "wide.tif", cells("uint64")[0]))
    with pytest.raises(EditRefused, match="no wider type than uint64"):
        promote(widest)
    mask = begin(put(tmp_path / "mask.tif", cells()[0].clip(0, 1)))
    with pytest.raises(EditRefused, match="two-valued mask needs no wider type"):
        promote(mask)


@pytest.mark.parametrize("values", [(0, 255), (0, 1)])
def test_a_two_valued_mask_stays_two_valued(begin, tmp_path, values):
    low, high = values
    mask = np.where(cells()[0] > 0, high, low).astype(np.uint8)
    gt = tmp_path / "a.png"
    Picture.fromarray(mask).save(gt)
    review = begin(gt)
    review.use(DELETE, next(row for row in review.queue if row.item.reference_ids))
    save(review)
    back = np.array(Picture.open(gt))
    assert set(np.unique(back)) == {low, high}
    np.testing.assert_array_equal(back == high, review.reference.data != 0)


def test_both_files_of_a_pair_are_saved_and_backed_up(begin, tmp_path):
    ids = np.full((30, 40), 7, np.uint16)
    ids[5:15, 5:15] = 26001
    stem = tmp_path / "gt" / "a_000_gtFine"
    stem.parent.mkdir()
    instance_ids, label_ids = (
        stem.with_name(f"{stem.name}_{end}.png") for end in ("instanceIds", "labelIds")
    )
    Picture.fromarray(ids).save(instance_ids)
    Picture.fromarray(np.where(ids > 999, ids // 1000, ids).astype(np.uint8)).save(label_ids)
    before = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (instance_ids, label_ids)}
    review = begin(instance_ids)
    paint(review, (20, 20), 5, 24001)
    done = save(review)
    assert set(done.files) == {instance_ids, label_ids}
    assert {hashlib.sha256(path.read_bytes()).hexdigest() for path in done.backups} == before
    assert np.array(Picture.open(label_ids))[22, 22] == 24
    assert np.array(Picture.open(instance_ids))[22, 22] == 24001
    review.close()
    opening = Opening(sample_of(instance_ids))
    assert (opening.unwritten, opening.notice) == (None, "")
    opening.cancel()


@pytest.mark.parametrize("happens", ["removed", "changed"])
def test_files_that_others_changed_are_never_called_written(begin, files, happens):
    review = begin(*files)
    if happens == "removed":
        files[0].unlink()
    else:
        files[0].write_bytes(files[0].read_bytes() + b"\0")
    with pytest.raises(WriteError, match="changed or removed by another program"):
        save(review)
