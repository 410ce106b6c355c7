"""What must hold for the evidence on any labels and any image."""

import dask.array as da
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from triage_cases import RADIUS, disc, nuclei, opinion_for, sample_of

from segreview.compare.live import find_live_disagreements
from segreview.errors import SegreviewError
from segreview.model.labels import Kind, LabelImage, Segment
from segreview.model.sample import Image
from segreview.triage.audit import Audit
from segreview.triage.evidence.subject import TYPICAL_RADIUS
from segreview.triage.inspection import inspect, views_of
from segreview.triage.item import items_of

LABELS, PICTURE = nuclei()
SMALL = arrays(np.int64, (9, 10), elements=st.integers(0, 3))
MODEL = LABELS.copy()
MODEL[MODEL == 3] = 0
MODEL[24:31, 62:69] = 9


@pytest.fixture(scope="module", autouse=True)
def _hasty():
    """Classifiers learn in few steps: whether they are good is not asked here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("segreview.triage.appearance.classifier.ROUNDS", (1, 25))
        yield


def figures(labels, image=None, opinion=None, model=None):
    """All figures on the annotated objects, by id."""
    sample = sample_of(labels, [] if image is None else [image], model)
    (view,) = views_of(sample.reference, sample.images)
    found = inspect(view, opinion, sample.prediction).annotated
    ids = view.subject.ids[found.ranks - 1].tolist()
    return {i: found.row(place) for place, i in enumerate(ids)}


def audited(labels, images=(), model=None, probability=None):
    """All evidence and all items of a sample; fails where a figure is none."""
    sample, audit = sample_of(labels, images, model), Audit()
    audit.learn("a", sample.reference, sample.images)
    sides = sample.reference, sample.images, sample.prediction, probability
    inspections = list(audit.inspect("a", *sides))
    for found in inspections:
        ranks = range(1, len(found.relations.model) + 1) if found.relations else ()
        for evidence in (found.annotated, found.unclaimed, found.model(ranks)):
            for column in evidence.columns.values():
                assert column.shape == (len(evidence),)
                assert np.isfinite(column).all()
    known = sample.prediction and find_live_disagreements(sample.reference, sample.prediction).items.values()
    items = items_of(inspections, known)
    for item in items:
        told = item.suspicion
        assert 0 <= told.reference_wrong <= 1
        assert 0 <= told.prediction_wrong <= 1 - told.reference_wrong + 1e-12
        assert all(text and "nan" not in text for text in told.reasons)
        assert 0 <= item.iou <= 1
    return items


@pytest.fixture(scope="module")
def plain():
    return figures(LABELS, PICTURE, opinion_for(MODEL), MODEL)


@given(st.permutations(range(1, 7)), st.sampled_from([1, 1000, 2**60]))
@settings(max_examples=4)
def test_ids_mean_nothing(plain, order, factor):
    new = {0: 0} | {old: name * factor for old, name in enumerate(order, 1)}
    renamed = np.vectorize(new.get, otypes=[np.uint64])(LABELS)
    found = figures(renamed, PICTURE, opinion_for(MODEL), MODEL)
    for old, name in new.items():
        if old:
            assert found[name] == pytest.approx(plain[old], abs=1e-9)


@pytest.mark.parametrize("turn", [np.fliplr, np.flipud, np.rot90, np.transpose], ids=lambda f: f.__name__)
def test_turning_the_image_changes_no_figure(plain, turn):
    opinion = np.stack([turn(one) for one in opinion_for(MODEL)])
    found = figures(turn(LABELS), turn(PICTURE), opinion, turn(MODEL))
    for object_id, expected in plain.items():
        assert found[object_id] == pytest.approx(expected, abs=2e-3)


@pytest.mark.parametrize(("factor", "offset"), [(0.01, 0), (300, 5000), (1, -40)])
def test_the_range_of_grey_values_changes_no_figure(plain, factor, offset):
    found = figures(LABELS, PICTURE * factor + offset, opinion_for(MODEL), MODEL)
    for object_id, expected in plain.items():
        assert found[object_id] == pytest.approx(expected, abs=1e-2)


def test_a_negative_image_shows_the_same(plain):
    found = figures(LABELS, 255 - PICTURE, opinion_for(MODEL), MODEL)
    for object_id, expected in plain.items():
        for name in ("contrast", "edge", "weak edge", "edge shift px"):
            assert found[object_id][name] == pytest.approx(expected[name], abs=0.05)


def test_arrays_may_lie_in_any_order_in_memory(plain):
    columns = np.asfortranarray(LABELS)[::-1][::-1]
    other = figures(columns, np.asfortranarray(PICTURE), opinion_for(MODEL), MODEL)
    assert other == plain
    frozen = LABELS.copy()
    frozen.flags.writeable = False
    assert figures(frozen, PICTURE, opinion_for(MODEL), MODEL) == plain


def test_two_runs_are_equal_bit_for_bit_and_so_is_a_second_reading():
    sample = sample_of(LABELS, [PICTURE], MODEL)

    def run(audit):
        (found,) = audit.inspect("a", sample.reference, sample.images, sample.prediction)
        return {**found.annotated.columns, **{f"u {k}": v for k, v in found.unclaimed.columns.items()}}

    one, two = Audit(), Audit()
    for audit in (one, two):
        audit.learn("a", sample.reference, sample.images)
    first = run(one)
    for other in (run(two), run(one)):
        assert list(other) == list(first)
        assert all(np.array_equal(other[name], first[name]) for name in first)


# -------------------------------------------------------------------- odd images
ONE_PIXEL = np.pad(np.ones((1, 1), np.uint8), 9)
CORNERS = np.zeros((20, 20), np.uint8)
CORNERS[0, 0], CORNERS[19, 19], CORNERS[0, 19], CORNERS[9, 9] = 1, 2, 3, 4
FRAME = np.ones((20, 20), np.uint8)
FRAME[4:16, 4:16] = 0


@pytest.mark.parametrize(
    "labels",
    [
        np.zeros((20, 20), np.uint8),
        np.ones((20, 20), np.uint8),
        np.repeat([1, 2], 200).reshape(20, 20),
        np.arange(1, 101).reshape(10, 10),
        ONE_PIXEL,
        CORNERS,
        FRAME,
        np.pad(np.ones((1, 12), np.uint8), 4),
        np.pad(np.ones((1, 8), np.uint8), ((0, 0), (4, 4))),
        np.pad(np.ones((8, 1), np.uint8), ((4, 4), (0, 0))),
        np.ones((1, 1), np.uint8),
        np.zeros((0, 5), np.uint8),
        np.where(LABELS == 2, -5, 0)[:20],
    ],
    ids=range(13),
)
def test_no_annotation_is_too_odd(labels):
    image = np.random.default_rng(1).random(labels.shape)
    count = len(np.unique(labels[labels != 0]))
    assert len([item for item in audited(labels, [image]) if item.reference_ids]) == count
    assert len(audited(labels)) == count
    audited(labels, [image], np.where(image > 0.6, 1, 0), image)


@pytest.mark.parametrize(
    "image",
    [
        PICTURE * 0,
        PICTURE > 60,
        PICTURE.astype(np.float16),
        (PICTURE * 257).astype(np.uint16),
        np.where(LABELS == 3, np.nan, PICTURE),
        np.where(LABELS == 3, np.inf, PICTURE),
        PICTURE * np.nan,
        PICTURE * 1e300,
        PICTURE - 1e9,
    ],
    ids=["constant", "bool", "float16", "uint16", "nan", "inf", "all nan", "huge", "far from 0"],
)
def test_no_image_is_too_odd(image):
    assert len([item for item in audited(LABELS, [image], MODEL) if item.reference_ids]) == 6


COLOUR = np.stack([PICTURE, 255 - PICTURE, PICTURE / 2], -1).astype(np.uint8)


@pytest.mark.parametrize(
    "image",
    [
        Image(COLOUR, rgb=True),
        Image(np.concatenate([COLOUR, COLOUR[..., :1] * 0 + 255], -1), rgb=True),
        Image(np.moveaxis(COLOUR, -1, 0), channel_axis=0),
        Image(np.stack([PICTURE, 255 - PICTURE, PICTURE * 0, PICTURE > 50, PICTURE**2]), channel_axis=0),
        Image(da.from_array(PICTURE, chunks=20)),
    ],
    ids=["rgb", "rgba", "3 first", "5 channels", "chunks"],
)
def test_images_of_several_channels(image):
    assert len(audited(LABELS, [image])) == 6


@given(SMALL, SMALL)
@settings(max_examples=12)
def test_any_labels_give_figures(labels, model):
    audited(labels, [np.random.default_rng(0).random(labels.shape)], model)


# -------------------------------------------------------------------- space, time, planes, kinds
BALLS = np.zeros((10, 26, 40), np.int32)
for number, (y, x) in enumerate([(7, 8), (8, 30), (19, 18)], 1):
    BALLS[disc((20, *BALLS.shape[1:]), (10, y, x), 6)[::2]] = number


def test_space_with_thick_slices():
    labels = LabelImage((BALLS,), axes="ZYX", spacing=(2.0, 1.0, 1.0), unit="um")
    image = np.random.default_rng(0).normal(20, 3, BALLS.shape) + 80 * (BALLS > 0)
    model = LabelImage((np.where(BALLS == 2, 0, BALLS),), axes="ZYX")
    items = audited(labels, [image], model, (BALLS > 0) * 0.8)
    assert sorted(str(item.kind) for item in items) == ["matched", "matched", "missed"]
    audited(LabelImage((BALLS[4:5],), axes="ZYX"), [image[4:5]])


def test_each_time_is_an_image_of_its_own():
    labels = LabelImage((np.stack([LABELS, LABELS, LABELS * 0]),), axes="TYX")
    images = np.stack([PICTURE] * 3)
    model = LabelImage((np.stack([MODEL] * 3),), axes="ZYX")  # axes that a file did not tell
    items = audited(labels, [images], model, np.stack([MODEL > 0] * 3) * 0.5)
    assert all(len(item.box.start) == 3 for item in items)
    alone = audited(labels, [images])
    assert sorted(i for item in alone for i in item.reference_ids) == [1, 2, 3, 4, 5, 6]
    both = LabelImage((np.stack([BALLS, BALLS]),), axes="TZYX")
    assert len(audited(both)) == 3


def test_planes_know_of_each_other():
    over = np.zeros_like(LABELS)
    over[disc(LABELS.shape, (12, 17), RADIUS)] = 20
    labels = LabelImage((LABELS, over))
    assert sorted(i for item in audited(labels, [PICTURE]) for i in item.reference_ids) == [
        1,
        2,
        3,
        4,
        5,
        6,
        20,
    ]
    assert not [item for item in audited(labels, [PICTURE]) if item.kind == "unclaimed"]
    views = list(views_of(labels))
    assert [len(view.subject) for view in views] == [6, 1]
    assert views[1].subject.void[LABELS > 0].sum() == ((LABELS > 0) & (over == 0)).sum()
    audited(labels, [PICTURE], LabelImage((MODEL, over)))


def test_void_and_crowds_are_no_objects():
    void = LABELS.copy()
    void[24:30, 20:40] = 255
    assert len(audited(LabelImage((void,), void=frozenset({255})), [PICTURE])) == 6
    crowd = LabelImage((void,), segments={255: Segment(iscrowd=True)})
    assert len(audited(crowd, [PICTURE])) == 6
    everything = LabelImage((void * 0 + 255,), void=frozenset({255}))
    assert {str(item.kind) for item in audited(everything, [PICTURE], MODEL)} == {"ignored"}


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_of_labels(kind):
    labels = LabelImage((LABELS,), kind=kind, background=None if kind is Kind.SEMANTIC else 0)
    model = LabelImage((MODEL,), kind=kind, background=None if kind is Kind.SEMANTIC else 0)
    audited(labels, [PICTURE], model)
    audited(labels, [PICTURE])


def test_labels_in_chunks_are_read():
    labels = LabelImage((da.from_array(LABELS, chunks=20),))
    assert [item.reference_ids for item in audited(labels, [PICTURE])] == [
        item.reference_ids for item in audited(LABELS, [PICTURE])
    ]


# -------------------------------------------------------------------- refusals
@pytest.mark.parametrize(
    ("images", "model", "probability", "message"),
    [
        ([PICTURE[1:]], None, None, "The image is 51 x 72, its annotation 52 x 72"),
        ([], MODEL[1:], None, "model's masks are 51 x 72"),
        ([], None, PICTURE[1:], "model's probabilities are 51 x 72"),
        ([], None, PICTURE, "do not all lie between 0 and 1"),
        ([], None, PICTURE * np.nan, "do not all lie between 0 and 1"),
    ],
)
def test_what_does_not_belong_together_is_refused(images, model, probability, message):
    sample, audit = sample_of(LABELS, images, model), Audit()
    with pytest.raises(SegreviewError, match=message):
        list(audit.inspect("a", sample.reference, sample.images, sample.prediction, probability))
    if images:
        with pytest.raises(SegreviewError, match=message):
            audit.learn("a", sample.reference, sample.images)


def test_without_objects_a_usual_size_is_assumed():
    (view,) = views_of(LabelImage.of_array(LABELS * 0))
    assert view.subject.radius == TYPICAL_RADIUS
    assert not view.subject.within(1e9).any()
    assert not view.subject.parts(4).any()
