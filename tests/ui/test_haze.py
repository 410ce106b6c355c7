"""The haze: what the tolerance lens leaves of the heatmap, for the pixels of the screen alone."""

import numpy as np
import pytest

from segreview.compare.lens import Lens
from segreview.compare.overlap import OverlapTable
from segreview.model.labels import LabelImage
from segreview.shape.fill import Ground
from segreview.ui.canvas.haze import FAINT, Haze
from segreview.ui.canvas.viewport import Window

WIDE = 3
"""Pixels by which the model's object is wider."""


def sides(slices=None):
    """Object 1 that is wider in the model, and 2, which is missed; the same in some slices of a stack."""
    gt, pred = np.zeros((2, 40, 200), np.uint8)
    gt[10:30, 10:30] = pred[10:30, 10:30] = 1
    pred[10:30, 30 : 30 + WIDE] = 1
    gt[10:30, 150:170] = 2
    if slices is not None:
        gt, pred = (
            np.where(np.arange(6)[:, None, None] == slices, one, 0).astype(np.uint8) for one in (gt, pred)
        )
    axes = "YX" if slices is None else "ZYX"
    return LabelImage((gt,), axes), LabelImage((pred,), axes)


def haze_of(pair, tolerance):
    return Haze(Lens(OverlapTable.build(*pair)), pair[0].shape, tolerance)


def look_through(lens):
    lens.keep({cell: lens.look(cell) for cell in lens.unseen})


def opacity(haze, pair, window, rows, columns):
    """Opacity of a heatmap that is white where the sides differ, as the haze leaves it."""
    differs = pair[0].planes[0] != pair[1].planes[0]
    levels = np.ix_(rows, columns) if differs.ndim == 2 else (window.index[0], *np.ix_(rows, columns))
    white = Ground(differs[levels].astype(np.uint8), np.array([[0] * 4, [255] * 4], np.uint8))
    ground = haze.over(white, window, rows, columns)
    return ground.colors[ground.levels][..., 3]


FLAT = Window((0, 1), (0, 0), (0.0, 0.0), (40, 200), 1.0)
ALL = np.arange(40), np.arange(200)


def test_jitter_is_faint_and_an_error_is_not_at_any_scale():
    haze, pair = haze_of(sides(), WIDE), sides()
    look_through(haze.lens)
    seen = opacity(haze, pair, FLAT, *ALL)
    assert (seen[10:30, 30 : 30 + WIDE] == round(255 * FAINT)).all()
    assert (seen[10:30, 150:170] == 255).all()
    assert np.count_nonzero(seen) == 20 * (WIDE + 20)
    haze.tolerance = WIDE - 1
    assert opacity(haze, pair, FLAT, *ALL)[20, 30 + WIDE - 1] == 255
    rows, columns = np.repeat(np.arange(10, 20), 3), np.arange(0, 200, 4)
    np.testing.assert_array_equal(
        opacity(haze, pair, FLAT, rows, columns), opacity(haze, pair, FLAT, *ALL)[np.ix_(rows, columns)]
    )


def test_what_nobody_has_looked_at_counts_as_an_error():
    haze = haze_of(sides(), WIDE)
    assert (opacity(haze, sides(), FLAT, *ALL)[10:30, 30 : 30 + WIDE] == 255).all()


@pytest.mark.parametrize(("index", "there"), [(2, True), (3, False)])
def test_a_stack_is_seen_in_its_slice(index, there):
    haze = haze_of(sides(slices=2), WIDE)
    look_through(haze.lens)
    window = Window((1, 2), (index, 0, 0), (0.0, 0.0), (40, 200), 1.0)
    seen = opacity(haze, sides(slices=2), window, *ALL)
    assert (seen[20, 160] == 255) == there
    assert (seen[20, 31] == round(255 * FAINT)) == there
