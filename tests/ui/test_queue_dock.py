"""Finding one's way and judging: queue, camera, slices, samples, verdicts."""

import numpy as np
import pytest
from desk import small_masks, stack, write_set

from segreview.ui.docks.settle import settle

pytestmark = pytest.mark.gui


@pytest.fixture
def folder(tmp_path):
    return write_set(tmp_path / "set", ("a", "b"))


def in_view(desk):
    """Whether the current item's box is inside the canvas, and fills a good part of it."""
    box = desk.get(lambda: desk.bench.focus.row.item.box)
    (top, left), (bottom, right) = box.start[-2:], box.stop[-2:]
    x0, y0 = desk.at(top - 0.5, left - 0.5)
    x1, y1 = desk.at(bottom - 0.5, right - 0.5)

    def rect():
        native = desk.app.window._qt_viewer.canvas.native
        corner = native.mapToGlobal(native.rect().topLeft())
        return corner.x(), corner.y(), native.width(), native.height()

    x, y, width, height = desk.get(rect)
    assert x <= x0 < x1 <= x + width
    assert y <= y0 < y1 <= y + height
    return max((x1 - x0) / width, (y1 - y0) / height) > 0.3


def test_n_brings_every_open_item_into_view_once_and_shift_n_goes_back(desk, folder):
    desk.open(folder)
    seen = []
    for _ in range(5):
        desk.press("n")
        seen.append(desk.row)
        assert in_view(desk)
    assert seen == [
        ("missed", (3,), ()),
        ("spurious", (), (9,)),
        ("boundary", (2,), (2,)),
        ("split", (4,), (4, 5)),
        ("merged", (5, 6), (7,)),
    ]
    desk.press("n")
    assert desk.row == seen[0]
    desk.press("n", "shift+n")
    assert desk.row == seen[0]
    desk.check()


def test_n_skips_what_is_judged_and_unsure_ones_come_at_the_end(desk, folder):
    desk.open(folder)
    desk.press("n")
    unsure = desk.row
    desk.press("u")
    assert desk.row != unsure
    desk.press("g", "y", "i")
    assert "4 of 5 judged" in desk.status
    desk.press("g")
    assert desk.row == unsure
    assert "5 of 5 judged" in desk.status
    desk.press("n")
    assert "Everything here is judged, 1 of it unsure" in desk.notice
    assert [line[1] for line in desk.lines()] == ["●"] * 5


def test_backspace_takes_back_the_verdict_and_the_pixels_that_came_with_it(desk, folder):
    desk.open(folder)
    before = desk.pixels
    desk.press("n", "n")
    assert desk.row == ("spurious", (), (9,))
    desk.press("c")
    taken = desk.pixels
    assert (taken[before == 0] == 7).sum() == 24 * 24
    assert desk.row == ("boundary", (2,), (2,))
    assert "1 of 5 judged" in desk.status
    desk.press("g")
    assert "2 of 5 judged" in desk.status
    desk.press("BackSpace")
    assert desk.row == ("boundary", (2,), (2,))
    assert "1 of 5 judged" in desk.status
    assert np.array_equal(desk.pixels, taken)
    desk.press("BackSpace")
    assert desk.row == ("spurious", (), (9,))
    assert "0 of 5 judged" in desk.status
    assert np.array_equal(desk.pixels, before)
    desk.check()
    desk.press("ctrl+shift+z")
    assert np.array_equal(desk.pixels, taken)
    desk.check()


def test_c_stays_where_the_item_is_not_resolved(desk, folder):
    desk.open(folder)
    desk.press("n")
    assert desk.row == ("missed", (3,), ())
    desk.press("w")
    assert desk.row == ("missed", (3,), ())
    desk.press("c")
    assert 3 not in desk.pixels
    assert desk.row == ("spurious", (), (9,))
    desk.check()


def test_the_order_of_what_was_passed_never_changes(desk, folder):
    desk.open(folder)

    def order():
        return desk.get(lambda: [row.number for row in desk.review.queue])

    desk.press("n", "n", "n")
    passed = order()[:3]
    desk.press("2", "b")
    desk.stroke((75, 30), (75, 45))
    desk.stroke((75, 85), (75, 115))
    assert order()[:3] == passed
    desk.press("n")
    assert order()[:3] == passed
    desk.check()


def test_a_click_on_an_object_selects_its_row_and_leaves_the_camera(desk, folder):
    desk.open(folder)
    camera = desk.get(lambda: (desk.app.viewer.scene.camera.center, desk.app.viewer.scene.camera.zoom))
    for place, row in (
        ((20, 112), ("missed", (3,), ())),
        ((20, 160), ("spurious", (), (9,))),
        ((75, 40), ("split", (4,), (4, 5))),
        ((20, 20), ("matched", (1,), (1,))),
    ):
        desk.click_pixel(*place)
        assert desk.row == row
    assert camera == desk.get(
        lambda: (desk.app.viewer.scene.camera.center, desk.app.viewer.scene.camera.zoom)
    )
    desk.click_pixel(140, 180)
    assert desk.row == ("matched", (1,), (1,))
    desk.stroke((20, 112), (40, 112))  # moves the image
    assert desk.row == ("matched", (1,), (1,))


def test_a_click_on_a_line_flies_there_and_highlights_the_item(desk, folder):
    desk.open(folder)
    for line in (4, 1, 2):
        desk.click_line(line)
        row = desk.row
        assert desk.lines()[line][2].endswith(row[0])
        assert in_view(desk)
        assert desk.get(lambda: desk.bench.scene.contours._drawing.current) == (
            frozenset(row[1]),
            frozenset(row[2]),
        )
    desk.check()


def test_in_a_stack_the_slice_of_the_item_comes_up(desk, tmp_path):
    desk.open(stack(tmp_path / "stack"))
    seen = set()
    for _ in range(5):
        desk.press("n")
        box = desk.get(lambda: desk.bench.focus.row.item.box)
        at = desk.get(lambda: desk.app.viewer.dims.point[0])
        assert box.start[0] <= at < box.stop[0]
        seen.add(at)
        in_view(desk)
    assert len(seen) > 1
    desk.check()


def test_ids_of_nine_digits_are_whole_beside_the_sign_of_the_kind(desk, tmp_path):
    def masks():
        return [side.astype(np.uint32) * 111_111_111 for side in small_masks()]

    desk.open(write_set(tmp_path / "large", dtype="uint32", masks=masks))
    table = desk.app.queue.table

    def cut(column):
        """Numbers of a column that are wider than it."""
        room = table.columnWidth(column) - 9
        texts = [line[column] for line in lines if ", " not in line[column]]
        return [text for text in texts if table.fontMetrics().horizontalAdvance(text) > room]

    lines = desk.lines()
    assert lines[0][3] == "333333333"
    assert desk.get(lambda: [cut(column) for column in (0, 3, 4, 6)]) == [[], [], [], []]
    assert desk.get(lambda: sum(map(table.columnWidth, range(7))) <= table.viewport().width())
    desk.open(write_set(tmp_path / "small"))
    assert desk.get(lambda: table.columnWidth(2)) > desk.get(
        lambda: table.fontMetrics().horizontalAdvance("≈ boundary")
    )


def test_chips_leave_out_words_where_lines_are_short(desk, folder):
    desk.open(folder)
    chips, order = desk.app.queue.chips, desk.app.queue.order
    few = dict.fromkeys(("matched", "missed"), 3)
    many = dict.fromkeys(("matched", "boundary", "poor", "split", "merged", "missed", "spurious"), 96)

    def shown(counts):
        chips.show_counts(counts, 63)
        settle(chips)
        buttons = [chip for chip in chips.chips.values() if not chip.isHidden()]
        lines = {button.y() for button in (*buttons, order, desk.app.queue.funnel)}
        return [button.text() for button in (*buttons, order)], len(lines)

    assert desk.get(lambda: shown(few))[0] == ["to judge 63", "= matched 3", "− missed 3", "⇅ by suspicion"]
    brief = ["to judge 63", "= 96", "≈ 96", "◔ 96", "÷ 96", "∪ 96", "− 96", "+ 96", "⇅"]
    assert desk.get(lambda: shown(many)) == (brief, 2)
    assert desk.get(lambda: chips.chips["missed"].toolTip()).startswith("96 missed: ")
    thousands = desk.get(lambda: shown(dict.fromkeys(many, 2490)))
    assert thousands[0][1:3] == ["= 2.4k", "≈ 2.4k"]
    assert thousands[1] == 2
    desk.get(lambda: shown(many))
    desk.click_chip("− missed")
    assert desk.get(lambda: shown(many)[0][6]) == "− missed 96"


def test_chips_filter_and_headers_sort(desk, folder):
    desk.open(folder)
    assert len(desk.lines()) == 5
    desk.click_chip("− missed")
    assert [line[3] for line in desk.lines()] == ["3"]
    desk.click_chip("= matched")
    assert [line[3] for line in desk.lines()] == ["1"]
    desk.click_chip("to judge")
    assert [line[0] for line in desk.lines()] == ["1", "2", "3", "4", "5"]
    desk.click_header(5)
    ious = [line[5].replace("–", "0.00") for line in desk.lines()]
    assert ious == sorted(ious)
    desk.click_header(5)
    assert [line[5].replace("–", "0.00") for line in desk.lines()] == sorted(ious, reverse=True)
    desk.click_header(0)
    assert [line[0] for line in desk.lines()] == ["1", "2", "3", "4", "5"]
    desk.check()


def test_buttons_of_the_dock_and_menus_judge_too(desk, folder):
    from qtpy.QtWidgets import QPushButton

    desk.open(folder)
    assert not desk.get(lambda: any(b.isEnabled() for b in desk.app.pair.findChildren(QPushButton)))
    desk.press("n")
    button = desk.get(
        lambda: next(b for b in desk.app.pair.findChildren(QPushButton) if "GT is right" in b.text())
    )
    desk.hand.click(desk.hand.center(button))
    assert "1 of 5 judged" in desk.status
    desk.choose("Review", "Both fine")
    assert "2 of 5 judged" in desk.status
    desk.choose("Correct", "Undo verdict: both fine")
    assert "1 of 5 judged" in desk.status


def test_the_next_sample_and_back_keeps_the_work(desk, folder):
    desk.open(folder)
    desk.press("n", "g", "c")
    work, status = desk.pixels, desk.status.split(" │ ")[:3]
    assert desk.samples() == ["◐  a *", "○  b"]
    assert desk.get(lambda: desk.app.window.windowTitle()) == "segreview · a * · 1 of 2"
    desk.press("Next")
    desk.hand.wait_for(lambda: desk.review is not None and desk.review.sample.name == "b", "b is open")
    assert desk.samples() == ["◐  a *", "○  b"]
    assert desk.get(lambda: desk.app.window.windowTitle()) == "segreview · b · 2 of 2"
    desk.press("n", "g")
    assert desk.samples() == ["◐  a *", "◐  b"]
    desk.press("Next")
    assert "last sample" in desk.notice
    desk.press("Prior")
    desk.hand.wait_for(lambda: desk.review is not None and desk.review.sample.name == "a", "a is open again")
    assert np.array_equal(desk.pixels, work)
    assert desk.status.split(" │ ")[:3] == status
    desk.check()
    desk.click_sample(1)
    desk.hand.wait_for(lambda: desk.review is not None and desk.review.sample.name == "b", "b is open again")
    assert "1 of 5 judged" in desk.status
