"""Average precision of Cityscapes, worked out by hand."""

from dataclasses import replace
from math import isnan

import numpy as np
import pytest

from segreview.compare.evaluate import evaluate
from segreview.compare.metrics.cityscapes import instance_ids
from segreview.errors import SegreviewError
from segreview.model.labels import Segment

ROAD, STATIC, PERSON, CAR, CARAVAN = 7, 4, 24, 26, 29
WIDTH = 1000


def street(*runs):
    """One row of a street; each run is an id and how many pixels it has, the rest is road."""
    data = np.full((1, WIDTH), ROAD)
    at = 0
    for id_, n in runs:
        data[0, at : at + n] = id_
        at += n
    return data


def mask(start, stop):
    data = np.zeros((1, WIDTH), np.uint8)
    data[0, start:stop] = 255
    return data


def cars(*spans):
    """Predicted cars, each from a start to a stop with its confidence."""
    return [(mask(start, stop), CAR, confidence) for start, stop, confidence in spans]


def judged(reference, prediction, **options):
    return evaluate(reference, prediction, "cityscapes_instance", **options)


def test_a_miss_halves_the_recall():
    # one point of the curve, at P = 1 and R = 1/2, and the artificial one at R = 0: steps of 1/4 each
    found = judged(street((26000, 200), (26001, 200)), cars((0, 200, 0.9)))
    assert found.figures == {"allAp": 0.5, "allAp50%": 0.5}
    assert found.per_class[CAR]["ap"] == 0.5
    assert isnan(found.per_class[PERSON]["ap"])


def test_thresholds_are_exceeded_not_reached():
    # IoU 14/20: a hit up to .65
    found = judged(street((26000, 200)), cars((60, 200, 0.9)))
    assert found.per_class[CAR]["ap_by_overlap"] == [1] * 4 + [0] * 6
    assert found.figures["allAp"] == pytest.approx(0.4)


def test_of_two_hits_the_less_sure_one_is_a_false_alarm():
    # curve: P = 1/2, R = 1 at .6; P = 1, R = 1 at .9; so 1/2 * 0 + 1 * 1/2 + 1 * 1/2
    found = judged(street((26000, 200)), cars((0, 200, 0.6), (0, 190, 0.9)))
    assert found.figures["allAp50%"] == 1
    # a false alarm alone on the road, surer than the hit: P = 1/2 at R = 1, P = 0 at R = 0
    alarm = judged(street((26000, 200)), cars((0, 200, 0.6), (500, 700, 0.9)))
    assert alarm.figures["allAp50%"] == 1 / 2 * 1 / 2


def test_the_artificial_point_at_recall_zero_has_precision_one():
    # a hit and a false alarm of one confidence: P = 1/2 at R = 1, then P = 1 at R = 0, steps of 1/2 each
    found = judged(street((26000, 200)), cars((0, 200, 0.8), (500, 700, 0.8)))
    assert found.figures["allAp50%"] == 1 / 2 * 1 / 2 + 1 / 2


@pytest.mark.parametrize("under", [(STATIC, 140), (CAR, 140), (26001, 90)])
def test_predictions_under_void_groups_and_small_instances_are_dropped(under):
    """At .5 each lies by more than half there; the small instance is hit itself."""
    id_, size = under
    found = judged(street((26000, 200), (id_, size)), cars((0, 200, 0.5), (200, 200 + size + 50, 0.9)))
    assert found.per_class[CAR]["ap50%"] == 1


def test_an_instance_of_an_ignored_class_is_no_void():
    beside = cars((0, 200, 0.5), (200, 400, 0.9))
    assert judged(street((26000, 200), (29001, 200)), beside).figures["allAp50%"] == 0.25
    assert judged(street((26000, 200), (CARAVAN, 200)), beside).figures["allAp50%"] == 1


def test_the_smallest_size_can_be_chosen():
    assert isnan(judged(street((26000, 50)), cars((0, 50, 0.9))).figures["allAp"])
    assert judged(street((26000, 50)), cars((0, 50, 0.9)), min_size=50).figures["allAp"] == 1


def test_images_are_ranked_together():
    # a sure false alarm in an image without cars costs the hit of the other
    found = judged([street((26000, 200)), street()], [cars((0, 200, 0.5)), cars((0, 200, 0.9))])
    assert found.figures["allAp50%"] == 0.25
    assert found.per_image == ()


def test_no_prediction_is_zero_and_no_instance_no_number():
    assert judged(street((26000, 200)), []).figures["allAp"] == 0
    assert isnan(judged(street(), cars((0, 200, 0.9))).figures["allAp"])
    everything_dropped = judged(street((26000, 200), (STATIC, 200)), cars((200, 400, 0.9)))
    assert everything_dropped.figures["allAp"] == 0  # cityscapesScripts fails here


def test_predictions_may_overlap_and_come_as_dictionaries_or_labels():
    reference = street((26000, 200), (24000, 200))
    said = [
        {"mask": mask(0, 200), "labelID": CAR, "confidence": 0.9},
        {"mask": mask(150, 400), "labelID": PERSON, "confidence": 0.8},
        {"mask": mask(0, 400), "labelID": ROAD, "confidence": 0.7},
    ]
    assert judged(reference, said).figures["allAp50%"] == 1
    labels = replace(
        instance_ids(street((26000, 200), (24000, 200))),
        segments={i: Segment(i // 1000 or ROAD, 0.5) for i in (26000, 24000, ROAD)},
    )
    assert judged(reference, labels).figures["allAp"] == 1


def test_what_does_not_fit_is_refused_in_words():
    with pytest.raises(SegreviewError, match="class 40, which Cityscapes does not have"):
        judged(street(), [(mask(0, 9), 40, 0.9)])
    with pytest.raises(SegreviewError, match="prediction 1 is no"):
        judged(street(), [mask(0, 9)])
    with pytest.raises(SegreviewError, match=r"has shape \(1, 9\)"):
        judged(street(), [(mask(0, 9)[:, :9], CAR, 0.9)])
    with pytest.raises(SegreviewError, match="1 references and 2 lists"):
        judged([street()], [[], []])
    with pytest.raises(SegreviewError, match="min_size=-1"):
        judged(street(), [], min_size=-1)
    with pytest.raises(SegreviewError, match="have none"):
        judged(street((26000, 200)), street((26000, 200)))


def test_predictions_that_are_none_are_refused():
    for said in ([(mask(0, 9), "car", 0.9)], [(mask(0, 9), CAR, "high")]):
        with pytest.raises(SegreviewError, match="prediction 1 has the label id"):
            judged(street(), said)
    with pytest.raises(SegreviewError, match="none that is a number"):
        judged(street(), [(mask(0, 9), CAR, float("nan"))])
    with pytest.raises(SegreviewError, match="no prediction"):
        judged(street(), None)
    with pytest.raises(SegreviewError, match="image 1: the predictions are no list"):
        judged([street()], [None])
