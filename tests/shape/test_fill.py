"""Filled areas as pictures: which colour, where, and what lies over what."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from segreview.shape.fill import STRIPE, Fill, paint, tints
from segreview.shape.lookup import IdTable, among, look_up
from segreview.shape.outline import QUIET_ALPHA, Outline, draw_outlines

COLORS = np.array([(0, 0, 0, 0), (200, 0, 0, 102), (0, 200, 0, 102), (0, 0, 200, 255)], np.uint8)
CLEAR = np.zeros((1, 4), np.uint8)


def by_id(ids):
    return np.minimum(ids, 3).astype(np.uint8)


def picture(*views, hatched=(), mixed=True, origin=(0, 0)):
    """Areas of one or two sides without lines; the id is the tint."""
    fill = Fill(by_id, COLORS, frozenset(hatched), mixed)
    layers = [tints([np.array(view, np.uint8)], fill, (0,)) for view in views]
    return paint(np.zeros_like(layers[0]), CLEAR, [fill] * len(layers), layers, origin)


class TestLookUp:
    @given(
        arrays(
            st.sampled_from([np.uint8, np.int16, np.int32, np.uint64, np.int64]),
            (9, 14),
            elements=st.integers(0, 120),
        ),
        st.sampled_from([0, 1, 7_000_000, 2**62]),
    )
    @settings(max_examples=60)
    def test_as_one_by_one(self, view, stretch):
        if stretch and view.dtype.itemsize >= 8:
            view = view * view.dtype.type(max(stretch // 200, 1))
        found = look_up(view, lambda ids: (ids % ids.dtype.type(251)).astype(np.uint8))
        np.testing.assert_array_equal(found, (view % view.dtype.type(251)).astype(np.uint8))

    def test_negative_ids(self):
        view = np.repeat(np.array([[-5, -1, 3]], np.int32), 20, axis=0)
        assert look_up(view, lambda ids: (ids + 5).astype(np.uint8))[0].tolist() == [0, 4, 8]

    def test_nothing(self):
        assert look_up(np.zeros((0, 5), np.uint16), by_id).shape == (0, 5)

    def test_asks_for_few_ids_however_large_they_are(self):
        view = np.zeros((100, 100), np.int64)
        view[10:20, 10:20] = 2**60
        asked = []

        def code_of(ids):
            asked.append(ids.size)
            return np.zeros(ids.size, np.uint8)

        look_up(view, code_of)
        assert asked == [100 + 2 * 10]  # one for each run in a row

    def test_among_ids_that_the_dtype_cannot_hold(self):
        ids = np.array([1, 255], np.uint8)
        assert among(ids, {-1, 255, 256}).tolist() == [False, True]
        assert among(ids, np.array([255, 70_000])).tolist() == [False, True]


class TestAreas:
    def test_each_id_has_its_colour_and_nothing_has_none(self):
        np.testing.assert_array_equal(picture([[0, 1, 2, 3]])[0], COLORS)

    def test_a_later_plane_lies_over_an_earlier_one(self):
        fill = Fill(by_id, COLORS)
        lower, upper = np.array([[1, 1, 0]], np.uint8), np.array([[0, 2, 2]], np.uint8)
        assert tints([lower, upper], fill, (0,)).tolist() == [[1, 2, 2]]

    def test_what_is_no_object_has_no_tint(self):
        assert tints([np.array([[0, 1, 3]], np.uint8)], Fill(by_id, COLORS), {0, 3}).tolist() == [[0, 1, 0]]

    def test_two_sides_are_mixed(self):
        red, green, blue, opacity = picture([[1]], [[2]])[0, 0].tolist()
        assert opacity == pytest.approx(255 * (1 - 0.6 * 0.6), abs=1)
        assert green > red > 0 == blue  # the second lies over the first

    def test_two_sides_of_one_tint_show_it_once(self):
        np.testing.assert_array_equal(picture([[1, 1, 0]], [[1, 0, 1]], mixed=False)[0], COLORS[[1, 1, 1]])

    def test_two_sides_of_two_tints_are_stripes_of_both(self):
        row = picture([[1] * 16], [[2] * 16], mixed=False)[0].tolist()
        first, second = COLORS[1].tolist(), COLORS[2].tolist()
        assert row == ([first] * STRIPE + [second] * STRIPE) * 2

    def test_stripes_stay_in_place_when_the_picture_moves(self):
        whole = picture(np.ones((30, 40)), hatched=[1])
        part = picture(np.ones((20, 30)), hatched=[1], origin=(7, 5))
        np.testing.assert_array_equal(whole[7:27, 5:35], part)

    def test_hatched_areas_are_stripes_of_one_colour(self):
        row = picture([[1] * 8], hatched=[1])[0]
        assert row[:STRIPE, 3].tolist() == [102] * STRIPE
        assert 0 < row[STRIPE, 3] < 102 / 2
        assert set(map(tuple, row[:, :3].tolist())) == {(200, 0, 0)}


class TestUnderOutlines:
    def test_lines_lie_over_areas_and_casings_darken_them(self):
        view = np.zeros((40, 40), np.uint8)
        view[10:30, 10:30] = 3
        outline = Outline([view], (10, 20, 30), fill=Fill(by_id, COLORS))
        drawn, bare = draw_outlines([outline]), draw_outlines([Outline([view], (10, 20, 30))])
        line = bare[..., 3] == 255
        np.testing.assert_array_equal(drawn[line], bare[line])
        np.testing.assert_array_equal(drawn[20, 20], COLORS[3])
        casing = drawn[20, 12]
        assert 0 < casing[2] < 200
        assert casing[3] == 255
        np.testing.assert_array_equal(drawn[8, 20], bare[8, 20])

    def test_a_faint_side_is_the_current_objects_alone(self):
        view = np.zeros((40, 40), np.uint8)
        view[5:15, 5:15], view[20:30, 20:30] = 1, 2
        drawn = draw_outlines([Outline([view], (10, 20, 30), current=[2], faint=True)])
        assert not drawn[:18].any()
        assert drawn[20, 25, 3] == QUIET_ALPHA


@given(
    st.dictionaries(st.integers(0, 40), st.integers(1, 9)),
    st.sets(st.integers(0, 40)),
    st.dictionaries(st.integers(0, 40), st.integers(1, 9)),
)
def test_tables_are_exchanged_as_dictionaries_are(before, touched, fresh):
    table = IdTable(before, 99)
    table.exchange(touched, fresh)
    after = {i: code for i, code in before.items() if i not in touched} | fresh
    assert table.of(np.arange(42)).tolist() == [after.get(i, 99) for i in range(42)]
