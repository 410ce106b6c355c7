"""Figures of classes of pixels, worked out by hand."""

from math import isnan

import numpy as np
import pytest

from segreview.compare.evaluate import evaluate
from segreview.errors import SegreviewError
from segreview.model.labels import Kind, LabelImage, Segment
from segreview.model.ontology import Category, Ontology


def row(*pixels):
    return np.array([pixels])


def classes(pixels, *names, void=()):
    """Semantic labels with a class table; void classes are ignored ones."""
    table = Ontology("table", tuple(Category(n, name, ignore=n in void) for n, name in enumerate(names)))
    return LabelImage(
        (row(*pixels),), kind=Kind.SEMANTIC, background=None, void=frozenset(void), ontology=table
    )


def test_a_confusion_matrix_and_its_figures():
    # class 0: 4 pixels, 3 found; class 1: 2 pixels, both found, 1 false alarm; class 2 absent
    found = evaluate(row(0, 0, 0, 0, 1, 1), row(0, 0, 0, 1, 1, 1), "semantic", n_classes=3)
    assert found.figures["confusion"].tolist() == [[3, 1, 0], [0, 2, 0], [0, 0, 0]]
    ious = [figures["iou"] for figures in found.per_class.values()]
    assert ious[:2] == [3 / 4, 2 / 3]
    assert isnan(ious[2])
    assert found.figures["mIoU"] == (3 / 4 + 2 / 3) / 2
    assert found.figures["fwIoU"] == pytest.approx(4 / 6 * 3 / 4 + 2 / 6 * 2 / 3)
    assert found.figures["pixel_accuracy"] == 5 / 6
    assert found.figures["mean_class_accuracy"] == (3 / 4 + 1) / 2


def test_a_class_that_is_only_predicted_counts_zero():
    found = evaluate(row(0, 0, 0, 0), row(0, 0, 0, 1), "semantic", n_classes=2)
    assert found.figures["mIoU"] == 3 / 8
    assert found.figures["mean_class_accuracy"] == 3 / 4


def test_void_is_what_the_reference_says():
    ignored = evaluate(row(0, 255, 255, 1), row(0, 7, 1, 1), "semantic", n_classes=2, ignore=255)
    assert ignored.figures["pixel_accuracy"] == 1
    beyond = evaluate(row(0, 9, 1), row(0, 0, 1), "semantic", n_classes=2)
    assert beyond.figures["confusion"].tolist() == [[1, 0], [0, 1]]


@pytest.mark.parametrize("predicted", [2, 255, -1])
def test_an_id_that_is_no_class_is_refused(predicted):
    with pytest.raises(SegreviewError, match=f"the prediction says {predicted} at 1 or more pixels"):
        evaluate(row(0, 1), row(0, predicted), "semantic", n_classes=2, ignore=255)


def test_void_of_the_class_table_is_left_out_and_a_miss_when_predicted():
    camvid = ("sky", "road", "void")
    reference = classes([0, 0, 1, 1, 2, 2], *camvid, void=(2,))
    prediction = classes([0, 0, 1, 2, 0, 1], *camvid, void=(2,))
    found = evaluate(reference, prediction, "semantic")
    assert found.figures["confusion"].tolist() == [[2, 0], [0, 1]]
    assert [figures["iou"] for figures in found.per_class.values()] == [1, 1 / 2]
    assert found.figures["pixel_accuracy"] == 3 / 4


def test_segments_are_judged_by_their_classes():
    segments = {7: Segment(1), 8: Segment(1), 9: Segment(0)}
    table = Ontology("two", (Category(0, "ground"), Category(1, "cell", isthing=True)))
    facts = {"kind": Kind.PANOPTIC, "background": 0, "segments": segments, "ontology": table}
    found = evaluate(
        LabelImage((row(7, 8, 9, 0),), **facts), LabelImage((row(8, 8, 9, 9),), **facts), "semantic"
    )
    assert found.figures["confusion"].tolist() == [[1, 0], [0, 2]]


def test_a_two_valued_mask_has_two_classes():
    sides = (LabelImage((row(*pixels),), kind=Kind.BINARY) for pixels in ([1, 1, 0, 2], [5, 0, 0, 5]))
    found = evaluate(*sides, "semantic")
    assert found.figures["confusion"].tolist() == [[1, 0], [1, 2]]


def test_without_a_table_the_classes_are_those_that_occur():
    sides = [LabelImage.of_array(row(*p), Kind.SEMANTIC, None) for p in ([3, 3, 9], [3, 9, 12])]
    found = evaluate(*sides, "semantic")
    assert list(found.per_class) == [3, 9, 12]
    assert found.figures["mIoU"] == (1 / 2 + 0 + 0) / 3


def test_images_are_pooled_by_pixels():
    found = evaluate([row(0, 0, 0, 0), row(1, 1)], [row(0, 0, 0, 0), row(0, 1)], "semantic", n_classes=2)
    assert found.figures["mIoU"] == (4 / 5 + 1 / 2) / 2
    assert [one.figures["pixel_accuracy"] for one in found.per_image] == [1, 1 / 2]


def test_nothing_but_void_is_no_number():
    found = evaluate(row(255, 255), row(0, 0), "semantic", n_classes=2, ignore=255)
    assert all(isnan(found.figures[name]) for name in ("mIoU", "fwIoU", "pixel_accuracy"))


def test_what_does_not_fit_is_refused_in_words():
    objects = LabelImage.of_array(row(1, 2))
    with pytest.raises(SegreviewError, match="nothing is known of those of the reference"):
        evaluate(objects, objects, "semantic")
    with pytest.raises(SegreviewError, match="n_classes=0"):
        evaluate(row(1, 2), row(1, 2), "semantic", n_classes=0)
    with pytest.raises(SegreviewError, match="ignore='x'"):
        evaluate(row(1, 2), row(1, 2), "semantic", n_classes=3, ignore="x")


def test_more_classes_than_a_matrix_is_made_for_are_refused():
    with pytest.raises(SegreviewError, match="n_classes=1000000000 cannot be") as refusal:
        evaluate(row(1, 2), row(1, 2), "semantic", n_classes=10**9)
    assert "4096" in refusal.value.hint
    ids = np.arange(5000).reshape(50, 100)
    with pytest.raises(SegreviewError, match="image: there are 5000 classes") as refusal:
        evaluate(ids, ids, "semantic")
    assert "stardist" in refusal.value.hint
    halves = [ids[:25], ids[25:]]
    with pytest.raises(SegreviewError, match="The data set: there are 5000 classes"):
        _ = evaluate(halves, halves, "semantic").figures
