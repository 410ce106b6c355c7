"""Laws of every correction tool in TOOLS, over random labels of every kind."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segreview.compare.disagreement import Disagreement
from segreview.compare.live import find_live_disagreements
from segreview.errors import EditRefused
from segreview.model.box import Box
from segreview.model.edit import PATCH_SIDE, Edit
from segreview.model.labels import Kind, LabelImage
from segreview.model.ontology import Category, Ontology
from segreview.session.fresh import FreshIds
from segreview.shape.line import Line
from segreview.tools import DELETE, TAKE, TOOLS, Target, Tool

VOID, ROAD, SKY, CAR, RIDER = 0, 7, 23, 26, 25
STREET = Ontology(
    "street",
    (
        Category(VOID, "unlabeled", ignore=True),
        Category(ROAD, "road"),
        Category(SKY, "sky"),
        Category(CAR, "car", isthing=True),
        Category(RIDER, "rider", isthing=True),
    ),
    factor=1000,
)
CELLS = {"ids": (0, 1, 2, 3, 4, 255), "void": frozenset({255}), "background": 0, "kind": Kind.INSTANCE}
SEGMENTS = {
    "ids": (VOID, ROAD, SKY, CAR, 25000, 26000, 26001, 26002),
    "void": frozenset({VOID}),
    "background": None,
    "kind": Kind.PANOPTIC,
    "ontology": STREET,
}
CLASSES = {**SEGMENTS, "ids": (VOID, ROAD, SKY, CAR), "kind": Kind.SEMANTIC}
SCENES = {"cells": (CELLS, 2), "cells 3D": (CELLS, 3), "panoptic": (SEGMENTS, 2), "semantic": (CLASSES, 2)}
SHAPES = {2: (12, 15), 3: (4, 7, 8)}


@dataclass(frozen=True)
class Case:
    """An item of two random label images, and what a tool is given for it."""

    item: Disagreement
    target: Target
    fresh: FreshIds
    used: frozenset[int]

    @property
    def data(self) -> np.ndarray:
        return self.target.reference.data

    def after(self, edit: Edit | None) -> np.ndarray:
        data = self.data.copy()
        if edit is not None:
            edit.apply_to(data)
        return data


@st.composite
def label_images(draw, facts: dict, ndim: int):
    shape = SHAPES[ndim]
    ids = st.sampled_from(facts["ids"])
    data = np.full(shape, draw(ids), draw(st.sampled_from(["uint16", "int32"])))
    for _ in range(draw(st.integers(0, 7))):
        start = [draw(st.integers(0, n - 1)) for n in shape]
        size = [draw(st.integers(1, n // 2)) for n in shape]
        data[tuple(slice(a, a + n) for a, n in zip(start, size, strict=True))] = draw(ids)
    given_facts = {name: fact for name, fact in facts.items() if name != "ids"}
    return LabelImage((data,), axes="ZYX"[-ndim:], **given_facts)


@st.composite
def cases(draw, scene: str, protect: bool = True):
    facts, ndim = SCENES[scene]
    reference = draw(label_images(facts, ndim))
    prediction = draw(label_images(facts, ndim))
    found = find_live_disagreements(reference, prediction)
    if not found.items:
        return None
    item = draw(st.sampled_from(sorted(found.items.values(), key=lambda item: item.handle)))
    used = frozenset(np.unique(reference.data).tolist())
    fresh = FreshIds(reference, used)
    region = found.mask("reference", item) if item.region else None
    ids = (item.reference_ids, item.prediction_ids)
    line = draw(lines(reference.shape))
    return Case(
        item,
        Target(reference, prediction, item.box, *ids, fresh, found.partners, region, protect, line=line),
        fresh,
        used,
    )


@st.composite
def lines(draw, shape: tuple[int, ...]):
    """Polyline in one slice, that may leave the image."""
    depth = [draw(st.integers(0, n - 1)) for n in shape[:-2]]
    ends = [st.integers(-2, n + 1) for n in shape[-2:]]
    points = [(*depth, *(draw(end) for end in ends)) for _ in range(draw(st.integers(2, 3)))]
    return Line(tuple(points), (len(shape) - 2, len(shape) - 1))


def proposed(tool: Tool, case: Case) -> Edit | None:
    """What a tool would do; what it refuses to do is nothing."""
    try:
        return tool(case.target)
    except EditRefused:
        return None


def law(check: Callable[[Tool, Case], None]):
    """A law as a test of every tool on every kind of labels."""

    @pytest.mark.parametrize("scene", SCENES)
    @pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
    @settings(max_examples=25)
    @given(data=st.data())
    def test(tool, scene, data):
        case = data.draw(cases(scene))
        if case is not None:
            check(tool, case)

    return test


@law
def test_an_edit_and_its_inverse_leave_no_trace(tool, case):
    edit = proposed(tool, case)
    if edit is not None:
        data = case.after(edit)
        edit.inverse().apply_to(data)
        np.testing.assert_array_equal(data, case.data)


@law
def test_patches_are_tight_and_hold_what_changes(tool, case):
    edit = proposed(tool, case)
    if edit is None:
        return
    changed = case.after(edit) != case.data
    assert edit.tool == tool.name
    assert edit.count == changed.sum() > 0
    for patch in edit.patches:
        assert max(patch.box.shape) <= PATCH_SIDE
        np.testing.assert_array_equal(patch.where(), changed[patch.box.slices])
        assert Box.of_mask(patch.where()).shape == patch.box.shape


@law
def test_the_labels_themselves_are_not_written_to(tool, case):
    before = case.data.copy()
    proposed(tool, case)
    np.testing.assert_array_equal(case.data, before)


@law
def test_void_is_untouched(tool, case):
    void = np.isin(case.data, list(case.target.reference.void))
    np.testing.assert_array_equal(case.after(proposed(tool, case))[void], case.data[void])


@law
def test_other_objects_keep_their_pixels_while_they_are_protected(tool, case):
    after = case.after(proposed(tool, case))
    for other in case.used - set(case.target.reference_ids):
        if case.target.reference.is_instance(other):
            assert (after == other)[case.data == other].all()


@law
def test_nothing_changes_outside_the_box(tool, case):
    after = case.after(proposed(tool, case))
    after[case.item.box.slices] = case.data[case.item.box.slices]
    np.testing.assert_array_equal(after, case.data)


@law
def test_an_object_that_is_new_has_an_id_that_was_never_used(tool, case):
    labels = case.target.reference
    before = {i for i in case.used if labels.is_instance(i)}
    expected = FreshIds(labels, case.used)
    new = sorted(i for i in np.unique(case.after(proposed(tool, case))).tolist() if labels.is_instance(i))
    for number in (i for i in new if i not in before):
        category = labels.category_of(number) if labels.ontology else None
        assert number == expected(category)


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_nothing_to_do_gives_no_edit(tool):
    data = np.zeros((5, 5), np.uint8)
    labels = LabelImage.of_array(data)
    target = Target(labels, labels, Box.of_shape(data.shape), (), (), FreshIds(labels, ()))
    assert tool(target) is None


@pytest.mark.parametrize("tool", [TAKE, DELETE], ids=lambda tool: tool.name)
def test_labels_without_background_and_void_are_not_left_without_an_id(tool):
    data = np.ones((5, 5), np.uint8)
    labels = LabelImage.of_array(data, background=None)
    target = Target(labels, None, Box.of_shape(data.shape), (1,), (), FreshIds(labels, ()))
    with pytest.raises(EditRefused, match="no background and no void") as refusal:
        tool(target)
    assert "Paint another object" in refusal.value.hint
