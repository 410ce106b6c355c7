"""Suspicion in the window: it comes by itself, ranks the queue once, and stands in the pair dock."""

import re

import numpy as np
import pytest
from desk import write_tiff

from segreview.session.suspecting import Suspecting
from segreview.tools import DELETE
from segreview.triage.trace.line import Role
from triage_scene import masks, shown

pytestmark = pytest.mark.gui

YELLOW = (240, 228, 66)


@pytest.fixture
def folder(tmp_path):
    """Three samples with an image that shows what the model says."""
    gt, model = masks()
    for number, name in enumerate("abc"):
        write_tiff(tmp_path / "set" / "gt" / f"{name}.tif", gt)
        write_tiff(tmp_path / "set" / "pred" / f"{name}.tif", model)
        write_tiff(tmp_path / "set" / "images" / f"{name}.tif", shown(model, number))
    return tmp_path / "set"


def look_for_suspects(desk):
    desk.get(lambda: desk.bench.switch(suspects=True))


def wait_for_suspects(desk):
    inquiry = desk.bench.inquiry
    desk.hand.wait_for(
        lambda: inquiry._judged and not inquiry.standing and not inquiry._at_work, "suspects are found", 60
    )
    desk.hand.settle(0.2)


def test_a_large_image_tells_how_far_it_is_and_can_be_stopped(desk, folder, monkeypatch):
    begun, pauses = [], []

    def judge(self, snapshot, pause, told):
        begun.append(snapshot)
        told(0.4)
        while True:
            pause()
            pauses.append(1)

    monkeypatch.setattr(Suspecting, "judge", judge)
    desk.open(folder)
    look_for_suspects(desk)
    status = desk.app.status
    desk.hand.wait_for(lambda: "looking for suspects: 40 % · stop" in status.text(), "it says how far", 30)
    desk.get(lambda: status.linkActivated.emit("stop"))
    assert "looking" not in desk.status
    assert "No longer looking for suspects in this sample." in desk.notice
    row = row_of(desk, (7,), (7,))
    desk.get(lambda: desk.review.use(DELETE, row))
    desk.hand.settle(0.8)  # longer than after an edit
    assert "looking" not in desk.status
    count = len(pauses)
    desk.hand.settle(0.2)
    assert len(pauses) == count, "the thread has ended"
    desk.get(desk.bench.inquiry.resume)
    desk.hand.wait_for(lambda: len(begun) == 2, "it looks again", 20)
    desk.get(desk.bench.inquiry.stop)


def row_of(desk, gt=(), model=()):
    def found():
        rows = desk.review.queue
        return next(r for r in rows if (r.item.reference_ids, r.item.prediction_ids) == (gt, model))

    return desk.get(found)


def test_suspects_come_by_themselves_and_rank_the_queue_before_it_is_begun(desk, folder):
    desk.open(folder)
    assert {line[6] for line in desk.lines()} == {""}
    look_for_suspects(desk)
    desk.hand.wait_for(lambda: "looking for suspects" in desk.app.status.text(), "it is told", 20)
    wait_for_suspects(desk)
    assert "looking" not in desk.status
    lines = desk.lines()
    assert {line[4] for line in lines[:3]} == {"7", "12", "3, 4"}  # the hole, the one that lacks, two in one
    shares = [int(line[6].removesuffix(" %")) for line in lines]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 50
    desk.check()


def test_an_image_that_is_too_large_is_told_in_the_last_line_until_the_next_one(desk, folder, monkeypatch):
    write_tiff(folder / "gt" / "b.tif", masks()[0][:150])
    write_tiff(folder / "pred" / "b.tif", masks()[1][:150])
    write_tiff(folder / "images" / "b.tif", shown(masks()[1])[:150])
    monkeypatch.setattr("segreview.session.suspecting.LARGEST", 190 * 180)
    desk.open(folder)
    look_for_suspects(desk)
    told = "too large to look for suspects"
    desk.hand.wait_for(lambda: told in desk.app.status.text(), "it is told", 20)
    assert {line[6] for line in desk.lines()} == {""}
    desk.get(lambda: desk.bench.go_to(1))
    wait_for_suspects(desk)
    assert told not in desk.status
    assert {line[6] for line in desk.lines()} != {""}
    desk.check()


def test_a_queue_that_was_begun_moves_only_behind_the_current_row_at_the_next_n(desk, folder):
    desk.open(folder)
    desk.press("n")
    first, before = desk.row, [line[:5] for line in desk.lines()]
    look_for_suspects(desk)
    wait_for_suspects(desk)
    assert [line[:5] for line in desk.lines()[: len(before)]] == before
    desk.press("n")
    assert desk.get(lambda: str(desk.review.queue[0].item.relation)) == first[0]
    assert desk.row[2] == (3, 4)
    desk.check()


def test_bar_and_reasons_follow_the_item(desk, folder):
    desk.open(folder)
    desk.press("n")
    pair = desk.app.pair
    places = desk.get(lambda: (pair.blame.geometry(), pair.figures.geometry()))
    assert desk.get(lambda: pair.blame.shares) is None
    look_for_suspects(desk)
    wait_for_suspects(desk)
    assert desk.get(lambda: (pair.blame.geometry(), pair.figures.geometry())) == places
    row = row_of(desk, (7,), (7,))
    desk.get(lambda: desk.bench.focus.on_row(row))
    desk.hand.settle(0.1)
    assert "hole of 25 px" in desk.get(pair._reasons.text)
    structure, hygiene, model = desk.get(lambda: pair.blame.shares)
    assert hygiene > 0.5
    assert structure + hygiene + model <= 1
    assert "hole" in desk.get(pair.blame.toolTip)


def test_a_stroke_makes_the_bar_quiet_until_the_object_is_judged_again(desk, folder):
    desk.open(folder)
    look_for_suspects(desk)
    wait_for_suspects(desk)
    row = row_of(desk, (7,), (7,))
    desk.get(lambda: desk.bench.focus.on_row(row))
    desk.hand.settle(0.3)
    desk.press("c")
    assert desk.get(lambda: row.suspicion) is None
    desk.hand.wait_for(lambda: row.suspicion is not None, "it is judged again", 30)
    assert desk.get(lambda: row.suspicion.hygiene) == ()
    desk.check()


def test_what_taking_the_models_would_do_comes_true(desk, folder):
    desk.open(folder)
    row = row_of(desk, (7,), (7,))
    desk.get(lambda: desk.bench.focus.on_row(row))
    effect = desk.app.pair._effect
    told = re.search(r"PQ (\S+) → (\S+) \((\+\d\.\d{3})\)", desk.get(effect.toolTip))
    assert desk.get(effect.text) == f"taken: PQ {told[3]}"  # beside the button that mends its hole
    assert "hits' IoU" in desk.get(effect.toolTip)
    desk.press("c")
    other = row_of(desk, (), (12,))
    desk.get(lambda: desk.bench.focus.on_row(other))
    assert f"PQ {told[2]} →" in desk.get(effect.text)


def test_the_column_sorts(desk, folder):
    desk.open(folder)
    look_for_suspects(desk)
    wait_for_suspects(desk)
    desk.click_header(6)
    shares = [int(line[6].removesuffix(" %")) for line in desk.lines()]
    assert shares == sorted(shares)


def test_the_queue_can_stand_by_what_is_to_be_gained(desk, folder):
    desk.open(folder)
    look_for_suspects(desk)
    wait_for_suspects(desk)
    queue, pair = desk.app.queue, desk.app.pair
    assert desk.get(queue.order.accessibleName).endswith("by suspicion")
    desk.hand.click(desk.hand.center(queue.order))
    desk.hand.settle(0.2)
    desk.press("Down", "Down", "Down", "Return")
    assert desk.get(queue.order.accessibleName).endswith("by gain of AP")
    assert not desk.get(lambda: queue.table.isColumnHidden(7))
    gains = [float(line[7].replace("−", "-")) for line in desk.lines() if line[7]]
    assert gains == sorted(gains, reverse=True)
    assert gains[0] > 1
    desk.press("n")
    assert desk.row[2] == (12,)  # an object that is missed costs most
    assert desk.get(pair._effect.text).startswith("taken: AP ")
    assert "PQ" in desk.get(pair._effect.toolTip)
    desk.click_header(5)
    assert desk.get(queue.order.accessibleName).endswith("by IoU")
    desk.click_header(0)
    assert desk.get(queue.order.accessibleName).endswith("by suspicion")
    desk.check()


def test_going_on_ends_what_is_no_longer_wanted_and_the_next_sample_is_looked_at(desk, folder):
    desk.open(folder)
    look_for_suspects(desk)
    desk.press("Page_Down")
    desk.hand.wait_for(lambda: desk.bench.number == 1, "the next sample is open")
    wait_for_suspects(desk)
    assert desk.get(lambda: desk.review.sample.name) == "b"
    assert all(line[6] for line in desk.lines())
    desk.press("Page_Down")
    desk.hand.wait_for(lambda: desk.bench.number == 2, "the last sample is open")
    wait_for_suspects(desk)
    assert all(line[6] for line in desk.lines())


def test_what_is_found_takes_back_no_offer_of_the_next_sample(desk, folder):
    from segreview.triage.suspicion import Suspicion

    desk.open(folder)
    desk.press("n", "g", "g", "g")
    assert "next sample" in desk.notice
    handle = row_of(desk, (7,), (7,)).item.handle
    desk.get(lambda: desk.review.absorb({handle: Suspicion(0.5)}, desk.review.revision))
    desk.press("n")
    desk.hand.wait_for(lambda: desk.bench.number == 1, "the next sample is open")


def test_it_can_be_left_out(desk, folder):
    desk.open(folder)
    look_for_suspects(desk)
    desk.choose("Review", "Look for suspects")
    desk.hand.settle(1.5)
    assert not desk.bench.switches.suspects
    assert desk.get(lambda: desk.bench.inquiry.standing) == ""
    assert {line[6] for line in desk.lines()} == {""}


# -------------------------------------------------------------------- where reasons are seen
def yellows(picture):
    """Pixels of a picture in the colour of evidence."""
    return np.argwhere((np.abs(picture[..., :3].astype(int) - YELLOW) < 30).all(axis=-1))


def crop_pixels(desk, number):
    """What a close-up shows, ``(H, W, 3)``."""

    def grab():
        image = desk.app.pair.crops.widgets[number].grab().toImage()
        at = [
            [image.pixelColor(x, y).getRgb()[:3] for x in range(image.width())] for y in range(image.height())
        ]
        return np.array(at, np.uint8)

    return desk.get(grab)


def show(desk, gt, model):
    """Look at the item with these ids."""
    row = row_of(desk, gt, model)
    desk.get(lambda: desk.bench.focus.on_row(row))
    desk.hand.settle(0.3)


def point_at_reason(desk, start):
    reasons = desk.app.pair._reasons
    desk.get(lambda: desk.app.pair._scroll.ensureWidgetVisible(reasons))
    desk.hand.settle(0.1)

    def where():
        place = next(place for reason, place in reasons._places() if reason.startswith(start))
        return place.center().x(), place.center().y()

    desk.hand.move(desk.hand.place(reasons, where))
    desk.hand.settle(0.2)


def test_reasons_are_drawn_where_they_are_seen(desk, folder):
    desk.open(folder)
    look_for_suspects(desk)
    wait_for_suspects(desk)
    contours = desk.bench.scene.contours
    show(desk, (7,), (7,))
    (hole,) = [t for t in desk.get(lambda: desk.bench.clues.shown) if t.reason == "hole of 25 px"]
    assert {line.role for line in hole.lines} == {Role.AREA}
    assert np.array_equal(hole.lines[0].points.min(axis=0), (49.5, 49.5))
    canvas = desk.get(lambda: contours.layer.data.copy())
    assert len(yellows(canvas)) > 100
    assert len(yellows(crop_pixels(desk, 1))) > 20
    assert not len(yellows(crop_pixels(desk, 0)))
    # the pointer on a reason brings it out, over the bare image too
    point_at_reason(desk, "hole of 25 px")
    assert desk.bench.clues.stressed == "hole of 25 px"
    assert len(yellows(crop_pixels(desk, 0))) > 20
    desk.hand.move(desk.canvas_center())
    desk.hand.settle(0.1)
    assert desk.bench.clues.stressed == ""
    # and the View menu takes all of it away, as the next item does
    desk.press("shift+e")
    desk.hand.settle(0.3)
    assert not len(yellows(desk.get(lambda: contours.layer.data.copy())))
    assert not len(yellows(crop_pixels(desk, 1)))
    desk.press("shift+e")
    show(desk, (3,), (3, 4))
    told = [trace.reason for trace in desk.get(lambda: desk.bench.clues.shown)]
    assert any(reason.startswith("2 fragments") for reason in told)
    show(desk, (), (12,))
    assert desk.get(lambda: contours._drawing.traces) == ()
    desk.check()


def test_the_image_across_the_contour_is_plotted_there_and_on_the_mean(desk, folder):
    desk.open(folder)
    plot = desk.app.pair.crosscut
    assert not desk.get(plot.isVisible)
    show(desk, (1,), (1,))
    desk.hand.settle(0.3)
    mean = desk.get(lambda: plot.profile)
    assert mean.place is None
    assert abs(mean.edge) <= 0.5
    assert abs(mean.other) <= 0.5
    assert mean.values[0, 0] > mean.values[0, -1] + 100
    assert "steepest edge" in desk.get(plot.toolTip)
    desk.hand.move(desk.at(20, 29))  # the right end of a disc of radius 9 around (20, 20)
    desk.hand.settle(0.2)
    place = desk.get(lambda: plot.profile.place)
    assert np.abs(np.array(place) - (20, 29.5)).max() <= 1
    desk.hand.move(desk.at(20, 20))
    desk.hand.settle(0.2)
    assert desk.get(lambda: plot.profile.place) is None
    show(desk, (), (12,))
    assert desk.get(lambda: plot._text).startswith("image across the model's outline")
    desk.check()


# -------------------------------------------------------------------- what neither side has
@pytest.fixture
def lacking(folder):
    """The same samples, where the model lacks what the GT lacks."""
    model = masks()[1]
    model[model == 12] = 0
    for name in "abc":
        write_tiff(folder / "pred" / f"{name}.tif", model)
    return folder


def go_to_unclaimed(desk):
    look_for_suspects(desk)
    wait_for_suspects(desk)
    desk.click_chip("◌ unclaimed 1")
    assert [line[2:6] for line in desk.lines()] == [("◌ unclaimed", "–", "–", "–")]
    desk.press("n")
    assert desk.row == ("unclaimed", (), ())


def test_what_neither_side_has_is_an_item_with_a_mark_on_the_canvas(desk, lacking):
    desk.open(lacking)
    go_to_unclaimed(desk)
    assert desk.get(desk.app.pair.title) == "◌ unclaimed"
    buttons = desk.app.pair.buttons._buttons.values()
    assert "Draw it" in desk.get(lambda: [button.text() for button in buttons])
    _, mask = desk.get(lambda: desk.bench.scene.contours._drawing.mark)
    assert mask.sum() > 150
    image, gt, model = desk.get(lambda: [desk.app.pair.crops._picture(n) for n in range(3)])
    assert (gt != image).any()
    assert np.array_equal(gt, model)
    desk.check()


def test_c_draws_it_in_one_step_and_undo_brings_it_back(desk, lacking):
    desk.open(lacking)
    before = desk.pixels
    go_to_unclaimed(desk)
    desk.press("c")
    assert desk.get(lambda: desk.review.undo_title) == "Verdict: drawn into the GT"
    new = desk.pixels
    assert set(np.unique(new)) - set(np.unique(before)) == {26}
    assert (new == 26).sum() > 150
    assert "unclaimed" not in desk.status
    desk.check()
    desk.press("BackSpace")
    assert np.array_equal(desk.pixels, before)
    assert desk.row == ("unclaimed", (), ())
    desk.check()


def test_g_settles_it_and_it_stays_settled_when_the_sample_comes_back(desk, lacking):
    desk.open(lacking)
    go_to_unclaimed(desk)
    desk.press("g")
    assert desk.get(lambda: str(desk.review.status(desk.bench.focus.row))) == "judged"
    desk.press("Page_Down")
    desk.hand.wait_for(lambda: desk.bench.number == 1, "the next sample is open")
    desk.press("Page_Up")
    desk.hand.wait_for(lambda: desk.bench.number == 0, "the first sample is back")
    wait_for_suspects(desk)
    states = [line[1] for line in desk.lines()]
    assert states == ["●"]


def test_painted_over_it_vanishes(desk, lacking):
    desk.open(lacking)
    go_to_unclaimed(desk)
    desk.press("m")
    desk.get(lambda: setattr(desk.bench.scene.gt, "brush_size", 26))
    y, x = (round(c) for c in desk.get(lambda: desk.bench.focus.row.item.box.center))
    desk.stroke((y, x), (y, x + 2), (y + 1, x + 2))
    assert desk.get(lambda: len(desk.review.claims)) == 0
    desk.check()
