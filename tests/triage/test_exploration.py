"""Exploration picks: the same again from the same seed, and for every item the chance that is recorded."""

import numpy as np
import pytest

from segreview.triage.exploration import STRATA, Exploration, explore, reached

ITEMS = 60


@pytest.fixture
def exploration():
    return explore(np.random.default_rng(0).normal(-3, 2, ITEMS), seed=11)


def test_strata_are_cut_by_suspicion_into_about_equal_parts():
    log_odds = np.random.default_rng(1).normal(0, 1, 103)
    stratum = explore(log_odds, 0).stratum
    assert set(np.bincount(stratum)) <= {20, 21}
    for lower in range(STRATA - 1):
        assert log_odds[stratum == lower].max() < log_odds[stratum == lower + 1].min()


@pytest.mark.parametrize("log_odds", [[], [1.0], [2.0] * 30])
def test_few_or_equal_items_have_strata_too(log_odds):
    exploration = explore(np.array(log_odds), 0)
    pick = exploration.pick(0, np.ones(len(log_odds), bool))
    assert pick is None if not log_odds else pick.probability == pytest.approx(1 / len(log_odds))


def test_the_same_seed_and_reviewed_items_give_the_same_picks(exploration):
    again = Exploration(exploration.stratum.copy(), 11)
    unreviewed = np.arange(ITEMS) % 3 > 0
    picks = [exploration.pick(number, unreviewed) for number in range(20)]
    assert picks == [again.pick(number, unreviewed) for number in range(20)]
    assert len({pick.item for pick in picks}) > 10
    assert picks != [Exploration(exploration.stratum, 12).pick(n, unreviewed) for n in range(20)]


def test_picks_of_a_journal_are_those_of_its_release():
    """Frozen: a review that was begun with an earlier release goes on with the same picks."""
    exploration = Exploration(np.arange(50) % 5, seed=2026)
    everything = np.ones(50, bool)
    picked = [exploration.pick(number, everything).item for number in range(8)]
    assert picked == [31, 41, 17, 9, 14, 6, 7, 36]


def test_only_unreviewed_items_are_drawn_until_none_is_left(exploration):
    unreviewed = np.ones(ITEMS, bool)
    for number in range(ITEMS):
        item = exploration.pick(number, unreviewed).item
        assert unreviewed[item]
        unreviewed[item] = False
    assert exploration.pick(ITEMS, unreviewed) is None


def test_chances_are_recorded(exploration):
    unreviewed = exploration.stratum != 2
    unreviewed[np.flatnonzero(exploration.stratum == 4)[3:]] = False
    pick = next(p for p in (exploration.pick(n, unreviewed) for n in range(500)) if p.stratum == 4)
    assert pick.stratum_chance == pytest.approx(3 / 39)
    assert pick.item_chance == pytest.approx(1 / 3)
    assert pick.probability == pytest.approx(1 / 39)


def test_every_unreviewed_item_comes_as_often_as_recorded(exploration):
    unreviewed = np.arange(ITEMS) % 4 > 0
    drawn = np.bincount([exploration.pick(n, unreviewed).item for n in range(9_000)], minlength=ITEMS)
    assert not drawn[~unreviewed].any()
    expected = 9_000 / unreviewed.sum()
    squares = ((drawn[unreviewed] - expected) ** 2 / expected).sum()
    assert squares < 75  # chi-square of 44 degrees of freedom: 1 in 400


def test_one_review_in_ten_is_a_pick_ahead_of_the_queue(exploration):
    ahead = [0]
    for reviewed in range(200):
        ahead.append(ahead[-1] + exploration.is_due(reviewed, ahead[-1]))
    assert ahead[9:12] == [0, 1, 1]
    assert ahead[200] == 20


def test_a_pick_that_the_queue_has_come_to_makes_room_for_another(exploration):
    assert not exploration.is_due(100, 10)
    assert exploration.is_due(100, 9)


def test_the_queue_has_come_to_what_is_more_suspicious_than_the_item_it_takes():
    log_odds = np.array([3.0, 1.0, 2.0, 1.0, 0.0, 1.0])
    ahead = np.array([0, 2, 3, 4, 5])
    np.testing.assert_array_equal(reached(log_odds, ahead, taken=1), [True, True, False, False, False])
    np.testing.assert_array_equal(reached(log_odds, ahead, taken=4), [True, True, True, False, True])


def test_a_walk_down_the_queue_has_passed_the_picks_that_it_has_come_to():
    random = np.random.default_rng(6)
    log_odds = random.integers(0, 9, ITEMS).astype(float)  # many equal ones
    queue = np.argsort(-log_odds, kind="stable")
    ahead = random.permutation(ITEMS)[:12]
    for place, taken in enumerate(queue.tolist()):
        passed = np.isin(ahead, queue[:place])
        np.testing.assert_array_equal(reached(log_odds, ahead, taken), passed)
