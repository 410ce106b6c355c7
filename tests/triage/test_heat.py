"""Heatmaps: values worked out by hand on small masks."""

from __future__ import annotations

import numpy as np
import pytest

from segreview.compare.live import find_live_disagreements
from segreview.compare.objects import Disagreements
from segreview.model.box import Box
from segreview.model.labels import Kind, LabelImage
from segreview.triage.evidence.backdrop import Backdrop
from segreview.triage.heat import (
    FARTHEST,
    annotator_shares,
    confusion_heat,
    displacement_heat,
    dissent_heat,
    entropy_heat,
    kinds_by_image,
    suspicion_heat,
)
from segreview.triage.suspicion import Suspicion

SHAPE = (20, 30)
WHOLE = Box.of_shape(SHAPE)


def square(top: int, left: int, side: int, value: int = 1) -> np.ndarray:
    labels = np.zeros(SHAPE, np.uint8)
    labels[top : top + side, left : left + side] = value
    return labels


def pair(reference: np.ndarray, prediction: np.ndarray) -> Disagreements:
    found = find_live_disagreements(LabelImage.of_array(reference), LabelImage.of_array(prediction))
    assert isinstance(found, Disagreements)
    return found


def test_suspicion_colours_what_differs() -> None:
    live = pair(square(4, 4, 8), square(4, 6, 8))
    (item,) = live.items.values()
    heat = suspicion_heat(live, {item.handle: Suspicion(0.8)}, WHOLE)
    assert heat[8, 4] == pytest.approx(0.8, abs=1 / 255)  # the annotation alone
    assert heat[8, 8] == 0  # both sides
    assert heat[0, 0] == 0
    assert not suspicion_heat(live, {}, WHOLE).any()


def test_dissent_is_the_gap_to_the_second_opinion() -> None:
    labels = LabelImage.of_array(square(4, 4, 8))
    classes = np.zeros((4, *SHAPE), np.float32)
    classes[0] = 0.25
    backdrop = Backdrop(np.zeros(SHAPE, np.float32), classes, (1.0, 1.0))
    heat = dissent_heat(labels, backdrop, Box((2, 2), (10, 10)))
    assert heat is not None
    assert heat.shape == (8, 8)
    assert heat[0, 0] == pytest.approx(0.75)
    assert heat[5, 5] == pytest.approx(0.25)
    assert dissent_heat(labels, Backdrop(np.zeros(SHAPE, np.float32), None, (1.0, 1.0)), WHOLE) is None


def test_displacement_is_signed_and_grows_away_from_the_contour() -> None:
    heat = displacement_heat(pair(square(4, 4, 10), square(4, 6, 10)), WHOLE)
    assert heat[8, 14:16].tolist() == [1, 2]  # the model lies outside
    assert heat[8, 4:6].tolist() == [-1, -2]  # and within
    assert not heat[8, 6:14].any()
    assert np.abs(heat).max() <= FARTHEST


def test_displacement_of_a_part_is_part_of_the_whole() -> None:
    live = pair(square(4, 4, 10), square(4, 6, 10))
    part = Box((3, 3), (9, 16))
    whole = displacement_heat(live, WHOLE)
    np.testing.assert_array_equal(displacement_heat(live, part), whole[part.slices])


def test_displacement_counts_in_pixels_of_the_finest_axis() -> None:
    first, second = (LabelImage((side,), spacing=(1.0, 2.0)) for side in (square(4, 4, 10), square(4, 6, 10)))
    live = find_live_disagreements(first, second)
    assert isinstance(live, Disagreements)
    assert displacement_heat(live, WHOLE)[8, 14:16].tolist() == [2, 4]


def test_entropy_is_one_where_nothing_is_known() -> None:
    shares = np.array([[0.5, 0.0], [1.0, 0.11]], np.float32)
    heat = entropy_heat([shares], Box.of_shape((2, 2)))
    assert heat[0, 0] == pytest.approx(1)
    assert heat[0, 1] == heat[1, 0] == pytest.approx(0, abs=1e-6)
    assert heat[1, 1] == pytest.approx(0.4999, abs=1e-3)
    equal = entropy_heat([np.full((2, 2), 1 / 3, np.float32)] * 3, Box.of_shape((2, 2)))
    np.testing.assert_allclose(equal, 1, rtol=1e-6)


def test_annotators_share_their_objects() -> None:
    raters = [LabelImage.of_array(side) for side in (square(4, 4, 8), square(4, 6, 8), square(0, 0, 20, 7))]
    shares = annotator_shares(raters)
    assert shares[8, 8] == 1
    assert shares[8, 4] == pytest.approx(2 / 3)
    assert shares[19, 29] == 0


def test_confusion_shows_the_pairs_that_are_asked_for() -> None:
    true = LabelImage.of_array(np.array([[1, 1, 2, 9]], np.uint8), Kind.SEMANTIC, None)
    said = LabelImage.of_array(np.array([[1, 2, 1, 1]], np.uint8), Kind.SEMANTIC, None)
    box = Box.of_shape((1, 4))
    heat = confusion_heat(true, said, box, lambda a, b: float((a, b) == (1, 2)))
    assert heat.tolist() == [[0, 1, 0, 0]]
    assert not confusion_heat(true, true, box, lambda _a, _b: 1.0).any()


def test_the_worst_image_and_the_commonest_kind_stand_first() -> None:
    names, kinds, table = kinds_by_image(
        {"a": [("merged", 0.5), ("merged", 0.25)], "b": [("missed", 0.9)], "c": []}
    )
    assert names == ["b", "a", "c"]
    assert kinds == ["missed", "merged"]
    assert table.tolist() == [[0.9, 0], [0, 0.75], [0, 0]]
    assert kinds_by_image({})[2].shape == (0, 0)
