"""What is left in several samples: a bound that holds for their sum, however they were reviewed."""

from itertools import product

import numpy as np
import pytest
from scipy.stats import hypergeom, poisson

from segreview.triage.joint_remainder import JointRemainder, most_left
from segreview.triage.remainder import Remainder, at_most


def sample(left, picks, wrong, passed=0):
    return Remainder(left + picks + 50, left, picks, wrong, passed=passed)


SIZES = ((30, 6), (12, 9)), ((9, 20), (40, 3)), ((15, 5), (15, 5)), ((25, 0), (20, 8))


@pytest.mark.parametrize("sizes", SIZES)
def test_the_bound_holds_in_95_of_100_whatever_is_wrong_in_either(sizes):
    """Not by simulation: all outcomes with their chances."""
    bounds, laws = [], []
    for seen in product(*(range(picks + 1) for _, picks in sizes)):
        parts = [sample(left, picks, n) for (left, picks), n in zip(sizes, seen, strict=True)]
        bounds.append(sum(seen) + most_left(parts))
    for left, picks in sizes:
        wrong = np.arange(left + picks + 1)[:, None]
        laws.append(hypergeom.pmf(np.arange(picks + 1), left + picks, wrong, picks))
    for (wrong, law), (other, other_law) in product(*map(enumerate, laws)):
        held = np.outer(law, other_law).ravel() @ (np.array(bounds) >= wrong + other)
        assert held >= 0.95 - 1e-9, (wrong, other)


def test_many_samples_together_say_more_than_the_sum_of_what_each_says():
    parts = tuple(sample(200, 20, 0) for _ in range(10))
    joint = JointRemainder(parts)
    assert joint.left == 2000
    assert joint.at_most == 32  # 3.0 wrong picks at most, of which each stands for 11 items
    assert sum(part.at_most for part in parts) > 250
    assert str(joint) == "at most 32 of 2,000 left (95 %)"


def test_what_is_left_is_where_picks_are_rarest():
    rare, dense = sample(100, 5, 0), sample(100, 50, 0)
    assert most_left([rare, dense]) == int(-np.log(0.05) * 105 / 5)
    assert most_left([sample(20, 1, 0), dense]) == int(20 + (-np.log(0.05) - 20 / 21) * 3)
    assert most_left([sample(30, 0, 0), dense]) == 30 + int(-np.log(0.05) * 3)


def test_wrong_picks_widen_it_and_what_was_passed_counts_as_wrong():
    parts = [sample(200, 20, 1), sample(200, 20, 1)]
    limit = next(m for m in np.arange(0, 20, 0.001) if poisson.cdf(2, m) <= 0.05)
    assert most_left(parts) == int((limit - 2 / 11) * 11)
    passed = JointRemainder((sample(210, 20, 0, passed=10), sample(200, 20, 0)))
    assert passed.at_most == JointRemainder((sample(200, 20, 0),) * 2).at_most + 10


def test_of_one_sample_it_is_the_exact_bound():
    assert JointRemainder((sample(372, 40, 0),)).at_most == at_most(372, 40, 0) == 28
    assert str(JointRemainder((sample(0, 40, 0),) * 2)) == "none left"
    assert str(JointRemainder((sample(100, 0, 0),) * 2)) == "too early to say"
