"""What a review begins with: bundled samples, and projects of files that fit."""

import shutil

import numpy as np
import pytest
from session_cases import put

from segreview.errors import ReadError, SegreviewError
from segreview.formats.pairing import Pairing
from segreview.session import samples
from segreview.session.project import Project


@pytest.fixture
def small_sample(tmp_path, monkeypatch):
    """A bundled sample of one image, in place of the large ones."""
    home = tmp_path / "installed" / "cells"
    for folder in ("images", "gt", "pred"):
        put(home / folder / "a.tif", np.ones((9, 9), np.uint8))
    monkeypatch.setattr(samples, "sample_folder", lambda _: home)
    return home


def test_work_is_done_on_a_copy_and_stays_there(small_sample, state_folder):
    copy = samples.working_copy("cells")
    assert copy.is_relative_to(state_folder)
    put(copy / "gt" / "a.tif", np.zeros((9, 9), np.uint8))
    edited = (copy / "gt" / "a.tif").read_bytes()
    (copy / "pred" / "a.tif").unlink()
    assert samples.working_copy("cells") == copy
    assert (copy / "gt" / "a.tif").read_bytes() == edited
    assert (copy / "pred" / "a.tif").exists()
    (entry,) = samples.sample_project("cells").entries
    assert (entry.gt, entry.pred) == (copy / "gt" / "a.tif", copy / "pred" / "a.tif")


@pytest.mark.parametrize("sample", samples.SAMPLES, ids=lambda sample: sample.name)
def test_the_bundled_samples_are_found(sample):
    folder = samples.sample_folder(sample.name)
    assert all((folder / part).is_dir() for part in (sample.images, sample.gt, sample.pred))


def test_a_sample_that_does_not_exist_is_told_with_those_that_do():
    with pytest.raises(ReadError, match="no sample named 'cats'") as refusal:
        samples.sample_folder("cats")
    assert "cells, street" in refusal.value.hint


def test_a_sample_that_was_not_installed_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(samples, "__file__", str(tmp_path / "a" / "b" / "c" / "samples.py"))
    with pytest.raises(ReadError, match="is not installed") as refusal:
        samples.sample_folder("cells")
    assert "Install segreview again" in refusal.value.hint


def test_a_sample_that_cannot_be_copied_is_told(small_sample, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(ReadError, match=r"cannot be copied .*: No space left") as refusal:
        samples.working_copy("cells")
    assert "SEGREVIEW_STATE" in refusal.value.hint


def test_a_project_tells_what_is_left_out_before_the_review_starts(tmp_path):
    for name in ("a", "b", "c"):
        put(tmp_path / "gt" / f"{name}.tif", np.ones((9, 9), np.uint8))
    put(tmp_path / "pred" / "a.tif", np.ones((9, 9), np.uint8))
    put(tmp_path / "pred" / "b.tif", np.ones((5, 5), np.uint8))
    put(tmp_path / "pred" / "z.tif", np.ones((9, 9), np.uint8))
    project = Project.of_paths(tmp_path / "gt", pred=tmp_path / "pred")
    assert "a" in {entry.name for entry in project.entries}
    assert "b" not in {entry.name for entry in project.entries}
    assert any("z.tif" in line for line in project.problems)
    report = project.report()
    assert "can be reviewed" in report
    assert "left out:" in report
    assert "a.tif" in report


def test_a_project_in_which_nothing_fits_says_why(tmp_path):
    gt = put(tmp_path / "gt" / "a.tif", np.ones((9, 9), np.uint8))
    pred = put(tmp_path / "pred" / "a.tif", np.ones((5, 5), np.uint8))
    with pytest.raises(SegreviewError, match=r"9 x 9 but .* 5 x 5") as refusal:
        Project.of_paths(gt, pred=pred)
    assert refusal.value.hint


def test_a_project_of_nothing_is_refused():
    with pytest.raises(SegreviewError, match="nothing to review"):
        Project.of_pairing(Pairing((), ()))
