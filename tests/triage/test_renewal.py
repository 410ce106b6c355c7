"""After an edit only what lies near it is looked at anew, and that says what a full look would."""

from dataclasses import replace

import numpy as np
import pytest

from segreview.model.box import Box
from segreview.triage.audit import Audit
from segreview.triage.evidence import table
from segreview.triage.evidence.relation import Relations
from segreview.triage.evidence.table import gather
from segreview.triage.inspection import Inspection
from segreview.triage.renewal import Touch, renewed
from triage_scene import MERGED, PLACES, scene


@pytest.fixture(scope="module")
def inspected() -> tuple[Inspection, ...]:
    sample, audit = scene(), Audit()
    audit.learn("scene", sample.reference, sample.images)
    return tuple(audit.inspect("scene", sample.reference, sample.images, sample.prediction))


def cut(labels, number=MERGED):
    """Labels in which a merged object is cut in two, and the box of the edit."""
    data = labels.data.copy()
    y, x = PLACES[number]
    box = Box((y - 10, x - 10), (y + 11, x + 11))
    part = data[box.slices]
    part[part == number] = 99
    return replace(labels, planes=(data,)), Touch(0, box)


def test_it_says_what_a_full_look_before_the_same_image_would(inspected):
    labels, touch = cut(inspected[0].view.labels)
    (again,) = renewed(inspected, labels, [touch])
    full = gather(again.view.subject, inspected[0].backdrop)
    full = full.with_columns(Relations.of(again.view.subject, inspected[0].relations.model).columns())
    assert 99 in again.view.subject.ids
    assert set(again.annotated.columns) == set(full.columns)
    for name, column in full.columns.items():
        assert again.annotated.columns[name] == pytest.approx(column, abs=1e-6), name


def test_only_objects_near_the_edit_are_looked_at(inspected, monkeypatch):
    seen = []
    whole = table.evidence_on
    monkeypatch.setattr(
        "segreview.triage.renewal.evidence_on", lambda c, b: (seen.append(c.rank), whole(c, b))[1]
    )
    labels, touch = cut(inspected[0].view.labels)
    (again,) = renewed(inspected, labels, [touch])
    assert 2 <= len(seen) < len(again.view.subject) / 2


def test_a_view_without_an_edit_is_kept(inspected):
    (kept,) = renewed(inspected, inspected[0].view.labels, [])
    assert kept is inspected[0]


def test_a_touch_belongs_to_its_time(inspected):
    early = Touch(0, Box((2, 5, 5), (4, 9, 9)))
    view = replace(inspected[0].view, frame=3)
    assert early.within(view) == Box((5, 5), (9, 9))
    assert early.within(replace(view, frame=4)) is None
    assert early.within(replace(view, plane=1)) is None


def test_work_can_be_ended_between_objects(inspected):
    class EndedError(Exception):
        pass

    calls = []

    def pause():
        calls.append(1)
        if len(calls) > 3:
            raise EndedError

    labels, touch = cut(inspected[0].view.labels)
    with pytest.raises(EndedError):
        list(renewed(inspected, labels, [touch], pause))
    assert np.array_equal(inspected[0].view.labels.data, scene().reference.data)
