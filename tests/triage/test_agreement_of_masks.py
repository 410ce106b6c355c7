"""Agreement: one figure for objects and for classes, that can be pooled."""

import numpy as np
import pytest

from segreview.model.labels import Kind, LabelImage
from segreview.triage.systematic.agreement import agreement, flat, measure_of, pooled, thinned


def objects(*rows: str) -> LabelImage:
    return LabelImage.of_array(np.array([[int(letter) for letter in row] for row in rows], np.uint8))


def classes(*rows: str, void: frozenset[int] = frozenset()) -> LabelImage:
    return LabelImage(objects(*rows).planes, kind=Kind.SEMANTIC, background=None, void=void)


def test_objects_have_the_iou_of_their_best_partner_on_both_sides():
    found = agreement(objects("1100", "0022"), objects("5000", "0066"))
    assert found.value == pytest.approx((0.5 + 1 + 0.5 + 1) / 4)
    assert agreement(objects("1100"), objects("0000")).value == 0


def test_classes_have_a_mean_iou_without_void():
    ours, theirs = classes("0011", "2299", void=frozenset({9})), classes("0001", "2222")
    assert agreement(ours, theirs).value == pytest.approx((2 / 3 + 1 / 2 + 1) / 3)
    assert (measure_of(ours), measure_of(objects("1"))) == ("mIoU", "mean IoU")


def test_many_images_are_one_figure():
    pair = (objects("11"), objects("11"))
    worse = (objects("11"), objects("10"))
    assert pooled([pair, worse]) == pytest.approx(0.75)
    assert pooled([]) == 0


def test_other_shapes_agree_in_nothing():
    assert agreement(objects("11"), objects("1")).value == 0


def test_planes_lie_over_one_another_and_thin_out():
    both = LabelImage((np.array([[1, 1, 0, 0]]), np.array([[0, 2, 2, 0]])))
    np.testing.assert_array_equal(flat(both), [[1, 2, 2, 0]])
    assert thinned(both, 2).shape == (1, 2)
