"""The journal: what was recorded is found again, whatever happened to the process or the file."""

import shutil
import subprocess
import sys
import threading

import numpy as np
import pytest
from session_cases import square, stroke_edit

from segreview.errors import JournalError
from segreview.session.codec import pack, pack_gesture
from segreview.session.frames import FramedFile
from segreview.session.gesture import Gesture
from segreview.session.journal import SCHEMA, Journal
from segreview.session.lock import FolderLock
from segreview.session.numbering import Numbering

DIGESTS = ("d0",)


def stroke(value: int) -> Gesture:
    edit = stroke_edit(np.zeros((9, 9), np.uint8), square((value, 0), 2), value)
    return Gesture(f"stroke {value}", (edit,), (), "ada", float(value))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.bin"


@pytest.fixture
def journal(path):
    journal = Journal(path, DIGESTS)
    yield journal
    journal.close()


def reopened(journal: Journal) -> Journal:
    journal.close()
    return Journal(journal.path, DIGESTS)


def titles(journal: Journal) -> list[str]:
    return [journal.nodes[node].title for node in journal.line(journal.head)]


def append(path, *records: bytes) -> None:
    """Records as another program would write them."""
    file = FramedFile(path)
    list(file.frames())
    for record in records:
        file.append(record)
    file.close()


# -------------------------------------------------------------------- the tree
def test_gestures_come_back_after_a_restart(journal):
    for value in (1, 2, 3):
        journal.record(stroke(value))
    back = reopened(journal)
    assert titles(back) == ["stroke 1", "stroke 2", "stroke 3"]
    assert [back.gesture(node).edits[0].ids for node in (1, 2, 3)] == [{0, 1}, {0, 2}, {0, 3}]
    assert back.ids == {0, 1, 2, 3}
    assert back.last_time == 3.0
    back.close()


def test_undo_and_redo_move_along_the_tree_without_a_limit(journal):
    for value in range(1, 7):
        journal.record(stroke(value))
    while journal.before_head is not None:
        journal.move(journal.before_head)
    assert (journal.head, journal.before_head) == (0, None)
    while journal.after_head is not None:
        journal.move(journal.after_head)
    assert journal.head == 6


def test_a_new_branch_leaves_the_old_one_reachable_and_redo_follows_the_last_way_gone(journal):
    journal.record(stroke(1))
    journal.record(stroke(2))
    journal.move(1)
    journal.record(stroke(3))
    assert titles(journal) == ["stroke 1", "stroke 3"]
    journal.move(1)
    assert journal.after_head == 3
    journal.move(2)
    journal.move(0)
    assert [journal.after_head, journal.nodes[2].parent, journal.nodes[3].parent] == [1, 1, 1]
    journal.move(1)
    assert journal.after_head == 2
    back = reopened(journal)
    assert (back.head, back.after_head) == (1, 2)
    back.close()


def test_redo_follows_the_way_to_a_state_far_down_an_old_branch(journal):
    for value in (1, 2, 3):
        journal.record(stroke(value))
    journal.move(0)
    journal.record(stroke(4))
    journal.move(3)
    journal.move(0)
    seen = []
    while journal.after_head is not None:
        journal.move(journal.after_head)
        seen.append(journal.head)
    assert seen == [1, 2, 3]


def test_the_way_between_two_branches_goes_back_to_where_they_part(journal):
    for value in (1, 2):
        journal.record(stroke(value))
    journal.move(1)
    for value in (3, 4):
        journal.record(stroke(value))
    assert journal.way(2, 4) == ([2], [3, 4])
    assert journal.edits_between(2, 4) == 3
    back, *forth = journal.steps(2, 4)
    assert back.edits[0].patches[0].new.tolist() == [0]
    assert [gesture.title for gesture in forth] == ["stroke 3", "stroke 4"]
    assert not list(journal.steps(4, 4))


def test_saved_states_are_known_by_their_files(journal):
    journal.record(stroke(1))
    journal.saved(["d1"], ["a.tif"], in_place=True)
    journal.record(stroke(2))
    journal.saved(["d2"], ["b/a.tif"], in_place=False)
    journal.numbered(["d1"], Numbering((np.arange(6).reshape(2, 3),)))
    journal.promoted("uint16")
    back = reopened(journal)
    assert [back.state_of([digest]) for digest in ("d0", "d1", "d2", "d9")] == [0, 1, None, None]
    assert [back.state_elsewhere([digest]) for digest in ("d0", "d1", "d2", "d9")] == [0, 1, 2, None]
    assert (back.elsewhere, back.dtype, back.original) == (2, "uint16", DIGESTS)
    (plane,) = back.numbering(["d1"]).planes
    assert plane.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert back.numbering(["d0"]) is None
    back.close()


# -------------------------------------------------------------------- damage
def test_a_cut_last_record_is_dropped_in_silence(journal, path):
    for value in (1, 2):
        journal.record(stroke(value))
    last = journal.nodes[2].position
    journal.close()
    whole = path.read_bytes()
    for size in range(last, len(whole), 7):
        path.write_bytes(whole[:size])
        back = Journal(path, DIGESTS)
        assert titles(back) == ["stroke 1"]
        assert back.notice == ""
        back.record(stroke(5))
        again = reopened(back)
        assert titles(again) == ["stroke 1", "stroke 5"]
        again.close()
    assert not list(path.parent.glob("*damaged*"))


def test_damage_before_further_records_is_set_aside_and_told(journal, path):
    for value in (1, 2, 3):
        journal.record(stroke(value))
    middle = journal.nodes[2].position
    journal.close()
    damaged = bytearray(path.read_bytes())
    damaged[middle + 40] ^= 1
    path.write_bytes(damaged)
    back = Journal(path, DIGESTS)
    assert titles(back) == ["stroke 1"]
    (aside,) = path.parent.glob("journal-damaged-*.bin")
    assert aside.read_bytes() == damaged
    assert f"damaged at byte {middle}" in back.notice
    assert str(aside) in back.notice
    back.record(stroke(7))
    again = reopened(back)
    assert titles(again) == ["stroke 1", "stroke 7"]
    assert again.notice == ""
    again.close()


def test_a_damaged_journal_of_which_no_copy_can_be_made_is_left_alone(journal, path, monkeypatch):
    journal.record(stroke(1))
    journal.close()
    damaged = path.read_bytes()[:-1] + b"?"
    path.write_bytes(damaged)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(JournalError, match="is damaged, and no copy can be made: No space left") as refusal:
        Journal(path, DIGESTS)
    assert "nothing was changed" in refusal.value.hint
    assert path.read_bytes() == damaged


def test_a_damaged_length_does_not_pass_for_a_cut_record(journal, path):
    for value in (1, 2, 3):
        journal.record(stroke(value))
    middle = journal.nodes[2].position
    journal.close()
    damaged = bytearray(path.read_bytes())
    damaged[middle + 3] = 0x7F
    path.write_bytes(damaged)
    back = Journal(path, DIGESTS)
    assert titles(back) == ["stroke 1"]
    assert back.notice
    back.close()


def test_zeros_that_a_power_failure_left_are_no_records(journal, path):
    journal.record(stroke(1))
    journal.close()
    with path.open("ab") as file:
        file.write(b"\0" * 4096)
    back = Journal(path, DIGESTS)
    assert titles(back) == ["stroke 1"]
    assert back.notice == ""
    back.close()


# -------------------------------------------------------------------- other programs
def test_a_newer_schema_is_refused_in_words_and_left_alone(path):
    header = {"record": "journal", "schema": SCHEMA + 1, "program": "9.1", "digests": ["d0"]}
    append(path, pack(header), pack({"record": "future"}))
    before = path.read_bytes()
    with pytest.raises(JournalError, match=r"written by segreview 9\.1, which is newer") as refusal:
        Journal(path, DIGESTS)
    assert "that version" in refusal.value.hint
    assert path.read_bytes() == before
    FolderLock(path.parent).release()


def test_records_of_an_unknown_kind_are_passed_over(journal, path):
    journal.record(stroke(1))
    journal.close()
    append(path, pack({"record": "mood", "value": "good"}, b"pixels"), pack_gesture(stroke(2), parent=1))
    back = Journal(path, DIGESTS)
    assert titles(back) == ["stroke 1", "stroke 2"]
    back.close()


@pytest.mark.parametrize(
    "record",
    [
        pack({"record": "move", "to": 99, "time": 0.0}),
        pack({"record": "gesture"}),
        b"nonsense",
        pack({"no": 1}),
    ],
)
def test_a_whole_record_that_makes_no_sense_is_refused_in_words(journal, path, record):
    journal.close()
    append(path, record)
    before = path.read_bytes()
    with pytest.raises(JournalError, match="cannot be understood") as refusal:
        Journal(path, DIGESTS)
    assert "Move the file away" in refusal.value.hint
    assert path.read_bytes() == before


def test_a_file_that_is_no_journal_is_refused_in_words(path):
    path.write_bytes(b"something else")
    with pytest.raises(JournalError, match="cannot be opened") as refusal:
        Journal(path, DIGESTS)
    assert "Move the file away" in refusal.value.hint
    FolderLock(path.parent).release()


def test_a_record_that_is_gone_from_the_disk_is_told_in_words(journal, path):
    journal.record(stroke(1))
    with path.open("r+b") as file:
        file.truncate(30)
    with pytest.raises(JournalError, match="cannot be read any more"):
        journal.gesture(1)


# -------------------------------------------------------------------- one process at a time
def test_a_second_process_is_refused_in_words(journal, path):
    code = (
        "import sys; from pathlib import Path; from segreview.session.journal import Journal\n"
        "try: Journal(Path(sys.argv[1]), ('d0',))\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    run = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    assert run.stdout.startswith("JournalError This review is open in another segreview window")
    assert "Close it there" in run.stdout


def test_a_folder_is_free_again_after_closing(path):
    for _ in range(2):
        journal = Journal(path, DIGESTS)
        journal.close()
        journal.close()


def test_a_folder_that_cannot_be_used_is_told_in_words(tmp_path):
    with pytest.raises(JournalError, match="cannot be used") as refusal:
        FolderLock(tmp_path / "nowhere")
    assert "SEGREVIEW_STATE" in refusal.value.hint


def test_the_last_gesture_reaches_the_disk_too(journal, monkeypatch):
    """A gesture that comes while the disk is busy with an earlier one is synced after it."""
    busy, seen = threading.Event(), []

    def sync():
        seen.append(journal._file.end)
        busy.wait(5)

    monkeypatch.setattr(journal._file, "sync", sync)
    for value in (1, 2, 3):
        journal.record(stroke(value))
    busy.set()
    journal.close()
    assert seen[-1] == journal._file.end
    assert len(seen) <= 4
