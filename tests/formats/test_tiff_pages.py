"""TIFF with one object on each page: how it is known, overlaps, and pages for new objects."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile

from segreview.errors import LossError
from segreview.formats.registry import find_format, read, write
from segreview.model.labels import LabelImage


def _disc(row: int, column: int, radius: int = 6) -> np.ndarray:
    rows, columns = np.ogrid[:40, :60]
    return (rows - row) ** 2 + (columns - column) ** 2 <= radius**2


MASKS = np.stack([_disc(10, 10), _disc(10, 40), _disc(12, 18), _disc(30, 30)])
"""Four objects; the third lies partly over the first."""


def _saved(path: Path, masks: np.ndarray = MASKS, value: int = 255, **options) -> Path:
    tifffile.imwrite(path, (masks * value).astype("uint8"), photometric="minisblack", **options)
    return path


def _pages(path: Path) -> np.ndarray:
    with tifffile.TiffFile(path) as tif:
        return np.stack([page.asarray() for page in tif.pages])


def test_objects_may_overlap(tmp_path: Path) -> None:
    labels = read(_saved(tmp_path / "a.tif"))
    assert len(labels.planes) == 2
    for number, mask in enumerate(MASKS, 1):
        assert np.array_equal(sum(plane == number for plane in labels.planes), mask)
    assert labels.reading.endswith("each of 4 pages is the mask of one object, in 2 planes as some overlap")


@pytest.mark.parametrize(
    ("masks", "options"),
    [
        (np.stack([_disc(20, 30, r) for r in (5, 6, 7, 6)]), {}),
        (MASKS, {"metadata": {"axes": "ZYX"}}),
        (MASKS, {"imagej": True}),
        (MASKS[:1], {}),
        (np.random.default_rng(0).random((3, 40, 60)) < 0.03, {}),
        (np.stack([MASKS[0] * 1, MASKS[1] * 1 + MASKS[3] * 2]), {}),
    ],
)
def test_slices_are_not_taken_for_objects(masks: np.ndarray, options: dict, tmp_path: Path) -> None:
    assert find_format(_saved(tmp_path / "a.tif", masks, **options)).name == "tiff"


def test_asked_for_a_mask_it_is_a_stack(tmp_path: Path) -> None:
    labels = read(_saved(tmp_path / "a.tif"), kind="binary")
    assert (labels.shape, labels.axes) == ((4, 40, 60), "ZYX")


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"metadata": None},
        {"compression": "zlib", "rowsperstrip": 9},
        {"bigtiff": True, "byteorder": ">", "compression": "lzw", "tile": (16, 16)},
        {"metadata": None, "extratags": [(65000, "s", 0, "private", True)]},
    ],
)
def test_a_new_object_gets_a_page_of_its_own(options: dict, tmp_path: Path) -> None:
    path = _saved(tmp_path / "a.tif", **options)
    with tifffile.TiffFile(path) as tif:
        places = [page.dataoffsets for page in tif.pages]
    labels = read(path).copy()
    labels.planes[0][34:38, 2:9] = 6
    write(labels, path)
    pages = _pages(path)
    assert pages.shape == (6, 40, 60)
    assert np.array_equal(pages[:4], MASKS * np.uint8(255))
    assert not pages[4].any()
    assert np.array_equal(np.unique(pages[5]), [0, 255])
    assert np.array_equal(pages[5] > 0, labels.planes[0] == 6)
    assert tifffile.imread(path).shape == pages.shape or "metadata" in options
    with tifffile.TiffFile(path) as tif:
        assert [page.dataoffsets for page in tif.pages][:4] == places
        tags = [{tag.code for tag in page.tags} for page in tif.pages[1:]]
    assert tags[-1] == tags[0]
    assert np.array_equal(read(path).planes[0], labels.planes[0])


def test_a_deleted_object_leaves_its_page_empty(tmp_path: Path) -> None:
    path = _saved(tmp_path / "a.tif", value=1)
    labels = read(path).copy()
    for plane in labels.planes:
        plane[plane == 2] = 0
    write(labels, path)
    assert np.array_equal(_pages(path).any((1, 2)), [True, False, True, True])
    assert _pages(path).max() == 1
    assert set(np.unique(read(path).planes[0])) == {0, 1, 4}


def test_new_files_say_what_their_pages_are(tmp_path: Path) -> None:
    ids = np.zeros((40, 60), np.int32)
    ids[3:9, 4:9] = 3
    labels = LabelImage((ids,), spacing=(0.5, 0.25), unit="µm")
    path = tmp_path / "new.tif"
    write(labels, path, "tiff_pages")
    back = read(path)
    assert find_format(path).name == "tiff_pages"
    assert np.array_equal(back.data, ids)
    assert (back.spacing, back.unit) == ((0.5, 0.25), "µm")


def test_pages_that_would_be_taken_for_slices_are_refused(tmp_path: Path) -> None:
    path = _saved(tmp_path / "a.tif")
    before = path.read_bytes()
    labels = read(path).copy()
    labels.planes[0][labels.planes[0] == 2] = 1
    labels.planes[0][4:17, 4:17] = 0
    labels.planes[0][4:17, 34:47] = 0
    labels.planes[1][:] = 0
    with pytest.raises(LossError, match="would be taken for slices"):
        write(labels, path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (LabelImage((np.array([[0, 20_000]]),)), "id 20000 does not fit"),
        (LabelImage((np.array([[0, -1]]),)), "id -1 does not fit"),
        (LabelImage((np.array([[0, 1]]),), kind="semantic", background=None), "these are semantic labels"),
        (LabelImage((np.array([[0, 1]]),), spacing=(2.0, 2.0), unit="parsec"), "pixel size in parsec"),
    ],
)
def test_what_pages_cannot_hold_is_refused(labels: LabelImage, words: str, tmp_path: Path) -> None:
    with pytest.raises(LossError, match=words):
        write(labels, tmp_path / "new.tif", "tiff_pages")
    assert not list(tmp_path.iterdir())
