"""Laws of every convention in CONVENTIONS; a new one needs a scene here, and the laws hold for it."""

import json
import pickle
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segreview.compare.evaluate import Choice, Running, count_case, evaluate, find_convention, option_names
from segreview.compare.metrics import CONVENTIONS
from segreview.compare.metrics.cityscapes import instance_ids
from segreview.compare.metrics.convention import Better, Need
from segreview.errors import SegreviewError
from segreview.model import chunked
from segreview.model.labels import Kind, LabelImage, Segment
from stores import Store

SHAPE = (14, 17)
ROAD, CAR = 7, 26


def plain(data, _):
    return data


def scored(data, of_model):
    ids = [int(i) for i in np.unique(data) if i]
    return LabelImage((data,), segments={i: Segment(1, 0.5 if of_model else None) for i in ids})


def panoptic(data, _):
    ids = [int(i) for i in np.unique(data) if i]
    return LabelImage((data,), kind=Kind.PANOPTIC, segments={i: Segment(1) for i in ids})


def street(data, of_model):
    """Objects as instances of cars on a road."""
    ids = np.where(data > 0, 1000 * CAR + data % 1000, ROAD)
    cars = {int(i): Segment(CAR, 0.5) for i in np.unique(ids) if i != ROAD}
    return replace(instance_ids(ids), segments=cars if of_model else {})


def classes(data, _):
    return data % 5


@dataclass(frozen=True)
class Scene:
    """How two images of objects become what a convention looks at.

    Parameters
    ----------
    make
        Makes a side, ``make(data, of_model)``.
    options
        What is chosen.
    empty
        Headline of two sides without an object, None for nan.
    renames
        Whether ids say nothing.
    mirrored
        Whether exchanging the sides exchanges the figures of both, and leaves all others.
    """

    make: Callable
    options: dict
    empty: float | None
    renames: bool = True
    mirrored: bool = True


SCENES = {
    "stardist": Scene(plain, {}, 0),
    "cellpose": Scene(plain, {"threshold": 0.5}, None),
    "dsb2018": Scene(plain, {}, None),
    "f1": Scene(plain, {}, 0),
    "seg": Scene(plain, {}, None, mirrored=False),
    "aji": Scene(plain, {}, 1, mirrored=False),
    "aji_plus": Scene(plain, {}, 1),
    "box": Scene(plain, {}, None),
    "coco": Scene(scored, {}, -1, mirrored=False),
    # what the reference leaves unlabelled is void, what the prediction leaves is not
    "panoptic": Scene(panoptic, {"categories": [{"id": 1, "isthing": 1}]}, None, mirrored=False),
    "cityscapes_semantic": Scene(street, {}, 1, mirrored=False),
    "cityscapes_instance": Scene(street, {"min_size": 0}, None, mirrored=False),
    "semantic": Scene(classes, {"n_classes": 5}, 1, renames=False, mirrored=False),
    "boundary": Scene(plain, {"pixels": 1}, None),
    "agreement": Scene(plain, {}, None),
}

NEED_WHOLE_PIXELS = {"boundary", "agreement"}

EXCHANGED = {
    "fp": "fn",
    "n_true": "n_pred",
    "precision": "recall",
    "asd_gt_to_pred": "asd_pred_to_gt",
    "mean_true_score": None,  # no figure of the other side
}

EACH = pytest.mark.parametrize("convention", CONVENTIONS, ids=lambda one: one.name)

OBJECTS = np.zeros(SHAPE, int)
OBJECTS[1:6, 1:6], OBJECTS[8:13, 1:9], OBJECTS[2:9, 10:16] = 3, 4, 8
NOTHING = np.zeros(SHAPE, int)


def judged(convention, reference, prediction):
    scene = SCENES[convention.name]
    sides = scene.make(reference, False), scene.make(prediction, True)
    return evaluate(*sides, convention.name, **scene.options)


def figures(convention, reference, prediction):
    found = judged(convention, reference, prediction).to_dict()
    return {"figures": found["figures"], "per_class": found["per_class"]}


@st.composite
def labels(draw):
    data = np.zeros(SHAPE, int)
    for number in range(1, draw(st.integers(1, 6))):
        top, left = draw(st.integers(0, SHAPE[0] - 2)), draw(st.integers(0, SHAPE[1] - 2))
        data[top : top + draw(st.integers(1, 8)), left : left + draw(st.integers(1, 8))] = number
    return data


def test_every_convention_has_a_scene_and_a_name_of_its_own():
    assert [one.name for one in CONVENTIONS] == list(dict.fromkeys(one.name for one in CONVENTIONS))
    assert {one.name for one in CONVENTIONS} == set(SCENES)


@EACH
def test_a_convention_says_its_rule_in_words(convention):
    for part in ("title", "rule", "hit", "assignment", "void", "crowd", "smallest", "pooling", "source"):
        assert getattr(convention, part), part
    assert convention.rule.endswith(".")
    assert find_convention(convention.name) is convention


@EACH
def test_a_perfect_answer_has_the_best_value(convention):
    assert judged(convention, OBJECTS, OBJECTS).figure(convention.headline) == pytest.approx(convention.best)


@EACH
@settings(deadline=None, max_examples=30)
@given(sides=st.tuples(labels(), labels()))
def test_no_answer_is_better_than_a_perfect_one(convention, sides):
    found = judged(convention, *sides).figure(convention.headline)
    sign = 1 if convention.better is Better.HIGHER else -1
    assert isnan(found) or sign * found <= sign * convention.best + 1e-9


@EACH
@settings(deadline=None, max_examples=30)
@given(sides=st.tuples(labels(), labels()), shift=st.integers(1, 900))
def test_renaming_ids_changes_nothing(convention, sides, shift):
    if SCENES[convention.name].renames:
        renamed = [np.where(side > 0, side + shift, 0) for side in sides]
        assert figures(convention, *renamed) == figures(convention, *sides)


@EACH
@settings(deadline=None, max_examples=30)
@given(sides=st.tuples(labels(), labels()))
def test_exchanging_the_sides_exchanges_what_is_false_and_what_is_missed(convention, sides):
    if SCENES[convention.name].mirrored:
        there, back = figures(convention, *sides), figures(convention, *sides[::-1])
        assert exchanged(back) == leaving_out(there)


def exchanged(found):
    """Figures as those of the other side."""
    if not isinstance(found, dict):
        return approximate(found)
    names = EXCHANGED | {new: old for old, new in EXCHANGED.items()}
    return {names.get(name, name): exchanged(value) for name, value in leaving_out(found).items()}


def leaving_out(found):
    if not isinstance(found, dict):
        return approximate(found)
    return {name: leaving_out(one) for name, one in found.items() if EXCHANGED.get(name, name) is not None}


def approximate(value):
    return round(value, 9) if isinstance(value, float) else value


@EACH
def test_empty_sides_never_crash(convention):
    both = judged(convention, NOTHING, NOTHING)
    found = both.figure(convention.headline)
    assert (None if isnan(found) else found) == SCENES[convention.name].empty
    for sides in ((NOTHING, NOTHING), (OBJECTS, NOTHING), (NOTHING, OBJECTS)):
        written = judged(convention, *sides).to_dict()
        assert json.loads(json.dumps(written, allow_nan=False)) == written


@EACH
def test_the_record_is_stable(convention):
    written = judged(convention, OBJECTS, np.roll(OBJECTS, 1, 1)).to_dict()
    assert written["schema"] == "segreview.evaluation/1"
    assert (written["convention"], written["rule"]) == (convention.name, convention.rule)
    assert set(written) >= {"options", "figures", "per_class", "per_image", "objects"}


@EACH
def test_the_labels_are_not_written_to(convention):
    sides = OBJECTS.copy(), np.roll(OBJECTS, 1, 0)
    before = [side.copy() for side in sides]
    for side in sides:
        side.flags.writeable = False
    figures(convention, *sides)
    for side, was in zip(sides, before, strict=True):
        np.testing.assert_array_equal(side, was)


@EACH
def test_a_data_set_of_one_image_is_that_image(convention):
    scene = SCENES[convention.name]
    sides = scene.make(OBJECTS, False), scene.make(np.roll(OBJECTS, 2, 1), True)
    alone = evaluate(*sides, convention.name, **scene.options).to_dict()
    listed = evaluate(*([side] for side in sides), convention.name, **scene.options).to_dict()
    assert (listed["figures"], listed["per_class"]) == (alone["figures"], alone["per_class"])
    two = evaluate(*([side, side] for side in sides), convention.name, **scene.options)
    assert len(two.per_image) == (2 if convention.per_image else 0)


@EACH
def test_axes_that_are_views_are_read_as_they_are(convention):
    moved = np.roll(OBJECTS, 1, 1)
    views = [np.asfortranarray(side) for side in (OBJECTS, moved)]
    assert figures(convention, *views) == figures(convention, OBJECTS, moved)


def in_chunks(side):
    if isinstance(side, LabelImage):
        return replace(side, planes=(Store(side.data, (4, 5)),))
    return Store(side, (4, 5))


@EACH
def test_blocks_give_the_figures_of_the_whole_or_are_refused_in_words(convention, monkeypatch):
    monkeypatch.setattr(chunked, "WINDOW", 20)
    scene = SCENES[convention.name]
    whole = scene.make(OBJECTS, False), scene.make(np.roll(OBJECTS, 1, 1), True)
    in_blocks = [in_chunks(side) for side in whole]
    expected = evaluate(*whole, convention.name, **scene.options).to_dict()
    if convention.name in NEED_WHOLE_PIXELS:
        with pytest.raises(SegreviewError, match="block by block") as refusal:
            evaluate(*in_blocks, convention.name, **scene.options)
        assert "numpy.asarray" in refusal.value.hint
    else:
        assert evaluate(*in_blocks, convention.name, **scene.options).to_dict() == expected


def test_boundaries_of_objects_are_measured_block_by_block():
    sides = OBJECTS, np.roll(OBJECTS, 1, 1)
    expected = evaluate(*sides, "boundary", of="objects").to_dict()
    assert evaluate(*map(in_chunks, sides), "boundary", of="objects").to_dict() == expected


@EACH
def test_what_is_counted_elsewhere_comes_back_as_it_is(convention):
    scene = SCENES[convention.name]
    sides = scene.make(OBJECTS, False), scene.make(np.roll(OBJECTS, 1, 1), True)
    choice = sent(Choice.of(convention.name, scene.options, per_object=True))
    assert choice.convention is convention
    running = Running([choice])
    for case in convention.read(*sides):
        running.add(case.name, [sent(count_case(case, choice))])
    expected = evaluate(*sides, convention.name, per_object=True, **scene.options)
    assert running.evaluations()[0].to_dict() == expected.to_dict()


def sent(value):
    return pickle.loads(pickle.dumps(value))


# -------------------------------------------------------------------- refusals
@EACH
def test_an_option_that_is_not_known_is_refused(convention):
    with pytest.raises(SegreviewError, match=f"^{convention.name} has no option nonsense") as refusal:
        evaluate(OBJECTS, OBJECTS, convention.name, nonsense=1)
    assert all(name in refusal.value.hint for name in option_names(convention))


@EACH
def test_shapes_that_differ_are_refused(convention):
    scene = SCENES[convention.name]
    with pytest.raises(SegreviewError, match=r"shape"):
        evaluate(
            scene.make(OBJECTS, False), scene.make(OBJECTS[:, :-1], True), convention.name, **scene.options
        )


@EACH
def test_labels_that_lack_what_is_needed_are_refused(convention):
    classes_only = LabelImage((OBJECTS,), kind=Kind.SEMANTIC, background=None)
    bare = LabelImage((OBJECTS,))
    lacking = {
        Need.OBJECTS: (classes_only, "holds classes only"),
        Need.SCORES: (bare, "have none"),
        Need.CLASSES: (bare, "nothing is known"),
        Need.CITYSCAPES: (bare, "ids of Cityscapes"),
    }
    # the ids are looked at first: labels without those of Cityscapes have no scores of its instances
    needs = convention.needs - ({Need.SCORES} if Need.CITYSCAPES in convention.needs else set())
    for need in needs:
        labels_without, message = lacking[need]
        with pytest.raises(SegreviewError, match=message) as refusal:
            evaluate(labels_without, labels_without, convention.name)
        assert refusal.value.hint


@EACH
def test_lists_of_segments_are_taken_or_refused_in_words(convention):
    mask = OBJECTS == 3
    sides = [{"segmentation": mask, "id": 1}], [{"segmentation": mask, "score": 0.5}]
    if convention.segments:
        found = evaluate(*sides, convention.name).figure(_first(convention))
        assert found == pytest.approx(convention.best)
    else:
        with pytest.raises(SegreviewError):
            evaluate(*sides, convention.name)


def _first(convention):
    """Path of the headline; conventions with several thresholds have it at each."""
    return f"per_threshold.0.{convention.headline}" if convention.name == "cellpose" else convention.headline
