"""Items: what is suspected of every disagreement and every object."""

import numpy as np
import pytest
from triage_cases import disc, nuclei, opinion_for, sample_of

from segreview.compare.live import find_live_disagreements
from segreview.compare.taxonomy import Relation
from segreview.errors import Cancelled
from segreview.triage.audit import Audit
from segreview.triage.inspection import Inspection, inspect, views_of
from segreview.triage.item import SUSPECTED, items_of

LABELS, PICTURE = nuclei()
FAULTY = LABELS.copy()
FAULTY[disc(LABELS.shape, (12, 12), 2)] = 0
FAULTY[24:29, 30:50] = 8
MODEL = np.where(LABELS > 0, LABELS + 10, 0)


def inspection_of(labels, model=None):
    sample = sample_of(labels, [PICTURE], model)
    (view,) = views_of(sample.reference, sample.images)
    return inspect(view, opinion_for(LABELS), sample.prediction)


def items(labels, model=None):
    found = None
    if model is not None:
        sides = sample_of(labels, (), model)
        found = find_live_disagreements(sides.reference, sides.prediction).items.values()
    return items_of([inspection_of(labels, model)], found)


def by_reference(found):
    return {item.reference_ids: item for item in found}


def test_without_a_model_every_object_is_an_item_and_named_by_its_suspicion():
    found = items(FAULTY)
    assert sorted(item.reference_ids for item in found) == [(n,) for n in (1, 2, 3, 4, 5, 6, 8)]
    first = by_reference(found)[(8,)]
    assert first in found[:2]
    assert first.kind == Relation.SPURIOUS
    assert first.suspicion.reference_wrong >= SUSPECTED
    assert first.suspicion.reasons[0] == "the image shows background there"
    assert {item.kind for item in found if item is not first} == {Relation.MATCHED}
    assert not any(item.prediction_ids for item in found)


def test_hygiene_ranks_a_right_form_high_and_is_told_first():
    found = items(FAULTY)
    holed = by_reference(found)[(1,)]
    assert holed in found[:2]
    assert holed.suspicion.hygiene == ("hole",)
    assert holed.suspicion.reasons[0] == f"hole of {disc(LABELS.shape, (12, 12), 2).sum()} px"
    assert holed.doubtful


def test_with_a_model_every_disagreement_is_an_item():
    model = np.where(MODEL == 12, 0, MODEL)
    found = items(FAULTY, model)
    assert len(found) == 7
    assert [item.reference_ids for item in found[:2]] == [(8,), (1,)]
    assert (found[0].prediction_ids, found[0].kind) == ((), Relation.MISSED)
    missed = by_reference(found)[(2,)]
    assert missed.suspicion.reference_wrong < 0.3
    assert missed.suspicion.prediction_wrong > 0.6
    assert all(item.suspicion.unclear >= 0 for item in found)


def test_what_the_model_has_alone_is_suspected_to_be_missed():
    lacking = np.where(LABELS == 4, 0, LABELS)
    (found,) = [item for item in items(lacking, MODEL) if not item.reference_ids]
    assert found.prediction_ids == (14,)
    assert found.suspicion.reasons[0] == "the model has an object there"
    assert found.suspicion.reference_wrong > 0.5


def test_the_most_urgent_come_first():
    for found in (items(FAULTY), items(FAULTY, MODEL)):
        assert [item.urgency for item in found] == sorted(item.urgency for item in found)
        assert found[-1].suspicion.urgency < 0.1


def test_the_model_is_judged_only_where_the_sides_differ(monkeypatch):
    asked, real = [], Inspection.model

    def spy(self, ranks):
        asked.extend(chosen := list(ranks))
        return real(self, chosen)

    monkeypatch.setattr(Inspection, "model", spy)
    items(LABELS, np.where(MODEL == 13, 0, MODEL))
    assert asked == []
    shifted = MODEL.copy()
    shifted[MODEL == 12] = 0
    shifted[np.roll(MODEL == 12, 5, 1)] = 12
    items(LABELS, shifted)
    assert asked == [2]


def test_work_can_be_called_off_between_objects():
    calls = []

    def pause():
        calls.append(1)
        if len(calls) == 4:
            raise Cancelled

    sample, audit = sample_of(LABELS, [PICTURE]), Audit()
    with pytest.raises(Cancelled):
        audit.items("a", sample, pause=pause)
    assert len(calls) == 4


def test_a_sample_that_was_not_learnt_from_is_judged_without_a_second_opinion():
    (found,) = Audit().inspect("a", sample_of(LABELS).reference, sample_of(LABELS, [PICTURE]).images)
    assert found.backdrop.classes is None
    assert "opinion within" not in found.annotated.columns
    assert len(Audit().items("a", sample_of(LABELS, [PICTURE]))) == 6


def test_without_an_image_or_objects_there_is_nothing_to_learn():
    audit = Audit()
    audit.learn("a", sample_of(LABELS).reference, ())
    audit.learn("b", sample_of(LABELS * 0).reference, sample_of(LABELS, [PICTURE]).images)
    assert len(audit.items("a", sample_of(LABELS))) == 6
    assert audit.items("b", sample_of(LABELS * 0, [PICTURE])) == []


def test_filtered_images_beyond_the_limit_are_filtered_again(monkeypatch):
    monkeypatch.setattr("segreview.triage.appearance.classifier.ROUNDS", (1, 2))
    found = []
    for kept in (0, 10**9):
        monkeypatch.setattr("segreview.triage.audit.KEPT", kept)
        audit = Audit()
        for name in "ab":
            audit.learn(name, sample_of(LABELS).reference, sample_of(LABELS, [PICTURE]).images)
        (one,) = audit.inspect("b", sample_of(LABELS).reference, sample_of(LABELS, [PICTURE]).images)
        found.append(one.annotated.column("opinion within"))
    assert np.array_equal(*found)
