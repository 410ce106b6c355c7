"""A journal of every schema that was ever released opens for ever.

The files are made by `data/make_journal.py`, which says how.
"""

import hashlib
import shutil
from pathlib import Path

import numpy as np
import pytest
from session_cases import cell_files, cells, row_with

from segreview.session.codec import unpack_fields
from segreview.session.frames import FramedFile
from segreview.session.verdict import Judgement

SAMPLES = sorted((Path(__file__).parent / "data").glob("journal-*.bin"))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_the_work_in_it_is_restored(sample, tmp_path, begin):
    gt, pred = cell_files(tmp_path, name="a.npy")
    folder = tmp_path / "review"
    folder.mkdir()
    shutil.copyfile(sample, folder / "journal.bin")
    review = begin(gt, pred, folder)
    expected = cells()[0].astype("uint16")
    expected[1:7, 20:26] = 10  # 9 was in use before the undo
    expected[18:22, 12:16] = 300
    np.testing.assert_array_equal(review.reference.data, expected)
    assert review.reference.dtype == "uint16"
    assert review.verdict(row_with(review, [2])).value is Judgement.UNSURE
    assert review.undo_title == "Verdict: unsure"
    review.go(2)
    assert review.verdict(row_with(review, [2])).note == "quite right – äöü"
    assert (review.reference.data[20:23, 2:5] == 9).all()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_it_holds_a_record_of_every_kind(sample, tmp_path):
    copy = Path(shutil.copyfile(sample, tmp_path / "journal.bin"))
    file = FramedFile(copy)
    records = [unpack_fields(payload) for _, payload in file.frames()]
    file.close()
    assert {fields["record"] for fields in records} == {"journal", "gesture", "move", "saved", "promoted"}
    gt, _ = cell_files(tmp_path, name="a.npy")
    assert records[0]["digests"] == [hashlib.sha256(gt.read_bytes()).hexdigest()]


def test_there_is_a_sample_of_schema_1():
    assert [path.name for path in SAMPLES] == ["journal-1.bin"]
