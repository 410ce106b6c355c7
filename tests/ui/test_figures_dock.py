"""Figures in the window: threshold and flips, bars and cells that filter, the panel, live and in time."""

from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from desk import small_masks, write_set

from segreview.compare.matching import HALF
from segreview.ui.units import threshold_text

pytestmark = pytest.mark.gui

UNKNOWN = "\u2026"


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


def cells(desk):
    """Text and tooltip of every figure of the panel, by title and name, once all are counted."""

    def found():
        return {
            (box._title.text(), name.text()): (value.text(), value.toolTip(), name.toolTip())
            for box in desk.app.figures._groups
            if not box.isHidden()
            for name, value in box._labels
            if not name.isHidden()
        }

    desk.hand.wait_for(lambda: UNKNOWN not in [text for text, *_ in found().values()], "all are counted")
    return desk.get(found)


def watch_counting(monkeypatch):
    """Conventions that were counted, call by call."""
    from segreview.ui.docks import figure_counts

    counted = []
    fitting = figure_counts.evaluate_fitting
    monkeypatch.setattr(
        figure_counts, "evaluate_fitting", lambda case, names: counted.append(names) or fitting(case, names)
    )
    return counted


def check_figures(desk):
    """Every figure that is shown equals that of `evaluate`, and tells its formula and its rule."""
    from segreview.compare.evaluate import evaluate
    from segreview.ui.docks.figure_groups import _COUNTED, _GROUPS, _text

    def wanted(title, name):
        sides = desk.review.reference, desk.review.prediction
        for term in _GROUPS.get(title.split(", in ")[0], ()):
            if term.name == name:
                return evaluate(*sides, term.convention).figure(term.path)
        path = next(path for path, (own, _) in _COUNTED.items() if own == name)
        return evaluate(*sides, "stardist", threshold=desk.bench.focus.threshold).figures[path]

    shown = cells(desk)
    for (title, name), (text, *tooltips) in shown.items():
        assert text == _text(desk.get(lambda place=(title, name): wanted(*place))), (title, name)
        for tooltip in tooltips:
            assert tooltip.startswith(f"{name} = ")
            assert "Source: " in tooltip
    return {title for title, _ in shown}


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

    counted = watch_counting(monkeypatch)
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
    cells(desk)
    desk.press("t")
    before = len(counted)
    desk.stroke((30, 56), (30, 75))
    assert not desk.get(desk.app.figures.isVisible)
    assert len(counted) == before


def test_figures_behind_another_dock_cost_nothing_and_are_right_when_they_come_forward(
    desk, folder, monkeypatch
):
    from segreview.ui.docks.forward import dock_of

    counted = watch_counting(monkeypatch)
    desk.open(folder)
    desk.press("t")
    cells(desk)
    desk.get(lambda: dock_of(desk.app.pair).raise_())
    desk.hand.settle()
    before = len(counted)
    desk.press("n", "0", "2", "b")
    desk.stroke((20, 112), (30, 130))
    desk.stroke((20, 56), (20, 75))
    desk.hand.settle(0.9)
    assert len(counted) == before
    desk.get(lambda: dock_of(desk.app.figures).raise_())
    check_figures(desk)


@pytest.mark.parametrize(
    ("kind", "titles"),
    [
        ("instance", {"Objects, by other rules", "Contours of either side as one mask, in px"}),
        (
            "binary",
            {"Objects, by other rules", "Pixels by class", "Contours of either side as one mask, in px"},
        ),
        ("semantic", {"Pixels by class", "Contours of either side as one mask, in px"}),
    ],
)
def test_every_figure_is_that_of_evaluate_after_every_change(desk, tmp_path, kind, titles):
    def masks():
        gt, model = small_masks()
        return (255 * (gt > 0), 255 * (model > 0)) if kind == "binary" else (gt, model)

    desk.open(write_set(tmp_path / "kind", masks=masks), kind=kind)
    desk.press("t")
    usual = set() if kind == "semantic" else {"Objects, hits at IoU \u2265 0.5"}
    assert check_figures(desk) == titles | usual
    desk.press("n", "c")
    check_figures(desk)
    desk.press("0", "2", "b")
    desk.stroke((20, 56), (20, 75))
    check_figures(desk)
    desk.press("ctrl+z", "period")
    check_figures(desk)


def test_a_street_has_the_figures_of_cityscapes_and_no_contours(desk):
    desk.get(lambda: desk.app.commands.do("open_street"))
    desk.wait_until_open()
    desk.press("t")
    assert check_figures(desk) == {
        "Objects, hits at IoU \u2265 0.5",
        "Segments by class, hits at IoU > 0.5",
        "Pixels by class",
        "Pixels by class, as Cityscapes counts",
        "Objects, by other rules",
    }


def test_without_a_model_there_are_no_figures(desk, folder):
    from segreview.session.project import Project

    project = Project.of_paths(folder / "gt", folder / "images")
    desk.get(lambda: desk.app.open(project))
    desk.wait_until_open()
    desk.press("t")
    assert cells(desk) == {}
    assert "no model's masks" in desk.get(desk.app.figures._empty.text)
    assert desk.get(spread(desk).isHidden)


def test_scores_bring_the_figures_of_coco():
    from segreview.compare.evaluate import evaluate, evaluate_fitting
    from segreview.compare.metrics.table_case import TableCase
    from segreview.compare.overlap import OverlapTable
    from segreview.model.labels import LabelImage, Segment
    from segreview.ui.docks.figure_groups import conventions_of, groups

    gt, model = small_masks()
    reference = LabelImage((gt,), segments={i: Segment(1) for i in range(1, 7)})
    prediction = LabelImage((model,), segments={int(i): Segment(1, i / 10) for i in np.unique(model)[1:]})
    table = OverlapTable.build(reference, prediction)
    review = SimpleNamespace(table=table, reference=reference, prediction=prediction)
    found = evaluate_fitting(TableCase.of(table), conventions_of(review))
    (detections,) = [one for one in groups(None, HALF, found, "px") if one.title.startswith("Detections")]
    wanted = evaluate(reference, prediction, "coco").figures
    assert {cell.name: cell.value for cell in detections.cells} == {
        name: f"{wanted[name]:.3f}" for name in ("AP", "AP50", "AP75")
    }


def test_a_threshold_reads_one_only_where_it_is_one():
    assert [threshold_text(Fraction(n, 10_000)) for n in (5000, 5321, 9996, 10_000)] == [
        "0.5",
        "0.532",
        "0.9996",
        "1",
    ]


def test_a_large_sample_is_counted_in_the_background(desk, folder, monkeypatch):
    from segreview.ui.docks import figure_counts

    monkeypatch.setattr(figure_counts, "_SMALL", 0)
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
