"""Relations of objects: pictures with known answers, then laws on random pictures."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from compare_cases import ids_of, scenes, tessellations
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from segreview.compare.disagreement import Relation
from segreview.compare.evaluate import evaluate
from segreview.compare.objects import Disagreements
from segreview.compare.overlap import OverlapTable, overlap_table
from segreview.compare.taxonomy import LARGEST_TANGLE
from segreview.model.labels import Kind, LabelImage, Segment
from segreview.model.ontology import Category, Ontology


def picture(text: str) -> np.ndarray:
    """Label array of rows of digits; a dot is background."""
    return np.array([[0 if c == "." else int(c, 36) for c in row] for row in text.split()])


def relations(reference, prediction, threshold=Fraction(1, 2), tolerance=2.0) -> dict:
    live = Disagreements(overlap_table(reference, prediction), threshold, tolerance)
    return {(i.reference_ids, i.prediction_ids): str(i.relation) for i in live.items.values()}


PICTURES = {
    "both empty": ("....", "....", {}),
    "the same": ("11..", "77..", {((1,), (7,)): "matched"}),
    "missed and spurious": ("11....", "....22", {((1,), ()): "missed", ((), (2,)): "spurious"}),
    "half": ("11", "2.", {((1,), (2,)): "matched"}),
    "poor": ("11111111", "22......", {((1,), (2,)): "poor"}),
    "split": ("11111111", "22223333", {((1,), (2, 3)): "split"}),
    "merged": ("11112222", "33333333", {((1, 2), (3,)): "merged"}),
    "best part is a match too": ("1111111111", "2222222333", {((1,), (2, 3)): "split"}),
    "ten stripes": ("1" * 20, "2233445566778899aabb", {((1,), tuple(range(2, 12))): "split"}),
    "a speck is no part": ("1" * 40, "2" * 39 + "3", {((1,), (2,)): "matched", ((), (3,)): "spurious"}),
    "a small object swallowed": ("1" * 39 + "2", "3" * 40, {((1,), (3,)): "matched", ((2,), ()): "missed"}),
    "too few parts to make a whole": (
        "1" * 20,
        "2.3.................",
        {((1,), (2,)): "poor", ((), (3,)): "spurious"},
    ),
    "two by two": (
        "1122 1122 1122 1122",
        "3333 3333 4444 4444",
        {((1, 2), (3, 4)): "many"},
    ),
    "a match beside a miss": ("11.22", "33...", {((1,), (3,)): "matched", ((2,), ()): "missed"}),
    "neighbours overlap a little": (
        "1111122222",
        "3333334444",
        {((1,), (3,)): "matched", ((2,), (4,)): "matched"},
    ),
}


@pytest.mark.parametrize("name", PICTURES)
def test_pictures(name):
    reference, prediction, expected = PICTURES[name]
    assert relations(picture(reference), picture(prediction)) == expected


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_mirrored(name):
    prediction, reference, expected = PICTURES[name]
    mirrored = {(p, r): MIRROR.get(code, code) for (r, p), code in expected.items()}
    assert relations(picture(reference), picture(prediction)) == mirrored


MIRROR = {"split": "merged", "merged": "split", "missed": "spurious", "spurious": "missed"}


def test_a_threshold_tie_counts_as_a_hit():
    reference, prediction = np.ones((1, 10), int), np.array([[1] * 7 + [0] * 3])
    assert relations(reference, prediction, Fraction(7, 10)) == {((1,), (1,)): "matched"}
    assert relations(reference, prediction, Fraction(7000001, 10**7)) == {((1,), (1,)): "poor"}


@pytest.mark.parametrize("threshold", [0, -1, 2])
def test_thresholds_that_are_none(threshold):
    with pytest.raises(ValueError, match="threshold"):
        relations(np.ones((1, 2), int), np.ones((1, 2), int), Fraction(threshold))


def test_equal_ious_go_to_the_first_in_raster_order_whatever_the_ids():
    reference = picture("111 222")
    for swap in (False, True):
        prediction = picture("33. 44." if not swap else "44. 33.")
        live = Disagreements(overlap_table(reference, prediction), Fraction(1, 3))
        assert live.partners == ({4: 1, 3: 2} if swap else {3: 1, 4: 2})
    tied = Disagreements(overlap_table(picture("1122"), picture("3333")), Fraction(1, 4))
    assert tied.partners == {3: 1}
    assert Disagreements(overlap_table(picture("2211"), picture("3333")), Fraction(1, 4)).partners == {3: 2}


def test_equal_ious_at_the_same_pixel_go_to_the_lower_plane_whatever_the_ids():
    reference = LabelImage((picture("11.."),))
    for below, above in ((3, 5), (5, 3)):
        planes = tuple(np.where(picture("111.") > 0, i, 0) for i in (below, above))
        table = OverlapTable.build(reference, LabelImage(planes))
        assert Disagreements(table).partners == {below: 1}


def test_a_large_tangle_is_cut_and_says_so():
    n = 24
    reference = np.repeat(np.arange(n) // 2 + 1, 4)[None] + np.zeros((4, 1), int)
    prediction = np.roll(reference, 4, axis=1)
    prediction[:, :4] = 99
    live = Disagreements(overlap_table(reference, prediction), Fraction(9, 10))
    assert max(len(i.reference_ids) + len(i.prediction_ids) for i in live.items.values()) <= LARGEST_TANGLE
    assert "cut" in {i.subcode for i in live.items.values()}


def test_a_star_is_never_cut():
    reference = np.ones((20, 20), int)
    prediction = np.arange(400).reshape(20, 20) // 25 + 1
    assert relations(reference, prediction) == {((1,), tuple(range(1, 17))): "split"}


# ---------------------------------------------------------------- classes, void, crowds
STREET = Ontology(
    "street",
    (
        Category(7, "road"),
        Category(8, "sidewalk"),
        Category(11, "building"),
        Category(24, "person", isthing=True),
        Category(26, "car", isthing=True),
        Category(27, "truck", isthing=True),
    ),
    factor=1000,
)


def street(data) -> LabelImage:
    return LabelImage(
        (np.asarray(data),), kind=Kind.PANOPTIC, background=None, void=frozenset({0}), ontology=STREET
    )


def road(*things) -> LabelImage:
    """A road of 20 x 40 px with things as (id, top, left, height, width)."""
    data = np.full((20, 40), 7)
    for i, top, left, height, width in things:
        data[top : top + height, left : left + width] = i
    return street(data)


@pytest.mark.parametrize(
    ("reference", "prediction", "expected"),
    [
        ([(26001, 2, 2, 6, 6)], [(26009, 2, 2, 6, 6)], {((26001,), (26009,)): "matched"}),
        ([(26001, 2, 2, 6, 6)], [(27000, 2, 2, 6, 6)], {((26001,), (27000,)): "class"}),
        ([(26001, 2, 2, 6, 6)], [], {((26001,), ()): "missed"}),
        ([], [(26001, 2, 2, 12, 18)], {((), (26001,)): "spurious"}),
        (
            [(26001, 2, 2, 6, 12)],
            [(26000, 2, 2, 6, 6), (26001, 2, 8, 6, 6)],
            {((26001,), (26000, 26001)): "split"},
        ),
        ([(8, 10, 0, 10, 40)], [(8, 10, 0, 2, 40)], {((7,), (7,)): "boundary", ((8,), (8,)): "poor"}),
        ([(8, 12, 0, 8, 40)], [], {((7,), (7,)): "boundary", ((8,), ()): "missed"}),
        ([(8, 12, 0, 8, 40)], [(11, 12, 0, 8, 40)], {((7,), (7,)): "matched", ((8,), (11,)): "class"}),
        ([(8, 2, 2, 6, 6)], [(26001, 2, 2, 6, 6)], {((8,), (26001,)): "class"}),
    ],
    ids=[
        "same car",
        "car taken for a truck",
        "missed car",
        "large spurious car on the road does not split it",
        "split car",
        "stuff is matched by class",
        "sidewalk taken for road",
        "sidewalk taken for building",
        "stuff taken for a thing",
    ],
)
def test_street(reference, prediction, expected):
    found = relations(road(*reference), road(*prediction))
    roads = {((7,), (7,)): found.get(((7,), (7,)))}
    assert found == roads | expected
    assert roads[((7,), (7,))] in ("matched", "boundary")


def test_mostly_under_void_is_ignored():
    reference = road((0, 0, 0, 20, 10))
    prediction = road((26001, 2, 2, 6, 6), (26002, 2, 8, 6, 6), (26003, 10, 7, 6, 6))
    found = relations(reference, prediction)
    assert found[(), (26001,)] == "ignored"
    assert found[(), (26002,)] == "spurious"
    assert found[(), (26003,)] == "spurious", "exactly half is not more than half"


def test_crowds_are_ignored_with_what_lies_in_them():
    crowd = road((26, 2, 2, 6, 18))
    prediction = road((26001, 2, 2, 6, 6), (24001, 2, 10, 6, 6))
    found = relations(crowd, prediction)
    assert found[(26,), ()] == "ignored"
    assert found[(), (26001,)] == "ignored"
    assert found[(), (24001,)] == "spurious", "a person is not part of a group of cars"
    flagged = LabelImage((np.array([[5, 5, 5, 0]]),), segments={5: Segment(iscrowd=True)})
    assert relations(flagged, np.array([[1, 1, 0, 2]])) == {
        ((5,), ()): "ignored",
        ((), (1,)): "ignored",
        ((), (2,)): "spurious",
    }


def test_hits_prefer_the_same_class():
    reference = LabelImage((picture("1111111111"),), segments={1: Segment(3)})
    prediction = LabelImage((picture("2222223333"),), segments={2: Segment(4), 3: Segment(3)})
    live = Disagreements(OverlapTable.build(reference, prediction), Fraction(3, 10))
    assert live.partners == {3: 1}


# ---------------------------------------------------------------- laws
THRESHOLDS = st.sampled_from([Fraction(1, 10), Fraction(3, 10), Fraction(1, 2), Fraction(7, 10), Fraction(1)])
SIDES = pytest.mark.parametrize(
    "pictures",
    [
        scenes(2),
        scenes(3, void=True),
        scenes(2, planes=2, void=True),
        tessellations(2),
        tessellations(3),
    ],
    ids=["2D", "3D with void", "2D overlapping", "2D cells that touch", "3D cells that touch"],
)


SHAPE_OF = {
    Relation.MATCHED: lambda r, p: r == p == 1,
    Relation.BOUNDARY: lambda r, p: r == p == 1,
    Relation.POOR: lambda r, p: r == p == 1,
    Relation.CLASS: lambda r, p: r == p == 1,
    Relation.SPLIT: lambda r, p: r == 1 < p,
    Relation.MERGED: lambda r, p: r > 1 == p,
    Relation.MANY: lambda r, p: min(r, p) > 1,
    Relation.MISSED: lambda r, p: (r, p) == (1, 0),
    Relation.SPURIOUS: lambda r, p: (r, p) == (0, 1),
    Relation.IGNORED: lambda r, p: r + p == 1,
}
"""How many objects of either side an item of each relation has."""


def described(live: Disagreements, rename_r=int, rename_p=int) -> dict:
    return {
        (
            tuple(sorted(map(rename_r, i.reference_ids))),
            tuple(sorted(map(rename_p, i.prediction_ids))),
        ): (str(i.relation), i.iou, i.area, i.error, i.subcode)
        for i in live.items.values()
    }


@SIDES
@settings(deadline=None, max_examples=60)
@given(data=st.data(), t=THRESHOLDS)
def test_every_object_is_in_exactly_one_item(pictures, data, t):
    reference, prediction = data.draw(pictures)
    live = Disagreements(OverlapTable.build(reference, prediction), t)
    for side, labels in (("reference", reference), ("prediction", prediction)):
        named = Counter(i for item in live.items.values() for i in item.ids(side))
        assert named == Counter(ids_of(labels))
        assert all(i in live.of(side, i).ids(side) for i in named)
    for item in live.items.values():
        assert SHAPE_OF[item.relation](len(item.reference_ids), len(item.prediction_ids)), item
        if min(len(item.reference_ids), len(item.prediction_ids)) > 1:
            assert len(item.reference_ids) + len(item.prediction_ids) <= LARGEST_TANGLE


@SIDES
@settings(deadline=None, max_examples=60)
@given(data=st.data(), t=THRESHOLDS)
def test_names_do_not_matter(pictures, data, t):
    reference, prediction = data.draw(pictures)
    renamed = []
    for labels, add in ((reference, 50), (prediction, 90)):
        planes = tuple(np.where(p, add - p, 0) for p in labels.planes)
        void = frozenset(add - i for i in labels.void)
        renamed.append(replace(labels, planes=planes, void=void))
    plain = Disagreements(OverlapTable.build(reference, prediction), t)
    other = Disagreements(OverlapTable.build(*renamed), t)
    assert described(other) == described(plain, lambda i: 50 - i, lambda i: 90 - i)


@SIDES
@settings(deadline=None, max_examples=60)
@given(data=st.data(), t=THRESHOLDS)
def test_exchanging_the_sides_mirrors_the_codes(pictures, data, t):
    reference, prediction = data.draw(pictures)
    plain = described(Disagreements(OverlapTable.build(reference, prediction), t))
    swapped = described(Disagreements(OverlapTable.build(prediction, reference), t))
    assert swapped == {(p, r): (MIRROR.get(code, code), *rest) for (r, p), (code, *rest) in plain.items()}


@SIDES
@settings(deadline=None, max_examples=60)
@given(data=st.data(), t=st.sampled_from([Fraction(1, 2), Fraction(6, 10), Fraction(9, 10)]))
def test_flips_and_transposition_keep_the_counts(pictures, data, t):
    sides = data.draw(pictures)
    plain = Disagreements(OverlapTable.build(*sides), t).summary()
    for turn in (np.flipud, np.fliplr, np.transpose, np.rot90, lambda pixels: np.flip(pixels, -1)):
        turned_sides = (
            replace(labels, planes=tuple(map(turn, labels.planes)), spacing=()) for labels in sides
        )
        turned = Disagreements(OverlapTable.build(*turned_sides), t).summary()
        assert (turned.counts, turned.hits) == (plain.counts, plain.hits)
        assert turned.mean_iou == plain.mean_iou or plain.hits == 0


@SIDES
@settings(deadline=None, max_examples=60)
@given(data=st.data(), t=THRESHOLDS)
def test_hits_equal_an_independent_hungarian(pictures, data, t):
    reference, prediction = (replace(labels, void=frozenset()) for labels in data.draw(pictures))
    table = OverlapTable.build(reference, prediction)
    assume(table.pairs())
    summary = Disagreements(table, t).summary()
    rows, columns = sorted(ids_of(reference)), sorted(ids_of(prediction))
    iou = np.array([[table.iou(r, p) for p in columns] for r in rows])
    near = iou >= float(t) - 1e-12
    at = linear_sum_assignment(near + np.where(near, iou, 0) / (2 * min(iou.shape)), maximize=True)
    hits = near[at]
    assert summary.hits == hits.sum()
    if summary.hits:
        assert summary.mean_iou == pytest.approx(iou[at][hits].mean(), abs=1e-12)


@SIDES
@settings(deadline=None, max_examples=60)
@given(data=st.data(), t=THRESHOLDS)
def test_hits_are_those_of_the_figures(pictures, data, t):
    sides = [replace(labels, void=frozenset()) for labels in data.draw(pictures)]
    hits = Disagreements(OverlapTable.build(*sides), t).summary().hits
    assert hits == evaluate(*sides, "stardist", threshold=t).figures["tp"]


@settings(deadline=None)
@given(cells=st.integers(2, 60), shift=st.integers(0, 3), seed=st.integers(0, 99))
def test_tessellations_fall_into_small_items(cells, shift, seed):
    points = np.random.default_rng(seed).integers(0, 48, (cells, 2))
    grid = np.stack(np.mgrid[:48, :48], axis=-1)
    reference = 1 + ((grid[:, :, None] - points) ** 2).sum(-1).argmin(-1)
    live = Disagreements(overlap_table(reference, np.roll(reference, shift, 0)))
    named = [i for item in live.items.values() for i in item.reference_ids]
    assert sorted(named) == sorted(ids_of(LabelImage.of_array(reference)))
    for item in live.items.values():
        if item.relation is Relation.MANY:
            assert len(item.reference_ids) + len(item.prediction_ids) <= LARGEST_TANGLE
