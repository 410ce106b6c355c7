"""Suspicion beside a review: what is found is taken over, but for what was edited meanwhile."""

from dataclasses import replace

import numpy as np
import pytest
from session_cases import opened, paint, put, row_with, sample_of

from segreview.compare.disagreement import Relation
from segreview.compare.unclaimed import Unclaimed
from segreview.errors import EditRefused
from segreview.model.box import Box
from segreview.model.labels import Kind
from segreview.model.sample import Image
from segreview.session.change import What
from segreview.session.opening import Opening
from segreview.session.status import Status
from segreview.session.suspecting import LARGEST, Snapshot, Suspecting, is_too_large
from segreview.session.verdict import Judgement
from segreview.triage.inspection import views_of
from segreview.triage.renewal import Touch
from segreview.triage.suspicion import Suspicion
from segreview.triage.trace.spot import Spot
from triage_scene import masks, shown


@pytest.fixture
def review(tmp_path):
    gt, model = masks()
    sample = sample_of(put(tmp_path / "gt/a.tif", gt), put(tmp_path / "pred/a.tif", model))
    review = Opening(replace(sample, images=(Image(shown(model)),))).begin("ada")
    yield review
    review.close()


def judged(review):
    suspecting = Suspecting()
    return suspecting, suspecting.judge(Snapshot.of(review, "a"))


def test_what_is_wrong_is_found_and_ranked(review):
    _, found = judged(review)
    told = []
    review.watch(told.append)
    review.absorb(found.suspicions, found.revision)
    (change,) = told
    assert change.what == {What.EVIDENCE}
    assert set(change.rows) == {row.number for row in review.queue}
    missing, holed = row_with(review, (), (12,)), row_with(review, (7,), (7,))
    assert missing.suspicion.reference_wrong > 0.5
    assert "hole" in holed.suspicion.hygiene
    assert holed.contested
    assert not row_with(review, (20,), (20,)).contested
    review.rerank_behind(-1)
    assert {row.number for row in list(review.queue)[:3]} >= {missing.number, holed.number}


@pytest.mark.parametrize("again", [False, True])
def test_it_tells_how_far_it_has_come(review, monkeypatch, again):
    monkeypatch.setattr("segreview.shape.tile.MOST", 1 << 12)  # so that there are tiles
    suspecting, told, paused = Suspecting(), [], []
    if again:
        suspecting.learn("a", review.sample)
    suspecting.judge(Snapshot.of(review, "a"), lambda: paused.append(len(told)), told.append)
    assert told == sorted(told)
    assert len(set(told)) > 20
    assert 0 < told[0] < 0.2
    assert 0.9 < told[-1] < 1, "it is put together yet"
    assert len(paused) >= 20


def test_the_labels_that_are_looked_at_are_a_copy(review):
    snapshot = Snapshot.of(review, "a")
    paint(review, (100, 100))
    assert not np.array_equal(snapshot.sample.reference.data, review.reference.data)


def test_what_was_edited_meanwhile_is_not_taken_over_before_it_is_judged_again(review):
    suspecting, found = judged(review)
    row = row_with(review, (20,), (20,))
    y, x = (int(c) for c in row.item.box.center)
    paint(review, (y - 4, x - 4), 8, 0)
    review.absorb(found.suspicions, found.revision)
    assert row.suspicion is None
    assert row_with(review, (), (12,)).suspicion is not None
    box = row.item.box
    found = suspecting.judge_again(Snapshot.of(review, "a"), [Touch(0, box)])
    review.absorb(found.suspicions, found.revision)
    assert "hole" in row.suspicion.hygiene


def test_what_is_known_already_is_no_news(review):
    _, found = judged(review)
    review.absorb(found.suspicions, found.revision)
    told = []
    review.watch(told.append)
    review.absorb(found.suspicions, found.revision)
    assert told == []


def test_another_sample_is_judged_as_a_whole(review):
    suspecting, first = judged(review)
    again = suspecting.judge_again(Snapshot.of(review, "b"), [])
    assert set(again.suspicions) == set(first.suspicions)


def test_without_a_model_nobody_blames_it(tmp_path):
    gt, model = masks()
    sample = sample_of(put(tmp_path / "gt/a.tif", gt))
    sample = replace(sample, images=(Image(np.where(model > 0, 200, 40).astype(np.uint8)),))
    review = Opening(sample).begin("ada")
    _, found = judged(review)
    assert len(found.suspicions) == len(review.queue)
    assert {one.prediction_wrong for one in found.suspicions.values()} == {0.0}
    review.close()


def test_without_an_image_or_with_a_huge_one_nothing_is_suspected(review, tmp_path, monkeypatch):
    assert LARGEST > 1000
    assert not is_too_large(review.sample)
    bare = replace(Snapshot.of(review, "a"), sample=replace(review.sample, images=()))
    assert Suspecting().judge(bare).suspicions == {}
    monkeypatch.setattr("segreview.session.suspecting.LARGEST", 1000)
    assert judged(review)[1].suspicions == {}
    assert is_too_large(review.sample)


def test_others_teach_as_long_as_there_is_room(review, monkeypatch):
    monkeypatch.setattr("segreview.session.suspecting.LEARNT", 2 * 190**2 + 5)
    suspecting = Suspecting()
    for name in "abbc":
        suspecting.learn(name, review.sample)
    assert suspecting._learnt == {"a", "b"}
    assert suspecting.has_room_for(5)
    assert not suspecting.has_room_for(6)
    suspecting.judge(Snapshot.of(review, "d"))
    assert suspecting._learnt == {"a", "b", "d"}  # what is under review is always learnt from


def test_a_suspicion_of_an_item_that_is_gone_is_dropped(tmp_path):
    gt, model = masks()
    review = opened(put(tmp_path / "gt/a.tif", gt), put(tmp_path / "pred/a.tif", model))
    handle = row_with(review, (20,), (20,)).item.handle
    review.apply(*delete(review, 20))
    review.absorb({handle: Suspicion(0.9)}, review.revision)
    assert row_with(review, (), (20,)).item.relation is Relation.SPURIOUS
    assert row_with(review, (), (20,)).suspicion is None
    review.close()


def delete(review, number):
    from session_cases import stroke_edit

    data = review.reference.data
    return [stroke_edit(data, data == number, 0)], "Delete"


def test_marks_of_hygiene_are_found_by_their_name(review):
    from segreview.session.listing import Listing
    from segreview.triage.filter import Filter

    listing = Listing(review, Filter(text="hole"))
    assert len(listing) == 0
    _, found = judged(review)
    review.absorb(found.suspicions, found.revision)
    for text in ("hole", "hygiene"):
        listing.filter_by(Filter(text=text))
        assert row_with(review, (7,), (7,)).number in listing.numbers
    review.apply(*delete(review, 7))
    listing.filter_by(Filter(text="hole"))
    assert len(listing) == 0
    listing.close()


def test_regions_of_classes_are_judged_too_and_again_after_an_edit(tmp_path):
    rng = np.random.default_rng(3)
    model = np.kron(rng.integers(1, 4, (6, 6)), np.ones((24, 24))).astype(np.uint8)
    gt = model.copy()
    gt[50:70, 50:70] = 1 + model[60, 60] % 3
    image = Image(np.clip(60.0 * model + rng.normal(0, 5, gt.shape), 0, 255).astype(np.uint8))
    files = put(tmp_path / "gt/a.tif", gt), put(tmp_path / "pred/a.tif", model)
    review = Opening(replace(sample_of(*files, kind="semantic"), images=(image,))).begin("ada")
    suspecting, found = judged(review)
    review.absorb(found.suspicions, found.revision)
    assert {row.suspicion is None for row in review.queue} == {False}
    again = suspecting.judge_again(Snapshot.of(review, "a"), [Touch(0, Box((0, 0), (9, 9)))])
    assert set(again.suspicions) == set(found.suspicions)
    review.close()


# -------------------------------------------------------------------- what neither side has
DISC = (np.arange(13)[:, None] - 6) ** 2 + (np.arange(13) - 6) ** 2 <= 36
PLACE = Unclaimed.of_mask(DISC, Box((30, 30), (43, 43)))


def claim(review, chance=0.8, place=PLACE):
    review.absorb({}, review.revision, [(place, Suspicion(chance, reasons=("it looks like the others",)))])
    return review.queue.row_of(place)


def test_the_second_opinion_finds_what_neither_side_has(tmp_path):
    gt, model = masks()
    image = Image(np.where(model > 0, 190, 40).astype(np.uint8))
    model = np.where(model == 12, 0, model)
    sample = sample_of(put(tmp_path / "gt/a.tif", gt), put(tmp_path / "pred/a.tif", model))
    review = Opening(replace(sample, images=(image,))).begin("ada")
    _, found = judged(review)
    review.absorb(found.suspicions, found.revision, found.places)
    (row,) = [row for row in review.queue if row.item.relation is Relation.UNCLAIMED]
    assert row.item.box & Box((75, 43), (94, 62))
    assert review.counts[Relation.UNCLAIMED] == 1
    review.close()


def test_a_place_is_an_item_that_asks_for_a_judgement(review):
    total = review.progress.total
    row = claim(review)
    assert (review.status(row), review.progress.total) == (Status.OPEN, total + 1)
    assert claim(review, 0.1, Unclaimed.of_mask(DISC, Box((1, 1), (14, 14)))) is None


def test_the_same_place_seen_a_little_otherwise_keeps_its_row_and_its_verdict(review):
    row = claim(review)
    review.judge(row, Judgement.PREDICTION_WRONG)
    other = Unclaimed.of_mask(DISC[1:], Box((31, 30), (43, 43)))
    claim(review, 0.7, other)
    assert review.queue.row_of(other) is None
    assert review.queue.row_of(PLACE) is row
    assert row.suspicion.reference_wrong == 0.7
    assert review.status(row) is Status.JUDGED


def test_a_place_that_is_seen_no_longer_goes_unless_it_was_judged(review):
    far = Unclaimed.of_mask(DISC, Box((62, 62), (75, 75)))
    row = claim(review)
    review.judge(row, Judgement.PREDICTION_WRONG)
    other = claim(review, 0.8, far)
    review.absorb({}, review.revision, ())
    assert (row.gone, other.gone) == (False, True)


def test_the_verdict_holds_in_the_next_session(tmp_path):
    gt, model = masks()
    files = put(tmp_path / "gt/a.tif", gt), put(tmp_path / "pred/a.tif", model)
    review = opened(*files)
    review.judge(claim(review), Judgement.PREDICTION_WRONG)
    review.close()
    again = opened(*files)
    shifted = Unclaimed.of_mask(DISC, Box((31, 30), (44, 43)))
    row = claim(again, 0.8, shifted)
    assert again.status(row) is Status.JUDGED
    again.close()


def test_drawing_it_is_one_step_with_a_verdict_on_the_new_object(review):
    row = claim(review)
    before, total = review.reference.data.copy(), review.progress.total
    review.judge(row, Judgement.REFERENCE_WRONG)
    held = review.reference.data[PLACE.box.slices]
    assert np.unique(held[DISC]).tolist() == [26]
    assert not held[~DISC].any()
    assert row.item.relation is Relation.MISSED
    assert review.status(row) is Status.JUDGED
    assert review.verdict(row).value is Judgement.PREDICTION_WRONG
    assert review.progress.total == total
    assert review.undo_title == "Verdict: drawn into the GT"
    review.undo()
    assert np.array_equal(review.reference.data, before)
    assert review.queue.row_of(PLACE) is row
    assert review.status(row) is Status.OPEN
    review.redo()
    assert review.status(row) is Status.JUDGED


def test_it_vanishes_when_it_is_painted_over_and_comes_back_with_undo(review):
    row = claim(review)
    paint(review, (30, 30), 13, 77)
    assert review.queue.row_of(PLACE) is None
    assert review.counts[Relation.UNCLAIMED] == 0
    assert row.item.reference_ids == (77,)
    review.undo()
    assert review.queue.row_of(PLACE) is row
    assert review.counts[Relation.UNCLAIMED] == 1


def test_it_can_be_drawn_where_there_is_no_model(tmp_path):
    review = opened(put(tmp_path / "gt/a.tif", masks()[0]))
    review.judge(claim(review), Judgement.REFERENCE_WRONG)
    assert review.reference.data[36, 36] == 26
    review.close()


def test_without_a_model_nothing_else_is_taken_with_it(tmp_path):
    review = opened(put(tmp_path / "gt/a.tif", masks()[0]))
    rows = [claim(review), row_with(review, (20,), ())]
    with pytest.raises(EditRefused, match="no model's masks to take"):
        review.judge_many(rows, Judgement.REFERENCE_WRONG)
    assert (review.reference.data == 20).any()
    review.close()


def test_drawn_and_taken_in_one_step_each_has_its_own_verdict(review):
    rows = [claim(review), row_with(review, (), (12,))]
    gesture = review.judge_many(rows, Judgement.REFERENCE_WRONG)
    said = {(c.reference_ids, c.prediction_ids): c.after.value for c in gesture.verdicts}
    assert said == {
        ((), ()): Judgement.REFERENCE_WRONG,
        ((), (12,)): Judgement.REFERENCE_WRONG,
        ((26,), ()): Judgement.PREDICTION_WRONG,
    }
    assert [review.status(row) for row in rows] == [Status.JUDGED, Status.RESOLVED]


def test_notes_on_places_are_kept_apart(review):
    first = claim(review)
    far = Unclaimed.of_mask(DISC, Box((62, 62), (75, 75)))
    told = Suspicion(0.8)
    review.absorb({}, review.revision, [(PLACE, told), (far, told)])
    review.annotate(first, "dim")
    assert review.note(first) == "dim"
    assert review.note(review.queue.row_of(far)) == ""


# ---------------------------------------------------------------- places in classes
def test_without_a_model_a_contested_place_is_told_of_its_region_and_shown(tmp_path):
    classes = np.ones((40, 60), np.uint8)
    classes[5:20, 5:25] = classes[5:20, 35:55] = 2
    image = Image(np.zeros(classes.shape, np.uint8))
    sample = sample_of(put(tmp_path / "gt/a.tif", classes), kind=Kind.SEMANTIC)
    review = Opening(replace(sample, images=(image,))).begin("ada")
    told = Suspicion(0.7, 0.0, (), ("looks like class 1, not class 2",), Relation.CLASS)
    spot = Spot(2, told, Box((8, 40), (14, 50)), np.ones((6, 10), bool))
    suspecting = Suspecting()

    def sure(_name, looked_at, _pause, seen):  # a survey that is sure takes seconds to teach
        (view,) = views_of(looked_at.reference)
        seen(view, np.full(classes.shape, 0.2))
        yield spot

    suspecting._audit.spots = sure
    found = suspecting.judge(Snapshot.of(review, "a"))
    assert np.array_equal(np.unique(found.opinion), [51])
    review.absorb(found.suspicions, found.revision, found.places, found.opinion, found.exhibits)
    rows = {row.item.box.start: row for row in review.queue if row.item.reference_ids == (2,)}
    there, elsewhere = rows[5, 35], rows[5, 5]
    assert (there.suspicion, elsewhere.suspicion.urgency) == (told, 0)
    assert review.exhibits.spot_of(there) == spot.box
    assert review.exhibits.spot_of(elsewhere) == elsewhere.item.box
    ((line,),) = (trace.lines for trace in review.exhibits.traces(there))
    assert np.array_equal(line.points.max(axis=0), (13.5, 49.5))
    assert review.exhibits.traces(elsewhere) == ()
    review.close()
