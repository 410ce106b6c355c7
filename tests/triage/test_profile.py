"""What an image shows from the inside of a contour to its outside."""

import numpy as np
import pytest
from triage_cases import disc

from segreview.model.box import Box
from segreview.model.sample import Image
from segreview.triage.trace.profile import OFFSETS, Across, channels_in

SHAPE, MIDDLE = (60, 64), (30, 30)
NOTHING = np.zeros(SHAPE, bool)


def across(radius=12, seen=12, other=None, elsewhere=NOTHING, channels=None):
    """Contour of a disc on an image of another, soft one: 200 inside, 50 outside."""
    from scipy.ndimage import gaussian_filter

    soft = gaussian_filter(50 + 150.0 * disc(SHAPE, MIDDLE, seen), 1)
    pixels = np.stack([soft] if channels is None else channels).astype(np.float32)
    return Across(disc(SHAPE, MIDDLE, radius), pixels, other, elsewhere, (1.0, 1.0), (100, 200))


def test_the_mean_falls_from_the_inside_to_the_outside_at_the_edge():
    profile = across().mean
    assert profile.values.shape == (1, len(OFFSETS))
    assert (np.diff(profile.values[0]) < 0.5).all()
    assert profile.values[0, [0, -1]] == pytest.approx([200, 50], abs=2)
    assert profile.edge == pytest.approx(0, abs=0.5)
    assert profile.other is profile.place is None


@pytest.mark.parametrize(("radius", "seen"), [(9, 12), (14, 12)])
def test_edge_and_other_contour_are_found_beside_the_contour(radius, seen):
    profile = across(radius, seen, other=disc(SHAPE, MIDDLE, seen + 1)).mean
    assert profile.edge == pytest.approx(seen - radius, abs=0.8)
    assert profile.other == pytest.approx(seen + 1 - radius, abs=0.6)


def test_a_contour_elsewhere_is_not_marked():
    assert across(other=disc(SHAPE, (30, 60), 3)).mean.other is None
    assert across(other=NOTHING).mean.other is None


def test_at_a_place_it_is_that_of_the_nearest_point():
    shifted = across(channels=[50 + 150.0 * disc(SHAPE, (30, 33), 12)])
    right, left = (shifted.at((130, column), 3) for column in (243, 218))
    assert right.edge == pytest.approx(3, abs=0.5)
    assert left.edge == pytest.approx(-3, abs=0.5)
    assert right.place == (130.0, 242.5)
    assert shifted.at((130, 230), 3) is None


def test_other_objects_and_what_lies_beyond_the_image_are_left_out():
    neighbour = np.zeros(SHAPE, bool)
    neighbour[:, 46:] = True
    bright = np.where(neighbour, 9000.0, 50 + 150.0 * disc(SHAPE, MIDDLE, 12))
    told = across(channels=[bright], elsewhere=neighbour)
    assert np.nanmax(told.mean.values) <= 201
    assert np.isnan(told.at((130, 242), 3).values[0, -1])
    low = Across(disc(SHAPE, (9, 30), 8), told.channels, None, NOTHING, (1.0, 1.0))
    assert np.isnan(low.at((0, 30), 3).values[0, -1])


def test_an_even_image_has_no_edge_and_a_full_window_no_contour():
    assert across(channels=[np.full(SHAPE, 7.0)]).mean.edge is None
    full = Across(np.ones(SHAPE, bool), np.ones((1, *SHAPE), np.float32), None, NOTHING, (1.0, 1.0))
    assert full.mean is None
    assert full.at((3, 3), 99) is None


def test_offsets_are_counted_in_pixels_of_the_finer_axis():
    mask = np.zeros((20, 64), bool)
    mask[5:15, 10:50] = True
    coarse = Across(mask, mask[None].astype(np.float32), mask, np.zeros_like(mask), (4.0, 1.0))
    assert coarse.at((14.5, 30), 2).other == pytest.approx(0, abs=0.1)


@pytest.mark.parametrize(
    ("shape", "told", "count"),
    [
        ((20, 30), {}, 1),
        ((20, 30, 4), {"rgb": True}, 3),
        ((2, 20, 30), {"channel_axis": 0}, 2),
        ((20, 30, 2), {"channel_axis": 2}, 2),
    ],
)
def test_channels_of_any_image(shape, told, count):
    image = Image(np.random.default_rng(0).integers(0, 99, shape).astype(np.uint8), **told)
    found = channels_in([image], Box((3, 4), (9, 12)))
    assert found.shape == (count, 6, 8)
    first = image.data if not told else image.data.take(0, 2 if image.rgb else image.channel_axis)
    assert np.array_equal(found[0], first[3:9, 4:12])


def test_channels_of_a_slice():
    stack = Image(np.arange(2 * 3 * 5 * 6).reshape(3, 2, 5, 6), channel_axis=1)
    found = channels_in([stack], Box((1, 1, 2), (2, 4, 5)))
    assert np.array_equal(found, stack.data[1, :, 1:4, 2:5])
