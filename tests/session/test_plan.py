"""Plans: what labels are is decided once for a data set, and a review goes on where it was left."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tifffile
from session_cases import paint, put

from segreview.errors import SegreviewError
from segreview.formats.format import Usual
from segreview.formats.pairing import Entry
from segreview.formats.registry import read
from segreview.model.labels import Kind
from segreview.session.opening import open_review
from segreview.session.places import review_folder
from segreview.session.plan import plan_of
from segreview.session.reading import Reading, usual_of
from segreview.session.record import Record
from segreview.session.saving import save


def two_valued(high=255):
    numbers = np.zeros((20, 30), np.uint8)
    numbers[2:6, 2:6] = numbers[10:15, 20:25] = high
    return numbers


def objects():
    numbers = two_valued(1)
    numbers[10:15, 20:25] = 2
    return numbers


def entries_of(folder: Path, *contents: np.ndarray) -> list[Entry]:
    return [Entry(str(n), put(folder / f"{n}.tif", content)) for n, content in enumerate(contents)]


EMPTY = np.zeros((20, 30), np.uint8)


@pytest.mark.parametrize(
    ("contents", "usual"),
    [
        ((EMPTY, two_valued(), two_valued()), Usual(Kind.BINARY, (0, 255))),
        ((EMPTY, two_valued(1)), Usual(Kind.BINARY, (0, 1))),
        ((two_valued(1), two_valued()), Usual(Kind.BINARY)),
        ((two_valued(1), objects()), Usual(Kind.INSTANCE)),
        ((EMPTY, EMPTY), None),
    ],
)
def test_a_few_files_decide_and_empty_ones_say_nothing(tmp_path, contents, usual):
    assert usual_of(entries_of(tmp_path, *contents)) == usual


def test_a_file_that_cannot_be_read_decides_nothing(tmp_path):
    entries = entries_of(tmp_path, EMPTY, two_valued())
    entries[0].gt.write_bytes(b"broken")
    assert usual_of(entries) == Usual(Kind.BINARY, (0, 255))


def test_an_empty_mask_among_masks_is_a_mask_and_is_written_like_the_others(tmp_path):
    entries = entries_of(tmp_path, EMPTY, two_valued(1), two_valued(1))
    sample = plan_of(entries).reading.sample(entries[0])
    assert sample.reference.kind is Kind.BINARY
    assert "as the rest of the data set" in sample.reference.reading
    review = open_review(sample)
    labels = review.reference.data
    assert not labels.any()
    paint(review, (4, 4), 3, 1)
    save(review)
    review.close()
    assert sorted(np.unique(tifffile.imread(entries[0].gt))) == [0, 1]


def test_a_file_that_alone_would_be_read_otherwise_says_so(tmp_path):
    entries = entries_of(tmp_path, two_valued(1), objects())
    labels = plan_of(entries).reading.sample(entries[0]).reference
    assert labels.kind is Kind.INSTANCE
    assert "as the rest of the data set; alone it would be binary: exactly two values" in labels.reading


def test_a_file_that_cannot_be_what_the_others_are_keeps_its_own_kind(tmp_path):
    file = put(tmp_path / "a.tif", objects())
    labels = read(file, usual=Usual(Kind.BINARY))
    assert labels.kind is Kind.INSTANCE
    assert "though the data set is of two-valued masks" in labels.reading


def test_what_is_asked_for_goes_before_what_is_usual(tmp_path):
    entries = entries_of(tmp_path, two_valued(), two_valued())
    plan = plan_of(entries, kind="instance")
    assert plan.reading.usual is None
    assert plan.reading.sample(entries[0]).reference.reading.endswith("(as asked)")


def test_a_single_file_is_read_by_the_rule(tmp_path):
    (entry,) = entries_of(tmp_path, two_valued())
    assert plan_of([entry]).reading.usual is None


# -------------------------------------------------------------------- where it was left
def kept(entry: Entry, time: float, **facts) -> None:
    folder = review_folder(entry.gt)
    folder.mkdir(parents=True)
    replace(Record(0, 3), time=time, **facts).keep(folder)


def test_a_review_goes_on_with_the_sample_that_was_looked_at_last(tmp_path):
    entries = entries_of(tmp_path, objects(), objects(), objects())
    assert plan_of(entries).number == 0
    kept(entries[1], 2)
    kept(entries[0], 1)
    plan = plan_of(entries)
    assert plan.number == 1
    assert len(plan.records) == 2
    assert plan_of(entries, "2").number == 2
    assert plan_of(entries, "gone").number == 1


def test_what_was_decided_or_said_the_last_time_holds(tmp_path):
    entries = entries_of(tmp_path, two_valued(), two_valued())
    kept(entries[0], 1, kind=Kind.INSTANCE)
    assert plan_of(entries).reading.usual == Usual(Kind.INSTANCE)
    kept(entries[1], 2, kind=Kind.SEMANTIC, asked=True)
    reading = plan_of(entries).reading
    assert (reading.kind, reading.usual) == (Kind.SEMANTIC, None)
    assert plan_of(entries, classes="cityscapes").reading.kind is None


def test_reading_stops_where_its_pause_says_so(tmp_path):
    (entry,) = entries_of(tmp_path, objects())

    def stop():
        raise SegreviewError("enough")

    with pytest.raises(SegreviewError, match="enough"):
        Reading().sample(entry, stop)
