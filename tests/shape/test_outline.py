"""Outlines as pictures: which pixels, how wide, how strong."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from segreview.shape.outline import (
    CASING_SHARE,
    DASH,
    DASH_ON,
    FULL_ALPHA,
    QUIET_ALPHA,
    Outline,
    draw_outlines,
    sample_grid,
    sample_view,
    spread_span,
)

BLUE, ORANGE = (0x56, 0xB4, 0xE9), (0xE6, 0x9F, 0x00)


def square(size=60, start=20, stop=40, value=7, dtype=np.int32):
    view = np.zeros((size, size), dtype)
    view[start:stop, start:stop] = value
    return view


def draw(view, dashed=False, **facts):
    return draw_outlines([Outline([view], ORANGE if dashed else BLUE, dashed, **facts)])


def mask_of(picture, rgb, alpha=FULL_ALPHA):
    return (picture == (*rgb, alpha)).all(axis=-1)


def ring(view, width):
    """Object pixels whose distance to what is no object is at most the width, by the chessboard."""
    inside = view != 0
    core = inside.copy()
    for _ in range(width):
        padded = np.pad(core, 1, constant_values=True)
        core = np.logical_and.reduce(
            [padded[i : i + view.shape[0], j : j + view.shape[1]] for i in range(3) for j in range(3)]
        )
    return inside & ~core


class TestLine:
    def test_two_pixels_wide_on_the_inner_side(self):
        view = square()
        np.testing.assert_array_equal(mask_of(draw(view), BLUE), ring(view, 2))

    def test_three_pixels_wide_for_the_current_item(self):
        view = square()
        line = mask_of(draw(view, current=[7]), BLUE)
        np.testing.assert_array_equal(line[30], ring(view, 3)[30])
        np.testing.assert_array_equal(line[:, 30], ring(view, 3)[:, 30])

    def test_slanting_lines_are_about_as_wide(self):
        rows, columns = np.indices((200, 200))
        line = mask_of(draw((rows > columns).astype(np.uint8), outside=(0,)), BLUE)
        inner = line[50:150, 50:150]
        assert inner.sum() / (100 * np.sqrt(2)) == pytest.approx(2, abs=0.3)

    def test_touching_objects_show_both_lines(self):
        view = square()
        view[20:40, 30:40] = 8
        assert mask_of(draw(view), BLUE)[30, 20:40].tolist() == [
            c in (0, 1, 8, 9, 10, 11, 18, 19) for c in range(20)
        ]

    def test_no_line_for_what_is_no_object(self):
        view = square(value=255, dtype=np.uint8)
        assert not draw(view, outside={0, 255}).any()

    def test_no_line_of_the_background_around_a_hole(self):
        view = square()
        view[28:32, 28:32] = 0
        assert not mask_of(draw(view), BLUE)[view == 0].any()

    def test_background_may_be_an_object(self):
        view = square()
        line = mask_of(draw(view, outside=()), BLUE)
        assert line[30, 18:22].all()
        assert not line[30, 17]

    def test_no_line_at_the_edge_of_the_view(self):
        assert not draw(np.full((30, 30), 3)).any()

    def test_planes_are_drawn_together(self):
        one, two = square(start=10, stop=30), square(start=20, stop=50)
        line = mask_of(draw_outlines([Outline([one, two], BLUE)]), BLUE)
        np.testing.assert_array_equal(line, ring(one, 2) | ring(two, 2))


class TestCasing:
    def test_one_pixel_on_both_sides_of_the_line(self):
        picture = draw(square())
        dark = mask_of(picture, (0, 0, 0), round(CASING_SHARE * FULL_ALPHA))
        assert np.flatnonzero(dark[30]).tolist() == [19, 22, 37, 40]

    def test_nothing_else_is_drawn(self):
        picture = draw(square())
        line, dark = mask_of(picture, BLUE), mask_of(picture, (0, 0, 0), round(CASING_SHARE * FULL_ALPHA))
        np.testing.assert_array_equal(line | dark, picture[..., 3] > 0)

    def test_a_line_covers_the_casing_of_another(self):
        one, two = square(), square(start=22, stop=38)
        picture = draw_outlines([Outline([one], BLUE), Outline([two], ORANGE)])
        assert mask_of(picture, BLUE)[30, 20:22].all()
        assert mask_of(picture, ORANGE)[30, 22:24].all()


class TestStrength:
    def test_agreed_objects_are_drawn_at_half_strength(self):
        view = square()
        np.testing.assert_array_equal(
            mask_of(draw(view, agreed=np.array([7])), BLUE, QUIET_ALPHA), ring(view, 2)
        )
        assert pytest.approx(FULL_ALPHA / 2, abs=3) == QUIET_ALPHA

    def test_the_current_item_is_strong_even_where_both_agree(self):
        picture = draw(square(), agreed=np.array([7]), current=[7])
        assert mask_of(picture, BLUE)[30, 20:23].all()

    def test_only_the_agreed_ones(self):
        view = square()
        view[45:55, 45:55] = 9
        picture = draw(view, agreed=np.array([1, 9, 300]))
        np.testing.assert_array_equal(mask_of(picture, BLUE, QUIET_ALPHA), ring(view, 2) & (view == 9))
        np.testing.assert_array_equal(mask_of(picture, BLUE), ring(view, 2) & (view == 7))

    @pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.uint16, np.int32, np.int64, np.uint64])
    def test_ids_that_the_dtype_cannot_hold_are_nowhere(self, dtype):
        view = square(value=44, dtype=dtype)
        foreign = 44 + 2 ** (8 * np.dtype(dtype).itemsize)
        picture = draw(view, outside={0, foreign, -1}, current={foreign})
        np.testing.assert_array_equal(mask_of(picture, BLUE), ring(view, 2))

    def test_huge_ids_need_no_table(self):
        ids = np.arange(1, 101, dtype=np.int64) * 10**16
        view = np.repeat(
            np.repeat(np.where(np.arange(400) % 4 > 0, 1, 0) * np.repeat(ids, 4), 1)[None], 8, axis=0
        )
        quiet = draw(view, agreed=ids[::2])[4, :, 3] == QUIET_ALPHA
        np.testing.assert_array_equal(quiet, np.isin(view[4], ids[::2]))


class TestDashes:
    @pytest.mark.parametrize("turned", [False, True])
    def test_along_a_straight_line(self, turned):
        view = np.zeros((120, 120), np.int32)
        view[60:] = 1
        picture = draw(view.T if turned else view, dashed=True)
        line = mask_of(picture.swapaxes(0, 1) if turned else picture, ORANGE)
        assert line[60].tolist() == [c % DASH < DASH_ON for c in range(120)]
        np.testing.assert_array_equal(line[60], line[61])

    @pytest.mark.parametrize("sign", [1, -1])
    def test_along_both_diagonals(self, sign):
        rows, columns = np.indices((200, 200))
        view = (rows > (columns if sign > 0 else 199 - columns)).astype(np.int32)
        solid, dashed = mask_of(draw(view), BLUE), mask_of(draw(view, dashed=True), ORANGE)
        for start in range(20, 180, 2 * DASH):
            block = np.s_[start : start + 2 * DASH, :]
            assert 0.3 < dashed[block].sum() / solid[block].sum() < 0.85

    def test_gaps_show_the_solid_line_below(self):
        view = square()
        picture = draw_outlines([Outline([view], BLUE), Outline([view], ORANGE, dashed=True)])
        blue, orange = mask_of(picture, BLUE), mask_of(picture, ORANGE)
        np.testing.assert_array_equal(blue | orange, ring(view, 2))
        assert 0.2 < blue.sum() / ring(view, 2).sum() < 0.6

    def test_gaps_are_dark_where_there_is_no_line_below(self):
        picture = draw(square(), dashed=True)
        assert (picture[..., 3] > 0)[ring(square(), 2)].all()

    def test_dashes_stay_in_place_when_the_picture_moves(self):
        view = np.zeros((120, 120), np.int32)
        view[60:] = 1
        whole = draw(view, dashed=True)
        part = draw_outlines([Outline([view[33:, 47:]], ORANGE, dashed=True)], origin=(33, 47))
        np.testing.assert_array_equal(part[10:, 10:], whole[43:, 57:])


@given(arrays(np.uint8, (24, 31), elements=st.integers(0, 3)))
@settings(max_examples=60)
def test_lines_lie_on_objects_and_every_border_has_one(view):
    line = mask_of(draw(view), BLUE)
    assert not line[view == 0].any()
    across = view[:, 1:] != view[:, :-1]
    assert (line[:, 1:] | (view[:, 1:] == 0))[across].all()
    assert (line[:, :-1] | (view[:, :-1] == 0))[across].all()


@given(
    st.floats(-500, 500),
    st.floats(0.01, 20),
    st.integers(1, 200),
    st.sampled_from([0.25, 1.0, 3.7]),
    st.integers(1, 50),
)
def test_grid_shows_the_data_pixel_below_each_screen_pixel(corner, pitch, count, spacing, length):
    first, indices = sample_grid(corner, pitch, count, spacing, length)
    centres = corner + pitch * (first + np.arange(indices.size) + 0.5)
    assert (np.abs(indices * spacing - centres) <= spacing / 2 * (1 + 1e-6)).all()
    assert ((indices >= 0) & (indices < length)).all()
    low, high = -spacing / 2, (length - 0.5) * spacing
    tolerance = 1e-6 * (abs(corner) + spacing + pitch)
    assert (centres - pitch / 2 >= low - tolerance).all()
    assert (centres + pitch / 2 <= high + tolerance).all()


def test_grid_leaves_out_what_is_not_data():
    first, indices = sample_grid(corner=-3.5, pitch=1, count=10, spacing=1, length=4)
    assert (first, indices.tolist()) == (3, [0, 1, 2, 3])
    assert sample_grid(corner=50, pitch=1, count=10, spacing=1, length=4)[1].size == 0


def test_view_is_what_indexing_gives():
    plane = np.arange(200).reshape(10, 20)
    rows, columns = np.array([1, 1, 1, 4, 9]), np.array([0, 0, 3, 19])
    np.testing.assert_array_equal(sample_view(plane, rows, columns), plane[np.ix_(rows, columns)])
    np.testing.assert_array_equal(sample_view(plane.T, columns[:2], rows), plane.T[np.ix_(columns[:2], rows)])


def renewed(picture, spans, draw_part):
    """The picture after a part of it has been drawn anew."""
    (rows, near_rows), (columns, near_columns) = spans
    part = draw_part(near_rows, near_columns)
    inner = tuple(slice(span.start - near.start, span.stop - near.start) for span, near in spans)
    picture = picture.copy()
    picture[rows, columns] = part[inner]
    return picture


@given(st.integers(0, 49), st.integers(1, 12), st.integers(0, 49), st.integers(1, 12), st.booleans())
@settings(max_examples=100, deadline=None)
def test_a_renewed_part_equals_a_new_picture(top, height, left, width, dashed):
    plane = np.zeros((64, 64), np.int32)
    plane[10:50, 10:50] = 1
    indices = np.repeat(np.arange(64), 2)

    def draw_part(rows, columns):
        view = sample_view(plane, indices[rows], indices[columns])
        return draw_outlines(
            [Outline([view], BLUE, dashed, current=[1])], (rows.start or 0, columns.start or 0)
        )

    before = draw_part(slice(None), slice(None))
    box = np.s_[top : top + height, left : left + width]
    plane[box] = np.where(plane[box] == 1, 0, 2)
    spans = [spread_span(indices, s.start, s.stop) for s in box]
    np.testing.assert_array_equal(renewed(before, spans, draw_part), draw_part(slice(None), slice(None)))
