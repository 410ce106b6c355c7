"""How an object stands among the others of its image."""

import numpy as np
import pytest

from segreview.triage.evidence.population import FLOOR, LIMIT, PRIOR, SPREADS, standing
from segreview.triage.evidence.table import assembled, standing_name

USUAL = 0.2


def test_in_a_small_population_nothing_stands_out():
    for count in range(4):
        assert standing(np.array([9.0, -9.0]), USUAL, np.zeros(count)).tolist() == [0, 0]


def test_the_say_of_a_population_grows_until_it_has_eight():
    far = [float(standing(np.array([0.3]), USUAL, np.zeros(count))[0]) for count in range(3, 12)]
    assert far[0] == 0
    assert far == sorted(far)
    spread = np.sqrt(PRIOR * USUAL**2 / (8 + PRIOR)) + FLOOR * USUAL
    assert far[5] == pytest.approx(0.3 / spread)


def test_the_spread_is_the_median_deviation_shrunk_to_the_usual():
    population = np.arange(21.0)
    spread = np.sqrt((21 * (1.4826 * 5) ** 2 + PRIOR * USUAL**2) / (21 + PRIOR)) + FLOOR * USUAL
    found = standing(np.array([10.0, 17.0, -5000.0]), USUAL, population)
    assert found == pytest.approx([0, 7 / spread, -LIMIT])


def test_every_figure_that_is_compared_has_a_standing_of_its_own():
    rows = [{name: float(n) for name in SPREADS if name != "size"} | {"log area": 1.0} for n in range(9)]
    found = assembled(np.arange(9), rows)
    assert {standing_name(name) for name in SPREADS} <= set(found.columns)
    assert found.column(standing_name("edge"))[4] == 0


def test_others_stand_among_the_annotated_ones():
    rows = [{"solidity": 0.9, "log area": 3.0}] * 8
    annotated = assembled(np.arange(8), rows)
    (found,) = assembled(np.array([9]), [{"solidity": 0.5, "log area": 4.0}], annotated).column("size")
    assert found == 1
    assert assembled(np.array([9]), rows[:1], assembled(np.array([]), [])).column("size") == [0]
