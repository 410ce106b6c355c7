"""Files that have less room than their type: edits are refused before there is work to lose."""

import numpy as np
import pytest
from PIL import Image as Picture
from session_cases import cells

from segreview.errors import EditRefused
from segreview.session.promotion import promote
from segreview.tools import TAKE


@pytest.fixture
def palette(tmp_path):
    """Palette PNG of ten colours with the ids of the small cells, and a model that has one more."""
    gt, pred = cells()
    picture = Picture.fromarray(gt.astype(np.uint8), mode="P")
    picture.putpalette([n for color in range(int(gt.max()) + 1) for n in (color, 9, 9)])
    picture.save(tmp_path / "a.png")
    Picture.fromarray(pred.astype(np.uint8)).save(tmp_path / "p.png")
    return tmp_path / "a.png", tmp_path / "p.png"


def test_an_id_without_a_colour_is_refused_at_once(begin, palette):
    review = begin(*palette)
    before = review.reference.data.copy()
    alone = next(row for row in review.queue if not row.item.reference_ids)
    with pytest.raises(EditRefused, match="too large"):
        review.use(TAKE, alone)
    assert np.array_equal(review.reference.data, before)


def test_a_palette_is_not_promoted_to_what_could_not_be_saved(begin, palette):
    with pytest.raises(EditRefused, match="has no place for ids above"):
        promote(begin(*palette))
