"""What the card says of a pixel: both sides, their classes, how they differ."""

from dataclasses import replace

import numpy as np
import pytest

from segreview.compare.live import find_live_disagreements
from segreview.model.labels import Kind, LabelImage
from segreview.model.ontology import Category, Ontology
from segreview.ui.canvas.caption import Caption, caption

STREET = Ontology(
    "street",
    (Category(0, "unlabeled", ignore=True), Category(7, "road"), Category(26, "car", isthing=True)),
    factor=1000,
)


class Looked:
    """As much of a review as a caption needs."""

    def __init__(self, reference: LabelImage, prediction: LabelImage) -> None:
        self.reference, self.prediction = reference, prediction
        self.disagreements = find_live_disagreements(reference, prediction)


def cells():
    reference, prediction = np.zeros((2, 12, 30), np.uint16)
    reference[1:9, 1:9] = prediction[1:9, 1:9] = 1
    reference[1:9, 10:18] = 2
    prediction[1:9, 10:13], prediction[1:9, 13:16], prediction[1:9, 16:18] = 2, 3, 4
    prediction[1:9, 20:28] = 9
    return LabelImage.of_array(reference), LabelImage.of_array(prediction)


def test_objects_are_named_with_their_partners():
    review = Looked(*cells())
    assert caption(review, (2, 2)) == Caption("1", "1", "= matched · IoU 1.00")
    assert caption(review, (2, 14)) == Caption("2", "3, 2, 4", "÷ split · IoU 1.00")
    assert caption(review, (2, 21)) == Caption("–", "9", "+ spurious · 64 px")
    assert caption(review, (11, 29)) is None


def test_the_iou_reads_one_only_where_the_masks_are_equal():
    reference = np.ones((40, 40), np.uint8)
    prediction = reference.copy()
    prediction[0, 0] = 0
    said = caption(Looked(LabelImage.of_array(reference), LabelImage.of_array(prediction)), (5, 5))
    assert said.verdict.endswith("IoU 0.99")


def test_many_partners_are_counted():
    reference, prediction = np.ones((2, 10, 50), np.uint8)
    prediction[:] = np.arange(50) // 10 + 1
    said = caption(Looked(LabelImage.of_array(reference), LabelImage.of_array(prediction)), (0, 0))
    assert said.prediction == "1, 2, 3 and 2 more"


@pytest.fixture
def panoptic():
    ids = np.full((6, 12), 7, np.uint16)
    ids[1:5, 1:5] = 26001
    ids[:, 10:] = 0
    reference = LabelImage((ids,), kind=Kind.PANOPTIC, background=None, void=frozenset({0}), ontology=STREET)
    prediction = replace(reference, planes=(np.where(ids == 0, 7, ids).astype(np.uint16),))
    return Looked(reference, prediction)


def test_classes_stand_beside_ids(panoptic):
    assert caption(panoptic, (2, 2)).reference == "26001 · car"
    assert caption(panoptic, (0, 8)).prediction == "7 · road"


def test_of_semantic_labels_both_classes_are_named():
    reference = np.full((8, 12), 7, np.uint8)
    prediction = reference.copy()
    prediction[2:7, 2:7] = 26
    sides = [
        LabelImage((data,), kind=Kind.SEMANTIC, background=None, void=frozenset({0}), ontology=STREET)
        for data in (reference, prediction)
    ]
    review = Looked(*sides)
    assert caption(review, (0, 0)) == Caption("road (7)", "road (7)", "agree")
    assert caption(review, (4, 4)) == Caption("road (7)", "car (26)", "≠ class · 25 px")
