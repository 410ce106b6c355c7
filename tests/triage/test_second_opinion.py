"""The pixel classifier: what it learns, and that no image is read by what learnt from it."""

import numpy as np
import pytest
from triage_cases import nuclei, picture_for, sample_of, subject_of

from segreview.model.box import Box
from segreview.model.sample import Image
from segreview.triage.appearance import opinion
from segreview.triage.appearance.classifier import (
    BACKGROUND,
    INTERIOR,
    PIXELS,
    RIM,
    SEAM,
    Classifier,
    Lesson,
    classes_of,
)
from segreview.triage.appearance.filters import filter_bank
from segreview.triage.appearance.network import learnt_layers
from segreview.triage.appearance.opinion import FOLDS, SecondOpinion, family_of, read_within
from segreview.triage.audit import Audit
from segreview.triage.evidence.picture import picture_of


def whole(bank):
    """A bank as one tile."""
    return [(Box.of_shape(bank.shape[1:]), bank)]


def pixels_of(shares, shape):
    """Shares of all pixels as an array."""
    return np.stack([shares[code][Box.of_shape(shape).slices] for code in range(len(shares))])


def lesson_for(seed):
    labels, picture = nuclei(seed)
    subject = subject_of(labels, picture)
    bank = filter_bank(subject.picture, subject.radius)
    return subject, Lesson.of(subject, whole(bank), seed), bank


@pytest.fixture(scope="module")
def taught():
    return [lesson_for(seed) for seed in range(3)]


@pytest.fixture(scope="module")
def classifier(taught):
    return Classifier([lesson for _, lesson, _ in taught[:2]])


def test_classes_of_pixels():
    labels = np.zeros((8, 10), int)
    labels[1:7, 1:5] = 1
    labels[1:7, 5:9] = 2
    labels[7, 9] = 9
    found = classes_of(subject_of(labels, void=frozenset({9})))
    assert found[3].tolist() == [
        BACKGROUND,
        RIM,
        INTERIOR,
        INTERIOR,
        SEAM,
        SEAM,
        INTERIOR,
        INTERIOR,
        RIM,
        BACKGROUND,
    ]
    assert found[0, 0] == BACKGROUND
    assert found[7, 9] == -1


def test_a_lesson_is_a_choice_of_each_class_and_the_same_each_time(taught):
    subject, lesson, bank = taught[0]
    again = Lesson.of(subject, whole(bank), 0)
    assert np.array_equal(again.places, lesson.places)
    classes = classes_of(subject).ravel()
    assert np.array_equal(classes[lesson.places], lesson.classes)
    assert np.array_equal(bank.reshape(len(bank), -1)[:, lesson.places].T, lesson.figures)
    assert all((lesson.classes == code).sum() <= most for code, most in PIXELS.items())
    assert (lesson.classes >= 0).all()


def test_an_image_that_it_has_not_seen_is_read_well(taught, classifier):
    subject, _, bank = taught[2]
    shares = classifier.shares(bank.reshape(len(bank), -1))
    assert shares.dtype == np.float32
    assert shares.sum(axis=0) == pytest.approx(1, abs=1e-5)
    objects = (1 - shares[0]).reshape(subject.ranks.shape) > 0.5
    assert (objects & subject.foreground).sum() / (objects | subject.foreground).sum() > 0.85


def test_pixels_are_read_alike_in_one_go_and_in_many(classifier, taught, monkeypatch):
    _, _, bank = taught[2]
    figures = bank.reshape(len(bank), -1)
    whole = classifier.shares(figures)
    monkeypatch.setattr("segreview.triage.appearance.classifier.TOGETHER", 100)
    assert classifier.shares(figures) == pytest.approx(whole, abs=1e-6)
    assert classifier.shares(figures[:, :0]).shape == (4, 0)


def test_what_was_not_learnt_has_no_share(taught):
    _, lesson, bank = taught[0]
    for known in ([BACKGROUND], [BACKGROUND, INTERIOR], [INTERIOR, RIM, BACKGROUND]):
        kept = np.isin(lesson.classes, known)
        part = Lesson(lesson.figures[kept], lesson.classes[kept], lesson.places[kept])
        shares = Classifier([part]).shares(bank.reshape(len(bank), -1))
        assert shares.sum(axis=0) == pytest.approx(1, abs=1e-5)
        assert not shares[[code for code in range(4) if code not in known]].any()


@pytest.mark.parametrize("classes", [3, 2])
def test_its_network_is_that_of_scikit_learn(taught, classes):
    from sklearn.neural_network import MLPClassifier

    _, lesson, _ = taught[0]
    known = lesson.classes < classes
    figures, targets = lesson.figures[known] - lesson.figures.mean(axis=0), lesson.classes[known]
    settings = {"batch_size": 256, "learning_rate_init": 4e-3, "max_iter": 80, "alpha": 1e-3}
    network = MLPClassifier((24,), **settings, random_state=3, tol=1e-3).fit(figures, targets)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("segreview.triage.appearance.network.GAIN", 1e-3)
        layers = learnt_layers(figures, targets, classes, 24, 256, 80, seed=3)
    assert 12 < network.n_iter_ < 80  # it ended because it had learnt enough
    for (weights, bias), expected, shift in zip(layers, network.coefs_, network.intercepts_, strict=True):
        assert weights == pytest.approx(expected, abs=1e-4)
        assert bias == pytest.approx(shift, abs=1e-4)


# -------------------------------------------------------------------- out of fold
def test_no_image_is_read_by_what_learnt_from_it(monkeypatch):
    """Each classifier is told which lessons it gets; an image's own is never among them."""
    given = {}

    class Spy(Classifier):
        def __init__(self, lessons, seed=0):
            super().__init__(lessons, seed)
            given[id(self)] = lessons
            self.lessons = lessons

        def shares(self, figures):
            self.last = figures
            return super().shares(figures)

    monkeypatch.setattr(opinion, "Classifier", Spy)
    parts = [lesson_for(seed) for seed in range(5)]
    lessons = [lesson for _, lesson, _ in parts]
    second = SecondOpinion(lessons, ["one"] * 5)
    for number, (subject, own, bank) in enumerate(parts):
        shape = subject.ranks.shape
        assert pixels_of(second.read(number, subject, whole(bank)), shape).shape == (4, *shape)
        classifier = second._classifier("one", number % FOLDS)
        assert all(lesson is not own for lesson in classifier.lessons)
    assert len(given) == FOLDS


def test_images_of_another_family_teach_nothing(monkeypatch):
    parts = [lesson_for(seed) for seed in range(2)]
    asked = []
    monkeypatch.setattr(opinion, "read_within", lambda *a: asked.append(a[1]))
    second = SecondOpinion([lesson for _, lesson, _ in parts], ["bright", "dark"])
    for number, (subject, _, bank) in enumerate(parts):
        second.read(number, subject, whole(bank))
    assert [one is lesson for one, (_, lesson, _) in zip(asked, parts, strict=True)] == [True, True]


def test_within_one_image_each_object_is_read_by_what_the_others_taught(taught, monkeypatch):
    subject, lesson, bank = taught[0]
    folds = []

    class Spy(Classifier):
        def __init__(self, lessons):
            super().__init__(lessons)
            folds.append(lessons[0].places)

    monkeypatch.setattr(opinion, "Classifier", Spy)
    shares = read_within(subject, lesson, whole(bank))
    parts = subject.parts(FOLDS).ravel()
    for fold, places in enumerate(folds):
        assert (parts[places] != fold).all()
    assert pixels_of(shares, subject.ranks.shape).sum(axis=0) == pytest.approx(1, abs=1e-4)


def test_where_there_is_too_little_to_learn_from_nothing_is_said():
    labels = np.zeros((12, 12), int)
    labels[3:6, 3:6] = 1
    subject = subject_of(labels, picture_for(labels > 0))
    bank = filter_bank(subject.picture, subject.radius)
    assert read_within(subject, Lesson.of(subject, whole(bank), 0), whole(bank)) is None


def test_an_audit_reads_each_sample_out_of_fold():
    """A fault that only one image has is not learnt from that image: what was added looks like background."""
    audit, samples = Audit(), []
    for seed in range(4):
        labels, picture = nuclei(seed)
        if seed == 0:
            labels[24:29, 20:50] = 7  # nothing is there
        samples.append(sample_of(labels, [picture], name=str(seed)))
    for sample in samples:
        audit.learn(sample.name, sample.reference, sample.images)
    (found,) = audit.inspect("0", samples[0].reference, samples[0].images)
    within = found.annotated.column("opinion within")
    assert within[6] < 0.2
    assert (within[:6] > 0.8).all()


def test_a_family_is_the_channels_the_axes_and_which_side_is_brighter():
    labels, picture = nuclei()
    dark = subject_of(labels, 255 - picture)
    bright = subject_of(labels, picture)
    assert family_of(bright, bright.picture) == (1, 2, True)
    assert family_of(dark, dark.picture) == (1, 2, False)
    assert family_of(subject_of(labels * 0, picture), bright.picture) == (1, 2, None)
    colour = picture_of((Image(np.stack([picture, 255 - picture]), channel_axis=0),), (1.0, 1.0))
    assert family_of(bright, colour)[0] == 2


# -------------------------------------------------------------------- filters
def test_filters_turn_with_the_image():
    _, picture = nuclei()
    bank = filter_bank(picture_of((Image(picture),), (1.0, 1.0)), 7.0)
    turned = filter_bank(picture_of((Image(np.rot90(picture)),), (1.0, 1.0)), 7.0)
    assert turned == pytest.approx(np.rot90(bank, axes=(1, 2)), abs=1e-4)


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (3, 1, 4), (0, 4)])
def test_filters_of_any_shape_are_finite(shape):
    bank = filter_bank(picture_of((Image(np.random.default_rng(0).random(shape)),), (1.0,) * len(shape)), 5.0)
    assert bank.shape[1:] == shape
    assert np.isfinite(bank).all()
