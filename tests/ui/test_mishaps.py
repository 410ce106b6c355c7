"""Mishaps while the sample changes: nothing crosses from one into another, and no journal stays locked."""

import numpy as np
import pytest
from desk import small_stack, write_set
from opening import pump

from segreview.session.project import Project

pytestmark = pytest.mark.gui


def project(folder):
    return Project.of_paths(folder / "gt", folder / "images", folder / "pred")


def test_a_volume_view_is_left_for_a_flat_image(app, tmp_path):
    bench = app.bench
    bench.open(project(write_set(tmp_path / "stack", ("s",), masks=small_stack)))
    pump()
    app.viewer.dims.ndisplay = 3
    pump()
    bench.open(project(write_set(tmp_path / "flat")))
    pump()
    assert bench.review.sample.name == "a"
    assert app.viewer.dims.ndisplay == 2


def test_a_fault_between_two_samples_leaves_both_as_they_were(app, tmp_path, monkeypatch):
    from segreview.ui.canvas.contours import Contours

    bench = app.bench
    folder = write_set(tmp_path / "set", ("a", "b"))
    other = folder / "gt" / "b.tif"
    import tifffile

    tifffile.imwrite(other, np.flipud(tifffile.imread(other)))
    bench.open(project(folder))
    pump()
    with monkeypatch.context() as patch:
        patch.setattr(Contours, "set_sides", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            bench.go_to(1)
    assert bench.scene is None
    assert bench.review is None
    for number in (0, 1):  # neither is locked, neither was edited
        bench.go_to(number)
        pump()
        gt = tifffile.imread(folder / "gt" / f"{'ab'[number]}.tif")
        assert np.array_equal(bench.review.reference.data, gt)
        assert bench.review.undo_title is None
        assert np.array_equal(bench.scene.gt.data, gt)
