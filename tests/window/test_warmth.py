"""Colours of a heatmap: even to the eye, and only where there is something to be seen."""

import numpy as np
import pytest
from skimage.color import rgb2lab

from segreview.shape.fill import Ground
from segreview.shape.lattice import Lattice
from segreview.shape.outline import Outline, draw_outlines
from segreview.triage.heat import SCALES, Heat
from segreview.ui.canvas.viewport import Window
from segreview.ui.canvas.warmth import Warmth, colors_of, level_of
from segreview.ui.palette import HEAT_COLORS, SIGNED_COLORS, rgb

LEVELS = 127


def lab(colors):
    """Lightness and both axes of colour of each, in CIELAB."""
    return rgb2lab(np.array([[rgb(color) for color in colors]]))[0]


class TestColors:
    def test_each_is_lighter_than_the_one_before(self):
        steps = np.diff(lab(HEAT_COLORS)[:, 0])
        assert steps.min() > 7
        assert steps.max() < 13

    def test_both_directions_leave_the_middle_in_even_steps(self):
        steps = np.linalg.norm(np.diff(lab(SIGNED_COLORS), axis=0), axis=1)
        assert steps.min() > 0.85 * steps.max()
        light = lab(SIGNED_COLORS)[:, 0]
        np.testing.assert_allclose(light, light[::-1], atol=6)  # neither side looks heavier
        assert light.argmax() == len(light) // 2

    def test_nothing_is_clear_and_strong_values_cover_most(self):
        for scale in SCALES.values():
            table = colors_of(scale)
            assert table[0, 3] == 0
            assert len(table) == 1 + LEVELS * (1 + scale.signed)
            assert table[1:, 3].min() > 100


class TestLevels:
    def test_small_values_are_left_out_and_large_ones_alike(self):
        values = np.array([0, 0.1, 0.2, 0.35, 0.5, 0.9], np.float32)
        assert level_of(values, (0.2, 0.5), signed=False).tolist() == [0, 0, 1, 64, LEVELS, LEVELS]

    def test_each_direction_has_its_own(self):
        values = np.array([-8, -4, 0, 4, 8], np.float32)
        assert level_of(values, (0, 8), signed=True).tolist() == [LEVELS, 64, 0, 64 + LEVELS, 2 * LEVELS]

    def test_a_range_without_length_is_all_or_nothing(self):
        assert level_of(np.array([0.2, 0.5]), (0.5, 0.5), signed=False).tolist() == [0, 1]


class _Counted:
    """Values that are their row's index, and how many were asked for."""

    asked = 0

    def values(self, lattice: Lattice) -> np.ndarray:
        self.asked += int(np.prod(lattice.shape))
        rows = lattice.indices[-2].astype(np.float32)
        return np.broadcast_to(rows[:, None] / 10, lattice.shape)


@pytest.mark.parametrize("axes", [(1, 2), (2, 1)])
def test_what_the_screen_repeats_is_valued_once(axes):
    heatmap = _Counted()
    warmth = Warmth(Heat.DIFFERENCE, heatmap)
    window = Window(axes, (3, 0, 0), (0.0, 0.0), (40, 40), 0.1)
    down, across = np.repeat(np.arange(1, 5), 10), np.repeat(np.arange(2, 6), 10)
    levels = warmth.ground(window, down, across).levels
    assert heatmap.asked == 16
    rows = down if axes == (1, 2) else across
    expected = level_of((rows / 10).astype(np.float32), warmth.limits, signed=False)
    assert (levels == (expected[:, None] if axes == (1, 2) else expected)).all()
    assert warmth.value_at((3, 7, 5)) == pytest.approx(0.7)


def test_lines_lie_over_the_ground():
    colors = np.array([(0, 0, 0, 0), (10, 20, 30, 255)], np.uint8)
    ground = Ground(np.ones((20, 20), np.uint8), colors)
    assert (draw_outlines([], ground=ground) == colors[1]).all()
    view = np.zeros((20, 20), np.uint8)
    view[5:15, 5:15] = 1
    picture = draw_outlines([Outline([view], (200, 0, 0))], ground=ground)
    assert picture[10, 10].tolist() == picture[1, 1].tolist() == [10, 20, 30, 255]
    assert picture[5, 10].tolist() == [200, 0, 0, 255]
