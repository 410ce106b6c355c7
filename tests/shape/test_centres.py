from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image, ImageDraw
from scipy.ndimage import label

from segreview.shape.centres import outlines_through_centres

masks = arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=12), elements=st.booleans())


def drawn(outlines, shape) -> np.ndarray:
    """Pixels that Pillow fills."""
    picture = Image.new("L", shape[::-1])
    for outline in outlines:
        ImageDraw.Draw(picture).polygon(outline, fill=1)
    return np.array(picture) > 0


@given(masks, st.integers(0, 2), st.integers(0, 2))
def test_what_is_drawn_is_the_mask_again(mask: np.ndarray, down: int, right: int) -> None:
    outlines = outlines_through_centres(mask, (down, right))
    image = np.pad(mask, ((down, 1), (right, 1)))
    assert np.array_equal(drawn(outlines, image.shape), image)
    assert len(outlines) == label(mask, np.ones((3, 3)))[1]


@given(st.integers(0, 2**32), st.floats(0.3, 0.95))
def test_masks_full_of_holes_are_drawn_again(seed: int, share: float) -> None:
    mask = np.random.default_rng(seed).random((17, 23)) < share
    assert np.array_equal(drawn(outlines_through_centres(mask), mask.shape), mask)


def test_a_ring() -> None:
    mask = np.ones((3, 3), bool)
    mask[1, 1] = False
    outline = [(2, 0), (2, 2), (0, 2), (0, 0), (1, 0), (0, 0), (0, 2), (2, 2), (2, 0), (1, 0)]
    assert outlines_through_centres(mask) == [outline]
    assert outlines_through_centres(np.eye(2, dtype=bool)) == [[(1, 1), (0, 0), (1, 1)]]
    assert outlines_through_centres(mask[:1, :1], (4, 5)) == [[(5, 4)] * 3]
