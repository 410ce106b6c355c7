"""Systematic errors of a data set under review: found in what the journals hold, fixed in one step each."""

from dataclasses import replace

import numpy as np
import pytest
from session_cases import paint, put

from segreview.errors import Cancelled, WriteError
from segreview.formats.entry import open_entry
from segreview.formats.registry import read
from segreview.session.opening import Opening
from segreview.session.places import review_folder
from segreview.session.project import Project
from segreview.session.systematic import (
    fix,
    fix_title,
    obstacle,
    place_of,
    survey,
    take_back,
    write_corrected,
)
from segreview.triage.systematic import Flaw

DOWN = 3
"""Pixels by which the GT lies below the model."""


def masks(seed: int, shape: tuple[int, int] = (200, 240)) -> np.ndarray:
    """Rectangles that lie apart, of many sizes."""
    random = np.random.default_rng(seed)
    labels = np.zeros(shape, np.uint8)
    cells = [(y, x) for y in range(8, shape[0] - 36, 40) for x in range(8, shape[1] - 36, 40)]
    for number, (y, x) in enumerate(cells, 1):
        height, width = random.integers(12, 28, 2)
        top, left = y + int(random.integers(0, 6)), x + int(random.integers(0, 6))
        labels[top : top + height, left : left + width] = number
    return labels


@pytest.fixture
def entries(tmp_path):
    """Files of three samples whose GT is moved."""
    for n in range(3):
        model = masks(n)
        put(tmp_path / "pred" / f"{n}.tif", model)
        put(tmp_path / "gt" / f"{n}.tif", np.roll(model, DOWN, axis=0))
    return Project.of_paths(tmp_path / "gt", pred=tmp_path / "pred").entries


@pytest.fixture
def begun():
    """Begins reviews, and closes them."""
    reviews = []

    def begin(entry):
        reviews.append(Opening(open_entry(entry)).begin("ada"))
        return reviews[-1]

    yield begin
    for review in reviews:
        review.close()


def test_a_shift_is_found_without_beginning_a_journal(entries):
    told = []
    found = survey(entries, None, open_entry, lambda done, total: told.append(done / total))
    (finding,) = found.findings
    assert (finding.flaw, finding.samples) == (Flaw.SHIFTED, ("0", "1", "2"))
    assert told == sorted(told)
    assert 0.5 < told[-1] < 1
    assert not any(review_folder(entry.gt).exists() for entry in entries)


def test_it_is_fixed_and_taken_back_in_one_step_of_each_sample(entries, begun):
    live = begun(entries[0])
    paint(live, (190, 2), 4, 99)
    found = survey(entries, live, open_entry)
    (finding,) = found.findings
    assert obstacle(finding, found.samples) == ""
    before = live.reference.data.copy()
    gesture = fix(live, finding)
    assert gesture.title == live.undo_title == fix_title(finding)
    assert (live.reference.data[187:191, 2:6] == 99).all(), "what was painted moves with the rest"
    np.testing.assert_array_equal(live.reference.data[8:180], np.roll(before, -DOWN, axis=0)[8:180])

    other = begun(entries[1])
    fix(other, finding)
    node = other.journal.head
    other.close()
    assert survey(entries[:2], live, open_entry).findings == ()
    again = begun(entries[1])
    assert take_back(again, node)
    np.testing.assert_array_equal(again.reference.data, read(entries[1].gt).data)
    assert not take_back(again, node), "what comes before it stays"


def test_a_fix_is_told_from_a_later_one_of_the_same_name(entries, begun):
    (finding,) = survey(entries, None, open_entry).findings
    live = begun(entries[0])
    fix(live, finding)
    first = live.journal.head
    fix(live, finding)
    after = live.reference.data.copy()
    assert not take_back(live, first)
    np.testing.assert_array_equal(live.reference.data, after)


def test_void_is_moved_as_well_and_protected_again_afterwards(entries, begun):
    (finding,) = survey(entries, None, open_entry).findings
    live = begun(entries[0])
    void = replace(live.reference, void=frozenset({1}))
    live.sample = live.sample.with_reference(void)
    before = live.reference.data.copy()
    fix(live, finding)
    np.testing.assert_array_equal(live.reference.data[8:180], np.roll(before, -DOWN, axis=0)[8:180])
    assert live.protect_void


def test_a_sample_in_which_nothing_changes_gets_no_step(entries, begun):
    (finding,) = survey(entries, None, open_entry).findings
    live = begun(entries[0])
    assert fix(live, replace(finding, correct=lambda sample: sample.reference)) is None
    assert live.undo_title is None


def test_what_is_no_edit_says_the_way_out_and_is_written(tmp_path):
    for n in range(2):
        put(tmp_path / "pred" / f"{n}.tif", masks(n))
        put(tmp_path / "gt" / f"{n}.tif", masks(1 - n))
    entries = Project.of_paths(tmp_path / "gt", pred=tmp_path / "pred").entries
    found = survey(entries, None, open_entry)
    (finding,) = found.findings
    assert finding.flaw is Flaw.PAIRING
    assert "new folder" in obstacle(finding, found.samples)
    (tmp_path / "new").mkdir()
    assert write_corrected(finding, found, tmp_path / "new") == 2
    for n in range(2):
        np.testing.assert_array_equal(read(tmp_path / "new" / f"{n}.tif").data, masks(n))
    with pytest.raises(WriteError, match="exists already"):
        write_corrected(finding, found, tmp_path / "new")


def test_a_place_is_shown_where_a_few_pixels_change(entries):
    found = survey(entries, None, open_entry)
    (finding,) = found.findings
    sample = found.samples["1"]
    before, after = place_of(finding, sample, finding.correct(sample))
    assert before == after
    changed = sample.reference.data != finding.correct(sample).data
    assert changed[before.slices].any()
    assert max(before.shape) <= 81


def test_samples_that_cannot_be_looked_at_are_named(entries):
    entries[1].gt.write_bytes(b"no image")
    found = survey(entries, None, open_entry)
    assert list(found.samples) == ["0", "2"]
    assert found.problems[0].startswith("1: ")


@pytest.mark.parametrize("last", [0, 60])
def test_it_can_be_called_off_while_it_reads_and_while_it_looks(entries, last):
    def report(done: int, _: int) -> None:
        if done >= last:
            raise Cancelled

    with pytest.raises(Cancelled):
        survey(entries, None, open_entry, report)
