"""Where the reasons of a suspicion are drawn: beside the sentences that the same evidence gives."""

import numpy as np
import pytest
from triage_cases import backdrop_of, cutout_of, disc, nuclei, opinion_for, picture_for, sample_of, subject_of

from segreview.compare.disagreement import Disagreement, Relation
from segreview.model.box import Box
from segreview.model.labels import LabelImage
from segreview.shape.window import dilated
from segreview.triage.audit import Audit
from segreview.triage.evidence.cutout import Cutout
from segreview.triage.evidence.edge import edge_evidence
from segreview.triage.evidence.relation import Relations
from segreview.triage.inspection import views_of
from segreview.triage.item import items_of
from segreview.triage.suspicion import Suspicion
from segreview.triage.trace import trace
from segreview.triage.trace.flaw import mark_lines, notch_lines, thin_lines, whisker_lines
from segreview.triage.trace.line import Role
from segreview.triage.trace.seam import contact_lines, model_lines, neck_lines, seam_lines
from segreview.triage.trace.stretch import edge_stretches, opinion_stretches, weak_stretches
from segreview.triage.trace.trace import traces_of

SHAPE = (40, 60)


def pair():
    """Two discs of radius 9 that touch at column 28.5."""
    return disc(SHAPE, (20, 20), 9), disc(SHAPE, (20, 37), 9)


def together():
    left, right = pair()
    return (left | right).astype(np.uint16)


def points(lines, role=None):
    return np.concatenate([line.points for line in lines if role in (None, line.role)])


def opinion_with_seam():
    """Second opinion whose interior has a valley where the discs touch."""
    left, right = pair()
    opinion = opinion_for((left | right).astype(np.uint8))
    opinion[1][:, 26:32] *= 0.3
    opinion[3] = opinion.sum(axis=0) * 0
    return opinion


def seen_as(mask):
    """Cutout of a disc, and a backdrop that sees an object where a mask is."""
    labels = disc(SHAPE, (20, 28), 9).astype(np.uint16)
    subject = subject_of(labels, picture_for(mask))
    return Cutout.of(subject, 1), backdrop_of(subject, opinion_for(mask.astype(np.uint8)))


def placed(cutout, lines):
    return [line.shifted(cutout.window.start) for line in lines]


# ---------------------------------------------------------------- seams
def test_a_neck_is_crossed_by_one_line_from_side_to_side():
    cutout = cutout_of(together())
    (line,) = placed(cutout, neck_lines(cutout))
    assert line.role is Role.SEAM
    assert np.abs(line.points[:, 1] - 28.5).max() <= 1
    width = together()[:, 28].sum()
    assert width <= np.ptp(line.points[:, 0]) <= width + 4
    assert line.points[:, 0].mean() == pytest.approx(20, abs=0.5)


def test_a_seam_lies_in_the_valley_of_what_looks_like_interiors():
    subject = subject_of(together(), picture_for(together() > 0))
    cutout, backdrop = Cutout.of(subject, 1), backdrop_of(subject, opinion_with_seam())
    found = points(placed(cutout, seam_lines(cutout, backdrop)))
    assert 26 <= found[:, 1].min() <= found[:, 1].max() <= 31
    assert dilated(together() > 0)[tuple(np.rint(found).astype(int).T)].all()


def test_a_disc_has_neither_neck_nor_seam():
    cutout, backdrop = seen_as(disc(SHAPE, (20, 28), 9))
    assert neck_lines(cutout) == seam_lines(cutout, backdrop) == []
    assert contact_lines(cutout) == []


def test_halves_of_a_disc_meet_at_the_cut():
    labels = disc(SHAPE, (20, 28), 9).astype(np.uint16)
    labels[:, 29:] *= 2
    cutout = cutout_of(labels)
    (line,) = placed(cutout, contact_lines(cutout))
    assert set(line.points[:, 1]) == {28.5}


def test_objects_of_the_model_within_one_are_parted_halfway():
    left, right = pair()
    model = left * 1 + right * 2
    model[:, 27:31] = 0
    subject = subject_of(together())
    relations = Relations.of(subject, subject_of(model.astype(np.uint16)))
    cutout = Cutout.of(subject, 1)
    found = points(placed(cutout, model_lines(cutout, relations)))
    assert np.abs(found[:, 1] - 28.5).max() <= 0.5
    assert not model_lines(cutout, Relations.of(subject, subject_of(left.astype(np.uint16))))


def test_a_seam_in_a_stack_is_drawn_slice_by_slice():
    shape = (11, 30, 50)
    ball = disc(shape, (5, 15, 15), 8) | disc(shape, (5, 15, 30), 8)
    cutout = cutout_of(ball.astype(np.uint16))
    lines = placed(cutout, neck_lines(cutout))
    assert len({line.points[0, 0] for line in lines}) == len(lines) > 3
    assert all(np.ptp(line.points[:, 0]) == 0 for line in lines)
    assert np.abs(points(lines)[:, 2] - 22.5).max() <= 1.5


# ---------------------------------------------------------------- stretches
def test_an_outline_that_is_shifted_to_the_left_has_its_edge_at_the_right():
    cutout, backdrop = seen_as(disc(SHAPE, (20, 31), 9))
    lines = placed(cutout, opinion_stretches(cutout, backdrop))
    assert {line.role for line in lines} == {Role.OUTLINE, Role.EDGE}
    outlines, edges = ([line for line in lines if line.role is role] for role in (Role.OUTLINE, Role.EDGE))
    for outline, edge in zip(outlines, edges, strict=True):
        assert edge.points[:, 1].mean() - outline.points[:, 1].mean() == pytest.approx(2.4, abs=0.6)
        assert edge.caption == "3 px"
    right = max(edges, key=lambda line: line.points[:, 1].mean())
    distance = np.hypot(*(right.points - (20, 31)).T)
    assert np.abs(distance - 9).max() < 1
    assert right.points[:, 1].max() == pytest.approx(40.5, abs=0.7)


@pytest.mark.parametrize(("radius", "by"), [(11, 2), (6, -3)])
def test_an_outline_drawn_too_small_or_too_large_is_a_ring_in_its_edge(radius, by):
    cutout, backdrop = seen_as(disc(SHAPE, (20, 28), radius))
    for found in (opinion_stretches, edge_stretches):
        outline, edge = placed(cutout, found(cutout, backdrop))
        for line, size in ((outline, 9), (edge, 9 + by)):
            assert np.hypot(*(line.points - (20, 28)).T).mean() == pytest.approx(size + 0.3, abs=0.9)
            assert np.array_equal(line.points[0], line.points[-1])
        assert abs(int(edge.caption.removesuffix(" px")) - abs(by)) <= 1


def test_a_right_outline_is_not_drawn():
    cutout, backdrop = seen_as(disc(SHAPE, (20, 28), 9))
    assert opinion_stretches(cutout, backdrop) == edge_stretches(cutout, backdrop) == []


def test_a_part_without_an_edge_is_the_part_that_the_image_does_not_show():
    seen = disc(SHAPE, (20, 28), 9)
    seen[:, 28:] |= disc(SHAPE, (20, 28), 17)[:, 28:]
    cutout, backdrop = seen_as(seen)
    assert edge_evidence(cutout, backdrop)["weak edge"] > 0.3
    found = points(placed(cutout, weak_stretches(cutout, backdrop)))
    assert found[:, 1].min() > 26


# ---------------------------------------------------------------- flaws
def test_flaws_of_a_mask_are_encircled():
    labels = np.zeros(SHAPE, np.uint16)
    labels[10:30, 10:30] = 1
    labels[18:20, 15:18] = 0
    labels[5, 50] = 1
    labels[20, 30:38] = 1
    labels[28:30, 19:21] = 0
    (view,) = views_of(LabelImage.of_array(labels))
    found = mark_lines(view, 1)
    (hole,), (speck,) = found["hole of 6 px"], found["speck of 1 px"]
    assert tuple((hole.points.min(axis=0) + hole.points.max(axis=0)) / 2) == (18.5, 16.0)
    assert np.array_equal(speck.points.min(axis=0), (4.5, 49.5))
    cutout = cutout_of(labels)
    threads = points(placed(cutout, whisker_lines(cutout)))
    assert (threads[:, 1].max(), threads[:, 0].max()) == (37.5, 20.5)
    assert points(placed(cutout, thin_lines(cutout)))[:, 1].min() == 29.5
    notch = points(placed(cutout, notch_lines(cutout)))
    assert (notch[:, 0].min(), notch[:, 1].min()) == (27.5, 18.5)


# ---------------------------------------------------------------- what is drawn is what is said
@pytest.fixture(scope="module")
def audited():
    """Items of annotations in which two nuclei are one, one has a hole, and one is displaced."""
    audit, samples = Audit(), []
    for seed in range(3):
        truth, picture = nuclei(seed)
        picture[:, 24] = picture[:, 24] * 0.7
        labels = truth.copy()
        labels[(labels == 2) | (np.roll(truth, -10, axis=1) == 2)] = 1
        labels[14, 58:61] = 0
        labels[labels == 4] = 0
        labels[np.roll(truth, 4, axis=1) == 4] = 4
        samples.append(sample_of(labels, [picture], truth))
        audit.learn(seed, samples[-1].reference, samples[-1].images, samples[-1].prediction)
    sample = samples[0]
    inspections = list(audit.inspect(0, sample.reference, sample.images, sample.prediction))
    return inspections, {item.reference_ids: item for item in items_of(inspections, None)}


def test_every_trace_belongs_to_a_sentence_and_lies_at_its_object(audited):
    inspections, items = audited
    told = {ids: traces_of(inspections, item, item.suspicion) for ids, item in items.items()}
    assert any(told.values())
    for ids, traces in told.items():
        assert [one.reason for one in traces] == [
            reason for reason in items[ids].suspicion.reasons if reason in {t.reason for t in traces}
        ]
        room = items[ids].box.grown(8, (52, 72))
        for one in traces:
            found = points(one.lines)
            assert (found >= np.array(room.start) - 1).all()
            assert (found <= np.array(room.stop)).all()
    (hole,) = (one for one in told[3,] if one.reason.startswith("hole"))
    assert tuple(points(hole.lines).mean(axis=0).round()) == (14, 59)


def test_reasons_that_are_not_told_have_no_trace(audited):
    inspections, items = audited
    assert traces_of(inspections, items[3,], Suspicion(0.9, reasons=("something else",))) == ()
    region = Disagreement(Relation.CLASS, (3,), (), Box((0, 0), (9, 9)), 0.0, 9, 9, region=1)
    assert traces_of(inspections, region, items[3,].suspicion) == ()


def test_flaws_are_not_looked_for_in_objects_that_are_too_large(audited, monkeypatch):
    inspections, items = audited
    monkeypatch.setattr(trace, "LARGEST", items[3,].box.size - 1)
    assert traces_of(inspections, items[3,], items[3,].suspicion) == ()


def test_a_trace_in_a_series_has_the_time_before_it():
    labels = np.zeros((3, *SHAPE), np.uint16)
    labels[:, 10:30, 10:30] = 1
    labels[1, 18, 15:18] = 0
    series = LabelImage((labels,), "TYX")
    inspections = list(Audit().inspect("a", series))
    (item,) = items_of(inspections, None)
    (hole,) = (t for t in traces_of(inspections, item, item.suspicion) if t.reason.startswith("hole"))
    assert set(points(hole.lines)[:, 0]) == {1}
