"""Another class for an object: undone, journaled, followed by figures, saved; and classes of new objects."""

import json

import numpy as np
import pytest
from PIL import Image as Picture
from session_cases import opened, paint, put, row_with

import segreview.session.journal as journal_module
from segreview.compare.live import find_live_disagreements
from segreview.compare.taxonomy import Relation
from segreview.errors import EditRefused, JournalError
from segreview.formats.registry import read, write
from segreview.model.labels import LabelImage, Segment
from segreview.model.ontology import Category, Ontology
from segreview.session.change import What
from segreview.session.classing import class_choices
from segreview.session.reclassing import give_class, objects_of
from segreview.session.saving import save
from segreview.session.status import Status
from segreview.tools import TAKE

TABLE = Ontology("pets", (Category(1, "cat", isthing=True), Category(2, "dog", isthing=True)))


@pytest.fixture(autouse=True)
def _state(tmp_path, monkeypatch):
    monkeypatch.setenv("SEGREVIEW_STATE", str(tmp_path / "state"))


def pets() -> tuple[np.ndarray, np.ndarray]:
    """Object 1 on both sides, object 2 of the GT alone, another of the model alone."""
    gt, pred = np.zeros((2, 24, 32), np.int32)
    gt[1:7, 1:7] = pred[1:7, 1:7] = 1
    gt[1:7, 10:16] = 2
    pred[1:7, 20:26] = 3
    return gt, pred


@pytest.fixture
def files(tmp_path):
    """COCO file of cats, and a model's in which all are dogs."""
    gt, pred = pets()
    reference = LabelImage((gt,), segments={1: Segment(1), 2: Segment(1)}, ontology=TABLE)
    prediction = LabelImage((pred,), segments={1: Segment(2), 3: Segment(2)}, ontology=TABLE)
    write(reference, tmp_path / "gt.json" / "7", "coco")
    write(prediction, tmp_path / "pred.json" / "7", "coco")
    return tmp_path / "gt.json" / "7", tmp_path / "pred.json" / "7"


@pytest.fixture
def review(files, begin):
    return begin(*files)


def dog(review) -> Category:
    return review.reference.ontology.get(2)


def classes(review) -> dict[int, int | None]:
    return {i: review.reference.category_of(i) for i in sorted(review.table.areas("reference"))}


def told(file) -> list[int]:
    return [entry["category_id"] for entry in json.loads(file.parent.read_text())["annotations"]]


def test_a_class_is_exchanged_and_all_that_tells_of_it_follows(review):
    row = row_with(review, [1], [1])
    assert row.item.relation is Relation.CLASS
    heard = []
    review.watch(heard.append)
    gesture = give_class(review, [row], dog(review))
    assert gesture.title == review.undo_title == "Class of GT 1: dog"
    assert (review.status(row), review.counts[Relation.CLASS]) == (Status.RESOLVED, 0)
    assert What.CLASSES in heard[-1].what
    assert row.number in heard[-1].rows
    anew = find_live_disagreements(review.reference, review.prediction)
    assert review.disagreements.summary() == anew.summary()
    assert give_class(review, [row], dog(review)) is None, "it has that class already"
    review.undo()
    assert (row.item.relation, classes(review)[1]) == (Relation.CLASS, 1)
    assert review.redo().title == gesture.title
    assert classes(review) == {1: 2, 2: 1}


def test_it_outlasts_a_restart_and_goes_into_the_file_alone(review, files):
    before = files[0].parent.read_text()
    give_class(review, [row_with(review, [1], [1]), row_with(review, [2])], dog(review))
    assert review.unwritten == 1
    review.close()
    again = opened(*files)
    assert classes(again) == {1: 2, 2: 2}
    save(again)
    assert told(files[0]) == [2, 2]
    assert files[0].parent.read_text() == before.replace('"category_id": 1', '"category_id": 2')
    again.undo()
    assert classes(again) == {1: 1, 2: 1}
    save(again)
    assert files[0].parent.read_text() == before
    give_class(again, [row_with(again, [2])], dog(again))
    save(again)
    again.close()
    last = opened(*files)
    assert (classes(last), last.unwritten) == ({1: 1, 2: 2}, 0)
    last.undo()
    assert classes(last) == {1: 1, 2: 1}
    last.close()


def test_work_that_is_dropped_or_taken_back_takes_its_classes_along(review):
    give_class(review, [row_with(review, [1], [1])], dog(review))
    review.drop_unwritten()
    assert classes(review) == {1: 1, 2: 1}
    review.undo()
    assert classes(review) == {1: 2, 2: 1}


def test_new_objects_have_the_class_of_what_they_come_from_or_of_the_brush(review, files):
    paint(review, (20, 2), 3, 9)
    assert classes(review)[9] == 1, "most objects are cats"
    review.classing.hold(2)
    assert review.classing.in_hand.name == "dog"
    review.classing.hold(77)
    paint(review, (20, 8), 3, 10)
    gesture = review.use(TAKE, row_with(review, [], [2]))
    (new,) = (i for i in gesture.edits[0].ids if i)
    review.classing.hold(1)
    paint(review, (20, 14), 3, 12)
    assert classes(review) == {1: 1, 2: 1, 9: 1, 10: 2, new: 2, 12: 1}
    save(review)
    assert sorted(told(files[0])) == [1, 1, 1, 1, 2, 2]
    review.undo()
    assert 12 not in review.reference.segments


def test_a_program_that_knows_no_classes_refuses_the_journal(review, files, monkeypatch):
    give_class(review, [row_with(review, [1], [1])], dog(review))
    review.close()
    monkeypatch.setattr(journal_module, "SCHEMA", 1)
    with pytest.raises(JournalError, match="which is newer"):
        opened(*files)


def test_where_ids_hold_the_class_the_object_gets_another_id(tmp_path, begin):
    ids = np.full((24, 32), 7, np.uint16)
    ids[2:8, 2:8], ids[2:8, 12:18] = 26001, 27004
    stem = tmp_path / "gt" / "a_gtFine"
    stem.parent.mkdir()
    Picture.fromarray(ids).save(f"{stem}_instanceIds.png")
    Picture.fromarray(np.where(ids < 1000, ids, ids // 1000).astype(np.uint8)).save(f"{stem}_labelIds.png")
    review = begin(stem.parent / "a_gtFine_instanceIds.png")
    truck = review.reference.ontology.get(27)
    assert truck in class_choices(review.reference)
    assert all(not category.ignore for category in class_choices(review.reference))
    row = next(row for row in review.queue if row.item.reference_ids == (26001,))
    give_class(review, [row], truck)
    assert set(np.unique(review.reference.data)) == {7, 27004, 27005}
    save(review)
    assert read(review.reference.path).category(27005).name == "truck"
    review.undo()
    np.testing.assert_array_equal(review.reference.data, ids)


def test_regions_of_classes_are_painted_over(tmp_path, begin):
    gt, pred = np.ones((2, 20, 20), np.uint8)
    gt[4:12, 4:12] = 2
    begun = begin(
        put(tmp_path / "gt" / "a.tif", gt),
        put(tmp_path / "pred" / "a.tif", pred),
        kind="semantic",
        classes="voc",
    )
    (row,) = begun.queue
    give_class(begun, [row], begun.reference.ontology.get(5))
    assert (begun.reference.data[4:12, 4:12] == 5).all()


def test_what_cannot_have_a_class_says_so(begin, tmp_path):
    gt, _ = pets()
    file = put(tmp_path / "gt" / "a.tif", gt.astype(np.uint16))
    plain = begin(file, folder=tmp_path / "one")
    with pytest.raises(EditRefused, match="have no classes"):
        give_class(plain, list(plain.queue), TABLE.get(1))
    tabled = begin(file, folder=tmp_path / "two", classes=TABLE, kind="instance")
    with pytest.raises(EditRefused, match="TIFF keeps no class"):
        class_choices(tabled.reference)
    assert tabled.classing.in_hand is None
    assert objects_of(tabled.queue) == [1, 2]
