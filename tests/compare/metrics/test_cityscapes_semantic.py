"""IoU and iIoU of Cityscapes, worked out by hand."""

from math import isnan

import numpy as np
import pytest

from segreview.compare.evaluate import evaluate
from segreview.compare.metrics.cityscapes import AVERAGE_SIZES, CATEGORIES, CATEGORIES_OF_INSTANCES, JUDGED
from segreview.errors import SegreviewError
from segreview.formats.classes import CITYSCAPES
from segreview.model.labels import Kind, LabelImage

ROAD, PERSON, CAR, TRUCK, CARAVAN, STATIC = 7, 24, 26, 27, 29, 4


def pixels(*runs):
    """One row; each run is an id and how many pixels it has."""
    return np.array([np.repeat([id_ for id_, _ in runs], [n for _, n in runs])])


def judged(reference, prediction):
    return evaluate(pixels(*reference), pixels(*prediction), "cityscapes_semantic")


def test_what_the_rule_fixes_agrees_with_the_class_table():
    assert {category.id for category in CITYSCAPES if not category.ignore} == set(JUDGED)
    things = {category.id for category in CITYSCAPES if category.isthing}
    assert {id_ for ids in CATEGORIES_OF_INSTANCES.values() for id_ in ids} == things
    assert set(AVERAGE_SIZES) == things & set(JUDGED)
    assert set(CATEGORIES_OF_INSTANCES) < set(CATEGORIES)


def test_every_instance_weighs_the_same():
    # a car of 6 pixels that is found, and one of 2 that is not: IoU 6 / 8, iIoU 1 / 2
    found = judged([(26000, 6), (26001, 2), (ROAD, 4)], [(CAR, 6), (ROAD, 2), (ROAD, 4)])
    assert found.per_class[CAR]["iou"] == 6 / 8
    assert found.per_class[CAR]["iiou"] == pytest.approx(1 / 2)
    assert found.figures["categoryInstScores"]["vehicle"] == pytest.approx(1 / 2)
    assert isnan(found.per_class[ROAD]["iiou"])
    assert found.figures["averageScoreClasses"] == (6 / 8 + 4 / 6) / 2


def test_false_alarms_of_instances_are_not_weighted():
    found = judged([(26000, 5), (ROAD, 5)], [(CAR, 5), (CAR, 2), (ROAD, 3)])
    weight = AVERAGE_SIZES[CAR]
    assert found.per_class[CAR]["iiou"] == pytest.approx(weight / (weight + 2))
    only_alarms = judged([(ROAD, 5)], [(ROAD, 4), (CAR, 1)])
    assert only_alarms.per_class[CAR]["iiou"] == 0


def test_an_ignored_class_costs_whom_it_is_predicted_on_and_nobody_else():
    found = judged([(26000, 4), (STATIC, 4), (ROAD, 2)], [(STATIC, 2), (CAR, 2), (CAR, 4), (ROAD, 2)])
    assert found.per_class[CAR]["iou"] == 2 / 4  # the 4 under static are no false alarm
    assert STATIC not in found.per_class


def test_confusions_within_a_category_are_right():
    found = judged([(26000, 4), (ROAD, 4)], [(TRUCK, 2), (CARAVAN, 2), (ROAD, 4)])
    assert found.per_class[TRUCK]["iou"] == found.per_class[CAR]["iou"] == 0
    assert found.figures["categoryScores"]["vehicle"] == 2 / 4  # a caravan is no vehicle that is judged
    assert found.figures["categoryInstScores"]["vehicle"] == 1  # yet it is one of those with instances


def test_groups_count_in_iou_alone():
    found = judged([(CAR, 4), (26000, 4), (ROAD, 1)], [(ROAD, 4), (CAR, 4), (ROAD, 1)])
    assert found.per_class[CAR]["iou"] == 4 / 8
    assert found.per_class[CAR]["iiou"] == 1


def test_instances_that_nobody_told_apart_have_no_figures():
    reference = LabelImage((pixels((CAR, 4)),), kind=Kind.SEMANTIC, background=None, ontology=CITYSCAPES)
    found = evaluate(reference, pixels((CAR, 3), (ROAD, 1)), "cityscapes_semantic")
    assert found.per_class[CAR]["iou"] == 3 / 4
    assert isnan(found.figures["averageScoreInstClasses"])


def test_images_are_pooled_before_the_quotient():
    found = evaluate(
        [pixels((PERSON, 4)), pixels((24001, 2))],
        [pixels((PERSON, 3), (ROAD, 1)), pixels((PERSON, 2))],
        "cityscapes_semantic",
    )
    assert found.per_class[PERSON]["iou"] == 5 / 6
    assert found.per_class[PERSON]["iiou"] == 1


def test_ids_that_cityscapes_lacks_are_refused():
    with pytest.raises(SegreviewError, match="prediction holds the label id 34"):
        judged([(ROAD, 2)], [(ROAD, 1), (34, 1)])
    with pytest.raises(SegreviewError, match="reference holds the label id 255"):
        judged([(255, 2)], [(ROAD, 2)])
    plate = judged([(-1, 2), (ROAD, 2)], [(255, 2), (ROAD, 2)])  # where the plate is, nothing is judged
    assert plate.figures["averageScoreClasses"] == 1
