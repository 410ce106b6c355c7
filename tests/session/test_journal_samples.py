"""A journal of every schema that was ever released opens for ever.

The files are made by `data/make_journal.py`, which says how.
"""

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
from session_cases import cell_files, cells, pet_files, row_with

from segreview.session.codec import unpack_fields
from segreview.session.frames import FramedFile
from segreview.session.journal import SCHEMA
from segreview.session.saving import save
from segreview.session.verdict import Judgement

SAMPLES = Path(__file__).parent / "data"


def with_sample(schema: int, folder: Path) -> Path:
    """Folder of a review whose journal is the sample of a schema."""
    (folder / "review").mkdir()
    shutil.copyfile(SAMPLES / f"journal-{schema}.bin", folder / "review" / "journal.bin")
    return folder / "review"


def records(folder: Path) -> list[dict]:
    """What the records of the journal in a folder of a review tell."""
    file = FramedFile(folder / "journal.bin")
    try:
        return [unpack_fields(payload) for _, payload in file.frames()]
    finally:
        file.close()


def test_work_of_schema_1_is_restored(tmp_path, begin):
    gt, pred = cell_files(tmp_path, name="a.npy")
    review = begin(gt, pred, with_sample(1, tmp_path))
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


def test_the_sample_of_schema_1_holds_a_record_of_every_kind(tmp_path):
    found = records(with_sample(1, tmp_path))
    assert {fields["record"] for fields in found} == {"journal", "gesture", "move", "saved", "promoted"}
    gt, _ = cell_files(tmp_path, name="a.npy")
    assert found[0]["digests"] == [hashlib.sha256(gt.read_bytes()).hexdigest()]
    assert {fields["schema"] for fields in found if fields["record"] == "journal"} == {1}


def test_classes_of_schema_2_are_restored_and_go_into_the_file(tmp_path, begin):
    gt, pred = pet_files(tmp_path)
    gt.parent.write_bytes(
        gt.parent.read_bytes().replace(b'"category_id": 1', b'"category_id": 2', 1)
    )  # saved
    folder = with_sample(2, tmp_path)
    assert [fields["schema"] for fields in records(folder) if fields["record"] == "journal"] == [1, 2]
    review = begin(gt, pred, folder)
    assert [review.reference.category_of(i) for i in (1, 2)] == [2, 2]
    assert (np.count_nonzero(review.reference.data == 2), review.unwritten) == (27, 2)
    save(review)
    assert [entry["category_id"] for entry in json.loads(gt.parent.read_text())["annotations"]] == [2, 2]
    review.go(1)
    assert [review.reference.category_of(i) for i in (1, 2)] == [2, 1]
    review.undo()
    assert [review.reference.category_of(i) for i in (1, 2)] == [1, 1]


def test_every_schema_that_was_released_has_a_sample():
    assert {path.stem for path in SAMPLES.glob("journal-*.bin")} == {
        f"journal-{schema}" for schema in range(1, SCHEMA + 1)
    }
