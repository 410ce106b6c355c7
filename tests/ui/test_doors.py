"""The doors of the window: start page, open, drop, export, the reviewer's name, the banner, the tour."""

import numpy as np
import pytest
from desk import plain, small_masks, write_set, write_tiff
from PIL import Image as Picture

from segreview.triage.heat import Heat

pytestmark = [pytest.mark.gui, pytest.mark.usefixtures("fresh_window")]


@pytest.fixture
def folder(tmp_path):
    return write_set(tmp_path / "set", ("a", "b", "c"))


@pytest.fixture
def recents(app):
    """The recent data sets of the shared window, as they were before afterwards."""
    before = app.settings.now
    yield app.doors.recents
    app.settings.change(recent=before.recent, reviewer=before.reviewer)
    app.doors.recents.changed.emit()


def read(file):
    import tifffile

    return tifffile.imread(file)


def on_page(desk):
    """Wait for the start page, and give it the keyboard."""
    page = desk.app.doors.page
    desk.hand.wait_for(page.isVisible, "the start page is shown")
    return page


def focused(desk):
    """Object name of what has the keyboard of the window, or will have it."""
    return desk.get(lambda: desk.app.window.focusWidget().objectName())


def tiles(desk):
    from segreview.ui.tile import Tile

    return desk.get(lambda: desk.app.doors.page.findChildren(Tile))


def button(desk, parent, text):
    """Click a button by what it says."""
    from qtpy.QtWidgets import QPushButton

    def find():
        return next(b for b in parent.findChildren(QPushButton) if plain(b.text()) == text and b.isVisible())

    desk.hand.click(desk.hand.center(desk.get(find)))


# -------------------------------------------------------------------- start page
def test_the_start_page_is_there_while_nothing_is_open_and_keys_reach_everything(desk, folder, recents):
    page = on_page(desk)
    assert focused(desk) == "open_files"
    seen = [focused(desk)]
    for _ in range(5):
        desk.press("Tab")
        seen.append(focused(desk))
    assert seen == ["open_files", "open_folder", "open_cells", "open_street", "tour", "open_files"]
    desk.press("shift+Tab", "shift+Tab", "shift+Tab")
    assert focused(desk) == "open_cells"
    desk.press("Return")
    desk.wait_until_open()
    assert not desk.get(page.isVisible)
    assert desk.get(lambda: desk.review.sample.name).startswith("cells")
    desk.press("n")
    assert desk.row is not None
    desk.get(desk.bench.clear_stage)
    on_page(desk)
    assert desk.get(lambda: not recents.entries)  # samples have a place of their own


def test_data_sets_that_were_open_come_back_from_the_start_page(desk, folder, recents):
    import shutil

    desk.open(folder, kind="semantic")
    gone = write_set(folder.parent / "gone")
    desk.open(gone)
    assert desk.get(lambda: [entry.gt for entry in recents.entries]) == [str(gone / "gt"), str(folder / "gt")]
    desk.get(desk.bench.clear_stage)
    shutil.rmtree(gone)
    on_page(desk)
    rows = [tile for tile in tiles(desk) if desk.get(lambda tile=tile: str(folder.parent) in tile.toolTip())]
    assert [desk.get(row.isEnabled) for row in rows] == [False, True]
    desk.hand.click(desk.hand.center(rows[1]))
    desk.wait_until_open()
    assert desk.get(lambda: str(desk.review.reference.kind)) == "semantic"
    desk.get(desk.bench.clear_stage)
    on_page(desk)
    desk.get(lambda: recents.remove(recents.entries[1]))
    assert desk.get(lambda: [entry.gt for entry in recents.entries]) == [str(folder / "gt")]


def test_they_come_back_with_what_was_given_besides(desk, folder, recents):
    from segreview.session.project import Project
    from segreview.ui.recent import missing_of

    for name in "abc":
        write_tiff(folder / "sure" / f"{name}.tif", np.full((160, 200), 0.5, np.float32))
        write_tiff(folder / "bob" / f"{name}.tif", small_masks()[0])
    paths = (folder / "gt", folder / "images", folder / "pred", folder / "sure", [folder / "bob"])
    project = Project.of_paths(*paths)
    desk.get(lambda: desk.app.open(project))
    desk.wait_until_open()
    desk.get(desk.bench.clear_stage)
    on_page(desk)
    (row,) = (tile for tile in tiles(desk) if desk.get(lambda tile=tile: str(folder) in tile.toolTip()))
    desk.hand.click(desk.hand.center(row))
    desk.wait_until_open()
    assert desk.get(lambda: desk.bench.entries) == project.entries
    assert desk.get(lambda: desk.review.sample.probability) == folder / "sure" / "a.tif"
    assert not desk.get(lambda: desk.bench.scene.heats.lacking(Heat.ENTROPY))
    (folder / "bob").rename(folder / "eve")
    assert desk.get(lambda: missing_of(recents.entries[0])) == "annotators not found"


# -------------------------------------------------------------------- open and drop
def dropped(widget, paths, *, let_go=True):
    """Drag files over a widget, and let them go, as the system would tell it."""
    from qtpy.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
    from qtpy.QtGui import QDragEnterEvent, QDropEvent
    from qtpy.QtWidgets import QApplication

    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    rest = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(QPoint(5, 5), *rest)
    QApplication.sendEvent(widget, enter)
    assert enter.isAccepted()
    if let_go:
        QApplication.sendEvent(widget, QDropEvent(QPointF(5, 5), *rest))


def test_a_folder_dropped_on_the_window_opens_the_dialog_with_the_pairing(desk, folder, recents):
    (folder / "pred" / "c.tif").unlink()
    write_tiff(folder / "pred" / "b.tif", np.zeros((50, 60), np.uint16))
    canvas, queue = desk.app.window._qt_viewer.canvas.native, desk.app.queue.table.viewport()
    veil = desk.app.doors.drop.veil
    on_page(desk)
    desk.get(lambda: dropped(queue, [folder], let_go=False))
    assert desk.get(veil.isVisible)
    desk.hand.begin(lambda: dropped(canvas, [folder]))
    dialog = desk.dialog("open")
    desk.hand.wait_for(lambda: dialog.project is not None, "the files are paired")
    assert not desk.get(veil.isVisible)
    assert desk.get(lambda: [dialog.paths[role].text() for role in ("gt", "image", "pred")]) == [
        str(folder / name) for name in ("gt", "images", "pred")
    ]
    table = dialog.table.lines
    shown = desk.get(
        lambda: [[table.data(table.index(n, m)) for m in (0, 2, 4, 5)] for n in range(table.rowCount())]
    )
    assert shown[0] == ["✓", "a.tif", "a.tif", "paired"]
    assert ["✗", "b.tif", "b.tif", "shapes differ"] in shown
    assert ["✗", "c.tif", "–", "no model"] in shown
    assert "1 sample can be reviewed" in desk.get(dialog.summary.text)
    desk.get(lambda: dropped(dialog.paths["image"], [folder / "images" / "a.tif"]))
    desk.get(lambda: dropped(dialog.paths["gt"], [folder / "gt" / "a.tif"]))
    desk.get(lambda: dropped(dialog.paths["pred"], [folder / "pred" / "a.tif"]))
    desk.get(lambda: (dialog.kind.setCurrentIndex(2), dialog.kind.activated.emit(2)))
    desk.hand.wait_for(
        lambda: dialog.project is not None and "semantic" in dialog.summary.text(), "read anew"
    )
    desk.answer("open", "Open")
    desk.wait_until_open()
    assert desk.get(lambda: str(desk.review.reference.kind)) == "semantic"
    names = desk.get(lambda: [layer.name for layer in desk.app.viewer.layers])
    assert folder.name not in names
    assert "a" not in names


# -------------------------------------------------------------------- saving and export
def work_on_two(desk, folder):
    """Edits and verdicts on samples a and b, of which a is left; pixels of both."""
    desk.open(folder)
    desk.press("n", "n", "c")
    first = desk.pixels
    desk.press("Next", "n", "i", "n", "c")
    return first, desk.pixels


def test_an_export_writes_what_the_journals_hold_and_proves_it(desk, folder, tmp_path, recents):
    first, second = work_on_two(desk, folder)
    before = read(folder / "gt" / "a.tif")
    desk.press("ctrl+shift+e")
    dialog = desk.dialog("export")
    desk.hand.wait_for(dialog.write.isEnabled, "the edits are counted")
    assert desk.get(dialog.changed_only.text) == "Only samples with edits (2)"
    assert desk.get(dialog.verdicts.text).endswith("(3)")
    desk.hand.click(desk.hand.center(dialog.folder.field))
    desk.press("ctrl+a")
    desk.hand.text(str(tmp_path / "out"))
    button(desk, dialog, "Export")
    desk.hand.wait_for(lambda: dialog.pages.currentIndex() == 2, "everything is written")
    assert "2 of 2 samples written." in desk.get(dialog.headline.text)
    proofs = desk.get(dialog.proofs.toPlainText)
    assert proofs.count("✓ read again, equal to the labels") == 2
    assert "every other pixel is identical" in proofs
    assert "✗" not in proofs
    button(desk, dialog, "Copy report")
    button(desk, dialog, "Close")
    assert np.array_equal(read(tmp_path / "out" / "a.tif"), first)
    assert np.array_equal(read(tmp_path / "out" / "b.tif"), second)
    assert np.array_equal(read(folder / "gt" / "a.tif"), before)
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [
        "a.tif",
        "b.tif",
        "verdicts.csv",
        "verdicts.json",
    ]
    assert "all written" in desk.status
    assert desk.get(desk.bench.unwritten_entries) == []
    desk.press("ctrl+shift+e")
    again = desk.dialog("export")
    desk.hand.wait_for(again.write.isEnabled, "counted again")
    desk.get(lambda: again.folder.show(folder / "gt"))
    button(desk, again, "Export")
    assert "folder of the originals" in desk.get(again.message.text)
    desk.get(lambda: again.folder.show(tmp_path / "png"))
    choose_format(desk, again, "PNG")
    assert desk.get(again.all.isChecked)
    button(desk, again, "Export")
    desk.hand.wait_for(lambda: again.pages.currentIndex() == 2, "everything is written as PNG")
    button(desk, again, "Close")
    assert np.array_equal(np.array(Picture.open(tmp_path / "png" / "a.png")), first)


def test_formats_are_offered_although_a_sample_cannot_be_read(desk, tmp_path, recents):
    folder = write_set(tmp_path / "set", ("a", "b"))
    desk.open(folder)
    cut = folder / "gt" / "b.tif"
    cut.write_bytes(cut.read_bytes()[:200])
    desk.press("ctrl+shift+e")
    dialog = desk.dialog("export")
    desk.hand.wait_for(lambda: dialog.format.list.count() > 1, "the formats are tried")
    button(desk, dialog, "Cancel")


def choose_format(desk, dialog, start):
    """Choose the first format whose name begins so, by keys, and let go of what it cannot hold."""
    choice = dialog.format
    desk.hand.wait_for(lambda: choice.list.count() > 1, "the formats are tried")
    desk.hand.click(desk.hand.center(choice.list))
    desk.hand.text(start)
    desk.press("Return")
    desk.hand.wait_for(lambda: choice.list.currentText().startswith(start), "the format is chosen")
    desk.hand.settle(0.1)
    if desk.get(choice.allow.isVisible):
        assert not desk.get(dialog.write.isEnabled)
        desk.hand.click(desk.hand.center(choice.allow))


def export_into(desk, out):
    """Begin an export of what was edited into a folder; the dialog."""
    desk.press("ctrl+shift+e")
    dialog = desk.dialog("export")
    desk.hand.wait_for(dialog.write.isEnabled, "the edits are counted")
    desk.get(lambda: dialog.folder.show(out))
    button(desk, dialog, "Export")
    return dialog


@pytest.fixture
def held_up(monkeypatch):
    """Saves of an export that wait until they may go on; the threads that they were in."""
    import threading

    from segreview.session import export

    save, threads, may = export.save, [], threading.Event()

    def wait_and_save(*arguments):
        threads.append(threading.current_thread())
        assert may.wait(30)
        return save(*arguments)

    monkeypatch.setattr(export, "save", wait_and_save)
    yield threads, may
    may.set()


def test_an_export_of_what_is_open_leaves_the_window_alive(desk, folder, tmp_path, recents, held_up):
    import threading

    threads, may = held_up
    desk.open(folder)
    desk.press("n", "n", "c")
    work = desk.pixels
    dialog = export_into(desk, tmp_path / "out")
    desk.hand.wait_for(lambda: threads, "it is being written")
    assert desk.get(dialog.doing.text) == "Writing and checking a (1 of 1)…"
    assert threads[0] is not threading.main_thread()
    assert "1 not written" in desk.status
    may.set()
    desk.hand.wait_for(lambda: dialog.pages.currentIndex() == 2, "it is written")
    assert "1 of 1 sample written." in desk.get(dialog.headline.text)
    button(desk, dialog, "Close")
    assert "all written" in desk.status
    assert np.array_equal(read(tmp_path / "out" / "a.tif"), work)
    desk.check()


def test_a_cancelled_export_writes_nothing_more(desk, folder, tmp_path, recents, held_up):
    threads, may = held_up
    desk.open(folder)
    desk.press("n", "n", "c")
    dialog = export_into(desk, tmp_path / "out")
    desk.hand.wait_for(lambda: threads, "it is being written")
    desk.hand.click(desk.hand.center(dialog.stop))
    may.set()
    desk.hand.wait_for(lambda: dialog.pages.currentIndex() == 2, "it has ended")
    assert "cancelled before the last 1" in desk.get(dialog.headline.text)
    button(desk, dialog, "Close")
    assert "1 not written" in desk.status
    assert not (tmp_path / "out").exists()
    desk.press("ctrl+z")  # the views follow again
    assert "all written" in desk.status
    desk.check()


def test_save_all_writes_every_sample_with_edits(desk, folder, recents):
    first, second = work_on_two(desk, folder)
    desk.press("ctrl+shift+a")
    desk.answer("where", "Over the original")
    desk.hand.wait_for(lambda: not desk.bench.unwritten_entries(), "the other one is written too")
    assert np.array_equal(read(folder / "gt" / "a.tif"), first)
    assert np.array_equal(read(folder / "gt" / "b.tif"), second)
    assert "1 other sample saved" in desk.notice


# -------------------------------------------------------------------- the line across the top
def test_the_reviewer_is_asked_for_a_name_once_and_never_again(desk, folder, recents):
    from qtpy.QtWidgets import QLineEdit

    app, banner = desk.app, desk.app.doors.banner
    desk.get(lambda: app.settings.change(reviewer=""))
    desk.open(folder)
    assert desk.get(lambda: banner.isVisible() and banner.has_field)
    desk.press("n", "n")
    assert desk.row is not None  # it takes no keys until it is clicked
    field = desk.get(lambda: app.window.findChild(QLineEdit, "reviewer"))
    desk.hand.click(desk.hand.center(field))
    desk.press("ctrl+a")
    desk.hand.text("grace")
    desk.press("Return")
    assert not desk.get(banner.isVisible)
    assert desk.get(lambda: app.settings.now.reviewer) == "grace"
    desk.press("g")
    assert desk.get(lambda: [c.after.author for c in desk.review.journal.gesture(1).verdicts]) == ["grace"]
    desk.press("Next")
    assert not desk.get(banner.isVisible)


def test_the_first_verdict_takes_the_name_that_is_offered(desk, folder, recents):
    import getpass

    desk.get(lambda: desk.app.settings.change(reviewer=""))
    desk.open(folder)
    desk.press("n", "g")
    assert desk.get(lambda: desk.app.settings.now.reviewer) == getpass.getuser()
    assert not desk.get(desk.app.doors.banner.isVisible)


def test_a_wrong_pair_of_files_is_told_until_it_is_dismissed(desk, tmp_path, recents):
    gt, _ = small_masks()
    for side in ("gt", "pred", "images"):
        write_tiff(tmp_path / "same" / side / "a.tif", gt)
        write_tiff(tmp_path / "same" / side / "b.tif", np.roll(gt, 40, axis=0 if side == "gt" else 1))
    banner = desk.app.doors.banner
    desk.open(tmp_path / "same")
    assert desk.get(banner.isVisible)
    assert "same file" in desk.get(banner.words.text)
    button(desk, banner, "Dismiss")
    assert not desk.get(banner.isVisible)
    desk.press("Next", "Prior")
    assert not desk.get(banner.isVisible)


# -------------------------------------------------------------------- the tour
def the_tour(desk):
    """The tour, once it is on."""
    from segreview.ui.tour import Tour

    desk.hand.wait_for(lambda: desk.app.window.findChildren(Tour), "the tour begins")
    desk.wait_until_open()
    return desk.get(lambda: desk.app.window.findChild(Tour))


def test_the_tour_follows_the_hand_from_the_first_look_to_the_save(desk, recents):
    from segreview.ui.tour import STEPS

    on_page(desk)
    desk.hand.click(desk.hand.center(next(t for t in tiles(desk) if desk.get(t.objectName) == "tour")))
    tour = the_tour(desk)

    def at(number):
        desk.hand.wait_for(lambda: tour.number == number, f"step {number + 1} of the tour")

    at(0)
    button(desk, tour.card, "Next")
    at(1)
    button(desk, tour.card, "Back")
    at(0)
    desk.press("n")
    at(2)
    desk.press("c")
    at(3)
    desk.press("2")
    x, y = desk.canvas_center()
    desk.hand.drag([(x - 40 + 10 * n, y) for n in range(8)])
    at(4)
    desk.press("ctrl+z")
    at(5)
    desk.press("ctrl+s")
    desk.answer("where", "Over the original")
    at(6)
    assert desk.get(lambda: tour.frame.isVisible())
    assert len(STEPS) == 7
    button(desk, tour.card, "Done")
    assert desk.get(lambda: tour.number) == -1


def test_the_tour_ends_with_its_sample_and_never_holds_anybody_up(desk, folder, recents):
    desk.hand.begin(lambda: desk.app.commands.do("start_tour"))
    tour = the_tour(desk)
    desk.press("Next")
    desk.hand.wait_for(lambda: tour.number == -1, "the tour ends with its sample")
    assert desk.get(lambda: desk.review.sample.name) == "cells_02"
