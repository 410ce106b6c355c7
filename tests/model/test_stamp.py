"""Stamps: when a file that is written again is sure to get another one."""

import pytest

from segreview.model.stamp import Stamp

SECOND = 1_000_000_000
NOON = 1_700_000_000 * SECOND


@pytest.mark.parametrize(
    ("written", "changed", "after", "settled"),
    [
        (NOON + 7, NOON + 7, 0, False),
        (NOON + 7, NOON + 7, SECOND // 10, True),
        (NOON, NOON, SECOND // 10, False),  # a disk that counts in seconds, perhaps in two
        (NOON, NOON, 2 * SECOND, True),
        (NOON - 9 * SECOND, NOON + 7, SECOND // 100, False),  # an old date that was set just now
        (NOON - 9 * SECOND, NOON + 7, SECOND // 10, True),
        (NOON + SECOND, NOON, 0, False),  # a disk whose clock is ahead
    ],
)
def test_a_stamp_is_settled_once_the_clock_of_its_disk_has_ticked(written, changed, after, settled):
    assert Stamp(9, written, changed, 1).is_settled(NOON + after) is settled
