"""Heatmaps: values worked out by hand on small masks."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import distance_transform_edt

from segreview.compare.heatmap import Partners
from segreview.compare.live import find_live_disagreements
from segreview.compare.objects import Disagreements
from segreview.model.box import Box
from segreview.model.labels import Kind, LabelImage
from segreview.shape.lattice import Lattice
from segreview.triage.heat import (
    FARTHEST,
    SCALES,
    ConfusionHeat,
    Heat,
    annotator_heat,
    confusion_shares,
    displacement_heat,
    dissent_heat,
    entropy_heat,
)

SHAPE = (20, 30)
WHOLE = Lattice.of_box(Box.of_shape(SHAPE))


def square(top: int, left: int, side: int, value: int = 1) -> np.ndarray:
    labels = np.zeros(SHAPE, np.uint8)
    labels[top : top + side, left : left + side] = value
    return labels


def displacement(reference: LabelImage, prediction: LabelImage, lattice: Lattice = WHOLE) -> np.ndarray:
    live = find_live_disagreements(reference, prediction)
    assert isinstance(live, Disagreements)
    return displacement_heat(live, Partners(live.items.values()), lattice)


def pair(reference: np.ndarray, prediction: np.ndarray) -> tuple[LabelImage, LabelImage]:
    return LabelImage.of_array(reference), LabelImage.of_array(prediction)


class TestDissent:
    def test_is_the_gap_to_the_second_opinion(self) -> None:
        labels = LabelImage.of_array(square(4, 4, 8))
        heat = dissent_heat(labels, np.full(SHAPE, 51, np.uint8), Lattice.of_box(Box((2, 2), (10, 10))))
        assert heat.shape == (8, 8)
        assert heat[0, 0] == pytest.approx(0.2)
        assert heat[5, 5] == pytest.approx(0.8)

    def test_of_classes_is_what_the_annotated_one_lacks(self) -> None:
        labels = LabelImage.of_array(square(4, 4, 8), Kind.SEMANTIC, 0)
        np.testing.assert_allclose(dissent_heat(labels, np.full(SHAPE, 51, np.uint8), WHOLE), 0.8)

    def test_says_nothing_of_void(self) -> None:
        labels = LabelImage((square(4, 4, 8, 9),), void=frozenset({9}))
        assert not dissent_heat(labels, np.full(SHAPE, 255, np.uint8), WHOLE)[4:12, 4:12].any()


class TestDisplacement:
    def test_is_signed_and_grows_away_from_the_contour(self) -> None:
        heat = displacement(*pair(square(4, 4, 10), square(4, 6, 10)))
        assert heat[8, 14:16].tolist() == [1, 2]  # the model lies outside
        assert heat[8, 4:6].tolist() == [-1, -2]  # and within
        assert not heat[8, 6:14].any()

    def test_at_every_third_pixel_is_that_of_the_whole(self) -> None:
        sides = pair(square(4, 4, 10), square(5, 7, 9))
        part = Lattice((np.arange(0, 20, 3), np.arange(1, 30, 3)))
        np.testing.assert_array_equal(displacement(*sides, part), displacement(*sides)[::3, 1::3])

    def test_counts_in_pixels_of_the_finest_axis(self) -> None:
        sides = [LabelImage((side,), spacing=(1.0, 2.0)) for side in (square(4, 4, 10), square(4, 6, 10))]
        assert displacement(*sides)[8, 14:16].tolist() == [2, 4]

    def test_does_not_look_at_other_times(self) -> None:
        times = [[square(4, 4, 10), square(4, 9, 10)], [square(4, 7, 10), square(4, 7, 10)]]
        series = [LabelImage((np.stack(side),), axes="TYX") for side in times]
        heat = displacement(*series, Lattice.of_box(Box.of_shape(series[0].shape)))
        np.testing.assert_array_equal(heat[0], displacement(*pair(*(side[0] for side in times))))

    def test_is_cut_at_the_end_of_the_scale(self) -> None:
        heat = displacement(*pair(square(0, 0, 20), square(9, 9, 2)))
        assert heat.min() == -FARTHEST

    def test_lone_objects_have_none(self) -> None:
        assert not displacement(*pair(square(4, 4, 10), square(4, 20, 8))).any()

    @settings(deadline=None, max_examples=40)
    @given(st.integers(0, 6), st.integers(0, 10), st.integers(6, 12), st.integers(6, 12))
    def test_is_the_distance_transform_of_the_pair(self, top, left, first, second) -> None:
        reference, prediction = square(3, 4, first), square(top, left, second)
        heat = displacement(*pair(reference, prediction))
        inside, outside = (distance_transform_edt(side) for side in (reference, 1 - reference))
        expected = np.where(reference, -inside, outside) * (reference != prediction)
        items = find_live_disagreements(*pair(reference, prediction)).items.values()
        if len(items) == 2:  # too far apart to be a pair
            expected = np.zeros(SHAPE)
        np.testing.assert_allclose(heat, np.clip(expected, -FARTHEST, FARTHEST), rtol=1e-6)


class TestEntropy:
    def test_is_one_where_nothing_is_known(self) -> None:
        shares, lattice = (
            np.array([[0.5, 0.0], [1.0, 0.11]], np.float32),
            Lattice.of_box(Box.of_shape((2, 2))),
        )
        heat = entropy_heat([shares], lattice)
        assert heat[0, 0] == pytest.approx(1)
        assert heat[0, 1] == heat[1, 0] == pytest.approx(0, abs=1e-6)
        assert heat[1, 1] == pytest.approx(0.4999, abs=1e-3)
        equal = entropy_heat([np.full((2, 2), 1 / 3, np.float32)] * 3, lattice)
        np.testing.assert_allclose(equal, 1, rtol=1e-6)

    def test_of_bytes_is_that_of_their_share(self) -> None:
        lattice = Lattice.of_pixel((0,))
        assert entropy_heat([np.array([51], np.uint8)], lattice) == pytest.approx(
            entropy_heat([np.array([0.2])], lattice), abs=1e-6
        )

    def test_of_annotators_is_where_they_differ(self) -> None:
        drawn = [LabelImage.of_array(side) for side in (square(4, 4, 8), square(4, 6, 8, 7))]
        heat = annotator_heat(drawn, WHOLE)
        assert heat[8, 8] == heat[0, 0] == pytest.approx(0, abs=1e-6)  # whichever id they gave it
        assert heat[8, 4] == heat[8, 13] == pytest.approx(1)

    def test_of_classes_counts_every_vote(self) -> None:
        votes = [LabelImage.of_array(np.array([[1, n]], np.uint8), Kind.SEMANTIC, None) for n in (1, 2, 3)]
        heat = annotator_heat(votes, Lattice.of_box(Box.of_shape((1, 2))))
        assert heat[0].tolist() == pytest.approx([0, 1], abs=1e-6)


def test_confusion_is_the_share_of_the_class() -> None:
    true = LabelImage.of_array(np.array([[1, 1, 2, 9]], np.uint8), Kind.SEMANTIC, None)
    said = LabelImage.of_array(np.array([[1, 2, 1, 1]], np.uint8), Kind.SEMANTIC, None)
    shares = confusion_shares({(1, 1): 3, (1, 2): 1, (2, 1): 4})
    assert shares == {(1, 2): 0.25, (2, 1): 1}
    lattice = Lattice.of_box(Box.of_shape((1, 4)))
    assert ConfusionHeat(shares).values(true, said, lattice).tolist() == [[0, 0.25, 1, 0]]
    assert not ConfusionHeat({}).values(true, said, lattice).any()


def test_every_heatmap_has_a_scale_that_can_be_read() -> None:
    assert set(SCALES) == set(Heat)
    assert all(low <= high <= scale.high for scale in SCALES.values() for low, high in pairwise(scale.first))
    signed = SCALES[Heat.DISPLACEMENT]
    assert [signed.text(v) for v in (-2.0, 0.0, 1.5)] == ["\N{MINUS SIGN}2.0 px", "0.0 px", "+1.5 px"]
    assert SCALES[Heat.DIFFERENCE].text(0.256) == "0.26"
