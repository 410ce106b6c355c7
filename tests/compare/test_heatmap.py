"""The heatmap against a pixel-by-pixel one."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from compare_cases import scenes, semantic
from hypothesis import given, settings
from hypothesis import strategies as st

from segreview.compare.disagreement import Relation
from segreview.compare.heatmap import FAINTEST, item_heat
from segreview.compare.objects import Disagreements
from segreview.compare.overlap import OverlapTable, overlap_table
from segreview.compare.regions import Regions
from segreview.model.box import Box
from segreview.shape.lattice import Lattice

AGREEING = ("matched", "boundary")


def slow_heat(live: Disagreements) -> np.ndarray:
    """Strength at every pixel, from the definition."""
    reference, prediction = live.table.reference, live.table.prediction
    values = np.zeros(reference.shape, np.float32)
    for index in np.ndindex(values.shape):
        here = {
            "reference": [int(plane[index]) for plane in reference.planes],
            "prediction": [int(plane[index]) for plane in prediction.planes],
        }
        if reference.void & set(here["reference"]) or prediction.void & set(here["prediction"]):
            continue
        for side, other in (("reference", "prediction"), ("prediction", "reference")):
            for i in here[side]:
                item = live.find(side, i)
                if item is None or item.relation is Relation.IGNORED:
                    continue
                if item.relation in AGREEING and set(item.ids(other)) & set(here[other]):
                    continue
                values[index] = max(values[index], 0.25, 1 - item.iou)
    return values


@pytest.mark.parametrize(("ndim", "planes"), [(2, 1), (3, 1), (2, 2)])
@settings(deadline=None, max_examples=50)
@given(data=st.data(), t=st.sampled_from([Fraction(1, 5), Fraction(1, 2)]))
def test_objects(ndim, planes, data, t):
    live = Disagreements(OverlapTable.build(*data.draw(scenes(ndim, planes, void=True))), t)
    expected = slow_heat(live)
    heat = item_heat(live)
    found = heat.values(Lattice.of_box(Box.of_shape(expected.shape)))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    every_other = Lattice(tuple(np.arange(0, n, 2) for n in expected.shape))
    np.testing.assert_array_equal(heat.values(every_other), found[(slice(None, None, 2),) * ndim])


def test_a_thin_rim_is_seen():
    reference = np.ones((10, 10), int)
    prediction = reference.copy()
    prediction[0] = 0
    live = Disagreements(overlap_table(reference, prediction))
    values = item_heat(live).values(Lattice.of_box(Box.of_shape((10, 10))))
    assert set(values[0].tolist()) == {FAINTEST}
    assert not values[1:].any()


@settings(deadline=None, max_examples=50)
@given(pair=scenes())
def test_regions(pair):
    reference, prediction = semantic(pair[0], void=frozenset({6})), semantic(pair[1])
    prediction = replace(prediction, void=frozenset({5}))
    live = Regions(OverlapTable.build(reference, prediction))
    values = item_heat(live).values(Lattice.of_box(Box.of_shape(reference.shape)))
    for index in np.ndindex(values.shape):
        item = live.at(index)
        if item is None or prediction.data[index] == 5:
            assert values[index] == 0
        else:
            assert values[index] == (1 if item.relation is Relation.CLASS else FAINTEST)
