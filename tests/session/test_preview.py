"""Preview of a data set: every file has a line, and what is wrong is told in words."""

import numpy as np
import pytest
from session_cases import cell_files, put

from segreview.session.preview import preview


@pytest.fixture
def folder(tmp_path):
    """Samples a and b, a GT file without a model, a model without a GT, and c, whose shapes differ."""
    for name in ("a.tif", "b.tif", "c.tif", "alone.tif"):
        cell_files(tmp_path, name=name)
    (tmp_path / "pred" / "alone.tif").rename(tmp_path / "pred" / "nobody.tif")
    put(tmp_path / "pred" / "c.tif", np.ones((3, 3), np.uint8))
    return tmp_path


def test_every_sample_and_every_file_that_is_left_out_has_a_line(folder):
    found = preview(folder / "gt", None, folder / "pred", {})
    assert [(line.sample, line.gt, line.pred, line.status) for line in found.lines] == [
        ("a", "a.tif", "a.tif", "paired"),
        ("b", "b.tif", "b.tif", "paired"),
        ("c", "c.tif", "c.tif", "shapes differ"),
        ("", "alone.tif", "", "no model"),
        ("", "", "nobody.tif", "no GT"),
    ]
    assert [line.good for line in found.lines] == [True, True, False, False, False]
    assert "24 x 32" in found.lines[2].reason
    assert found.summary == "2 samples can be reviewed, 3 left out."
    assert found.project.paths == (folder / "gt", None, folder / "pred")
    assert "instance" in found.reading


def test_a_kind_is_tried_on_the_first_sample(folder):
    assert "semantic" in preview(folder / "gt", None, None, {"kind": "semantic"}).reading
    found = preview(folder / "gt", None, None, {"kind": "binary"})
    assert found.project is None
    assert "no two-valued mask" in found.summary


def test_the_first_sample_is_read_as_the_data_set_will_be(tmp_path):
    empty, mask = np.zeros((20, 30), np.uint8), np.zeros((20, 30), np.uint8)
    mask[2:6, 2:6] = 255
    for name, content in zip("abc", (empty, mask, mask), strict=True):
        put(tmp_path / "gt" / f"{name}.tif", content)
    reading = preview(tmp_path / "gt", None, None, {}).reading
    assert "a two-valued mask" in reading
    assert "as the rest of the data set" in reading


@pytest.mark.parametrize(
    ("options", "message"),
    [({"classes": "nonsense"}, "no class table"), ({}, "does not exist")],
)
def test_what_is_wrong_is_told_never_raised(tmp_path, options, message):
    found = preview(tmp_path / "nowhere", None, None, options)
    assert found.project is None
    assert message in found.summary


def test_when_no_shapes_fit_the_lines_still_say_why(folder):
    for name in "ab":
        put(folder / "pred" / f"{name}.tif", np.ones((3, 3), np.uint8))
    found = preview(folder / "gt", None, folder / "pred", {})
    assert found.project is None
    assert [line.status for line in found.lines[:3]] == ["shapes differ"] * 3
