"""Records: where a review stands is known without opening it, and a record that is wrong hinders nothing."""

import json
import time
from dataclasses import replace

import pytest
from session_cases import paint, row_with

from segreview.formats.classes import CITYSCAPES
from segreview.formats.entry import Entry
from segreview.formats.format import Usual
from segreview.model.labels import Kind
from segreview.session.places import review_folder
from segreview.session.reading import Reading
from segreview.session.record import NAME, SCHEMA, Record, last_of, read_record, records_of
from segreview.session.verdict import Judgement
from segreview.triage.remainder import Remainder


def test_a_record_is_read_as_it_was_kept(review, tmp_path):
    row = row_with(review, [2])
    review.judge(row, Judgement.PREDICTION_WRONG)
    paint(review)
    decided = {"usual": Usual(Kind.BINARY, (0, 255)), "usual_pred": Usual(Kind.INSTANCE)}
    reading = Reading("instance", CITYSCAPES, **decided)
    record = reading.noted(Record.of(review, row))
    assert (record.begun, record.asked, record.classes) == (True, True, "cityscapes")
    assert (record.done, record.open, record.unwritten) == (1, review.progress.total - 1, 1)
    record.keep(tmp_path)
    assert read_record(tmp_path) == record
    assert record.find_row(review) is row
    assert [file.name for file in tmp_path.glob("*.part")] == []


def test_what_is_left_is_kept(review, tmp_path):
    record = replace(Record.of(review), left=(400, 372, 20, 1, 3))
    record.keep(tmp_path)
    found = read_record(tmp_path)
    assert found is not None
    assert found == record
    assert found.remainder == Remainder(400, 372, 20, 1, passed=3)
    assert Record.of(review).remainder is None


def test_a_row_that_is_gone_is_not_found(review):
    record = replace(Record.of(review), row=((77,), (), 0))
    assert record.find_row(review) is None
    assert Record.of(review).find_row(review) is None


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"schema": 1}', '{"schema": 1, "done": "x", "total": 2}']
)
def test_a_record_that_cannot_be_read_is_none(tmp_path, text):
    (tmp_path / NAME).write_text(text)
    assert read_record(tmp_path) is None


def test_a_newer_record_is_left_alone_and_unknown_names_are_left_out(review, tmp_path):
    record = Record.of(review)
    record.keep(tmp_path)
    content = json.loads((tmp_path / NAME).read_text())
    (tmp_path / NAME).write_text(json.dumps(content | {"more": 1}))
    assert read_record(tmp_path) == record
    (tmp_path / NAME).write_text(json.dumps(content | {"schema": SCHEMA + 1}))
    assert read_record(tmp_path) is None


def test_a_folder_that_cannot_be_written_hinders_nothing(review, tmp_path):
    Record.of(review).keep(tmp_path / "missing")
    assert not (tmp_path / "missing").exists()


def test_the_newest_record_tells_which_sample_was_looked_at_last(tmp_path):
    entries = [Entry(name, tmp_path / f"{name}.tif") for name in "abc"]
    assert records_of(entries) == {}
    assert last_of({}) is None
    for entry, age in zip(entries[:2], (5, 10), strict=True):
        folder = review_folder(entry.gt)
        folder.mkdir(parents=True)
        Record(1, 2, time=time.time() - age).keep(folder)
    found = records_of(entries)
    assert set(found) == {entries[0].gt, entries[1].gt}
    assert last_of(found) == entries[0].gt
    assert [file.name for file in review_folder(entries[0].gt).iterdir()] == [NAME]
