"""Panoptic quality, worked out by hand."""

from dataclasses import replace
from math import isnan

import numpy as np
import pytest

from segreview.compare.evaluate import evaluate
from segreview.errors import SegreviewError
from segreview.model.labels import Kind, LabelImage, Segment
from segreview.model.ontology import Category, Ontology

CELL, DEBRIS, GROUND = 1, 2, 3
CATEGORIES = [{"id": CELL, "isthing": 1}, {"id": DEBRIS, "isthing": 1}, {"id": GROUND, "isthing": 0}]


def labels(pixels, segments, kind=Kind.PANOPTIC, **facts):
    """One row of pixels; segments are ``{id: class}``, or a crowd of it where the class is negative."""
    told = {id_: Segment(abs(category), iscrowd=category < 0) for id_, category in segments.items()}
    return LabelImage((np.array([pixels]),), kind=kind, segments=told, **facts)


def panoptic(reference, prediction, **options):
    return evaluate(reference, prediction, "panoptic", **{"categories": CATEGORIES, **options})


def counts(evaluation, category):
    figures = evaluation.per_class[category]
    return figures["tp"], figures["fp"], figures["fn"]


def test_a_hit_a_miss_and_a_false_alarm():
    reference = labels([1, 1, 1, 1, 2, 2, 0, 0], {1: CELL, 2: CELL})
    prediction = labels([5, 5, 5, 0, 0, 0, 0, 0], {5: CELL})
    found = panoptic(reference, prediction)
    assert counts(found, CELL) == (1, 0, 1)
    assert found.per_class[CELL]["iou_sum"] == 3 / 4
    assert found.figures["All"] == {"pq": 0.75 / 1.5, "sq": 0.75, "rq": 1 / 1.5, "n": 1}
    assert found.figures["Things"] == found.figures["All"]
    assert isnan(found.figures["Stuff"]["pq"])
    assert found.figures["Stuff"]["n"] == 0


def test_half_is_no_hit():
    found = panoptic(labels([1, 1, 9, 9], {1: CELL, 9: GROUND}), labels([5, 9, 9, 9], {5: CELL, 9: GROUND}))
    assert counts(found, CELL) == (0, 1, 1)
    assert counts(found, GROUND) == (1, 0, 0)


def test_void_leaves_the_union():
    # 3 of the 6 predicted pixels are void: IoU is 3 / (6 + 4 - 3 - 3), where 3 / 7 were no hit
    reference = labels([1, 1, 1, 1, 0, 0, 0, 9], {1: CELL, 9: GROUND})
    prediction = labels([9, 5, 5, 5, 5, 5, 5, 9], {5: CELL, 9: GROUND})
    found = panoptic(reference, prediction)
    assert counts(found, CELL) == (1, 0, 0)
    assert found.per_class[CELL]["iou_sum"] == 3 / 4


@pytest.mark.parametrize(("void", "alarms"), [(3, 0), (2, 1)])
def test_a_prediction_more_than_half_under_void_is_no_false_alarm(void, alarms):
    reference = labels([0] * void + [9] * (8 - void), {9: GROUND})
    prediction = labels([5] * 4 + [9] * 4, {5: CELL, 9: GROUND})
    assert counts(panoptic(reference, prediction), CELL) == (0, alarms, 0)


def test_the_background_of_objects_is_not_void():
    reference = labels([1, 1, 0, 0, 0, 0], {1: CELL}, Kind.INSTANCE)
    prediction = labels([5, 5, 0, 6, 6, 6], {5: CELL, 6: CELL}, Kind.INSTANCE)
    assert counts(panoptic(reference, prediction), CELL) == (1, 1, 0)
    void = replace(reference, void=frozenset({0}))
    assert counts(panoptic(void, prediction), CELL) == (1, 0, 0)


def test_all_crowds_of_a_class_absorb_or_the_last_one():
    reference = labels([1, 1, 1, 2, 2, 2, 9, 9], {1: -CELL, 2: -CELL, 9: GROUND})
    prediction = labels([5, 5, 0, 6, 6, 0, 7, 9], {5: CELL, 6: CELL, 7: DEBRIS, 9: GROUND})
    assert counts(panoptic(reference, prediction), CELL) == (0, 0, 0)
    assert counts(panoptic(reference, prediction, compat="last"), CELL) == (0, 1, 0)
    assert counts(panoptic(reference, prediction), DEBRIS) == (0, 1, 0)
    across = labels([0, 0, 5, 5, 0, 0, 0, 9], {5: CELL, 9: GROUND})
    assert counts(panoptic(reference, across), CELL) == (0, 0, 0)


def test_stuff_is_one_segment_of_its_class():
    reference = labels([1, 2, 2, 2, 2, 2], {1: GROUND, 2: GROUND})
    prediction = labels([7, 7, 7, 7, 7, 5], {7: GROUND, 5: CELL})
    found = panoptic(reference, prediction)
    assert counts(found, GROUND) == (1, 0, 0)
    assert found.per_class[GROUND]["iou_sum"] == 5 / 6
    as_listed = panoptic(reference, prediction, compat="panopticapi")
    assert counts(as_listed, GROUND) == (1, 0, 1)
    assert as_listed.per_class[GROUND]["iou_sum"] == 4 / 6


def test_objects_of_two_classes_are_no_pair():
    found = panoptic(labels([1, 1], {1: CELL}), labels([5, 5], {5: DEBRIS}))
    assert counts(found, CELL) == (0, 0, 1)
    assert counts(found, DEBRIS) == (0, 1, 0)
    assert found.figures["All"]["n"] == 2
    assert found.figures["All"]["sq"] == 0


def test_images_are_pooled_by_class():
    right = labels([1, 1, 0], {1: CELL})
    wrong = labels([0, 0, 1], {1: CELL})
    half = labels([1, 2, 2], {1: CELL, 2: DEBRIS})
    found = panoptic([right, right], [right, wrong])
    assert counts(found, CELL) == (1, 0, 1)  # one lies under void
    assert [one.figures["All"]["pq"] for one in found.per_image] == [1, 0]
    both = panoptic([half, right], [half, right])
    assert (counts(both, CELL), counts(both, DEBRIS)) == ((2, 0, 0), (1, 0, 0))


def test_classes_of_the_table_take_part_but_those_that_are_ignored():
    table = Ontology(
        "street",
        (Category(7, "road"), Category(26, "car", isthing=True), Category(4, "x", ignore=True)),
        1000,
    )
    reference = LabelImage(
        (np.array([[7, 7, 7, 26001, 26001, 4]]),),
        kind=Kind.PANOPTIC,
        background=None,
        void=frozenset({4}),
        ontology=table,
    )
    prediction = replace(reference, planes=(np.array([[7, 7, 7, 26009, 26009, 26009]]),))
    found = evaluate(reference, prediction, "panoptic")
    assert set(found.per_class) == {7, 26}
    assert found.figures["All"]["pq"] == 1


def test_segments_are_listed():
    reference = labels([1, 1, 2, 3, 9, 9], {1: CELL, 2: CELL, 3: -CELL, 9: GROUND})
    prediction = labels([5, 5, 9, 6, 7, 9], {5: CELL, 6: CELL, 7: DEBRIS, 9: GROUND})
    found = panoptic(reference, prediction, per_object=True)
    assert [tuple(one.values())[1:] for one in found.objects] == [
        (1, 5, CELL, 1.0),
        (2, None, CELL, 0.0),
        (9, None, GROUND, 0.0),
        (None, 7, DEBRIS, 0.0),
        (None, 9, GROUND, 0.0),
    ]
    assert set(found.objects[0]) == {"image", "reference_id", "prediction_id", "category", "iou"}


def test_nothing_at_all_is_no_number():
    found = panoptic(labels([0, 0], {}), labels([0, 0], {}))
    assert isnan(found.figures["All"]["pq"])
    assert found.to_dict()["figures"]["All"] == {"pq": "nan", "sq": "nan", "rq": "nan", "n": 0}


def test_what_does_not_fit_is_refused_in_words():
    one = labels([1, 1], {1: CELL})
    with pytest.raises(SegreviewError, match="segment 1 has no class"):
        panoptic(one, labels([1, 1], {}))
    with pytest.raises(SegreviewError, match="class 8, which is not in the class table"):
        panoptic(one, labels([1, 1], {1: 8}))
    with pytest.raises(SegreviewError, match="no class table is known"):
        evaluate(one, one, "panoptic")
    with pytest.raises(SegreviewError, match="compat='first'"):
        panoptic(one, one, compat="first")
    with pytest.raises(SegreviewError, match="categories is a list of classes"):
        panoptic(one, one, categories=[{"id": 1}])


def test_no_area_of_a_file_is_trusted_and_ids_may_be_large():
    reference = labels([2**40, 2**40, 9], {2**40: CELL, 9: GROUND})
    prediction = labels([2**62, 2**62, 9], {2**62: CELL, 9: GROUND})
    assert panoptic(reference, prediction).figures["All"] == {"pq": 1, "sq": 1, "rq": 1, "n": 2}
