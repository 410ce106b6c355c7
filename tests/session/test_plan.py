"""Plans: what labels are is decided once for a data set, and a review goes on where it was left."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tifffile
from session_cases import paint, put

from segreview.errors import SegreviewError
from segreview.formats import registry
from segreview.formats.entry import Entry
from segreview.formats.format import Usual
from segreview.formats.registry import read
from segreview.model.labels import Kind
from segreview.session import reading
from segreview.session.opening import open_review
from segreview.session.places import review_folder
from segreview.session.plan import plan_of
from segreview.session.reading import Reading, usual_of
from segreview.session.record import Record
from segreview.session.saving import save
from segreview.session.verdict import Judgement
from segreview.tools import DELETE


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


def gts(entries) -> list[Path]:
    return [entry.gt for entry in entries]


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
    assert usual_of(gts(entries_of(tmp_path, *contents))) == usual


def test_a_file_that_cannot_be_read_decides_nothing(tmp_path):
    entries = entries_of(tmp_path, EMPTY, two_valued())
    entries[0].gt.write_bytes(b"broken")
    assert usual_of(gts(entries)) == Usual(Kind.BINARY, (0, 255))


def test_it_is_looked_for_until_a_file_says_something(tmp_path):
    """Most masks of a data set may be empty, and the first ones that are looked at all of them."""
    contents = [EMPTY] * 41
    contents[37] = two_valued()
    entries = entries_of(tmp_path, *contents)
    reading = plan_of(entries).reading
    assert reading.usual == Usual(Kind.BINARY, (0, 255))
    assert {reading.sample(entry).reference.kind for entry in entries} == {Kind.BINARY}


def test_it_is_not_looked_for_without_an_end(tmp_path, monkeypatch):
    looked = []

    def read(file, **options):
        looked.append(file)
        return registry.read(file, **options)

    monkeypatch.setattr(reading, "read", read)
    monkeypatch.setattr(reading, "_PIXELS_IN_VAIN", 5 * EMPTY.size)
    assert usual_of(gts(entries_of(tmp_path, *[EMPTY] * 9))) is None
    assert len(looked) == 6
    monkeypatch.setattr(reading, "_PIXELS_LOOKED_AT", 2 * EMPTY.size)
    looked.clear()
    assert usual_of(gts(entries_of(tmp_path, *[two_valued()] * 9))) == Usual(Kind.BINARY, (0, 255))
    assert len(looked) == 2


def test_the_models_masks_are_read_alike_too(tmp_path):
    """A model's file with one object of two pieces is no mask among files of objects."""
    files = entries_of(tmp_path / "gt", objects(), objects(), objects())
    preds = entries_of(tmp_path / "pred", two_valued(1), objects(), objects())
    entries = [replace(entry, pred=pred.gt) for entry, pred in zip(files, preds, strict=True)]
    prediction = plan_of(entries).reading.sample(entries[0]).prediction
    assert prediction.kind is Kind.INSTANCE
    assert sorted(np.unique(prediction.data)) == [0, 1]


def test_an_empty_mask_is_written_like_the_others_also_where_the_kind_is_asked_for(tmp_path):
    entries = entries_of(tmp_path, EMPTY, two_valued(1), two_valued(1))
    labels = plan_of(entries, kind="binary").reading.sample(entries[0]).reference
    assert labels.origin.facts["values"] == (0, 1)


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
    assert "; no two-valued mask as the rest of the data set" in labels.reading


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
    folder.mkdir(parents=True, exist_ok=True)
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
    kept(entries[0], 1, usual=Usual(Kind.INSTANCE), usual_pred=Usual(Kind.BINARY, (0, 9)))
    plan = plan_of(entries)
    assert (plan.reading.usual, plan.reading.usual_pred) == (Usual(Kind.INSTANCE), Usual(Kind.BINARY, (0, 9)))
    kept(entries[1], 2, kind=Kind.SEMANTIC, asked=True)
    reading = plan_of(entries).reading
    assert (reading.kind, reading.usual) == (Kind.SEMANTIC, None)
    assert plan_of(entries, kind="instance").reading.kind == Kind.INSTANCE
    assert plan_of(entries, classes="cityscapes").reading.kind is None


def test_what_was_said_beside_a_class_table_holds_beside_the_same(tmp_path):
    entries = entries_of(tmp_path, objects(), objects())
    kept(entries[0], 1, kind=Kind.SEMANTIC, asked=True, classes="cityscapes")
    assert plan_of(entries, classes="cityscapes").reading.kind == Kind.SEMANTIC
    assert plan_of(entries).reading.kind == Kind.SEMANTIC


def test_a_file_that_alone_is_of_another_kind_does_not_decide_for_the_others_at_the_next_start(tmp_path):
    entries = entries_of(tmp_path, objects(), two_valued(), two_valued())
    usual = Usual(Kind.BINARY, (0, 255))
    kept(entries[0], 1, kind=Kind.INSTANCE, begun=True, usual=usual)
    reading = plan_of(entries).reading
    kinds = [reading.sample(entry).reference.kind for entry in entries]
    assert kinds == [Kind.INSTANCE, Kind.BINARY, Kind.BINARY]


# -------------------------------------------------------------------- one file, from start to start
def worked(entries, number, **options):
    """Open a sample as its data set is read, delete its first object, save, and keep its record."""
    plan = plan_of(entries, **options)
    review = open_review(plan.reading.sample(entries[number]))
    review.use(DELETE, next(row for row in review.queue if row.item.reference_ids))
    review.judge(next(row for row in review.queue if not row.gone), Judgement.BOTH_FINE)
    save(review)
    plan.reading.noted(Record.of(review)).keep(review.journal.path.parent)
    review.close()
    return review.reference.kind


def opened_again(entries, number, **options):
    """The same at the next start: its kind, and the verdicts that are found again."""
    review = open_review(plan_of(entries, **options).reading.sample(entries[number]))
    done = sum(review.verdict(row) is not None for row in review.queue)
    review.close()
    return review.reference.kind, done


def test_a_mask_is_a_mask_when_its_last_object_is_gone(tmp_path):
    numbers = EMPTY.copy()
    numbers[2:6, 2:6] = 255
    entries = entries_of(tmp_path, numbers)
    review = open_review(plan_of(entries).reading.sample(entries[0]))
    review.use(DELETE, next(iter(review.queue)))
    save(review)
    Reading().noted(Record.of(review)).keep(review.journal.path.parent)
    review.close()
    assert not tifffile.imread(entries[0].gt).any()
    review = open_review(plan_of(entries).reading.sample(entries[0]))
    assert review.reference.kind is Kind.BINARY
    assert "(rule: as the last time)" in review.reference.reading
    review.undo()
    save(review)
    review.close()
    assert np.array_equal(tifffile.imread(entries[0].gt), numbers)


def test_objects_are_objects_when_one_of_them_is_left(tmp_path):
    entries = entries_of(tmp_path, objects())
    assert worked(entries, 0) is Kind.INSTANCE
    assert read(entries[0].gt).kind is Kind.BINARY  # by the rule: 0 and 1
    assert opened_again(entries, 0) == (Kind.INSTANCE, 1)
    told = plan_of(entries).reading.sample(entries[0]).reference.reading
    assert "(rule: as the last time; alone it would be binary: exactly two values)" in told


def test_every_sample_is_read_as_it_was_when_it_was_worked_on(tmp_path):
    entries = entries_of(tmp_path, objects(), objects(), objects())
    assert worked(entries, 1) is Kind.INSTANCE
    for entry in entries[::2]:
        put(entry.gt, two_valued())
    kept(entries[0], 9e9)  # looked at last, without a decision for the data set
    assert plan_of(entries).reading.usual.kind is Kind.BINARY
    assert opened_again(entries, 1) == (Kind.INSTANCE, 1)
    assert opened_again(entries, 1, kind="semantic")[0] is Kind.SEMANTIC


def test_a_file_that_was_only_looked_at_is_read_as_the_rest_of_its_data_set(tmp_path):
    """An empty mask that was opened alone once, when nothing told what it is."""
    entries = entries_of(tmp_path, EMPTY, two_valued(), two_valued())
    review = open_review(plan_of(entries[:1]).reading.sample(entries[0]))
    Reading().noted(Record.of(review)).keep(review.journal.path.parent)
    review.close()
    assert review.reference.kind is Kind.INSTANCE
    assert opened_again(entries, 0)[0] is Kind.BINARY


def test_another_class_table_is_another_word(tmp_path):
    entries = entries_of(tmp_path, objects(), objects())
    worked(entries, 0)
    assert opened_again(entries, 0, classes="cityscapes")[0] is Kind.SEMANTIC


def test_reading_stops_where_its_pause_says_so(tmp_path):
    (entry,) = entries_of(tmp_path, objects())

    def stop():
        raise SegreviewError("enough")

    with pytest.raises(SegreviewError, match="enough"):
        Reading().sample(entry, stop)
