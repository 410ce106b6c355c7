"""Learning from the reviewer: what moves the suspicion of the others, and what must not."""

import numpy as np
import pytest
from scipy.optimize import minimize

from segreview.triage.answers import Answer, Origin, answers
from segreview.triage.learning import SHIFT_DEVIATION, learn, logistic

ITEMS, FEATURES = 2_000, 6


@pytest.fixture
def evidence():
    return np.clip(np.random.default_rng(1).normal(0, 1.5, (ITEMS, FEATURES)), -6, 6)


@pytest.fixture
def shipped():
    return np.random.default_rng(2).normal(-3, 2, ITEMS)


def separation(score, wrong):
    """AUROC by counting pairs."""
    return float((score[wrong][:, None] > score[~wrong][None]).mean())


def in_the_queue(items, wrong):
    return answers(items, np.asarray(wrong)[items].astype(int))


def as_picks(items, wrong, origin=Origin.AHEAD):
    return answers(items, np.asarray(wrong)[items].astype(int), np.full(len(items), origin))


def test_without_answers_the_shipped_score_comes_back(shipped, evidence):
    learned = learn(shipped, evidence, answers([], []))
    np.testing.assert_array_equal(learned.log_odds, shipped)
    assert (learned.slope, learned.shift) == (1, 0)
    assert not learned.weights.any()


def test_it_learns_a_reviewer_whose_errors_are_of_one_kind(shipped, evidence):
    """The shipped score knows nothing of them; after a hundred answers the queue does."""
    wrong = evidence[:, 3] > 2.5
    reviewed, log_odds = np.zeros(0, int), shipped
    for _ in range(5):
        rest = np.setdiff1d(np.arange(ITEMS), reviewed)
        reviewed = np.r_[reviewed, rest[np.argsort(-log_odds[rest])][:20]]
        learned = learn(shipped, evidence, in_the_queue(reviewed, wrong))
        log_odds = learned.log_odds
    rest = np.setdiff1d(np.arange(ITEMS), reviewed)
    assert separation(shipped, wrong) < 0.55
    assert separation(log_odds[rest], wrong[rest]) > 0.85
    assert np.argmax(learned.weights) == 3


@pytest.mark.parametrize("answer", [Answer.RIGHT, Answer.WRONG])
def test_one_answer_moves_little(shipped, evidence, answer):
    """Not even the most surprising one doubles or halves the odds of most items."""
    for item in (int(np.argmin(shipped)), int(np.argmax(shipped))):
        learned = learn(shipped, evidence, answers([item], [answer]))
        assert np.median(np.abs(learned.log_odds - shipped)) < np.log(2)
        assert separation(learned.log_odds, shipped > 0) > 0.95


def test_answers_as_expected_change_next_to_nothing(shipped, evidence):
    certain = np.flatnonzero(np.abs(shipped) > 5)
    learned = learn(shipped, evidence, in_the_queue(certain, shipped > 0))
    assert np.abs(learned.weights).max() < 0.05
    assert learned.slope == pytest.approx(1, abs=0.1)


def test_a_score_too_sure_of_itself_is_flattened(evidence):
    random = np.random.default_rng(3)
    truth = random.normal(0, 1.5, ITEMS)
    wrong = random.random(ITEMS) < 1 / (1 + np.exp(-truth))
    everyone = np.arange(ITEMS)
    assert learn(3 * truth, evidence, in_the_queue(everyone, wrong)).slope == pytest.approx(1 / 3, abs=0.1)
    assert learn(truth, evidence, in_the_queue(everyone, wrong)).slope == pytest.approx(1, abs=0.1)


def test_a_flood_from_the_queue_does_not_move_the_shift(shipped, evidence):
    """The queue brings up the worst by design, so all of it wrong says nothing of the rest."""
    top = np.argsort(-shipped)[:500]
    flood = learn(shipped, evidence, in_the_queue(top, np.ones(ITEMS, bool)))
    assert flood.shift == 0
    picks = np.random.default_rng(4).permutation(np.setdiff1d(np.arange(ITEMS), top))[:40]
    both = answers(
        np.r_[top, picks],
        np.r_[np.ones(500, int), np.zeros(40, int)],
        np.r_[np.zeros(500, int), np.full(40, Origin.AHEAD)],
    )
    assert learn(shipped, evidence, both).shift < 0


def test_picks_set_the_shift_little_by_little(evidence):
    shipped = np.full(ITEMS, -4.0)
    wrong = np.zeros(ITEMS, bool)
    wrong[::5] = True  # log-odds of -1.4: the shift should be 2.6
    shifts = [learn(shipped, 0 * evidence, as_picks(np.arange(n), wrong)).shift for n in (5, 50, 2_000)]
    assert 0 < shifts[0] < shifts[1] < shifts[2] == pytest.approx(2.61, abs=0.05)
    assert shifts[0] < SHIFT_DEVIATION


def test_picks_ahead_of_the_queue_change_no_order(shipped, evidence):
    wrong = evidence[:, 3] > 1
    ahead = learn(shipped, evidence, as_picks(np.arange(300), wrong))
    np.testing.assert_array_equal(
        np.argsort(ahead.log_odds, kind="stable"), np.argsort(shipped, kind="stable")
    )
    reached = learn(shipped, evidence, as_picks(np.arange(300), wrong, Origin.REACHED))
    assert reached.weights[3] > 0.3


def test_undecided_is_passed_over(shipped, evidence):
    some = answers([3, 4, 5, 6], [0, 1, 2, 2], [0, 1, 0, 2])
    same = answers([3, 4], [0, 1], [0, 1])
    np.testing.assert_array_equal(
        learn(shipped, evidence, some).log_odds, learn(shipped, evidence, same).log_odds
    )


def test_it_does_not_rank_within_the_data_set(shipped, evidence):
    """What is learned of an item depends on its own evidence, not on who else is there."""
    said = in_the_queue(np.arange(50), evidence[:, 0] > 1)
    whole = learn(shipped, evidence, said).log_odds
    np.testing.assert_allclose(learn(shipped[:80], evidence[:80], said).log_odds, whole[:80], rtol=1e-12)


def test_it_is_the_minimum_that_a_general_solver_finds():
    random = np.random.default_rng(5)
    columns, offset = random.normal(0, 2, (80, 4)), random.normal(0, 3, 80)
    wrong, precision = random.random(80) < 0.3, np.array([0.1, 1, 5, 25.0])

    def cost(x):
        eta = offset + columns @ x
        return np.logaddexp(0, eta).sum() - eta[wrong].sum() + precision @ x**2 / 2

    found = minimize(cost, np.zeros(4), tol=1e-10).x
    np.testing.assert_allclose(logistic(columns, wrong, offset, precision), found, atol=1e-4)


@pytest.mark.parametrize("size", [1, 30, 700])
def test_extreme_log_odds_that_are_all_refuted_end_finite(size):
    """Newton's full step overshoots here."""
    shipped, evidence = np.full(size, 700.0), np.full((size, 3), 8.0)
    learned = learn(shipped, evidence, answers(np.arange(size), np.zeros(size)))
    assert np.isfinite(learned.log_odds).all()
    assert learned.log_odds[0] < 700
