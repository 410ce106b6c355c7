"""Figures in the window: threshold and flips, bars and cells that filter, the panel, live and in time."""

from fractions import Fraction

import numpy as np
import pytest
from desk import write_set

pytestmark = pytest.mark.gui


@pytest.fixture
def folder(tmp_path):
    return write_set(tmp_path / "set")


def spread(desk):
    return desk.app.queue.spread


def on_bar(desk, iou, y):
    """Screen position over an IoU of the strip below the queue."""
    bar = spread(desk).bar
    return desk.hand.place(bar, lambda: (round(6 + iou * bar.length), y))


def shown(desk):
    """Figures of the panel by their names, in the first group that has the name."""
    found = {}
    for box in desk.app.figures._groups:
        if not box.isHidden():
            for name, value in box._labels:
                if not name.isHidden():
                    found.setdefault(name.text(), value.text())
    return found


def test_comma_and_period_go_from_flip_to_flip_and_select_what_flips(desk, folder):
    desk.open(folder)
    desk.press("period")
    assert desk.row == ("boundary", (2,), (2,))
    assert "IoU 0.532: GT 2 \u2194 model 2 flips between hit and miss." in desk.notice
    assert "0.532" in desk.get(spread(desk).text.text)
    desk.press("period")
    assert desk.row == ("matched", (1,), (1,))
    assert "Not in the queue as it is filtered: matched" in desk.notice
    desk.press("period")
    assert "No object flips above IoU 1" in desk.notice
    desk.press("comma", "comma")
    assert desk.row == ("merged", (5, 6), (7,))
    assert desk.get(lambda: desk.bench.focus.threshold) == Fraction(20, 41)
    assert len(desk.lines()) == 5
    desk.check()


def test_the_slider_is_dragged_with_figures_following_and_put_back_by_a_double_click(desk, folder):
    desk.open(folder)
    foot = desk.get(lambda: spread(desk).bar.height() - 5)
    assert "F1 0.3" in desk.get(spread(desk).text.text)  # 2 of 6 and of 6
    desk.hand.move(on_bar(desk, 0.5, foot))
    desk.hand.press_button()
    desk.hand.move(on_bar(desk, 0.7, foot))
    assert desk.get(lambda: abs(desk.bench.focus.threshold - Fraction(7, 10)) <= Fraction(1, 50))
    assert "F1 0.1" in desk.get(spread(desk).text.text)
    desk.hand.move(on_bar(desk, 0.0, foot))
    assert desk.get(lambda: desk.bench.focus.threshold) == Fraction(1, 10)
    desk.hand.release_button()
    desk.hand.settle(0.5)
    place = on_bar(desk, 0.1, foot)
    desk.hand.click(place)
    desk.hand.click(place)
    assert desk.get(lambda: desk.bench.focus.threshold) == Fraction(1, 2)


def test_bars_narrow_the_queue_down_and_let_it_go_again(desk, folder):
    desk.open(folder)

    def click(iou):
        desk.hand.settle(0.5)  # two clicks in a row would be a double click
        desk.hand.click(on_bar(desk, iou, 8))
        return [line[2] for line in desk.lines()]

    assert click(0.02) == ["\u2212 missed", "+ spurious"]
    assert "2 of 5 rows" in desk.get(desk.app.queue._count_text.text)
    assert len(click(0.02)) == 5
    assert click(0.98) == ["\u00f7 split", "\u222a merged"]
    assert desk.get(lambda: spread(desk).bar.chosen) == (19, 19)
    desk.hand.press_key("shift")
    with_shift = click(0.54)
    desk.hand.release_key("shift")
    assert with_shift == ["\u2248 boundary", "\u00f7 split", "\u222a merged"]
    assert desk.get(lambda: spread(desk).bar.chosen) == (10, 19)
    desk.get(lambda: desk.app.commands.do("clear_filter"))
    assert desk.get(lambda: spread(desk).bar.chosen) is None
    desk.click_chip("\u2212 missed")
    assert click(0.98) == ["\u00f7 split", "\u222a merged", "= matched"], (
        "every kind, as none is missed there"
    )
    desk.check()


def test_the_panel_follows_a_stroke_and_costs_nothing_while_it_is_hidden(desk, folder, monkeypatch):
    from segreview.compare.evaluate import evaluate
    from segreview.ui.docks import figures_dock

    counted = []
    fitting = figures_dock.evaluate_fitting
    monkeypatch.setattr(
        figures_dock, "evaluate_fitting", lambda *args: counted.append(args) or fitting(*args)
    )
    desk.open(folder)
    desk.press("n", "0", "2", "b")
    desk.stroke((20, 112), (30, 130))
    assert counted == []
    desk.press("t")
    assert desk.get(desk.app.figures.isVisible)

    def wanted():
        sides = desk.review.reference, desk.review.prediction
        figures = {name: evaluate(*sides, name).figures for name in ("stardist", "seg", "aji")}
        return (
            figures["stardist"]["tp"],
            figures["stardist"]["f1"],
            *(figures[n]["score"] for n in ("seg", "aji")),
        )

    for _ in range(2):
        now = desk.get(lambda: shown(desk))
        tp, *shares = desk.get(wanted)
        assert (now["TP"], *(now[name] for name in ("F1", "SEG", "AJI"))) == (
            str(tp),
            *(f"{x:.3f}" for x in shares),
        )
        desk.stroke((20, 56), (20, 75))
    desk.check()
    desk.press("t")
    before = len(counted)
    desk.stroke((30, 56), (30, 75))
    assert not desk.get(desk.app.figures.isVisible)
    assert len(counted) == before


def test_a_large_sample_is_counted_in_the_background(desk, folder, monkeypatch):
    from segreview.ui.docks import figures_dock

    monkeypatch.setattr(figures_dock, "_SMALL", 0)
    desk.open(folder)
    desk.press("t")
    now = desk.get(lambda: shown(desk))
    assert now["TP"] == "2"
    assert now["SEG"] == "\u2026"
    desk.hand.wait_for(lambda: shown(desk)["SEG"] != "\u2026", "SEG is counted")
    before = desk.get(lambda: shown(desk))["SEG"]
    desk.press("n", "c")  # the missed object leaves the GT
    desk.hand.wait_for(lambda: shown(desk)["SEG"] not in ("\u2026", before), "SEG is counted anew")


def test_a_cell_of_the_confusion_matrix_narrows_the_queue_down(desk, folder):
    desk.open(folder, kind="semantic")
    assert desk.get(spread(desk).bar.isHidden)
    assert "mean IoU of the classes" in desk.get(spread(desk).text.text)
    desk.press("period")
    assert "These labels are classes" in desk.notice
    desk.press("t")
    grid = desk.app.figures.grid
    row, column = desk.get(lambda: (grid.matrix.gt.index(6), grid.matrix.model.index(7)))

    def click():
        desk.hand.settle(0.5)
        desk.get(lambda: desk.app.figures.show_all_of(grid))
        center = desk.get(lambda: grid.rect_of(row, column).center().toPoint())
        assert "GT class 6 \u2194 model class 7: 600 px" in desk.get(lambda: grid.words_at(center))
        desk.hand.click(desk.hand.place(grid, lambda: (center.x(), center.y())))

    click()
    assert [line[3:5] for line in desk.lines()] == [("6", "7")]
    assert "GT class 6, model class 7" in desk.get(desk.app.queue._count_text.text)
    iou = desk.get(lambda: {c: grid.matrix.figures[c] for c in (1, 3)})
    assert iou == {1: 1.0, 3: 0.0}
    click()
    assert len(desk.lines()) > 1


def test_the_grid_keeps_to_the_classes_that_are_confused_most():
    from segreview.compare.metrics.semantic import Confusion
    from segreview.model.labels import Kind, LabelImage
    from segreview.ui.docks.matrix import Matrix

    pixels = {(c, c): 10 for c in range(40)} | {(c, (c + 1) % 40): c for c in range(40)} | {(39, None): 5}
    labels = LabelImage.of_array(np.zeros((2, 2), int), Kind.SEMANTIC, background=None)
    matrix = Matrix.of(Confusion(range(40), pixels), labels, {}, "IoU")
    assert matrix.hidden == 16
    assert matrix.gt[-1] == 39
    assert matrix.model[-1] is None
    assert matrix.names[None] == "nothing"
    assert matrix.pixels[-1, -1] == 5
    assert not matrix.has_items(0, 0)
