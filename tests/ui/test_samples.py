"""Going on from sample to sample: layers that stay, samples read ahead, the list, and coming back."""

import os
import sys
import threading

import numpy as np
import pytest
import tifffile
from desk import small_masks, small_stack, write_set, write_tiff
from opening import pump

pytestmark = pytest.mark.gui


def project_of(folder):
    from segreview.session.project import Project

    return Project.of_paths(folder / "gt", folder / "images", folder / "pred")


def wait_for(condition, what, seconds=10):
    for _ in range(seconds * 50):
        if condition():
            return
        pump(20)
    raise TimeoutError(f"never happened: {what}")


def wait_until_ready(bench, number):
    wait_for(lambda: bench.prefetch.is_ready(bench.entries[number]), f"sample {number} is read ahead")


def layers_of(app):
    return list(app.viewer.layers)


# -------------------------------------------------------------------- the layers
def test_going_on_keeps_the_layers_and_shows_the_other_sample(desk, tmp_path):
    folder = write_set(tmp_path / "set", ("a", "b", "c"))
    gt, _ = small_masks()
    write_tiff(folder / "gt" / "b.tif", np.ascontiguousarray(gt[::-1]))
    for side in ("gt", "pred", "images"):
        write_tiff(
            folder / side / "c.tif",
            np.pad(small_masks()[0], 20).astype("uint8" if side == "images" else "uint16"),
        )
    desk.open(folder)
    before = desk.get(lambda: layers_of(desk.app))
    desk.press("n", "n", "c", "2")
    desk.stroke((26, 58), (26, 70))
    work = desk.pixels
    desk.press("Next")
    desk.hand.wait_for(lambda: desk.review.sample.name == "b", "the next sample is on stage")
    assert desk.get(lambda: layers_of(desk.app)) == before
    assert desk.mode == "pan_zoom"
    assert np.array_equal(desk.pixels, gt[::-1])
    desk.check()
    desk.press("n", "2")
    x, y = desk.canvas_center()
    desk.hand.drag([(x - 20, y), (x + 20, y)])
    assert not np.array_equal(desk.pixels, gt[::-1])
    desk.check()
    desk.press("ctrl+z", "ctrl+z")
    assert np.array_equal(desk.pixels, gt[::-1])
    desk.press("d")
    desk.hand.wait_for(lambda: desk.review.sample.name == "c", "D goes on, too")
    assert desk.get(lambda: layers_of(desk.app)) == before
    assert desk.pixels.shape == (200, 240)
    assert tuple(desk.get(lambda: desk.app.viewer.layers.extent.world[1])) == (199, 239)
    desk.check()
    desk.press("Prior", "a")
    desk.hand.wait_for(lambda: desk.review.sample.name == "a", "back at the first")
    assert np.array_equal(desk.pixels, work)
    assert "1 not written" in desk.status
    desk.check()


def test_samples_that_need_other_layers_get_them(app, tmp_path):
    folder = write_set(tmp_path / "set", ("a", "b", "c"))
    gt, _ = small_masks()
    write_tiff(folder / "images" / "b.tif", np.zeros((*gt.shape, 3), np.uint8), photometric="rgb")
    gt, pred = small_stack()
    for side, data in (("gt", gt), ("pred", pred), ("images", (gt > 0).astype(np.uint8) * 99)):
        write_tiff(folder / side / "c.tif", data)
    app.open(project_of(folder))
    pump(50)
    for number, rgb, ndim in ((1, True, 2), (2, False, 3), (0, False, 2)):
        app.bench.go_to(number)
        pump(50)
        image = app.bench.scene.layers.images[0]
        assert (image.rgb, app.viewer.dims.ndim) == (rgb, ndim)
        assert np.array_equal(app.bench.scene.gt.data, app.bench.review.reference.data)
        names = [layer.name for layer in app.viewer.layers]
        assert len(names) == len(set(names))
    assert app.viewer.dims.ndim == 2


def test_layers_that_a_script_removes_come_back_with_the_work(app, tmp_path):
    app.open(project_of(write_set(tmp_path / "set")))
    pump(50)
    review = app.bench.review
    app.bench.scene.gt.data[100:110, 100:110] = 1
    app.viewer.layers.clear()
    wait_for(lambda: len(app.viewer.layers) >= 4, "the layers are back")
    assert app.bench.review is review
    assert (review.reference.data[100:110, 100:110] == 1).all()
    assert np.array_equal(app.bench.scene.gt.data, review.reference.data)
    assert app.bench.scene.contours.layer is not None
    review.undo()
    assert not (app.bench.scene.gt.data[100:110, 100:110] == 1).any()


# -------------------------------------------------------------------- read ahead
def test_a_sample_that_was_read_ahead_is_not_served_stale(app, tmp_path):
    folder = write_set(tmp_path / "set", ("a", "b"))
    app.open(project_of(folder))
    wait_until_ready(app.bench, 1)
    changed = small_masks()[0].clip(0, 3)
    write_tiff(folder / "gt" / "b.tif", changed)
    app.bench.go_to(1)
    assert np.array_equal(app.bench.review.reference.data, changed)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no time that programs cannot set")
def test_a_change_that_keeps_size_and_time_is_read_again(app, tmp_path):
    folder = write_set(tmp_path / "set", ("a", "b"))
    file = folder / "gt" / "b.tif"
    numbers = small_masks()[0]
    tifffile.imwrite(file, numbers, metadata=None)
    app.open(project_of(folder))
    wait_until_ready(app.bench, 1)
    before = file.stat()
    other = np.where(numbers == 3, 8, numbers)
    tifffile.imwrite(file, other, metadata=None)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = file.stat()
    assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    app.bench.go_to(1)
    assert np.array_equal(app.bench.review.reference.data, other)


def test_going_on_reads_and_hashes_no_file_in_the_windows_thread(app, tmp_path, monkeypatch):
    import hashlib

    folder = write_set(tmp_path / "set", ("a", "b"))
    app.open(project_of(folder))
    wait_until_ready(app.bench, 1)
    size = min(file.stat().st_size for file in folder.rglob("*.tif"))
    here, hashed, real = threading.current_thread(), [], hashlib.sha256

    def sha256(content=b"", **options):
        if threading.current_thread() is here and len(content) >= size:
            hashed.append(len(content))
        return real(content, **options)

    def file_digest(*_):
        raise AssertionError("a file was hashed")

    monkeypatch.setattr(hashlib, "sha256", sha256)
    monkeypatch.setattr(hashlib, "file_digest", file_digest)
    app.bench.go_to(1)
    assert app.bench.review.sample.name == "b"
    assert hashed == []


def test_much_work_is_replayed_beside_the_window(app, tmp_path, monkeypatch):
    from segreview.session import opening
    from segreview.session.verdict import Judgement

    folder = write_set(tmp_path / "set", ("a", "b"))
    app.open(project_of(folder))
    app.bench.go_to(1)
    app.bench.review.judge_many(app.bench.review.queue, Judgement.BOTH_FINE)
    app.bench.go_to(0)
    wait_until_ready(app.bench, 1)
    threads, replay = [], opening.Review.replay

    def replay_here(review):
        threads.append(threading.current_thread())
        replay(review)

    monkeypatch.setattr(opening.Review, "replay", replay_here)
    app.bench.go_to(1)
    monkeypatch.setattr(opening, "_BRIEF", 4)
    app.bench.go_to(0)
    wait_until_ready(app.bench, 1)
    app.bench.go_to(1)
    assert [thread is threading.main_thread() for thread in threads] == [True, True, False]
    assert app.bench.review.progress.done == 5


def test_reading_as_another_kind_forgets_what_was_read_ahead(app, tmp_path):
    from segreview.model.labels import Kind

    app.open(project_of(write_set(tmp_path / "set", ("a", "b"))))
    wait_until_ready(app.bench, 1)
    app.bench.read_as(kind=Kind.SEMANTIC)
    assert not app.bench.prefetch.is_ready(app.bench.entries[1])
    app.bench.go_to(1)
    assert app.bench.review.reference.kind is Kind.SEMANTIC


def test_nothing_is_locked_by_reading_ahead(app, tmp_path):
    from segreview.session.opening import open_review

    app.open(project_of(write_set(tmp_path / "set", ("a", "b"))))
    wait_until_ready(app.bench, 1)
    other = open_review(app.bench.reading.sample(app.bench.entries[1]))
    other.close()


# -------------------------------------------------------------------- coming back
def test_a_data_set_goes_on_where_it_was_left(app, tmp_path):
    folder = write_set(tmp_path / "set", ("a", "b", "c"))
    app.open(project_of(folder))
    app.commands.do("next_item")
    app.commands.do("judge_gt_right")
    app.bench.go_to(1)
    app.commands.do("next_item")
    app.commands.do("next_item")
    handle = app.bench.focus.row.item.handle
    app.bench.clear_stage()
    app.open(project_of(folder))
    assert app.bench.review.sample.name == "b"
    assert app.bench.focus.row.item.handle == handle
    model = app.samples.model
    assert [model.data(model.index(n, 0)) for n in range(3)] == ["◐  a", "○  b", "○  c"]
    assert app.samples.header.text() == "0 of 3 done · 9 open"


def test_a_mask_that_was_emptied_is_a_mask_at_the_next_start_and_its_work_is_found(app, tmp_path):
    def masks():
        mask = np.zeros((60, 80), np.uint8)
        mask[10:20, 10:20] = 255
        return mask, np.zeros_like(mask)

    folder = write_set(tmp_path / "set", ("a",), dtype="uint8", masks=masks)
    app.open(project_of(folder))
    assert app.bench.review.reference.kind == "binary"
    app.commands.do("next_item")
    app.commands.do("delete_object")
    app.bench.save(folder / "gt")
    app.bench.clear_stage()
    assert not tifffile.imread(folder / "gt" / "a.tif").any()
    app.open(project_of(folder))
    assert app.bench.review.reference.kind == "binary"
    assert app.bench.review.progress.done == 1
    assert app.bench.review.undo_title is not None


def test_a_cancelled_opening_leaves_everything_as_it_was(desk, tmp_path):
    folder = write_set(tmp_path / "set", ("a", "b"))
    desk.open(folder)
    desk.press("n", "n", "c")
    work, going = desk.pixels, threading.Event()

    def load(pause):
        going.wait(30)
        return desk.bench.reading.sample(desk.bench.entries[1])

    opened = []
    desk.hand.begin(lambda: opened.append(desk.bench.review_sample(load, name="slow")))
    desk.hand.wait_for(lambda: desk.bench.busy.going_on, "it is being opened")
    desk.press("Escape")
    desk.hand.wait_for(lambda: opened == [False], "opening is called off")
    going.set()
    assert np.array_equal(desk.pixels, work)
    assert desk.get(lambda: desk.review.sample.name) == "a"
    desk.check()
    desk.press("Next")
    desk.hand.wait_for(lambda: desk.review.sample.name == "b", "the sample can be opened all the same")


# -------------------------------------------------------------------- the list
def test_a_long_list_can_be_searched(desk, tmp_path):
    from segreview.formats.entry import Entry
    from segreview.session.project import Project

    folder = write_set(tmp_path / "set")
    entry = desk.get(lambda: project_of(folder).entries[0])
    names = [f"cell {n:05d}" for n in range(10_000)]
    others = tuple(Entry(name, tmp_path / f"{name}.tif", entry.image) for name in names)
    desk.get(lambda: desk.app.open(Project((entry, *others))))
    desk.wait_until_open()
    assert desk.get(desk.app.samples.model.rowCount) == 10_001
    desk.hand.click(desk.hand.center(desk.app.samples.search))
    desk.hand.text("0999")
    desk.hand.wait_for(lambda: desk.app.samples.model.rowCount() == 11, "names with these digits")
    assert desk.samples()[0] == "○  cell 00999"
    assert desk.get(lambda: desk.review.sample.name) == "a"
    wait = desk.hand.wait_for
    wait(lambda: desk.app.samples.model.thumbnails.of(others[999]) is not None, "a thumbnail is made")
    desk.press("Return")
    desk.answer("error", "OK")  # there is no such file
    assert desk.samples()[0] == "⚠  cell 00999"
    assert desk.get(lambda: desk.review.sample.name) == "a"
    desk.hand.click(desk.hand.center(desk.app.samples.unfinished))
    assert len(desk.samples()) == 11
