"""Places where the annotation may have missed an object."""

import numpy as np
import pytest
from triage_cases import CENTRES, backdrop_of, disc, nuclei, opinion_for, sample_of, subject_of

from segreview.triage.audit import Audit
from segreview.triage.evidence.relation import Relations
from segreview.triage.missed import candidates_of

LABELS, PICTURE = nuclei()
LACKING = np.where(LABELS == 4, 0, LABELS)


def candidates(annotated, model=None, opinion=None, **told):
    subject = subject_of(annotated, PICTURE, **told)
    relations = None if model is None else Relations.of(subject, subject_of(model))
    return candidates_of(subject, None if opinion is None else backdrop_of(subject, opinion), relations)


def masks(found):
    return [found.subject.ranks == rank for rank in found.ranks]


def test_what_the_second_opinion_sees_and_nobody_claims():
    found = candidates(LACKING, opinion=opinion_for(LABELS))
    assert found.model_ids == (-1,)
    (mask,) = masks(found)
    assert (mask & (LABELS == 4)).sum() / (mask | (LABELS == 4)).sum() > 0.8
    assert found.subject.radius == subject_of(LACKING).radius
    assert candidates(LABELS, opinion=opinion_for(LABELS)).model_ids == ()


def test_what_the_model_has_alone_comes_first_and_is_told_once():
    model = np.where(LABELS == 4, 77, LABELS)
    assert candidates(LACKING, model).model_ids == (77,)
    both = candidates(LACKING, model, opinion_for(LABELS))
    assert both.model_ids[0] == 77
    assert np.array_equal(masks(both)[0], LABELS == 4)
    more = disc(LABELS.shape, (25, 48), 5)
    both = candidates(LACKING, model, opinion_for(LABELS + more))
    assert both.model_ids == (77, -1)


def test_an_object_that_is_mostly_annotated_is_not_missed():
    model = np.zeros_like(LABELS)
    model[disc(LABELS.shape, (12, 15), 8)] = 5
    assert candidates(LABELS, model).model_ids == ()


def test_specks_are_no_candidates():
    tiny = np.zeros_like(LABELS)
    tiny[25:28, 45:48] = 3
    assert candidates(LABELS, tiny).model_ids == ()
    assert candidates(LABELS, opinion=opinion_for(LABELS + tiny)).model_ids == ()


def test_what_lies_in_void_cannot_be_missed():
    void = np.where(disc(LABELS.shape, CENTRES[3], 10), 255, LACKING)
    told = {"void": frozenset({255})}
    assert candidates(void, LABELS, opinion_for(LABELS), **told).model_ids == ()


@pytest.mark.parametrize("model", [None, LABELS, LABELS * 0])
def test_an_annotation_without_objects(model):
    opinion = opinion_for(LABELS)
    found = candidates(LABELS * 0, model, opinion)
    assert len(found.model_ids) == 6
    assert found.annotated == 0
    assert candidates(LABELS * 0, LABELS * 0).model_ids == ()


def test_a_model_with_the_largest_ids_keeps_them():
    model = np.where(LABELS == 4, np.uint64(2**63 + 5), LABELS.astype(np.uint64))
    assert candidates(LACKING, model).model_ids == (2**63 + 5,)
    assert candidates(LACKING, model, opinion_for(LABELS)).model_ids[0] == 2**63 + 5


def test_an_object_that_was_taken_out_of_an_image_is_found():
    audit, samples = Audit(), []
    for seed in range(3):
        labels, picture = nuclei(seed)
        samples.append(sample_of(LACKING if seed == 0 else labels, [picture], name=str(seed)))
    for sample in samples:
        audit.learn(sample.name, sample.reference, sample.images)
    (found,) = [item for item in audit.items("0", samples[0]) if item.kind == "unclaimed"]
    assert all(
        start <= middle < stop
        for start, middle, stop in zip(found.box.start, CENTRES[3], found.box.stop, strict=True)
    )
    assert found.suspicion.reference_wrong > 0.5
    assert "it looks like the annotated objects" in found.suspicion.reasons
    assert not [item for item in audit.items("1", samples[1]) if item.kind == "unclaimed"]
