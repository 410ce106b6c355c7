"""The way from arguments to figures: one image or several, one convention or several, what is refused."""

import numpy as np
import pytest

import segreview
from segreview.compare.evaluate import Choice, evaluate_cases
from segreview.compare.metrics.case import pair_cases
from segreview.compare.metrics.counts import Counts
from segreview.compare.metrics.evaluation import to_dict_of_several
from segreview.errors import SegreviewError
from segreview.model.labels import LabelImage

GT = np.array([[1, 1, 1, 1, 0, 2, 2, 0]])
MODEL = np.array([[9, 9, 9, 0, 0, 0, 0, 5]])


def test_the_first_convention_is_stardist():
    found = segreview.evaluate(GT, MODEL)
    assert found.convention.name == "stardist"
    assert found.figure("f1") == found.figures["f1"] == 2 / 4


def test_lists_label_images_and_arrays_are_alike():
    figures = segreview.evaluate(GT, MODEL).figures
    assert segreview.evaluate(GT.tolist(), MODEL.tolist()).figures == figures
    assert segreview.evaluate(LabelImage((GT,)), MODEL).figures == figures
    assert segreview.evaluate(GT == 1, MODEL == 9).figures["tp"] == 1


def test_several_conventions_look_at_an_image_once(monkeypatch):
    count = Counts.of
    made = []
    monkeypatch.setattr(Counts, "of", lambda *sides: made.append(sides) or count(*sides))
    (case,) = pair_cases(GT, MODEL)
    choices = [Choice.of("stardist", {}), Choice.of("seg", {}), Choice.of("stardist", {"threshold": 0.9})]
    first, second, third = evaluate_cases([case, case], choices)
    assert len(made) == 1
    assert (first.figures["tp"], third.figures["tp"]) == (2, 0)
    assert second.figures["score"] == 0.375
    written = to_dict_of_several([first, second])
    assert written["schema"] == "segreview.evaluations/1"
    assert [one["convention"] for one in written["evaluations"]] == ["stardist", "seg"]


def test_objects_are_listed_where_they_are_asked_for():
    assert segreview.evaluate(GT, MODEL).to_dict()["objects"] == []
    listed = segreview.evaluate([GT, GT], [MODEL, GT], per_object=True).to_dict()["objects"]
    assert [one["image"] for one in listed] == ["image 1"] * 3 + ["image 2"] * 2
    assert listed[0] == {"image": "image 1", "reference_id": 1, "prediction_id": 9, "iou": 0.75}


@pytest.mark.parametrize(
    ("reference", "prediction", "message"),
    [
        (GT, None, "no prediction"),
        (GT, [MODEL], "One side is a single image"),
        ([GT, GT], [MODEL], "2 references and 1 predictions"),
        (GT, MODEL[:, 1:], "has shape"),
        (GT, MODEL / 2, "labels are integers"),
        ([GT, GT], [MODEL, MODEL[:, 1:]], "image 2: the reference has shape"),
    ],
)
def test_what_does_not_fit_together_is_refused(reference, prediction, message):
    with pytest.raises(SegreviewError, match=message):
        segreview.evaluate(reference, prediction)


def test_a_convention_that_does_not_exist_is_refused():
    with pytest.raises(SegreviewError, match="no convention 'best'") as refusal:
        segreview.evaluate(GT, MODEL, "best")
    assert "stardist" in refusal.value.hint


@pytest.mark.parametrize("name", [["f1", "stardist"], None, 3])
def test_a_convention_is_named_by_text(name):
    with pytest.raises(SegreviewError, match="is no name of a convention"):
        segreview.evaluate(GT, MODEL, name)
