"""Layers stay on stage for what comes next, as long as they are as they were made."""

import pytest
from desk import write_set

from segreview.model.labels import Kind

pytestmark = pytest.mark.gui


def test_layers_serve_what_is_read_anew_and_the_next_test_unless_one_was_changed(
    desk, shared_window, tmp_path
):
    viewer, bench, props = desk.app.viewer, desk.bench, shared_window.props
    desk.open(write_set(tmp_path / "one"))
    layers = desk.get(lambda: list(viewer.layers))
    desk.get(lambda: bench.read_as(kind=Kind.SEMANTIC))
    desk.hand.settle()
    assert desk.review.reference.kind is Kind.SEMANTIC
    assert desk.get(lambda: list(viewer.layers)) == layers

    desk.get(bench.strike)
    desk.get(props.keep_if_unchanged)
    assert desk.get(lambda: (bench.review, bench.scene, list(viewer.layers))) == (None, None, layers)
    desk.open(write_set(tmp_path / "another"))
    desk.check()
    assert desk.get(lambda: list(viewer.layers)) == layers

    desk.get(lambda: setattr(bench.scene.gt, "contour", 2))
    desk.get(bench.strike)
    desk.get(props.keep_if_unchanged)
    assert desk.get(lambda: list(viewer.layers)) == []
