"""As a guest in someone's own napari: what a review does there, and leaves behind (nothing)."""

import numpy as np
import pytest
from guesthouse import pump, stroke, two_objects
from inventory import inventory

pytestmark = pytest.mark.gui


# -------------------------------------------------------------------- what is ours, and what is theirs
def test_what_is_applied_at_the_end_is_one_step_of_the_layers_undo(desk, viewer, layers):
    before = layers[1].data.copy()
    desk.start()
    desk.press("m")
    desk.stroke((55, 10), (58, 20))
    work = desk.pixels
    assert np.array_equal(layers[1].data, before)  # not yet
    desk.click(desk.visit.end)
    desk.answer("end", "Apply to layer")
    desk.hand.wait_for(lambda: desk.visit is None, "the review ends")
    assert np.array_equal(layers[1].data, work)
    assert layers[1].data.dtype == np.uint16
    assert "journal" not in desk.get(desk.widget.choice.note.text)
    desk.get(layers[1].undo)
    assert np.array_equal(layers[1].data, before)


def test_keys_are_ours_only_in_the_canvas_and_the_widget_and_only_while_a_review_is_on(desk, viewer, layers):
    pressed = []
    desk.get(lambda: viewer.bind_key("n", lambda _: pressed.append("n"), overwrite=True))
    desk.click_canvas()
    desk.press("n")
    assert pressed == ["n"]
    desk.start()
    desk.press("n")
    first = desk.row
    assert first is not None
    assert pressed == ["n"]
    view = desk.window._qt_viewer.layers

    def last_line():
        rect = view.visualRect(view.model().index(view.model().rowCount() - 1, 0))
        return rect.center().x(), rect.center().y()

    desk.get(view.scrollToBottom)
    desk.hand.click(desk.hand.place(view.viewport(), last_line))
    assert desk.get(lambda: viewer.layers.selection.active) is layers[0]
    work = desk.pixels
    desk.press("Delete")  # in their list of layers it is their layer that goes
    assert layers[0] not in viewer.layers
    assert np.array_equal(desk.pixels, work)
    assert desk.row == first
    desk.click(desk.queue.table.viewport())
    desk.press("g")
    assert desk.get(lambda: desk.review.progress.done) == 1
    desk.click(desk.visit.end)
    desk.hand.wait_for(lambda: desk.visit is None, "the review ends")
    desk.click_canvas()
    desk.press("n")
    assert pressed == ["n", "n"]
    desk.get(lambda: viewer.bind_key("n", None))


def test_no_command_of_a_guest_moves_what_is_theirs(viewer, layers, told, monkeypatch):
    from napari._app_model import get_app_model
    from qtpy.QtWidgets import QDialog

    from segreview.ui.guest.plugin import GUEST_ACTIONS

    monkeypatch.setattr(QDialog, "exec", lambda _: 0)
    run = get_app_model().commands.execute_command
    run("segreview.review_masks").result()
    (widget,) = viewer.window.dock_widgets.values()
    assert widget.choice.gt.count() == 2
    run("segreview.next_item").result()
    assert widget.choice.note.text() == "Next disagreement: start a review first."
    widget.start()
    pump()
    during = inventory(viewer)
    visit = widget.visit
    run("segreview.next_item").result()
    assert visit.bench.focus.row is not None
    run("segreview.judge_gt_right").result()
    assert visit.bench.review.progress.done == 1
    for command in GUEST_ACTIONS:
        visit.commands.do("next_item")
        visit.commands.run(command, pressed=True)
        if command.held:
            visit.commands.run(command, pressed=False)
    pump()
    after = inventory(viewer)
    for name in ("window: actions", "window: menus", "window: docks", "style", "texts"):
        assert after[name] == during[name], name
    assert viewer.window._qt_window.isVisible()
    for layer in layers:
        assert layer in viewer.layers
    assert not {"swap_theme", "open_settings", "close_window", "open_files"} & {a.id for a in GUEST_ACTIONS}


def test_the_figures_come_and_go_within_the_visit(desk):
    desk.start()
    figures = desk.visit.figures
    for shown in (True, False):
        desk.press("t")
        desk.hand.wait_for(
            lambda shown=shown: shown is not figures.visibleRegion().isEmpty(), f"in sight: {shown}", 5
        )
        assert desk.get(desk.visit.isVisible)


# -------------------------------------------------------------------- layers that come and go
def check_faults(desk, faults):
    """A fault of ours is told in the widget; theirs is left to them."""

    def ours():
        desk.visit.commands._doing["next_item"] = lambda: len(5)
        desk.visit.commands.do("next_item")

    desk.hand.begin(ours)
    desk.hand.wait_for(lambda: "Something went wrong" in desk.visit._notice.text(), "it is told")
    assert isinstance(faults.pop(), TypeError)  # by way of the log

    def theirs():
        raise RuntimeError("theirs")

    desk.hand.begin(theirs)
    desk.hand.wait_for(lambda: faults, "their hook is told")
    assert str(faults.pop()) == "theirs"


def test_a_layer_that_is_removed_gets_a_new_one_instead(desk, viewer, layers, faults):
    desk.start()
    check_faults(desk, faults)
    desk.get(lambda: viewer.layers.remove(layers[1]))
    assert "mine was removed" in desk.line
    desk.press("m")
    desk.stroke((55, 10), (58, 20))
    work = desk.pixels
    assert desk.get(desk.visit.giving.button.text) == "Add as new layer"
    desk.click(desk.visit.giving.button)
    assert "mine reviewed" in desk.line
    made = desk.get(lambda: viewer.layers["mine reviewed"])
    assert np.array_equal(made.data, work)
    assert desk.get(desk.visit.giving.button.text) == "Apply to layer"
    desk.press("m")
    desk.stroke((60, 60), (60, 70))
    desk.click(desk.visit.giving.button)
    assert np.array_equal(made.data, desk.pixels)
    desk.click(desk.visit.end)
    desk.hand.wait_for(lambda: desk.visit is None, "the review ends")
    assert made.visible
    assert [layer.name for layer in viewer.layers] == ["picture", "theirs", "mine reviewed"]


def test_a_layer_that_was_changed_is_not_written_over(viewer, layers, widget):
    widget.start()
    visit = widget.visit
    stroke(visit.bench.scene.gt, 700)
    layers[1].data_setitem((np.array([0]), np.array([0])), 5)
    pump()
    assert "mine was changed since the review began: the review goes on" in visit._notice.text()
    assert visit.giving.button.text() == "Add as new layer"
    visit.giving.button.click()
    assert layers[1].data[0, 0] == 5
    assert layers[1].data[60, 70] == 0
    first = viewer.layers["mine reviewed"]
    assert first.data[60, 70] == 700
    first.data = np.zeros_like(first.data)
    pump()
    assert "mine reviewed was changed since the review began: the review goes on" in visit._notice.text()
    visit.giving.button.click()
    assert not first.data.any()
    assert np.array_equal(viewer.layers["mine reviewed [1]"].data, visit.bench.review.reference.data)


def test_a_review_whose_layers_are_removed_ends_with_its_work_in_the_journal(
    viewer, layers, widget, monkeypatch
):
    from segreview.ui import messages

    monkeypatch.setattr(messages, "ask_restore", lambda *_: messages.Answer.YES)
    widget.start()
    review, gt = widget.visit.bench.review, widget.visit.bench.scene.gt
    stroke(gt, 700)
    corrected = review.reference.data.copy()
    viewer.layers.remove(gt)
    pump()
    assert widget.visit is None
    assert "its layers were removed" in widget.choice.note.text()
    assert "1 edit is in the journal only" in widget.choice.note.text()
    assert list(viewer.layers) == list(layers)
    widget.start()
    assert np.array_equal(widget.visit.bench.review.reference.data, corrected)
    viewer.layers.clear()
    pump()
    assert widget.visit is None
    assert list(viewer.layers) == []


def test_a_visit_ends_whole_though_a_part_of_it_fails(viewer, layers, widget, monkeypatch):
    widget.start()
    visit, ended = widget.visit, []
    monkeypatch.setattr(visit.giving, "end", lambda: 1 / 0)
    monkeypatch.setattr(visit._faults, "close", lambda close=visit._faults.close: ended.append(close()))
    with pytest.raises(ZeroDivisionError):
        widget.end()
    assert ended == [None]
    assert widget.visit is None
    assert list(viewer.layers) == list(layers)
    monkeypatch.undo()
    visit.giving.end()


def test_a_window_that_stays_open_keeps_its_review(viewer, layers, widget):
    window = viewer.window._qt_window
    widget.start()
    window.closeEvent = lambda event: event.ignore()  # the user says no to napari's question
    try:
        window.close()
        pump()
    finally:
        del window.closeEvent
    assert window.isVisible()
    widget.visit.commands.do("next_item")
    assert widget.visit.bench.focus.row is not None
    widget.end()
    viewer.add_labels(two_objects()[0], name="later")
    assert widget.choice.gt.findText("later") >= 0


def test_two_viewers_review_side_by_side_and_closing_ends_a_review(viewer, layers, widget, told):
    import napari
    from qtpy.QtWidgets import QDockWidget

    from segreview.session.journal import Journal

    widget.start()
    other = napari.Viewer(show=False)
    try:
        other.add_labels(two_objects()[1], name="elsewhere")
        _, second = other.window.add_plugin_dock_widget("segreview", "Review")
        second.start()
        assert second.visit is not None
        second.visit.commands.do("next_item")
        stroke(second.visit.bench.scene.gt, 3)
        assert widget.visit.bench.focus.row is None
        journal = second.visit.bench.review.journal
    finally:
        other.close()
        pump()
    assert second.visit is None
    Journal(journal.path, ()).close()  # nobody else holds it
    widget.visit.commands.do("next_item")
    assert widget.visit.bench.focus.row is not None
    assert told == []
    (dock,) = viewer.window._qt_window.findChildren(QDockWidget, "Review (segreview)")
    dock.destroyOnClose()
    pump()
    assert widget.visit is None
    assert list(viewer.layers) == list(layers)


@pytest.mark.parametrize("end", ["layer", "dock"])
def test_a_stroke_in_progress_is_kept_when_the_review_is_ended_under_it(
    desk, viewer, layers, bare_widget, end
):
    desk.start()
    review, gt = desk.bench.review, desk.bench.scene.gt
    desk.get(lambda: desk.visit.commands.do("tool_paint"))
    start = desk.at(25, 60)
    desk.hand.move(start)
    desk.hand.press_button()
    desk.hand.move((start[0] + 40, start[1]))
    desk.hand.settle(0.2)
    painted = gt.data.copy()
    assert not np.array_equal(painted, layers[1].data)
    leave = (lambda: viewer.layers.remove(gt)) if end == "layer" else bare_widget._go
    desk.get(leave)
    desk.hand.release_button()
    desk.get(pump)
    assert np.array_equal(review.reference.data, painted)
    assert review.journal.path.is_file()
    assert "1 edit is in the journal" in bare_widget.choice.note.text()
