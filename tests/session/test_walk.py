"""Random checks in a walk through the queue: when they come, that they stay, and what they tell."""

from dataclasses import replace

import numpy as np
import pytest
from session_cases import grid, paint, put, suspect

from segreview.compare.disagreement import Relation
from segreview.session.listing import Listing, Sorting
from segreview.session.status import Status
from segreview.session.verdict import Judgement
from segreview.session.walk import Walk
from segreview.triage.answers import Origin
from segreview.triage.filter import Filter

ITEMS = 240
LOG_ODDS = np.random.default_rng(5).normal(-3, 1.5, ITEMS)
RIGHT, WRONG, UNSURE = Judgement.PREDICTION_WRONG, Judgement.BOTH_WRONG, Judgement.UNSURE


class Desk:
    """A reviewer who walks with N and judges what comes."""

    def __init__(self, review, wrong=()):
        self.review, self.wrong = review, set(wrong)
        self.walk, self.row = Walk(Listing(review)), None

    def next(self, **options):
        self.row = self.walk.next(self.row, **options)
        return self.row

    def judge(self, value=None, *, learns=False):
        wrong = WRONG if self.row.number in self.wrong else RIGHT
        self.walk.judge([self.row])
        self.review.judge(self.row, value or wrong)
        if learns:
            self.review.learn(self.review.teaching.lesson().learn())

    def go(self, items, **options):
        """Walk through some items and judge them; the numbers of those that were random checks."""
        checks = []
        for _ in range(items):
            if self.next(**options) is None:
                break
            if self.review.teaching.is_check(self.row):
                checks.append(self.row.number)
            self.judge()
        return checks

    @property
    def origins(self):
        said = self.review.teaching.said
        return dict(zip(said.item.tolist(), said.origin.tolist(), strict=True))


@pytest.fixture(autouse=True)
def _seed(monkeypatch):
    monkeypatch.setattr("segreview.session.teaching.secrets.randbits", lambda _: 7)


@pytest.fixture
def files(tmp_path):
    reference, prediction = grid()
    return put(tmp_path / "gt/a.tif", reference), put(tmp_path / "pred/a.tif", prediction)


@pytest.fixture
def lone(tmp_path):
    """Files where the model has nothing: every item asks for a judgement."""
    reference, _ = grid()
    return put(tmp_path / "gt/a.tif", reference), put(tmp_path / "pred/a.tif", 0 * reference)


@pytest.fixture
def desk_with(begin):
    """Makes desks with a review that has suspects."""

    def make(files, log_odds=LOG_ODDS, wrong=()):
        review = begin(*files)
        suspect(review, log_odds)
        return Desk(review, wrong)

    return make


# -------------------------------------------------------------------- when they come
def test_every_tenth_item_is_drawn_from_all_even_those_that_agree(desk_with, files):
    desk = desk_with(files)
    checks = desk.go(40)
    assert sum(origin == Origin.AHEAD for origin in desk.origins.values()) == 4
    rows = [desk.review.queue.row(number) for number in checks]
    assert any(row.item.relation is Relation.MATCHED for row in rows)
    picks = desk.review.journal.sampling.picks
    assert [pick.item for pick in picks] == checks
    assert picks[0].probability == pytest.approx(1 / (ITEMS - 9))
    assert all(1 / (ITEMS - 9) <= pick.probability < 1 / (ITEMS - 40) for pick in picks)


def test_the_queue_goes_on_where_it_was(desk_with, files):
    desk = desk_with(files)
    order = [row.number for row in desk.review.queue if row.contested]
    walked = []
    for _ in range(25):
        walked.append(desk.next().number)
        desk.judge()
    checks = [pick.item for pick in desk.review.journal.sampling.picks]
    queued = [n for n in walked if n not in checks]
    assert walked[9] == checks[0]
    assert queued == [n for n in order if n not in checks][: len(queued)]


@pytest.mark.parametrize(
    ("wanted", "sorting"),
    [
        (Filter(frozenset({Relation.MISSED})), Sorting()),
        (replace(Filter(), iou=(0.0, 0.5)), Sorting()),
        (Filter(), Sorting("iou")),
        (Filter(), Sorting("queue", descending=True)),
    ],
)
def test_whoever_chose_another_order_or_some_kinds_is_not_interrupted(desk_with, lone, wanted, sorting):
    desk = desk_with(lone)
    desk.walk = Walk(Listing(desk.review, wanted, sorting))
    assert desk.go(30) == []
    desk.walk = Walk(Listing(desk.review))
    assert desk.next().number == desk.review.journal.sampling.picks[0].item


def test_they_can_be_left_out(desk_with, files):
    desk = desk_with(files)
    assert desk.go(30, checks=False) == []


def test_a_check_stays_next_until_it_has_a_verdict(desk_with, files):
    desk = desk_with(files)
    desk.go(9)
    check = desk.next()
    assert desk.review.teaching.waiting is check
    assert desk.next() is check
    desk.row = desk.review.queue[30]  # looked at by hand meanwhile
    assert desk.next() is check
    desk.judge()
    assert desk.review.teaching.waiting is None
    assert desk.next() is not check
    desk.review.withdraw_last_verdict()
    assert desk.review.teaching.waiting is check
    desk.row = None
    assert desk.next() is check


def test_after_a_check_that_was_taken_back_the_queue_goes_on_where_it_was(desk_with, files):
    desk = desk_with(files)
    desk.go(9)
    check = desk.next()
    desk.judge()
    came = desk.next()
    desk.review.undo()
    desk.walk.come_back(check)
    desk.row = check
    assert desk.next() is check
    desk.judge()
    assert desk.next() is came
    assert came.number not in desk.review.journal.sampling.came, "it was not passed"


def test_a_check_that_is_corrected_waits_no_longer_and_was_wrong(desk_with, lone):
    desk = desk_with(lone)
    desk.go(9)
    check = desk.next()
    desk.judge(WRONG)
    paint(desk.review, check.item.box.start, 2, 700)
    assert desk.review.status(check) is Status.EDITED
    assert desk.next() is not check
    left = desk.review.teaching.remainder
    assert (left.left, left.picks, left.wrong) == (230, 1, 1)
    desk.review.undo()
    desk.review.undo()
    assert desk.next() is check


def test_one_that_cannot_be_decided_is_in_neither_count(desk_with, lone):
    desk = desk_with(lone)
    desk.go(9)
    desk.next()
    desk.judge(UNSURE)
    left = desk.review.teaching.remainder
    assert (left.left, left.picks) == (230, 0)


# -------------------------------------------------------------------- ahead and reached
def test_the_queue_reaches_the_checks_that_it_comes_to(desk_with, lone):
    desk = desk_with(lone)
    drawn = desk.go(120)
    queue = desk.review.queue
    queued = [n for n, origin in desk.origins.items() if origin == Origin.QUEUE]
    last = max(queue.place_of(queue.row(number)) for number in queued)
    for number in drawn:
        passed = queue.place_of(queue.row(number)) < last
        assert (desk.origins[number] == Origin.REACHED) == passed
    assert {Origin.AHEAD, Origin.REACHED} <= set(desk.origins.values())
    assert desk.review.teaching.remainder.left == 120


def test_in_any_order_those_that_are_passed_are_reached(desk_with, lone):
    desk = desk_with(lone)
    desk.go(60)
    ahead = [n for n, origin in desk.origins.items() if origin == Origin.AHEAD]
    assert ahead
    listing = Listing(desk.review, sorting=Sorting("gt", descending=True))
    desk.walk, desk.row = Walk(listing), None
    desk.go(100)
    here = listing.line_of(desk.row)
    for number in ahead:
        passed = listing.line_of(desk.review.queue.row(number)) < here
        assert (desk.origins[number] == Origin.REACHED) == passed


def test_an_item_chosen_by_hand_reaches_none_but_many_at_once_do(desk_with, lone):
    desk = desk_with(lone)
    desk.go(30)
    ahead = [n for n, origin in desk.origins.items() if origin == Origin.AHEAD]
    rows = [row for row in desk.review.queue if desk.review.verdict(row) is None]
    desk.walk.judge([rows[-1]])
    desk.review.judge(rows[-1], RIGHT)
    assert [desk.origins[number] for number in ahead] == [Origin.AHEAD] * len(ahead)
    desk.walk.judge([*rows, *desk.review.queue])
    desk.review.judge_many(rows, RIGHT)
    assert [desk.origins[number] for number in ahead] == [Origin.REACHED] * len(ahead)


def test_what_the_queue_has_passed_without_a_verdict_counts_as_wrong(desk_with, lone):
    desk = desk_with(lone)
    desk.go(100)
    before = desk.review.teaching.remainder
    skipped = [desk.next(checks=False) for _ in range(5)]
    left = desk.review.teaching.remainder
    assert left.passed == 4  # the last one is in view
    assert left.at_most > before.at_most
    assert desk.review.teaching.draw(due=False) not in skipped[:4]
    desk.judge()
    assert desk.review.teaching.remainder.passed == 4
    desk.row = skipped[0]
    desk.judge()
    assert desk.review.teaching.remainder.passed == 3


def test_what_is_taken_from_the_model_keeps_the_place_at_which_it_is_reached(desk_with, lone):
    desk = desk_with(lone)
    desk.go(9)
    check = desk.next()
    place = desk.review.queue.place_of(check)
    desk.walk.judge([check])
    desk.review.judge(check, Judgement.REFERENCE_WRONG)
    assert check.gone
    desk.next()
    assert desk.review.queue.place_of(check) == place
    desk.go(ITEMS)
    assert desk.origins[check.number] == Origin.REACHED


# -------------------------------------------------------------------- the end
def test_after_the_queue_checks_go_on_if_the_user_wants_them(desk_with, files):
    desk = desk_with(files)
    desk.go(ITEMS)
    judged = len(desk.review.teaching.said)
    assert judged < 120
    assert desk.next() is None
    desk.row = desk.walk.check_at_random(desk.row)
    desk.judge()
    desk.go(ITEMS)
    assert len(desk.review.teaching.said) == ITEMS
    assert desk.walk.check_at_random(desk.row) is None
    assert str(desk.review.teaching.remainder) == "none left"


# -------------------------------------------------------------------- restarts
def test_seed_picks_and_what_they_tell_survive_a_restart(desk_with, begin, lone):
    desk = desk_with(lone, wrong=np.flatnonzero(LOG_ODDS > -1))
    desk.go(59)
    desk.next()
    assert desk.review.teaching.waiting is desk.row
    kept, left, origins = desk.review.journal.sampling, desk.review.teaching.remainder, desk.origins
    waiting = desk.row.number
    desk.review.close()
    again = Desk(begin(*lone), desk.wrong)
    found = again.review.journal.sampling
    assert (found.seed, found.picks, found.reached) == (kept.seed, kept.picks, kept.reached)
    assert again.review.teaching.remainder == left
    assert again.origins == origins
    assert again.next().number == waiting
    suspect(again.review, LOG_ODDS[::-1])  # whatever is found this time
    assert again.review.teaching.remainder == left
    again.judge()
    assert again.next().number not in origins


def test_the_same_seed_draws_the_same(begin, lone, tmp_path):
    drawn = []
    for name in "ab":
        desk = Desk(begin(*lone, tmp_path / name))
        suspect(desk.review, LOG_ODDS)
        drawn.append(desk.go(60))
        assert desk.review.journal.sampling.seed == 7
    assert drawn[0] == drawn[1] != []


# -------------------------------------------------------------------- does it hold?
@pytest.mark.parametrize("trap", ["calibrated", "says nothing", "upside down"])
def test_the_bound_holds_over_whole_reviews(begin, tmp_path, trap):
    """One wrong in eight; the reviewer skips, takes back, edits and restarts. 95 % are promised for one look.

    Without what the queue has reached, the last trap holds in 87 of 100 looks.
    """
    held = []
    for seed in range(5):
        random = np.random.default_rng([seed, len(trap)])
        truth = random.normal(-4, 3, ITEMS)
        wrong = set(np.flatnonzero(random.random(ITEMS) < 1 / (1 + np.exp(-truth))).tolist())
        shipped = {"calibrated": truth, "says nothing": random.permutation(truth), "upside down": -truth}
        reference, _ = grid()
        place = tmp_path / str(seed)
        files = put(place / "gt/a.tif", reference), put(place / "pred/a.tif", 0 * reference)
        held += review_through(begin, files, shipped[trap], wrong)
    assert np.mean(held) >= 0.93
    assert len(held) > 80


def review_through(begin, files, shipped, wrong):
    """Whether the bound held, looked at after every twelfth step."""
    held = []
    desk = Desk(begin(*files), wrong)
    suspect(desk.review, shipped)
    for step in range(2 * ITEMS):
        if step == 100:
            desk.review.close()
            desk = Desk(begin(*files), wrong)
            suspect(desk.review, shipped[::-1])
        if desk.next() is None:
            break
        if step % 17 == 16 and desk.row is not desk.review.teaching.waiting:
            continue
        taken = desk.row.number in wrong and step % 3 == 0
        desk.judge(Judgement.REFERENCE_WRONG if taken else None, learns=step % 12 == 0)
        if step % 40 == 39:
            desk.review.withdraw_last_verdict()
        if step % 12 == 11:
            answered = set(desk.review.teaching.said.item.tolist())
            held.append(len(wrong - answered) <= desk.review.teaching.remainder.at_most)
    assert len(desk.review.teaching.said) == ITEMS
    return held
