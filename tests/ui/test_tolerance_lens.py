"""The tolerance lens: a slider that tells jitter of outlines from real errors, at once."""

import json

import numpy as np
import pytest
from desk import write_set

pytestmark = pytest.mark.gui

JITTER, MISSED = (12, 52), (20, 110)
"""A pixel of object 2 that the model's outline passes over, and one that the model misses."""


def drag_to(desk, tolerance):
    """Drag the knob of the slider to a tolerance."""
    bar = desk.app.lens.bar
    here, there = (
        desk.hand.place(bar, lambda x=x: (round(bar._x(x)), bar.height() - 6))
        for x in (desk.get(lambda: bar._tolerance), tolerance)
    )
    desk.hand.drag([here, there])


def listed(desk):
    return [line[2][2:] for line in desk.lines()]


def brightness(desk, place):
    return sum(desk.color_at(*place))


def test_the_slider_dims_jitter_counts_it_and_hides_it(desk, tmp_path):
    desk.open(write_set(tmp_path / "set"))
    strip, model = desk.app.lens, desk.app.queue.model
    assert not desk.get(strip.isVisible)
    desk.press("shift+q")
    desk.hand.wait_for(lambda: desk.bench.review.jitter.known, "the lens has looked at all")
    assert desk.get(strip.isVisible)
    assert desk.get(lambda: desk.bench.scene.shows_heat)

    drag_to(desk, 1)
    assert desk.get(lambda: desk.bench.switches.tolerance) == 1
    assert desk.get(strip.count.text) == "0 of 5 only jitter"
    strong, error = brightness(desk, JITTER), brightness(desk, MISSED)
    drag_to(desk, 8)
    assert desk.get(strip.count.text) == "1 of 5 only jitter"
    assert desk.get(strip.text.text) == "≤ 8 px"
    faint = brightness(desk, JITTER)
    assert faint != strong
    assert brightness(desk, MISSED) == error
    line = listed(desk).index("boundary")
    assert desk.get(lambda: [n for n in range(model.rowCount()) if model.is_quiet(n)]) == [line]

    desk.hand.click(desk.hand.center(strip.hide_them))
    assert "boundary" not in listed(desk)
    drag_to(desk, 1)
    assert "boundary" in listed(desk), "the filter follows the slider"
    suggestion = desk.get(lambda: desk.bench.review.jitter.suggestion)
    assert desk.get(strip.suggested.toolTip) == suggestion.text
    desk.hand.click(desk.hand.center(strip.suggested))
    assert desk.get(lambda: desk.bench.switches.tolerance) == suggestion.pixels
    desk.hand.click(desk.hand.center(strip.hide_them))

    desk.press("2")  # what is painted is looked at anew
    desk.click_line(listed(desk).index("boundary"))
    desk.stroke((50, 60), (50, 66))
    desk.hand.wait_for(lambda: desk.bench.review.jitter.known, "the lens has looked again")
    fresh = desk.get(lambda: desk.bench.review.jitter.alone(16))
    boundary = desk.get(lambda: desk.bench.focus.row.number)
    assert not fresh[boundary]
    desk.check()

    desk.press("shift+q")
    assert not desk.get(strip.isVisible)
    assert not any(desk.get(lambda: [model.is_quiet(n) for n in range(model.rowCount())]))
    assert desk.get(lambda: desk.bench.scene.shows_heat), "the heatmap is as it was"


def test_the_lens_comes_back_with_the_next_start(desk, tmp_path):
    desk.open(write_set(tmp_path / "set", ("a", "b")))
    desk.press("shift+q")
    desk.hand.wait_for(lambda: desk.bench.review.jitter.known, "the lens has looked at all")
    drag_to(desk, 8)
    desk.hand.click(desk.hand.center(desk.app.lens.hide_them))
    desk.press("Next")
    desk.hand.wait_for(lambda: desk.bench.number == 1, "the next sample is open")
    desk.hand.wait_for(lambda: desk.bench.review.jitter.known, "the lens has looked at it")
    desk.hand.settle(0.6)
    assert "boundary" not in listed(desk)
    kept = json.loads(desk.get(lambda: desk.app.settings.path).read_text())["switches"]
    assert (kept["lens"], kept["tolerance"]) == (True, 8.0)
    assert np.isfinite(desk.get(lambda: desk.bench.review.jitter.reaches)).any()
