"""Strokes: every one is live in all views, in the journal, and taken back where it is refused."""

import os
import resource
import subprocess
from contextlib import contextmanager

import numpy as np
import pytest
from desk import small_masks, write_set, write_tiff

pytestmark = pytest.mark.gui


@pytest.fixture
def folder(tmp_path):
    return write_set(tmp_path / "set")


def open_on(desk, folder, row, column, **options):
    """Open a set and select the object under a pixel by a click."""
    desk.open(folder, **options)
    desk.click_pixel(row, column)
    assert desk.row is not None


def test_a_brush_stroke_moves_row_heatmap_and_status_line(desk, folder):
    open_on(desk, folder, 20, 56)
    assert desk.row == ("boundary", (2,), (2,))
    desk.press("q", "2")
    before, status = desk.pixels, desk.status
    desk.stroke((30, 72), (34, 74), (36, 74))
    after = desk.pixels
    assert set(after[before != after]) == {2}
    assert desk.status != status
    assert desk.state_of(gt=(2,), model=(2,)) in ("edited", "resolved")
    desk.check()
    desk.press("ctrl+z")
    assert np.array_equal(desk.pixels, before)
    desk.check()
    desk.press("ctrl+shift+z")
    assert np.array_equal(desk.pixels, after)
    desk.check()


def test_the_eraser_makes_a_missed_object_go(desk, folder):
    open_on(desk, folder, 20, 112)
    assert desk.row == ("missed", (3,), ())
    desk.press("q", "1")
    desk.get(lambda: setattr(desk.bench.scene.gt, "brush_size", 60))
    desk.stroke((20, 108), (22, 116))
    assert 3 not in desk.pixels
    assert desk.state_of(gt=(3,)) == "gone"
    assert "missed 0" in desk.status
    desk.check()
    desk.press("ctrl+z")
    assert (desk.pixels == 3).sum() == 24 * 24
    assert desk.row == ("missed", (3,), ())
    desk.check()


def test_fill_merges_an_object_into_another(desk, folder):
    open_on(desk, folder, 75, 90)
    assert desk.row == ("merged", (5, 6), (7,))
    desk.press("q", "b", "4")
    desk.click_pixel(75, 112)
    assert 6 not in desk.pixels
    assert desk.row == ("matched", (5,), (7,))
    desk.check()
    desk.press("ctrl+z")
    assert desk.row == ("merged", (5, 6), (7,))
    desk.check()


def test_a_polygon_draws_the_missing_object(desk, folder):
    open_on(desk, folder, 20, 160)
    assert desk.row == ("spurious", (), (9,))
    desk.press("q", "3")
    for place in ((10, 150), (10, 173), (33, 173), (33, 150)):
        desk.click_pixel(*place)
    desk.press("Return")
    desk.hand.wait_for(lambda: 7 in desk.bench.scene.gt.data, "the polygon is drawn")
    assert desk.row == ("matched", (7,), (9,))
    assert desk.state_of(gt=(7,), model=(9,)) == "resolved"
    desk.check()


def test_neighbours_keep_their_pixels_until_b_is_pressed(desk, folder):
    open_on(desk, folder, 75, 90)
    desk.press("2")
    desk.stroke((75, 95), (75, 110))
    assert (desk.pixels == 6).sum() == 30 * 20
    desk.press("b")
    assert "overwrite" in desk.notice
    desk.stroke((80, 95), (80, 110))
    assert (desk.pixels == 6).sum() < 30 * 20
    desk.check()


def test_m_paints_a_new_object_with_an_unused_id(desk, folder):
    desk.open(folder)
    desk.press("m")
    assert desk.mode == "paint"
    assert "id 7" in desk.notice
    desk.stroke((130, 40), (130, 60))
    assert 7 in desk.pixels
    assert desk.state_of(gt=(7,)) == "edited"
    desk.check()


def test_a_stroke_is_seen_and_its_undo_too(desk, folder):
    open_on(desk, folder, 20, 112)
    desk.press("o", "2")
    bare = desk.color_at(45, 112)
    desk.stroke((45, 100), (45, 124))
    desk.hand.move(desk.at(140, 20))
    painted = desk.color_at(45, 112)
    assert painted[2] > bare[2] + 40
    desk.press("ctrl+z")
    assert desk.color_at(45, 112) == bare


def test_delete_removes_the_object(desk, folder):
    open_on(desk, folder, 20, 112)
    desk.press("Delete")
    assert 3 not in desk.pixels
    desk.check()


# -------------------------------------------------------------------- refused
def test_an_id_that_the_file_cannot_hold_is_rolled_back_and_told(desk, tmp_path):
    gt, _ = small_masks()
    folder = write_set(tmp_path / "set")
    write_tiff(folder / "gt" / "a.tif", gt.astype(np.float16))
    open_on(desk, folder, 20, 112)
    before = desk.pixels
    desk.press("2")
    desk.get(lambda: setattr(desk.bench.scene.gt, "selected_label", 3000))
    desk.stroke((45, 100), (45, 124))
    assert "3000" in desk.notice
    assert "float16" in desk.notice
    assert "Promote" in desk.notice
    assert np.array_equal(desk.pixels, before)
    assert desk.get(lambda: desk.review.unwritten) == 0
    desk.check()


def test_a_full_uint8_file_refuses_new_objects_in_words(desk, tmp_path):
    gt, _ = small_masks()
    gt[gt == 6] = 255
    folder = write_set(tmp_path / "set")
    write_tiff(folder / "gt" / "a.tif", gt.astype(np.uint8))
    open_on(desk, folder, 20, 160)
    assert desk.row == ("spurious", (), (9,))
    for key in ("c", "m"):
        desk.press(key)
        assert "uint8" in desk.notice
        assert "Promote" in desk.notice
    assert desk.row == ("spurious", (), (9,))
    desk.check()
    desk.get(lambda: desk.app.actions["promote"].trigger())
    desk.wait_until_open()
    desk.click_pixel(20, 160)
    desk.press("c")
    assert (desk.pixels == 256).sum() == 24 * 24
    desk.check()


@pytest.fixture
def small_disk(state, tmp_path, monkeypatch):
    """Fills the disk of the work, and frees it again; a file system of its own where one may be mounted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = (
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk], check=False, capture_output=True
        ).returncode
        == 0
    )
    monkeypatch.setenv("SEGREVIEW_STATE", str(disk / "state"))

    @contextmanager
    def full():
        journal = next(disk.rglob("journal.bin"))
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        filler = disk / "filler"
        if mounted:
            with filler.open("wb", buffering=0) as file:
                try:
                    while file.write(b"\0" * 64):
                        pass
                except OSError:
                    pass
        else:
            resource.setrlimit(resource.RLIMIT_FSIZE, (journal.stat().st_size, limits[1]))
        yield
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        filler.unlink(missing_ok=True)

    yield full
    if mounted:
        subprocess.run(["umount", disk], check=True)


def test_a_stroke_that_the_journal_cannot_take_is_rolled_back(small_disk, desk, folder):
    open_on(desk, folder, 20, 112)
    desk.press("2")
    desk.get(lambda: setattr(desk.bench.scene.gt, "brush_size", 30))
    before = desk.pixels
    places = [(120 + 4 * (n % 2), 20 + 8 * n) for n in range(20)]
    with small_disk():
        for _ in range(60):  # the page that the journal ends in may still hold some records
            desk.stroke(*places[:2], *places[-2:])
            if "cannot be written" in desk.notice:
                break
            desk.press("ctrl+z")
        assert "cannot be written" in desk.notice
        assert "Free some space" in desk.notice
        assert np.array_equal(desk.pixels, before)
        desk.check()
    desk.stroke(*places)
    assert not np.array_equal(desk.pixels, before)
    desk.check()


@pytest.fixture
def street(tmp_path):
    """A Cityscapes pair: road, one car, a strip of void; the model's car is a little larger."""
    from PIL import Image

    ids = np.full((100, 160), 7, np.uint16)
    ids[:, 70:90] = 0
    ids[40:60, 20:50] = 26001
    model = ids.copy()
    model[36:60, 20:50] = 26001
    for side, data in (("gt", ids), ("pred", model)):
        (tmp_path / "set" / side).mkdir(parents=True)
        stem = tmp_path / "set" / side / "x_000000_000001_gtFine"
        classes = np.where(data >= 1000, data // 1000, data).astype(np.uint8)
        Image.fromarray(classes).save(f"{stem}_labelIds.png")
        Image.fromarray(data).save(f"{stem}_instanceIds.png")
    (tmp_path / "set" / "images").mkdir()
    image = np.zeros((100, 160, 3), np.uint8)
    Image.fromarray(image).save(tmp_path / "set" / "images" / "x_000000_000001_leftImg8bit.png")
    return tmp_path / "set"


def test_void_keeps_its_pixels_under_the_brush(desk, street):
    open_on(desk, street, 50, 30)
    desk.press("2")
    void = desk.pixels == 0
    desk.stroke((80, 60), (80, 80))
    assert (desk.pixels[void] == 0).all()
    assert (desk.pixels == 26001).sum() > 20 * 30
    desk.check()
    painted = desk.pixels
    desk.stroke((20, 80), (30, 80))
    assert "void" in desk.notice
    assert np.array_equal(desk.pixels, painted)
    desk.check()
    desk.get(lambda: desk.app.actions["protect_void"].trigger())
    desk.stroke((20, 80), (30, 80))
    assert not np.array_equal(desk.pixels, painted)
    desk.check()


# -------------------------------------------------------------------- other doors
def test_naparis_own_undo_goes_through_the_journal(desk, folder):
    open_on(desk, folder, 20, 112)
    desk.press("2")
    before = desk.pixels
    desk.stroke((45, 100), (45, 124))
    after, nodes = desk.pixels, desk.get(lambda: len(desk.review.journal.nodes))
    desk.get(lambda: desk.bench.scene.gt.undo())
    assert np.array_equal(desk.pixels, before)
    assert desk.get(lambda: desk.review.redo_title) == "Brush stroke"
    desk.get(lambda: desk.bench.scene.gt.redo())
    assert np.array_equal(desk.pixels, after)
    assert desk.get(lambda: len(desk.review.journal.nodes)) == nodes
    desk.check()


def test_what_another_plugin_painted_is_taken_into_the_journal(desk, folder):
    open_on(desk, folder, 20, 112)
    before = desk.pixels

    def paint():
        desk.bench.scene.gt.data_setitem((np.array([130, 131]), np.array([20, 20])), np.array([3, 3]))

    desk.get(paint)
    assert (before != desk.pixels).sum() == 2
    desk.check()
    desk.press("ctrl+z")
    assert np.array_equal(before, desk.pixels)


def test_what_was_written_into_the_layer_behind_our_back_is_saved(desk, folder):
    import tifffile

    open_on(desk, folder, 20, 112)

    def write():
        desk.bench.scene.gt.data[130:134, 20:24] = 3

    desk.get(write)
    desk.press("ctrl+s")
    desk.answer("where", "Over the original")
    desk.hand.wait_for(lambda: not desk.review.unwritten, "the labels are written")
    assert (tifffile.imread(folder / "gt" / "a.tif")[130:134, 20:24] == 3).all()
    assert "another plugin" in desk.notice
    desk.check()


def test_a_view_that_fails_stops_neither_the_stroke_nor_the_others(desk, folder, faults, monkeypatch):
    open_on(desk, folder, 20, 56)

    def fail():
        raise RuntimeError("a broken view")

    monkeypatch.setattr(desk.app.pair, "_show", fail)
    desk.press("2")
    before = desk.pixels
    desk.stroke((30, 72), (36, 74))
    assert not np.array_equal(desk.pixels, before)
    assert "a broken view" in desk.notice
    assert "safe" in desk.notice
    monkeypatch.undo()
    assert [str(fault) for fault in faults] == ["a broken view"]
    faults.clear()
    os.environ["SEGREVIEW_STATE"] = str(folder.parent / "state")
    desk.press("ctrl+z", "ctrl+shift+z")
    desk.check()
