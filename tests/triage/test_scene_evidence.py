"""Palettes, places, norms and judges of class labels."""

import numpy as np
import pytest

from segreview.compare.live import find_live_disagreements
from segreview.compare.taxonomy import Relation
from segreview.model.labels import Kind, LabelImage
from segreview.model.sample import Image
from segreview.triage.evidence.picture import picture_of
from segreview.triage.scene.norms import contacts, form_of
from segreview.triage.scene.places import contested_places, model_places
from segreview.triage.scene.scene import Palette, Scene, Surface
from segreview.triage.scene.trial import PLAIN_JUDGE, PREVALENCE, ClassJudge, Rows


def semantic(classes, void=frozenset()):
    return LabelImage((classes,), kind=Kind.SEMANTIC, background=None, void=void)


def patches(seed, shape=(60, 80), classes=4, side=7):
    """Random patches of classes."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, classes, [n // side + 1 for n in shape], dtype=np.uint8)
    return coarse.repeat(side, 0).repeat(side, 1)[: shape[0], : shape[1]].copy()


def scene_of(classes, model=None):
    picture = picture_of((Image(np.zeros(classes.shape)),), (1.0,) * classes.ndim)
    return Scene(classes.astype(np.int16), Surface(picture), model)


def test_classes_keep_their_numbers_and_unknown_ones_have_none():
    palette = Palette()
    palette.learn(semantic(np.array([[7, 3]])))
    first = palette.ids
    palette.learn(semantic(np.array([[5, 3]])))
    assert palette.ids[:2] == first == (3, 7)
    np.testing.assert_array_equal(palette.numbers(semantic(np.array([[3, 5, 7, 9]]))), [[0, 2, 1, -1]])


def test_void_has_no_class():
    palette = Palette()
    numbers = palette.learn(semantic(np.array([[7, 3]]), void=frozenset({7})))
    assert palette.ids == (3,)
    np.testing.assert_array_equal(numbers, [[-1, 0]])


@pytest.mark.parametrize("seed", range(4))
def test_the_places_of_a_model_are_the_regions_of_the_comparison(seed):
    reference, prediction = semantic(patches(seed), void=frozenset({3})), semantic(patches(seed + 10))
    palette = Palette()
    claims = palette.learn(prediction)
    places = model_places(scene_of(palette.learn(reference), claims))
    regions = [
        item
        for item in find_live_disagreements(reference, prediction).items.values()
        if item.relation is Relation.CLASS
    ]
    assert sorted((p.first + 1, p.area, p.box.start) for p in places) == sorted(
        (item.region, item.area, item.box.start) for item in regions
    )


def test_a_class_contests_only_with_a_clear_lead_on_a_thick_region():
    classes = np.zeros((40, 40), np.int16)
    shares = np.full((2, 40, 40), 0.5)
    shares[:, 5:15, 5:15] = np.array([0.2, 0.8])[:, None, None]
    shares[:, 20:30, 5:15] = np.array([0.4, 0.6])[:, None, None]
    shares[:, 5:7, 20:38] = np.array([0.2, 0.8])[:, None, None]
    (place,) = contested_places(scene_of(classes), np.log(shares))
    assert (place.box.start, place.box.stop) == ((5, 5), (15, 15))
    assert (place.annotated, place.claimed) == (0, 1)


def test_contacts_are_counted_either_way_and_not_with_void():
    classes = np.array([[0, 0, 1], [0, -1, 1]], np.int16)
    np.testing.assert_array_equal(contacts(classes, 2), [[0, 1], [1, 0]])


def test_the_form_of_a_pole_is_tall_and_thin():
    mask = np.ones((20, 3), bool)
    area, depth, tall, fill, middle = form_of(mask, (slice(10, 30), slice(0, 3)), (40, 40))
    assert np.exp([area, depth, tall, fill]) == pytest.approx([60, 2, 20 / 3, 1])
    assert middle == 0.5


def rows(count, wrong):
    rng = np.random.default_rng(0)
    figures = rng.normal(0, 1, (count, 2))
    figures[:wrong, 0] += 3
    return Rows(("telling", "idle"), figures, np.arange(count) < wrong, with_model=False)


def test_a_judge_learns_which_figure_tells_and_is_set_for_the_prevalence():
    judge = ClassJudge.fitted(rows(400, 80))
    assert judge.weights[0] > 5 * abs(judge.weights[1])
    assert judge.log_odds({"telling": 4, "idle": 0}) > judge.log_odds({"telling": 0, "idle": 0})
    assert judge.telling({"telling": 4, "idle": 0}) == [("telling", True)]
    typical = 1 / (1 + np.exp(-judge.log_odds({"telling": 0, "idle": 0})))
    assert typical < PREVALENCE


def test_too_few_faults_teach_nothing():
    assert ClassJudge.fitted(rows(40, 3)) is None
    figures = dict.fromkeys(PLAIN_JUDGE.names, 0.0)
    assert PLAIN_JUDGE.log_odds({**figures, "lead of another class": 3}) > PLAIN_JUDGE.log_odds(figures)


def test_many_rows_also_teach_what_figures_say_together():
    rng = np.random.default_rng(0)
    figures = rng.choice([-1.0, 1.0], (2000, 2)) + rng.normal(0, 0.1, (2000, 2))
    wrong = figures.prod(axis=1) > 0
    few = ClassJudge.fitted(Rows(("a", "b"), figures[:500], wrong[:500], with_model=False))
    judge = ClassJudge.fitted(Rows(("a", "b"), figures, wrong, with_model=False))
    assert (few.networks, len(judge.networks)) == ((), 4)
    alike, unlike = ({"a": 1.0, "b": b} for b in (1.0, -1.0))
    assert judge.log_odds(alike) > judge.log_odds(unlike) + 2
    assert abs(few.log_odds(alike) - few.log_odds(unlike)) < 1
