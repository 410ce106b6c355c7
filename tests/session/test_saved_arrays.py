"""Reviews of arrays inside of larger files: saved over the original, exported with proof, known again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nibabel
import nrrd
import numpy as np
import pytest
import tifffile
from PIL import Image as Picture
from session_cases import opened, paint

from segreview.formats.pairing import pair
from segreview.formats.registry import find_format
from segreview.formats.tables import CAMVID, VOC_COLORS
from segreview.session.export import Export
from segreview.session.held import held
from segreview.session.saving import save

IDS = np.zeros((24, 32), np.uint8)
for _id, (_top, _left) in {1: (2, 2), 2: (2, 14), 3: (12, 8)}.items():
    IDS[_top : _top + 8, _left : _left + 8] = _id
STACK = np.stack([IDS, IDS, IDS * 2])


def _npz(path: Path) -> None:
    np.savez(path, image=IDS * 9.5, masks=IDS)


def _cellpose(path: Path) -> None:
    np.save(path, np.array({"outlines": IDS, "masks": IDS.astype("u2"), "est_diam": 9.5}, object))


def _nifti(path: Path) -> None:
    nibabel.save(nibabel.Nifti1Image(STACK.T, np.diag([0.5, 0.5, 2, 1])), path)


def _nrrd(path: Path) -> None:
    nrrd.write(str(path), STACK, {"who": "me"}, index_order="C")


def _colours(path: Path) -> None:
    classes = np.array([category.color for category in CAMVID], np.uint8)
    Picture.fromarray(classes[IDS * 7]).save(path)


def _voc(path: Path) -> None:
    picture = Picture.fromarray(IDS)
    picture.putpalette([v for color in VOC_COLORS for v in color])
    picture.save(path)


def _pages(path: Path) -> None:
    masks = np.stack([IDS == 1, np.roll(IDS == 1, 7, 1), IDS == 3])  # the first two share a row of pixels
    tifffile.imwrite(path, masks.astype("uint8") * 255, photometric="minisblack")


def _pyramid(path: Path) -> None:
    with tifffile.TiffWriter(path) as writer:
        writer.write(IDS, subifds=1, tile=(16, 16))
        writer.write(IDS[::2, ::2], subfiletype=1, tile=(16, 16))


MADE: dict[str, tuple[str, Callable[[Path], None]]] = {
    "npz": ("a.npz", _npz),
    "cellpose": ("a_seg.npy", _cellpose),
    "nifti": ("a.nii.gz", _nifti),
    "nrrd": ("a.nrrd", _nrrd),
    "colours": ("a.png", _colours),
    "voc": ("a.png", _voc),
    "tiff_pages": ("a.tif", _pages),
    "tiff": ("a.tif", _pyramid),
}


@pytest.fixture(params=MADE)
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    name, make = MADE[request.param]
    (tmp_path / "data").mkdir()
    make(tmp_path / "data" / name)
    assert find_format(tmp_path / "data" / name).name == request.param
    return tmp_path / "data" / name


def test_a_save_is_found_again_at_the_next_start(path: Path) -> None:
    review = opened(path)
    try:
        paint(review, (20, 2), 3, 7)
        paint(review, (2, 2), 2, 0)
        assert save(review).edits == 2
        after = review.reference.data.copy()
    finally:
        review.close()
    again = opened(path)
    try:
        assert np.array_equal(again.reference.data, after)
        again.undo()
        again.undo()
        save(again)
    finally:
        again.close()
    assert find_format(path).name == again.reference.origin.format


def test_an_export_proves_that_the_rest_is_as_it_was(path: Path, tmp_path: Path) -> None:
    (entry,) = pair(path).entries
    before = path.read_bytes()
    review = opened(path)
    paint(review, (20, 2), 3, 7)
    review.close()
    export = Export((held(entry),), tmp_path / "out")
    export.check()
    (exported,) = export.steps()
    assert exported.good, exported
    assert path.read_bytes() == before
