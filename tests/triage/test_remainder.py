"""What is left: the exact bound, what counts for it, and the words."""

import numpy as np
import pytest
from scipy.stats import hypergeom

from segreview.triage.answers import Answer, Origin, answers
from segreview.triage.remainder import Remainder, at_most, chance, remainder


@pytest.mark.parametrize(("left", "picks"), [(20, 3), (20, 20), (57, 12), (9, 40)])
def test_the_bound_holds_in_95_of_100_samples_whatever_is_wrong(left, picks):
    """Not by simulation: all samples with their chances."""
    for wrong in range(left + picks + 1):
        seen = np.arange(min(wrong, picks) + 1)
        chances = hypergeom.pmf(seen, left + picks, wrong, picks)
        held = [n <= wrong and wrong - n <= at_most(left, picks, n) for n in seen.tolist()]
        assert chances @ held >= 0.95 - 1e-9


@pytest.mark.parametrize(("left", "picks", "wrong"), [(372, 40, 0), (372, 40, 3), (8_582, 300, 0), (5, 5, 5)])
def test_no_smaller_bound_would_do(left, picks, wrong):
    bound = at_most(left, picks, wrong)
    assert chance(left, picks, wrong, bound) > 0.05
    assert bound == left or chance(left, picks, wrong, bound + 1) <= 0.05


def test_chances_are_those_of_the_hypergeometric_distribution():
    for left, picks, wrong, remaining in [(30, 10, 2, 7), (10, 30, 2, 8), (4_000, 90, 0, 33), (6, 3, 3, 6)]:
        expected = hypergeom.cdf(wrong, left + picks, remaining + wrong, picks)
        assert chance(left, picks, wrong, remaining) == pytest.approx(expected, rel=1e-8)


def test_sizes_that_a_reviewer_may_remember():
    assert at_most(372, 40, 0) == 28
    assert at_most(8_582, 300, 0) == 86
    assert at_most(10**6, 3_000, 0) == 999


def test_more_picks_narrow_the_bound_and_wrong_ones_widen_it():
    assert at_most(300, 20, 0) > at_most(300, 40, 0) > at_most(300, 80, 0)
    assert at_most(300, 40, 0) < at_most(300, 40, 1) < at_most(300, 40, 5)
    assert at_most(300, 40, 0, confidence=0.8) < at_most(300, 40, 0) < at_most(300, 40, 0, confidence=0.99)


def test_without_picks_anything_is_possible():
    assert at_most(100, 0, 0) == 100
    assert str(Remainder(110, 100, 0, 0)) == "too early to say"


def test_only_decided_picks_ahead_of_the_queue_count():
    said = answers(
        [0, 1, 2, 3, 4, 5],
        [Answer.WRONG, Answer.WRONG, Answer.RIGHT, Answer.UNDECIDED, Answer.WRONG, Answer.UNDECIDED],
        [Origin.QUEUE, Origin.REACHED, Origin.AHEAD, Origin.AHEAD, Origin.AHEAD, Origin.QUEUE],
    )
    assert remainder(50, said) == Remainder(items=50, left=44, picks=2, wrong=1)


def test_words():
    assert str(Remainder(412, 372, 40, 0)) == "at most 28 of 372 left (95 %)"
    assert str(Remainder(20_000, 18_582, 900, 2)) == "at most 131 of 18,582 left (95 %)"
    assert str(Remainder(412, 372, 10, 0)) == "too early to say"
    assert str(Remainder(412, 0, 40, 4)) == "none left"


def test_early_is_a_bound_over_a_fifth_of_the_rest():
    early = [picks for picks in range(60) if Remainder(500, 400, picks, 0).is_early]
    assert early == list(range(len(early)))
    assert at_most(400, len(early), 0) <= 80 < at_most(400, len(early) - 1, 0)


def test_the_reviewer_may_stop_when_the_bound_is_within_the_target():
    rest = Remainder(items=10_000, left=7_000, picks=300, wrong=0)
    assert rest.at_most == 71
    assert rest.may_stop()
    assert not rest.may_stop(target=0.005)
    assert not Remainder(10_000, 7_000, 300, 2).may_stop()
    assert Remainder(100, 0, 10, 5).may_stop()
