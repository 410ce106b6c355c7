"""Reviews of labels that a file draws one by one, and whose ids it does not keep."""

import json

import numpy as np
import pytest
from session_cases import cells, opened, paint, put

from segreview.formats.drawn.objects import drawn_of
from segreview.formats.registry import read, write
from segreview.model.box import Box
from segreview.model.edit import Edit, difference
from segreview.model.labels import LabelImage, Segment
from segreview.model.ontology import Category, Ontology
from segreview.model.sample import REFERENCE
from segreview.session.proof import prove
from segreview.session.saving import save


@pytest.fixture(autouse=True)
def _state(tmp_path, monkeypatch):
    monkeypatch.setenv("SEGREVIEW_STATE", str(tmp_path / "state"))


@pytest.fixture
def files(tmp_path):
    """LabelMe file with four objects of classes of their own, and a model's TIFF."""
    reference, prediction = cells()
    table = Ontology("table", tuple(Category(n, f"class {n}") for n in range(1, 5)))
    labels = LabelImage.of_array(reference)
    labels = LabelImage(labels.planes, segments={n: Segment(n) for n in range(1, 5)}, ontology=table)
    path = tmp_path / "gt" / "a.json"
    path.parent.mkdir()
    write(labels, path, "labelme")
    return path, put(tmp_path / "pred" / "a.tif", prediction)


def erase(review, number: int) -> None:
    """All pixels of an object made background."""
    data = review.reference.data
    after = np.where(data == number, 0, data)
    review.apply(
        [Edit(REFERENCE, 0, tuple(difference(data, after, [Box.of_shape(data.shape)])), "delete")], "Delete"
    )


def held(labels: LabelImage) -> list:
    return sorted((one.part.key, one.label) for one in drawn_of(labels).values())


def test_ids_stay_those_of_the_journal_when_objects_of_the_file_go(files):
    review = opened(*files)
    first = review.reference.data.copy()
    erase(review, 2)
    paint(review, value=7)
    save(review)
    assert [shape["label"] for shape in json.loads(files[0].read_text())["shapes"]] == [
        "class 1",
        "class 3",
        "class 4",
        "class 1",
    ]
    saved = review.reference.data.copy()
    review.close()
    assert set(np.unique(read(files[0]).data)) == {0, 1, 2, 3, 4}

    review = opened(*files)
    assert np.array_equal(review.reference.data, saved)
    assert [review.reference.category(n).name for n in (1, 3, 4, 7)] == [
        "class 1",
        "class 3",
        "class 4",
        "class 1",
    ]
    erase(review, 3)
    save(review)
    assert [shape["label"] for shape in json.loads(files[0].read_text())["shapes"]] == [
        "class 1",
        "class 4",
        "class 1",
    ]
    paint(review, (2, 2), 2, 4)
    save(review)
    assert [shape["label"] for shape in json.loads(files[0].read_text())["shapes"]] == [
        "class 1",
        "class 4",
        "class 4",
        "class 1",
    ]
    for _ in range(4):
        review.undo()
    assert np.array_equal(review.reference.data, first)
    save(review)
    review.close()
    assert np.array_equal(read(files[0]).data > 0, first > 0)


def test_a_new_object_keeps_what_the_first_save_called_it(files):
    review = opened(*files)
    paint(review, value=7)
    for corner in ((0, 0), (0, 4)):
        paint(review, corner, 1, 9)
        save(review)
    review.close()
    labels = [shape["label"] for shape in json.loads(files[0].read_text())["shapes"]]
    assert (len(labels), len(set(labels[4:]))) == (7, 1)


def test_a_saved_copy_is_proved(files, tmp_path):
    review = opened(*files)
    erase(review, 2)
    paint(review, value=7)
    save(review, tmp_path / "out")
    facts = prove(review, tmp_path / "out" / "a.json")
    assert all(fact.holds for fact in facts), [str(fact) for fact in facts]
    assert held(read(tmp_path / "out" / "a.json")) != held(read(files[0]))
    save(review)
    review.close()
    review = opened(*files)
    paint(review, (10, 3), 2, 1)
    erase(review, 4)
    save(review, tmp_path / "more")
    facts = prove(review, tmp_path / "more" / "a.json")
    assert all(fact.holds for fact in facts), [str(fact) for fact in facts]
    review.close()
