"""The pace of a reviewer, and the time left."""

import pytest

from segreview.session.pace import Pace, time_left_text


def judged(*times):
    pace = Pace()
    for now in times:
        pace.note(now)
    return pace


def test_nothing_is_said_before_five_verdicts():
    assert judged(0, 3, 6, 9).seconds_for(10) is None
    assert judged(0, 3, 6, 9, 12).seconds_for(10) == 30


def test_a_pause_is_left_out():
    assert judged(0, 3, 6, 9, 609, 612).seconds_for(10) == 30


def test_only_pauses_give_no_pace():
    assert judged(*range(0, 5000, 500)).seconds_for(10) is None


def test_the_last_twenty_count():
    slow = [60 * n for n in range(10)]
    fast = [540 + 2 * (n + 1) for n in range(20)]
    assert judged(*slow, *fast).seconds_for(5) == 10


def test_several_verdicts_at_once():
    pace = judged(0)
    pace.note(8, 4)
    assert pace.seconds_for(3) == 6


def test_one_long_look_changes_little():
    assert judged(0, 3, 6, 9, 12, 112, 115).seconds_for(10) == 30


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (20, "less than 1 min left"),
        (60, "about 1 min left"),
        (725, "about 12 min left"),
        (9000, "about 2.5 h left"),
    ],
)
def test_in_words(seconds, text):
    assert time_left_text(seconds) == text
