"""Files of labels: a change is noticed, and what was not touched is not read again."""

import hashlib
import os
import sys
import time

import numpy as np
import pytest
from PIL import Image as Picture
from session_cases import paint, put, row_with

from segreview.errors import WriteError
from segreview.formats.guard import stamp_of
from segreview.formats.registry import read
from segreview.session import originals
from segreview.session.originals import changed_file
from segreview.session.saving import save
from segreview.session.verdict import Judgement


@pytest.fixture
def unread(monkeypatch):
    """No file is read to tell whether it is the same."""

    def hashed(file):
        raise AssertionError(f"{file} was hashed")

    monkeypatch.setattr(originals, "file_digest", hashed)


# -------------------------------------------------------------------- whether they are the same
def test_files_that_nobody_touched_are_not_read_again(files, unread):
    assert changed_file(read(files[0]).origin) is None


def test_a_file_that_was_touched_is_read_again_and_found_equal(files):
    labels = read(files[0])
    os.utime(files[0])
    assert changed_file(labels.origin) is None
    files[0].write_bytes(files[0].read_bytes())
    assert changed_file(labels.origin) is None


def test_a_file_that_is_gone_has_changed(files):
    labels = read(files[0])
    files[0].unlink()
    assert stamp_of(files[0]) is None
    assert changed_file(labels.origin) == files[0]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no time that programs cannot set")
def test_a_change_that_keeps_size_and_time_is_noticed(files):
    labels, before = read(files[0]), files[0].stat()
    time.sleep(0.05)  # the clock of a disk ticks
    content = bytearray(files[0].read_bytes())
    content[-1] ^= 1
    with files[0].open("r+b") as file:
        file.write(content)
    os.utime(files[0], ns=(before.st_atime_ns, before.st_mtime_ns))
    assert files[0].stat().st_mtime_ns == before.st_mtime_ns
    assert changed_file(labels.origin) == files[0]


def test_each_file_of_a_pair_is_looked_at(tmp_path):
    ids = np.full((30, 40), 7, np.uint16)
    instance_ids, label_ids = (tmp_path / f"a_000_gtFine_{end}.png" for end in ("instanceIds", "labelIds"))
    Picture.fromarray(ids).save(instance_ids)
    Picture.fromarray(ids.astype(np.uint8)).save(label_ids)
    labels = read(instance_ids)
    assert changed_file(labels.origin) is None
    Picture.fromarray(ids.astype(np.uint8) + 1).save(label_ids)
    assert changed_file(labels.origin) == label_ids


def test_labels_whose_stamps_are_not_known_are_told_by_their_digests(files):
    from dataclasses import replace

    origin = replace(read(files[0]).origin, stamps=())
    assert changed_file(origin) is None
    put(files[0], np.zeros((3, 3), np.uint8))
    assert changed_file(origin) == files[0]


# -------------------------------------------------------------------- saving with nothing to write
def test_saving_with_nothing_to_write_reads_no_file(review, files, unread):
    review.judge(row_with(review, [2]), Judgement.UNSURE)
    assert save(review).files == ()


def test_saving_twice_reads_no_file_the_second_time(review, files, monkeypatch):
    paint(review)
    save(review)
    hashed = []
    monkeypatch.setattr(hashlib, "file_digest", lambda *_: hashed.append(1))
    assert save(review).files == ()
    assert hashed == []


def test_saving_into_a_folder_twice_reads_no_file_the_second_time(review, tmp_path, monkeypatch):
    paint(review)
    save(review, tmp_path / "out")
    with monkeypatch.context() as patch:
        patch.setattr(hashlib, "file_digest", lambda *_: pytest.fail("a file was hashed"))
        assert save(review, tmp_path / "out").files == ()
    paint(review, value=8)
    assert save(review, tmp_path / "out").edits == 1
    (tmp_path / "out" / "a.tif").write_bytes(b"somebody else's")
    with pytest.raises(WriteError, match="exists already and was not saved from this review"):
        save(review, tmp_path / "out")


def test_a_copy_in_one_folder_says_nothing_of_another(review, tmp_path):
    paint(review)
    save(review, tmp_path / "one")
    assert save(review, tmp_path / "two").files == (tmp_path / "two" / "a.tif",)
    assert save(review, tmp_path / "one").files == ()
