"""COCO's average precision, worked out by hand."""

import numpy as np
import pytest
from scenes import scored

from segreview.compare.evaluate import evaluate
from segreview.errors import SegreviewError
from segreview.model.labels import LabelImage, Segment
from segreview.shape.rle import Rle
from segreview.shape.segment import SegmentMask

SIDE = 120


def square(top, left, height, width=None):
    mask = np.zeros((SIDE, SIDE), bool)
    mask[top : top + height, left : left + (width or height)] = True
    return mask


def object_(mask, number, category=1, **facts):
    return {"segmentation": mask, "id": number, "category_id": category, **facts}


def detection(mask, score, category=1, **facts):
    return {"segmentation": mask, "score": score, "category_id": category, **facts}


def figures(objects, detections, **options):
    return evaluate(objects, detections, "coco", **options).figures


A, B = square(2, 2, 10), square(40, 40, 10)


def test_a_perfect_answer():
    found = figures([object_(A, 1), object_(B, 2)], [detection(A, 0.9), detection(B, 0.8)])
    one = pytest.approx(1)
    assert found == {
        "AP": one,
        "AP50": one,
        "AP75": one,
        "APs": one,
        "APm": -1,
        "APl": -1,
        "AR1": 0.5,  # one detection of the image is looked at
        "AR10": 1,
        "AR100": 1,
        "ARs": 1,
        "ARm": -1,
        "ARl": -1,
    }


def test_a_better_scored_false_alarm_costs_precision_at_every_recall():
    found = figures([object_(A, 1)], [detection(B, 0.9), detection(A, 0.8)])
    assert found["AP50"] == pytest.approx(1 / 2)


def test_a_missed_object_ends_the_curve():
    found = figures([object_(A, 1), object_(B, 2)], [detection(A, 0.9)])
    assert found["AP50"] == pytest.approx(51 / 101)  # recalls 0, .01 … .5


@pytest.mark.parametrize(("height", "thresholds"), [(5, 1), (7, 5), (9, 9)])
def test_a_share_at_the_threshold_is_a_hit(height, thresholds):
    found = figures([object_(A, 1)], [detection(square(2, 2, height, 10), 0.5)])
    assert found["AP"] == pytest.approx(thresholds / 10)


def test_the_second_detection_of_an_object_is_false():
    objects = [object_(A, 1), object_(B, 2)]
    found = figures(objects, [detection(A, 0.9), detection(A, 0.8), detection(B, 0.7)])
    assert found["AP50"] == pytest.approx((51 * 1 + 50 * 2 / 3) / 101)


def test_a_detection_takes_the_object_it_overlaps_most_that_is_still_free():
    # the first takes the lower of two equal objects, so that the second is left the upper one
    near = [object_(square(2, 2, 10), 1), object_(square(2, 2, 10), 2)]
    found = figures(near, [detection(square(2, 2, 10), 0.9), detection(square(2, 2, 10), 0.8)])
    assert found["AP"] == pytest.approx(1)


def test_equal_scores_keep_their_order():
    objects = [object_(A, 1)]
    assert figures(objects, [detection(A, 0.5), detection(B, 0.5)])["AP50"] == pytest.approx(1)
    assert figures(objects, [detection(B, 0.5), detection(A, 0.5)])["AP50"] == pytest.approx(1 / 2)


def test_a_crowd_takes_many_and_they_count_as_nothing():
    crowd = object_(square(20, 20, 60), 2, iscrowd=1)
    inside = [detection(square(25 + 10 * n, 25, 6), 0.9 - n / 10) for n in range(3)]
    found = figures([object_(A, 1), crowd], [*inside, detection(A, 0.1)])
    assert found["AP"] == pytest.approx(1)


def test_an_object_is_taken_rather_than_a_crowd():
    crowd = object_(square(0, 0, 60), 1, iscrowd=1)
    found = figures([crowd, object_(A, 2)], [detection(square(2, 2, 8, 10), 0.9)])
    assert found["AP50"] == pytest.approx(1)  # of the crowd it would be all, of the object .8


def test_both_ends_of_an_area_range_belong_to_it():
    found = figures([object_(square(2, 2, 32), 1)], [detection(square(2, 2, 32), 0.9)])
    assert found["APs"] == found["APm"] == pytest.approx(1)
    assert found["APl"] == -1


def test_the_area_of_an_object_is_the_one_that_the_file_states():
    found = figures([object_(A, 1, area=5000)], [detection(A, 0.9)])
    assert (found["APs"], found["ARs"]) == (-1, -1)
    assert found["APm"] == pytest.approx(1)


def test_a_detection_of_another_size_without_object_is_left_out():
    large, small = square(2, 2, 100), detection(square(105, 105, 10), 0.9)
    found = figures([object_(large, 1)], [small, detection(large, 0.5)])
    assert found["APl"] == pytest.approx(1)
    assert found["AP"] == pytest.approx(1 / 2)


def test_the_largest_number_of_detections_is_a_limit():
    detections = [detection(B, 0.9), detection(A, 0.8)]
    found = figures([object_(A, 1)], detections, max_detections=(1, 1, 1))
    assert found["AP"] == 0
    with pytest.raises(SegreviewError, match="no numbers of detections"):
        figures([object_(A, 1)], detections, max_detections=(10, 1, 1))


def test_classes_are_ranked_apart_and_averaged():
    objects = [object_(A, 1, 7), object_(B, 2, 9)]
    found = evaluate(objects, [detection(A, 0.1, 7), detection(B, 0.9, 7)], "coco")
    assert found.per_class == {7: {"AP": pytest.approx(1 / 2)}, 9: {"AP": 0}}
    assert found.figures["AP"] == pytest.approx(1 / 4)
    chosen = evaluate(objects, [detection(A, 0.1, 7)], "coco", categories=[7, 8])
    assert chosen.per_class == {7: {"AP": pytest.approx(1)}, 8: {"AP": -1}}
    assert chosen.figures["AP"] == pytest.approx(1)


def test_images_are_told_apart_by_their_ids_or_by_lists():
    objects = [object_(A, 1, image_id=5), object_(A, 2, image_id=3)]
    detections = [detection(A, 0.9, image_id=3), detection(A, 0.8, image_id=4)]
    found = figures(objects, detections)
    assert found["AP50"] == pytest.approx(51 / 101)
    by_image = [[objects[1]], [], [objects[0]]], [[detections[0]], [detections[1]], []]
    assert figures(*by_image) == found
    with pytest.raises(SegreviewError, match="Some segments name their image"):
        figures(objects, [detection(A, 0.9)])


def test_all_forms_of_a_mask():
    rle = Rle.of_mask(A)
    size = [SIDE, SIDE]
    forms = [
        A,
        A.astype(np.uint8) * 255,
        rle,
        {"size": size, "counts": rle.counts().tolist()},
        {"size": size, "counts": rle.text()},
        {"size": size, "counts": rle.text().encode()},
    ]
    for form in forms:
        assert figures([object_(form, 1)], [SegmentMask(rle, 1, 0.5)])["AP"] == pytest.approx(1)


@pytest.mark.parametrize(("objects", "detections", "ap"), [([], [], -1), ([A], [], 0), ([], [A], -1)])
def test_empty_sides(objects, detections, ap):
    sides = [object_(mask, 1) for mask in objects], [detection(mask, 0.5) for mask in detections]
    assert figures(*sides)["AP"] == figures(*sides)["AR100"] == ap


def test_annotation_zero_is_never_found_and_said_so():
    found = evaluate([object_(A, 0), object_(B, 1)], [detection(A, 0.9), detection(B, 0.8)], "coco")
    assert found.figures["AP50"] == pytest.approx(51 * 0.5 / 101)
    assert "id 0" in found.to_dict()["notes"][0]
    assert evaluate([object_(A, 1)], [detection(A, 0.9)], "coco").to_dict()["notes"] == []


def test_label_images_with_scores():
    data = np.zeros((20, 20), int)
    data[1:5, 1:5], data[8:12, 8:12] = 4, 9
    assert evaluate(data, data * 0, "coco").figures["AP"] == 0
    with pytest.raises(SegreviewError, match="2 of 4 have none"):
        evaluate(data, scored(data, _4=0.9, _9=0.1), "coco")
    classes = LabelImage((data,), segments={4: Segment(1), 9: Segment(2, iscrowd=True)})
    found = evaluate(classes, scored(data, _4=0.9, _9=0.1), "coco").figures
    assert found["AP"] == pytest.approx(1)


def test_objects_that_overlap_lie_in_several_planes():
    lower, upper = np.zeros((2, 20, 20), int)
    lower[1:9, 1:9], upper[5:13, 5:13] = 1, 2
    facts = {1: Segment(1, 0.9), 2: Segment(1, 0.8)}
    both = LabelImage((lower, upper), segments=facts)
    assert evaluate(both, both, "coco").figures["AP"] == pytest.approx(1)


def test_predictions_without_scores_are_refused():
    data = np.zeros((20, 20), int)
    data[1:5, 1:5], data[8:12, 8:12] = 4, 9
    with pytest.raises(SegreviewError, match="1 of 2 have none") as refusal:
        evaluate(data, scored(data, _4=0.5), "coco")
    assert "stardist" in refusal.value.hint
    with pytest.raises(SegreviewError, match="1 of 1 have none"):
        evaluate([object_(A, 1)], [object_(A, 1)], "coco")


@pytest.mark.parametrize(
    ("segmentation", "message"),
    [
        ([[1, 1, 5, 1, 5, 5]], "polygon"),
        (None, "no segmentation"),
        ({"size": [4, 4], "counts": [3, 2]}, "add up to 5 pixels"),
        ({"size": [4, 4], "counts": "not a mask"}, "cut off"),
        (np.zeros((2, 3, 4)), "no rows and columns"),
    ],
)
def test_masks_that_cannot_be_read_are_refused(segmentation, message):
    with pytest.raises(SegreviewError, match=message):
        figures([object_(segmentation, 1)], [])


def test_masks_of_images_of_two_sizes_are_refused():
    with pytest.raises(SegreviewError, match="2 sizes"):
        figures([object_(A, 1)], [detection(np.ones((3, 3), bool), 0.5)])


def test_scores_that_are_no_numbers_are_refused():
    with pytest.raises(SegreviewError, match="1 of 2 have none that is a number"):
        evaluate([object_(A, 1)], [detection(A, float("nan")), detection(B, 0.5)], "coco")


@pytest.mark.parametrize("fact", [{"score": "high"}, {"category_id": "car"}, {"id": "x"}, {"area": [4]}])
def test_facts_of_segments_that_are_no_numbers_are_refused(fact):
    (name,) = fact
    with pytest.raises(SegreviewError, match=f"A segment has {name}="):
        evaluate([object_(A, 1)], [{**detection(A, 0.5), **fact}], "coco")


def test_what_cannot_be_chosen_is_told_by_its_name():
    for options in ({"categories": 5}, {"categories": ["car"]}, {"max_detections": 5}):
        (name,) = options
        with pytest.raises(SegreviewError, match=f"coco cannot take {name}="):
            evaluate([object_(A, 1)], [detection(A, 0.5)], "coco", **options)
