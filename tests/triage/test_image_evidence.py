"""What the image and the second opinion say of objects that are right, displaced, cut or not there."""

import numpy as np
import pytest
from triage_cases import backdrop_of, disc, opinion_for, picture_for, subject_of

from segreview.model.sample import Image
from segreview.triage.evidence.backdrop import Backdrop, slopes_of
from segreview.triage.evidence.contact import contact_evidence, neighbour_of
from segreview.triage.evidence.cutout import Cutout
from segreview.triage.evidence.edge import NONE, crossing, edge_evidence, interpolated
from segreview.triage.evidence.picture import picture_of
from segreview.triage.evidence.region import opinion_evidence, region_evidence
from segreview.triage.evidence.shape import solidity
from segreview.triage.evidence.table import evidence_on, gather

SHAPE = (40, 44)
DISC = disc(SHAPE, (20, 21), 10)


def seen(labels, truth=DISC, rank=1):
    """Evidence on an object where the image holds the truth, and the second opinion knows it."""
    subject = subject_of(np.asarray(labels).astype(int), picture_for(truth))
    backdrop = backdrop_of(subject, opinion_for(truth))
    cutout = Cutout.of(subject, rank)
    return {
        **edge_evidence(cutout, backdrop),
        **region_evidence(cutout, backdrop),
        **opinion_evidence(cutout, backdrop),
    }


def test_a_right_outline_lies_on_the_edge():
    found = seen(DISC)
    assert found["weak edge"] == 0
    assert found["edge against the best"] == pytest.approx(1, abs=0.1)
    assert abs(found["edge dilation px"]) < 0.5
    assert found["edge shift px"] < 0.5
    assert found["opinion dilation px"] == pytest.approx(0, abs=0.3)
    assert (found["opinion IoU"], found["opinion within"], found["opinion across the contour"]) == (1, 1, 1)
    assert found["contrast"] == pytest.approx(1, abs=0.1)
    assert found["unevenness"] < 0.1
    assert (found["valley of the opinion"], found["edges within"]) == (0, 0)


def test_a_shifted_outline_tells_by_how_much():
    found = seen(np.roll(DISC, 3, 1))
    assert found["opinion shift px"] == pytest.approx(3, abs=0.3)
    assert abs(found["opinion dilation px"]) < 0.5
    assert found["edge shift px"] == pytest.approx(2.5, abs=0.7)
    assert found["weak edge"] > 0.4
    both = np.roll(DISC, 3, 1) & DISC
    assert found["opinion IoU"] == pytest.approx(both.sum() / (np.roll(DISC, 3, 1) | DISC).sum(), abs=0.02)


def test_a_dilated_outline_lies_outside_the_edge_and_an_eroded_one_inside():
    large, small = seen(disc(SHAPE, (20, 21), 13)), seen(disc(SHAPE, (20, 21), 7))
    assert large["opinion dilation px"] == pytest.approx(-3, abs=0.5)
    assert small["opinion dilation px"] == pytest.approx(3, abs=0.5)
    assert large["opinion shift px"] < 0.3
    assert large["opinion IoU"] == pytest.approx(DISC.sum() / disc(SHAPE, (20, 21), 13).sum())
    assert small["opinion beyond"] == pytest.approx((DISC.sum() - 149) / 149, abs=0.15)
    assert large["opinion of the rim"] < 0.1


def test_an_object_where_there_is_none_has_neither_contrast_nor_opinion():
    labels = DISC + 2 * disc(SHAPE, (7, 36), 5)
    found = seen(labels, rank=2)
    assert found["opinion within"] == 0
    assert abs(found["contrast"]) < 0.2
    assert found["brightness"] == pytest.approx(0, abs=0.2)


def test_a_seam_shows_as_a_valley_and_a_cut_without_one_as_interior():
    cut = np.where(DISC, 1 + (np.indices(SHAPE)[1] > 21), 0)
    subject = subject_of(cut, picture_for(DISC))
    cutout = Cutout.of(subject, 1)
    found = contact_evidence(cutout, backdrop_of(subject, opinion_for(DISC)), solidity(cutout.mask))
    assert neighbour_of(cutout) == 2
    assert found["solidity of both"] == pytest.approx(0.953, abs=0.01)
    smaller = min((cut == 1).sum(), (cut == 2).sum())
    assert found["contact"] == pytest.approx(19 / (2 * np.sqrt(smaller / np.pi)), abs=0.05)
    assert (found["seam on the line"], found["interior on the line"]) == (0, 1)
    assert found["size against the neighbour"] == pytest.approx(np.log((cut == 1).sum() / (cut == 2).sum()))
    opinion = opinion_for(DISC)
    opinion[:, :, 20:23] = 0
    opinion[3, :, 20:23] = 1
    assert contact_evidence(cutout, Backdrop(backdrop_of(subject).grey, opinion, (1, 1)), 1)[
        "seam on the line"
    ] == pytest.approx(1)
    whole = subject_of(DISC.astype(int), picture_for(DISC))
    parted = opinion_evidence(Cutout.of(whole, 1), backdrop_of(whole, opinion))
    assert parted["valley of the interior"] > 0.5
    assert parted["edges within"] > 0.1


def test_an_object_that_touches_none_has_no_contact():
    subject = subject_of(DISC.astype(int))
    assert set(contact_evidence(Cutout.of(subject, 1), None, 1.0).values()) == {0.0}


def test_of_two_neighbours_the_one_with_more_contact_for_its_size_counts():
    labels = np.zeros((20, 30), int)
    labels[5:15, 10:20] = 1
    labels[5:15, 20:30] = 2
    labels[15:17, 10:13] = 3
    assert neighbour_of(Cutout.of(subject_of(labels), 1)) == 3
    assert neighbour_of(Cutout.of(subject_of(labels), 2)) == 1


def test_without_a_free_contour_the_edge_says_nothing():
    full = np.ones((12, 12), int)
    subject = subject_of(full, np.arange(144.0).reshape(12, 12))
    assert edge_evidence(Cutout.of(subject, 1), backdrop_of(subject)) == NONE
    surrounded = np.full((20, 20), 2)
    surrounded[8:12, 8:12] = 1
    subject = subject_of(surrounded, np.arange(400.0).reshape(20, 20))
    assert edge_evidence(Cutout.of(subject, 1), backdrop_of(subject)) == NONE


def test_the_second_opinion_is_asked_only_where_there_is_one():
    subject = subject_of(DISC.astype(int), picture_for(DISC))
    alone = evidence_on(Cutout.of(subject, 1), backdrop_of(subject))
    assert not any(name.startswith("opinion") for name in set(alone) - set(NONE))
    blind = evidence_on(Cutout.of(subject, 1), None)
    assert "brightness" not in blind
    assert "edge" not in blind


# -------------------------------------------------------------------- steps
def test_maps_are_read_between_their_pixels():
    window = np.arange(12, dtype=np.float32).reshape(3, 4)
    places = np.array([[0, 0.5, 1.25, 9, -4], [0, 0.5, 2, 9, 1]])
    one, two = interpolated([window, -window], places)
    assert one.tolist() == [0, 2.5, 7, 11, 1]
    assert two.tolist() == [0, -2.5, -7, -11, -1]


@pytest.mark.parametrize("shape", [(1, 5), (5, 1), (1, 1), (1, 4, 5), (4, 1, 1)])
def test_maps_with_an_axis_of_one_pixel_are_read_too(shape):
    window = np.random.default_rng(0).random(shape).astype(np.float32)
    places = np.indices(shape).reshape(len(shape), -1).astype(float)
    assert np.array_equal(interpolated([window], places)[0], window.ravel())
    assert np.array_equal(interpolated([window], places + 1e9)[0], np.full(window.size, window.flat[-1]))
    assert [part.shape for part in slopes_of(window, (1.0,) * len(shape))] == [shape] * len(shape)


def test_of_several_crossings_the_nearest_counts():
    values = np.array([[1, 0, 0, 0, 1, 0, 0], [0] * 7, [1] * 7, [1, 1, 1, 0.8, 0.3, 0, 0]])
    at, crossed = crossing(values, np.linspace(-3, 3, 7))
    assert crossed.tolist() == [True, False, False, True]
    assert at[0] == pytest.approx(1.5)
    assert at[3] == pytest.approx(0.6)


def test_grey_is_0_outside_and_1_inside_whichever_is_brighter():
    labels = DISC.astype(int)
    for picture in (picture_for(DISC), 255 - picture_for(DISC)):
        grey = backdrop_of(subject_of(labels, picture)).grey
        assert grey[DISC].mean() == pytest.approx(1, abs=1e-3)
        assert grey[~DISC].mean() == pytest.approx(0, abs=1e-3)


def test_grey_finds_the_channel_in_which_objects_stand_out():
    noise = np.random.default_rng(3).random((2, *SHAPE)) * 200
    channels = np.stack([noise[0], picture_for(DISC), noise[1]])
    picture = picture_of((Image(channels, channel_axis=0),), (1.0, 1.0))
    grey = Backdrop.of(subject_of(DISC.astype(int)), picture).grey
    assert grey[DISC].std() < 0.2
    assert grey[~DISC].std() < 0.3


def test_void_is_neither_inside_nor_outside():
    void = np.where(disc(SHAPE, (20, 38), 4), 255, DISC)
    subject = subject_of(void, np.where(void == 255, 5000, picture_for(DISC)), void=frozenset({255}))
    assert len(subject) == 1
    assert backdrop_of(subject).grey[void == 0].mean() == pytest.approx(0, abs=1e-3)


# -------------------------------------------------------------------- pictures
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int16, np.float16, np.float32, np.float64])
def test_the_type_and_range_of_grey_values_do_not_matter(dtype):
    base = np.rint(picture_for(DISC))
    expected = picture_of((Image(base),), (1.0, 1.0)).channels
    assert np.allclose(picture_of((Image(base.astype(dtype)),), (1.0, 1.0)).channels, expected, atol=1e-5)
    scaled = picture_of((Image(base * 0.003 - 7),), (1.0, 1.0)).channels
    assert np.allclose(scaled, expected, atol=1e-4)
    assert expected.min() >= -0.2
    assert expected.max() <= 1.5


def test_grey_in_colour_is_one_channel_and_colour_is_three_in_any_range():
    grey = np.rint(picture_for(DISC))
    colour = np.stack([grey, 255 - grey, grey / 2], -1)

    def channels(data):
        return len(picture_of((Image(data, rgb=True),), (1.0, 1.0)).channels)

    assert channels(np.stack([grey] * 3, -1).astype(np.uint8)) == 1
    assert channels(np.stack([grey] * 3, -1) / 255) == 1
    assert channels(colour.astype(np.uint8)) == 3
    assert channels(colour / 255) == 3
    assert channels((colour * 257).astype(np.uint16)) == 3
    with_alpha = np.concatenate([colour, np.full((*SHAPE, 1), 255)], -1).astype(np.uint8)
    assert channels(with_alpha) == 3


def test_values_that_are_not_finite_count_as_the_lowest_or_highest():
    image = picture_for(DISC)
    image[3, 3:6] = np.nan, np.inf, -np.inf
    (found,) = picture_of((Image(image),), (1.0, 1.0)).channels
    assert np.isfinite(found).all()
    assert found[3, 3] == found[3, 5] == found.min()
    assert found[3, 4] == found.max()
    assert not picture_of((Image(np.full(SHAPE, np.nan)),), (1.0, 1.0)).channels.any()
    assert picture_of((Image(np.full((2, 2), 1e300)),), (1.0, 1.0)).channels.shape == (1, 2, 2)
    assert picture_of((Image(np.zeros((0, 4))),), (1.0, 1.0)).channels.shape == (1, 0, 4)


def test_channels_and_time_may_stand_in_either_order():
    frames = np.random.default_rng(0).random((3, 2, *SHAPE))
    first = picture_of((Image(frames, channel_axis=1),), (1.0, 1.0), frame=2).channels
    second = picture_of((Image(np.moveaxis(frames, 1, 0), channel_axis=0),), (1.0, 1.0), frame=2).channels
    assert np.array_equal(first, second)
    assert first.shape == (2, *SHAPE)


def test_a_size_among_others_is_told_in_shares_of_the_median():
    labels = np.zeros((30, 60), int)
    for n in range(1, 6):
        labels[5:15, 10 * n : 10 * n + 5] = n
    labels[5:15, :9] = 6
    found = gather(subject_of(labels), None)
    assert found.column("size")[:5].tolist() == [0] * 5
    assert found.column("size")[5] == pytest.approx(np.log(9 / 5))
    assert found.column("largeness")[5] == 0
