"""The data set at a glance: counted while nobody waits, and a click opens the worst item."""

import numpy as np
import pytest
from desk import small_masks, write_set, write_tiff

pytestmark = pytest.mark.gui


@pytest.fixture
def folder(tmp_path):
    """Samples ``a`` and ``b``; in ``b`` the model misses another object, a small one."""
    folder = write_set(tmp_path / "set", ("a", "b"))
    gt, pred = small_masks()
    gt[120:126, 20:26] = 30
    write_tiff(folder / "gt" / "b.tif", gt)
    write_tiff(folder / "images" / "b.tif", np.where(pred > 0, 160, 40).astype(np.uint8))
    return folder


def texts(table):
    """What the table says, line by line, with its head."""
    model = table.model()
    head = [model.headerData(n, head_of()) for n in range(model.columnCount())]
    return [head] + [
        [model.data(model.index(n, m)) for m in range(model.columnCount())] for n in range(model.rowCount())
    ]


def head_of():
    from qtpy.QtCore import Qt

    return Qt.Orientation.Horizontal


def click_cell(desk, table, line, column):
    def where():
        center = table.visualRect(table.model().index(line, column)).center()
        return center.x(), center.y()

    desk.hand.click(desk.hand.place(table.viewport(), where))


def test_it_counts_sorts_opens_and_follows(desk, folder):
    from segreview.ui.dialogs.overview_dialog import OverviewDialog

    desk.open(folder)
    desk.press("Shift+t")
    desk.hand.wait_for(lambda: desk.app.window.findChild(OverviewDialog), "the table is there", 5)
    dialog = desk.app.window.findChild(OverviewDialog)
    table = dialog.table
    desk.hand.wait_for(lambda: all("…" not in line for line in texts(table)), "all is counted", 20)
    assert desk.get(dialog.standing.text).startswith("2 images")
    assert desk.get(table.horizontalScrollBar().maximum) == 0  # the window has grown with the kinds
    head, a, b = desk.get(lambda: texts(table))
    assert head == ["image", "≈ boundary", "÷ split", "∪ merged", "− missed", "+ spurious", "all"]
    assert a == ["a", "1", "1", "1", "1", "1", "5"]
    assert b == ["b", "1", "1", "1", "2", "1", "6"]
    header = table.horizontalHeader()
    for _ in range(2):  # up, then down
        desk.hand.settle(0.45)
        desk.hand.click(
            desk.hand.place(header.viewport(), lambda: (header.sectionViewportPosition(4) + 10, 8))
        )
    assert [line[0] for line in desk.get(lambda: texts(table))[1:]] == ["b", "a"]
    click_cell(desk, table, 0, 4)
    desk.hand.wait_for(lambda: desk.bench.number == 1 and desk.bench.focus.row, "b is open", 10)
    assert desk.row == ("missed", (3,), ())  # the larger of the two
    row = desk.get(lambda: desk.bench.focus.row)
    desk.get(lambda: desk.review.use(delete(), row))
    desk.hand.wait_for(lambda: texts(table)[1] == ["b", "1", "1", "1", "1", "1", "5"], "it follows", 5)
    click_cell(desk, table, 1, 4)
    desk.hand.wait_for(lambda: desk.bench.number == 0, "a is open", 10)
    assert desk.get(lambda: texts(table))[1] == ["b", "1", "1", "1", "1", "1", "5"]  # as it was left
    desk.get(lambda: count_files_of(desk, 1))  # an errand that was on its way comes too late
    assert desk.get(lambda: texts(table))[1] == ["b", "1", "1", "1", "1", "1", "5"]
    desk.get(dialog.close)


def test_what_lacks_an_image_says_so(desk, folder):
    from segreview.session.project import Project
    from segreview.ui.dialogs.overview_dialog import OverviewDialog

    desk.get(lambda: desk.app.open(Project.of_paths(folder / "gt", None, folder / "pred")))
    desk.wait_until_open()
    desk.press("Shift+t")
    desk.hand.wait_for(lambda: desk.app.window.findChild(OverviewDialog).isVisible(), "the table is there", 5)
    dialog = desk.app.window.findChild(OverviewDialog)
    desk.hand.wait_for(lambda: all("…" not in line for line in texts(dialog.table)), "all is counted", 20)
    desk.hand.click(desk.hand.center(dialog.measures[1]))
    desk.hand.wait_for(lambda: texts(dialog.table)[1][-1] == "no image", "it says so", 5)
    assert [line[1:] for line in desk.get(lambda: texts(dialog.table))[1:]] == [[""] * 5 + ["no image"]] * 2
    assert desk.get(dialog.standing.text) == "2 images, suspects looked for in 0"
    desk.get(dialog.close)


def test_a_count_that_breaks_hinders_no_other(desk, folder, monkeypatch):
    from segreview.ui import overview

    def breaks_on_b(entry, *rest):
        if entry.name == "b":
            raise ValueError("no such thing")
        return tally_of(entry, *rest)

    tally_of = overview.tally_of
    monkeypatch.setattr(overview, "tally_of", breaks_on_b)
    desk.open(write_set(folder, ("a", "b", "c")))
    found = desk.get(lambda: overview.Overview(desk.bench))
    desk.get(lambda: found.watch(True))
    desk.hand.wait_for(lambda: found.tallies[2], "what comes after it is counted", 10)
    assert desk.get(lambda: found.faults) == {1: "b cannot be counted: no such thing"}
    desk.get(lambda: found.watch(False))


def count_files_of(desk, number):
    from segreview.session.overview import tally_of

    bench, overview = desk.bench, desk.app.commands._view._glimpse._overview
    tally = tally_of(bench.entries[number], bench.reading, None, lambda: None)
    overview._on_found(number, tally, judged=False)


def delete():
    from segreview.tools import TOOLS

    return next(tool for tool in TOOLS if tool.name == "delete")
