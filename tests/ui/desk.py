"""A reviewer's desk: the window, a hand, and what can be seen and checked from outside."""

from __future__ import annotations

import math
import re
import shutil
from pathlib import Path

import numpy as np

SHARED = Path(__file__).parents[3] / "shared" / "data"


# -------------------------------------------------------------------- data
def small_masks():
    """GT and model, 160 x 200: matched 1, boundary 2, missed 3, split 4, merged 5 and 6, spurious 9."""
    gt, pred = np.zeros((2, 160, 200), np.uint16)
    gt[10:30, 10:30] = pred[10:30, 10:30] = 1
    gt[10:34, 50:74], pred[14:38, 54:78] = 2, 2
    gt[10:34, 100:124] = 3
    pred[10:34, 150:174] = 9
    gt[60:90, 10:50], pred[60:90, 10:29], pred[60:90, 31:50] = 4, 4, 5
    gt[60:90, 80:100], gt[60:90, 101:121], pred[60:90, 80:121] = 5, 6, 7
    return gt, pred


def small_stack():
    """The same, in slices 6 to 9 of 16; the missed object in slices 12 and 13."""
    gt, pred = np.zeros((2, 16, 160, 200), np.uint16)
    gt[6:10], pred[6:10] = small_masks()
    gt[gt == 3] = 0
    gt[12:14, 10:34, 100:124] = 3
    return gt, pred


def write_tiff(file, data, description="made for a test", **options):
    """TIFF with compression, resolution and a description, as an instrument would write it."""
    import tifffile

    file.parent.mkdir(parents=True, exist_ok=True)
    tifffile.imwrite(
        file, data, compression="zlib", resolution=(4, 4), description=description, metadata=None, **options
    )
    return file


def write_set(folder, names=("a",), dtype="uint16", masks=small_masks):
    """Folders ``gt``, ``images`` and ``pred`` with one file of each name."""
    for name in names:
        gt, pred = masks()
        image = np.clip(gt.astype(np.float32) * 0 + 40 + 120 * (pred > 0), 0, 255).astype(np.uint8)
        write_tiff(folder / "gt" / f"{name}.tif", gt.astype(dtype))
        write_tiff(folder / "pred" / f"{name}.tif", pred.astype(dtype))
        write_tiff(folder / "images" / f"{name}.tif", image)
    return folder


def nuclei(folder):
    """Three images of the shared nuclei, or a made-up set of the same shape where they are not."""
    names = ("02903040e1", "03b9306f44", "03f583ec50")
    if not (SHARED / "dsb_nuclei").is_dir():
        return write_set(folder, names)
    for ours, theirs in (("gt", "gt_noisy"), ("images", "images"), ("pred", "model")):
        (folder / ours).mkdir(parents=True)
        for name in names:
            (file,) = (SHARED / "dsb_nuclei" / theirs).glob(f"{name}.*")
            shutil.copyfile(file, folder / ours / file.name)
    return folder


def stack(folder):
    """The shared stack, or a made-up one where it is not."""
    if not (SHARED / "stardist_3d").is_dir():
        return write_set(folder, ("stack",), masks=small_stack)
    for ours, theirs in (("gt", "gt"), ("images", "image"), ("pred", "model_watershed")):
        (folder / ours).mkdir(parents=True)
        shutil.copyfile(SHARED / "stardist_3d" / f"{theirs}.tif", folder / ours / "stack.tif")
    return folder


# -------------------------------------------------------------------- the desk
class Desk:
    """What a reviewer does and sees; every question is asked in the main thread."""

    def __init__(self, app, hand):
        self.app, self.hand, self.bench = app, hand, app.bench
        self.get = hand.on_gui
        self.press = hand.key

    # ---------------------------------------------------------------- opening
    def open(self, folder, **options):
        """Open a set that `write_set` made, without asking."""
        from segreview.session.project import Project

        project = Project.of_paths(folder / "gt", folder / "images", folder / "pred")
        self.get(lambda: self.app.open(project, **options))
        self.wait_until_open()

    def begin_open(self, folder, **options):
        """Open a set where a dialog is going to ask something."""
        from segreview.session.project import Project

        project = Project.of_paths(folder / "gt", folder / "images", folder / "pred")
        self.hand.begin(lambda: self.app.open(project, **options))

    def wait_until_open(self):
        """Wait until a review is on stage and the canvas has been drawn."""
        self.hand.wait_for(lambda: self.bench.scene is not None, "a review is open")
        self.hand.settle(0.1)

    # ---------------------------------------------------------------- seeing
    @property
    def review(self):
        return self.bench.review

    @property
    def row(self):
        """Relation and ids of the current row, or None."""
        row = self.get(lambda: self.bench.focus.row)
        return (
            None if row is None else (str(row.item.relation), row.item.reference_ids, row.item.prediction_ids)
        )

    @property
    def status(self):
        return self.get(self.app.status.text)

    @property
    def notice(self):
        """Quiet line over the canvas; empty when it has gone."""
        return self.get(lambda: self.app.notice.text() if self.app.notice.isVisible() else "")

    @property
    def pixels(self):
        """Labels of the layer that is painted on."""
        return self.get(lambda: self.bench.scene.gt.data.copy())

    @property
    def mode(self):
        return self.get(lambda: str(self.bench.scene.gt.mode))

    def lines(self):
        """Text of the queue's table, line by line."""
        model = self.app.queue.model
        return self.get(
            lambda: [
                tuple(model.data(model.index(n, m)) for m in range(model.columnCount()))
                for n in range(model.rowCount())
            ]
        )

    def state_of(self, **ids):
        """Status of the row with these ids, for example ``gt=(3,)``."""

        def found():
            for row in self.review.queue:
                item = row.item
                if item.reference_ids == ids.get("gt", ()) and item.prediction_ids == ids.get("model", ()):
                    return "gone" if row.gone else str(self.review.status(row))
            return None

        return self.get(found)

    def color_at(self, row, column):
        """Colour of the screen over a pixel of the labels."""
        x, y = self.at(row, column)
        screen = self.app.window.screen()
        self.hand.settle(0.25)
        return self.get(lambda: screen.grabWindow(0, x, y, 1, 1).toImage().pixelColor(0, 0).getRgb()[:3])

    # ---------------------------------------------------------------- pointing
    def at(self, row, column):
        """Screen position of a pixel of the labels."""
        from hand import canvas_point

        return self.get(lambda: canvas_point(self.app, row, column))

    def cell_at(self, side, row, column):
        """Screen position of a pixel of the labels in the left cell (0) or the right one (1)."""
        from qtpy.QtCore import QPoint

        def found():
            viewer, native = self.app.viewer, self.app.window._qt_viewer.canvas.native
            height, width = viewer.canvas.viewbox_size(viewer.layers)
            center, zoom = viewer.scene.camera.center[-2:], viewer.scene.camera.zoom
            left = side * (native.width() - width)
            x, y = left + width / 2 + (column - center[1]) * zoom, height / 2 + (row - center[0]) * zoom
            point = native.mapToGlobal(QPoint(round(x), round(y)))
            return point.x(), point.y()

        return self.get(found)

    def click_pixel(self, row, column):
        self.hand.click(self.at(row, column))

    def stroke(self, *places):
        """Drag through pixels of the labels."""
        self.hand.drag([self.at(*place) for place in places])

    def canvas_center(self):
        return self.hand.center(self.app.window._qt_viewer.canvas.native)

    def click_line(self, line, column=2):
        """Click a line of the queue's table."""
        table = self.app.queue.table

        def where():
            rect = table.visualRect(table.model().index(line, column))
            return rect.center().x(), rect.center().y()

        self.hand.click(self.hand.place(table.viewport(), where))

    def click_header(self, column):
        header = self.app.queue.table.horizontalHeader()
        self.hand.settle(0.45)  # two clicks in a row would be a double click
        self.hand.click(
            self.hand.place(
                header.viewport(),
                lambda: (header.sectionViewportPosition(column) + 12, header.height() // 2),
            )
        )

    def click_chip(self, start):
        """Click the chip of the queue whose text begins like this where it is not brief."""
        from qtpy.QtWidgets import QToolButton

        def found():
            chips = self.app.queue.findChildren(QToolButton)
            return next(chip for chip in chips if (chip.accessibleName() or chip.text()).startswith(start))

        self.hand.click(self.hand.center(self.get(found)))

    def samples(self):
        """Text of the list of samples."""
        model = self.app.samples.model
        return self.get(lambda: [model.data(model.index(n, 0)) for n in range(model.rowCount())])

    def click_sample(self, number):
        names = self.app.samples.list

        def where():
            center = names.visualRect(names.model().index(number, 0)).center()
            return center.x(), center.y()

        self.hand.click(self.hand.place(names.viewport(), where))

    def choose(self, menu, title):
        """Choose from a menu of the window by mouse."""
        from qtpy.QtWidgets import QApplication

        bar = self.app.window.menuBar()

        def place(widget, text):
            def where():
                action = next(a for a in widget.actions() if a.isVisible() and plain(a.text()) == text)
                center = widget.actionGeometry(action).center()
                return center.x(), center.y()

            return self.hand.place(widget, where)

        self.hand.click(place(bar, menu))
        try:
            self.hand.wait_for(QApplication.activePopupWidget, f"the menu {menu} opens", 6)
        except TimeoutError:  # a click while a dialog is going away is lost: a user clicks again
            self.hand.click(place(bar, menu))
            self.hand.wait_for(QApplication.activePopupWidget, f"the menu {menu} opens")
        self.hand.click(place(self.get(QApplication.activePopupWidget), title))
        self.hand.wait_for(lambda: QApplication.activePopupWidget() is None, f"the menu {menu} closes")

    # ---------------------------------------------------------------- dialogs
    def dialog(self, name):
        """The dialog with a name, once it is open."""
        from qtpy.QtWidgets import QApplication

        def is_open():
            dialog = QApplication.activeModalWidget()
            return dialog is not None and dialog.objectName() == name and dialog.isVisible()

        self.hand.wait_for(is_open, f"the dialog {name!r} opens", 10)
        self.hand.settle(0.06)
        return self.get(QApplication.activeModalWidget)

    def answer(self, name, button):
        """Click a button of a dialog and wait until the dialog is gone; return what it said."""
        from qtpy.QtWidgets import QApplication, QMessageBox, QPushButton

        dialog = self.dialog(name)

        def read():
            if isinstance(dialog, QMessageBox):
                return f"{dialog.text()}\n{dialog.informativeText()}"
            return dialog.windowTitle()

        said = self.get(read)

        def find():
            return next(b for b in dialog.findChildren(QPushButton) if plain(b.text()) == button)

        self.hand.click(self.hand.center(self.get(find)))
        self.hand.wait_for(lambda: QApplication.activeModalWidget() is not dialog, f"{name!r} closes", 10)
        return said

    # ---------------------------------------------------------------- checking
    def check(self):
        """Everything that is shown equals what a rebuild from the labels gives."""
        return self.get(self._check)

    def _check(self):
        from segreview.compare.live import find_live_disagreements
        from segreview.compare.overlap import OverlapTable
        from segreview.compare.sweep import Sweep

        review, scene = self.review, self.bench.scene
        assert np.array_equal(scene.gt.data, review.reference.data)
        reference = review.reference.copy()
        table = OverlapTable.build(reference, review.prediction)
        fresh = find_live_disagreements(reference, review.prediction, table)
        assert dict(review.disagreements.items) == dict(fresh.items)
        assert review.sweep is None or review.sweep == Sweep(table)
        compared = [row.item for row in review.queue if not (row.gone or _is_unclaimed(row))]
        assert {item.handle for item in compared} == set(fresh.items)
        self._check_status(fresh.summary())
        self._check_table(fresh)
        self._check_pair(fresh)
        self._check_heat()
        self._check_shown(scene.gt)

    def _check_status(self, summary):
        counts, text = summary.counts, self.app.status.text()
        for relation in ("matched", "missed", "spurious", "split", "merged", "boundary", "poor"):
            shown = re.search(rf"\b{relation} (\d+)", text)
            assert int(shown[1] if shown else 0) == counts.get(relation, 0), (relation, text)
        iou = "–" if math.isnan(summary.mean_iou) else f"{summary.mean_iou:.3f}"
        assert f"IoU {iou}" in text

    def _check_table(self, fresh):
        model = self.app.queue.model
        for n in range(model.rowCount()):
            row = model.row_at(n)
            if row.gone or _is_unclaimed(row):
                continue
            item = fresh.items[row.item.handle]
            _, _, kind, gt, pred, iou, suspect, _, area = (model.data(model.index(n, m)) for m in range(9))
            assert kind.endswith(str(item.relation))
            assert gt == (", ".join(map(str, item.reference_ids)) or "–")
            assert pred == (", ".join(map(str, item.prediction_ids)) or "–")
            assert (iou == "–") == (not (item.reference_ids and item.prediction_ids))
            assert iou == "–" or 0 <= item.iou - float(iou) < 0.01 + 1e-9
            assert (suspect == "") == (row.suspicion is None)
            assert area == f"{item.area:,}"

    def _check_pair(self, fresh):
        from qtpy.QtWidgets import QLabel

        row = self.bench.focus.row
        if row is None or row.gone or _is_unclaimed(row):
            return
        item = fresh.items[row.item.handle]
        texts = [label.text() for label in self.app.pair.findChildren(QLabel)]
        assert self.app.pair.title().endswith(str(item.relation))
        assert any(text.startswith(f"{item.error:,} px") for text in texts)

    def _check_heat(self):
        """The heatmap is what a new one would be, and so is its picture."""
        from segreview.session.heatmaps import Heatmaps

        scene = self.bench.scene
        if scene.warmth is None:
            return
        lattice = scene.contours.lattice_in_view()
        fresh = Heatmaps(self.review).of(scene.warmth.heat)
        assert np.array_equal(scene.warmth.values(lattice), fresh.values(lattice))

    def _check_shown(self, layer):
        """What the graphics card was given is what the layer holds."""
        shown = layer._slice.image
        assert np.array_equal(shown.view, layer._raw_to_displayed(shown.raw))


def _is_unclaimed(row):
    """Whether neither side has what stands in a row: no comparison finds it."""
    return row.item.relation == "unclaimed"


def is_open(app):
    """Whether the window is there: Qt deletes it once it has closed."""
    try:
        return app.window.isVisible()
    except RuntimeError:
        return False


def plain(text):
    """Text of a button without the mark of its key."""
    return text.replace("&", "")
