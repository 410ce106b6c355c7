"""Class labels under audit: planted faults come first, with their reasons, for every kind of labels."""

from dataclasses import replace

import numpy as np
import pytest

from segreview.compare.taxonomy import Relation
from segreview.model.labels import Kind, LabelImage, Segment
from segreview.model.ontology import Category, Ontology
from segreview.model.sample import PREDICTION, REFERENCE, Image, Sample, Source
from segreview.triage.audit import Audit
from segreview.triage.find import find_disagreements
from segreview.triage.scene.evidence import Witness
from segreview.triage.scene.survey import _Judged
from segreview.triage.trace.trace import spots_of, traces_of

SKY, ROAD, CAR, TREE = range(4)
COLOURS = np.array([[120, 170, 230], [110, 110, 110], [200, 40, 40], [40, 130, 50]])
NAMES = ("sky", "road", "car", "tree")
CLASSES = Ontology("street", tuple(Category(n, name) for n, name in enumerate(NAMES)))
SHAPE = (72, 96)


def street(seed):
    """Class of every pixel of a street with cars and trees, and its photo."""
    rng = np.random.default_rng(seed)
    classes = np.full(SHAPE, SKY, np.uint8)
    classes[40:] = ROAD
    for place in range(4):
        left = 24 * place + int(rng.integers(0, 6))
        classes[22:40, left : left + 10] = TREE
        classes[46:58, left + 4 : left + 18] = CAR
    photo = COLOURS[classes] + rng.normal(0, 12, (*SHAPE, 3))
    return classes, Image(np.clip(photo, 0, 255).astype(np.uint8), rgb=True)


def semantic(classes, **more):
    return LabelImage((classes,), kind=Kind.SEMANTIC, background=None, ontology=CLASSES, **more)


def sample(name, labels, images, model=None):
    sources = [Source(REFERENCE, labels)] + ([] if model is None else [Source(PREDICTION, model)])
    return Sample(name, images, tuple(sources))


def audited(samples):
    """Items of each sample of a data set."""
    audit = Audit()
    for one in samples:
        audit.learn(one.name, one.reference, one.images, one.prediction)
    return {one.name: audit.items(one.name, one) for one in samples}


@pytest.fixture(scope="module")
def streets():
    """Three streets; in the first a car is annotated as tree."""
    found = [street(seed) for seed in range(3)]
    wrong = found[0][0].copy()
    wrong[44:58, :24][wrong[44:58, :24] == CAR] = TREE
    return [(wrong, found[0][1]), *found[1:]], found


def test_without_a_model_a_swapped_class_comes_first_and_is_named(streets):
    made, _ = streets
    items = audited([sample(str(n), semantic(c), (image,)) for n, (c, image) in enumerate(made)])
    first = items["0"][0]
    assert (first.kind, first.reference_ids, first.prediction_ids) == (Relation.CLASS, (TREE,), ())
    assert first.box.start[0] >= 40
    assert first.suspicion.reasons[0] == "looks like car, not tree"
    assert first.suspicion.suspect is Relation.CLASS
    assert first.suspicion.reference_wrong > 0.3
    others = [item.suspicion.reference_wrong for n in ("1", "2") for item in items[n]]
    assert first.suspicion.reference_wrong > max(others, default=0)


def test_a_model_that_is_wrong_is_told_from_an_annotation_that_is(streets):
    made, right = streets
    models = [classes.copy() for classes, _ in right]
    models[0][22:40, 72:][models[0][22:40, 72:] == TREE] = CAR
    items = audited(
        [
            sample(str(n), semantic(c), (image,), semantic(model))
            for n, ((c, image), model) in enumerate(zip(made, models, strict=True))
        ]
    )
    (car, tree) = items["0"]
    assert [item.relation for item in (car, tree)] == [Relation.CLASS] * 2
    assert (car.reference_ids, car.prediction_ids) == ((TREE,), (CAR,))
    assert car.box.start[0] > tree.box.stop[0] - 1
    assert car.suspicion.reference_wrong > 5 * tree.suspicion.reference_wrong
    assert tree.suspicion.prediction_wrong > car.suspicion.prediction_wrong


def test_without_an_image_the_sides_still_differ(streets):
    made, right = streets
    (item,) = audited([sample("0", semantic(made[0][0]), (), semantic(right[0][0]))])["0"]
    assert item.relation is Relation.CLASS
    assert item.suspicion.reference_wrong == 0


def test_void_is_no_item(streets):
    made, _ = streets
    labels = semantic(made[0][0], void=frozenset({TREE}))
    items = audited([sample("0", labels, (made[0][1],))])["0"]
    assert all(item.reference_ids != (TREE,) for item in items)


def test_times_are_placed_on_their_axis(streets):
    made, _ = streets
    classes = np.stack([classes for classes, _ in reversed(made)])
    image = Image(np.stack([image.data for _, image in reversed(made)]), rgb=True)
    labels = semantic(classes, axes="TYX")
    first = audited([sample("0", labels, (image,))])["0"][0]
    assert first.reference_ids == (TREE,)
    assert (first.box.start[0], first.box.stop[0]) == (2, 3)
    assert np.unravel_index(first.region - 1, classes.shape)[0] == 2


def test_a_volume_is_judged_as_one():
    classes, image = street(0)
    volume = semantic(np.stack([classes] * 6), axes="ZYX")
    grey = Image(np.stack([image.data.mean(axis=-1)] * 6))
    audited([sample("0", volume, (grey,))])


def test_one_class_alone_has_no_items():
    _, image = street(0)
    assert audited([sample("0", semantic(np.zeros(SHAPE, np.uint8)), (image,))])["0"] == []


def test_the_class_of_an_object_of_a_panoptic_image_is_contested(streets):
    made, _ = streets
    samples = []
    for n, (classes, image) in enumerate(made):
        ids = classes.astype(np.int32) + 1
        ids[classes == CAR] = 0
        segments = {class_id + 1: Segment(class_id) for class_id in (SKY, ROAD, TREE)}
        for place in range(4):
            window = ids[44:58, 24 * place : 24 * place + 24]
            window[(window == 0) | (window == TREE + 1)] = 100 + place
            segments[100 + place] = Segment(TREE if n == place == 0 else CAR)
        table = Ontology("street", tuple(replace(one, isthing=one.id == CAR) for one in CLASSES))
        labels = LabelImage((ids,), kind=Kind.PANOPTIC, segments=segments, ontology=table)
        samples.append(sample(str(n), labels, (image,)))
    audit = Audit()
    for one in samples:
        audit.learn(one.name, one.reference, one.images)
    items = {item.reference_ids: item for item in audit.items("0", samples[0])}
    contested = items[100,]
    assert contested.kind is Relation.CLASS
    assert contested.suspicion.reasons[0] == "looks like car, not tree"
    spots = list(audit.spots("0", samples[0]))
    (spot,) = spots_of(spots, contested, contested.suspicion)
    assert spot.area <= contested.area
    assert samples[0].reference.data[spot.box.slices][spot.mask].min() == 100
    traces = traces_of((), contested, contested.suspicion, spots)
    assert [trace.reason for trace in traces] == list(contested.suspicion.reasons)
    assert np.array_equal(traces[0].lines[0].points.min(axis=0), np.array(spot.box.start) - 0.5)
    assert traces_of((), contested, replace(contested.suspicion, reasons=("another",)), spots) == ()


def test_samples_without_a_model_do_not_disturb_those_with_one(streets):
    made, right = streets
    samples = [sample("0", semantic(made[0][0]), (made[0][1],), semantic(right[0][0]))]
    samples += [sample(str(n), semantic(c), (image,)) for n, (c, image) in enumerate(made[1:], 1)]
    (item,) = audited(samples)["0"]
    assert item.suspicion.reference_wrong > 0.3


def test_the_work_can_be_ended_while_the_judge_learns(streets):
    made, _ = streets
    audit = Audit()
    one = sample("0", semantic(made[0][0]), (made[0][1],))
    audit.learn("0", one.reference, one.images)

    def cancel():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        audit.items("0", one, pause=cancel)


def test_find_disagreements_ranks_regions_of_classes(streets):
    made, right = streets
    models = [semantic(classes.copy()) for classes, _ in right]
    models[1].data[22:40, 72:][models[1].data[22:40, 72:] == TREE] = CAR
    photos = [image.data for _, image in made]
    first, second = find_disagreements([semantic(classes) for classes, _ in made], models, photos)
    assert (first.image, second.image) == (0, 1)
    assert first.suspicion.reference_wrong > 5 * second.suspicion.reference_wrong
    assert first.suspicion.reasons[0] == "looks like car, not tree"


def test_an_image_that_is_wrong_as_a_whole_spoils_no_figure(streets):
    _, found = streets
    whole = np.full(SHAPE, SKY, np.uint8)
    told = [(semantic(c), image, semantic(np.where(c == CAR, TREE, c))) for c, image in found]
    told.append((semantic(whole), found[0][1], semantic(np.full_like(whole, ROAD))))
    named = [sample(str(n), gt, (image,), model) for n, (gt, image, model) in enumerate(told)]
    every = [item.suspicion for items in audited(named).values() for item in items]
    assert every
    assert np.isfinite([one.urgency for one in every]).all()


# -------------------------------------------------------------------- after an edit
@pytest.mark.parametrize("with_model", [True, False])
def test_after_an_edit_only_places_near_it_are_looked_at_and_all_is_as_if_all_were(
    streets, monkeypatch, with_model
):
    (wrong, photo), *_ = streets[0]
    model = semantic(np.where(wrong == TREE, CAR, wrong)) if with_model else None
    first, edited = semantic(wrong), wrong.copy()
    edited[60:68, 70:90] = TREE
    audit, asked, real = Audit(), [], Witness.figures

    def spy(self, place):
        asked.append(place)
        return real(self, place)

    monkeypatch.setattr(Witness, "figures", spy)
    audit.learn("a", first, (photo,), model)
    before = audit.items("a", sample("a", first, (photo,), model))
    asked.clear()
    assert audit.items("a", sample("a", first, (photo,), model)) == before
    assert asked == []
    after = audit.items("a", sample("a", semantic(edited), (photo,), model))
    near = len(asked)
    monkeypatch.setattr(_Judged, "untouched", lambda *_: ())
    assert audit.items("a", sample("a", semantic(edited), (photo,), model)) == after
    assert 0 < near < len(asked) - near
    assert after != before
