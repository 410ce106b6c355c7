"""Reviews played through, as the benchmark does it with more of them: the bound holds, and is no wider."""

import numpy as np
import pytest
from simulated_review import SCORES, TRAPS, Review, annotations
from stopping import LEAST_COVERAGE, measure


@pytest.mark.parametrize("score", SCORES + TRAPS)
def test_the_bound_holds_and_is_no_wider_than_that_of_a_plain_sample(score):
    tenths, too_soon = measure(200, 0.1, score, reviews=60)
    assert min(tenth.coverage for tenth in tenths) >= LEAST_COVERAGE
    assert not any(tenth.is_wider for tenth in tenths)
    assert too_soon <= 6


@pytest.mark.parametrize("score", ["says nothing", "upside down"])
def test_picks_ahead_are_a_fair_sample_of_what_the_queue_has_not_come_to(score):
    """Wrong ones among them against expectation, in standard errors, over the middle of many reviews."""
    excess = variance = 0.0
    for seed in range(150):
        moment = next(m for m in Review(annotations(200, 0.1, score, seed), seed) if m.reviewed == 120)
        rest = moment.estimate
        there, everything = moment.truth + rest.wrong, rest.left + rest.picks
        share = there / everything
        excess += rest.wrong - rest.picks * share
        variance += rest.picks * share * (1 - share) * rest.left / (everything - 1)
    assert abs(excess) < 3 * np.sqrt(variance)


def test_a_review_gives_each_item_one_answer():
    review = Review(annotations(200, 0.1, "calibrated", 3), 3)
    moments = list(review)
    assert moments[-1].reviewed == 200
    assert sorted(review.answers().item.tolist()) == list(range(200))
    assert moments[-1].truth == moments[-1].estimate.at_most == 0
