"""Run lengths: COCO's text forth and back, and pixels that masks share without decoding them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from segreview.errors import SegreviewError
from segreview.model.box import Box
from segreview.shape.rle import Rle, pair_overlaps

MASKS = hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, max_side=9))


def same(first, second):
    np.testing.assert_array_equal(first.start, second.start)
    np.testing.assert_array_equal(first.stop, second.stop)
    assert first.shape == second.shape


def test_columns_are_counted_first():
    mask = np.array([[0, 1, 1], [0, 1, 0]], bool)
    rle = Rle.of_mask(mask)
    assert (rle.start.tolist(), rle.stop.tolist()) == ([2], [5])
    assert rle.counts().tolist() == [2, 3, 1]
    assert rle.area == 3
    np.testing.assert_array_equal(rle.decode(), mask)


def test_text_of_small_and_of_large_numbers():
    """Worked out by the rule: five bits to a character, the lowest first, 48 is 0."""
    assert Rle.of_counts([2, 3, 1], (2, 3)).text() == "231"
    assert Rle.of_counts([16, 4], (4, 5)).text() == "`04"  # 16 has the sign bit of five, so that 0 follows
    # the fourth number is written as its difference to the second, 5 - 40 = -35: 29 with more to come, -2
    assert Rle.of_counts([1, 40, 3, 5], (7, 7)).text() == "1X13mN"


@given(MASKS)
def test_every_form_gives_the_mask_back(mask):
    rle = Rle.of_mask(mask)
    np.testing.assert_array_equal(rle.decode(), mask)
    assert rle.area == mask.sum()
    same(Rle.of_counts(rle.counts(), mask.shape), rle)
    same(Rle.of_text(rle.text(), mask.shape), rle)
    same(Rle.of_text(rle.text().encode(), mask.shape), rle)


@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=9))
def test_numbers_of_any_length(counts):
    shape = (1, sum(counts))
    rle = Rle.of_counts(counts, shape)
    same(Rle.of_text(rle.text(), shape), rle)
    same(Rle.of_mask(rle.decode()), rle)


def test_runs_of_length_zero_part_nothing():
    rle = Rle.of_counts([0, 2, 0, 3, 1], (2, 3))
    assert (rle.start.tolist(), rle.stop.tolist()) == ([0], [5])


@given(MASKS)
def test_the_box_holds_the_mask_and_is_tight_but_for_runs_over_two_columns(mask):
    rle, tight = Rle.of_mask(mask), Box.of_mask(mask)
    assert rle.box | tight == rle.box
    spans = rle.start // mask.shape[0] != (rle.stop - 1) // mask.shape[0]
    if not spans.any():
        assert rle.box.shape == tight.shape


@given(st.data())
def test_overlaps_of_all_pairs(data):
    shape = data.draw(hnp.array_shapes(min_dims=2, max_dims=2, max_side=9))
    sides = [data.draw(st.lists(hnp.arrays(bool, shape), max_size=4)) for _ in range(2)]
    rows, columns, shared = pair_overlaps(*([Rle.of_mask(mask) for mask in side] for side in sides))
    found = dict(zip(zip(rows.tolist(), columns.tolist(), strict=True), shared.tolist(), strict=True))
    assert found == {
        (i, j): int((a & b).sum())
        for i, a in enumerate(sides[0])
        for j, b in enumerate(sides[1])
        if (a & b).any()
    }
    assert rows.tolist() == sorted(rows.tolist())


@pytest.mark.parametrize("text", ["P", "é", "23\n", "ab", "\x80"])
def test_text_that_is_none_is_refused(text):
    with pytest.raises(SegreviewError, match=r"cut off|add up"):
        Rle.of_text(text, (3, 4))


@pytest.mark.parametrize("counts", [[1, 2], [-1, 13], [12, 1]])
def test_lengths_that_do_not_fit_the_image_are_refused(counts):
    with pytest.raises(SegreviewError, match="add up"):
        Rle.of_counts(counts, (3, 4))


def test_a_volume_is_refused():
    with pytest.raises(SegreviewError, match="no rows and columns"):
        Rle.of_mask(np.zeros((2, 3, 4), bool))
