"""Labels in two files: a kill between their two renames loses nothing."""

import numpy as np
import pytest
from PIL import Image as Picture

from segreview.session.saving import save
from segreview.tools import TAKE


@pytest.fixture
def pair(tmp_path):
    """A road with a car that the model sees wider."""
    for name, width in (("gt", 6), ("pred", 9)):
        ids = np.full((20, 30), 7, np.uint16)
        ids[5:12, 5 : 5 + width] = 26000
        folder = tmp_path / name
        folder.mkdir()
        Picture.fromarray(ids).save(folder / "a_gtFine_instanceIds.png")
        classes = np.where(ids >= 1000, ids // 1000, ids).astype(np.uint8)
        Picture.fromarray(classes).save(folder / "a_gtFine_labelIds.png")
    return tmp_path / "gt" / "a_gtFine_instanceIds.png", tmp_path / "pred" / "a_gtFine_instanceIds.png"


def test_a_kill_between_the_renames_keeps_all_work(begin, pair):
    gt, pred = pair
    instances, classes = gt, gt.with_name("a_gtFine_labelIds.png")
    before = instances.read_bytes()
    review = begin(gt, pred)
    review.use(TAKE, next(row for row in review.queue if 26000 in row.item.reference_ids))
    wanted = review.reference.data.copy()
    save(review)
    review.close()
    saved = classes.read_bytes()
    instances.write_bytes(before)  # the principal file is renamed last: this is where a kill would leave them
    review = begin(gt, pred)
    assert np.array_equal(review.reference.data, wanted)
    assert review.unwritten == 1
    save(review)
    assert np.array_equal(np.array(Picture.open(instances)), wanted)
    assert np.array_equal(np.array(Picture.open(classes)), np.where(wanted >= 1000, wanted // 1000, wanted))
    assert classes.read_bytes() == saved
